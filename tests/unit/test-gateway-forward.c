/* test-gateway-forward.c - forwards ordinary requests: complete, in time, and unchanged
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wire-kit.h"

#define PAGE "v=one; host=-; dest=navigation"

static void
put_text (GatewayWorld *self, TestServer *server, const char *path, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  gateway_world_put (self, server, path, bytes, "text/plain");
}

static void
assert_text (const TestResponse *response, const char *text)
{
  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpstr (response->body, ==, text);
}

/* --- streams */

/* a server that writes the next chunk on command */
typedef struct {
  SoupServerMessage *message; /* owned */
  GString *got;               /* owned; received bytes of the request body */
  gboolean ended;             /* whether the request body has ended */
  gboolean gone;
} Slow;

static void
slow_got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  g_string_append_len (((Slow *)user_data)->got, g_bytes_get_data (chunk, NULL),
                       g_bytes_get_size (chunk));
}

static void
slow_finished_cb (SoupServerMessage *message, gpointer user_data)
{
  ((Slow *)user_data)->gone = TRUE;
}

static void
slow_early_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
               gpointer user_data)
{
  g_signal_connect (message, "got-chunk", G_CALLBACK (slow_got_chunk_cb), user_data);
}

static void
slow_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  Slow *slow = user_data;

  slow->message = g_object_ref (message);
  slow->ended = TRUE;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  g_signal_connect (message, "finished", G_CALLBACK (slow_finished_cb), slow);
  soup_server_message_pause (message);
}

static void
slow_write (Slow *slow, const char *text)
{
  SoupMessageBody *body = soup_server_message_get_response_body (slow->message);

  if (text != NULL)
    soup_message_body_append (body, SOUP_MEMORY_COPY, text, strlen (text));
  else
    soup_message_body_complete (body);
  soup_server_message_unpause (slow->message);
}

/* may outlive the test */
static void
slow_forget (Slow *slow)
{
  if (slow->message != NULL)
    g_signal_handlers_disconnect_by_data (slow->message, slow);
  g_clear_object (&slow->message);
}

static void
slow_clear (Slow *slow)
{
  slow_forget (slow);
  if (slow->got != NULL)
    g_string_free (slow->got, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Slow, slow_clear)

/* the first chunk is read before the last one is written */
static void
test_streams_down (GatewayWorld *self, gconstpointer data)
{
  g_auto (Slow) slow = {.got = g_string_new (NULL)};
  g_autofree char *url = test_server_url (self->publisher, "/slow");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GAsyncResult) skipped = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[16] = "";

  soup_server_add_handler (self->publisher->soup, "/slow", slow_cb, &slow, NULL);
  soup_session_send_async (self->client, message, 0, NULL, test_take_result, &sent);
  test_wait (&slow.ended);
  slow_write (&slow, "one");
  g_autoptr (GInputStream) stream =
      soup_session_send_finish (self->client, test_wait_result (&sent), &error);
  g_assert_no_error (error);
  const char *const chunks[] = {"one", "two", "three", ""};
  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_input_stream_read_async (stream, buffer, sizeof buffer, 0, NULL, test_take_result, &result);
    gssize length = g_input_stream_read_finish (stream, test_wait_result (&result), &error);
    g_assert_no_error (error);
    g_assert_cmpmem (buffer, length, chunks[i], strlen (chunks[i]));
    if (i + 1 < G_N_ELEMENTS (chunks))
      slow_write (&slow, *chunks[i + 1] != '\0' ? chunks[i + 1] : NULL);
  }
}

/* The request ends with its client, even while the server is silent. */
static void
test_client_leaves (GatewayWorld *self, gconstpointer data)
{
  g_auto (Slow) slow = {.got = g_string_new (NULL)};
  g_autofree char *url = test_server_url (self->publisher, "/slow");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) sent = NULL;

  soup_server_add_handler (self->publisher->soup, "/slow", slow_cb, &slow, NULL);
  soup_session_send_async (self->client, message, 0, cancellable, test_take_result, &sent);
  test_wait (&slow.ended);
  g_cancellable_cancel (cancellable);
  test_wait_result (&sent);
  soup_session_abort (self->client);
  /* the server notices when it writes */
  while (!slow.gone) {
    slow_write (&slow, "x");
    g_main_context_iteration (NULL, TRUE);
  }
}

