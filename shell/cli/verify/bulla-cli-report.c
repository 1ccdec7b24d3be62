/* bulla-cli-report.c - formats a judgement as text and as JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-report.h"

#include <glib/gi18n.h>

#include "bulla-bundle-internal.h"
#include "bulla-cli-expiry.h"
#include "bulla-cli-file-name.h"
#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli-lint.h"
#include "bulla-cli-validity.h"
#include "bulla-cli.h"
#include "bulla-data-rights.h"
#include "bulla-explain.h"
#include "bulla-load-internal.h"
#include "bulla-printable.h"
#include "bulla-verdict-json.h"

void
bulla_cli_report_free (BullaCliReport *self)
{
  g_clear_object (&self->load);
  g_clear_pointer (&self->check, bulla_bundle_check_free);
  g_clear_object (&self->bundle);
  g_clear_pointer (&self->objections, g_ptr_array_unref);
  g_clear_pointer (&self->chain, bulla_verdict_unref);
  g_clear_pointer (&self->chain_facts, bulla_facts_unref);
  g_clear_pointer (&self->chain_mistake, g_free);
  g_clear_pointer (&self->request, bulla_verdict_unref);
  g_clear_object (&self->caa);
  g_free (self->body_sha256);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self);
}

/* Returns the verdict on the package itself. */
BullaVerdict *
bulla_cli_report_get_verdict (const BullaCliReport *self)
{
  if (self->chain != NULL)
    return self->chain;
  return self->bundle != NULL ? bulla_bundle_get_verdict (self->bundle)
                              : bulla_load_get_verdict (self->load);
}

static BullaOutcome
package_outcome (const BullaCliReport *self)
{
  return self->check != NULL ? self->check->outcome
                             : bulla_verdict_get_outcome (bulla_cli_report_get_verdict (self));
}

/* Returns the reply; a bundle at a separate origin also answers the request. */
static BullaReply
reply_of (const BullaCliReport *self)
{
  if (self->request != NULL)
    return bulla_verdict_get_reply (self->request);
  if (self->chain != NULL)
    return bulla_verdict_get_reply (self->chain);
  BullaOutcome outcome = package_outcome (self);
  if (self->bundle != NULL && outcome <= BULLA_OUTCOME_SEPARATE_ORIGIN)
    return BULLA_REPLY_SERVE;
  return outcome == BULLA_OUTCOME_FALL_BACK ? BULLA_REPLY_NETWORK : BULLA_REPLY_REFUSE;
}

/* Returns the outcome; an exchange that does not answer the request falls back or is refused. */
BullaOutcome
bulla_cli_report_get_outcome (const BullaCliReport *self)
{
  BullaOutcome outcome = package_outcome (self);

  if (outcome == BULLA_OUTCOME_NOT_A_PACKAGE)
    return BULLA_OUTCOME_REFUSE;
  if (outcome != BULLA_OUTCOME_SUBSTITUTE || reply_of (self) == BULLA_REPLY_SERVE)
    return outcome;
  return reply_of (self) == BULLA_REPLY_NETWORK ? BULLA_OUTCOME_FALL_BACK : BULLA_OUTCOME_REFUSE;
}

BullaReason
bulla_cli_report_get_reason (const BullaCliReport *self)
{
  BullaReason reason = self->check != NULL
                           ? self->check->reason
                           : bulla_verdict_get_reason (bulla_cli_report_get_verdict (self));

  if (reason == BULLA_REASON_NONE && self->request != NULL)
    reason = bulla_verdict_get_reason (self->request);
  return reason;
}

/**
 * bulla_cli_report_is_fit: (skip)
 * @self: a report
 *
 * Returns: whether the exchange may represent its origin, or the bundle has no fault, and no
 *   distributor that was asked about objects
 */
gboolean
bulla_cli_report_is_fit (const BullaCliReport *self)
{
  BullaOutcome outcome = bulla_cli_report_get_outcome (self);

  return bulla_cli_report_get_reason (self) == BULLA_REASON_NONE
         && (self->objections == NULL || self->objections->len == 0)
         && (outcome == BULLA_OUTCOME_SUBSTITUTE
             || (outcome == BULLA_OUTCOME_SEPARATE_ORIGIN && self->bundle != NULL));
}

