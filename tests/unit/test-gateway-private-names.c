/* test-gateway-private-names.c - refuses names and spellings of this machine's addresses, whatever
 * causes the request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "announce-kit.h"
#include "bulla-exchange-writer.h"
#include "bulla-gateway-internal.h"
#include "bulla-gateway-request.h"
#include "resolve-kit.h"

#define PAGE "v=one; host=-; dest=navigation"
#define PUBLIC "https://public.test/"

typedef struct {
  GatewayWorld world;
  GSocketService *service; /* owned; on loopback; closes every connection */
  guint16 port;
  guint n_connections;
  char *there; /* owned; target of a redirect */
} Scene;

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  ((Scene *)user_data)->n_connections++;
  return FALSE;
}

static void
go_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
       gpointer user_data)
{
  soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, ((Scene *)user_data)->there);
}

static void
set_up (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  g_autoptr (GBytes) page = g_bytes_new_static ("<p>links", 8);
  g_autoptr (GError) error = NULL;

  gateway_world_set_up (world, BULLA_GATEWAY_ANNOUNCED, NULL);
  bulla_gateway_register_view (world->gateway, world->token, "one");
  soup_server_add_handler (world->aggregator->soup, "/go", go_cb, self, NULL);
  soup_server_add_handler (world->chains->soup, "/go", go_cb, self, NULL);
  gateway_world_put (world, world->aggregator, "/", page, "text/html");
  self->service = g_socket_service_new ();
  self->port =
      g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
}

static void
tear_down (Scene *self, gconstpointer data)
{
  gateway_world_tear_down (&self->world, NULL);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  g_clear_pointer (&self->there, g_free);
}

/* --- causes of a request; @url: its target */

static void
set_there (Scene *self, const char *url)
{
  g_free (self->there);
  self->there = g_strdup (url);
}

typedef void (*WayFunc) (Scene *self, const char *url);

static void
by_subresource (Scene *self, const char *url)
{
  Said said = {.url = url, .dest = "empty", .document = PUBLIC};
  g_autoptr (TestResponse) response = announce_kit_send (&self->world, "one", &said, NULL);

  g_assert_nonnull (response->error);
}

static void
by_navigation (Scene *self, const char *url)
{
  Said said = {.url = url, .dest = "document", .document = PUBLIC};
  g_autoptr (TestResponse) response = announce_kit_send (&self->world, "one", &said, NULL);

  g_assert_nonnull (response->error);
}

/* The check also applies to typed addresses. */
static void
by_redirect (Scene *self, const char *url)
{
  g_autofree char *go = test_server_url (self->world.aggregator, "/go");

  set_there (self, url);
  g_autoptr (TestResponse) first = gateway_world_get (&self->world, go, PAGE);
  g_assert_cmpuint (first->status, ==, 302);
  g_autoptr (TestResponse) second = gateway_world_get (&self->world, url, PAGE);
  g_assert_nonnull (second->error);
}

static gboolean
open_websocket (Scene *self, const char *url, const char *origin)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  soup_session_websocket_connect_async (self->world.client, message, origin, NULL, 0, NULL,
                                        test_take_result, &result);
  g_autoptr (SoupWebsocketConnection) connection = soup_session_websocket_connect_finish (
      self->world.client, test_wait_result (&result), &error);
  g_assert_true ((connection == NULL) == (error != NULL));
  return connection != NULL;
}

static void
by_websocket (Scene *self, const char *url)
{
  g_autofree char *ws = g_strconcat ("ws", url + strlen ("http"), NULL);

  g_assert_false (open_websocket (self, ws, "https://public.test"));
}

static void
prefetch (Scene *self, const char *url)
{
  GatewayWorld *world = &self->world;
  g_autofree char *page = test_server_url (world->aggregator, "/");
  g_autoptr (TestResponse) shown = gateway_world_get (world, page, PAGE);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  g_assert_cmpuint (shown->status, ==, 200);
  gateway_world_announce (world, world->token, message,
                          "v=one; host=aggregator.test; dest=prefetch");
  soup_message_headers_replace (headers, "Sec-Purpose", "prefetch");
  soup_message_headers_replace (headers, "Referer", page);
  g_autoptr (TestResponse) response = test_send (world->client, message);
  g_assert_nonnull (response->error);
}

