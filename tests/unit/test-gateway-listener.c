/* test-gateway-listener.c - limits the gateway's connections: too many, too slow, unauthenticated
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bulla-gateway-internal.h"
#include "bulla-gateway-listener.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-session.h"
#include "test-gateway-world.h"

#define SHORT_MS 200
#define PATIENCE_US (20 * G_USEC_PER_SEC)

static void
set_up (GatewayWorld *self, gconstpointer data)
{
  BullaGatewayLimits limits = {.fresh_max = 8,
                               .session_max = 8,
                               .fresh_ms = 1000,
                               .handshake_ms = 1000,
                               .first_ms = 1000,
                               .idle_ms = 60000,
                               .linger_ms = SHORT_MS};
  g_autoptr (GBytes) body = g_bytes_new_static ("fine", 4);

  gateway_world_set_up (self, BULLA_GATEWAY_ONE_VIEW, NULL);
  bulla_gateway_listener_set_limits (self->gateway->listener, &limits);
  gateway_world_put (self, self->publisher, "/", body, "text/plain");
}

/* --- a client that writes HTTP itself */

static GSocket *
dial (GatewayWorld *self)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_connect (socket, bulla_gateway_get_address (self->gateway), NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

static gboolean
say (GSocket *socket, const char *text)
{
  return g_socket_send (socket, text, strlen (text), NULL, NULL) == (gssize)strlen (text);
}

/* @user_data: (nullable): a gboolean to set, or NULL if the tick only wakes the main loop */
static gboolean
tick_cb (gpointer user_data)
{
  gboolean *ticked = user_data;

  if (ticked != NULL)
    *ticked = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Reads until @until, or the end. @drip: (nullable): text that is sent at each tick meanwhile.
 * (Sent at each iteration instead, the bytes themselves would wake the loop: thousands of them a
 * second.) */
static char *
hear (GSocket *socket, const char *until, const char *drip, gboolean *closed)
{
  GString *text = g_string_new (NULL);
  gint64 end = g_get_monotonic_time () + PATIENCE_US;
  gboolean ticked = FALSE;
  guint tick = g_timeout_add (5, tick_cb, &ticked);

  *closed = FALSE;
  while (!*closed && (until == NULL || strstr (text->str, until) == NULL)) {
    char bytes[4096];
    g_autoptr (GError) error = NULL;
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, TRUE);
    gssize got = g_socket_receive (socket, bytes, sizeof bytes, NULL, &error);
    if (got > 0)
      g_string_append_len (text, bytes, got);
    else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      *closed = TRUE;
    if (drip != NULL && ticked)
      say (socket, drip);
    ticked = FALSE;
  }
  g_source_remove (tick);
  return g_string_free (text, FALSE);
}

static char *
authorization (const char *token)
{
  g_autofree char *plain = g_strconcat ("bulla:", token, NULL);
  g_autofree char *encoded = g_base64_encode ((const guchar *)plain, strlen (plain));

  return g_strconcat ("Proxy-Authorization: Basic ", encoded, "\r\n", NULL);
}

static void
assert_serves (GatewayWorld *self)
{
  g_autofree char *url = test_server_url (self->publisher, "/");
  g_autoptr (SoupSession) client = gateway_world_new_client (self, self->token);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (TestResponse) response = test_send (client, message);

  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, SOUP_STATUS_OK);
  soup_session_abort (client);
}

static void
settle (GatewayWorld *self, guint connections)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_US;
  guint tick = g_timeout_add (5, tick_cb, NULL);

  while (bulla_gateway_listener_count (self->gateway->listener) > connections) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (tick);
}

/* --- connections without a token */

static void
test_silent (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GPtrArray) silent = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 60; i++)
    g_ptr_array_add (silent, dial (self));
  for (guint i = 0; i < 3; i++)
    assert_serves (self);
  g_assert_cmpuint (bulla_gateway_listener_count (self->gateway->listener), <=, 8 + 8);
  settle (self, 0); /* clients still have them open */
}

