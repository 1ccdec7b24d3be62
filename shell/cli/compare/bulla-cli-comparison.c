/* bulla-cli-comparison.c - verdicts of several profiles on one package, and what differs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-comparison.h"

#include "bulla-cli-file-name.h"
#include "bulla-cli-json-text.h"
#include "bulla-printable.h"

struct _BullaCliComparer {
  const BullaCliProfileSet *profiles; /* borrowed */
  BullaCliJudgeOptions *options;      /* owned; an array: those of each profile */
  GPtrArray *judges;                  /* owned; of BullaCliJudge, in the order of the profiles */
};

/**
 * bulla_cli_comparer_new: (skip)
 * @profiles: the profiles; they must outlive the comparer
 * @trust: the roots and logs, shared with other threads
 * @options: the options of every judgement; what they point to must outlive the comparer
 * @chain: (nullable): the chain file of the options
 * @error: set if an option is invalid
 *
 * Returns: (transfer full) (nullable): a comparer for the calling thread
 */
BullaCliComparer *
bulla_cli_comparer_new (const BullaCliProfileSet *profiles, BullaTrust *trust,
                        const BullaCliJudgeOptions *options, GBytes *chain, GError **error)
{
  g_autoptr (BullaCliComparer) self = g_new0 (BullaCliComparer, 1);

  self->profiles = profiles;
  self->options = g_new0 (BullaCliJudgeOptions, profiles->profiles->len);
  self->judges = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cli_judge_free);
  for (guint i = 0; i < profiles->profiles->len; i++) {
    self->options[i] = *options;
    self->options[i].profile = profiles->profiles->pdata[i];
    BullaCliJudge *judge = bulla_cli_judge_new (trust, &self->options[i], chain, error);
    if (judge == NULL)
      return NULL;
    g_ptr_array_add (self->judges, judge);
  }
  return g_steal_pointer (&self);
}

void
bulla_cli_comparer_free (BullaCliComparer *self)
{
  g_ptr_array_unref (self->judges);
  g_free (self->options);
  g_free (self);
}

/* Returns: (nullable): the rule in @state that has @reason; any reason, if that is NONE */
static const char *
find_rule (const BullaVerdict *verdict, BullaState state, BullaReason reason)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (bulla_verdict_get_state (verdict, i) == state
        && (reason == BULLA_REASON_NONE || bulla_verdict_get_step_reason (verdict, i) == reason))
      return bulla_verdict_get_rule (verdict, i);
  return NULL;
}

/* Returns: (nullable): the rule that gave the reason: a broken one, or one that could not be
 * checked; NULL if nothing is wrong */
static const char *
find_deciding_rule (const BullaCliReport *report)
{
  BullaReason reason = bulla_cli_report_get_reason (report);
  const BullaVerdict *verdict = bulla_cli_report_get_decisive (report);

  if (reason == BULLA_REASON_NONE)
    return NULL;
  const char *rule = find_rule (verdict, BULLA_STATE_BROKEN, reason);
  if (rule == NULL)
    rule = find_rule (verdict, BULLA_STATE_UNASKED, reason);
  return rule != NULL ? rule : find_rule (verdict, BULLA_STATE_BROKEN, BULLA_REASON_NONE);
}

static void
add_broken_rules (GHashTable *rules, const BullaVerdict *verdict)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (bulla_verdict_get_state (verdict, i) == BULLA_STATE_BROKEN)
      g_hash_table_add (rules, (gpointer)g_intern_string (bulla_verdict_get_rule (verdict, i)));
}

/* What one profile says of the package, besides the outcome. */
typedef struct {
  const char *rule;   /* interned; the rule that decided; nullable */
  GHashTable *broken; /* owned; set of interned ids: all broken rules, and @rule */
} Cause;

static void
clear_cause (gpointer data)
{
  g_hash_table_unref (((Cause *)data)->broken);
}

