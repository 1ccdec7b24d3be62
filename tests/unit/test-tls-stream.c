/* test-tls-stream.c - the server's side of TLS: what is written arrives, and nothing blocks
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Whole because: every case drives the same pair of a client and a stream. */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>

#include "bulla-gateway-certificate.h"
#include "bulla-tls-stream.h"

#define RECORD 16384      /* bytes of data in a full record */
#define RECORD_SENT 16406 /* bytes of a full record of TLS 1.3 */
#define HELD_MAX 300000   /* bytes; more than a stream may hold */

typedef struct {
  BullaGatewayCertificate *authority;
  GSocket *socket;
  BullaTlsStream *stream;
  GPollableInputStream *in;   /* borrowed from @stream */
  GPollableOutputStream *out; /* borrowed from @stream */
  SSL_CTX *context;
  SSL *client;
  int fd;         /* the client's end */
  guint received; /* dispatches of count_cb() */
} Pair;

static void
make_client (Pair *pair)
{
  static const guint8 protocols[] = "\x02h2\x08http/1.1";

  pair->context = SSL_CTX_new (TLS_client_method ());
  pair->client = SSL_new (pair->context);
  g_assert_cmpint (SSL_set_alpn_protos (pair->client, protocols, sizeof protocols - 1), ==, 0);
  SSL_set_fd (pair->client, pair->fd);
  SSL_set_connect_state (pair->client);
}

static void
set_up (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  pair->authority = bulla_gateway_certificate_new (NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GTlsCertificate) leaf =
      bulla_gateway_certificate_dup_leaf (pair->authority, "publisher.test", &error);
  g_assert_no_error (error);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
  pair->socket = g_socket_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  g_socket_set_blocking (pair->socket, FALSE);
  pair->stream = bulla_tls_stream_new (
      pair->socket, bulla_gateway_certificate_get_context (pair->authority), leaf, &error);
  g_assert_no_error (error);
  pair->in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (G_IO_STREAM (pair->stream)));
  pair->out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (pair->stream)));
  pair->fd = fds[1];
  make_client (pair);
}

static void
leave (Pair *pair)
{
  g_clear_pointer (&pair->client, SSL_free);
  if (pair->fd >= 0)
    g_assert_true (g_close (g_steal_fd (&pair->fd), NULL));
}

static void
tear_down (Pair *pair, gconstpointer data)
{
  leave (pair);
  SSL_CTX_free (pair->context);
  g_clear_object (&pair->stream);
  g_clear_object (&pair->socket);
  g_clear_pointer (&pair->authority, bulla_gateway_certificate_free);
}

/* Returns: whether both sides have completed the handshake */
static gboolean
shake_hands_once (Pair *pair)
{
  g_autoptr (GError) error = NULL;
  gboolean client = SSL_do_handshake (pair->client) == 1;
  gboolean server = bulla_tls_stream_handshake (pair->stream, &error);

  if (!server)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  return client && server;
}

static void
shake_hands (Pair *pair)
{
  for (guint i = 0; i < 10; i++)
    if (shake_hands_once (pair))
      return;
  g_assert_not_reached ();
}

static void
client_write (Pair *pair, const char *text)
{
  g_assert_cmpint (SSL_write (pair->client, text, (int)strlen (text)), ==, strlen (text));
}

/* Returns: the bytes that have arrived at the client, all of which are @byte */
static gsize
drain (Pair *pair, char byte)
{
  char bytes[RECORD];
  gsize received = 0;
  int got;

  while ((got = SSL_read (pair->client, bytes, sizeof bytes)) > 0) {
    for (int i = 0; i < got; i++)
      g_assert_cmpint (bytes[i], ==, byte);
    received += (gsize)got;
  }
  return received;
}

/* Returns: the bytes written; -1 if the stream would block */
static gssize
write_some (Pair *pair, char byte, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = g_malloc (size);

  memset (bytes, byte, size);
  gssize wrote = g_pollable_output_stream_write_nonblocking (pair->out, bytes, size, NULL, &error);
  if (wrote < 0)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  return wrote;
}

/* Returns: (transfer full) (nullable): what has arrived; %NULL if reading would block */
static char *
read_some (Pair *pair, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_malloc0 (size + 1);
  gssize got = g_pollable_input_stream_read_nonblocking (pair->in, text, size, NULL, &error);

  if (got < 0) {
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    return NULL;
  }
  return g_steal_pointer (&text);
}

/* --- the handshake */

