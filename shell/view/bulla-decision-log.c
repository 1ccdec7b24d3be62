/* bulla-decision-log.c - writes each decision to a file, one JSON object per line
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-decision-log.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "bulla-json.h"
#include "bulla-panel-row.h"
#include "bulla-printable.h"

struct _BullaDecisionLog {
  GFileOutputStream *out; /* owned */
};

static const char *EVENTS[] = {
    [BULLA_VIEW_EVENT_DECIDED] = "decided",     [BULLA_VIEW_EVENT_SERVED] = "served",
    [BULLA_VIEW_EVENT_FELL_BACK] = "fell-back", [BULLA_VIEW_EVENT_REFUSED] = "refused",
    [BULLA_VIEW_EVENT_TRUNCATED] = "truncated", [BULLA_VIEW_EVENT_PREFETCHED] = "prefetched",
    [BULLA_VIEW_EVENT_UNUSED] = "unused",
};

static const char *STANDINGS[] = {
    [BULLA_STANDING_NONE] = "none",
    [BULLA_STANDING_LIVE] = "live",
    [BULLA_STANDING_INSECURE] = "insecure",
    [BULLA_STANDING_VERIFYING] = "verifying",
    [BULLA_STANDING_CHECKING] = "verifying",
    [BULLA_STANDING_UNKNOWN] = "unknown",
    [BULLA_STANDING_SUBSTITUTED] = "substituted",
    [BULLA_STANDING_SEPARATE] = "separate-origin",
    [BULLA_STANDING_ISOLATED] = "isolated-app",
    [BULLA_STANDING_TRUNCATED] = "truncated",
    [BULLA_STANDING_FELL_BACK] = "fell-back",
    [BULLA_STANDING_REFUSED] = "refused",
};

/**
 * bulla_decision_log_new:
 * @file: the file; created if missing, otherwise appended to
 * @error: set if the file cannot be written
 */
BullaDecisionLog *
bulla_decision_log_new (const char *file, GError **error)
{
  g_autoptr (GFile) place = g_file_new_for_commandline_arg (file);
  g_autoptr (GFileOutputStream) out = g_file_append_to (place, G_FILE_CREATE_PRIVATE, NULL, error);

  if (out == NULL)
    return NULL;
  BullaDecisionLog *self = g_new0 (BullaDecisionLog, 1);
  self->out = g_steal_pointer (&out);
  return self;
}

void
bulla_decision_log_free (BullaDecisionLog *self)
{
  g_object_unref (self->out);
  g_free (self);
}

static void
set_verdict (JsonBuilder *builder, BullaVerdict *verdict)
{
  BullaReason reason = verdict != NULL ? bulla_verdict_get_reason (verdict) : BULLA_REASON_NONE;

  bulla_json_add_text_or_null (builder, "reason",
                               reason != BULLA_REASON_NONE ? bulla_reason_get_nick (reason) : NULL);
  bulla_json_add_text_or_null (builder, "profile",
                               verdict != NULL ? bulla_verdict_get_profile_name (verdict) : NULL);
}

static void
set_package (JsonBuilder *builder, BullaOuter *outer, const char *url, BullaVerdict *verdict)
{
  bulla_json_add_text_or_null (builder, "outer_url",
                               outer != NULL ? bulla_outer_get_url (outer) : NULL);
  bulla_json_add_text_or_null (builder, "signed_url", url);
  bulla_json_add_text_or_null (
      builder, "outcome",
      verdict != NULL ? bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)) : NULL);
}

static JsonBuilder *
begin (const char *event, guint view, const char *url)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_json_add_text_or_null (builder, "event", event);
  json_builder_set_member_name (builder, "view");
  json_builder_add_int_value (builder, view);
  bulla_json_add_text_or_null (builder, "url", url);
  return builder;
}

static void
write_line (BullaDecisionLog *self, JsonBuilder *builder)
{
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *json = json_to_string (root, FALSE);
  g_autofree char *text = bulla_printable_dup_lines (json);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  g_autoptr (GError) error = NULL;

  if (!g_output_stream_write_all (G_OUTPUT_STREAM (self->out), line, strlen (line), NULL, NULL,
                                  &error)
      || !g_output_stream_flush (G_OUTPUT_STREAM (self->out), NULL, &error))
    g_warning ("decisions: %s", error->message);
}

/**
 * bulla_decision_log_write_event:
 * @view: the number of the view; 0 if it is closed or unknown
 * @verdict: (nullable): verdict on the package, or on the request
 * @message: (nullable): the explanation
 */
