/* test-policy-request.c - decides whether an exchange may answer a request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-judge.h"
#include "bulla-loader.h"
#include "good-facts.h"

#include <malloc.h>
#include <string.h>

typedef struct {
  const char *name;
  BullaRequestFacts request;
  const char *header, *value; /* signed header of the exchange */
  const char *header_2, *value_2;
  BullaReason reason;
} Row;

#define GET .method = "GET", .url = GOOD_URL
#define V4 "variants-04"
#define K4 "variant-key-04"

static const Row ROWS[] = {
    {"plain", {GET}, .reason = BULLA_REASON_NONE},
    {"head", {.method = "HEAD", .url = GOOD_URL}, .reason = BULLA_REASON_NONE},
    {"post", {.method = "POST", .url = GOOD_URL}, .reason = BULLA_REASON_REQUEST_METHOD},
    {"get-in-small", {.method = "get", .url = GOOD_URL}, .reason = BULLA_REASON_REQUEST_METHOD},
    {"fragment", {.method = "GET", .url = GOOD_URL "#part"}, .reason = BULLA_REASON_NONE},
    {"query", {.method = "GET", .url = GOOD_URL "?a"}, .reason = BULLA_REASON_REQUEST_URL},
    {"prefix",
     {.method = "GET", .url = "https://publisher.test/article.htm"},
     .reason = BULLA_REASON_REQUEST_URL},
    {"other-case",
     {.method = "GET", .url = "https://publisher.test/Article.html"},
     .reason = BULLA_REASON_REQUEST_URL},
    {"other-view", {GET, .other_partition = TRUE}, .reason = BULLA_REASON_REQUEST_PARTITION},
    {"cookie", {GET, .cookie = "a=b"}, .reason = BULLA_REASON_NONE},
    {"cookie-and-vary",
     {GET, .cookie = "a=b"},
     "vary",
     "accept, Cookie",
     .reason = BULLA_REASON_REQUEST_COOKIE},
    {"vary-alone", {GET}, "vary", "cookie", .reason = BULLA_REASON_NONE},
    {"cookie-and-star", {GET, .cookie = "a=b"}, "vary", "*", .reason = BULLA_REASON_NONE},
    {"cookie-like",
     {GET, .cookie = "a=b"},
     "vary",
     "cookie2, x-cookie",
     .reason = BULLA_REASON_NONE},
    {"variant",
     {GET, .accept_language = "en-US,en"},
     V4,
     "accept-language;en;fr",
     K4,
     "en",
     .reason = BULLA_REASON_NONE},
    {"other-variant",
     {GET, .accept_language = "en-US,en"},
     V4,
     "accept-language;en;fr",
     K4,
     "fr",
     .reason = BULLA_REASON_REQUEST_VARIANTS},
    {"variants-alone", {GET}, V4, "accept-language;en", .reason = BULLA_REASON_REQUEST_VARIANTS},
    {"key-alone", {GET}, K4, "en", .reason = BULLA_REASON_REQUEST_VARIANTS},
    {"names-not-mixed",
     {GET},
     V4,
     "accept-language;en",
     "variant-key",
     "en",
     .reason = BULLA_REASON_REQUEST_VARIANTS},
    {"plain-names-not-read",
     {GET, .accept_language = "fr"},
     "variants",
     "accept-language=(en fr)",
     "variant-key",
     "(en)",
     .reason = BULLA_REASON_NONE},
};

static BullaFacts *
facts_for (const Row *row)
{
  BullaFacts *facts = good_facts_new ();

  if (row->header != NULL)
    good_facts_set_header (facts, row->header, row->value);
  if (row->header_2 != NULL)
    good_facts_set_header (facts, row->header_2, row->value_2);
  return facts;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", NULL);

  for (int i = BULLA_DESTINATION_NAVIGATION; i <= BULLA_DESTINATION_PREFETCH; i++) {
    g_autoptr (BullaFacts) facts = facts_for (row);
    BullaRequestFacts request = row->request;
    request.destination = i;
    g_autoptr (BullaVerdict) verdict = bulla_judge_request (facts, profile, &request, GOOD_NOW);
    gboolean prefetch = i == BULLA_DESTINATION_PREFETCH, fits = row->reason == BULLA_REASON_NONE;
    g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (verdict)), ==,
                     bulla_reason_get_nick (row->reason));
    /* a prefetch is never sent to the publisher */
    g_assert_cmpstr (bulla_reply_get_nick (bulla_verdict_get_reply (verdict)), ==,
                     fits       ? "serve"
                     : prefetch ? "refuse"
                                : "network");
    g_assert_cmpstr (bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)), ==,
                     fits       ? "substitute"
                     : prefetch ? "refuse"
                                : "fall-back");
  }
}

