/* test-exposure-report.c - reports from the ledger's lines what each party learnt from a click
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-exposure-report.h"
#include "bulla-ledger-internal.h"

/* the first members of a line */
#define CLICK(view, time, page, host)                                                              \
  "{\"kind\":\"click\",\"view\":" view ",\"time_us\":" time ",\"page\":" page ",\"host\":\"" host  \
  "\",\"url\":\"https://" host "/\"}\n"
#define CONNECT(view, time, host)                                                                  \
  "{\"kind\":\"connect\",\"view\":" view ",\"time_us\":" time ",\"host\":\"" host                  \
  "\",\"address\":\"192.0.2.1\",\"tls\":true}\n"
#define REQUEST(view, time, host, purpose, rest)                                                   \
  "{\"kind\":\"request\",\"view\":" view ",\"time_us\":" time ",\"host\":\"" host                  \
  "\",\"address\":\"192.0.2.1\",\"purpose\":\"" purpose                                            \
  "\",\"method\":\"GET\",\"status\":200,\"bytes_sent\":10,\"bytes_received\":100,\"url\":"         \
  "\"https://" host "/\"" rest "}\n"
#define PACKAGE                                                                                    \
  ",\"source\":\"package\",\"deliverer\":\"https://aggregator.test/a.sxg\","                       \
  "\"certificate\":\"https://certs.test/c\""

#define START                                                                                      \
  CLICK ("1", "1", "null", "aggregator.test")                                                      \
  CONNECT ("1", "2", "aggregator.test") REQUEST ("1", "3", "aggregator.test", "page", "")
#define FOLLOW CLICK ("1", "20", "\"https://aggregator.test/\"", "publisher.test")
#define SHOWN REQUEST ("1", "30", "publisher.test", "page", PACKAGE)
#define PREFETCHED                                                                                 \
  REQUEST ("1", "10", "aggregator.test", "prefetch", "")                                           \
  CONNECT ("1", "11", "certs.test") REQUEST ("1", "12", "certs.test", "certificate", "")

static BullaExposureReport *
read_report (const char *lines, guint view)
{
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (lines, strlen (lines), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (bulla_ledger_load (ledger, in, NULL, &error));
  g_assert_no_error (error);
  return bulla_exposure_report_new (ledger, view);
}

/* Returns one line per party: role, host, requests before and after, and two sentences. */
static void
assert_report (const char *lines, const char *expected)
{
  g_autoptr (BullaExposureReport) report = read_report (lines, 0);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (report)); i++) {
    g_autoptr (BullaParty) party = g_list_model_get_item (G_LIST_MODEL (report), i);
    g_autofree char *knows = bulla_party_dup_knows (party);
    g_autofree char *does_not = bulla_party_dup_does_not_know (party);
    BullaPartyCount before, after;
    bulla_party_count (party, BULLA_PHASE_BEFORE, &before);
    bulla_party_count (party, BULLA_PHASE_AFTER, &after);
    g_string_append_printf (
        text, "%s %s %u %u: %s %s\n", bulla_party_role_get_nick (bulla_party_get_role (party)),
        bulla_party_get_host (party), before.requests, after.requests, knows, does_not);
  }
  g_assert_cmpstr (text->str, ==, expected);
}

/* All requests precede the click: no party learns of it. */
static void
test_prefetched (void)
{
  assert_report (
      START PREFETCHED FOLLOW SHOWN,
      "publisher publisher.test 0 0: publisher.test has not been contacted. It does not know that "
      "you are reading this page.\n"
      "aggregator aggregator.test 2 0: aggregator.test knows your address and your requests to it "
      "(2 before the click, 0 after it). It cannot tell whether you clicked: no request followed.\n"
      "certificates certs.test 1 0: certs.test knows your address and your requests to it (1 "
      "before the click, 0 after it). It does not know which page the certificates are for or "
      "whether you clicked.\n");
}

