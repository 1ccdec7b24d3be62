/* test-gateway-variants.c - says why a package is set aside whose variant the request does not
 * select
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-gateway-internal.h"
#include "bulla-ledger-internal.h"
#include "bulla-loader-clients.h"
#include "exchange-kit.h"
#include "test-bundle-world.h"

#define ONE "v=one; host=-; dest=navigation"
#define FRAME "v=one; host=aggregator.test; dest=frame"
#define NOW (self->world->now - 60)

/* what the signals said last */
typedef struct {
  char *why; /* owned; observed by the rule that decided */
  BullaReason reason;
  gboolean of_load; /* whether the package was given */
} Heard;

static void
fell_back_cb (BullaGateway *gateway, const char *view, BullaLoad *load, const char *url,
              BullaVerdict *verdict, gboolean frame, Heard *heard)
{
  g_assert_true (bulla_verdict_is_on_request (verdict));
  g_free (heard->why);
  *heard =
      (Heard){bulla_verdict_dup_why (verdict), bulla_verdict_get_reason (verdict), load != NULL};
}

static TestResponse *
get_as (GatewayWorld *self, TestServer *server, const char *path, const char *language,
        const char *tag)
{
  g_autofree char *url = test_server_url (server, path);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);

  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept-Language",
                                language);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept-Encoding",
                                "identity");
  gateway_world_announce (self, self->token, message, tag);
  return test_send (self->client, message);
}

static TestResponse *
get_in (GatewayWorld *self, TestServer *server, const char *path, const char *language)
{
  return get_as (self, server, path, language, ONE);
}

/* Returns: (transfer full) (nullable): what the ledger says of the last request to the publisher */
static char *
dup_ledger_why (GatewayWorld *self)
{
  BullaLedger *ledger = bulla_loader_get_ledger (self->loader);
  char *why = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (ledger)); i++) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (G_LIST_MODEL (ledger), i);
    if (bulla_contact_get_kind (contact) != BULLA_CONTACT_REQUEST
        || g_strcmp0 (bulla_contact_get_rule (contact), "request.variants") != 0)
      continue;
    g_free (why);
    why = g_strdup (bulla_contact_get_why (contact));
  }
  return why;
}

/* Navigates to a package and then to the page that it leads to, which the publisher sends. */
static void
assert_set_aside (GatewayWorld *self, const char *package, const char *language, const char *why,
                  gboolean of_load)
{
  Heard heard = {NULL};
  gulong handler = g_signal_connect (self->gateway, "fell-back", G_CALLBACK (fell_back_cb), &heard);
  g_autoptr (TestResponse) link = get_in (self, self->aggregator, package, language);
  g_autoptr (TestResponse) page = get_in (self, self->publisher, "/article", language);

  g_signal_handler_disconnect (self->gateway, handler);
  g_assert_cmpuint (link->status, ==, 303);
  g_assert_cmpstr (page->body, ==, "live");
  g_assert_cmpint (heard.reason, ==, BULLA_REASON_REQUEST_VARIANTS);
  g_assert_cmpstr (heard.why, ==, why);
  g_assert_cmpint (heard.of_load, ==, of_load);
  BullaNavigationAnswer *answer = bulla_gateway_find_answer (
      self->gateway, self->token, "one", g_hash_table_lookup (page->headers, "bulla-answer"));
  g_assert_cmpint (bulla_navigation_answer_get_kind (answer), ==,
                   BULLA_NAVIGATION_ANSWER_FELL_BACK);
  BullaVerdict *verdict = bulla_navigation_answer_get_verdict (answer);
  g_assert_nonnull (verdict);
  g_autofree char *said = bulla_verdict_dup_why (verdict);
  g_assert_cmpstr (said, ==, why);
  g_assert_cmpint (bulla_navigation_answer_get_load (answer) != NULL, ==, of_load);
  g_assert_cmpint (bulla_navigation_answer_get_bundle (answer) != NULL, ==, !of_load);
  g_autofree char *ledger = dup_ledger_why (self);
  g_assert_cmpstr (ledger, ==, why);
  g_free (heard.why);
}

