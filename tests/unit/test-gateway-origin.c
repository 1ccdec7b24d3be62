/* test-gateway-origin.c - chooses the origin in which a web bundle from the network is shown
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "test-bundle-world.h"

#define ONE "v=one; host=-; dest=navigation"
#define LINKED "v=one; host=publisher.test; dest=navigation"
#define FRAME "v=one; host=publisher.test; dest=frame"
#define RESOURCE "v=one; host=publisher.test; dest=subresource"
#define JUST_NOW (self->world->now - 60)

static GBytes *
write_bundle (GatewayWorld *self, BullaBundleFormat format, const TestResource *resources, guint n)
{
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (self, format, resources, n, JUST_NOW, NULL, NULL);

  return test_bundle_write (writer);
}

/* --- choice of the origin */

static const TestResource unsigned_pages[] = {
    {"/b/index.html", "text/html", "<p>scoped", FALSE},
    {"/b/x.js", "text/javascript", "x ()", FALSE},
    {"/c.js", "text/javascript", "c ()", FALSE},
};

/* an unsigned bundle: the shell gets a signal, and the client no response */
static void
test_separate (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GBytes) bundle = write_bundle (self, BULLA_BUNDLE_FORMAT_B2, unsigned_pages, 3);

  test_bundle_put (self, self->publisher, "/b/all.wbn", bundle);
  test_bundle_assert_closed (self, self->publisher, "/b/all.wbn", ONE);
  g_assert_cmpstr (self->events->str, ==, "bundle one separate-origin\nseparate one -\n");
  g_string_truncate (self->events, 0);
  /* a bundle in a frame is refused, and not offered to the shell */
  test_bundle_assert_closed (self, self->publisher, "/b/all.wbn", FRAME);
  g_assert_cmpstr (self->events->str, ==, "bundle one separate-origin\nrefused one request\n");
}

/* a client without a shell gets the reason in the response */
static void
test_explained (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaProfile) profile = test_bundle_profile ("bundle", "scope=no");
  g_autoptr (GBytes) bundle = write_bundle (self, BULLA_BUNDLE_FORMAT_B2, unsigned_pages, 3);

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ONE_VIEW | BULLA_GATEWAY_EXPLAIN, NULL);
  test_bundle_put (self, self->publisher, "/b/all.wbn", bundle);
  g_autoptr (TestResponse) response = test_bundle_get (self, self->publisher, "/b/all.wbn", NULL);
  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 502);
  g_assert_nonnull (strstr (response->body, "an origin of its own"));
  g_assert_cmpstr (self->events->str, ==, "bundle * separate-origin\nseparate * -\n");
}

/* a bundle without a primary resource is shown as a list by the shell */
static void
test_no_primary (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
  guint response = bulla_bundle_writer_add_response (writer, 200);
  g_autofree char *url = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) body = g_bytes_new ("<p>", 3);
  guint subset = test_bundle_add_subset (self, writer, JUST_NOW);

  bulla_bundle_writer_add_header (writer, response, "content-type", "text/html");
  bulla_bundle_writer_set_body (writer, response, body);
  bulla_bundle_writer_add_url (writer, url, response);
  bulla_bundle_writer_cover (writer, subset, url);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  test_bundle_put (self, self->aggregator, "/list.wbn", bundle);
  test_bundle_assert_closed (self, self->aggregator, "/list.wbn", ONE);
  g_assert_cmpstr (self->events->str, ==, "bundle one substitute\nseparate one -\n");
}

/* with that setting, a bundle may represent the folder that it was fetched from */
static void
test_scope (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaProfile) profile = test_bundle_profile ("bundle", "scope=allowed");
  g_autoptr (GBytes) bundle = write_bundle (self, BULLA_BUNDLE_FORMAT_B2, unsigned_pages, 3);

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  test_bundle_put (self, self->publisher, "/b/all.wbn", bundle);
  test_bundle_put (self, self->aggregator, "/b/all.wbn", bundle);
  gateway_world_put_live (self, "/b/index.html");
  gateway_world_put_live (self, "/b/other.js");
  gateway_world_put_live (self, "/c.js");
  test_bundle_assert_redirect (self, self->publisher, "/b/all.wbn", ONE, "/b/index.html");
  test_bundle_assert_body (self, "/b/index.html", ONE, "<p>scoped");
  test_bundle_assert_body (self, "/b/x.js", RESOURCE, "x ()");
  g_assert_cmpuint (self->publisher->n_requests, ==, 1);
  test_bundle_assert_body (self, "/c.js", RESOURCE, "live");
  test_bundle_assert_body (self, "/b/other.js", RESOURCE, "live");
  /* but not another server */
  g_string_truncate (self->events, 0);
  test_bundle_assert_closed (self, self->aggregator, "/b/all.wbn",
                             "v=two; host=-; dest=navigation");
  g_assert_true (g_str_has_suffix (self->events->str, "separate two -\n"));
}