static void
test_plain_names (void)
{
  g_autoptr (BullaProfile) profile = bulla_profile_load ("loading", NULL);
  BullaRequestFacts request = {GET, .accept_language = "fr"};

  for (int fits = 0; fits < 2; fits++) {
    g_autoptr (BullaFacts) facts = good_facts_new ();
    good_facts_set_header (facts, "variants", "accept-language=(en fr)");
    good_facts_set_header (facts, "variant-key", fits ? "(fr)" : "(en)");
    good_facts_set_header (facts, V4, "accept-language;de");
    g_autoptr (BullaVerdict) verdict = bulla_judge_request (facts, profile, &request, GOOD_NOW);
    g_assert_cmpint (bulla_verdict_get_reason (verdict), ==,
                     fits ? BULLA_REASON_NONE : BULLA_REASON_REQUEST_VARIANTS);
  }
}

/* T26 and T27: Chromium judges as if the request accepted the Merkle coding */
static void
test_merkle_coding (void)
{
  static const char *const names[] = {"draft-b3", "chromium"};
  BullaRequestFacts request = {GET, .accept_encoding = "gzip, deflate, br"};

  for (int i = 0; i < 2; i++) {
    g_autoptr (BullaProfile) profile = bulla_profile_load (names[i], NULL);
    g_autoptr (BullaFacts) facts = good_facts_new ();
    good_facts_set_header (facts, V4, "accept-encoding;mi-sha256-03");
    good_facts_set_header (facts, K4, "mi-sha256-03");
    g_autoptr (BullaVerdict) verdict = bulla_judge_request (facts, profile, &request, GOOD_NOW);
    g_assert_cmpint (bulla_verdict_get_reason (verdict), ==,
                     i == 1 ? BULLA_REASON_NONE : BULLA_REASON_REQUEST_VARIANTS);
  }
}

/* where the profile or the user is lenient, another variant may answer a navigation of the main
 * page, but never be a part or a frame of a page, and fields that cannot be read are never accepted
 */
static const BullaPartFacts A_PART = {.url = GOOD_URL};

static const struct {
  const char *variants, *key;
  BullaRequestFacts request;
  gboolean accepted;
} LENIENT[] = {
    {"accept-language;en;fr", "fr", {GET, .accept_language = "en"}, TRUE},
    {"accept-language;en;fr", "fr", {GET, .accept_language = "en", .part = &A_PART}, FALSE},
    {"accept-language;en;fr",
     "fr",
     {GET, .accept_language = "en", .destination = BULLA_DESTINATION_SUBRESOURCE},
     FALSE},
    {"accept-language;en;fr",
     "fr",
     {GET, .accept_language = "en", .destination = BULLA_DESTINATION_PREFETCH},
     FALSE},
    {"accept-language;en;fr", "fr", {GET, .accept_language = "en", .frame = TRUE}, FALSE},
    {"dpr;a;b", "a", {GET}, FALSE},
    {"accept-language;;", "en", {GET}, FALSE},
    {"accept-language;en", "en;en", {GET}, FALSE},
};