static void
put_exchange (GatewayWorld *self, const char *fields)
{
  g_autoptr (GBytes) body = exchange_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange =
      gateway_world_sign_with (self, "/article", fields, body, NOW, FALSE);

  gateway_world_put_exchange (self, self->aggregator, "/a.sxg", exchange);
  gateway_world_put_live (self, "/article");
}

static void
test_exchange (GatewayWorld *self, gconstpointer data)
{
  put_exchange (self, "variants-04: accept-language;en;fr\nvariant-key-04: fr");
  assert_set_aside (self, "/a.sxg", "de-CH, de;q=0.9",
                    "this package is the fr variant; the request (de-CH, de;q=0.9) selects en, the "
                    "default",
                    TRUE);
  g_assert_cmpstr (self->events->str, ==, "decided one substitute\nfell-back one /article\n");
}

static void
test_unknown_axis (GatewayWorld *self, gconstpointer data)
{
  put_exchange (self, "variants-04: dpr;\"1\";\"2\"\nvariant-key-04: \"1\"");
  assert_set_aside (self, "/a.sxg", "en",
                    "unknown axis dpr (known: accept, accept-encoding, accept-language)", TRUE);
}

/* what a package answers has a verdict on its request, too */
static void
test_served (GatewayWorld *self, gconstpointer data)
{
  put_exchange (self, "variants-04: accept-language;en;fr\nvariant-key-04: fr");
  g_autoptr (TestResponse) link = get_in (self, self->aggregator, "/a.sxg", "fr");
  g_autoptr (TestResponse) page = get_in (self, self->publisher, "/article", "fr");
  g_assert_cmpuint (link->status, ==, 303);
  g_assert_cmpstr (page->body, ==, "<p>signed");
  BullaNavigationAnswer *answer = bulla_gateway_find_answer (
      self->gateway, self->token, "one", g_hash_table_lookup (page->headers, "bulla-answer"));
  BullaVerdict *verdict = bulla_navigation_answer_get_verdict (answer);
  g_assert_nonnull (verdict);
  g_assert_cmpint (bulla_verdict_get_reason (verdict), ==, BULLA_REASON_NONE);
  g_autofree char *trace = bulla_verdict_describe (verdict, TRUE);
  g_assert_nonnull (strstr (trace, "the fr variant, the first choice of the request"));
}

/* the package is kept for the view, but its next request selects another variant */
static void
test_kept (GatewayWorld *self, gconstpointer data)
{
  put_exchange (self, "variants-04: accept-language;en;fr\nvariant-key-04: fr");
  g_autoptr (TestResponse) link = get_in (self, self->aggregator, "/a.sxg", "fr");
  g_autoptr (TestResponse) page = get_in (self, self->publisher, "/article", "en");
  g_assert_cmpuint (link->status, ==, 303);
  g_assert_cmpstr (page->body, ==, "live");
  BullaNavigationAnswer *answer = bulla_gateway_find_answer (
      self->gateway, self->token, "one", g_hash_table_lookup (page->headers, "bulla-answer"));
  g_assert_cmpint (bulla_navigation_answer_get_kind (answer), ==,
                   BULLA_NAVIGATION_ANSWER_FELL_BACK);
  g_assert_nonnull (bulla_navigation_answer_get_load (answer));
  g_autofree char *why = bulla_verdict_dup_why (bulla_navigation_answer_get_verdict (answer));
  g_assert_cmpstr (why, ==, "this package is the fr variant; the request (en) selects en");
}

/* an exchange that does not match is passed over, and the publisher may send another package; in
 * Chromium it falls back, and the request accepts none */
static void
test_mismatch (GatewayWorld *self, gconstpointer data)
{
  static const struct {
    const char *setting;
    gboolean offers;
  } rows[] = {{"mismatch=network", TRUE}, {"mismatch=fall-back", FALSE}};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaProfile) profile = test_bundle_profile ("request", rows[i].setting);
    gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
    put_exchange (self, "variants-04: accept-language;en;fr\nvariant-key-04: fr");
    g_autoptr (TestResponse) link = get_in (self, self->aggregator, "/a.sxg", "en");
    g_autoptr (TestResponse) page = get_in (self, self->publisher, "/article", "en");
    g_assert_cmpuint (link->status, ==, 303);
    g_assert_cmpstr (page->body, ==, "live");
    g_assert_cmpint (strstr (self->publisher->last_head, "signed-exchange") != NULL, ==,
                     rows[i].offers);
  }
}

