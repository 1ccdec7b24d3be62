/* test-demo-front.c - checks that the demo's servers speak HTTP/2, and HTTP/1.1 where a client or
 * the user chooses it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "bulla-bytes.h"
#include "bulla-demo-front.h"
#include "test-world.h"

#define LARGE (4 * 1024 * 1024)
#define TOO_LARGE (17 * 1024 * 1024) /* more than a request may have */
#define CURL_HTTP2_STREAM 92         /* exit status: an error of the stream */
#define MANY 300                     /* requests at once; more than the streams of a connection */

typedef struct {
  TestWorld *world;             /* owned */
  GTlsCertificate *certificate; /* owned */
  SoupServer *server;           /* owned */
  DemoFront *front;             /* owned */
  SoupSession *session;         /* owned */
  guint sockets;                /* open before the fixture */
} Fixture;

static GBytes *
make_large (void)
{
  guint8 *content = g_malloc (LARGE);

  for (gsize i = 0; i < LARGE; i++)
    content[i] = (guint8)(i * 2654435761u >> 13);
  return g_bytes_new_take (content, LARGE);
}

static void
write_field (const char *name, const char *value, gpointer user_data)
{
  g_string_append_printf (user_data, "%s: %s\n", name, value);
}

/* Answers with the head and the body of the request. */
static void
echo (SoupServerMessage *message)
{
  g_autoptr (GString) text = g_string_new (soup_server_message_get_method (message));
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  g_string_append_c (text, '\n');
  soup_message_headers_foreach (soup_server_message_get_request_headers (message), write_field,
                                text);
  g_string_append_len (text, body->data, body->length);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, text->str, text->len);
}

static gboolean
disconnect_cb (gpointer user_data)
{
  soup_server_disconnect (user_data);
  return G_SOURCE_REMOVE;
}

/* Closes the connections of the server, which waits for the rest of the body. */
static void
cut_cb (SoupServerMessage *message, gpointer user_data)
{
  g_idle_add (disconnect_cb, user_data);
}

static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (g_str_equal (path, "/large")) {
    g_autoptr (GBytes) large = make_large ();
    soup_message_body_append_bytes (body, large);
  } else if (g_str_equal (path, "/chunks")) {
    soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
    soup_message_body_append (body, SOUP_MEMORY_STATIC, "one ", 4);
    soup_message_body_append (body, SOUP_MEMORY_STATIC, "two", 3);
    soup_message_body_complete (body);
  } else if (g_str_equal (path, "/cut")) {
    soup_message_headers_set_content_length (headers, 1000);
    soup_message_body_append (body, SOUP_MEMORY_STATIC, "half", 4);
    g_signal_connect (message, "wrote-chunk", G_CALLBACK (cut_cb), server);
  } else if (g_str_equal (path, "/cut-chunks")) {
    soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
    soup_message_body_append (body, SOUP_MEMORY_STATIC, "half", 4);
    g_signal_connect (message, "wrote-chunk", G_CALLBACK (cut_cb), server);
  } else if (g_str_equal (path, "/nothing")) {
    soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
  } else {
    soup_message_headers_append (headers, "Set-Cookie", "one=1");
    soup_message_headers_append (headers, "Set-Cookie", "two=2");
    echo (message);
  }
}

static void
greeted_cb (SoupServer *server, SoupServerMessage *message, const char *path,
            SoupWebsocketConnection *connection, gpointer user_data)
{
  g_object_ref (connection);
  g_signal_connect (connection, "closed", G_CALLBACK (g_object_unref), NULL);
  soup_websocket_connection_send_text (connection, "hello");
}

static guint
count_sockets (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename ("/proc/self/fd", name, NULL);
    g_autofree char *target = g_file_read_link (path, NULL);
    n += target != NULL && g_str_has_prefix (target, "socket:");
  }
  return n;
}

static void
set_up (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  self->world = test_world_new ();
  self->certificate = test_world_issue (self->world, "localhost", self->world->now - 3600, 30, 0);
  self->sockets = count_sockets ();
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, answer_cb, NULL, NULL);
  soup_server_add_websocket_handler (self->server, "/socket", NULL, NULL, greeted_cb, NULL, NULL);
  self->front =
      demo_front_new (self->server, self->certificate, GPOINTER_TO_INT (user_data), &error);
  g_assert_no_error (error);
  g_autoptr (GTlsDatabase) roots = g_tls_file_database_new (self->world->root_file, &error);
  g_assert_no_error (error);
  self->session = soup_session_new_with_options ("tls-database", roots, "timeout", 60, NULL);
}

/* nothing of a connection stays open when both sides have gone */
static void
tear_down (Fixture *self, gconstpointer user_data)
{
  soup_session_abort (self->session);
  g_object_unref (self->session);
  demo_front_free (self->front);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  while (count_sockets () > self->sockets)
    g_main_context_iteration (NULL, FALSE);
  g_object_unref (self->certificate);
  test_world_free (self->world);
}

static SoupMessage *
make_message (Fixture *self, const char *method, const char *path)
{
  g_autofree char *url =
      g_strdup_printf ("https://localhost:%u%s", demo_front_get_port (self->front), path);

  return soup_message_new (method, url);
}

