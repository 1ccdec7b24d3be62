/* test-http-wire.c - checks requests and connections byte by byte, from the server's side
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole because: one server answers the requests of all cases */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include "bulla-error.h"
#include "bulla-http-head.h"
#include "bulla-pipe.h"
#include "client-kit.h"
#include "test-world.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define FLOOD (64 * 1024 * 1024)

typedef struct {
  TestWorld *world;
  GTlsCertificate *certificate; /* owned; NULL if the server speaks plain HTTP */
  BullaLedger *ledger;
  BullaConnector *connector;
  GSocketService *service;
  guint16 port;
} Fixture;

/* atomic, and not part of the fixture, because the server's threads may outlive it */
static int connections, closed, gone, hanging;
static int tls_version;      /* TLS version of the last connection; 0 for plain HTTP */
static int go_on, sent_more; /* the server waits for the first, then sets the second */
static gsize flood_sent;     /* bytes of a large body that were sent when the client did not read */

/* --- the server: a thread for each connection */

typedef struct {
  GSocketConnection *connection; /* borrowed */
  GIOStream *stream;             /* owned with TLS, otherwise the connection */
} Peer;

static gboolean
read_until (Peer *peer, GString *text, const char *end, gsize length)
{
  GInputStream *in = g_io_stream_get_input_stream (peer->stream);
  char c = '\0';

  g_string_truncate (text, 0);
  while (end != NULL ? !g_str_has_suffix (text->str, end) : text->len < length) {
    if (g_input_stream_read (in, &c, 1, NULL, NULL) != 1)
      return FALSE;
    g_string_append_c (text, c);
  }
  return TRUE;
}

static gboolean
say (Peer *peer, const char *text)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (peer->stream), text,
                                    strlen (text), NULL, NULL, NULL);
}

static gboolean
say_text (Peer *peer, const char *text)
{
  g_autofree char *all = g_strdup_printf (OK "Content-Length: %zu\r\n\r\n%s", strlen (text), text);

  return say (peer, all);
}

/* Writes a response with the text "METHOD BODY". */
static gboolean
say_request (Peer *peer, const char *head)
{
  g_autoptr (GString) body = g_string_new (NULL);
  const char *length = strstr (head, "Content-Length: ");
  gboolean read = strstr (head, "chunked") != NULL
                      ? read_until (peer, body, "\r\n0\r\n\r\n", 0)
                      : read_until (peer, body, NULL,
                                    length != NULL ? g_ascii_strtoull (length + 16, NULL, 10) : 0);
  g_autofree char *text = g_strdup_printf ("%.*s %s", (int)strcspn (head, " "), head, body->str);

  if (g_str_has_prefix (head, "HEAD "))
    return read && say (peer, OK "Content-Length: 100\r\n\r\n");
  return read && say_text (peer, text);
}