static void
test_handshake (Pair *pair, gconstpointer data)
{
  const guint8 *protocol = NULL;
  guint length = 0;

  shake_hands (pair);
  SSL_get0_alpn_selected (pair->client, &protocol, &length);
  g_assert_cmpmem (protocol, length, "http/1.1", 8);
  client_write (pair, "ping");
  g_autofree char *heard = read_some (pair, 100);
  g_assert_cmpstr (heard, ==, "ping");
  g_assert_null (read_some (pair, 100));
  g_assert_cmpint (write_some (pair, 'x', 4), ==, 4);
  g_assert_cmpuint (drain (pair, 'x'), ==, 4);
}

/* HTTP/2 is for streams that offer it, over TLS 1.3 */
static void
test_http2 (Pair *pair, gconstpointer data)
{
  int version = GPOINTER_TO_INT (data);

  bulla_tls_stream_offer_http2 (pair->stream);
  g_assert_cmpint (SSL_set_max_proto_version (pair->client, version), ==, 1);
  shake_hands (pair);
  g_assert_cmpstr (bulla_tls_stream_get_protocol (pair->stream), ==,
                   version == TLS1_3_VERSION ? "h2" : "http/1.1");
}

static void
test_no_alpn (Pair *pair, gconstpointer data)
{
  bulla_tls_stream_offer_http2 (pair->stream);
  g_assert_cmpint (SSL_set_alpn_protos (pair->client, NULL, 0), ==, 0);
  shake_hands (pair);
  g_assert_null (bulla_tls_stream_get_protocol (pair->stream));
}

