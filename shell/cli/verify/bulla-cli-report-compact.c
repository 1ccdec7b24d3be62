/* bulla-cli-report-compact.c - formats a judgement as one short JSON object, or as a sentence
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes text directly: a tree of JSON nodes would take longer than the judgement of a small
 * package. */
#include <string.h>

#include "bulla-cli-expiry.h"
#include "bulla-cli-json-text.h"
#include "bulla-cli-lint.h"
#include "bulla-cli-report.h"
#include "bulla-cli-validity.h"
#include "bulla-cli.h"
#include "bulla-explain.h"
#include "bulla-load-internal.h"

#define OBSERVED_MAX 120 /* most characters of an observed value */

/* Returns: (transfer full): at most OBSERVED_MAX characters of @text */
static char *
dup_short (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  if (g_utf8_strlen (valid, -1) <= OBSERVED_MAX)
    return g_steal_pointer (&valid);
  g_autofree char *cut = g_utf8_substring (valid, 0, OBSERVED_MAX);
  return g_strconcat (cut, "…", NULL);
}

/* Returns: the step that gives the reason; -1 if there is none */
static gint
find_step (const BullaVerdict *verdict)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (bulla_verdict_get_state (verdict, i) == BULLA_STATE_BROKEN)
      return (gint)i;
  return -1;
}

static void
append_step (GString *out, const BullaVerdict *verdict, guint step)
{
  g_autofree char *observed = bulla_verdict_dup_observed (verdict, step);
  g_autofree char *required = bulla_verdict_dup_required (verdict, step);
  g_autofree char *shown = dup_short (observed != NULL ? observed : "");

  g_string_append (out, ",\"step\":{");
  bulla_cli_json_text_append_member (out, "rule", bulla_verdict_get_rule (verdict, step));
  bulla_cli_json_text_append_member (out, "observed", shown);
  bulla_cli_json_text_append_member (out, "required", required);
  g_string_append_c (out, '}');
}

/* Adds the names of the rules that a distributor would object by; nothing without --lint. */
static void
append_objections (GString *out, const BullaCliReport *self)
{
  if (self->objections == NULL)
    return;
  g_string_append (out, ",\"lint\":[");
  for (guint i = 0; i < self->objections->len; i++) {
    const BullaCliObjection *each = self->objections->pdata[i];
    g_string_append_printf (out, "%s\"%s\"", i > 0 ? "," : "", each->rule);
  }
  g_string_append_c (out, ']');
}

/* Returns: whether somebody was asked about the package: DNS, or its publisher */
static gboolean
has_answers (const BullaCliReport *self)
{
  BullaLoad *load = self->load;
  const BullaFacts *facts = load != NULL ? bulla_load_get_facts (load) : NULL;

  return self->bundle != NULL
         || (facts != NULL && (facts->validity.url != NULL || facts->caa.climbs != NULL));
}

/* Appends what DNS and the publisher answered, as the full object has it; mostly nobody was asked.
 */
static void
append_answers (GString *out, const BullaCliReport *self)
{
  if (!has_answers (self)) {
    bulla_cli_json_text_append_member (out, "caa", NULL);
    bulla_cli_json_text_append_member (out, "validity", NULL);
    return;
  }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  bulla_cli_report_add_caa (self, builder);
  bulla_cli_report_add_validity (self, builder);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (node, FALSE);
  g_string_append_c (out, ',');
  g_string_append_len (out, text + 1, (gssize)strlen (text) - 2);
}

/**
 * bulla_cli_report_to_compact_json: (skip)
 * @self: a report
 *
 * The object has `file`, `kind`, `url`, `profile`, `at`, `outcome`, `reason`, `expires`,
 * `expires_by`, `caa` and `validity`; `step`, the failed rule, only if there is one; `mistake`, in
 * the order of the certificates of a chain that is not accepted; and `responses`, their number,
 * only for a bundle. Its members are among those of
 * bulla_cli_report_to_json(), except for the last two.
 *
 * Returns: (transfer full): one line, with its newline
 */
char *
bulla_cli_report_to_compact_json (const BullaCliReport *self)
{
  const BullaVerdict *verdict = bulla_cli_report_get_verdict (self);
  const BullaVerdict *decisive = bulla_cli_report_get_decisive (self);
  BullaReason reason = bulla_cli_report_get_reason (self);
  gint step = find_step (decisive);
  GString *out = g_string_new ("{");
  BullaCliExpiry expiry;

  bulla_cli_report_find_expiry (self, &expiry);
  gboolean expires = expiry.state == BULLA_CLI_EXPIRES && expiry.time >= 0;
  bulla_cli_json_text_append_file (out, self->name);
  bulla_cli_json_text_append_member (out, "kind", self->kind);
  bulla_cli_json_text_append_member (out, "url", bulla_cli_report_get_url (self));
  bulla_cli_json_text_append_member (out, "profile", bulla_verdict_get_profile_name (verdict));
  bulla_cli_json_text_append_number (out, "at", bulla_verdict_get_time (verdict));
  bulla_cli_json_text_append_member (out, "outcome",
                                     bulla_outcome_get_nick (bulla_cli_report_get_outcome (self)));
  bulla_cli_json_text_append_member (out, "reason", bulla_reason_get_nick (reason));
  if (expires)
    bulla_cli_json_text_append_number (out, "expires", expiry.time);
  else
    bulla_cli_json_text_append_member (out, "expires", NULL);
  bulla_cli_json_text_append_member (out, "expires_by",
                                     expires ? bulla_expires_by_get_nick (expiry.by) : NULL);
  append_answers (out, self);
  if (self->chain_mistake != NULL)
    bulla_cli_json_text_append_member (out, "mistake", self->chain_mistake);
  if (reason != BULLA_REASON_NONE && step >= 0)
    append_step (out, decisive, (guint)step);
  if (self->bundle != NULL)
    bulla_cli_json_text_append_number (out, "responses",
                                       bulla_bundle_get_n_resources (self->bundle));
  append_objections (out, self);
  g_string_append (out, "}\n");
  return g_string_free (out, FALSE);
}

/**
 * bulla_cli_report_dup_message: (skip)
 * @self: a report
 *
 * Returns: (transfer full): what is wrong with the package, in one sentence in the language of the
 *   locale; the outcome, if nothing is
 */
char *
bulla_cli_report_dup_message (const BullaCliReport *self)
{
  const BullaVerdict *decisive = bulla_cli_report_get_decisive (self);
  BullaReason reason = bulla_cli_report_get_reason (self);
  gint step = find_step (decisive);

  if (reason == BULLA_REASON_NONE)
    return g_strdup (bulla_outcome_get_nick (bulla_cli_report_get_outcome (self)));
  g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
  g_autofree char *observed = step >= 0 ? bulla_explain_observed (decisive, (guint)step) : NULL;
  return observed != NULL
             ? g_strdup_printf ("%s (%s)", bulla_explanation_get_meaning (explanation), observed)
             : g_strdup (bulla_explanation_get_meaning (explanation));
}