static void
test_post (GatewayWorld *self, gconstpointer data)
{
  g_auto (Slow) slow = {.got = g_string_new (NULL)};
  g_autofree char *url = test_server_url (self->publisher, "/slow");
  g_autofree char *filling = g_strnfill (3000000, 'x');
  const char *const bodies[] = {"", "small", filling};

  soup_server_add_early_handler (self->publisher->soup, "/slow", slow_early_cb, &slow, NULL);
  soup_server_add_handler (self->publisher->soup, "/slow", slow_cb, &slow, NULL);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (bodies); i++) {
    const char *body = bodies[i / 2];
    g_autoptr (SoupMessage) message =
        soup_message_new (i % 2 ? SOUP_METHOD_PUT : SOUP_METHOD_POST, url);
    g_autoptr (GInputStream) stream =
        g_memory_input_stream_new_from_data (body, strlen (body), NULL);
    g_autoptr (GAsyncResult) sent = NULL;
    g_autoptr (GError) error = NULL;
    /* sends the body with its length, and in chunks */
    soup_message_set_request_body (message, "text/x-test", stream,
                                   i % 2 ? -1 : (gssize)strlen (body));
    slow.ended = FALSE;
    g_string_truncate (slow.got, 0);
    slow_forget (&slow);
    soup_session_send_async (self->client, message, 0, NULL, test_take_result, &sent);
    test_wait (&slow.ended);
    slow_write (&slow, "thanks");
    slow_write (&slow, NULL);
    g_autoptr (GInputStream) answer =
        soup_session_send_finish (self->client, test_wait_result (&sent), &error);
    g_assert_no_error (error);
    g_assert_cmpstr (slow.got->str, ==, body);
    g_assert_nonnull (strstr (self->publisher->last_head, "Content-Type: text/x-test\n"));
    g_assert_true (g_str_has_prefix (self->publisher->last_head, i % 2 ? "PUT " : "POST "));
  }
}

/* --- forwarded and removed header fields */

static void
test_stripped (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->publisher, "/x?a=%20b&c");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  put_text (self, self->publisher, "/x", "x");
  gateway_world_announce (self, self->token, message, PAGE);
  soup_message_headers_append (headers, "Sec-Bulla-Page", "forged");
  soup_message_headers_append (headers, "Proxy-Authorization", "Basic eDp5");
  soup_message_headers_append (headers, "Connection", "X-Hop");
  soup_message_headers_append (headers, "X-Hop", "secret");
  soup_message_headers_append (headers, "TE", "trailers");
  soup_message_headers_append (headers, "Cookie", "a=b");
  soup_message_headers_append (headers, "X-End", "kept");
  soup_message_headers_append (headers, "Accept-Encoding", "br, gzip");
  g_autoptr (TestResponse) response = test_send (self->client, message);
  assert_text (response, "x");
  const char *head = self->publisher->last_head;
  g_assert_null (strstr (head, "Bulla"));
  g_assert_null (strstr (head, "Proxy"));
  g_assert_null (strstr (head, "X-Hop"));
  g_assert_null (strstr (head, "TE:"));
  g_assert_null (strstr (head, self->token));
  g_assert_nonnull (strstr (head, "Cookie: a=b\n"));
  g_assert_nonnull (strstr (head, "X-End: kept\n"));
  g_assert_nonnull (strstr (head, "Accept-Encoding: br, gzip\n"));
}

static void
answer_special (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
                gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *name = g_uri_get_path (soup_server_message_get_uri (message)) + strlen ("/special/");

  soup_message_headers_append (headers, "Set-Cookie", "a=1");
  soup_message_headers_append (headers, "Set-Cookie", "b=2");
  if (g_str_equal (name, "redirect")) {
    soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, "https://elsewhere.test/");
  } else if (g_str_equal (name, "unchanged")) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_MODIFIED, NULL);
  } else if (g_str_equal (name, "nothing")) {
    soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
  } else if (g_str_equal (name, "login")) {
    soup_message_headers_append (headers, "WWW-Authenticate", "Basic realm=\"x\"");
    soup_server_message_set_status (message, SOUP_STATUS_UNAUTHORIZED, "Who are you");
  } else if (g_str_equal (name, "download")) {
    soup_message_headers_append (headers, "Content-Disposition", "filename=report.pdf");
    soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  } else {
    soup_message_headers_append (headers, "Content-Encoding", "gzip");
    soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
    soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "not gzip", 8);
  }
}

