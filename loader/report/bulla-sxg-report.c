/* bulla-sxg-report.c - builds the NEL report on an exchange for its distributor
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: LOAD "Queuing signed exchange report"; Network Error Logging, "Generate a network error
 * report" and "Deliver a network report"; Reporting API, "Strip URL for use in reports". */
#include "bulla-sxg-report.h"

#include <string.h>

#include "bulla-load-internal.h"
#include "bulla-outer-internal.h"
#include "bulla-uri-text.h"
#include "bulla-url.h"

#define URL_FLAGS                                                                                  \
  (G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY | G_URI_FLAGS_SCHEME_NORMALIZE)

/**
 * bulla_sxg_transfer_of_outer: (skip)
 * @self: (out caller-allocates): borrows from @outer
 * @outer: a response with a URL
 */
void
bulla_sxg_transfer_of_outer (BullaSxgTransfer *self, BullaOuter *outer)
{
  *self = (BullaSxgTransfer){
      .url = bulla_outer_get_url (outer),
      .protocol = bulla_outer_get_protocol (outer),
      .server_ip = bulla_outer_get_server_address (outer),
      .status = bulla_outer_get_status (outer),
  };
}

/* --- result of the load */

/* LOAD, "HTTP fetch": does not report unknown versions, or responses that it does not treat as an
 * exchange. */
static gboolean
is_reported (BullaLoad *load, BullaVerdict *verdict)
{
  const BullaSettings *settings = bulla_profile_get_settings (bulla_load_get_profile (load));
  BullaOutcome outcome = bulla_verdict_get_outcome (verdict);

  return outcome != BULLA_OUTCOME_NOT_A_PACKAGE
         && (bulla_verdict_get_reason (verdict) != BULLA_REASON_OUTER_VERSION
             || outcome != BULLA_OUTCOME_FALL_BACK
             || settings->unknown_version != BULLA_ON_FAULT_FALL_BACK_FOR_TYPE);
}

/**
 * bulla_sxg_finding_of_load: (skip)
 * @self: (out caller-allocates): borrows from @load
 * @load: a judged exchange; faults of its body count if they were found already
 */
void
bulla_sxg_finding_of_load (BullaSxgFinding *self, BullaLoad *load)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);

  *self = (BullaSxgFinding){
      .result = is_reported (load, verdict) ? bulla_verdict_get_report_type (verdict) : NULL,
      .inner_url = bulla_load_get_url (load),
      .cert_urls = bulla_load_get_cert_urls (load),
      .cert_addresses = bulla_load_get_cert_addresses (load),
  };
}

static gboolean
is_ok (const BullaSxgFinding *finding)
{
  return g_str_equal (finding->result, "ok");
}

/**
 * bulla_sxg_report_is_success: (skip)
 * @transfer: the transfer that delivered the exchange
 * @finding: the result of judging it
 * @settings: settings of the profile
 *
 * LOAD samples by whether the transfer succeeded, which it also did if it delivered an invalid
 * exchange; browsers sample by whether the exchange is valid. The setting selects one.
 *
 * Returns: whether the policy's success_fraction applies; otherwise its failure_fraction does
 */
gboolean
bulla_sxg_report_is_success (const BullaSxgTransfer *transfer, const BullaSxgFinding *finding,
                             const BullaSettings *settings)
{
  return settings->sampled_by == BULLA_SAMPLED_BY_TRANSFER ? transfer->status < 400
                                                           : is_ok (finding);
}

/* --- what a report must not contain */

static gboolean
is_about_the_certificate (const char *result)
{
  static const char *const results[] = {"signature_verification_error", "cert_verification_error",
                                        "cert_fetch_error", "cert_parse_error", NULL};

  return g_strv_contains (results, result);
}

static gboolean
is_data (const char *url)
{
  return g_ascii_strncasecmp (url, "data:", 5) == 0;
}

static BullaSxgDowngrade
downgrade_by_address (const BullaSxgTransfer *transfer, const GPtrArray *addresses,
                      const BullaSettings *settings)
{
  if (addresses->len == 0 && settings->unknown_cert_server == BULLA_CERT_SERVER_IGNORED)
    return BULLA_SXG_DOWNGRADE_NONE;
  if (addresses->len == 0 || transfer->server_ip == NULL)
    return BULLA_SXG_DOWNGRADE_UNKNOWN_ADDRESS;
  for (guint i = 0; i < addresses->len; i++)
    if (!g_str_equal (addresses->pdata[i], transfer->server_ip))
      return BULLA_SXG_DOWNGRADE_ADDRESS;
  return BULLA_SXG_DOWNGRADE_NONE;
}

/**
 * bulla_sxg_report_get_downgrade: (skip)
 * @transfer: the transfer that delivered the exchange
 * @finding: the result of judging it
 * @settings: settings of the profile
 *
 * A distributor may name a certificate URL on another party's server, even one in the user's own
 * network. Reports must not tell the distributor how that server responded.
 *
 * Returns: why the report must be reduced to `sxg.failed`, if so
 */
BullaSxgDowngrade
bulla_sxg_report_get_downgrade (const BullaSxgTransfer *transfer, const BullaSxgFinding *finding,
                                const BullaSettings *settings)
{
  gboolean fetched = FALSE;

  if (!is_about_the_certificate (finding->result))
    return BULLA_SXG_DOWNGRADE_NONE;
  for (guint i = 0; i < finding->cert_urls->len; i++) {
    const char *url = finding->cert_urls->pdata[i];
    if (is_data (url))
      continue;
    fetched = TRUE;
    if (!bulla_url_same_origin (transfer->url, url))
      return BULLA_SXG_DOWNGRADE_ORIGIN;
  }
  return fetched ? downgrade_by_address (transfer, finding->cert_addresses, settings)
                 : BULLA_SXG_DOWNGRADE_NONE;
}