/* the exchange is fetched only after the click */
static void
test_clicked (void)
{
  assert_report (
      START CLICK ("1", "20", "\"aggregator.test\"", "aggregator.test")
          REQUEST ("1", "21", "aggregator.test", "package", ",\"cookies\":[\"sid\"]")
              CONNECT ("1", "22", "certs.test") REQUEST ("1", "23", "certs.test", "certificate", "")
                  SHOWN,
      "publisher publisher.test 0 0: publisher.test has not been contacted. It does not know that "
      "you are reading this page.\n"
      "aggregator aggregator.test 1 1: aggregator.test knows your address, your requests to it (1 "
      "before the click, 1 after it), and the contents of its cookies. It does not know what you "
      "do on the page or what the publisher stores about you.\n"
      "certificates certs.test 0 1: certs.test knows your address and your requests to it (0 "
      "before the click, 1 after it). It does not know which page the certificates are for.\n");
}

/* without a package, the click contacts the publisher, but not the host of the page with the
 * link */
static void
test_direct (void)
{
  assert_report (
      START FOLLOW CONNECT ("1", "21", "publisher.test") REQUEST (
          "1", "22", "publisher.test", "page", ",\"referrer\":\"https://aggregator.test/\""),
      "publisher publisher.test 0 1: publisher.test knows your address and your requests to it (0 "
      "before the click, 1 after it). It knows everything about this visit: it delivered the "
      "page.\n"
      "linker aggregator.test 1 0: aggregator.test knows your address and your requests to it (1 "
      "before the click, 0 after it). It cannot tell whether you clicked: no request followed.\n");
}

/* preloading a page from its publisher discloses the preload before the click */
static void
test_told_before (void)
{
  assert_report (
      START CONNECT ("1", "10", "publisher.test")
          REQUEST ("1", "11", "publisher.test", "prefetch", "")
              FOLLOW REQUEST ("1", "22", "publisher.test", "page", ",\"source\":\"cache\""),
      "publisher publisher.test 1 0: publisher.test knows your address and your requests to it (1 "
      "before the click, 0 after it). It cannot tell whether you clicked: no request followed.\n"
      "linker aggregator.test 1 0: aggregator.test knows your address and your requests to it (1 "
      "before the click, 0 after it). It cannot tell whether you clicked: no request followed.\n");
}

/* an image from the publisher's server discloses the visit */
static void
test_leak (void)
{
  assert_report (
      START PREFETCHED FOLLOW SHOWN CONNECT ("1", "31", "publisher.test")
          REQUEST ("1", "32", "publisher.test", "resource", "") REQUEST (
              "1", "33", "tracker.test", "resource", ",\"referrer\":\"https://publisher.test/\""),
      "publisher publisher.test 0 1: publisher.test knows your address and your requests to it (0 "
      "before the click, 1 after it). It did not deliver the page, but its requests reveal that "
      "someone at your address is reading it.\n"
      "aggregator aggregator.test 2 0: aggregator.test knows your address and your requests to it "
      "(2 before the click, 0 after it). It cannot tell whether you clicked: no request followed.\n"
      "certificates certs.test 1 0: certs.test knows your address and your requests to it (1 "
      "before the click, 0 after it). It does not know which page the certificates are for or "
      "whether you clicked.\n"
      "other tracker.test 0 1: tracker.test knows your address and your requests to it (0 before "
      "the click, 1 after it). It knows which page sent the requests, but not what else you do "
      "there.\n");
}

/* frames and redirects do not count as the shown page */
static void
test_page (void)
{
  static const char LINES[] = START
      "{\"kind\":\"click\",\"view\":1,\"time_us\":20,\"page\":\"https://aggregator.test/\","
      "\"url\":\"https://short.test/\"}\n"
      "{\"kind\":\"request\",\"view\":1,\"time_us\":21,\"host\":\"short.test\","
      "\"purpose\":\"page\",\"status\":302,\"url\":\"https://short.test/\"}\n" REQUEST (
          "1", "22", "publisher.test", "page", "") REQUEST ("1", "23", "frame.test", "page", "");
  g_autoptr (BullaExposureReport) report = read_report (LINES, 1);
  g_autoptr (BullaParty) publisher = g_list_model_get_item (G_LIST_MODEL (report), 0);

  g_assert_cmpstr (bulla_exposure_report_get_page (report), ==, "https://publisher.test/");
  g_assert_cmpstr (bulla_contact_get_url (bulla_exposure_report_get_click (report)), ==,
                   "https://short.test/");
  g_assert_cmpint (bulla_party_get_role (publisher), ==, BULLA_PARTY_PUBLISHER);
  g_assert_cmpstr (bulla_party_get_host (publisher), ==, "publisher.test");
}