/* Within the scope only the bundle answers. */
static void
test_scope_spoilt (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaProfile) profile = test_bundle_profile ("bundle", "scope=allowed");
  g_autoptr (GBytes) good = write_bundle (self, BULLA_BUNDLE_FORMAT_B2, unsigned_pages, 2);
  g_autoptr (GBytes) bundle = test_bundle_spoil (good, ":status");

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  test_bundle_put (self, self->publisher, "/b/all.wbn", bundle);
  gateway_world_put_live (self, "/b/x.js");
  test_bundle_assert_redirect (self, self->publisher, "/b/all.wbn", ONE, "/b/index.html");
  test_bundle_assert_body (self, "/b/index.html", ONE, "<p>scoped");
  test_bundle_assert_closed (self, self->publisher, "/b/x.js", RESOURCE);
  g_assert_cmpuint (self->publisher->n_requests, ==, 1);
}

/* a primary URL outside of the scope, if the bundle is expected to represent it: the client is
 * redirected there */
static void
test_out_of_scope (GatewayWorld *self, gconstpointer data)
{
  static const TestResource outside[] = {{"/top.html", "text/html", "<p>top", FALSE}};
  g_autoptr (BullaProfile) profile = test_bundle_profile ("bundle", "scope=expected");
  g_autoptr (GBytes) bundle = write_bundle (self, BULLA_BUNDLE_FORMAT_B2, outside, 1);

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  test_bundle_put (self, self->publisher, "/b/top.wbn", bundle);
  gateway_world_put_live (self, "/top.html");
  test_bundle_assert_redirect (self, self->publisher, "/b/top.wbn", ONE, "/top.html");
  test_bundle_assert_body (self, "/top.html", ONE, "live");
  g_assert_null (strstr (self->publisher->last_head, "webbundle"));
  g_assert_cmpstr (self->events->str, ==, "bundle one fall-back\nfell-back one /top.html\n");
}

/* --- bundles that are refused */

static const TestResource signed_pages[] = {
    {"/article", "text/html", "<p>bundled", TRUE},
    {"/script.js", "text/javascript", "one ()", TRUE},
};

static void
test_refused (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GBytes) good = write_bundle (self, BULLA_BUNDLE_FORMAT_B2, signed_pages, 2);
  g_autoptr (GBytes) short_one = g_bytes_new_from_bytes (good, 0, 40);
  g_autoptr (GBytes) garbage = g_bytes_new ("\x85\x48no bundle at all", 19);

  test_bundle_put (self, self->aggregator, "/short.wbn", short_one);
  gateway_world_put (self, self->aggregator, "/garbage.wbn", garbage, "application/webbundle;v=b2");
  test_bundle_assert_closed (self, self->aggregator, "/short.wbn", ONE);
  test_bundle_assert_closed (self, self->aggregator, "/garbage.wbn", ONE);
  g_assert_cmpstr (self->events->str, ==,
                   "bundle one refuse\nrefused one request\n"
                   "bundle one refuse\nrefused one request\n");
}

/* b1 of an unknown version still has a fallback URL */
static void
test_fallback (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GBytes) good = write_bundle (self, BULLA_BUNDLE_FORMAT_B1, signed_pages, 2);
  gsize length = 0;
  guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&good), &length);

  bytes[12] = '9';
  g_autoptr (GBytes) bundle = g_bytes_new_take (bytes, length);
  gateway_world_put (self, self->aggregator, "/b9.wbn", bundle, "application/webbundle;v=b9");
  gateway_world_put_live (self, "/article");
  test_bundle_assert_redirect (self, self->aggregator, "/b9.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "live");
  g_assert_cmpstr (self->events->str, ==, "bundle one fall-back\nfell-back one /article\n");
}

static TestResponse *
get_in (GatewayWorld *self, TestServer *server, const char *path, const char *tag,
        const char *language)
{
  g_autofree char *url = test_server_url (server, path);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Accept-Language", language);
  gateway_world_announce (self, self->token, message, tag);
  return test_send (self->client, message);
}