/* @count: 0 to read until the client has closed */
static gboolean
say_trailers (Peer *peer, guint count, guint size)
{
  g_autofree char *filling = g_strnfill (size, 'x');
  g_autofree char *trailer = g_strdup_printf ("X-T: %s\r\n", filling);
  gboolean sent = say (peer, OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n");

  for (guint i = 0; sent && (count == 0 || i < count); i++)
    sent = say (peer, trailer);
  if (sent)
    return say (peer, "\r\n");
  g_atomic_int_set (&gone, TRUE);
  return FALSE;
}

#define EVIL OK "Content-Length: 4\r\n\r\nevil"

/* after its response, and once told to, sends a second response without a request */
static gboolean
say_unasked (Peer *peer)
{
  int fd = g_socket_get_fd (g_socket_connection_get_socket (peer->connection)), unread = 1;
  gboolean kept = say_text (peer, "first");

  while (!g_atomic_int_get (&go_on))
    g_thread_yield ();
  kept = kept && say (peer, EVIL);
  while (kept && unread > 0) { /* until the client's kernel has received it */
    g_thread_yield ();
    g_assert_cmpint (ioctl (fd, TIOCOUTQ, &unread), ==, 0);
  }
  g_atomic_int_set (&sent_more, TRUE);
  return kept;
}

/* Writes a response of @count pieces, each in a TLS record of its own, which leave together. */
static gboolean
say_pieces (Peer *peer, guint count, guint size)
{
  GSocket *socket = g_socket_connection_get_socket (peer->connection);
  g_autofree char *piece = g_strnfill (size, 'p');
  g_autofree char *head = g_strdup_printf (OK "Content-Length: %u\r\n\r\n", count * size);

  g_assert_true (g_socket_set_option (socket, IPPROTO_TCP, TCP_CORK, TRUE, NULL));
  gboolean sent = say (peer, head);
  for (guint i = 0; sent && i < count; i++)
    sent = say (peer, piece);
  return sent && g_socket_set_option (socket, IPPROTO_TCP, TCP_CORK, FALSE, NULL);
}

/* Writes chunks of one byte with an extension of @size bytes each, or one extension that never ends
 * if @size is 0, until the client has closed. */
static gboolean
say_extensions (Peer *peer, guint size)
{
  g_autofree char *filling = g_strnfill (size > 0 ? size : 65536, 'x');
  g_autofree char *chunk = g_strdup_printf ("1;%s\r\nc\r\n", filling);
  g_autoptr (GString) chunks = g_string_new (NULL);

  for (guint i = 0; i < 65536 / strlen (chunk); i++)
    g_string_append (chunks, chunk);
  gboolean sent = say (peer, OK "Transfer-Encoding: chunked\r\n\r\n1;");
  if (size > 0)
    sent = sent && say (peer, "\r\nc\r\n");
  while (sent)
    sent = say (peer, size > 0 ? chunks->str : filling);
  return FALSE;
}

/* Writes a large body without reading that of the request, until the client has not read for a
 * second, or has read all of it. */
static gboolean
say_flood (Peer *peer)
{
  static char filling[65536];
  g_autofree char *head = g_strdup_printf (OK "Content-Length: %d\r\n\r\n", FLOOD);
  GOutputStream *out = g_io_stream_get_output_stream (peer->stream);
  gsize total = 0;

  g_socket_set_timeout (g_socket_connection_get_socket (peer->connection), 1);
  gboolean sent = say (peer, head);
  while (sent && total < FLOOD) {
    sent = g_output_stream_write_all (out, filling, sizeof filling, NULL, NULL, NULL);
    total += sent ? sizeof filling : 0;
  }
  g_atomic_pointer_set (&flood_sent, total);
  return FALSE;
}

/* Returns: whether the connection is kept */
static gboolean
answer_request (Peer *peer, const char *head)
{
  const char *path = strchr (head, ' ') + 1;

  if (g_str_has_prefix (path, "/request"))
    return say_request (peer, head);
  if (g_str_has_prefix (path, "/trailers/"))
    return say_trailers (peer, g_ascii_strtoull (path + 10, NULL, 10),
                         g_ascii_strtoull (strchr (path + 10, '/') + 1, NULL, 10));
  if (g_str_has_prefix (path, "/pieces/"))
    return say_pieces (peer, g_ascii_strtoull (path + 8, NULL, 10),
                       g_ascii_strtoull (strchr (path + 8, '/') + 1, NULL, 10));
  if (g_str_has_prefix (path, "/long-field")) {
    g_autofree char *field = g_strnfill (BULLA_HTTP_HEAD_MAX / 2, 'x');
    return say (peer, OK "X: ") && say (peer, field) && say (peer, "\r\n\r\n");
  }
  if (g_str_has_prefix (path, "/extensions/"))
    return say_extensions (peer, (guint)g_ascii_strtoull (path + 12, NULL, 10));
  if (g_str_has_prefix (path, "/flood"))
    return say_flood (peer);
  if (g_str_has_prefix (path, "/unasked"))
    return say_unasked (peer);
  if (g_str_has_prefix (path, "/excess"))
    return say (peer, OK "Content-Length: 5\r\n\r\n") && say (peer, "first" EVIL);
  if (g_str_has_prefix (path, "/hang")) {
    g_autoptr (GString) nothing = g_string_new (NULL);
    g_atomic_int_inc (&hanging);
    return read_until (peer, nothing, NULL, 1);
  }
  return say_text (peer, "hello");
}

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
        gpointer certificate)
{
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (GIOStream) stream =
      certificate != NULL
          ? g_tls_server_connection_new (G_IO_STREAM (connection), certificate, NULL)
          : g_object_ref (G_IO_STREAM (connection));
  Peer peer = {connection, stream};

  g_atomic_int_inc (&connections);
  while (read_until (&peer, head, "\r\n\r\n", 0) && answer_request (&peer, head->str))
    if (certificate != NULL)
      g_atomic_int_set (&tls_version,
                        (int)g_tls_connection_get_protocol_version (G_TLS_CONNECTION (stream)));
  g_io_stream_close (stream, NULL, NULL);
  g_atomic_int_inc (&closed);
  return TRUE;
}