static GBytes *
send_and_read (Fixture *self, SoupMessage *message, GError **error)
{
  GAsyncResult *result = NULL;

  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL,
                                    test_take_result, &result);
  g_autoptr (GAsyncResult) taken = test_wait_result (&result);
  return soup_session_send_and_read_finish (self->session, taken, error);
}

/* Returns: (transfer full): the body of a response with @status over @version */
static char *
load (Fixture *self, SoupMessage *message, guint status, SoupHTTPVersion version)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = send_and_read (self, message, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, status);
  g_assert_cmpint (soup_message_get_http_version (message), ==, version);
  return bulla_bytes_dup_text (bytes);
}

/* heads and bodies arrive on both sides */
static void
test_http2 (Fixture *self, gconstpointer user_data)
{
  g_autoptr (SoupMessage) message = make_message (self, "POST", "/echo?query");
  g_autoptr (GBytes) body = g_bytes_new_static ("the body", 8);

  soup_message_set_request_body_from_bytes (message, "text/plain", body);
  soup_message_headers_append (soup_message_get_request_headers (message), "X-Note", "a note");
  g_autofree char *text = load (self, message, 200, SOUP_HTTP_2_0);
  g_autofree char *host =
      g_strdup_printf ("\nHost: localhost:%u\n", demo_front_get_port (self->front));
  g_assert_true (g_str_has_prefix (text, "POST\n"));
  g_assert_nonnull (strstr (text, host));
  g_assert_nonnull (strstr (text, "x-note: a note\n"));
  g_assert_true (g_str_has_suffix (text, "\nthe body"));
  g_assert_cmpstr (
      soup_message_headers_get_list (soup_message_get_response_headers (message), "set-cookie"), ==,
      "one=1, two=2");
}

static void
test_bodies (Fixture *self, gconstpointer user_data)
{
  g_autoptr (SoupMessage) chunks = make_message (self, "GET", "/chunks"),
                          nothing = make_message (self, "GET", "/nothing"),
                          head = make_message (self, "HEAD", "/large"),
                          large = make_message (self, "GET", "/large");
  g_autoptr (GError) error = NULL;
  g_autofree char *two = load (self, chunks, 200, SOUP_HTTP_2_0);
  g_autofree char *none = load (self, nothing, 204, SOUP_HTTP_2_0);
  g_autofree char *no_body = load (self, head, 200, SOUP_HTTP_2_0);
  g_autoptr (GBytes) content = send_and_read (self, large, &error), wanted = make_large ();

  g_assert_no_error (error);
  g_assert_cmpstr (two, ==, "one two");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (no_body, ==, "");
  g_assert_true (g_bytes_equal (content, wanted));
}

/* Runs curl, because libsoup 3.2 waits forever for a stream that was reset.
 *
 * @data: (nullable): a file to send as the body
 *
 * Returns: its exit status */
static int
run_curl (Fixture *self, const char *path, const char *data)
{
  g_autofree char *url =
      g_strdup_printf ("https://localhost:%u%s", demo_front_get_port (self->front), path);
  g_autofree char *upload = g_strconcat ("@", data, NULL);
  const char *command[] = {"curl",
                           "--silent",
                           "--http2",
                           "--noproxy",
                           "*",
                           "--max-time",
                           "60",
                           "--cacert",
                           NULL,
                           "--output",
                           "/dev/null",
                           url,
                           data ? "--data-binary" : NULL,
                           upload,
                           NULL};
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  command[8] = self->world->root_file;
  g_autoptr (GSubprocess) curl = g_subprocess_newv (command, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_subprocess_wait_async (curl, NULL, test_take_result, &result);
  g_autoptr (GAsyncResult) taken = test_wait_result (&result);
  g_assert_true (g_subprocess_wait_finish (curl, taken, &error));
  return g_subprocess_get_exit_status (curl);
}

static gboolean
has_curl (void)
{
  g_autofree char *curl = g_find_program_in_path ("curl");

  if (curl == NULL)
    g_test_skip ("curl is not installed");
  return curl != NULL;
}

/* a response that ends too early resets its stream */
static void
test_cut (Fixture *self, gconstpointer user_data)
{
  if (!has_curl ())
    return;
  g_assert_cmpint (run_curl (self, "/chunks", NULL), ==, 0);
  g_assert_cmpint (run_curl (self, "/cut", NULL), ==, CURL_HTTP2_STREAM);
  g_assert_cmpint (run_curl (self, "/cut-chunks", NULL), ==, CURL_HTTP2_STREAM);
}

/* a body that is larger than the front takes resets its stream */
static void
test_too_large (Fixture *self, gconstpointer user_data)
{
  g_autofree char *file = g_build_filename (self->world->folder, "large", NULL);
  g_autofree char *content = g_malloc0 (TOO_LARGE);
  g_autoptr (GError) error = NULL;

  if (!has_curl ())
    return;
  g_file_set_contents (file, content, LARGE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (run_curl (self, "/echo", file), ==, 0);
  g_file_set_contents (file, content, TOO_LARGE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (run_curl (self, "/echo", file), ==, CURL_HTTP2_STREAM);
  g_unlink (file);
}

typedef struct {
  guint n, http2;
  gboolean done;
} Count;

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Count *count = user_data;
  g_autoptr (GError) error = NULL;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  g_autoptr (GBytes) bytes =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 7);
  count->http2 += soup_message_get_http_version (message) == SOUP_HTTP_2_0;
  count->done = ++count->n == MANY;
}

static void
test_many (Fixture *self, gconstpointer user_data)
{
  Count count = {0};

  for (guint i = 0; i < MANY; i++) {
    g_autoptr (SoupMessage) message = make_message (self, "GET", "/chunks");
    soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, counted_cb,
                                      &count);
  }
  test_wait (&count.done);
  g_assert_cmpuint (count.http2, ==, MANY);
}

