/* test-gateway-exchange.c - serves signed exchanges through the gateway to a client with page tags
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange-kit.h"

#define ONE "v=one; host=-; dest=navigation"
#define TWO "v=two; host=-; dest=navigation"
#define LINKED "v=one; host=publisher.test; dest=navigation"

/* An exchange causes a redirect, and the request that follows is answered by the exchange; so is
 * its history entry, as often as it is shown again. */
static void
test_substituted (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) entry = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (entry, "<p>signed");
  const BullaNavigationKind kinds[] = {BULLA_NAVIGATION_RELOAD, BULLA_NAVIGATION_BACK_FORWARD,
                                       BULLA_NAVIGATION_RELOAD};
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (TestResponse) shown = gateway_world_again (self, page, LINKED, kinds[i], entry);
    exchange_kit_assert_body (shown, "<p>signed");
    g_assert_cmpstr (g_hash_table_lookup (shown->headers, "bulla-answer"), !=,
                     g_hash_table_lookup (entry->headers, "bulla-answer"));
    g_assert_cmpstr (g_hash_table_lookup (shown->headers, "x-signed"), ==, "yes");
    g_assert_cmpstr (g_hash_table_lookup (shown->headers, "cache-control"), ==, "no-store");
    g_assert_cmpstr (g_hash_table_lookup (shown->headers, "clear-site-data"), ==, "\"cache\"");
    g_assert_cmpstr (g_hash_table_lookup (shown->headers, "content-type"), ==,
                     "text/html; charset=utf-8");
    g_assert_null (g_hash_table_lookup (shown->headers, "content-encoding"));
  }
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  g_assert_cmpstr (self->events->str, ==,
                   "decided one substitute\nserved one\nserved one\nserved one\nserved one\n");
}

static void
test_accept (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) body = exchange_kit_text ("live");

  gateway_world_put (self, self->publisher, "/article", body, "text/html");
  g_autoptr (TestResponse) shown = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (shown, "live");
  g_assert_nonnull (strstr (self->publisher->last_head,
                            "Accept: text/html,application/xml;q=0.9,*/*;q=0.8,"
                            "application/signed-exchange;v=b3;q=0.9,"
                            "application/webbundle;v=b2;q=0.8,application/webbundle;v=b1;q=0.8\n"));
  g_autoptr (TestResponse) resource =
      gateway_world_get (self, page, "v=one; host=publisher.test; dest=subresource");
  exchange_kit_assert_body (resource, "live");
  g_assert_nonnull (
      strstr (self->publisher->last_head, "Accept: text/html,application/xml;q=0.9,*/*;q=0.8\n"));
  g_assert_null (strstr (self->publisher->last_head, "Sec-Bulla-Page"));
}

static void
test_live (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/article");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_assert_true (bulla_gateway_load_live (self->gateway, self->token, "one", page));
  g_autoptr (TestResponse) shown = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (shown, "live");
  g_assert_null (strstr (self->publisher->last_head, "signed-exchange"));
}

/* An expired exchange falls back to its own URL, where exchanges are not accepted. */
static void
test_fallback (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/old.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  exchange_kit_put_signed (self, self->aggregator, "/old.sxg", "/article", "<p>signed", 20);
  gateway_world_put_live (self, "/article");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) shown = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (shown, "live");
  g_assert_null (strstr (self->publisher->last_head, "signed-exchange"));
  g_assert_cmpstr (self->events->str, ==, "decided one fall-back\nfell-back one /article\n");
  /* only this time: later requests accept exchanges again */
  g_autoptr (TestResponse) again = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (again, "live");
  g_assert_nonnull (strstr (self->publisher->last_head, "signed-exchange"));
}

/* a fallback is live, whatever an earlier link of the view led to */
static void
test_fallback_after (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *good = test_server_url (self->aggregator, "/good.sxg");
  g_autofree char *old = test_server_url (self->aggregator, "/old.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = exchange_kit_text ("live");

  exchange_kit_put_signed (self, self->aggregator, "/good.sxg", "/article", "<p>signed", 0);
  exchange_kit_put_signed (self, self->aggregator, "/old.sxg", "/article", "<p>signed", 20);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  g_autoptr (TestResponse) first = gateway_world_get (self, good, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) second = gateway_world_get (self, old, ONE);
  exchange_kit_assert_redirect (second, page);
  g_autoptr (TestResponse) shown = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (shown, "live");
}

static void
answer_exchange (SoupServer *server, SoupServerMessage *message, const char *path,
                 GHashTable *query, gpointer user_data)
{
  gsize length = 0;
  const char *bytes = g_bytes_get_data (user_data, &length);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                "X-Content-Type-Options", "nosniff");
  soup_server_message_set_response (message, "application/signed-exchange;v=b3", SOUP_MEMORY_COPY,
                                    bytes, length);
}