static Cause
read_cause (const BullaCliReport *report)
{
  Cause cause = {g_intern_string (find_deciding_rule (report)), g_hash_table_new (NULL, NULL)};

  add_broken_rules (cause.broken, bulla_cli_report_get_verdict (report));
  add_broken_rules (cause.broken, bulla_cli_report_get_decisive (report));
  if (cause.rule != NULL)
    g_hash_table_add (cause.broken, (gpointer)cause.rule);
  return cause;
}

static gboolean
is_broken_in_all (GArray *causes, const char *rule)
{
  for (guint i = 0; i < causes->len; i++)
    if (!g_hash_table_contains (g_array_index (causes, Cause, i).broken, rule))
      return FALSE;
  return TRUE;
}

/* Adds the rules that decided, in the order of the profiles; @common: also those that every profile
 * found broken. */
static void
add_deciding_rules (GPtrArray *rules, GArray *causes, gboolean common)
{
  for (guint i = 0; i < causes->len; i++) {
    const char *rule = g_array_index (causes, Cause, i).rule;
    if (rule != NULL && !g_ptr_array_find (rules, rule, NULL)
        && (common || !is_broken_in_all (causes, rule)))
      g_ptr_array_add (rules, (gpointer)rule);
  }
}

/* A rule differs if it decided for one profile, and another does not find it broken. If all find
 * the same rules broken, they differ in what follows from the rules that decided. */
static void
find_differing_rules (BullaCliComparison *self, GArray *causes)
{
  const BullaCliShortVerdict *first = &g_array_index (self->verdicts, BullaCliShortVerdict, 0);

  for (guint i = 1; i < self->verdicts->len; i++) {
    const BullaCliShortVerdict *other = &g_array_index (self->verdicts, BullaCliShortVerdict, i);
    if (other->outcome != first->outcome || other->reason != first->reason)
      self->differs = TRUE;
  }
  if (!self->differs)
    return;
  add_deciding_rules (self->rules, causes, FALSE);
  if (self->rules->len == 0)
    add_deciding_rules (self->rules, causes, TRUE);
}

static BullaCliComparison *
new_comparison (const BullaCliProfileSet *profiles, const char *file)
{
  BullaCliComparison *self = g_new0 (BullaCliComparison, 1);

  self->profiles = profiles;
  self->file = g_strdup (file);
  self->verdicts = g_array_new (FALSE, FALSE, sizeof (BullaCliShortVerdict));
  self->rules = g_ptr_array_new ();
  return self;
}

/**
 * bulla_cli_comparison_new_failed: (skip)
 * @profiles: the profiles; they must outlive the comparison
 * @file: a file or a URL
 * @error: why it cannot be judged
 *
 * Returns: (transfer full): a comparison without verdicts
 */
BullaCliComparison *
bulla_cli_comparison_new_failed (const BullaCliProfileSet *profiles, const char *file,
                                 const GError *error)
{
  BullaCliComparison *self = new_comparison (profiles, file);

  self->error = g_error_copy (error);
  return self;
}

/**
 * bulla_cli_comparer_judge: (skip)
 * @self: a comparer
 * @file: a file or a URL
 *
 * A URL or a pipe is read once, so that all profiles judge the same bytes. The time of --timeout
 * begins anew with each package.
 *
 * Returns: (transfer full): the verdicts of all profiles, or why there are none
 */
