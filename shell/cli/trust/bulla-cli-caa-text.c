/* bulla-cli-caa-text.c - writes the CAA judgement of a host as text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-caa-records.h"
#include "bulla-citation.h"
#include "bulla-json.h"
#include "bulla-cli-print.h"
#include "bulla-cli-trust.h"
#include "bulla-printable.h"

#define STATE_WIDTH 11
#define DNSSEC_WIDTH 9

/* --- the verdict */

static const char *
choose_sentence (const BullaCaaJudgement *judgement)
{
  if (judgement->issue == judgement->exchanges)
    return _ ("issuance and exchanges by %s");
  if (judgement->issue == BULLA_CAA_PERMITTED)
    return judgement->exchanges == BULLA_CAA_FORBIDDEN
               ? _ ("exchanges by %s, though issuance is permitted")
               : _ ("exchanges by %s; issuance is permitted");
  return _ ("exchanges by %s; whether issuance is permitted is not known");
}

static char *
dup_issuer (const BullaCliCaa *self)
{
  if (self->any_issuer)
    return g_strdup (_ ("any authority"));
  if (self->domains == NULL || self->domains[0] == NULL)
    return bulla_printable_dup (self->issuer_name != NULL ? self->issuer_name : "?");
  return g_strjoinv (", ", (char **)self->domains);
}

static void
print_verdict (const BullaCliCaa *self)
{
  const BullaCaaJudgement *judgement = &self->judgement;
  g_autofree char *issuer = dup_issuer (self);
  g_autofree char *host = bulla_printable_dup (self->host);
  /* the format comes from choose_sentence() */
  g_auto (GStrv) halves = g_strsplit (choose_sentence (judgement), "%s", 2);
  const char *star = self->climb->wildcard && !g_str_has_prefix (host, "*.") ? "*." : "";

  bulla_cli_print ("%-*s %s%s   %s%s%s\n", STATE_WIDTH,
                   bulla_caa_state_get_nick (judgement->exchanges), star, host, halves[0], issuer,
                   halves[1]);
}

/* --- the lookups */

static guint
get_name_width (const GPtrArray *answers)
{
  gsize width = 0;

  for (guint i = 0; i < answers->len; i++) {
    const BullaCaaAnswer *answer = g_ptr_array_index (answers, i);
    width = MAX (width, strlen (answer->name));
  }
  return (guint)width;
}

/* Prints a line of an answer; only the first line shows the name. */
static void
print_line (const BullaCaaAnswer *answer, guint width, gboolean first, const char *text,
            const char *decides)
{
  bulla_cli_print ("  %-*s   %-*s %s%s\n", (int)width, first ? answer->name : "", DNSSEC_WIDTH,
                   first ? bulla_dnssec_get_nick (answer->dnssec) : "", text, decides);
}

static void
print_records (const BullaCaaAnswer *answer, guint width, gboolean first, const char *decides)
{
  for (guint i = 0; i < answer->records->len; i++) {
    const BullaCaaRecord *record = g_ptr_array_index (answer->records, i);
    g_autofree char *value = bulla_caa_value_dup_text (record->value);
    g_autofree char *text = g_strdup_printf ("%u %s \"%s\"", record->flags, record->tag, value);
    gboolean last = i + 1 == answer->records->len && answer->unreadable == 0;
    print_line (answer, width, first && i == 0, text, last ? decides : "");
  }
}

static void
print_answer (const BullaCaaAnswer *answer, guint width, const char *decides)
{
  gboolean first = TRUE;

  if (answer->alias != NULL) {
    g_autofree char *text = g_strdup_printf (_ ("alias of %s"), answer->alias);
    print_line (answer, width, TRUE, text, "");
    first = FALSE;
  }
  print_records (answer, width, first, decides);
  first = first && answer->records->len == 0;
  if (answer->unreadable > 0) {
    g_autofree char *text = g_strdup_printf (
        ngettext ("%u unreadable record", "%u unreadable records", answer->unreadable),
        answer->unreadable);
    print_line (answer, width, first, text, decides);
  } else if (answer->records->len == 0) {
    const char *text =
        answer->dnssec <= BULLA_DNSSEC_NO_ANSWER ? _ ("unusable") : _ ("no CAA records");
    print_line (answer, width, first, text, decides);
  }
}

static void
print_climb (const BullaCliCaa *self)
{
  const GPtrArray *answers = self->climb->answers;
  guint width = get_name_width (answers);
  g_autofree char *rule = bulla_citation_to_text (self->judgement.rule);
  g_autofree char *decides = g_strdup_printf (_ ("   (decides: %s)"), rule);

  for (guint i = 0; i < answers->len; i++)
    print_answer (g_ptr_array_index (answers, i), width, i + 1 == answers->len ? decides : "");
}

/* --- the evidence, and what to do */

static void
print_indented (const char *text)
{
  g_autofree char *printable = bulla_printable_dup (text);
  g_autoptr (GString) out = g_string_new (NULL);

  bulla_cli_append_wrapped (out, printable, 2);
  bulla_cli_print ("%s", out->str);
}

static void
print_issuer (const BullaCliCaa *self)
{
  static const char *const how[] = {"ski", "dn", "o"};
  const char *const meanings[] = {_ ("by its key"), _ ("by its subject"),
                                  _ ("by its organisation, which is a guess")};

  for (size_t i = 0; i < G_N_ELEMENTS (how); i++)
    if (g_strcmp0 (self->matched_by, how[i]) == 0) {
      g_autofree char *text =
          g_strdup_printf (_ ("The issuer “%s” was found %s."),
                           self->issuer_name != NULL ? self->issuer_name : "", meanings[i]);
      print_indented (text);
    }
}

static void
print_evidence (const BullaCliCaa *self)
{
  if (self->evidence == NULL)
    return;
  JsonObject *evidence = json_node_get_object (self->evidence);
  g_autofree char *file = bulla_printable_dup (bulla_json_get_text (evidence, "file"));
  gint64 until = bulla_json_get_number (evidence, "valid_until", 0);
  if (until == 0) {
    bulla_cli_print (_ ("  evidence: %s, without signatures\n"), file);
    return;
  }
  g_autoptr (GDateTime) from =
      g_date_time_new_from_unix_utc (bulla_json_get_number (evidence, "valid_from", 0));
  g_autoptr (GDateTime) to = g_date_time_new_from_unix_utc (until);
  g_autofree char *first = from != NULL ? g_date_time_format_iso8601 (from) : g_strdup ("?");
  g_autofree char *last = to != NULL ? g_date_time_format_iso8601 (to) : g_strdup ("?");
  bulla_cli_print (_ ("  evidence: %s, valid from %s to %s\n"), file, first, last);
}

/**
 * bulla_cli_caa_print_text: (skip)
 * @self: a host and its CAA lookups
 *
 * Prints the verdict, the names that were looked up, and why exchanges are not permitted.
 */
void
bulla_cli_caa_print_text (const BullaCliCaa *self)
{
  BullaReason reason = self->judgement.reason;

  print_verdict (self);
  print_climb (self);
  print_issuer (self);
  print_evidence (self);
  if (reason == BULLA_REASON_NONE)
    return;
  g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
  g_autofree char *text = g_strdup_printf ("%s: %s", bulla_reason_get_nick (reason),
                                           bulla_explanation_get_meaning (explanation));
  print_indented (text);
  print_indented (bulla_explanation_get_impact (explanation));
  if (self->error != NULL)
    print_indented (self->error);
}