/* An exchange over plain http is never accepted. */
static void
test_plain_http (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (TestServer) plain = test_server_new ("plain.test", NULL);
  g_autofree char *resolve = test_server_resolve (plain);
  g_autofree char *link = test_server_url (plain, "/");
  g_autoptr (GBytes) body = exchange_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange =
      gateway_world_sign (self, "/article", NULL, NULL, body, self->world->now - 60, FALSE);

  g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
  soup_server_add_handler (plain->soup, NULL, answer_exchange, exchange, NULL);
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  g_assert_nonnull (first->error);
  g_assert_cmpstr (self->events->str, ==, "decided one refuse\nrefused one package\n");
}

static void
answer_by_accept (SoupServer *server, SoupServerMessage *message, const char *path,
                  GHashTable *query, gpointer user_data)
{
  const char *accept =
      soup_message_headers_get_list (soup_server_message_get_request_headers (message), "Accept");
  gboolean welcome = strstr (accept, "application/signed-exchange") != NULL;
  gsize length = 0;
  const char *bytes = g_bytes_get_data (user_data, &length);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                "X-Content-Type-Options", "nosniff");
  soup_server_message_set_response (
      message, welcome ? "application/signed-exchange;v=b3" : "text/html", SOUP_MEMORY_COPY,
      welcome ? bytes : "live", welcome ? length : 4);
}

/* An invalid exchange of the publisher falls back to the requested URL itself. */
static void
test_fallback_to_itself (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *page = test_server_url (self->publisher, "/self");
  g_autoptr (GBytes) body = exchange_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange =
      gateway_world_sign (self, "/self", NULL, NULL, body, self->world->now - 20 * TEST_DAY, FALSE);

  soup_server_add_handler (self->publisher->soup, "/self", answer_by_accept, exchange, NULL);
  g_autoptr (TestResponse) shown = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (shown, "live");
  g_assert_cmpuint (self->publisher->n_requests, ==, 2);
}

/* if the publisher responds with the same exchange, the loop is detected before it is followed */
static void
test_fallback_loop (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *page = test_server_url (self->publisher, "/self");
  g_autofree char *link = test_server_url (self->aggregator, "/old.sxg");

  exchange_kit_put_signed (self, self->publisher, "/self", "/self", "<p>signed", 20);
  exchange_kit_put_signed (self, self->aggregator, "/old.sxg", "/self", "<p>signed", 20);
  g_autoptr (TestResponse) direct = gateway_world_get (self, page, ONE);
  g_assert_nonnull (direct->error);
  g_assert_cmpuint (self->publisher->n_requests, ==, 2);

  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) second = gateway_world_get (self, page, ONE);
  g_assert_nonnull (second->error);
  g_assert_cmpuint (self->publisher->n_requests, ==, 3);
  g_assert_true (g_str_has_suffix (self->events->str, "refused one package\n"));
}

/* a valid exchange fetched from its own URL is served without a redirect */
static void
test_own_url (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *page = test_server_url (self->publisher, "/self");
  g_autoptr (GBytes) body = exchange_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange =
      gateway_world_sign (self, "/self", NULL, NULL, body, self->world->now - 60, FALSE);

  gateway_world_put_with (self, self->publisher, "/self", exchange,
                          "application/signed-exchange;v=b3",
                          "Set-Cookie: sid=1\nStrict-Transport-Security: max-age=9\nX-Unsigned: 1");
  g_autoptr (TestResponse) shown = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (shown, "<p>signed");
  g_assert_cmpstr (g_hash_table_lookup (shown->headers, "cache-control"), ==, "no-store");
  /* what the publisher's server has sent for its origin is not lost */
  g_assert_cmpstr (g_hash_table_lookup (shown->headers, "set-cookie"), ==, "sid=1");
  g_assert_cmpstr (g_hash_table_lookup (shown->headers, "strict-transport-security"), ==,
                   "max-age=9");
  g_assert_null (g_hash_table_lookup (shown->headers, "x-unsigned"));
}

/* cookies and Vary are judged with the request of the publisher's page */
static void
test_cookie (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/vary.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) body = exchange_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange =
      gateway_world_sign (self, "/article", "vary", "cookie", body, self->world->now - 60, FALSE);

  gateway_world_put_exchange (self, self->aggregator, "/vary.sxg", exchange);
  gateway_world_put_live (self, "/article");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, page);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  soup_message_headers_replace (headers, "Cookie", "a=b");
  gateway_world_announce (self, self->token, message, ONE);
  g_autoptr (TestResponse) known = test_send (self->client, message);
  exchange_kit_assert_body (known, "live");
  g_autoptr (TestResponse) second = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (second, page);
  g_autoptr (TestResponse) unknown = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (unknown, "<p>signed");
}