/* a page with several variants in b1: each request gets the variant that it accepts */
static void
test_variants (GatewayWorld *self, gconstpointer data)
{
  static const char *const languages[] = {"en", "fr"};
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B1);
  g_autofree char *url = test_server_url (self->publisher, "/article");
  g_autofree char *answer = NULL;
  guint subset = test_bundle_add_subset (self, writer, JUST_NOW), responses[2];

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GBytes) body = g_bytes_new (languages[i], 2);
    responses[i] = bulla_bundle_writer_add_response (writer, 200);
    bulla_bundle_writer_add_header (writer, responses[i], "content-type", "text/html");
    bulla_bundle_writer_set_body (writer, responses[i], body);
  }
  bulla_bundle_writer_add_variants (writer, url, "accept-language;en;fr", responses, 2);
  bulla_bundle_writer_set_primary_url (writer, url);
  bulla_bundle_writer_cover (writer, subset, url);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  test_bundle_put (self, self->aggregator, "/two.wbn", bundle);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (TestResponse) link = get_in (self, self->aggregator, "/two.wbn", ONE, languages[i]);
    g_autoptr (TestResponse) page = get_in (self, self->publisher, "/article", ONE, languages[i]);
    g_assert_cmpuint (link->status, ==, 303);
    g_assert_cmpstr (page->body, ==, languages[i]);
    g_free (answer);
    answer = g_strdup (g_hash_table_lookup (page->headers, "bulla-answer"));
  }
  bulla_gateway_expect_navigation (self->gateway, self->token, "one", url, BULLA_NAVIGATION_RELOAD,
                                   answer);
  g_autoptr (TestResponse) again = get_in (self, self->publisher, "/article", LINKED, "en");
  g_assert_cmpstr (again->body, ==, "en");
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* downloads, and requests other than navigations, are forwarded unchanged */
static void
test_passes (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GBytes) bundle = write_bundle (self, BULLA_BUNDLE_FORMAT_B2, signed_pages, 2);

  test_bundle_put (self, self->aggregator, "/a.wbn", bundle);
  g_autoptr (TestResponse) raw = test_bundle_get (self, self->aggregator, "/a.wbn",
                                                  "v=one; host=aggregator.test; dest=subresource");
  g_assert_cmpuint (raw->status, ==, 200);
  g_assert_cmpmem (raw->body, raw->length, g_bytes_get_data (bundle, NULL),
                   g_bytes_get_size (bundle));
  g_assert_cmpstr (self->events->str, ==, "");
}

/* --- bundles that are still arriving */

typedef struct {
  GBytes *bundle;             /* borrowed */
  gsize held;                 /* offset from which bytes are held back */
  SoupServerMessage *message; /* owned; nullable */
} Slow;

static void
answer_slowly (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
               gpointer user_data)
{
  Slow *slow = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autoptr (GBytes) first = g_bytes_new_from_bytes (slow->bundle, 0, slow->held);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_content_type (headers, "application/webbundle;v=b2", NULL);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), first);
  slow->message = g_object_ref (message);
}

static void
let_go (Slow *slow)
{
  SoupMessageBody *body = soup_server_message_get_response_body (slow->message);
  g_autoptr (GBytes) rest = g_bytes_new_from_bytes (slow->bundle, slow->held,
                                                    g_bytes_get_size (slow->bundle) - slow->held);

  soup_message_body_append_bytes (body, rest);
  soup_message_body_complete (body);
  soup_server_message_unpause (slow->message);
  g_clear_object (&slow->message);
}

/* The first page is shown while the rest is held back; requests for the rest wait. */
static void
test_streamed (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->publisher, "/script.js");
  g_autoptr (GBytes) bundle = write_bundle (self, BULLA_BUNDLE_FORMAT_B2, signed_pages, 2);
  guint8 *bytes = (guint8 *)g_bytes_get_data (bundle, NULL);
  guint8 *last = test_bundle_find_bytes (bytes, g_bytes_get_size (bundle), "one ()");
  Slow slow = {bundle, (gsize)(last - bytes) - 100, NULL};
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GAsyncResult) result = NULL;

  /* the headers of the last response, and a part of the first response, are held back */
  test_bundle_find_bytes (bytes, slow.held, "<p>bundled");
  soup_server_add_handler (self->aggregator->soup, "/slow.wbn", answer_slowly, &slow, NULL);
  test_bundle_assert_redirect (self, self->aggregator, "/slow.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  g_assert_nonnull (slow.message);
  gateway_world_announce (self, self->token, message, RESOURCE);
  soup_session_send_async (self->client, message, G_PRIORITY_DEFAULT, NULL, test_take_result,
                           &result);
  for (guint i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (result);
  let_go (&slow);
  g_autoptr (GInputStream) body =
      soup_session_send_finish (self->client, test_wait_result (&result), NULL);
  g_assert_nonnull (body);
  g_assert_cmpuint (soup_message_get_status (message), ==, SOUP_STATUS_OK);
  test_bundle_assert_body (self, "/script.js", RESOURCE, "one ()");
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/origin/" path, GatewayWorld, NULL, gateway_world_set_up_announced, test,   \
              gateway_world_tear_down)
  ADD ("separate", test_separate);
  ADD ("explained", test_explained);
  ADD ("no-primary", test_no_primary);
  ADD ("scope", test_scope);
  ADD ("scope-spoilt", test_scope_spoilt);
  ADD ("out-of-scope", test_out_of_scope);
  ADD ("refused", test_refused);
  ADD ("fallback", test_fallback);
  ADD ("variants", test_variants);
  ADD ("passes", test_passes);
  ADD ("streamed", test_streamed);
  return g_test_run ();
}
