/* bulla-cli-report.c - a judgement, as text and as JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-report.h"

#include <glib/gi18n.h>

#include "bulla-cli-files.h"
#include "bulla-cli.h"
#include "bulla-explain.h"

void
bulla_report_free (BullaReport *self)
{
  g_clear_object (&self->load);
  g_clear_pointer (&self->request, bulla_verdict_unref);
  g_free (self->body_sha256);
  g_free (self);
}

static BullaReply
reply_of (const BullaReport *self)
{
  if (self->request != NULL)
    return bulla_verdict_get_reply (self->request);
  return bulla_verdict_get_outcome (bulla_load_get_verdict (self->load)) == BULLA_OUTCOME_FALL_BACK
             ? BULLA_REPLY_NETWORK
             : BULLA_REPLY_REFUSE;
}

/* an exchange that may be substituted, but not for this request, is as good as the network */
BullaOutcome
bulla_report_get_outcome (const BullaReport *self)
{
  BullaOutcome outcome = bulla_verdict_get_outcome (bulla_load_get_verdict (self->load));
  if (outcome == BULLA_OUTCOME_NOT_A_PACKAGE)
    return BULLA_OUTCOME_REFUSE;
  if (outcome != BULLA_OUTCOME_SUBSTITUTE || reply_of (self) == BULLA_REPLY_SERVE)
    return outcome;
  return reply_of (self) == BULLA_REPLY_NETWORK ? BULLA_OUTCOME_FALL_BACK : BULLA_OUTCOME_REFUSE;
}

BullaReason
bulla_report_get_reason (const BullaReport *self)
{
  BullaReason reason = bulla_verdict_get_reason (bulla_load_get_verdict (self->load));
  if (reason == BULLA_REASON_NONE && self->request != NULL)
    reason = bulla_verdict_get_reason (self->request);
  return reason;
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_number (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_steps (JsonBuilder *builder, const BullaVerdict *verdict)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++) {
    g_autofree char *observed = bulla_verdict_dup_observed (verdict, i);
    g_autofree char *required = bulla_verdict_dup_required (verdict, i);
    BullaRange range;
    bulla_verdict_get_range (verdict, i, &range);
    json_builder_begin_object (builder);
    add_string (builder, "rule", bulla_verdict_get_rule (verdict, i));
    add_string (builder, "state", bulla_state_get_nick (bulla_verdict_get_state (verdict, i)));
    add_string (builder, "observed", observed);
    add_string (builder, "required", required);
    add_string (builder, "anchor", bulla_verdict_get_anchor (verdict, i));
    add_number (builder, "offset", (gint64)range.offset);
    add_number (builder, "length", (gint64)range.length);
    json_builder_end_object (builder);
  }
}

static void
add_request (JsonBuilder *builder, const BullaReport *self)
{
  json_builder_set_member_name (builder, "request");
  json_builder_begin_object (builder);
  add_string (builder, "verdict", bulla_reply_get_nick (reply_of (self)));
  add_string (builder, "reason", bulla_reason_get_nick (bulla_report_get_reason (self)));
  json_builder_end_object (builder);
}

static void
add_expiry (JsonBuilder *builder, const BullaVerdict *verdict)
{
  gint64 expires = bulla_verdict_get_expires (verdict);
  json_builder_set_member_name (builder, "expires");
  if (expires >= 0)
    json_builder_add_int_value (builder, expires);
  else
    json_builder_add_null_value (builder);
  add_string (builder, "expires_by",
              bulla_expires_by_get_nick (bulla_verdict_get_expires_by (verdict)));
}

static void
add_body (JsonBuilder *builder, const BullaReport *self)
{
  json_builder_set_member_name (builder, "body");
  json_builder_begin_object (builder);
  add_string (builder, "sha256", self->body_sha256);
  add_number (builder, "length", (gint64)self->body_length);
  json_builder_set_member_name (builder, "complete");
  json_builder_add_boolean_value (builder, self->body_complete);
  json_builder_end_object (builder);
}

/**
 * bulla_report_to_json: (skip)
 * @self: a report
 *
 * Returns: (transfer full): one object
 */
JsonNode *
bulla_report_to_json (const BullaReport *self)
{
  BullaVerdict *verdict = bulla_load_get_verdict (self->load);
  BullaReason reason = bulla_report_get_reason (self);
  const char *report_type = self->request != NULL && bulla_verdict_get_reason (verdict) == 0
                                ? bulla_verdict_get_report_type (self->request)
                                : bulla_verdict_get_report_type (verdict);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  g_autofree char *name = g_utf8_make_valid (self->name, -1); /* JSON knows no other */
  add_string (builder, "file", name);
  add_string (builder, "kind", self->kind);
  add_string (builder, "url", bulla_load_get_url (self->load));
  add_string (builder, "profile", bulla_verdict_get_profile_name (verdict));
  add_number (builder, "at", bulla_verdict_get_time (verdict));
  add_string (builder, "outcome", bulla_outcome_get_nick (bulla_report_get_outcome (self)));
  add_string (builder, "reason", bulla_reason_get_nick (reason));
  add_string (builder, "report_type", report_type);
  add_request (builder, self);
  add_expiry (builder, verdict);
  json_builder_set_member_name (builder, "steps");
  json_builder_begin_array (builder);
  add_steps (builder, verdict);
  if (self->request != NULL)
    add_steps (builder, self->request);
  json_builder_end_array (builder);
  add_body (builder, self);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/**
 * bulla_cli_format_time: (skip)
 * @seconds: Unix seconds
 *
 * Returns: (transfer full): ISO 8601, UTC
 */
char *
bulla_cli_format_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ")
                      : g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
}

static void
append_summary (GString *text, const BullaReport *self)
{
  BullaVerdict *verdict = bulla_load_get_verdict (self->load);
  g_autofree char *at = bulla_cli_format_time (bulla_verdict_get_time (verdict));
  g_autofree char *name = bulla_cli_dup_printable (self->name);
  g_string_append_printf (text, "%-16s%s\n",
                          bulla_outcome_get_nick (bulla_report_get_outcome (self)), name);
  if (bulla_load_get_url (self->load) != NULL)
    g_string_append_printf (text, "  %s\n", bulla_load_get_url (self->load));
  g_string_append_printf (text, _ ("  profile %s, judged at %s"),
                          bulla_verdict_get_profile_name (verdict), at);
  if (bulla_verdict_get_expires (verdict) >= 0) {
    g_autofree char *until = bulla_cli_format_time (bulla_verdict_get_expires (verdict));
    g_string_append_printf (text, _ (", trusted until %s (%s)"), until,
                            bulla_expires_by_get_nick (bulla_verdict_get_expires_by (verdict)));
  }
  g_string_append_c (text, '\n');
}

/* as bulla explain has it, without what the trace says already */
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

/**
 * bulla_report_to_text: (skip)
 * @self: a report
 * @explain: every step, and what the reason means
 *
 * Returns: (transfer full): lines of text
 */
char *
bulla_report_to_text (const BullaReport *self, gboolean explain)
{
  g_autoptr (GString) text = g_string_new (NULL);
  BullaReason reason = bulla_report_get_reason (self);
  append_summary (text, self);
  if (reason != BULLA_REASON_NONE)
    append_reason (text, reason, explain);
  g_autofree char *steps = bulla_verdict_describe (bulla_load_get_verdict (self->load), explain);
  g_string_append (text, steps);
  if (self->request != NULL) {
    g_autofree char *more = bulla_verdict_describe (self->request, explain);
    g_string_append (text, more);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