static void
set_up (Fixture *self, gconstpointer tls)
{
  int *const counters[] = {&connections, &closed, &gone, &hanging, &go_on, &sent_more};

  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    g_atomic_int_set (counters[i], 0);
  g_atomic_pointer_set (&flood_sent, 0);
  self->world = test_world_new ();
  if (tls != NULL)
    self->certificate = test_world_issue (self->world, "a.test", self->world->now - 86400, 30, 0);
  self->ledger = bulla_ledger_new ();
  self->connector = bulla_connector_new (self->world->trust, self->ledger);
  self->service =
      client_kit_serve (self->connector, G_CALLBACK (run_cb), self->certificate, &self->port);
}

/* the server's threads end when the client closes its kept connections */
static void
tear_down (Fixture *self, gconstpointer tls)
{
  g_object_unref (self->connector);
  client_kit_stop (self->service);
  g_object_unref (self->ledger);
  g_clear_object (&self->certificate);
  test_world_free (self->world);
}

/* --- the client */

static BullaHttpMessage *
make_message (Fixture *self, const char *method, const char *path)
{
  g_autofree char *url = g_strdup_printf (
      "%s://a.test:%u%s", self->certificate != NULL ? "https" : "http", self->port, path);

  return bulla_http_message_new_for_url (method, url);
}

/* Returns: (nullable): the whole body */
static char *
fetch_message (Fixture *self, BullaHttpMessage *message, GError **error)
{
  g_autoptr (GInputStream) body =
      client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, error);

  return body != NULL ? client_kit_read_all (body, error) : NULL;
}

static char *
fetch (Fixture *self, const char *path, GError **error)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, "GET", path);

  return fetch_message (self, message, error);
}

/* --- requests */

/* curl changes the method of requests with and without a body, and sends no body with HEAD;
 * these are overridden */
static void
test_methods (Fixture *self, gconstpointer tls)
{
  const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "X-Y"};
  const char *const chunked = "5\r\nquery\r\n0\r\n\r\n";

  for (guint i = 0; i < G_N_ELEMENTS (methods) * 3; i++) {
    const char *method = methods[i / 3];
    g_autoptr (BullaHttpMessage) message = make_message (self, method, "/request");
    g_autoptr (GInputStream) body = g_memory_input_stream_new_from_data ("query", 5, NULL);
    g_autoptr (GError) error = NULL;
    g_autofree char *expected = g_strdup_printf ("%s %s", method,
                                                 i % 3 == 0   ? ""
                                                 : i % 3 == 1 ? "query"
                                                              : chunked);

    if (i % 3 != 0)
      bulla_http_message_set_body (message, "text/plain", body, i % 3 == 1 ? 5 : -1);
    g_autofree char *text = fetch_message (self, message, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (text, ==, g_str_equal (method, "HEAD") ? "" : expected);
  }
}

/* --- responses */