static void
test_lenient (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) strict = bulla_profile_load ("draft-b3", &error);
  g_autoptr (BullaProfile) lenient =
      bulla_profile_with (strict, "request.lenient-variants", "yes", &error);

  g_assert_no_error (error);
  for (size_t i = 0; i < G_N_ELEMENTS (LENIENT); i++)
    for (int by = 0; by < 3; by++) { /* nobody, the profile, the user */
      g_autoptr (BullaFacts) facts = good_facts_new ();
      BullaRequestFacts request = LENIENT[i].request;
      request.lenient = by == 2;
      good_facts_set_header (facts, V4, LENIENT[i].variants);
      good_facts_set_header (facts, K4, LENIENT[i].key);
      g_autoptr (BullaVerdict) verdict =
          bulla_judge_request (facts, by == 1 ? lenient : strict, &request, GOOD_NOW);
      g_autofree char *how = bulla_verdict_dup_leniency (verdict);
      g_test_message ("%s, %d", LENIENT[i].variants, by);
      g_assert_cmpint (bulla_verdict_get_reason (verdict) != BULLA_REASON_REQUEST_VARIANTS, ==,
                       LENIENT[i].accepted && by > 0);
      g_assert_cmpint (how != NULL, ==, LENIENT[i].accepted && by > 0);
    }
}

/* a package that was valid when it was kept may have expired when it is requested */
static void
test_expired (void)
{
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", NULL);
  g_autoptr (BullaFacts) facts = good_facts_new ();
  BullaRequestFacts request = {GET};

  for (int late = 0; late < 2; late++) {
    g_autoptr (BullaVerdict) verdict =
        bulla_judge_request (facts, profile, &request, facts->signature.expires + late);
    g_assert_cmpint (bulla_verdict_get_reason (verdict), ==,
                     late ? BULLA_REASON_REQUEST_EXPIRED : BULLA_REASON_NONE);
  }
}

/* the verdict does not borrow from the request */
static void
test_outlives_request (void)
{
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", NULL);
  g_autoptr (BullaFacts) facts = good_facts_new ();
  char *url = g_strdup (GOOD_URL "?other"), *method = g_strdup ("PATCH");
  BullaRequestFacts request = {.method = method, .url = url, .cookie = "secret=1"};
  g_autoptr (BullaVerdict) verdict = bulla_judge_request (facts, profile, &request, GOOD_NOW);

  memset (url, 'x', strlen (url));
  memset (method, 'x', strlen (method));
  g_free (url);
  g_free (method);
  g_autofree char *text = bulla_verdict_describe (verdict, TRUE);
  g_assert_nonnull (strstr (text, "PATCH"));
  g_assert_nonnull (strstr (text, "?other"));
  g_assert_null (strstr (text, "secret"));
}

/* A page may ask for a part thousands of times, and the facts of the part live as long as the page.
 */
static void
test_leaves_nothing (void)
{
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", NULL);
  g_autoptr (BullaFacts) facts = good_facts_new ();
  g_autofree char *value = g_strnfill (250000, 'v');
  g_autofree char *variants = g_strconcat ("accept-language;", value, NULL);
  g_autofree char *url = g_strconcat (GOOD_URL, "?", value, NULL);
  BullaRequestFacts request = {.method = "GET", .url = url};
  struct mallinfo2 before = {0}, after;

  good_facts_set_header (facts, V4, variants);
  good_facts_set_header (facts, K4, value);
  for (guint i = 0; i < 400; i++) {
    g_autoptr (BullaVerdict) verdict = bulla_judge_request (facts, profile, &request, GOOD_NOW);
    g_autofree char *text = bulla_verdict_describe (verdict, TRUE);
    g_assert_nonnull (strstr (text, "the vvvvv"));
    if (i == 0)
      before = mallinfo2 ();
  }
  after = mallinfo2 ();
  /* it was 200 MB; a memory checker counts nothing here */
  g_assert_cmpuint (after.uordblks + after.hblkhd, <=, before.uordblks + before.hblkhd + 2000000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    g_autofree char *path = g_strdup_printf ("/policy/request/%s", ROWS[i].name);
    g_test_add_data_func (path, &ROWS[i], test_row);
  }
  g_test_add_func ("/policy/request/plain-names", test_plain_names);
  g_test_add_func ("/policy/request/merkle-coding", test_merkle_coding);
  g_test_add_func ("/policy/request/lenient", test_lenient);
  g_test_add_func ("/policy/request/expired", test_expired);
  g_test_add_func ("/policy/request/outlives-request", test_outlives_request);
  g_test_add_func ("/policy/request/leaves-nothing", test_leaves_nothing);
  return g_test_run ();
}