/* Returns the verdict whose reason is reported: the package's, or that of a response in it. */
const BullaVerdict *
bulla_cli_report_get_decisive (const BullaCliReport *self)
{
  const BullaVerdict *verdict = bulla_cli_report_get_verdict (self);

  if (bulla_verdict_get_reason (verdict) != BULLA_REASON_NONE)
    return verdict;
  if (self->request != NULL)
    return self->request;
  if (self->check != NULL && self->check->decisive != NULL)
    return bulla_load_get_verdict (self->check->decisive);
  return verdict;
}

static void
add_request (JsonBuilder *builder, const BullaCliReport *self)
{
  BullaReply reply = reply_of (self);

  bulla_cli_json_begin (builder, "request");
  bulla_cli_json_string (builder, "verdict", bulla_reply_get_nick (reply));
  bulla_cli_json_string (builder, "reason",
                         reply != BULLA_REPLY_SERVE
                             ? bulla_reason_get_nick (bulla_cli_report_get_reason (self))
                             : NULL);
  json_builder_end_object (builder);
}

/* A package that is not trusted has no time. */
static void
find_expiry (const BullaCliReport *self, BullaCliExpiry *expiry)
{
  bulla_cli_report_find_expiry (self, expiry);
  if (expiry->state != BULLA_CLI_EXPIRES)
    *expiry = (BullaCliExpiry){expiry->state, -1, BULLA_EXPIRES_BY_NONE};
}

static void
add_expiry (JsonBuilder *builder, const BullaCliReport *self)
{
  BullaCliExpiry expiry;

  find_expiry (self, &expiry);
  bulla_cli_expiry_add_to_json (builder, &expiry,
                                bulla_verdict_get_time (bulla_cli_report_get_verdict (self)));
}

static void
add_all_steps (JsonBuilder *builder, const BullaCliReport *self)
{
  const BullaVerdict *verdict = bulla_cli_report_get_verdict (self);
  const BullaVerdict *decisive = bulla_cli_report_get_decisive (self);

  bulla_cli_json_begin_array (builder, "steps");
  bulla_verdict_add_json_steps (verdict, builder);
  if (decisive != verdict)
    bulla_verdict_add_json_steps (decisive, builder);
  json_builder_end_array (builder);
}

/**
 * bulla_cli_report_get_url: (skip)
 * @self: a report
 *
 * Returns: (nullable): the URL of the exchange, or the primary URL of the bundle
 */
const char *
bulla_cli_report_get_url (const BullaCliReport *self)
{
  if (self->chain != NULL)
    return NULL;
  return self->bundle != NULL ? bulla_bundle_get_primary_url (self->bundle)
                              : bulla_load_get_url (self->load);
}

static void
add_body (JsonBuilder *builder, const BullaCliReport *self)
{
  bulla_cli_json_begin (builder, "body");
  bulla_cli_json_string (builder, "sha256", self->body_sha256);
  bulla_cli_json_number (builder, "length", self->body_length);
  bulla_cli_json_boolean (builder, "complete", self->body_complete);
  json_builder_end_object (builder);
}

/* Adds what was remembered of the URL and the version; null if the store was not asked. */
static void
add_history (JsonBuilder *builder, const BullaCliReport *self)
{
  const BullaFacts *facts = self->load != NULL ? bulla_load_get_facts (self->load) : NULL;

  if (facts == NULL || facts->history.known != BULLA_YES) {
    bulla_cli_json_string (builder, "history", NULL);
    return;
  }
  const BullaHistoryFacts *history = &facts->history;
  const char *source = history->live ? "live" : "exchange";
  bulla_cli_json_begin (builder, "history");
  bulla_cli_json_time (builder, "newest", history->newest);
  bulla_cli_json_string (builder, "source", history->newest >= 0 ? source : NULL);
  bulla_cli_json_boolean (builder, "older", history->older != NULL);
  bulla_cli_json_string (builder, "vulnerable", history->vulnerable);
  json_builder_end_object (builder);
}

/**
 * bulla_cli_report_to_json: (skip)
 * @self: a report
 *
 * Returns: (transfer full): a JSON object
 */