static void
test_dribble (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GSocket) socket = dial (self);
  gboolean closed = FALSE;

  say (socket, "GET http://publisher.test/ HTTP/1.1\r\nX: ");
  g_autofree char *heard = hear (socket, NULL, "x", &closed);
  g_assert_true (closed);
  g_assert_cmpstr (heard, ==, "");
}

static void
test_wrong_tokens (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *wrong = authorization ("0123456789abcdef");
  g_autofree char *request = g_strconcat (
      "GET http://publisher.test/ HTTP/1.1\r\nHost: publisher.test\r\n", wrong, "\r\n", NULL);
  g_autoptr (GSocket) socket = dial (self);
  gboolean closed = FALSE;

  say (socket, request);
  g_autofree char *heard = hear (socket, NULL, request, &closed);
  g_assert_true (g_str_has_prefix (heard, "HTTP/1.1 407 "));
  g_assert_null (strstr (heard, "HTTP/1.1 200"));
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

static void
test_huge_head (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *part = g_strnfill (8192, 'x');
  g_autoptr (GSocket) socket = dial (self);
  gboolean closed = FALSE;

  say (socket, "GET / HTTP/1.1\r\nX: ");
  g_autofree char *heard = hear (socket, NULL, part, &closed);
  g_assert_true (*heard == '\0' || g_str_has_prefix (heard, "HTTP/1.1 431 "));
}

/* While accept() fails, accepting pauses; afterwards the gateway accepts connections again. */
static void
test_descriptors (GatewayWorld *self, gconstpointer data)
{
  struct rlimit before = {0};
  GSocket *clients[4] = {NULL};

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  assert_serves (self);
  settle (self, 0);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    clients[i] = dial (self);
  int free_one = dup (0); /* the lowest free descriptor */
  struct rlimit low = {free_one, before.rlim_max};
  close (free_one);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &low), ==, 0);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (bulla_gateway_listener_count (self->gateway->listener), ==, 0);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    g_object_unref (clients[i]);
  assert_serves (self);
}

static void
test_short_ones (GatewayWorld *self, gconstpointer data)
{
  guint before = test_count_descriptors ();

  for (guint i = 0; i < 2000; i++) {
    g_autoptr (GSocket) socket = dial (self);
    if (i % 3 == 0)
      say (socket, "GET");
    if (i % 3 == 1)
      say (socket, "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    g_socket_close (socket, NULL);
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
  settle (self, 0);
  g_assert_cmpuint (test_count_descriptors (), <=, before + 1);
  assert_serves (self);
}

/* --- connections with a token */

static GSocket *
connect_tunnel (GatewayWorld *self, const char *token)
{
  g_autofree char *field = authorization (token);
  g_autofree char *request = g_strconcat (
      "CONNECT publisher.test:443 HTTP/1.1\r\nHost: publisher.test:443\r\n", field, "\r\n", NULL);
  GSocket *socket = dial (self);
  gboolean closed = FALSE;

  say (socket, request);
  g_autofree char *heard = hear (socket, "\r\n\r\n", NULL, &closed);
  g_assert_true (g_str_has_prefix (heard, "HTTP/1.1 200 "));
  return socket;
}

static void
test_half_open (GatewayWorld *self, gconstpointer data)
{
  static const char *const SENT[] = {NULL, "\x16", "\x16\x03\x01\x02", "GET", "\x16garbage"};

  for (guint i = 0; i < G_N_ELEMENTS (SENT); i++) {
    g_autoptr (GSocket) socket = connect_tunnel (self, self->token);
    gboolean closed = FALSE;
    if (SENT[i] != NULL)
      say (socket, SENT[i]);
    g_autofree char *heard = hear (socket, NULL, NULL, &closed);
    g_assert_true (closed);
  }
  settle (self, 0);
}

/* connections of one session do not evict those of another one */
static void
test_sessions (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *other = bulla_gateway_add_session (self->gateway, NULL, BULLA_GATEWAY_ONE_VIEW);
  g_autoptr (GPtrArray) flood = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocket) kept = connect_tunnel (self, self->token);
  char byte = 0;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 24; i++)
    g_ptr_array_add (flood, connect_tunnel (self, other));
  g_assert_cmpuint (bulla_gateway_listener_count (self->gateway->listener), <=, 1 + 8);
  g_assert_cmpint (g_socket_receive (kept, &byte, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  assert_serves (self);
  bulla_gateway_remove_session (self->gateway, other);
}

/* Returns: (transfer full): the first bytes that a TLS client sends */
static GBytes *
make_hello (void)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new ();
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GIOStream) wire = g_simple_io_stream_new (in, out);
  g_autoptr (GIOStream) tls = g_tls_client_connection_new (wire, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL,
                                    test_take_result, &result);
  g_assert_false (
      g_tls_connection_handshake_finish (G_TLS_CONNECTION (tls), test_wait_result (&result), NULL));
  GMemoryOutputStream *sent = G_MEMORY_OUTPUT_STREAM (out);
  return g_bytes_new (g_memory_output_stream_get_data (sent),
                      g_memory_output_stream_get_data_size (sent));
}