/* trailer fields are dropped, up to a limit */
static void
test_trailers (Fixture *self, gconstpointer tls)
{
  const struct {
    guint count, size;
    int code;
  } rows[] = {{0, 1000, BULLA_ERROR_LIMIT},
              {0, 0, BULLA_ERROR_LIMIT},
              {3, 10, -1},
              {3, BULLA_HTTP_HEAD_MAX / 100, -1}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/trailers/%u/%u", rows[i].count, rows[i].size);
    g_autoptr (GError) error = NULL;
    g_autofree char *text = fetch (self, path, &error);
    if (rows[i].code < 0) {
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, "hello");
    } else {
      g_assert_error (error, BULLA_ERROR, rows[i].code);
      g_assert_null (text);
      while (!g_atomic_int_compare_and_exchange (&gone, TRUE, FALSE))
        g_main_context_iteration (NULL, FALSE);
    }
  }
}

/* Bodies that are read and thrown away. */
typedef struct {
  guint n_open;
  GCancellable *stop; /* borrowed */
} Dropping;

static void drop_body_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
drop_more (Dropping *self, GInputStream *body)
{
  g_input_stream_read_bytes_async (body, 65536, G_PRIORITY_DEFAULT, self->stop, drop_body_cb, self);
}

static void
drop_body_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Dropping *self = user_data;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);

  if (bytes != NULL && g_bytes_get_size (bytes) > 0)
    drop_more (self, G_INPUT_STREAM (source));
  else
    self->n_open--;
}

/* curl reads framing for as long as it arrives, and would keep the main loop for itself */
static void
test_extensions (Fixture *self, gconstpointer tls)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  Dropping dropping = {.stop = stop};

  for (guint i = 0; i < 3; i++) {
    g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "/extensions/1000");
    g_autoptr (GAsyncResult) sent = NULL;
    g_autoptr (GError) error = NULL;
    bulla_connector_send_async (self->connector, message, &CLIENT_KIT_CAUSE,
                                BULLA_CONNECTOR_DEFAULT, NULL, test_take_result, &sent);
    g_autoptr (GInputStream) body =
        bulla_connector_send_finish (self->connector, test_wait_result (&sent), &error);
    g_assert_no_error (error);
    dropping.n_open++;
    drop_more (&dropping, body);
  }
  for (guint i = 0; i < 20; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = fetch (self, i % 4 == 0 ? "/extensions/0" : "/", &error);
    if (i % 4 == 0) {
      g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
      g_assert_nonnull (strstr (error->message, "chunks of the response are malformed"));
    } else {
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, "hello");
    }
  }
  g_cancellable_cancel (stop);
  while (dropping.n_open > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* OpenSSL takes many records from the socket at once. All of them are delivered, although the
 * socket does not become readable again, and although a slow reader pauses the transfer. */
static void
test_pieces (Fixture *self, gconstpointer tls)
{
  static const guint COUNTS[] = {1, 31, 32, 33, 200, 5000};

  for (guint i = 0; i < G_N_ELEMENTS (COUNTS); i++) {
    g_autofree char *path = g_strdup_printf ("/pieces/%u/100", COUNTS[i]);
    g_autoptr (GError) error = NULL;
    g_autofree char *text = fetch (self, path, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (strspn (text, "p"), ==, COUNTS[i] * 100);
    g_assert_cmpuint (strlen (text), ==, COUNTS[i] * 100);
  }
  g_assert_cmpint (g_atomic_int_get (&connections), ==, 1);
}

/* curl has its own limit */
static void
test_long_field (Fixture *self, gconstpointer tls)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fetch (self, "/long-field", &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT);
}

/* a host name with a final dot is the same server, for the client and for plain connections */
static void
test_absolute_name (Fixture *self, gconstpointer tls)
{
  g_autofree char *resolve = g_strdup_printf ("a.test.:%u:127.0.0.1", self->port);
  g_autofree char *url = g_strdup_printf ("https://a.test.:%u/x", self->port);
  g_autoptr (BullaHttpMessage) message = bulla_http_message_new_for_url ("GET", url);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BullaContactRecorder *recorder = NULL;

  g_assert_true (
      bulla_given_addresses_add (bulla_connector_get_resolve (self->connector), resolve, NULL));
  g_autofree char *text = fetch_message (self, message, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "hello");
  bulla_connector_connect_async (self->connector, bulla_http_message_get_uri (message),
                                 &CLIENT_KIT_CAUSE, BULLA_CONNECTOR_DEFAULT, NULL, test_take_result,
                                 &result);
  g_autoptr (GIOStream) stream = bulla_connector_connect_finish (
      self->connector, test_wait_result (&result), &recorder, &error);
  g_assert_no_error (error);
  bulla_contact_recorder_free (recorder);
}

/* --- kept connections */

static void
test_kept (Fixture *self, gconstpointer tls)
{
  for (guint i = 0; i < 5; i++) {
    g_autofree char *body = fetch (self, "/x", NULL);
    g_assert_cmpstr (body, ==, "hello");
  }
  g_assert_cmpint (connections, ==, 1);
  if (tls != NULL) /* with session tickets, which must not cause a new connection */
    g_assert_cmpint (tls_version, ==, G_TLS_PROTOCOL_VERSION_TLS_1_3);
}

/* bytes that arrive on an idle connection answer no request */
static void
test_unasked (Fixture *self, gconstpointer tls)
{
  g_autofree char *first = fetch (self, "/unasked", NULL);

  g_assert_cmpstr (first, ==, "first");
  g_atomic_int_set (&go_on, TRUE);
  while (!g_atomic_int_get (&sent_more))
    g_thread_yield ();
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *body = fetch (self, "/x", &error);
    g_assert_no_error (error);
    g_assert_cmpstr (body, ==, "hello");
  }
  g_assert_cmpint (connections, ==, 2);
}