JsonNode *
bulla_cli_report_to_json (const BullaCliReport *self)
{
  const BullaVerdict *verdict = bulla_cli_report_get_verdict (self);
  BullaReason reason = bulla_cli_report_get_reason (self);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_file (builder, self->name);
  bulla_cli_json_string (builder, "kind", self->kind);
  bulla_cli_json_string (builder, "url", bulla_cli_report_get_url (self));
  bulla_cli_json_string (builder, "profile", bulla_verdict_get_profile_name (verdict));
  bulla_cli_json_time (builder, "at", bulla_verdict_get_time (verdict));
  bulla_cli_json_string (builder, "outcome",
                         bulla_outcome_get_nick (bulla_cli_report_get_outcome (self)));
  bulla_cli_json_string (builder, "reason", bulla_reason_get_nick (reason));
  if (self->chain_mistake != NULL)
    bulla_cli_json_string (builder, "mistake", self->chain_mistake);
  bulla_cli_json_string (builder, "report_type",
                         bulla_verdict_get_report_type (bulla_cli_report_get_decisive (self)));
  add_request (builder, self);
  add_expiry (builder, self);
  add_all_steps (builder, self);
  add_body (builder, self);
  bulla_cli_report_add_caa (self, builder);
  bulla_cli_report_add_validity (self, builder);
  bulla_cli_lint_add_to_json (self->objections, builder);
  add_history (builder, self);
  bulla_cli_report_add_certificate (self, builder);
  if (self->bundle != NULL)
    bulla_cli_report_add_resources (self, builder);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/* Appends what the profile only warns of. */
static void
append_warning (GString *text, const BullaCliReport *self)
{
  const char *older = self->load != NULL ? bulla_load_get_older (self->load) : NULL;

  if (older != NULL && bulla_cli_report_get_reason (self) != BULLA_REASON_HISTORY_OLDER)
    g_string_append_printf (text, _ ("  warning: older than a version seen before (%s)\n"), older);
}

static void
append_summary (GString *text, const BullaCliReport *self)
{
  const BullaVerdict *verdict = bulla_cli_report_get_verdict (self);
  gint64 now = bulla_verdict_get_time (verdict);
  g_autofree char *at = bulla_cli_format_utc (now);
  g_autofree char *name = bulla_cli_file_name_dup_shown (self->name);

  g_string_append_printf (text, "%-16s%s\n",
                          bulla_outcome_get_nick (bulla_cli_report_get_outcome (self)), name);
  if (bulla_cli_report_get_url (self) != NULL) {
    g_autofree char *url = bulla_printable_dup (bulla_cli_report_get_url (self));
    g_string_append_printf (text, "  %s\n", url);
  }
  if (self->bundle != NULL)
    bulla_cli_report_append_bundle (self, text);
  g_string_append_printf (text, _ ("  profile %s, judged at %s"),
                          bulla_verdict_get_profile_name (verdict), at);
  BullaCliExpiry expiry;
  find_expiry (self, &expiry);
  if (expiry.time >= 0) {
    g_autofree char *until = bulla_cli_format_time (expiry.time, now);
    g_string_append_printf (text, _ (", valid until %s (%s)"), until,
                            bulla_expires_by_get_nick (expiry.by));
  }
  g_string_append_c (text, '\n');
  append_warning (text, self);
}

/* Appends the text of bulla explain, except for the parts that the trace already contains. */
static void
append_reason (GString *text, BullaReason reason, gboolean explain)
{
  g_string_append_printf (text, _ ("  reason %s\n"), bulla_reason_get_nick (reason));
  if (!explain)
    return;
  g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
  bulla_cli_append_wrapped (text, bulla_explanation_get_meaning (explanation), 4);
  bulla_cli_append_wrapped (text, bulla_explanation_get_impact (explanation), 4);
  bulla_cli_append_wrapped (text, bulla_explanation_get_remedy (explanation), 4);
}

static void
append_steps (GString *text, const BullaCliReport *self, gboolean explain)
{
  const BullaVerdict *verdict = bulla_cli_report_get_verdict (self);
  const BullaVerdict *more =
      self->request != NULL ? self->request : bulla_cli_report_get_decisive (self);
  g_autofree char *steps = bulla_explain_verdict (verdict, explain);

  g_string_append (text, steps);
  if (more == verdict)
    return;
  g_autofree char *others = bulla_explain_verdict (more, explain);
  g_string_append (text, others);
}

/* Says what a page may leave behind that the shell shows from the package. No rule decides on it.
 */
static void
append_data (GString *text, const BullaCliReport *self)
{
  const BullaVerdict *verdict = bulla_cli_report_get_verdict (self);
  BullaProfile *profile = self->load != NULL ? bulla_load_get_profile (self->load) : NULL;

  if (profile == NULL || bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SUBSTITUTE)
    return;
  switch (bulla_data_get_choice (profile)) {
  case BULLA_DATA_PARTITION:
    g_string_append (text, _ ("  substituted.data=partition: in a browser the page’s cookies, "
                              "storage and service workers are kept apart, by distributor\n"));
    break;
  case BULLA_DATA_UNTIL_CONFIRMED:
    g_string_append (text,
                     _ ("  substituted.data=until-confirmed: in a browser the page’s cookies, "
                        "storage and service workers are removed when it is left, unless its "
                        "publisher’s server has sent a page\n"));
    break;
  case BULLA_DATA_DENY:
    g_string_append (text, _ ("  substituted.data=deny: in a browser the page stores nothing and "
                              "gets no permission\n"));
    break;
  case BULLA_DATA_ALLOW:
  default:
    g_string_append (text, _ ("  substituted.data=allow: in a browser the page shares cookies, "
                              "storage and service workers with its site\n"));
  }
}

/* Appends what else the signing key could sign (@explain), and where else it is used. */
static void
append_key (GString *text, const BullaCliReport *self, gboolean explain)
{
  BullaLoad *load = bulla_cli_report_find_load (self);
  const BullaFacts *facts = bulla_cli_report_find_facts (self);
  const GPtrArray *reach = facts != NULL ? facts->cert.reach : NULL;

  if (reach == NULL)
    return;
  const char *tls_host = load != NULL ? bulla_load_get_tls_host (load) : facts->cert.tls_host;
  if (tls_host != NULL) {
    g_autofree char *host = bulla_printable_dup (tls_host);
    g_string_append_printf (text, _ ("  warning: %s uses the signing key for TLS too\n"), host);
  }
  if (explain && reach->len > 0)
    g_string_append (text, _ ("  the signing key can sign for every path and port of\n"));
  for (guint i = 0; explain && i < reach->len; i++) {
    g_autofree char *name = bulla_printable_dup (reach->pdata[i]);
    g_string_append_printf (text, "    https://%s/*\n", name);
  }
}

/* Says whether a file that is named like a bundle has nothing of one. */
static gboolean
is_no_bundle (BullaReason reason)
{
  return reason == BULLA_REASON_BUNDLE_MAGIC || reason == BULLA_REASON_BUNDLE_TRUNCATED;
}

/* Says whether a server answered with something else than content; then the line on its status
 * says all that rules on the content could. */
static gboolean
is_failed_answer (const BullaCliReport *self)
{
  return self->status != 0 && self->guess != NULL
         && (self->status / 100 != 2 || self->status == 204);
}

/* Says what a server answered instead of a package. */
static void
append_answer (GString *text, const BullaCliReport *self)
{
  gboolean redirect = self->status / 100 == 3 && self->status != 304;

  if (self->status / 100 == 2 && self->guess == NULL)
    return;
  g_string_append_printf (text, _ ("  the server answered with status %u"), self->status);
  if (redirect)
    g_string_append (text, _ (", but named no URL to go to"));
  if (self->guess != NULL && g_str_equal (self->guess, "empty"))
    g_string_append (text, _ (", without content"));
  else if (self->guess != NULL)
    g_string_append_printf (text, _ ("; the content is not a package but %s"), _ (self->guess));
  g_string_append_c (text, '\n');
}

/* Says what was found instead of a package. */
static void
append_guess (GString *text, const BullaCliReport *self, BullaReason reason)
{
  if (self->status != 0)
    append_answer (text, self);
  else if (self->guess != NULL && (self->bundle == NULL || is_no_bundle (reason)))
    g_string_append_printf (text, _ ("  the file is not a package but %s\n"), _ (self->guess));
}

/**
 * bulla_cli_report_to_text: (skip)
 * @self: a report
 * @explain: whether to add every step, an explanation of the reason, and all resources of a bundle
 *
 * Returns: (transfer full): lines of text
 */
char *
bulla_cli_report_to_text (const BullaCliReport *self, gboolean explain)
{
  g_autoptr (GString) text = g_string_new (NULL);
  BullaReason reason = bulla_cli_report_get_reason (self);

  append_summary (text, self);
  append_guess (text, self, reason);
  if (reason != BULLA_REASON_NONE)
    append_reason (text, reason, explain);
  if (self->chain_mistake != NULL)
    g_string_append_printf (text, "  %s\n", self->chain_mistake);
  bulla_cli_report_append_validity (self, text);
  append_key (text, self, explain);
  if (explain || !is_failed_answer (self))
    append_steps (text, self, explain);
  bulla_cli_lint_append (self->objections, text);
  if (explain)
    append_data (text, self);
  if (self->bundle != NULL)
    bulla_cli_report_append_resources (self, text, explain);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
