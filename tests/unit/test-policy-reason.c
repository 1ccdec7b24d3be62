/* test-policy-reason.c - checks that every reason has a name, a report type and a range
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-reason.h"

#include <gio/gio.h>
#include <string.h>

/* LOAD, "Queuing signed exchange report" */
static const char *const REPORTS[] = {"mi_error",
                                      "non_secure_distributor",
                                      "parse_error",
                                      "invalid_integrity_header",
                                      "signature_verification_error",
                                      "cert_verification_error",
                                      "cert_fetch_error",
                                      "cert_parse_error",
                                      NULL};

static void
test_names (void)
{
  for (BullaReason reason = BULLA_REASON_NONE + 1; reason < BULLA_N_REASONS; reason++) {
    const char *nick = bulla_reason_get_nick (reason);
    g_assert_nonnull (nick);
    g_assert_nonnull (strchr (nick, '.'));
    g_assert_cmpint (bulla_reason_from_nick (nick), ==, reason);
    const char *report = bulla_reason_get_report_type (reason);
    /* LOAD says nothing about bundles; a certificate, records of its issuance and what the
     * publisher answers about a signature belong to exchanges too; a request that goes elsewhere is
     * not a fault of the package: that is reported as it is */
    gboolean trust = g_str_has_prefix (nick, "caa.") || g_str_has_prefix (nick, "validity.")
                     || g_str_has_prefix (nick, "cert.");
    if (reason >= BULLA_REASON_OUTER_STATUS && !trust)
      g_assert_null (report);
    else if (g_str_has_prefix (nick, "request."))
      g_assert_cmpstr (report, ==, "ok");
    else
      g_assert_true (g_strv_contains (REPORTS, report));
    const char *chromium = bulla_reason_get_chromium_name (reason);
    g_assert_true (chromium == NULL || g_str_has_prefix (chromium, "k")
                   || g_str_has_prefix (chromium, "For"));
  }
}

static void
test_none (void)
{
  g_assert_null (bulla_reason_get_nick (BULLA_REASON_NONE));
  g_assert_cmpstr (bulla_reason_get_report_type (BULLA_REASON_NONE), ==, "ok");
  g_assert_cmpint (bulla_reason_from_nick (""), ==, BULLA_REASON_NONE);
  g_assert_cmpint (bulla_reason_from_nick ("sxg."), ==, BULLA_REASON_NONE);
  g_assert_cmpint (bulla_reason_from_nick ("SXG.MAGIC"), ==, BULLA_REASON_NONE);
}

/* the numbers of reasons are stored by other programs: new ones are appended, and none is
 * reordered */
static void
test_append_only (void)
{
  g_assert_cmpint (BULLA_REASON_OUTER_CONTENT_TYPE, ==, 1);
  g_assert_cmpint (BULLA_REASON_SXG_TRUNCATED, ==, 7);
  g_assert_cmpint (BULLA_REASON_HEADERS_MALFORMED, ==, 26);
  g_assert_cmpint (BULLA_REASON_CHAIN_UNKNOWN, ==, 38);
  g_assert_cmpint (BULLA_REASON_CERT_MALFORMED, ==, 67);
  g_assert_cmpint (BULLA_REASON_REQUEST_FALLBACK_LOOP, ==, 111);
  g_assert_cmpint (BULLA_REASON_OUTER_STATUS, ==, 112);
  g_assert_cmpint (BULLA_REASON_SUBSET_MALFORMED, ==, 140);
  g_assert_cmpint (BULLA_REASON_REQUEST_FRAMING, ==, 173);
  g_assert_cmpint (BULLA_REASON_ALTERNATE_MISSING, ==, 183);
  g_assert_cmpint (BULLA_REASON_CAA_NO_PROPERTY, ==, 184);
  g_assert_cmpint (BULLA_REASON_VALIDITY_WITHDRAWN, ==, 198);
  g_assert_cmpint (BULLA_REASON_HISTORY_OLDER, ==, 199);
  g_assert_cmpint (BULLA_REASON_CERT_LOCALLY_REVOKED, ==, 202);
  g_assert_cmpint (BULLA_REASON_CERT_KEY_IN_TLS, ==, 203);
  g_assert_cmpint (BULLA_REASON_OUTER_ERROR_STATUS, ==, 204);
  g_assert_cmpint (BULLA_REASON_BODY_CODING, ==, 205);
}

static void
test_fault (void)
{
  g_autoptr (GError) error = NULL;
  BullaRange range;

  bulla_fault_set (&error, BULLA_REASON_SXG_MAGIC, (BullaRange){3, 5}, "%s %d", "seen", 7);
  g_assert_error (error, BULLA_FAULT, (int)BULLA_REASON_SXG_MAGIC);
  g_assert_cmpstr (error->message, ==, "seen 7");
  g_autoptr (GError) copy = g_error_copy (error);
  g_prefix_error (&copy, "before: ");
  g_assert_true (bulla_fault_get_range (copy, &range));
  g_assert_cmpuint (range.offset, ==, 3);
  g_assert_cmpuint (range.length, ==, 5);
  bulla_fault_set (NULL, BULLA_REASON_SXG_MAGIC, range, "nobody listens");
}

static void
test_no_fault (void)
{
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "not a fault");
  BullaRange range = {1, 2};

  g_assert_false (bulla_fault_get_range (other, &range));
  g_assert_false (bulla_fault_get_range (NULL, &range));
  g_assert_cmpuint (range.offset, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/reason/names", test_names);
  g_test_add_func ("/policy/reason/none", test_none);
  g_test_add_func ("/policy/reason/append-only", test_append_only);
  g_test_add_func ("/policy/reason/fault", test_fault);
  g_test_add_func ("/policy/reason/no-fault", test_no_fault);
  return g_test_run ();
}