/* nor do bytes in the TLS record that ends a body */
static void
test_excess (Fixture *self, gconstpointer tls)
{
  g_autofree char *first = fetch (self, "/excess", NULL);
  g_autofree char *next = fetch (self, "/x", NULL);

  g_assert_cmpstr (first, ==, "first");
  g_assert_cmpstr (next, ==, "hello");
  g_assert_cmpint (connections, ==, 2);
}

/* Sends @message to a server that answers with a large body at once. Nobody reads that, and @feed
 * (nullable) gets bytes meanwhile. The client does not read it into memory either. */
static void
assert_held_back (Fixture *self, BullaHttpMessage *message, BullaPipe *feed)
{
  g_autoptr (GBytes) drop = g_bytes_new_static ("drop", 4);
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GError) error = NULL;

  bulla_connector_send_async (self->connector, message, &CLIENT_KIT_CAUSE, BULLA_CONNECTOR_DEFAULT,
                              NULL, test_take_result, &sent);
  g_autoptr (GInputStream) body =
      bulla_connector_send_finish (self->connector, test_wait_result (&sent), &error);
  g_assert_no_error (error);
  while (g_atomic_pointer_get (&flood_sent) == 0) {
    g_autofree char *other = fetch (self, "/x", &error);
    g_assert_cmpstr (other, ==, "hello");
    if (feed != NULL)
      bulla_pipe_push (feed, drop);
  }
  g_assert_cmpuint (flood_sent, <, FLOOD / 4); /* the kernel's buffers and 256 KiB */
}

/* An upload whose body comes drop by drop is paused and resumed again and again. */
static void
test_paused_upload (Fixture *self, gconstpointer tls)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, "POST", "/flood");
  g_autoptr (BullaPipe) pipe = bulla_pipe_new ();
  g_autoptr (GBytes) drop = g_bytes_new_static ("drop", 4);

  bulla_http_message_set_body (message, "text/plain", G_INPUT_STREAM (pipe), -1);
  bulla_pipe_push (pipe, drop);
  assert_held_back (self, message, pipe);
}

/* An upload that the server does not read waits for room in the socket, which stays among those
 * that curl is called for. */
static void
test_stuck_upload (Fixture *self, gconstpointer tls)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, "POST", "/flood");
  g_autoptr (GBytes) body = g_bytes_new_take (g_malloc0 (FLOOD), FLOOD);

  bulla_http_message_set_body_from_bytes (message, "text/plain", body);
  assert_held_back (self, message, NULL);
}

static void
hung_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GInputStream) body =
      bulla_connector_send_finish (BULLA_CONNECTOR (object), result, NULL);

  g_assert_null (body);
  --*(guint *)user_data;
}

