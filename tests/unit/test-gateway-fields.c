/* test-gateway-fields.c - checks that the gateway removes header fields of one connection
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-gateway-world.h"

/* trust.hop-by-hop and trust.stateful do not list these fields, so the exchange is valid with
 * them */
static const char SIGNED[] = "alt-svc: h3=\":1\"; ma=99999\n"
                             "alt-used: publisher.test\n"
                             "te: trailers\n"
                             "trailers: x\n"
                             "capsule-protocol: ?1\n"
                             "close: x\n"
                             "http2-settings: AAMAAABk\n"
                             "proxy-authorization: Basic eDp5\n"
                             "proxy-features: x\n"
                             "sec-websocket-protocol: x\n"
                             "sec-websocket-extensions: x\n"
                             "bulla-page: v=x; host=x; dest=navigation\n"
                             "bulla-answer: 00000000000000000000000000000000\n"
                             "sec-bulla-page: 00000000000000000000000000000000";
static const char LIVE[] = "Alt-Svc: h3=\":1\"; ma=99999\n"
                           "Keep-Alive: timeout=9\n"
                           "Proxy-Authenticate: Basic realm=\"bulla\"\n"
                           "Proxy-Authentication-Info: x\n"
                           "HTTP2-Settings: AAMAAABk\n"
                           "Upgrade: h2c\n"
                           "Bulla-Answer: 00000000000000000000000000000000\n"
                           "Sec-Bulla-Typed: x";
/* End-to-end fields are forwarded. */
static const char OTHER[] = "\nx-plain: 1\nproxy-status: cdn\nupgrade-insecure-requests: 1";

static void
assert_kept_back (const TestResponse *response, const char *fields)
{
  g_auto (GStrv) lines = g_strsplit (fields, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    char *colon = strchr (lines[i], ':');
    *colon = '\0';
    g_autofree char *name = g_ascii_strdown (lines[i], -1);
    const char *value = g_hash_table_lookup (response->headers, name);
    g_test_message ("%s: %s", name, value != NULL ? value : "absent");
    g_assert_cmpstr (value, !=, colon + 2);
  }
  g_assert_cmpstr (g_hash_table_lookup (response->headers, "x-plain"), ==, "1");
  g_assert_cmpstr (g_hash_table_lookup (response->headers, "proxy-status"), ==, "cdn");
  g_assert_cmpstr (g_hash_table_lookup (response->headers, "upgrade-insecure-requests"), ==, "1");
}

static TestResponse *
navigate (GatewayWorld *self, const char *url, const char *more)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_auto (GStrv) lines = g_strsplit (more, "\n", -1);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (headers, "Accept", "text/html");
  soup_message_headers_replace (headers, "Sec-Fetch-Mode", "navigate");
  soup_message_headers_replace (headers, "Sec-Fetch-Dest", "document");
  for (guint i = 0; lines[i] != NULL; i++) {
    char *colon = strchr (lines[i], ':');
    *colon = '\0';
    soup_message_headers_append (headers, lines[i], colon + 2);
  }
  return test_send (self->client, message);
}

static void
test_signed (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *fields = g_strconcat (SIGNED, OTHER, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("<p>signed", 9);
  g_autoptr (GBytes) exchange =
      gateway_world_sign_with (self, "/article", fields, body, self->world->now - 60, FALSE);

  gateway_world_put_exchange (self, self->aggregator, "/a.sxg", exchange);
  g_autoptr (TestResponse) first = navigate (self, link, "X-Plain: 1");
  g_assert_no_error (first->error);
  g_assert_cmpuint (first->status, ==, 303);
  g_autoptr (TestResponse) shown = navigate (self, page, "X-Plain: 1");
  g_assert_cmpstr (shown->body, ==, "<p>signed");
  assert_kept_back (shown, SIGNED);
}

static void
test_live (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *page = test_server_url (self->publisher, "/live");
  g_autofree char *fields = g_strconcat (LIVE, OTHER, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("live", 4);

  gateway_world_put_with (self, self->publisher, "/live", body, "text/html", fields);
  g_autoptr (TestResponse) shown = navigate (self, page, "X-Plain: 1");
  g_assert_cmpstr (shown->body, ==, "live");
  assert_kept_back (shown, LIVE);
}

static void
test_request (GatewayWorld *self, gconstpointer data)
{
  static const char *const KEPT_BACK[] = {"Bulla-Page",     "Sec-Bulla-Page", "Proxy-Foo",
                                          "HTTP2-Settings", "Alt-Used",       "Sec-WebSocket-Key"};
  g_autofree char *page = test_server_url (self->publisher, "/live");
  g_autoptr (GBytes) body = g_bytes_new_static ("live", 4);

  gateway_world_put (self, self->publisher, "/live", body, "text/html");
  g_autoptr (TestResponse) shown = navigate (self, page,
                                             "Bulla-Page: x\nSec-Bulla-Page: x\nProxy-Foo: x\n"
                                             "HTTP2-Settings: x\nAlt-Used: x\n"
                                             "Sec-WebSocket-Key: x\nX-Plain: 1");
  g_assert_cmpstr (shown->body, ==, "live");
  g_assert_nonnull (strstr (self->publisher->last_head, "X-Plain: 1\n"));
  for (guint i = 0; i < G_N_ELEMENTS (KEPT_BACK); i++)
    g_assert_null (strstr (self->publisher->last_head, KEPT_BACK[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/fields/" path, GatewayWorld, NULL, gateway_world_set_up_one_view, test,    \
              gateway_world_tear_down)
  ADD ("signed", test_signed);
  ADD ("live", test_live);
  ADD ("request", test_request);
  return g_test_run ();
}