/* contacts of earlier pages and of other views are left out; contacts without a view are not */
static void
test_views (void)
{
  static const char LINES[] = CLICK ("1", "1", "null", "old.test") REQUEST (
      "1", "2", "old.test", "page",
      "") CLICK ("1", "3", "null", "aggregator.test") REQUEST ("1", "4", "aggregator.test", "page",
                                                               "") REQUEST ("2", "5", "else.test",
                                                                            "page", "")
      FOLLOW SHOWN REQUEST ("0", "40", "unknown.test", "resource", "") CLICK (
          "2", "50", "null",
          "else.test") "{\"kind\":\"dns\",\"view\":1,\"time_us\":60,\"host\":\"unknown.test\"}\n";
  static const char *const HOSTS[] = {"publisher.test", "aggregator.test", "certs.test",
                                      "unknown.test", ""};
  g_autoptr (BullaExposureReport) report = read_report (LINES, 1);
  GListModel *list = G_LIST_MODEL (report);
  guint found = 0;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BullaParty) party = g_list_model_get_item (list, i);
    g_assert_true (g_strv_contains (HOSTS, bulla_party_get_host (party))
                   || *bulla_party_get_host (party) == '\0');
    found += bulla_party_get_role (party) == BULLA_PARTY_RESOLVER ? 10 : 1;
  }
  g_assert_cmpuint (found, ==, 13); /* the certificates were fetched before the click */
}

static void
test_bytes (void)
{
  g_autoptr (BullaExposureReport) report = read_report (START PREFETCHED FOLLOW SHOWN, 1);
  g_autoptr (BullaParty) publisher = g_list_model_get_item (G_LIST_MODEL (report), 0);
  g_autoptr (BullaParty) aggregator = g_list_model_get_item (G_LIST_MODEL (report), 1);
  g_autoptr (GListModel) contacts = bulla_party_list_contacts (aggregator, BULLA_PHASE_BEFORE);
  BullaPartyCount count;

  bulla_party_count (aggregator, BULLA_PHASE_BEFORE, &count);
  g_assert_cmpuint (count.connections, ==, 1);
  g_assert_cmpuint (count.bytes_sent, ==, 20);
  g_assert_cmpuint (count.bytes_received, ==, 200);
  g_assert_cmpuint (g_list_model_get_n_items (contacts), ==, 3);
  bulla_party_count (publisher, BULLA_PHASE_AFTER, &count);
  g_assert_cmpuint (count.answered, ==, 1);
  g_assert_cmpuint (count.bytes_received, ==, 0);
}

/* A look-up of CAA records discloses the visit to the resolver; if the zone's name servers are
 * queried, to the publisher. */
#define NOT_ASKED                                                                                  \
  "aggregator aggregator.test 0 0: aggregator.test has not been contacted. It does not know "      \
  "about this visit.\n"
#define CAA(resolver)                                                                              \
  "{\"kind\":\"dns\",\"view\":1,\"time_us\":25,\"host\":\"publisher.test\",\"purpose\":\"caa\","   \
  "\"record\":\"CAA\",\"resolver\":\"" resolver "\"}\n"

static void
test_records (void)
{
  assert_report (
      FOLLOW CAA ("192.0.2.9@53") SHOWN,
      "publisher publisher.test 0 0: publisher.test has not been contacted. It does not know that "
      "you are reading this page.\n" NOT_ASKED
      "resolver  0 0: The name server that was asked (192.0.2.9@53) knows your address and the "
      "names it looked up for you: publisher.test. It does not know which pages the names are "
      "for.\n");
  assert_report (FOLLOW CAA ("recursive") SHOWN,
                 "publisher publisher.test 0 0: The name servers of publisher.test know your "
                 "address and that you looked it up. They may guess that you are reading a page of "
                 "it, but not which.\n" NOT_ASKED);
}