static void
test_responses (GatewayWorld *self, gconstpointer data)
{
  static const struct {
    const char *method, *name;
    guint status;
    const char *header, *value, *body;
  } CASES[] = {
      {"GET", "redirect", 302, "location", "https://elsewhere.test/", ""},
      {"GET", "unchanged", 304, NULL, NULL, ""},
      {"GET", "nothing", 204, NULL, NULL, ""},
      {"GET", "login", 401, "www-authenticate", "Basic realm=\"x\"", ""},
      {"GET", "download", 200, "content-disposition", "filename=report.pdf", ""},
      {"GET", "coded", 200, "content-encoding", "gzip", "not gzip"},
      {"GET", "coded", 200, "content-length", "8", "not gzip"},
      {"HEAD", "coded", 200, "content-length", "8", ""},
      {"OPTIONS", "nothing", 204, NULL, NULL, ""},
      {"DELETE", "nothing", 204, NULL, NULL, ""},
  };

  soup_server_add_handler (self->publisher->soup, "/special", answer_special, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autofree char *path = g_strconcat ("/special/", CASES[i].name, NULL);
    g_autofree char *url = test_server_url (self->publisher, path);
    g_autoptr (SoupMessage) message = soup_message_new (CASES[i].method, url);
    gateway_world_announce (self, self->token, message, PAGE);
    g_autoptr (TestResponse) response = test_send (self->client, message);
    g_assert_no_error (response->error);
    g_assert_cmpuint (response->status, ==, CASES[i].status);
    g_assert_cmpstr (response->body, ==, CASES[i].body);
    if (CASES[i].header != NULL)
      g_assert_cmpstr (g_hash_table_lookup (response->headers, CASES[i].header), ==,
                       CASES[i].value);
    g_assert_cmpstr (
        soup_message_headers_get_list (soup_message_get_response_headers (message), "Set-Cookie"),
        ==, "a=1, b=2");
  }
}

static void
test_plain_http (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (TestServer) server = test_server_new ("plain.test", NULL);
  g_autofree char *resolve = test_server_resolve (server);
  g_autofree char *url = test_server_url (server, "/special/coded");

  g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
  soup_server_add_handler (server->soup, "/special", answer_special, NULL, NULL);
  g_autoptr (TestResponse) response = gateway_world_get (self, url, PAGE);
  assert_text (response, "not gzip");
  g_assert_null (strstr (server->last_head, "signed-exchange"));
  g_assert_null (strstr (server->last_head, "Proxy"));
}

/* connections are kept and used again, on both sides */
static void
count_connection (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);

  g_hash_table_add (user_data, GUINT_TO_POINTER (g_inet_socket_address_get_port (
                                   G_INET_SOCKET_ADDRESS (remote))));
}

static void
test_keep_alive (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->publisher, "/x");
  g_autoptr (GHashTable) ports = g_hash_table_new (NULL, NULL);
  guint64 connection = 0;

  put_text (self, self->publisher, "/x", "x");
  g_signal_connect (self->publisher->soup, "request-read", G_CALLBACK (count_connection), ports);
  for (guint i = 0; i < 5; i++) {
    g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
    g_autoptr (TestResponse) response = test_send (self->client, message);
    assert_text (response, "x");
    if (i > 0)
      g_assert_cmpuint (soup_message_get_connection_id (message), ==, connection);
    connection = soup_message_get_connection_id (message);
  }
  g_assert_cmpuint (g_hash_table_size (ports), ==, 1);
}