/* where the user is lenient, another variant is served; unknown axes never are */
static void
test_lenient (GatewayWorld *self, gconstpointer data)
{
  put_exchange (self, "variants-04: accept-language;en;fr\nvariant-key-04: fr");
  g_autoptr (TestResponse) first = get_in (self, self->aggregator, "/a.sxg", "fr");
  bulla_gateway_set_lenient (self->gateway, self->token, "one", TRUE);
  g_autoptr (TestResponse) link = get_in (self, self->aggregator, "/a.sxg", "en");
  g_autoptr (TestResponse) page = get_in (self, self->publisher, "/article", "en");
  g_assert_cmpstr (page->body, ==, "<p>signed");
  BullaNavigationAnswer *answer = bulla_gateway_find_answer (
      self->gateway, self->token, "one", g_hash_table_lookup (page->headers, "bulla-answer"));
  g_autofree char *how = bulla_verdict_dup_leniency (bulla_navigation_answer_get_verdict (answer));
  g_assert_cmpstr (how, ==, "this package is the fr variant; the request (en) selects en");
  put_exchange (self, "variants-04: dpr;\"1\"\nvariant-key-04: \"1\"");
  g_autoptr (TestResponse) other = get_in (self, self->aggregator, "/a.sxg", "en");
  g_autoptr (TestResponse) live = get_in (self, self->publisher, "/article", "en");
  g_assert_cmpstr (live->body, ==, "live");
}

/* A page cannot mark its visitors by the variant that it lets a hidden frame show: that would have
 * no banner, and the user has accepted the main page only. */
static void
test_lenient_frame (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaProfile) lenient = test_bundle_profile ("request", "lenient-variants=yes");

  for (guint by = 0; by < 2; by++) { /* the user, the profile */
    if (by == 1)
      gateway_world_set_profile (self, lenient, BULLA_GATEWAY_ANNOUNCED, NULL);
    g_autoptr (TestResponse) first = get_as (self, self->aggregator, "/", "en", ONE);
    if (by == 0)
      bulla_gateway_set_lenient (self->gateway, self->token, "one", TRUE);
    put_exchange (self, "variants-04: accept-language;en;fr\nvariant-key-04: fr");
    g_autoptr (TestResponse) whole = get_as (self, self->aggregator, "/a.sxg", "en", ONE);
    g_autoptr (TestResponse) shown = get_as (self, self->publisher, "/article", "en", ONE);
    g_assert_cmpuint (whole->status, ==, 303);
    g_assert_cmpstr (shown->body, ==, "<p>signed");
    g_autoptr (TestResponse) page = get_as (self, self->aggregator, "/", "en", ONE);
    g_autoptr (TestResponse) link = get_as (self, self->aggregator, "/a.sxg", "en", FRAME);
    g_autoptr (TestResponse) framed = get_as (self, self->publisher, "/article", "en", FRAME);
    g_assert_cmpuint (link->status, ==, 303);
    g_assert_cmpstr (framed->body, ==, "live");
    g_assert_nonnull (strstr (self->events->str, "fell-back one /article in a frame\n"));
  }
}

/* a view that stands for a client asks as the client does, and gets what it would get */
static void
test_client (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaClient) client = bulla_client_load ("kaios-2.5", &error);

  g_assert_no_error (error);
  put_exchange (self, "variants-04: accept-language;en;sw\nvariant-key-04: sw");
  g_autoptr (TestResponse) first = get_in (self, self->aggregator, "/a.sxg", "en");
  g_autoptr (TestResponse) english = get_in (self, self->publisher, "/article", "en");
  g_assert_cmpstr (english->body, ==, "live");
  bulla_gateway_set_view_client (self->gateway, self->token, "one", client);
  g_autoptr (TestResponse) second = get_in (self, self->aggregator, "/a.sxg", "en");
  g_assert_nonnull (
      strstr (self->aggregator->last_head, "Accept-Language: sw,en-US;q=0.7,en;q=0.3\n"));
  g_assert_nonnull (strstr (self->aggregator->last_head, "KAIOS/2.5.1"));
  g_autoptr (TestResponse) swahili = get_in (self, self->publisher, "/article", "en");
  g_assert_cmpstr (swahili->body, ==, "<p>signed");
  bulla_gateway_set_view_client (self->gateway, self->token, "one", NULL);
  g_autoptr (TestResponse) third = get_in (self, self->aggregator, "/a.sxg", "en");
  g_assert_null (strstr (self->aggregator->last_head, "KAIOS"));
}