/* an empty ledger, and contacts without a click */
static void
test_none (void)
{
  assert_report ("", "");
  assert_report (REQUEST ("0", "1", "certs.test", "certificate", ""),
                 "certificates certs.test 0 1: certs.test knows your address and what you "
                 "requested from it. It does not know which page the certificates are for.\n");
}

/* Adds lines to a ledger. */
static void
load_lines (BullaLedger *ledger, const char *lines)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (lines, strlen (lines), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (bulla_ledger_load (ledger, in, NULL, &error));
  g_assert_no_error (error);
}

#define COOKIES ",\"cookies\":[\"sid\"]"
#define MORE "It may have learnt more: the ledger no longer has the oldest contacts."

/* what is left in the ledger, and what it still says about a party, by its host */
static const struct {
  const char *lines, *host, *knows, *does_not;
} LEFT[] = {
    {"", "publisher.test",
     "It is not known whether publisher.test was contacted: the ledger no longer has the oldest "
     "contacts.",
     MORE},
    {CONNECT ("1", "40", "publisher.test"), "publisher.test",
     "publisher.test knows your address. It may have received requests that the ledger no longer "
     "has.",
     MORE},
    {REQUEST ("1", "40", "publisher.test", "resource", ""), "publisher.test",
     "publisher.test knows your address and what you requested from it. The ledger no longer has "
     "all requests.",
     MORE},
    {REQUEST ("1", "40", "publisher.test", "resource", COOKIES), "publisher.test",
     "publisher.test knows your address, what you requested from it, and the contents of its "
     "cookies. The ledger no longer has all requests.",
     MORE},
    {CAA ("192.0.2.9@53"), "",
     "The name server that was asked (192.0.2.9@53) knows your address and at least these names, "
     "which it looked up for you: publisher.test.",
     "It does not know which pages the names are for."},
    {CAA ("recursive"), "publisher.test",
     "The name servers of publisher.test know your address and that you looked it up.", MORE},
};

/* The page has flooded the ledger, which says nothing any more about what did not happen. */
static void
test_dropped (void)
{
  static const BullaCause flood = {.view = 1, .purpose = "resource"};

  for (guint i = 0; i < G_N_ELEMENTS (LEFT); i++) {
    g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
    g_autofree char *said = NULL;
    load_lines (ledger, START PREFETCHED FOLLOW SHOWN);
    for (guint j = 0; j < BULLA_LEDGER_MAX; j++)
      bulla_ledger_add_withheld (ledger, &flood, "https://other.test/", 1);
    load_lines (ledger, LEFT[i].lines);
    g_autoptr (BullaExposureReport) report = bulla_exposure_report_new (ledger, 1);
    for (guint j = 0; said == NULL; j++) {
      g_autoptr (BullaParty) party = g_list_model_get_item (G_LIST_MODEL (report), j);
      g_assert_nonnull (party);
      if (!g_str_equal (bulla_party_get_host (party), LEFT[i].host))
        continue;
      said = bulla_party_dup_knows (party);
      g_autofree char *does_not = bulla_party_dup_does_not_know (party);
      g_assert_cmpstr (said, ==, LEFT[i].knows);
      g_assert_cmpstr (does_not, ==, LEFT[i].does_not);
    }
  }
}

int
main (int argc, char **argv)
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ledger/exposure-report/prefetched", test_prefetched);
  g_test_add_func ("/ledger/exposure-report/clicked", test_clicked);
  g_test_add_func ("/ledger/exposure-report/direct", test_direct);
  g_test_add_func ("/ledger/exposure-report/told-before", test_told_before);
  g_test_add_func ("/ledger/exposure-report/leak", test_leak);
  g_test_add_func ("/ledger/exposure-report/page", test_page);
  g_test_add_func ("/ledger/exposure-report/views", test_views);
  g_test_add_func ("/ledger/exposure-report/bytes", test_bytes);
  g_test_add_func ("/ledger/exposure-report/records", test_records);
  g_test_add_func ("/ledger/exposure-report/none", test_none);
  g_test_add_func ("/ledger/exposure-report/dropped", test_dropped);
  return g_test_run ();
}
