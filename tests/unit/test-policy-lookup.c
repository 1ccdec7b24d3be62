/* test-policy-lookup.c - decides which responses of a bundle answer requests of its pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-frame-ancestors.h"
#include "bulla-judge.h"
#include "bulla-loader.h"
#include "good-facts.h"

#include <string.h>

#define ID "webpkg://abc"
#define OTHER "https://other.test"

static BullaProfile *
get_profile (const char *network)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) parent = bulla_profile_load ("draft-b3", &error);
  g_autofree char *text = g_strdup_printf ("[profile]\nname=own\n[bundle]\nnetwork=%s\n", network);
  BullaProfile *profile = bulla_profile_parse (text, parent, &error);

  g_assert_no_error (error);
  return profile;
}

static void
test_missing (void)
{
  static const struct {
    const char *network;
    BullaDestination destination;
    BullaReply reply;
    BullaOutcome outcome;
  } rows[] = {
      {"never", BULLA_DESTINATION_SUBRESOURCE, BULLA_REPLY_REFUSE, BULLA_OUTCOME_REFUSE},
      {"never", BULLA_DESTINATION_NAVIGATION, BULLA_REPLY_REFUSE, BULLA_OUTCOME_REFUSE},
      {"ask", BULLA_DESTINATION_SUBRESOURCE, BULLA_REPLY_ASK, BULLA_OUTCOME_FALL_BACK},
      {"allow", BULLA_DESTINATION_SUBRESOURCE, BULLA_REPLY_NETWORK, BULLA_OUTCOME_FALL_BACK},
      {"allow", BULLA_DESTINATION_PREFETCH, BULLA_REPLY_REFUSE, BULLA_OUTCOME_REFUSE},
  };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaProfile) profile = get_profile (rows[i].network);
    g_autoptr (BullaFacts) facts = good_facts_new_bundle ();
    BullaRequestFacts request = {
        .method = "GET", .url = "https://publisher.test/x", .destination = rows[i].destination};
    g_autoptr (BullaVerdict) verdict = bulla_judge_missing (facts, profile, &request, GOOD_NOW);
    g_assert_cmpint (bulla_verdict_get_reason (verdict), ==, BULLA_REASON_REQUEST_NOT_IN_BUNDLE);
    g_assert_cmpstr (bulla_reply_get_nick (bulla_verdict_get_reply (verdict)), ==,
                     bulla_reply_get_nick (rows[i].reply));
    g_assert_cmpint (bulla_verdict_get_outcome (verdict), ==, rows[i].outcome);
  }
}

static BullaReason
reason_for (BullaFacts *facts, BullaRequestFacts request, BullaReply *reply)
{
  g_autoptr (BullaProfile) profile = get_profile ("never");
  g_autoptr (BullaVerdict) verdict = bulla_judge_request (facts, profile, &request, GOOD_NOW);

  *reply = bulla_verdict_get_reply (verdict);
  return bulla_verdict_get_reason (verdict);
}

#define GET .method = "GET", .url = GOOD_URL

/* in the bundle's own origin, rules that need a signature are not checked */
static void
test_separate (void)
{
  g_autoptr (BullaFacts) facts = good_facts_new_response ();
  BullaReply reply = BULLA_REPLY_REFUSE;

  good_facts_set_header (facts, "vary", "cookie");
  good_facts_set_header (facts, "variants-04", "accept-language;de");
  good_facts_spoil (facts, BULLA_REASON_SIGNATURE_EXPIRED);

  BullaRequestFacts there = {GET, .cookie = "a=b", .separate_origin = TRUE};
  g_assert_cmpint (reason_for (facts, there, &reply), ==, BULLA_REASON_NONE);
  g_assert_cmpint (reply, ==, BULLA_REPLY_SERVE);
  BullaRequestFacts here = {GET, .cookie = "a=b"};
  g_assert_cmpint (reason_for (facts, here, &reply), ==, BULLA_REASON_REQUEST_EXPIRED);
  g_assert_cmpint (reply, ==, BULLA_REPLY_NETWORK);
  facts->response.vouched = BULLA_NO; /* the response is then in the bundle's scope */
  g_assert_cmpint (reason_for (facts, here, &reply), ==, BULLA_REASON_NONE);

  there.method = "POST";
  g_assert_cmpint (reason_for (facts, there, &reply), ==, BULLA_REASON_REQUEST_METHOD);
  g_assert_cmpint (reply, ==, BULLA_REPLY_REFUSE);
}

static void
test_mixed (void)
{
  g_autoptr (BullaFacts) facts = good_facts_new_response ();
  BullaReply reply = BULLA_REPLY_REFUSE;
  BullaRequestFacts request = {GET, .other_version = TRUE};

  g_assert_cmpint (reason_for (facts, request, &reply), ==, BULLA_REASON_SUBSET_MIXED);
  g_assert_cmpint (reply, ==, BULLA_REPLY_NETWORK);
  request.separate_origin = TRUE;
  g_assert_cmpint (reason_for (facts, request, &reply), ==, BULLA_REASON_SUBSET_MIXED);
  g_assert_cmpint (reply, ==, BULLA_REPLY_REFUSE);
  facts->response.vouched = BULLA_NO;
  g_assert_cmpint (reason_for (facts, request, &reply), ==, BULLA_REASON_NONE);
}