static void
handshaking_cb (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable,
                GIOStream *stream, gpointer user_data)
{
  Fixture *self = user_data;
  const char *const protocols[] = {"http/1.1", NULL};
  g_autoptr (GTlsDatabase) roots = g_tls_file_database_new (self->world->root_file, NULL);

  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING)
    return;
  g_tls_connection_set_database (G_TLS_CONNECTION (stream), roots);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (stream), protocols);
}

static void
http1_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  static const char REQUEST[] =
      "GET /chunks HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  Fixture *self = task_data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  char answer[4096] = "";
  gsize n = 0;

  g_socket_client_set_timeout (client, 60);
  g_socket_client_set_tls (client, TRUE);
  g_signal_connect (client, "event", G_CALLBACK (handshaking_cb), self);
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (
      client, "localhost", (guint16)demo_front_get_port (self->front), NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), REQUEST,
                             strlen (REQUEST), NULL, NULL, &error);
  g_assert_no_error (error);
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer,
                           sizeof answer - 1, &n, NULL, NULL);
  g_task_return_pointer (task, g_strndup (answer, n), g_free);
}

/* a client that does not offer HTTP/2 gets HTTP/1.1, and keeps its connection */
static void
test_http1_client (Fixture *self, gconstpointer user_data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, test_take_result, &result);

  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, http1_thread);
  g_autoptr (GAsyncResult) taken = test_wait_result (&result);
  g_autofree char *answer = g_task_propagate_pointer (G_TASK (taken), NULL);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  g_assert_nonnull (strstr (answer, "\r\none "));
  g_assert_nonnull (strstr (answer, "HTTP/1.1 204 "));
}

static void
test_http1_servers (Fixture *self, gconstpointer user_data)
{
  g_autoptr (SoupMessage) message = make_message (self, "GET", "/chunks");
  g_autofree char *text = load (self, message, 200, SOUP_HTTP_1_1);

  g_assert_cmpstr (text, ==, "one two");
}

static void
told_cb (SoupWebsocketConnection *connection, int type, GBytes *text, char **told)
{
  *told = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
}

static gboolean
is_set (gpointer data)
{
  return *(char **)data != NULL;
}

static void
left_cb (SoupWebsocketConnection *connection, gboolean *left)
{
  *left = TRUE;
}

static void
test_websocket (Fixture *self, gconstpointer user_data)
{
  g_autoptr (SoupMessage) message = make_message (self, "GET", "/socket");
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *told = NULL;
  gboolean left = FALSE;

  soup_session_websocket_connect_async (self->session, message, NULL, NULL, G_PRIORITY_DEFAULT,
                                        NULL, test_take_result, &result);
  g_autoptr (GAsyncResult) taken = test_wait_result (&result);
  g_autoptr (SoupWebsocketConnection) connection =
      soup_session_websocket_connect_finish (self->session, taken, &error);
  g_assert_no_error (error);
  g_signal_connect (connection, "message", G_CALLBACK (told_cb), &told);
  g_signal_connect (connection, "closed", G_CALLBACK (left_cb), &left);
  test_wait_until (is_set, &told);
  g_assert_cmpstr (told, ==, "hello");
  soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  test_wait (&left);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    DemoProtocol protocol;
    void (*run) (Fixture *, gconstpointer);
  } CASES[] = {
      {"/demo/front/http2", DEMO_HTTP_2, test_http2},
      {"/demo/front/bodies", DEMO_HTTP_2, test_bodies},
      {"/demo/front/cut", DEMO_HTTP_2, test_cut},
      {"/demo/front/too-large", DEMO_HTTP_2, test_too_large},
      {"/demo/front/many", DEMO_HTTP_2, test_many},
      {"/demo/front/http1-client", DEMO_HTTP_2, test_http1_client},
      {"/demo/front/http1-servers", DEMO_HTTP_1, test_http1_servers},
      {"/demo/front/websocket", DEMO_HTTP_2, test_websocket},
      {"/demo/front/http1-websocket", DEMO_HTTP_1, test_websocket},
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    g_test_add (CASES[i].name, Fixture, GINT_TO_POINTER (CASES[i].protocol), set_up, CASES[i].run,
                tear_down);
  return g_test_run ();
}
