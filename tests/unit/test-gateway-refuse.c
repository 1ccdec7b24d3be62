/* test-gateway-refuse.c - closes the connection of invalid clients and requests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wire-kit.h"

#define PAGE "v=one; host=-; dest=navigation"

static void
assert_text (const TestResponse *response, const char *text)
{
  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpstr (response->body, ==, text);
}

static void
answer_text (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "text", 4);
}

/* --- bytes to the gateway, and its response */

static char *
read_some (GIOStream *stream)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (stream), 65536, G_PRIORITY_DEFAULT,
                                   NULL, test_take_result, &result);
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (
      g_io_stream_get_input_stream (stream), test_wait_result (&result), NULL);
  return bytes == NULL ? g_strdup ("")
                       : g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
test_token (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *right = wire_kit_credentials (self);
  const char *const requests[] = {
      "CONNECT publisher.test:443 HTTP/1.1\r\nHost: publisher.test\r\n",
      "GET http://publisher.test/ HTTP/1.1\r\nHost: publisher.test\r\n",
      "GET / HTTP/1.1\r\nHost: publisher.test\r\n",
      "POST http://publisher.test/ HTTP/1.1\r\nHost: publisher.test\r\nContent-Length: 1\r\n"};
  const char *const wrong[] = {
      "", "Proxy-Authorization: Basic eDp5\r\n", "Proxy-Authorization: Basic\r\n",
      "Proxy-Authorization: Bearer x\r\n", "Authorization: Basic eDp5\r\n"};

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    for (guint j = 0; j < G_N_ELEMENTS (wrong); j++) {
      g_autoptr (GIOStream) connection = wire_kit_dial (self);
      g_autofree char *request =
          g_strconcat (requests[i], wrong[j], "Connection: close\r\n\r\nx", NULL);
      g_assert_true (wire_kit_say (connection, request, -1));
      g_autofree char *answer = read_some (connection);
      g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 407 "));
      g_assert_nonnull (strstr (answer, "Proxy-Authenticate: Basic"));
    }
  g_autoptr (GIOStream) connection = wire_kit_dial (self);
  g_autofree char *request = g_strconcat (requests[0], right, "\r\n", NULL);
  g_assert_true (wire_kit_say (connection, request, -1));
  g_autofree char *answer = read_some (connection);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  bulla_gateway_remove_session (self->gateway, self->token);
  g_autofree char *closed = read_some (connection);
  g_assert_cmpstr (closed, ==, "");
}

/* a client that awaits 100 (Continue) may omit its body; the bytes that it sends next are not
 * read as a body */
static void
test_expect (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *right = wire_kit_credentials (self);
  g_autoptr (GIOStream) connection = wire_kit_dial (self);
  g_autofree char *request = g_strconcat (
      "POST http://publisher.test/ HTTP/1.1\r\nHost: publisher.test\r\nContent-Length: 5\r\n"
      "Expect: 100-continue\r\n\r\nPOST GET http://publisher.test/ HTTP/1.1\r\n"
      "Host: publisher.test\r\n",
      right, "\r\n", NULL);

  g_assert_true (wire_kit_say (connection, request, -1));
  g_autofree char *answer = read_some (connection);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 407 "));
  g_assert_nonnull (strstr (answer, "\r\nConnection: close\r\n"));
  g_autofree char *closed = read_some (connection);
  g_assert_cmpstr (closed, ==, "");
}

/* CONNECT that names @authority, with @host as its Host */
static GIOStream *
open_tunnel (GatewayWorld *self, const char *authority, const char *host)
{
  g_autoptr (GIOStream) connection = wire_kit_dial (self);
  g_autofree char *token = wire_kit_credentials (self);
  g_autofree char *request =
      g_strdup_printf ("CONNECT %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", authority, host, token);

  g_assert_true (wire_kit_say (connection, request, -1));
  g_autofree char *answer = read_some (connection);
  if (*answer == '\0')
    return NULL;
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  return g_steal_pointer (&connection);
}

/* WebKit's preconnect names the gateway as target, and the real target as Host; requests may
 * follow in the tunnel */
