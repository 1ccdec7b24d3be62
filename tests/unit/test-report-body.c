/* test-report-body.c - checks the content of reports, and what they must not reveal
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-loader.h"
#include "bulla-sxg-report.h"

#define OUTER "https://aggregator.test/page.sxg?q"
#define INNER "https://publisher.test/article"
#define OWN_CERT "https://aggregator.test/chain.cbor"
#define OTHER_CERT "https://certificates.test/chain.cbor"
#define DATA_CERT "data:application/cert-chain+cbor;base64,gmfwn5Oc4puT"
#define HERE "192.0.2.1"
#define ELSEWHERE "192.0.2.2"

static const char *const ABOUT_CERTIFICATE[] = {"signature_verification_error",
                                                "cert_verification_error", "cert_fetch_error",
                                                "cert_parse_error", NULL};

typedef struct {
  BullaSxgTransfer transfer;
  BullaSxgFinding finding;
  BullaSettings settings;
  GPtrArray *urls, *addresses; /* owned */
} Report;

static void
set_up (Report *self, gconstpointer data)
{
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", NULL);

  self->settings = *bulla_profile_get_settings (profile);
  self->urls = g_ptr_array_new ();
  self->addresses = g_ptr_array_new ();
  self->transfer = (BullaSxgTransfer){.url = OUTER,
                                      .referrer = "https://portal.test/",
                                      .protocol = "h2",
                                      .server_ip = HERE,
                                      .status = 200,
                                      .elapsed = 321};
  self->finding = (BullaSxgFinding){"ok", INNER, self->urls, self->addresses};
}

static void
tear_down (Report *self, gconstpointer data)
{
  g_ptr_array_unref (self->urls);
  g_ptr_array_unref (self->addresses);
}

static void
set_cert (Report *self, const char *url, const char *address)
{
  g_ptr_array_set_size (self->urls, 0);
  g_ptr_array_set_size (self->addresses, 0);
  if (url != NULL)
    g_ptr_array_add (self->urls, (char *)url);
  if (address != NULL)
    g_ptr_array_add (self->addresses, (char *)address);
}

static char *
write_report (Report *self)
{
  g_autoptr (JsonNode) report =
      bulla_sxg_report_build (&self->transfer, &self->finding, &self->settings, 0.5, "Agent/1", 7);

  return bulla_sxg_report_to_text (report);
}