BullaCliComparison *
bulla_cli_comparer_judge (BullaCliComparer *self, const char *file)
{
  BullaCliComparison *comparison = new_comparison (self->profiles, file);
  g_autoptr (GArray) causes = g_array_new (FALSE, FALSE, sizeof (Cause));

  g_array_set_clear_func (causes, clear_cause);
  for (guint i = 0; i < self->judges->len; i++)
    bulla_cli_judge_renew_deadline (self->judges->pdata[i]);
  g_autoptr (BullaCliDelivery) delivery = NULL;
  if (bulla_cli_delivery_is_needed (file)) {
    BullaLoader *loader = bulla_cli_judge_get_loader (self->judges->pdata[0]);
    delivery = bulla_cli_delivery_new (loader, file, &comparison->error);
    if (delivery == NULL)
      return comparison;
  }
  for (guint i = 0; i < self->judges->len; i++) {
    g_autoptr (BullaCliReport) report =
        bulla_cli_judge_delivery (self->judges->pdata[i], file, delivery, &comparison->error);
    if (report == NULL)
      return comparison;
    BullaCliShortVerdict verdict = {bulla_cli_report_get_outcome (report),
                                    bulla_cli_report_get_reason (report)};
    Cause cause = read_cause (report);
    g_array_append_val (comparison->verdicts, verdict);
    g_array_append_val (causes, cause);
    if (comparison->url == NULL)
      comparison->url = g_strdup (bulla_cli_report_get_url (report));
  }
  find_differing_rules (comparison, causes);
  return comparison;
}

void
bulla_cli_comparison_free (BullaCliComparison *self)
{
  g_free (self->file);
  g_free (self->url);
  g_array_unref (self->verdicts);
  g_ptr_array_unref (self->rules);
  g_clear_error (&self->error);
  g_free (self);
}

/**
 * bulla_cli_comparison_to_json: (skip)
 * @self: a comparison without an error
 *
 * Returns: (transfer full): one line, with its newline: `file`, `url`, `verdicts`, an object with
 *   `outcome` and `reason` for each profile, and `rules`, an array of ids
 */
char *
bulla_cli_comparison_to_json (const BullaCliComparison *self)
{
  GString *out = g_string_new ("{");

  bulla_cli_json_text_append_file (out, self->file);
  bulla_cli_json_text_append_member (out, "url", self->url);
  bulla_cli_json_text_append_name (out, "verdicts");
  g_string_append_c (out, '{');
  for (guint i = 0; i < self->verdicts->len; i++) {
    const BullaCliShortVerdict *each = &g_array_index (self->verdicts, BullaCliShortVerdict, i);
    bulla_cli_json_text_append_name (out, self->profiles->names->pdata[i]);
    g_string_append_c (out, '{');
    bulla_cli_json_text_append_member (out, "outcome", bulla_outcome_get_nick (each->outcome));
    bulla_cli_json_text_append_member (out, "reason", bulla_reason_get_nick (each->reason));
    g_string_append_c (out, '}');
  }
  g_string_append_c (out, '}');
  bulla_cli_json_text_append_name (out, "rules");
  g_string_append_c (out, '[');
  for (guint i = 0; i < self->rules->len; i++)
    g_string_append_printf (out, "%s\"%s\"", i > 0 ? "," : "", (const char *)self->rules->pdata[i]);
  g_string_append (out, "]}\n");
  return g_string_free (out, FALSE);
}

/**
 * bulla_cli_comparison_to_text: (skip)
 * @self: a comparison without an error
 *
 * Returns: (transfer full): one line without its newline: the file, then the verdict of each
 * profile
 */
char *
bulla_cli_comparison_to_text (const BullaCliComparison *self)
{
  g_autofree char *file = bulla_cli_file_name_dup_shown (self->file);
  GString *out = g_string_new (file);

  for (guint i = 0; i < self->verdicts->len; i++) {
    const BullaCliShortVerdict *each = &g_array_index (self->verdicts, BullaCliShortVerdict, i);
    g_autofree char *name = bulla_printable_dup (self->profiles->names->pdata[i]);
    g_string_append_printf (out, "%s%s: %s", i > 0 ? "; " : "  ", name,
                            bulla_outcome_get_nick (each->outcome));
    if (each->reason != BULLA_REASON_NONE)
      g_string_append_printf (out, " %s", bulla_reason_get_nick (each->reason));
  }
  return g_string_free (out, FALSE);
}