static void
test_preconnect (GatewayWorld *self, gconstpointer data)
{
  GInetSocketAddress *address = G_INET_SOCKET_ADDRESS (bulla_gateway_get_address (self->gateway));
  g_autofree char *own = g_strdup_printf ("127.0.0.1:%u", g_inet_socket_address_get_port (address));
  g_autofree char *host = g_strdup_printf ("publisher.test:%u", self->publisher->port);
  g_autoptr (GIOStream) tunnel = open_tunnel (self, own, host);
  g_autoptr (GIOStream) tls =
      wire_kit_start_tls (self, g_steal_pointer (&tunnel), "publisher.test");
  g_autofree char *request = g_strdup_printf ("GET /x HTTP/1.1\r\nHost: %s\r\n\r\n", host);

  soup_server_add_handler (self->publisher->soup, NULL, answer_text, NULL, NULL);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  for (guint i = 1; i <= 2; i++) {
    g_assert_true (wire_kit_say (tls, request, -1));
    g_autoptr (GString) answer = g_string_new (NULL);
    while (!g_str_has_suffix (answer->str, "text")) {
      g_autofree char *part = read_some (tls);
      g_assert_cmpstr (part, !=, "");
      g_string_append (answer, part);
    }
    g_assert_cmpuint (self->publisher->n_requests, ==, i);
  }
}

static void
test_not_itself (GatewayWorld *self, gconstpointer data)
{
  GInetSocketAddress *address = G_INET_SOCKET_ADDRESS (bulla_gateway_get_address (self->gateway));
  g_autofree char *own = g_strdup_printf ("127.0.0.1:%u", g_inet_socket_address_get_port (address));
  g_autofree char *url = g_strdup_printf ("http://%s/", own);

  g_assert_null (open_tunnel (self, own, own));
  g_autoptr (TestResponse) response = gateway_world_get (self, url, PAGE);
  g_assert_nonnull (response->error);
}

/* requests inside a tunnel must be for the tunnel's host */
static void
test_inner_host (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *host = g_strdup_printf ("publisher.test:%u", self->publisher->port);
  g_autofree char *other = g_strdup_printf ("aggregator.test:%u", self->aggregator->port);
  const char *const wrong[] = {other, "publisher.test", "publisher.test:1", "", "publisher.test:x"};

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GIOStream) tunnel = open_tunnel (self, host, host);
    g_autoptr (GIOStream) tls =
        wire_kit_start_tls (self, g_steal_pointer (&tunnel), "publisher.test");
    g_autofree char *request = g_strdup_printf ("GET / HTTP/1.1\r\nHost: %s\r\n\r\n", wrong[i]);
    g_assert_true (wire_kit_say (tls, request, -1));
    g_autofree char *answer = read_some (tls);
    g_assert_false (g_str_has_prefix (answer, "HTTP/1.1 2"));
  }
  g_assert_cmpuint (self->publisher->n_requests + self->aggregator->n_requests, ==, 0);
}

/* --- refusals */

static void
assert_closed (GatewayWorld *self, const char *url, const char *tag)
{
  g_autoptr (TestResponse) response = gateway_world_get (self, url, tag);

  g_assert_nonnull (response->error);
  g_assert_cmpuint (response->status, ==, 0);
}

static void
test_bad_server (GatewayWorld *self, gconstpointer data)
{
  gint64 now = self->world->now;
  g_autoptr (TestWorld) stranger = test_world_new ();
  GTlsCertificate *certificates[] = {
      test_world_issue (stranger, "bad.test", now - TEST_DAY, 30, 0),
      test_world_issue (self->world, "other.test", now - TEST_DAY, 30, 0),
      test_world_issue (self->world, "bad.test", now - TEST_DAY, 30, BULLA_ISSUE_SIGN_EXCHANGES)};

  for (guint i = 0; i < G_N_ELEMENTS (certificates); i++) {
    g_autoptr (GTlsCertificate) certificate = certificates[i];
    g_autoptr (TestServer) server = test_server_new ("bad.test", certificate);
    g_autofree char *resolve = test_server_resolve (server);
    g_autofree char *url = test_server_url (server, "/");
    g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
    soup_server_add_handler (server->soup, NULL, answer_text, NULL, NULL);
    assert_closed (self, url, PAGE);
    g_assert_cmpuint (server->n_requests, ==, 0);
  }
}