#define FETCH "v=one; host=aggregator.test; dest=subresource"

/* @accept: (nullable); @dest: (nullable): value of Sec-Fetch-Dest. Returns: whether the aggregator
 * received @line */
static gboolean
asks_as (GatewayWorld *self, const char *tag, const char *accept, const char *dest,
         const char *line)
{
  g_autofree char *url = test_server_url (self->aggregator, "/data");
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  if (accept != NULL)
    soup_message_headers_replace (headers, "Accept", accept);
  if (dest != NULL)
    soup_message_headers_replace (headers, "Sec-Fetch-Dest", dest);
  soup_message_headers_replace (headers, "Accept-Encoding", "gzip, br");
  gateway_world_announce (self, self->token, message, tag);
  g_autoptr (TestResponse) response = test_send (self->client, message);
  g_assert_no_error (response->error);
  g_test_message ("%s", self->aggregator->last_head);
  return strstr (self->aggregator->last_head, line) != NULL;
}

/* What a script asks for is not overwritten; frames have an Accept of their own; codings that Bulla
 * cannot decode are not asked for. */
static void
test_client_fields (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaClient) client = bulla_client_parse (
      "x",
      "[client]\nname=X\nsigned-exchanges=no\ncookies=no\n[accept]\ndocument=text/x-whole\n"
      "frame=text/x-frame\nfetch=text/x-fetch\n[accept-encoding]\nhttps=zstd, br;q=0.5\n",
      &error);

  g_assert_no_error (error);
  g_autoptr (TestResponse) first = get_in (self, self->aggregator, "/", "en");
  bulla_gateway_set_view_client (self->gateway, self->token, "one", client);
  g_assert_true (asks_as (self, ONE, "text/html", "document", "Accept: text/x-whole"));
  g_assert_true (asks_as (self, FRAME, "text/html", "iframe", "Accept: text/x-frame"));
  g_assert_true (asks_as (self, FETCH, "*/*", "empty", "Accept: text/x-fetch\n"));
  g_assert_true (asks_as (self, FETCH, NULL, "empty", "Accept: text/x-fetch\n"));
  g_assert_true (asks_as (self, FETCH, "application/json", "empty", "Accept: application/json\n"));
  g_assert_true (asks_as (self, FETCH, "*/*", "empty", "Accept-Encoding: br;q=0.5\n"));
  put_exchange (self, "variants-04: accept-encoding;zstd;br\nvariant-key-04: zstd");
  g_autoptr (TestResponse) link = get_in (self, self->aggregator, "/a.sxg", "en");
  g_autoptr (TestResponse) page = get_in (self, self->publisher, "/article", "en");
  g_assert_cmpuint (link->status, ==, 303);
  g_assert_cmpstr (page->body, ==, "live");
  put_exchange (self, "variants-04: accept-encoding;zstd;br\nvariant-key-04: br");
  g_autoptr (TestResponse) other = get_in (self, self->aggregator, "/a.sxg", "en");
  g_autoptr (TestResponse) readable = get_in (self, self->publisher, "/article", "en");
  g_assert_cmpuint (other->status, ==, 303);
  g_assert_cmpstr (readable->body, ==, "<p>signed");
}

/* a signed b1 bundle has every combination, but codings that the request does not accept */
static void
test_bundle (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B1);
  g_autofree char *url = test_server_url (self->publisher, "/article");
  guint subset = test_bundle_add_subset (self, writer, NOW), responses[2];

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GBytes) body = exchange_kit_text ("coded");
    responses[i] = bulla_bundle_writer_add_response (writer, 200);
    bulla_bundle_writer_add_header (writer, responses[i], "content-type", "text/html");
    bulla_bundle_writer_set_body (writer, responses[i], body);
  }
  bulla_bundle_writer_add_variants (writer, url, "accept-encoding;gzip;br", responses, 2);
  bulla_bundle_writer_set_primary_url (writer, url);
  bulla_bundle_writer_cover (writer, subset, url);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  test_bundle_put (self, self->aggregator, "/coded.wbn", bundle);
  gateway_world_put_live (self, "/article");
  assert_set_aside (self, "/coded.wbn", "en",
                    "the bundle has the variants gzip and br; the request (identity) selects "
                    "identity",
                    FALSE);
}