void
bulla_decision_log_write_event (BullaDecisionLog *self, guint view, BullaViewEventKind event,
                                const char *url, BullaLoad *load, BullaVerdict *verdict,
                                const char *message)
{
  g_autoptr (JsonBuilder) builder = begin (EVENTS[event], view, url);

  set_package (builder, load != NULL ? bulla_load_get_outer (load) : NULL,
               load != NULL ? bulla_load_get_url (load) : NULL,
               load != NULL ? bulla_load_get_verdict (load) : NULL);
  set_verdict (builder, verdict);
  bulla_json_add_text_or_null (builder, "message", message);
  write_line (self, builder);
}

/* Sets what the signing key could sign for, and who uses it in TLS. */
static void
set_key (JsonBuilder *builder, BullaLoad *load)
{
  g_auto (GStrv) reach = bulla_load_dup_reach (load);

  json_builder_set_member_name (builder, "reach");
  json_builder_begin_array (builder);
  for (guint i = 0; reach[i] != NULL; i++)
    json_builder_add_string_value (builder, reach[i]);
  json_builder_end_array (builder);
  bulla_json_add_text_or_null (builder, "tls_host", bulla_load_get_tls_host (load));
}

/**
 * bulla_decision_log_write_page:
 *
 * @client: (nullable): name of the client that the view stands for
 *
 * Writes the page that @view shows from now on, with state `committed` if its standing is not final
 * yet.
 */
void
bulla_decision_log_write_page (BullaDecisionLog *self, guint view, BullaProvenance *provenance,
                               const char *client)
{
  BullaLoad *load = bulla_provenance_get_load (provenance);
  BullaBundle *bundle = bulla_provenance_get_bundle (provenance);
  BullaStanding standing = bulla_provenance_get_standing (provenance);
  gboolean verifying = standing == BULLA_STANDING_VERIFYING || standing == BULLA_STANDING_CHECKING;
  g_autofree char *why = bulla_provenance_dup_why (provenance);
  const char *url = load != NULL     ? bulla_load_get_url (load)
                    : bundle != NULL ? bulla_bundle_get_primary_url (bundle)
                                     : NULL;
  g_autoptr (JsonBuilder) builder =
      begin (verifying ? "committed" : "page", view, bulla_provenance_get_url (provenance));

  bulla_json_add_text_or_null (builder, "standing",
                               STANDINGS[bulla_provenance_get_standing (provenance)]);
  set_package (builder, bulla_provenance_get_outer (provenance), url,
               bulla_provenance_get_verdict (provenance));
  set_verdict (builder, bulla_provenance_get_deciding_verdict (provenance));
  bulla_json_add_text_or_null (builder, "message", why);
  bulla_json_add_text_or_null (builder, "client", client);
  bulla_json_add_text_or_null (builder, "data", bulla_provenance_get_data_choice (provenance));
  bulla_json_add_text_or_null (builder, "data_text", bulla_provenance_get_data_text (provenance));
  if (load != NULL)
    set_key (builder, load);
  bulla_json_add_text_or_null (builder, "web_bundle_id",
                               bundle != NULL ? bulla_bundle_get_web_bundle_id (bundle) : NULL);
  write_line (self, builder);
}

/* Writes the rows of a section of the panel. */
static void
set_rows (JsonBuilder *builder, const char *name, GListModel *rows)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (BullaPanelRow) entry = g_list_model_get_item (rows, i);
    json_builder_begin_object (builder);
    bulla_json_add_text_or_null (builder, "title", bulla_panel_row_get_title (entry));
    bulla_json_add_text_or_null (builder, "value", bulla_panel_row_get_value (entry));
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