static void
test_no_tls (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char text[] = "\x16GET / HTTP/1.1\r\n\r\n";

  g_assert_cmpint (send (pair->fd, text, strlen (text), 0), ==, strlen (text));
  g_assert_false (bulla_tls_stream_handshake (pair->stream, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
test_left_in_handshake (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (SSL_do_handshake (pair->client), ==, -1);
  g_assert_false (bulla_tls_stream_handshake (pair->stream, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  leave (pair);
  g_assert_false (bulla_tls_stream_handshake (pair->stream, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
test_other_protocol (Pair *pair, gconstpointer data)
{
  static const guint8 protocols[] = "\x02h2";
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (SSL_set_alpn_protos (pair->client, protocols, sizeof protocols - 1), ==, 0);
  g_assert_cmpint (SSL_do_handshake (pair->client), ==, -1);
  g_assert_false (bulla_tls_stream_handshake (pair->stream, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  ERR_clear_error ();
  g_assert_cmpint (SSL_do_handshake (pair->client), ==, -1);
  g_assert_cmpint (ERR_GET_REASON (ERR_peek_last_error ()), ==,
                   SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL);
  ERR_clear_error ();
}

static void
test_other_key (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaGatewayCertificate) other = bulla_gateway_certificate_new (NULL, NULL);
  g_autoptr (GTlsCertificate) leaf =
      bulla_gateway_certificate_dup_leaf (other, "publisher.test", NULL);

  g_assert_null (bulla_tls_stream_new (
      pair->socket, bulla_gateway_certificate_get_context (pair->authority), leaf, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

/* --- reading */

static gboolean
count_cb (GObject *stream, gpointer user_data)
{
  Pair *pair = user_data;
  g_autofree char *text = read_some (pair, 1);

  if (text == NULL)
    return G_SOURCE_CONTINUE;
  g_assert_cmpstr (text, ==, "r");
  pair->received++;
  return G_SOURCE_CONTINUE;
}

/* The socket becomes readable once for records that arrive together, and OpenSSL takes all of them
 * from it. The source is dispatched for each of their bytes. */
static void
test_read_ahead (Pair *pair, gconstpointer data)
{
  shake_hands (pair);
  for (guint i = 0; i < 3; i++)
    client_write (pair, "rr");
  g_autoptr (GSource) source = g_pollable_input_stream_create_source (pair->in, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (count_cb), pair, NULL);
  g_source_attach (source, NULL);
  while (pair->received < 6)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE)) {
  }
  g_assert_cmpuint (pair->received, ==, 6);
  g_source_destroy (source);
}

/* The first half of a record keeps the source quiet until the rest arrives. */
static void
test_half_record (Pair *pair, gconstpointer data)
{
  char record[100];

  shake_hands (pair);
  BIO *memory = BIO_new (BIO_s_mem ());
  SSL_set0_wbio (pair->client, memory);
  client_write (pair, "r");
  int length = BIO_read (memory, record, sizeof record);
  g_autoptr (GSource) source = g_pollable_input_stream_create_source (pair->in, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (count_cb), pair, NULL);
  g_source_attach (source, NULL);
  g_assert_cmpint (send (pair->fd, record, 10, 0), ==, 10);
  guint rounds = 0;
  while (g_main_context_iteration (NULL, FALSE))
    g_assert_cmpuint (rounds++, <, 10);
  g_assert_cmpuint (pair->received, ==, 0);
  g_assert_cmpint (send (pair->fd, record + 10, (gsize)length - 10, 0), ==, length - 10);
  while (pair->received == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (source);
}

static void
test_end (Pair *pair, gconstpointer data)
{
  shake_hands (pair);
  client_write (pair, "last");
  if (g_strcmp0 (data, "close_notify") == 0)
    SSL_shutdown (pair->client);
  leave (pair);
  g_autofree char *heard = read_some (pair, 100);
  g_assert_cmpstr (heard, ==, "last");
  for (guint i = 0; i < 2; i++) {
    g_autofree char *end = read_some (pair, 100);
    g_assert_cmpstr (end, ==, "");
  }
}

static void
test_damaged_record (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char record[] = "\x17\x03\x03\x00\x20 this is not encrypted with any key";
  char buffer[100];

  shake_hands (pair);
  g_assert_cmpint (send (pair->fd, record, sizeof record, 0), ==, sizeof record);
  g_assert_cmpint (
      g_pollable_input_stream_read_nonblocking (pair->in, buffer, sizeof buffer, NULL, &error), ==,
      -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_cmpint (SSL_read (pair->client, buffer, sizeof buffer), <=, 0);
  g_assert_cmpint (ERR_GET_REASON (ERR_get_error ()), ==, SSL_R_SSLV3_ALERT_BAD_RECORD_MAC);
  ERR_clear_error ();
}

/* A client that sends new keys without end is refused, instead of occupying the main loop. */
static void
test_new_keys (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char buffer[10];
  gssize got = -1;

  shake_hands (pair);
  for (guint i = 0;
       i < 3000 && (i == 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)); i++) {
    g_clear_error (&error);
    SSL_key_update (pair->client, SSL_KEY_UPDATE_NOT_REQUESTED);
    SSL_do_handshake (pair->client);
    got = g_pollable_input_stream_read_nonblocking (pair->in, buffer, sizeof buffer, NULL, &error);
  }
  g_assert_cmpint (got, ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

/* --- writing */

static gsize
count_waiting (Pair *pair)
{
  static char bytes[1 << 20];
  gssize waiting = recv (pair->fd, bytes, sizeof bytes, MSG_PEEK);

  g_assert_true (waiting >= 0 || errno == EAGAIN);
  return (gsize)MAX (waiting, 0);
}

static void
test_corked (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  shake_hands (pair);
  bulla_tls_stream_cork (pair->stream);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (write_some (pair, 'r', RECORD), ==, RECORD);
  g_assert_cmpuint (count_waiting (pair), ==, 0);
  g_assert_true (bulla_tls_stream_uncork (pair->stream, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_waiting (pair), ==, 3 * RECORD_SENT);
  g_assert_cmpuint (drain (pair, 'r'), ==, 3 * RECORD);
}

/* A corked stream holds eight records at most; the ninth sends them. */
static void
test_cork_limit (Pair *pair, gconstpointer data)
{
  gsize written = 0, received = 0;

  shake_hands (pair);
  bulla_tls_stream_cork (pair->stream);
  for (guint i = 0; i < 9; i++) {
    g_assert_cmpuint (count_waiting (pair), ==, 0);
    g_assert_cmpint (write_some (pair, 'r', RECORD), ==, RECORD);
    written += RECORD;
  }
  g_assert_cmpuint (write_some (pair, 'r', RECORD), ==, RECORD);
  written += RECORD;
  received += drain (pair, 'r');
  g_assert_cmpuint (received, >=, 8 * RECORD);
  g_assert_true (bulla_tls_stream_uncork (pair->stream, NULL));
  g_assert_cmpuint (received + drain (pair, 'r'), ==, written);
}

static gboolean
writable_cb (GObject *stream, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* A client that reads slowly holds the writer back; every byte arrives, without another write. */
static void
test_slow_client (Pair *pair, gconstpointer data)
{
  gsize written = 0, received = 0;
  gssize wrote;
  gboolean writable = FALSE;

  shake_hands (pair);
  while ((wrote = write_some (pair, 's', RECORD)) > 0)
    written += (gsize)wrote;
  g_assert_cmpuint (written, <, count_waiting (pair) + HELD_MAX);
  g_autoptr (GSource) source = g_pollable_output_stream_create_source (pair->out, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (writable_cb), &writable, NULL);
  g_source_attach (source, NULL);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  while (received < written || !writable) {
    received += drain (pair, 's');
    g_main_context_iteration (NULL, FALSE);
  }
  g_assert_cmpuint (received, ==, written);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_output_stream_close_finish (G_OUTPUT_STREAM (object), result, &error));
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

/* close_notify comes behind what the client has not received yet, and closing waits for it. */
static void
test_close (Pair *pair, gconstpointer data)
{
  gboolean closed = FALSE;
  gsize written = 0, received = 0;
  gssize wrote;

  shake_hands (pair);
  while (g_strcmp0 (data, "full") == 0 && (wrote = write_some (pair, 'c', RECORD)) > 0)
    written += (gsize)wrote;
  g_object_add_weak_pointer (G_OBJECT (pair->out), (gpointer *)&pair->out);
  g_output_stream_close_async (G_OUTPUT_STREAM (pair->out), G_PRIORITY_DEFAULT, NULL, closed_cb,
                               &closed);
  while (g_main_context_iteration (NULL, FALSE)) {
  }
  g_assert_cmpint (closed, ==, written == 0);
  while (received < written || !closed) {
    received += drain (pair, 'c');
    g_main_context_iteration (NULL, FALSE);
  }
  g_assert_cmpuint (received + drain (pair, 'c'), ==, written);
  g_assert_cmpint (SSL_get_shutdown (pair->client) & SSL_RECEIVED_SHUTDOWN, !=, 0);
  g_clear_object (&pair->stream);
  g_assert_null (pair->out); /* no task keeps it */
}

static void
cancelled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (g_output_stream_close_finish (G_OUTPUT_STREAM (object), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *)user_data = TRUE;
}

/* A client that never reads does not keep the close, and with it the main loop, busy. */
static void
test_close_cancelled (Pair *pair, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean closed = FALSE;

  shake_hands (pair);
  while (write_some (pair, 'c', RECORD) > 0) {
  }
  g_output_stream_close_async (G_OUTPUT_STREAM (pair->out), G_PRIORITY_DEFAULT, cancellable,
                               cancelled_cb, &closed);
  g_cancellable_cancel (cancellable);
  while (!closed)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
}

static void
test_write_after_leaving (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gssize wrote = 0;

  shake_hands (pair);
  leave (pair);
  for (guint i = 0; i < 3 && wrote >= 0; i++)
    wrote = g_pollable_output_stream_write_nonblocking (pair->out, "x", 1, NULL, &error);
  g_assert_nonnull (error);
  g_assert_false (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
}

/* The socket may be closed while the stream is still in use. */
static void
test_closed_socket (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char buffer[10];

  shake_hands (pair);
  while (write_some (pair, 's', RECORD) > 0) {
  }
  g_socket_close (pair->socket, NULL);
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (pair->in, buffer, 10, NULL, &error),
                   ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  while (g_main_context_iteration (NULL, FALSE)) {
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, func) g_test_add ("/tls-stream/" name, Pair, data, set_up, func, tear_down)
  ADD ("the-handshake-agrees-on-http-1.1", NULL, test_handshake);
  ADD ("the-handshake-agrees-on-http-2", GINT_TO_POINTER (TLS1_3_VERSION), test_http2);
  ADD ("tls-1.2-is-for-http-1.1", GINT_TO_POINTER (TLS1_2_VERSION), test_http2);
  ADD ("a-client-without-alpn-gets-no-protocol", NULL, test_no_alpn);
  ADD ("bytes-that-are-not-tls-are-refused", NULL, test_no_tls);
  ADD ("a-client-leaves-in-the-handshake", NULL, test_left_in_handshake);
  ADD ("a-client-without-http-1.1-gets-an-alert", NULL, test_other_protocol);
  ADD ("a-certificate-for-another-key-is-refused", NULL, test_other_key);
  ADD ("records-that-arrive-together-are-all-announced", NULL, test_read_ahead);
  ADD ("half-a-record-is-not-announced", NULL, test_half_record);
  ADD ("close-notify-ends-the-input", "close_notify", test_end);
  ADD ("a-missing-close-notify-ends-the-input", NULL, test_end);
  ADD ("a-damaged-record-is-an-error-on-both-sides", NULL, test_damaged_record);
  ADD ("new-keys-without-end-are-refused", NULL, test_new_keys);
  ADD ("corked-records-leave-together", NULL, test_corked);
  ADD ("a-corked-stream-holds-eight-records", NULL, test_cork_limit);
  ADD ("a-slow-client-holds-the-writer-back", NULL, test_slow_client);
  ADD ("closing-sends-close-notify", NULL, test_close);
  ADD ("closing-waits-for-a-slow-client", "full", test_close);
  ADD ("closing-can-be-cancelled", NULL, test_close_cancelled);
  ADD ("writing-to-a-client-that-has-left-fails", NULL, test_write_after_leaving);
  ADD ("a-closed-socket-is-an-error", NULL, test_closed_socket);
  return g_test_run ();
}