static void
by_prefetch (Scene *self, const char *url)
{
  prefetch (self, url);
}

static void
by_prefetch_redirect (Scene *self, const char *url)
{
  g_autofree char *go = test_server_url (self->world.aggregator, "/go");

  set_there (self, url);
  prefetch (self, go);
}

/* loads an exchange with its chain at @cert_url, which must fall back to the publisher's page */
static void
load_exchange (Scene *self, const char *cert_url)
{
  GatewayWorld *world = &self->world;
  g_autofree char *url = test_server_url (world->publisher, "/article");
  g_autofree char *validity = test_server_url (world->publisher, "/validity");
  g_autofree char *link = test_server_url (world->aggregator, "/a.sxg");
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, world->credential);
  g_autoptr (GBytes) body = g_bytes_new_static ("<p>signed", 9);
  gint64 date = world->world->now - 60;
  g_autoptr (GError) error = NULL;

  bulla_exchange_writer_set_status (writer, 200);
  bulla_exchange_writer_add_header (writer, "content-type", "text/html");
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_cert_url (writer, cert_url);
  bulla_exchange_writer_set_validity_url (writer, validity);
  bulla_exchange_writer_set_validity (writer, date, date + TEST_DAY);
  g_autoptr (GBytes) exchange = bulla_exchange_writer_write (writer, &error);
  g_assert_no_error (error);
  gateway_world_put_exchange (world, world->aggregator, "/a.sxg", exchange);
  g_string_truncate (world->events, 0);
  g_autoptr (TestResponse) response = gateway_world_get (world, link, PAGE);
  g_assert_cmpuint (response->status, ==, 303);
  g_test_message ("%s", world->events->str);
  g_assert_nonnull (strstr (world->events->str, "decided one fall-back"));
}

static void
by_certificate (Scene *self, const char *url)
{
  load_exchange (self, url);
}

static void
by_certificate_redirect (Scene *self, const char *url)
{
  g_autofree char *go = test_server_url (self->world.chains, "/go");

  set_there (self, url);
  load_exchange (self, go);
}

static const struct {
  const char *name;
  WayFunc func;
  gboolean by_gateway; /* whether the gateway itself requests the URL, over https */
  gboolean explained;  /* whether the refusal says why; for a chain the verdict does */
} WAYS[] = {
    {"subresource", by_subresource, FALSE, TRUE},
    {"navigation", by_navigation, FALSE, TRUE},
    {"redirect", by_redirect, FALSE, TRUE},
    {"websocket", by_websocket, FALSE, TRUE},
    {"prefetch", by_prefetch, FALSE, TRUE},
    {"prefetch redirect", by_prefetch_redirect, TRUE, TRUE},
    {"certificate", by_certificate, TRUE, FALSE},
    {"certificate redirect", by_certificate_redirect, TRUE, FALSE},
};

/* --- names and spellings */

static char *
dup_url (Scene *self, const char *scheme, const char *host)
{
  return g_strdup_printf ("%s://%s:%u/", scheme, host, self->port);
}

static void
try_way (Scene *self, guint i, const char *scheme, const char *host, gboolean explained)
{
  g_autofree char *url = dup_url (self, scheme, host);
  g_autoptr (GtSignalLogger) refused = gt_signal_logger_new ();

  g_test_message ("%s: %s", WAYS[i].name, url);
  gt_signal_logger_connect (refused, self->world.gateway, "refused");
  WAYS[i].func (self, url);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (self->n_connections, ==, 0);
  if (explained && WAYS[i].explained) {
    g_autofree char *message = gateway_world_pop_refused (&self->world, refused);
    g_assert_nonnull (strstr (message, "public page may not reach"));
    gt_signal_logger_assert_no_emissions (refused);
  }
}