/* when clients close their connections, the gateway closes everything that belongs to them */
static void
test_left (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (TestServer) plain = test_server_new ("plain.test", NULL);
  g_autofree char *resolve = test_server_resolve (plain);
  g_autofree char *secure = test_server_url (self->publisher, "/x");
  g_autofree char *insecure = test_server_url (plain, "/special/coded");

  put_text (self, self->publisher, "/x", "x");
  soup_server_add_handler (plain->soup, "/special", answer_special, NULL, NULL);
  g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
  guint before = test_count_descriptors ();
  for (guint i = 0; i < 60; i++) {
    g_autoptr (SoupSession) client = gateway_world_new_client (self, self->token);
    g_set_object (&self->client, client);
    g_autoptr (TestResponse) response =
        gateway_world_get (self, i % 2 == 0 ? secure : insecure, PAGE);
    g_assert_cmpuint (response->status, ==, 200);
  }
  while (test_count_descriptors () > before + 10)
    g_main_context_iteration (NULL, TRUE);
}

/* a response that lasts until the connection's end is complete, because TLS marks the end */
static void
test_farewell (GatewayWorld *self, gconstpointer data)
{
  TestServer *server = self->publisher;
  g_autoptr (GIOStream) client = wire_kit_tls_tunnel (self, server->host, server->port);
  g_autofree char *request =
      g_strdup_printf ("GET /x HTTP/1.0\r\nHost: %s:%u\r\n\r\n", server->host, server->port);
  g_autoptr (GError) error = NULL;

  put_text (self, server, "/x", "whole");
  g_assert_true (wire_kit_say (client, request, -1));
  g_autofree char *answer = wire_kit_hear (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\nwhole"));
}

/* requests that were not read when their session was removed are not forwarded */
static void
test_removed (GatewayWorld *self, gconstpointer data)
{
  TestServer *server = self->publisher;
  g_autofree char *other = bulla_gateway_add_session (self->gateway, NULL, BULLA_GATEWAY_ONE_VIEW);
  g_autoptr (GIOStream) client = wire_kit_tls_tunnel (self, server->host, server->port);
  g_autofree char *request =
      g_strdup_printf ("GET /x HTTP/1.1\r\nHost: %s:%u\r\n\r\n", server->host, server->port);
  g_autofree char *removed = g_steal_pointer (&self->token);

  put_text (self, server, "/x", "x");
  g_assert_true (wire_kit_say (client, request, -1));
  g_autofree char *first = wire_kit_hear (client, "\r\n\r\nx", NULL);
  g_assert_true (g_str_has_prefix (first, "HTTP/1.1 200 "));
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (client), request,
                                            strlen (request), NULL, NULL, NULL));
  bulla_gateway_remove_session (self->gateway, removed);
  g_autofree char *answer = wire_kit_hear (client, NULL, NULL);
  g_assert_cmpstr (answer, ==, "");
  self->token = g_steal_pointer (&other);
  g_autoptr (SoupSession) again = gateway_world_new_client (self, self->token);
  g_set_object (&self->client, again);
  g_autofree char *url = test_server_url (server, "/x");
  g_autoptr (TestResponse) response = gateway_world_get (self, url, PAGE);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpuint (server->n_requests, ==, 2);
}

/* empty lines may precede a request, and each byte may arrive by itself */
static void
test_empty_lines (GatewayWorld *self, gconstpointer data)
{
  TestServer *server = self->publisher;
  g_autoptr (GIOStream) client = wire_kit_tls_tunnel (self, server->host, server->port);
  g_autofree char *request =
      g_strdup_printf ("\nGET /x HTTP/1.1\r\nHost: %s:%u\r\n\r\n", server->host, server->port);

  put_text (self, server, "/x", "x");
  for (const char *each = "\r\n\r\n\r"; *each != '\0'; each++) {
    g_assert_true (wire_kit_say (client, each, 1));
    while (g_main_context_iteration (NULL, FALSE)) {
    }
  }
  g_assert_true (wire_kit_say (client, request, -1));
  g_autofree char *answer = wire_kit_hear (client, "\r\n\r\nx", NULL);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/forward/" path, GatewayWorld, NULL, gateway_world_set_up_announced, test,  \
              gateway_world_tear_down)
  ADD ("streams-down", test_streams_down);
  ADD ("client-leaves", test_client_leaves);
  ADD ("post", test_post);
  ADD ("stripped", test_stripped);
  ADD ("responses", test_responses);
  ADD ("plain-http", test_plain_http);
  ADD ("keep-alive", test_keep_alive);
  ADD ("left", test_left);
  ADD ("farewell", test_farewell);
  ADD ("removed", test_removed);
  ADD ("empty-lines", test_empty_lines);
  return g_test_run ();
}