/* Writes the rules of the panel; a state is held, broken or unasked. */
static void
set_steps (JsonBuilder *builder, GListModel *steps)
{
  json_builder_set_member_name (builder, "rules");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (steps); i++) {
    g_autoptr (BullaPanelRow) entry = g_list_model_get_item (steps, i);
    json_builder_begin_object (builder);
    bulla_json_add_text_or_null (builder, "rule", bulla_panel_row_get_rule (entry));
    bulla_json_add_text_or_null (builder, "state",
                                 bulla_state_get_nick (bulla_panel_row_get_state (entry)));
    bulla_json_add_text_or_null (builder, "observed", bulla_panel_row_get_value (entry));
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

/**
 * bulla_decision_log_write_left:
 * @provenance: provenance of a page that @view no longer shows
 * @variants: of #BullaPanelRow: which variants the client of the view gets of its package
 *
 * Writes what was shown of it: the badge and its tooltip, the banner, the facts, the versions, the
 * rules of the panel and those for the request, and the hosts that it listed as contacted, how
 * often, and whether these are all.
 */
void
bulla_decision_log_write_left (BullaDecisionLog *self, guint view, BullaProvenance *provenance,
                               GListModel *variants)
{
  g_autoptr (GPtrArray) asked = bulla_provenance_dup_asked (provenance);
  g_autoptr (GListModel) facts = bulla_provenance_list_facts (provenance);
  g_autoptr (GListModel) versions = bulla_provenance_list_versions (provenance);
  g_autoptr (GListModel) steps = bulla_provenance_list_steps (provenance);
  g_autofree char *banner = bulla_provenance_dup_banner (provenance);
  g_autoptr (GListModel) request = bulla_provenance_list_request_steps (provenance);
  g_autofree char *summary = bulla_provenance_dup_summary (provenance);
  g_autoptr (JsonBuilder) builder = begin ("left", view, bulla_provenance_get_url (provenance));

  bulla_json_add_text_or_null (builder, "standing",
                               STANDINGS[bulla_provenance_get_standing (provenance)]);
  json_builder_set_member_name (builder, "contacts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < asked->len; i++) {
    const BullaAsked *each = asked->pdata[i];
    json_builder_begin_object (builder);
    bulla_json_add_text_or_null (builder, "host", bulla_contact_get_host (each->first));
    json_builder_set_member_name (builder, "requests");
    json_builder_add_int_value (builder, each->count);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "contacts_complete");
  json_builder_add_boolean_value (builder, bulla_provenance_knows_contacts (provenance));
  bulla_json_add_text_or_null (builder, "badge", bulla_provenance_get_label (provenance));
  bulla_json_add_text_or_null (builder, "summary", summary);
  bulla_json_add_text_or_null (builder, "banner", banner);
  set_rows (builder, "facts", facts);
  set_rows (builder, "versions", versions);
  set_steps (builder, steps);
  set_rows (builder, "request", request);
  set_rows (builder, "variants", variants);
  write_line (self, builder);
}

/**
 * bulla_decision_log_write_compared:
 * @url: URL of the page
 * @client: name of the client as which its publisher was asked
 * @rows: of #BullaPanelRow: what differs
 *
 * Writes the comparison of a page with the publisher's response, which the user has chosen to make.
 */
void
bulla_decision_log_write_compared (BullaDecisionLog *self, guint view, const char *url,
                                   const char *client, GListModel *rows)
{
  g_autoptr (JsonBuilder) builder = begin ("compared", view, url);

  bulla_json_add_text_or_null (builder, "client", client);
  set_rows (builder, "rows", rows);
  write_line (self, builder);
}

/**
 * bulla_decision_log_write_download:
 * @file: (nullable): the file name; %NULL if no file was written
 * @provenance: where the file came from
 * @error: (nullable): why it is not complete
 *
 * Writes the end of a download.
 */
void
bulla_decision_log_write_download (BullaDecisionLog *self, guint view, const char *file,
                                   BullaProvenance *provenance, const char *error)
{
  BullaLoad *load = bulla_provenance_get_load (provenance);
  g_autoptr (JsonBuilder) builder = begin ("download", view, bulla_provenance_get_url (provenance));

  bulla_json_add_text_or_null (builder, "file", file);
  bulla_json_add_text_or_null (builder, "standing",
                               STANDINGS[bulla_provenance_get_standing (provenance)]);
  set_package (builder, bulla_provenance_get_outer (provenance),
               load != NULL ? bulla_load_get_url (load) : NULL,
               bulla_provenance_get_verdict (provenance));
  bulla_json_add_text_or_null (builder, "message", error);
  write_line (self, builder);
}

static void
set_names (JsonBuilder *builder, const char *name, const char *const *names)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; names[i] != NULL; i++)
    json_builder_add_string_value (builder, names[i]);
  json_builder_end_array (builder);
}

/**
 * bulla_decision_log_write_forgot:
 * @removed: the sites whose data from packages WebKit had
 * @left: those of them whose data it still has
 *
 * Writes that everything was forgotten that came by substitution.
 */
void
bulla_decision_log_write_forgot (BullaDecisionLog *self, const char *const *removed,
                                 const char *const *left)
{
  g_autoptr (JsonBuilder) builder = begin ("forgot", 0, NULL);

  set_names (builder, "removed", removed);
  set_names (builder, "left", left);
  write_line (self, builder);
}