const char *
bulla_sxg_downgrade_get_nick (BullaSxgDowngrade downgrade)
{
  static const char *const nicks[] = {NULL, "cert-origin", "cert-address", "cert-address-unknown"};

  return nicks[downgrade];
}

/* Removes what the server never saw: fragment and userinfo; for other schemes, everything but the
 * scheme. */
static char *
strip (const char *url, const BullaSettings *settings)
{
  g_autoptr (GUri) uri = g_uri_parse (url, URL_FLAGS, NULL);
  g_auto (BullaUrl) read = {0};
  BullaReason reason;
  const char *detail;

  if (is_data (url))
    return g_strdup (settings->data_url == BULLA_DATA_URL_WHOLE ? url : "data");
  const GUriHideFlags hidden = G_URI_HIDE_USERINFO | G_URI_HIDE_AUTH_PARAMS | G_URI_HIDE_FRAGMENT;
  g_autofree char *stripped = uri != NULL ? bulla_uri_dup_text (uri, hidden) : NULL;
  if (stripped == NULL)
    return g_strdup ("");
  return bulla_url_read (&read, stripped, strlen (stripped), BULLA_URL_WHATWG, &reason, &detail)
             ? g_steal_pointer (&read.url)
             : g_steal_pointer (&stripped);
}

/* --- the report */

static void
add_text (JsonBuilder *builder, const char *name, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, valid);
}

static void
add_url (JsonBuilder *builder, const char *name, const char *url, const BullaSettings *settings)
{
  g_autofree char *stripped = strip (url, settings);

  add_text (builder, name, stripped);
}

static void
add_number (JsonBuilder *builder, const char *name, gint64 number)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, number);
}

static void
add_exchange (JsonBuilder *builder, const BullaSxgTransfer *transfer,
              const BullaSxgFinding *finding, const BullaSettings *settings)
{
  json_builder_set_member_name (builder, "sxg");
  json_builder_begin_object (builder);
  add_url (builder, "outer_url", transfer->url, settings);
  if (finding->inner_url != NULL)
    add_url (builder, "inner_url", finding->inner_url, settings);
  else if (settings->no_inner_url == BULLA_INNER_URL_EMPTY)
    add_text (builder, "inner_url", "");
  json_builder_set_member_name (builder, "cert_url");
  json_builder_begin_array (builder);
  for (guint i = 0; i < finding->cert_urls->len; i++) {
    g_autofree char *url = strip (finding->cert_urls->pdata[i], settings);
    json_builder_add_string_value (builder, url);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_body (JsonBuilder *builder, const BullaSxgTransfer *transfer, const BullaSxgFinding *finding,
          const BullaSettings *settings, double fraction)
{
  gboolean downgraded =
      bulla_sxg_report_get_downgrade (transfer, finding, settings) != BULLA_SXG_DOWNGRADE_NONE;
  g_autofree char *type = is_ok (finding)
                              ? g_strdup ("ok")
                              : g_strconcat ("sxg.", downgraded ? "failed" : finding->result, NULL);

  json_builder_set_member_name (builder, "body");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "sampling_fraction");
  json_builder_add_double_value (builder, fraction);
  if (transfer->referrer != NULL)
    add_url (builder, "referrer", transfer->referrer, settings);
  else
    add_text (builder, "referrer", "");
  add_text (builder, "server_ip", transfer->server_ip);
  add_text (builder, "protocol", transfer->protocol);
  add_text (builder, "method", transfer->method != NULL ? transfer->method : "GET");
  add_number (builder, "status_code", transfer->status);
  add_number (builder, "elapsed_time", downgraded ? 0 : MAX (transfer->elapsed, 0));
  add_text (builder, "phase", "sxg");
  add_text (builder, "type", type);
  add_exchange (builder, transfer, finding, settings);
  json_builder_end_object (builder);
}

/**
 * bulla_sxg_report_build: (skip)
 * @transfer: the transfer that delivered the exchange
 * @finding: the result of judging the exchange; its result must be set
 * @settings: settings of the profile
 * @fraction: fraction of such transfers that is reported
 * @user_agent: (nullable): the User-Agent of the request
 * @age: milliseconds since the report was made
 *
 * Returns: (transfer full): one report, of type `network-error`
 */
JsonNode *
bulla_sxg_report_build (const BullaSxgTransfer *transfer, const BullaSxgFinding *finding,
                        const BullaSettings *settings, double fraction, const char *user_agent,
                        gint64 age)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gboolean inner = settings->report_url == BULLA_REPORT_URL_INNER && finding->inner_url != NULL;

  json_builder_begin_object (builder);
  add_number (builder, "age", MAX (age, 0));
  add_text (builder, "type", "network-error");
  add_url (builder, "url", inner ? finding->inner_url : transfer->url, settings);
  add_text (builder, "user_agent", user_agent);
  add_body (builder, transfer, finding, settings, fraction);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/**
 * bulla_sxg_report_to_text: (skip)
 * @report: one report
 *
 * Returns: (transfer full): the request body: a JSON list that contains only @report
 */
char *
bulla_sxg_report_to_text (JsonNode *report)
{
  g_autofree char *text = json_to_string (report, FALSE);

  return g_strconcat ("[", text, "]", NULL);
}