/* An equivalent spelling counts as the same URL. */
static void
test_spelling (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/%7euser?q=%c3%a9");

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/%7euser?q=%c3%a9", "<p>signed", 0);
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) shown = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (shown, "<p>signed");
}

static GBytes *
compress (GBytes *plain)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (plain);
  g_autoptr (GZlibCompressor) gzip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (in, G_CONVERTER (gzip));
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();

  g_output_stream_splice (out, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static void
answer_compressed (SoupServer *server, SoupServerMessage *message, const char *path,
                   GHashTable *query, gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gsize length = 0;
  const char *bytes = g_bytes_get_data (user_data, &length);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_replace (headers, "Content-Encoding", "gzip");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_server_message_set_response (message, "application/signed-exchange;v=b3", SOUP_MEMORY_COPY,
                                    bytes, length);
}

static void
test_compressed (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/gzip");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) body = exchange_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange =
      gateway_world_sign (self, "/article", NULL, NULL, body, self->world->now - 60, FALSE);
  g_autoptr (GBytes) small = compress (exchange);

  soup_server_add_handler (self->aggregator->soup, "/gzip", answer_compressed, small, NULL);
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) shown = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (shown, "<p>signed");
}

/* a request that is not a navigation gets the exchange itself */
static void
test_subresource (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  const char *const tags[] = {"v=one; host=aggregator.test; dest=subresource", NULL};

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autoptr (TestResponse) raw = gateway_world_get (self, link, tags[i]);
    g_assert_cmpuint (raw->status, ==, 200);
    g_assert_cmpstr (g_hash_table_lookup (raw->headers, "content-type"), ==,
                     "application/signed-exchange;v=b3");
    g_assert_cmpmem (raw->body, 8, "sxg1-b3", 8);
  }
  g_assert_cmpstr (self->events->str, ==, "");
}

/* A request without known initiator is forwarded as an ordinary one, and nothing is kept. */
static void
test_prefetch (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, page);

  soup_message_headers_replace (soup_message_get_request_headers (message), "Sec-Purpose",
                                "prefetch");
  g_autoptr (TestResponse) response = test_send (self->client, message);
  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 404);
  g_assert_cmpuint (self->publisher->n_requests, ==, 1);
  g_assert_nonnull (strstr (self->publisher->last_head, "Sec-Purpose: prefetch\n"));
  g_assert_cmpstr (self->events->str, ==, "");
}

/* Serves an exchange for @page at @path of its publisher. Every request selects another variant. */
static void
put_other_variant (GatewayWorld *self, const char *path, const char *page)
{
  g_autoptr (GBytes) body = exchange_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange =
      gateway_world_sign_with (self, page, "variants-04: accept-language;en;fr\nvariant-key-04: fr",
                               body, self->world->now - 60, FALSE);

  gateway_world_put_exchange (self, self->publisher, path, exchange);
}

/* Two exchanges that fall back to each other, and whose fallbacks accept packages again. */
static void
test_fallback_loop_of_two (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *at = test_server_url (self->publisher, "/one");
  guint n = 0;

  put_other_variant (self, "/one", "/two");
  put_other_variant (self, "/two", "/one");
  for (gboolean refused = FALSE; !refused; n++) {
    g_autoptr (TestResponse) response = gateway_world_get (self, at, ONE);
    refused = response->error != NULL;
    g_assert_cmpuint (n, <, 5);
    g_free (at);
    at = refused ? NULL : g_strdup (g_hash_table_lookup (response->headers, "location"));
  }
  g_assert_cmpuint (n, ==, 3); /* one, two, and one again, which would lead to two again */
  g_assert_nonnull (strstr (self->events->str, "refused one "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/exchange/" path, GatewayWorld, NULL, gateway_world_set_up_announced, test, \
              gateway_world_tear_down)
  ADD ("substituted", test_substituted);
  ADD ("accept", test_accept);
  ADD ("live", test_live);
  ADD ("fallback", test_fallback);
  ADD ("plain-http", test_plain_http);
  ADD ("fallback-after", test_fallback_after);
  ADD ("fallback-to-itself", test_fallback_to_itself);
  ADD ("fallback-loop", test_fallback_loop);
  ADD ("fallback-loop-of-two", test_fallback_loop_of_two);
  ADD ("own-url", test_own_url);
  ADD ("cookie", test_cookie);
  ADD ("spelling", test_spelling);
  ADD ("compressed", test_compressed);
  ADD ("subresource", test_subresource);
  ADD ("prefetch", test_prefetch);
  return g_test_run ();
}