static void
keep_cb (SoupServer *server, SoupServerMessage *message, const char *path,
         SoupWebsocketConnection *connection, gpointer user_data)
{
  g_ptr_array_add (user_data, g_object_ref (connection));
}

static SoupWebsocketConnection *
open_websocket (GatewayWorld *self)
{
  g_autofree char *http = test_server_url (self->publisher, "/echo");
  g_autofree char *url = g_strconcat ("ws", http + strlen ("http"), NULL);
  g_autoptr (SoupSession) client = gateway_world_new_client (self, self->token);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (GAsyncResult) result = NULL;

  soup_session_websocket_connect_async (client, message, NULL, NULL, 0, NULL, test_take_result,
                                        &result);
  return soup_session_websocket_connect_finish (client, test_wait_result (&result), NULL);
}

/* WebSockets, of which a page may open any number, leave half of the connections to requests */
static void
test_websockets (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GPtrArray) served = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) opened = g_ptr_array_new_with_free_func (g_object_unref);

  soup_server_add_websocket_handler (self->publisher->soup, "/echo", NULL, NULL, keep_cb, served,
                                     NULL);
  for (guint i = 0; i < 12; i++) {
    SoupWebsocketConnection *connection = open_websocket (self);
    g_assert_cmpint (connection != NULL, ==, i < 4);
    if (connection != NULL)
      g_ptr_array_add (opened, connection);
  }
  assert_serves (self);
  while (served->len < 4)
    g_main_context_iteration (NULL, TRUE);
  g_ptr_array_set_size (served, 0);
  g_ptr_array_set_size (opened, 0);
  settle (self, 0);
  g_autoptr (SoupWebsocketConnection) another = open_websocket (self);
  g_assert_nonnull (another);
  while (served->len == 0)
    g_main_context_iteration (NULL, TRUE);
}

/* An unfinished handshake does not delay others. If its first message is complete, it occupies a
 * thread, but no thread that other sessions need. */