static void
test_framed (void)
{
  static const char *const own[] = {"https://publisher.test", NULL};
  static const char *const none[] = {NULL};
  g_autoptr (BullaFacts) facts = good_facts_new_response ();
  BullaReply reply = BULLA_REPLY_REFUSE;
  BullaRequestFacts request = {GET, .ancestors = own, .separate_origin = TRUE};

  g_assert_cmpint (reason_for (facts, request, &reply), ==, BULLA_REASON_NONE);
  good_facts_set_header (facts, "x-frame-options", "SAMEORIGIN");
  g_assert_cmpint (reason_for (facts, request, &reply), ==, BULLA_REASON_NONE);
  request.self_origin = ID;
  g_assert_cmpint (reason_for (facts, request, &reply), ==, BULLA_REASON_REQUEST_FRAMING);
  g_assert_cmpint (reply, ==, BULLA_REPLY_REFUSE);
  request.ancestors = none;
  g_assert_cmpint (reason_for (facts, request, &reply), ==, BULLA_REASON_NONE);
}

/* a frame with @first as its parent, and @second as the page around that, if there is one */
static const struct {
  const char *options, *policy, *first, *second;
  gboolean allows;
} FRAMES[] = {
    {NULL, NULL, OTHER, NULL, TRUE},
    {"DENY", NULL, ID, NULL, FALSE},
    {" deny ", NULL, ID, NULL, FALSE},
    {"SAMEORIGIN", NULL, ID, NULL, TRUE},
    {"sameorigin", NULL, OTHER, NULL, FALSE},
    {"SAMEORIGIN", NULL, ID, OTHER, FALSE},
    {"SAMEORIGIN, DENY", NULL, ID, NULL, FALSE},
    {"ALLOW-FROM x", NULL, OTHER, NULL, TRUE},          /* unknown values are ignored */
    {"DENY", "frame-ancestors 'self'", ID, NULL, TRUE}, /* which overrides the other header */
    {"DENY", "default-src 'none'", ID, NULL, FALSE},
    {NULL, "frame-ancestors 'none'", ID, NULL, FALSE},
    {NULL, "frame-ancestors", ID, NULL, FALSE},
    {NULL, "default-src *; Frame-Ancestors 'SELF'", ID, NULL, TRUE},
    {NULL, "frame-ancestors 'self'", ID, OTHER, FALSE},
    {NULL, "frame-ancestors 'self' " OTHER, ID, OTHER, TRUE},
    {NULL, "frame-ancestors *", OTHER, NULL, TRUE},
    {NULL, "frame-ancestors *", "null", NULL, FALSE},
    {NULL, "frame-ancestors https:", OTHER, NULL, TRUE},
    {NULL, "frame-ancestors http:", OTHER, NULL, TRUE},
    {NULL, "frame-ancestors https:", "http://other.test", NULL, FALSE},
    {NULL, "frame-ancestors webpkg:", ID, NULL, TRUE},
    {NULL, "frame-ancestors https://*.test", OTHER, NULL, TRUE},
    {NULL, "frame-ancestors https://*.other.test", OTHER, NULL, FALSE},
    {NULL, "frame-ancestors other.test", OTHER, NULL, FALSE}, /* its scheme is webpkg */
    {NULL, "frame-ancestors abc", ID, NULL, TRUE},
    {NULL, "frame-ancestors https://other.test/", OTHER, NULL, TRUE},
    {NULL, "frame-ancestors https://other.test/path", OTHER, NULL, FALSE},
    {NULL, "frame-ancestors https://other.test:8443", OTHER, NULL, FALSE},
    {NULL, "frame-ancestors https://other.test:8443", OTHER ":8443", NULL, TRUE},
    {NULL, "frame-ancestors https://other.test:*", OTHER ":8443", NULL, TRUE},
    {NULL, "frame-ancestors https://other.test", OTHER ":8443", NULL, FALSE},
    {NULL, "frame-ancestors 'unknown'", OTHER, NULL, FALSE},
    {NULL, "frame-ancestors *, frame-ancestors 'self'", OTHER, NULL, FALSE},
    {NULL, "frame-ancestors 'none'; frame-ancestors *", OTHER, NULL, FALSE},
};

static void
test_framing (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (FRAMES); i++) {
    const char *ancestors[] = {FRAMES[i].first, FRAMES[i].second, NULL};
    const char *why = NULL;
    gboolean allows =
        bulla_framing_allows (FRAMES[i].options, FRAMES[i].policy, ID, ancestors, &why);
    g_test_message ("%s, %s: %s", FRAMES[i].options, FRAMES[i].policy, why);
    g_assert_cmpint (allows, ==, FRAMES[i].allows);
    g_assert_nonnull (why);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/lookup/missing", test_missing);
  g_test_add_func ("/policy/lookup/separate", test_separate);
  g_test_add_func ("/policy/lookup/mixed", test_mixed);
  g_test_add_func ("/policy/lookup/framed", test_framed);
  g_test_add_func ("/policy/lookup/framing", test_framing);
  return g_test_run ();
}