static void
assert_report (Report *self, const char *expected)
{
  g_autofree char *text = write_report (self);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_says (Report *self, const char *part)
{
  g_autofree char *text = write_report (self);

  g_test_message ("%s\n%s", part, text);
  g_assert_nonnull (strstr (text, part));
}

/* Compares a whole report word for word. */
static void
test_whole (Report *self, gconstpointer data)
{
  set_cert (self, OTHER_CERT, ELSEWHERE);
  assert_report (self, "[{\"age\":7,\"type\":\"network-error\",\"url\":\"" OUTER "\","
                       "\"user_agent\":\"Agent/1\",\"body\":{\"sampling_fraction\":0.5,"
                       "\"referrer\":\"https://portal.test/\",\"server_ip\":\"192.0.2.1\","
                       "\"protocol\":\"h2\",\"method\":\"GET\",\"status_code\":200,"
                       "\"elapsed_time\":321,\"phase\":\"sxg\",\"type\":\"ok\","
                       "\"sxg\":{\"outer_url\":\"" OUTER "\",\"inner_url\":\"" INNER "\","
                       "\"cert_url\":[\"" OTHER_CERT "\"]}}}]");
}

/* all results that a reason may have */
static void
test_results (Report *self, gconstpointer data)
{
  guint n = 0;

  set_cert (self, OWN_CERT, HERE);
  for (guint reason = 0; reason < BULLA_N_REASONS; reason++) {
    const char *result = bulla_reason_get_report_type (reason);
    if (result == NULL)
      continue;
    gboolean ok = g_str_equal (result, "ok");
    g_autofree char *type = g_strdup_printf (
        "\"elapsed_time\":321,\"phase\":\"sxg\",\"type\":\"%s%s\",", ok ? "" : "sxg.", result);
    self->finding.result = result;
    assert_says (self, type);
    n++;
  }
  g_assert_cmpuint (n, >, 50);
}

/* --- data that reports must not contain */

static void
test_unknown (Report *self, gconstpointer data)
{
  self->transfer = (BullaSxgTransfer){.url = OUTER};
  self->finding.result = "parse_error";
  self->finding.inner_url = NULL;
  assert_says (self, "\"referrer\":\"\",\"server_ip\":\"\",\"protocol\":\"\",\"method\":\"GET\","
                     "\"status_code\":0,\"elapsed_time\":0");
  assert_says (self, "\"sxg\":{\"outer_url\":\"" OUTER "\",\"cert_url\":[]}");
  self->settings.no_inner_url = BULLA_INNER_URL_EMPTY;
  assert_says (self, "\"inner_url\":\"\",\"cert_url\":[]");
  self->settings.report_url = BULLA_REPORT_URL_INNER;
  assert_says (self, "\"url\":\"" OUTER "\"");
}

/* not reported, because the server never received it: fragments, credentials, and the content of
 * data: URLs */
static void
test_redacted (Report *self, gconstpointer data)
{
  self->transfer.url = "https://user:secret@Aggregator.test:443/page.sxg?q#secret";
  self->transfer.referrer = "https://user:secret@portal.test/a#secret";
  self->finding.inner_url = INNER "#secret";
  set_cert (self, "https://user:secret@certificates.test/chain.cbor#secret", NULL);
  g_ptr_array_add (self->urls, (char *)DATA_CERT);
  g_autofree char *text = write_report (self);
  g_assert_null (strstr (text, "secret"));
  g_assert_null (strstr (text, "base64"));
  assert_says (self, "\"url\":\"" OUTER "\"");
  assert_says (self, "\"outer_url\":\"" OUTER "\",\"inner_url\":\"" INNER "\"");
  assert_says (self, "\"referrer\":\"https://portal.test/a\"");
  assert_says (self, "\"cert_url\":[\"" OTHER_CERT "\",\"data\"]");
  self->settings.data_url = BULLA_DATA_URL_WHOLE;
  assert_says (self, "\"" DATA_CERT "\"");
}

static void
test_inner_url (Report *self, gconstpointer data)
{
  self->settings.report_url = BULLA_REPORT_URL_INNER;
  assert_says (self, "\"url\":\"" INNER "\"");
}

/* --- reduction to sxg.failed */

typedef struct {
  const char *url, *address, *server;
  BullaSxgDowngrade draft, chromium;
} Row;

static const Row ROWS[] = {
    {OWN_CERT, HERE, HERE, BULLA_SXG_DOWNGRADE_NONE, BULLA_SXG_DOWNGRADE_NONE},
    /* LD-024 */
    {OTHER_CERT, ELSEWHERE, HERE, BULLA_SXG_DOWNGRADE_ORIGIN, BULLA_SXG_DOWNGRADE_ORIGIN},
    {OTHER_CERT, HERE, HERE, BULLA_SXG_DOWNGRADE_ORIGIN, BULLA_SXG_DOWNGRADE_ORIGIN},
    {OTHER_CERT, NULL, HERE, BULLA_SXG_DOWNGRADE_ORIGIN, BULLA_SXG_DOWNGRADE_ORIGIN},
    {"https://aggregator.test:8443/chain.cbor", HERE, HERE, BULLA_SXG_DOWNGRADE_ORIGIN,
     BULLA_SXG_DOWNGRADE_ORIGIN},
    {"nonsense", HERE, HERE, BULLA_SXG_DOWNGRADE_ORIGIN, BULLA_SXG_DOWNGRADE_ORIGIN},
    {OWN_CERT, ELSEWHERE, HERE, BULLA_SXG_DOWNGRADE_ADDRESS, BULLA_SXG_DOWNGRADE_ADDRESS},
    {OWN_CERT, NULL, HERE, BULLA_SXG_DOWNGRADE_UNKNOWN_ADDRESS, BULLA_SXG_DOWNGRADE_NONE},
    {OWN_CERT, NULL, NULL, BULLA_SXG_DOWNGRADE_UNKNOWN_ADDRESS, BULLA_SXG_DOWNGRADE_NONE},
    {OWN_CERT, HERE, NULL, BULLA_SXG_DOWNGRADE_UNKNOWN_ADDRESS,
     BULLA_SXG_DOWNGRADE_UNKNOWN_ADDRESS},
    /* LD-025 */
    {DATA_CERT, NULL, HERE, BULLA_SXG_DOWNGRADE_NONE, BULLA_SXG_DOWNGRADE_NONE},
    {"DATA:,x", NULL, NULL, BULLA_SXG_DOWNGRADE_NONE, BULLA_SXG_DOWNGRADE_NONE},
    {NULL, NULL, HERE, BULLA_SXG_DOWNGRADE_NONE, BULLA_SXG_DOWNGRADE_NONE},
};

static void
check_row (Report *self, const Row *row, const char *result)
{
  gboolean about = g_strv_contains (ABOUT_CERTIFICATE, result);
  g_autofree char *full =
      g_strdup_printf ("\"elapsed_time\":321,\"phase\":\"sxg\",\"type\":\"%s%s\"",
                       g_str_equal (result, "ok") ? "" : "sxg.", result);

  set_cert (self, row->url, row->address);
  self->transfer.server_ip = row->server;
  self->finding.result = result;
  self->settings.unknown_cert_server = BULLA_CERT_SERVER_IGNORED;
  g_assert_cmpint (
      bulla_sxg_report_get_downgrade (&self->transfer, &self->finding, &self->settings), ==,
      about ? row->chromium : BULLA_SXG_DOWNGRADE_NONE);
  self->settings.unknown_cert_server = BULLA_CERT_SERVER_DOWNGRADES;
  g_assert_cmpint (
      bulla_sxg_report_get_downgrade (&self->transfer, &self->finding, &self->settings), ==,
      about ? row->draft : BULLA_SXG_DOWNGRADE_NONE);
  assert_says (self, about && row->draft != BULLA_SXG_DOWNGRADE_NONE
                         ? "\"elapsed_time\":0,\"phase\":\"sxg\",\"type\":\"sxg.failed\""
                         : full);
}

/* LD-024, LD-025: each result with each location of the certificate */
static void
test_downgrade (Report *self, gconstpointer data)
{
  static const char *const others[] = {"ok", "mi_error", "non_secure_distributor", "parse_error",
                                       "invalid_integrity_header"};

  for (size_t i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    g_test_message ("row %zu", i);
    for (guint j = 0; ABOUT_CERTIFICATE[j] != NULL; j++)
      check_row (self, &ROWS[i], ABOUT_CERTIFICATE[j]);
    for (size_t j = 0; j < G_N_ELEMENTS (others); j++)
      check_row (self, &ROWS[i], others[j]);
  }
}

/* several members of Signature name several URLs: one on another server is enough */
static void
test_members (Report *self, gconstpointer data)
{
  self->finding.result = "cert_verification_error";
  set_cert (self, OWN_CERT, HERE);
  g_ptr_array_add (self->urls, (char *)DATA_CERT);
  assert_says (self, "\"sxg.cert_verification_error\"");
  g_ptr_array_add (self->urls, (char *)OTHER_CERT);
  assert_says (self, "\"sxg.failed\"");
  g_ptr_array_set_size (self->urls, 2);
  g_ptr_array_add (self->addresses, (char *)ELSEWHERE);
  assert_says (self, "\"sxg.failed\"");
}

/* --- choice of the sampling fraction */

static void
test_success (Report *self, gconstpointer data)
{
  g_assert_true (bulla_sxg_report_is_success (&self->transfer, &self->finding, &self->settings));
  self->finding.result = "parse_error";
  g_assert_false (bulla_sxg_report_is_success (&self->transfer, &self->finding, &self->settings));
  self->settings.sampled_by = BULLA_SAMPLED_BY_TRANSFER;
  g_assert_true (bulla_sxg_report_is_success (&self->transfer, &self->finding, &self->settings));
  self->transfer.status = 404;
  g_assert_false (bulla_sxg_report_is_success (&self->transfer, &self->finding, &self->settings));
}

#define ADD(name, test) g_test_add ("/report/" name, Report, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole", test_whole);
  ADD ("results", test_results);
  ADD ("unknown", test_unknown);
  ADD ("redacted", test_redacted);
  ADD ("inner-url", test_inner_url);
  ADD ("downgrade", test_downgrade);
  ADD ("members", test_members);
  ADD ("success", test_success);
  return g_test_run ();
}