static void
test_stalled (GatewayWorld *self, gconstpointer data)
{
  BullaGatewayLimits limits = *bulla_gateway_listener_get_limits (self->gateway->listener);
  g_autofree char *other = bulla_gateway_add_session (self->gateway, NULL, BULLA_GATEWAY_ONE_VIEW);
  g_autoptr (GPtrArray) stalled = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GBytes) hello = make_hello ();
  const guint n = 60;

  g_assert_cmpuint (g_bytes_get_size (hello), >, 100);
  limits.session_max = 2 * n;
  limits.handshake_ms = 3000;
  bulla_gateway_listener_set_limits (self->gateway->listener, &limits);
  for (guint i = 0; i < 2 * n; i++) {
    GSocket *socket = connect_tunnel (self, i < n ? self->token : other);
    gsize length = i < n ? 20 : g_bytes_get_size (hello);
    g_assert_cmpint (g_socket_send (socket, g_bytes_get_data (hello, NULL), length, NULL, NULL), ==,
                     length);
    g_ptr_array_add (stalled, socket);
  }
  for (guint i = 0; i < 3; i++)
    assert_serves (self);
  g_assert_cmpuint (bulla_gateway_listener_count (self->gateway->listener), >=, 2 * n);
  settle (self, 0);
  assert_serves (self);
  bulla_gateway_remove_session (self->gateway, other);
}

/* The owner releases the gateway while a request waits, and then the request times out. */
static void
test_last_owner (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BullaGateway *kept = self->gateway, *gateway = bulla_gateway_new (self->loader, &error);
  g_autofree char *token = bulla_gateway_add_session (gateway, NULL, BULLA_GATEWAY_ANNOUNCED);
  BullaGatewaySession *session = bulla_gateway_session_find (gateway, token);
  g_autofree char *proof = authorization (token);
  g_autofree char *request =
      g_strdup_printf ("GET http://nobody.test/ HTTP/1.1\r\nHost: nobody.test\r\n%s%s: %s\r\n\r\n",
                       proof, BULLA_GATEWAY_TAG, "0123456789abcdef");

  g_assert_true (bulla_gateway_listen (gateway, NULL, &error));
  g_assert_no_error (error);
  self->gateway = gateway;
  g_autoptr (GSocket) client = dial (self);
  self->gateway = kept;
  g_assert_true (say (client, request));
  while (g_hash_table_size (session->awaiting) == 0)
    g_main_context_iteration (NULL, TRUE);
  ((BullaGatewayConnection *)session->connections.head->data)->deadline = g_get_monotonic_time ();
  g_object_add_weak_pointer (G_OBJECT (gateway), (gpointer *)&gateway);
  g_object_unref (gateway);
  g_assert_nonnull (gateway);
  while (gateway != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_smuggling (GatewayWorld *self, gconstpointer data)
{
  static const char *const BAD[] = {
      "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
      "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "X: a\r\n b\r\n\r\n",
      "X : a\r\n\r\n",
      "X: a\rb\r\n\r\n",
  };
  g_autofree char *field = authorization (self->token);

  for (guint i = 0; i < G_N_ELEMENTS (BAD); i++) {
    g_autofree char *request = g_strconcat (
        "POST http://publisher.test/ HTTP/1.1\r\nHost: publisher.test\r\n", field, BAD[i],
        "GET http://publisher.test/ HTTP/1.1\r\nHost: publisher.test\r\n", field, "\r\n", NULL);
    g_autoptr (GSocket) socket = dial (self);
    gboolean closed = FALSE;
    say (socket, request);
    g_autofree char *heard = hear (socket, NULL, NULL, &closed);
    g_assert_true (g_str_has_prefix (heard, "HTTP/1.1 400 "));
    g_assert_null (strstr (heard + 1, "HTTP/1.1"));
  }
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/listener/" path, GatewayWorld, NULL, set_up, test, gateway_world_tear_down)
  ADD ("silent", test_silent);
  ADD ("dribble", test_dribble);
  ADD ("wrong-tokens", test_wrong_tokens);
  ADD ("huge-head", test_huge_head);
  ADD ("descriptors", test_descriptors);
  ADD ("short-ones", test_short_ones);
  ADD ("half-open", test_half_open);
  ADD ("sessions", test_sessions);
  ADD ("websockets", test_websockets);
  ADD ("stalled", test_stalled);
  ADD ("last-owner", test_last_owner);
  ADD ("smuggling", test_smuggling);
  return g_test_run ();
}