/* Serves a signed b1 bundle at /coded.wbn, with /start, and with two codings of /article. */
static void
put_coded (GatewayWorld *self)
{
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B1);
  g_autofree char *start = test_server_url (self->publisher, "/start");
  g_autofree char *article = test_server_url (self->publisher, "/article");
  guint subset = test_bundle_add_subset (self, writer, NOW), responses[3];

  for (guint i = 0; i < G_N_ELEMENTS (responses); i++) {
    g_autoptr (GBytes) body = exchange_kit_text ("coded");
    responses[i] = bulla_bundle_writer_add_response (writer, 200);
    bulla_bundle_writer_add_header (writer, responses[i], "content-type", "text/html");
    bulla_bundle_writer_set_body (writer, responses[i], body);
  }
  bulla_bundle_writer_add_variants (writer, article, "accept-encoding;gzip;br", responses, 2);
  bulla_bundle_writer_add_url (writer, start, responses[2]);
  bulla_bundle_writer_set_primary_url (writer, start);
  bulla_bundle_writer_cover (writer, subset, article);
  bulla_bundle_writer_cover (writer, subset, start);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  test_bundle_put (self, self->aggregator, "/coded.wbn", bundle);
}

/* Of two kept bundles, the newer one has the page without a signature, and the older one has no
 * variant of it: the verdict and the bundle that are shown belong together. */
static void
test_two_bundles (GatewayWorld *self, gconstpointer data)
{
  static const TestResource resources[] = {{"/other", "text/html", "<p>other", TRUE},
                                           {"/article", "text/html", "<p>unsigned", FALSE}};
  g_autoptr (BullaProfile) profile = test_bundle_profile ("request", "reuse=view");

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  put_coded (self);
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, resources, 2, NOW, NULL, NULL);
  g_autoptr (GBytes) newer = test_bundle_write (writer);
  test_bundle_put (self, self->aggregator, "/newer.wbn", newer);
  gateway_world_put_live (self, "/article");
  test_bundle_assert_redirect (self, self->aggregator, "/coded.wbn", ONE, "/start");
  test_bundle_assert_body (self, "/start", ONE, "coded");
  test_bundle_assert_redirect (self, self->aggregator, "/newer.wbn", ONE, "/other");
  test_bundle_assert_body (self, "/other", ONE, "<p>other");
  g_autoptr (TestResponse) page = get_in (self, self->publisher, "/article", "en");
  g_assert_cmpstr (page->body, ==, "live");
  BullaNavigationAnswer *answer = bulla_gateway_find_answer (
      self->gateway, self->token, "one", g_hash_table_lookup (page->headers, "bulla-answer"));
  g_assert_cmpint (bulla_verdict_get_reason (bulla_navigation_answer_get_verdict (answer)), ==,
                   BULLA_REASON_REQUEST_VARIANTS);
  BullaBundle *bundle = bulla_navigation_answer_get_bundle (answer);
  g_assert_nonnull (bundle);
  g_assert_true (
      g_str_has_suffix (bulla_outer_get_url (bulla_bundle_get_outer (bundle)), "/coded.wbn"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/variants/" path, GatewayWorld, NULL, gateway_world_set_up_announced, test, \
              gateway_world_tear_down)
  ADD ("exchange", test_exchange);
  ADD ("unknown-axis", test_unknown_axis);
  ADD ("served", test_served);
  ADD ("kept", test_kept);
  ADD ("bundle", test_bundle);
  ADD ("two-bundles", test_two_bundles);
  ADD ("mismatch", test_mismatch);
  ADD ("lenient", test_lenient);
  ADD ("lenient-frame", test_lenient_frame);
  ADD ("client", test_client);
  ADD ("client-fields", test_client_fields);
  return g_test_run ();
}
