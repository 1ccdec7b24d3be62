/* bulla-cli-nel.c - builds the report that the deliverer of an exchange would receive
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-nel.h"

#include <glib/gi18n.h>

#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-load-internal.h"
#include "bulla-nel-policies.h"
#include "bulla-sxg-report.h"
#include "bulla-printable.h"

#define PARTITION "" /* each package is judged alone */
/* policy that is assumed for a response without one; it requests every report */
#define ASSUMED                                                                                    \
  "{\"report_to\":\"default\",\"max_age\":1,\"success_fraction\":1,\"failure_fraction\":1}"

typedef struct {
  BullaSxgTransfer transfer;     /* borrows from the load */
  BullaSxgFinding finding;       /* borrows from the load */
  const BullaSettings *settings; /* borrowed */
  const char *why_not;           /* static; why no policy causes a report; NULL if one may */
  gboolean assumed;              /* whether the policy is assumed */
  BullaNelAnswer answer;
  double fraction;
  char *collector;  /* owned; URL of the collector; NULL if there is none */
  JsonNode *report; /* owned; NULL if no report is due */
  BullaSxgDowngrade downgrade;
} Preview;

static void
preview_clear (Preview *self)
{
  g_free (self->collector);
  g_clear_pointer (&self->report, json_node_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Preview, preview_clear)

static gboolean
is_https (const char *url)
{
  return g_ascii_strncasecmp (url, "https:", 6) == 0;
}

/* Returns why no policy could cause a report on the transfer; NULL if one could. */
static const char *
objection_to (const BullaCliReport *report, const Preview *self)
{
  if (report->chain != NULL)
    return _ ("no reports are defined for certificate chains");
  if (report->load == NULL)
    return _ ("no reports are defined for bundles");
  if (self->finding.result == NULL)
    return _ ("this kind of failure is not reported");
  if (self->transfer.url == NULL)
    return _ ("the URL of the exchange is not known; give it with --url");
  if (!is_https (self->transfer.url))
    return _ ("only exchanges delivered over https are reported");
  return NULL;
}

/* Applies the policy without its sampling. */
static void
apply_policy (Preview *self, BullaOuter *outer, gint64 now)
{
  g_autoptr (BullaNelPolicies) policies = bulla_nel_policies_new ();
  g_autofree char *group = NULL;
  BullaNelResponse response = {
      .url = self->transfer.url,
      .address = self->transfer.server_ip,
      .nel = bulla_outer_get_header (outer, "nel"),
      .report_to = bulla_outer_get_header (outer, "report-to"),
  };
  BullaNelOccasion occasion = {
      self->transfer.url, self->transfer.server_ip,
      bulla_sxg_report_is_success (&self->transfer, &self->finding, self->settings)};

  bulla_nel_policies_note (policies, PARTITION, &response, now);
  self->answer =
      bulla_nel_policies_ask (policies, PARTITION, &occasion, 0.0, now, &self->fraction, &group);
  if (self->answer == BULLA_NEL_NO_POLICY) {
    response.nel = ASSUMED;
    self->assumed = TRUE;
    bulla_nel_policies_note (policies, PARTITION, &response, now);
    self->answer =
        bulla_nel_policies_ask (policies, PARTITION, &occasion, 0.0, now, &self->fraction, &group);
  }
  if (self->answer == BULLA_NEL_DUE)
    self->collector =
        bulla_nel_policies_choose (policies, PARTITION, self->transfer.url, group, 0.0, now);
}

static void
preview_init (Preview *self, const BullaCliReport *report)
{
  *self = (Preview){0};
  if (report->load != NULL) {
    self->settings = bulla_profile_get_settings (bulla_load_get_profile (report->load));
    bulla_sxg_finding_of_load (&self->finding, report->load);
    bulla_sxg_transfer_of_outer (&self->transfer, bulla_load_get_outer (report->load));
    self->transfer.elapsed = report->elapsed;
    if (self->transfer.status == 0)
      self->transfer.status = 200; /* a file counts as served with 200 */
  }
  self->why_not = objection_to (report, self);
  if (self->why_not != NULL)
    return;
  apply_policy (self, bulla_load_get_outer (report->load),
                bulla_verdict_get_time (bulla_load_get_verdict (report->load)));
  if (self->answer != BULLA_NEL_DUE)
    return;
  self->downgrade =
      bulla_sxg_report_get_downgrade (&self->transfer, &self->finding, self->settings);
  self->report = bulla_sxg_report_build (&self->transfer, &self->finding, self->settings,
                                         self->fraction, "Bulla/" BULLA_VERSION, 0);
}

/**
 * bulla_cli_report_nel_to_json: (skip)
 * @self: a report
 *
 * Returns: (transfer full): the report that the deliverer would receive, and why
 */
JsonNode *
bulla_cli_report_nel_to_json (const BullaCliReport *self)
{
  g_auto (Preview) preview = {0};
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  preview_init (&preview, self);
  gboolean asked = preview.why_not == NULL;
  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "policy",
                         !asked            ? NULL
                         : preview.assumed ? "assumed"
                                           : "response");
  bulla_cli_json_string (builder, "answer",
                         asked ? bulla_nel_answer_get_nick (preview.answer) : NULL);
  bulla_cli_json_string (builder, "collector", preview.collector);
  bulla_cli_json_boolean (builder, "allowed",
                          preview.settings != NULL && preview.settings->send == BULLA_CHOICE_YES);
  bulla_cli_json_string (builder, "result", preview.finding.result);
  bulla_cli_json_string (builder, "downgraded", bulla_sxg_downgrade_get_nick (preview.downgrade));
  bulla_cli_json_begin_array (builder, "body");
  if (preview.report != NULL)
    json_builder_add_value (builder, json_node_copy (preview.report));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

static const char *
explain_answer (BullaNelAnswer answer)
{
  return answer == BULLA_NEL_NOT_SAMPLED
             ? _ ("the deliverer’s policy requests no reports of this kind")
         : answer == BULLA_NEL_ADDRESS_CHANGED
             ? _ ("the deliverer’s policy came from a different IP address")
             : _ ("the deliverer has no reporting policy");
}

static const char *
explain_downgrade (BullaSxgDowngrade downgrade)
{
  return downgrade == BULLA_SXG_DOWNGRADE_ORIGIN
             ? _ ("the certificate is on a different origin than the exchange")
         : downgrade == BULLA_SXG_DOWNGRADE_ADDRESS
             ? _ ("the certificate came from a different IP address than the exchange")
             : _ ("whether the certificate and the exchange came from the same IP address is not "
                  "known");
}

static void
append_body (GString *text, const Preview *self)
{
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_ARRAY);

  json_array_add_element (array, json_node_copy (self->report));
  json_node_set_array (root, array);
  g_autofree char *body = json_to_string (root, TRUE);
  g_auto (GStrv) lines = g_strsplit (body, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    g_string_append_printf (text, "    %s\n", lines[i]);
}

static void
append_source (GString *text, const Preview *self)
{
  g_autofree char *collector =
      self->collector != NULL ? bulla_printable_dup (self->collector) : NULL;

  if (self->assumed)
    g_string_append (
        text,
        _ ("  report, as if the policy requested all reports; the response carried no policy\n"));
  else
    g_string_append_printf (text, _ ("  report; the deliverer requests a fraction of %g of them\n"),
                            self->fraction);
  if (collector != NULL)
    g_string_append_printf (text, _ ("    to %s\n"), collector);
  else if (!self->assumed)
    g_string_append (text, _ ("    not sent: the policy names no existing collector\n"));
  if (self->settings->send != BULLA_CHOICE_YES)
    g_string_append (text, _ ("    not sent: the profile sends no reports\n"));
}

/**
 * bulla_cli_report_append_nel: (skip)
 * @self: a report
 * @text: receives the report that the deliverer would receive
 */
void
bulla_cli_report_append_nel (const BullaCliReport *self, GString *text)
{
  g_auto (Preview) preview = {0};

  preview_init (&preview, self);
  if (preview.report == NULL) {
    g_string_append_printf (text, _ ("  no report: %s\n"),
                            preview.why_not != NULL ? preview.why_not
                                                    : explain_answer (preview.answer));
    return;
  }
  append_source (text, &preview);
  if (preview.downgrade != BULLA_SXG_DOWNGRADE_NONE)
    g_string_append_printf (text, _ ("    sxg.failed is reported instead of sxg.%s: %s\n"),
                            preview.finding.result, explain_downgrade (preview.downgrade));
  append_body (text, &preview);
}