/* @count: number of requests without response; @left: (out): those that have not failed yet */
static void
hang (Fixture *self, guint count, guint *left, GCancellable *cancellable)
{
  *left = count;
  for (guint i = 0; i < count; i++) {
    g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "/hang");
    bulla_connector_send_async (self->connector, message, &CLIENT_KIT_CAUSE,
                                BULLA_CONNECTOR_DEFAULT, cancellable, hung_cb, left);
  }
  while ((guint)g_atomic_int_get (&hanging) < count)
    g_main_context_iteration (NULL, FALSE);
}

static void
stop_hanging (const guint *left, GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
  while (*left > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* however many requests to one host wait for a response, another request does not wait for them */
static void
test_one_host (Fixture *self, gconstpointer tls)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint left = 0;

  hang (self, 40, &left, cancellable);
  g_autofree char *body = fetch (self, "/x", NULL);
  g_assert_cmpstr (body, ==, "hello");
  stop_hanging (&left, cancellable);
}

/* called as the listener does when accept() fails for lack of descriptors */
static gboolean
drop_idle_cb (gpointer connector)
{
  bulla_connector_drop_idle (connector);
  return G_SOURCE_CONTINUE;
}

/* if descriptors are scarce, idle connections are closed, and used ones are not */
static void
test_drop_idle (Fixture *self, gconstpointer tls)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint left = 0;

  g_autofree char *body = fetch (self, "/x", NULL);
  hang (self, 2, &left, cancellable);
  g_assert_cmpint (connections, ==, 2);
  g_autofree char *other = fetch (self, "/x", NULL);
  g_assert_cmpint (connections, ==, 3);
  guint again_and_again = g_timeout_add (50, drop_idle_cb, self->connector);
  while (g_atomic_int_get (&closed) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (again_and_again);
  g_assert_cmpuint (left, ==, 2);
  g_assert_cmpint (closed, ==, 1);
  g_autofree char *again = fetch (self, "/x", NULL);
  g_assert_cmpstr (again, ==, "hello");
  stop_hanging (&left, cancellable);
}

/* fewer connections are kept if the process may open fewer files */
static void
test_few_descriptors (Fixture *self, gconstpointer tls)
{
  struct rlimit before = {0}, few = {0};

  getrlimit (RLIMIT_NOFILE, &before);
  few = (struct rlimit){128, before.rlim_max};
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  for (guint i = 0; i < 40; i++) {
    g_autofree char *resolve = g_strdup_printf ("h%u.test:%u:127.0.0.1", i, self->port);
    g_autofree char *url = g_strdup_printf ("http://h%u.test:%u/x", i, self->port);
    g_autoptr (BullaHttpMessage) message = bulla_http_message_new_for_url ("GET", url);
    g_assert_true (
        bulla_given_addresses_add (bulla_connector_get_resolve (self->connector), resolve, NULL));
    g_autofree char *body = fetch_message (self, message, NULL);
    g_assert_cmpstr (body, ==, "hello");
  }
  while (g_atomic_int_get (&closed) < 40 - 128 / 8)
    g_thread_yield ();
  setrlimit (RLIMIT_NOFILE, &before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD_ONE(path, tls, test)                                                                   \
  g_test_add ("/http/wire/" path, Fixture, tls, set_up, test, tear_down)
#define ADD(path, test)                                                                            \
  ADD_ONE (path "/plain", NULL, test);                                                             \
  ADD_ONE (path "/tls", "tls", test)
  ADD ("methods", test_methods);
  ADD ("trailers", test_trailers);
  ADD ("pieces", test_pieces);
  ADD ("long-field", test_long_field);
  ADD_ONE ("absolute-name", "tls", test_absolute_name);
  ADD ("paused-upload", test_paused_upload);
  ADD ("extensions", test_extensions);
  ADD ("stuck-upload", test_stuck_upload);
  ADD ("kept", test_kept);
  ADD ("kept/unasked", test_unasked);
  ADD ("kept/excess", test_excess);
  ADD ("kept/drop-idle", test_drop_idle);
  ADD_ONE ("kept/few-descriptors", NULL, test_few_descriptors);
  ADD_ONE ("one-host", NULL, test_one_host);
  return g_test_run ();
}