/* @explained: whether each refusal says that the host is private */
static void
assert_unreached (Scene *self, const char *host, gboolean explained)
{
  for (guint i = 0; i < G_N_ELEMENTS (WAYS); i++) {
    if (!WAYS[i].by_gateway)
      try_way (self, i, "http", host, explained);
    if (WAYS[i].by_gateway || *host != '[') /* GnuTLS takes no IPv6 address for a server's name */
      try_way (self, i, "https", host, explained);
  }
}

/* if the user navigates to the name, it resolves to this machine, and a server accepts the
 * connection */
static void
assert_reached_by_user (Scene *self, const char *host)
{
  g_autofree char *url = dup_url (self, "http", host);
  g_autofree char *typed = announce_kit_typed (&self->world, "one", url);
  Said said = {.url = url};

  bulla_gateway_expect_navigation (self->world.gateway, self->world.token, "one", url,
                                   BULLA_NAVIGATION_TYPED, NULL);
  g_autoptr (TestResponse) response = announce_kit_send (&self->world, "one", &said, typed);
  g_assert_nonnull (response->error); /* the server has closed the connection at once */
  while (self->n_connections == 0)
    g_main_context_iteration (NULL, TRUE);
  self->n_connections = 0;
}

static void
test_names (Scene *self, gconstpointer data)
{
  static const char *const NAMES[][2] = {
      {"inside.test", "127.0.0.1"},        {"far-inside.test", "127.9.9.9"},
      {"mapped.test", "::ffff:127.0.0.1"}, {"localhost", "127.0.0.1"},
      {"app.localhost", "127.0.0.1"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++) {
    resolve_kit_set (NAMES[i][0], NAMES[i][1]);
    assert_unreached (self, NAMES[i][0], TRUE);
    assert_reached_by_user (self, NAMES[i][0]);
  }
}

/* no server listens there; the refusal says that no address was tried */
static void
test_names_elsewhere (Scene *self, gconstpointer data)
{
  static const char *const NAMES[][2] = {
      {"router.test", "192.168.1.1"},         {"metadata.test", "169.254.169.254"},
      {"nat64.test", "64:ff9b::7f00:1"},      {"own-nat64.test", "64:ff9b:1::7f00:1"},
      {"six-to-four.test", "2002:7f00:1::1"}, {"unique.test", "fd00::1"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++) {
    resolve_kit_set (NAMES[i][0], NAMES[i][1]);
    assert_unreached (self, NAMES[i][0], TRUE);
  }
}

static void
test_literals (Scene *self, gconstpointer data)
{
  static const char *const HOSTS[] = {"127.0.0.1",
                                      "[::1]",
                                      "[::ffff:127.0.0.1]",
                                      "[::ffff:7f00:1]",
                                      "[0:0:0:0:0:ffff:7f00:0001]",
                                      "[::ffff:0:127.0.0.1]",
                                      "[64:ff9b::127.0.0.1]",
                                      "[64:ff9b::7f00:1]",
                                      "[64:ff9b:1::7f00:1]"};

  for (guint i = 0; i < G_N_ELEMENTS (HOSTS); i++)
    assert_unreached (self, HOSTS[i], TRUE);
}

/* spellings that inet_aton() accepts; GLib, which connects WebSockets, does not resolve them at
 * all */
static void
test_numbers (Scene *self, gconstpointer data)
{
  static const char *const HOSTS[] = {"127.1", "0x7f.1", "2130706433", "0177.0.0.1"};

  for (guint i = 0; i < G_N_ELEMENTS (HOSTS); i++)
    assert_unreached (self, HOSTS[i], FALSE);
}

/* --- names whose address changes */

static void
answer_text (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/html", SOUP_MEMORY_STATIC, "text", 4);
}

static void
opened_cb (SoupServer *server, SoupServerMessage *message, const char *path,
           SoupWebsocketConnection *connection, gpointer user_data)
{
}

static TestServer *
add_plain_server (const char *host)
{
  TestServer *server = test_server_new (host, NULL);

  soup_server_add_handler (server->soup, NULL, answer_text, NULL, NULL);
  soup_server_add_websocket_handler (server->soup, "/ws", NULL, NULL, opened_cb, NULL, NULL);
  return server;
}

/* Returns: whether the server's own page, and a WebSocket of that page, reach the server */
static gboolean
reaches_itself (Scene *self, TestServer *server)
{
  g_autofree char *url = test_server_url (server, "/");
  g_autofree char *http = test_server_url (server, "/ws");
  g_autofree char *ws = g_strconcat ("ws", http + strlen ("http"), NULL);
  g_autofree char *origin = g_strndup (url, strlen (url) - 1);
  guint before = server->n_requests;
  Said said = {.url = url, .dest = "empty", .document = url};
  g_autoptr (TestResponse) response = announce_kit_send (&self->world, "one", &said, NULL);
  gboolean reached = response->error == NULL;
  gboolean opened = open_websocket (self, ws, origin);

  g_assert_true (opened == reached);
  g_assert_cmpuint (server->n_requests - before, ==, reached ? 2 : 0);
  return reached;
}

static void
visit (Scene *self, TestServer *server)
{
  g_autofree char *url = test_server_url (server, "/");
  g_autofree char *typed = announce_kit_typed (&self->world, "one", url);
  Said said = {.url = url};

  bulla_gateway_expect_navigation (self->world.gateway, self->world.token, "one", url,
                                   BULLA_NAVIGATION_TYPED, NULL);
  g_autoptr (TestResponse) response = announce_kit_send (&self->world, "one", &said, typed);
  g_assert_cmpstr (response->body, ==, "text");
}

/* acts as if @host had been connected to at @address */
static void
note (Scene *self, const char *host, const char *address)
{
  g_autofree char *url = g_strdup_printf ("https://%s/", host);
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  BullaGatewayRequest request = {.gateway = self->world.gateway, .uri = uri};
  g_autoptr (GSocketAddress) peer = g_inet_socket_address_new_from_string (address, 443);

  bulla_gateway_request_note_peer (&request, peer);
}

/* after the user has visited a private host, its own pages may contact it */
static void
test_stays_private (Scene *self, gconstpointer data)
{
  g_autoptr (TestServer) server = add_plain_server ("home.test");

  resolve_kit_set ("home.test", "127.0.0.1");
  g_assert_false (reaches_itself (self, server));
  visit (self, server);
  g_assert_true (reaches_itself (self, server));
}

/* a host that had a public address before may not be contacted: neither when its address becomes
 * private, nor after the user has visited it */
static void
test_turns_private (Scene *self, gconstpointer data)
{
  g_autoptr (TestServer) server = add_plain_server ("rebind.test");

  note (self, "rebind.test", "8.8.8.8");
  resolve_kit_set ("rebind.test", "127.0.0.1");
  g_assert_false (reaches_itself (self, server));
  visit (self, server);
  g_assert_false (reaches_itself (self, server));
}

/* a host that was visited as private, and later has a public address, loses its permission */
static void
test_turns_public (Scene *self, gconstpointer data)
{
  g_autoptr (TestServer) server = add_plain_server ("moves.test");

  resolve_kit_set ("moves.test", "127.0.0.1");
  visit (self, server);
  g_assert_true (reaches_itself (self, server));
  note (self, "moves.test", "8.8.8.8");
  g_assert_false (reaches_itself (self, server));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/private-names/" path, Scene, NULL, set_up, test, tear_down)
  ADD ("names", test_names);
  ADD ("names/elsewhere", test_names_elsewhere);
  ADD ("literals", test_literals);
  ADD ("numbers", test_numbers);
  ADD ("stays-private", test_stays_private);
  ADD ("turns-private", test_turns_private);
  ADD ("turns-public", test_turns_public);
  return g_test_run ();
}