static void
test_private (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, "localhost", self->world->now - TEST_DAY, 30, 0);
  g_autoptr (TestServer) server = test_server_new ("localhost", certificate);
  g_autofree char *url = test_server_url (server, "/");
  const char *const denied[] = {"v=one; host=public.test; dest=subresource",
                                "v=one; host=public.test; dest=navigation",
                                "v=one; host=publisher.test; dest=subresource",
                                "v=one; host=-; dest=subresource",
                                "v=one; dest=subresource",
                                NULL};
  const char *const allowed[] = {PAGE, "v=one; host=localhost; dest=subresource",
                                 "v=one; host=127.0.0.1; dest=subresource",
                                 "v=one; host=192.168.1.1; dest=navigation"};

  soup_server_add_handler (server->soup, NULL, answer_text, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (denied); i++)
    assert_closed (self, url, denied[i]);
  g_assert_cmpuint (server->n_requests, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++) {
    g_autoptr (TestResponse) response = gateway_world_get (self, url, allowed[i]);
    assert_text (response, "text");
  }
  bulla_gateway_allow_private (self->gateway, "LOCALHOST");
  g_autoptr (TestResponse) response = gateway_world_get (self, url, denied[0]);
  assert_text (response, "text");
}

/* a request of a public page does not use a connection to a private host that the user opened */
static void
test_private_pooled (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, "localhost", self->world->now - TEST_DAY, 30, 0);
  g_autoptr (TestServer) server = test_server_new ("localhost", certificate);
  g_autofree char *url = test_server_url (server, "/");

  soup_server_add_handler (server->soup, NULL, answer_text, NULL, NULL);
  g_autoptr (TestResponse) typed = gateway_world_get (self, url, PAGE);
  assert_text (typed, "text");
  assert_closed (self, url, "v=one; host=public.test; dest=subresource");
  g_assert_cmpuint (server->n_requests, ==, 1);
}

static void
wait_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  soup_server_message_pause (message);
}

/* removing a session ends its requests, including those outside of tunnels */
static void
test_removed (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (TestServer) plain = test_server_new ("plain.test", NULL);
  TestServer *const servers[] = {plain, self->publisher};
  g_autofree char *resolve = test_server_resolve (plain);

  g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++) {
    g_autofree char *url = test_server_url (servers[i], "/");
    g_autofree char *token =
        bulla_gateway_add_session (self->gateway, NULL, BULLA_GATEWAY_ONE_VIEW);
    g_autoptr (SoupSession) client = gateway_world_new_client (self, token);
    g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    gboolean asked = FALSE;
    soup_server_add_handler (servers[i]->soup, NULL, wait_cb, &asked, NULL);
    soup_session_send_and_read_async (client, message, 0, NULL, test_take_result, &result);
    test_wait (&asked);
    bulla_gateway_remove_session (self->gateway, token);
    g_autoptr (GBytes) body =
        soup_session_send_and_read_finish (client, test_wait_result (&result), &error);
    g_assert_true (error != NULL || soup_message_get_status (message) == 407);
  }
}

static void
test_unreachable (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->publisher, "/");

  soup_server_disconnect (self->publisher->soup);
  assert_closed (self, url, PAGE);
  g_assert_cmpstr (self->events->str, ==, "refused one request\n");
}

/* nor is it sent twice, as clients do when a kept connection closes without a byte */
static void
test_once (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *page = test_server_url (self->aggregator, "/page");
  g_autofree char *bad = test_server_url (self->aggregator, "/bad.sxg");
  g_autoptr (GBytes) none = g_bytes_new_static ("none", 4);

  soup_server_add_handler (self->aggregator->soup, "/page", answer_text, NULL, NULL);
  gateway_world_put_exchange (self, self->aggregator, "/bad.sxg", none);
  g_autoptr (TestResponse) first = gateway_world_get (self, page, PAGE);
  assert_text (first, "text");
  assert_closed (self, bad, PAGE);
  g_assert_cmpuint (self->aggregator->n_requests, ==, 2);
  g_assert_cmpstr (self->events->str, ==, "decided one refuse\nrefused one package\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/refuse/" path, GatewayWorld, NULL, gateway_world_set_up_announced, test,   \
              gateway_world_tear_down)
  ADD ("token", test_token);
  ADD ("expect", test_expect);
  ADD ("preconnect", test_preconnect);
  ADD ("not-itself", test_not_itself);
  ADD ("inner-host", test_inner_host);
  ADD ("bad-server", test_bad_server);
  ADD ("private", test_private);
  ADD ("private-pooled", test_private_pooled);
  ADD ("removed", test_removed);
  ADD ("unreachable", test_unreachable);
  ADD ("once", test_once);
  return g_test_run ();
}
