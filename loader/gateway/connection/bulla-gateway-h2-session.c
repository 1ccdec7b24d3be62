/* bulla-gateway-h2-session.c - the HTTP/2 side of a connection: its frames and its streams
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * nghttp2 frames what is sent and checks what arrives. Its callbacks only note what happened to
 * which stream; requests begin, continue and end after it has returned, because they may end the
 * connection. What the streams send leaves together, once in each iteration of the main loop.
 */
#include "bulla-gateway-h2-session.h"

#include <string.h>

#include "bulla-gateway-h2-callbacks.h"
#include "bulla-gateway-listener.h"
#include "bulla-gateway-session.h"
#include "bulla-main-loop-source.h"

#define READ_SIZE 16384
#define READS_MAX 8          /* reads before other sources of the main loop have their turn */
#define SEND_MAX 524288      /* bytes that are framed before they have */
#define OUT_MAX 49152        /* bytes of frames that are encrypted by one call, at least */
#define STREAM_WINDOW 262144 /* bytes of a request body that are received ahead */
#define CONNECTION_WINDOW                                                                          \
  (16 << 20)                 /* bytes; received ones never close it: the streams' windows do */
#define QUEUE_MAX 1000       /* frames that wait for a client that does not read */
#define FAULTS_MAX 500       /* streams that clients reset, and frames without effect, */
#define FAULTS_PER_SECOND 50 /* at once and in the long run */

static gboolean writable_cb (GObject *output, gpointer user_data);
static gboolean readable_cb (GObject *input, gpointer user_data);
static void pause_reading (BullaH2Session *self);

/* --- construction and destruction */

static BullaH2Session *
session_ref (BullaH2Session *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

static void
session_unref (BullaH2Session *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  nghttp2_session_del (self->link.protocol);
  g_byte_array_unref (self->out);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaH2Session, session_unref)

/* --- what is done about it */

static void
begin_request (BullaH2Session *self, BullaGatewayH2Stream *stream)
{
  BullaGatewayConnection *connection = self->connection;
  g_auto (BullaGatewayHead) head = {0};
  guint status = 0;

  if (stream->closed)
    return;
  if (g_cancellable_is_cancelled (connection->session->cancellable)) {
    bulla_gateway_connection_close (connection); /* the session has been removed */
    return;
  }
  status = bulla_gateway_h2_head_end (
      &stream->head, stream->ended && !stream->base.kind->is_receiving (&stream->base), &head);
  stream->bodiless = g_strcmp0 (stream->head.method, "HEAD") == 0;
  bulla_gateway_h2_head_clear (&stream->head);
  if (status == SOUP_STATUS_OK)
    bulla_gateway_listener_arrive (connection->listener, &stream->base, &head);
  else
    bulla_gateway_h2_stream_refuse (stream, status, "");
}

/* Requests begin, continue and end here. Any of them may close the connection. */
static void
handle_events (BullaH2Session *self)
{
  GList *node = NULL;

  while ((node = g_queue_pop_head_link (&self->link.marked)) != NULL) {
    g_autoptr (BullaGatewayH2Stream) stream = node->data;
    BullaH2Events events = stream->events;
    stream->events = 0;
    if ((events & BULLA_H2_BEGAN) != 0 && (events & BULLA_H2_GONE) == 0 && self->connection != NULL)
      begin_request (self, stream);
    bulla_gateway_h2_stream_handle (stream, events);
  }
}

/* --- sending */

static void
wait_to_write (BullaH2Session *self)
{
  GOutputStream *out = g_io_stream_get_output_stream (self->connection->base);

  self->writable = g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (out), NULL);
  g_source_set_callback (self->writable, G_SOURCE_FUNC (writable_cb), self, NULL);
  g_source_attach (self->writable, g_main_context_get_thread_default ());
}

/* Returns: whether all of @out was written; otherwise @error is set */
static gboolean
write_out (BullaH2Session *self, GError **error)
{
  GOutputStream *out = g_io_stream_get_output_stream (self->connection->base);

  while (self->sent < self->out->len) {
    gssize wrote = g_pollable_output_stream_write_nonblocking (
        G_POLLABLE_OUTPUT_STREAM (out), self->out->data + self->sent, self->out->len - self->sent,
        NULL, error);
    if (wrote < 0)
      return FALSE;
    self->sent += wrote;
  }
  g_byte_array_set_size (self->out, 0);
  self->sent = 0;
  return TRUE;
}

/* Returns: the number of bytes framed and written; 0 if there are none to send; -1 if the client
 * takes no more for now, or @error is set */
static gssize
send_some (BullaH2Session *self, GError **error)
{
  gssize framed = 0;

  while (framed < OUT_MAX) {
    const uint8_t *bytes = NULL;
    ssize_t length = nghttp2_session_mem_send (self->link.protocol, &bytes);
    if (length < 0) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, nghttp2_strerror ((int)length));
      return -1;
    }
    if (length == 0)
      break;
    g_byte_array_append (self->out, bytes, (guint)length);
    framed += length;
  }
  return write_out (self, error) ? framed : -1;
}

/* Sends until the streams have nothing more, the client takes no more, or it is the turn of other
 * connections. Returns: whether there may be more to send */
static gboolean
send_what_is_there (BullaH2Session *self, GError **error)
{
  gsize total = 0;

  if (!write_out (self, error))
    return FALSE;
  while (total < SEND_MAX) {
    gssize framed = send_some (self, error);
    if (framed < 0)
      return FALSE;
    total += framed;
    handle_events (self); /* replies lend more */
    if (self->connection == NULL)
      return FALSE;
    if (framed == 0)
      return nghttp2_session_want_write (self->link.protocol) != 0;
  }
  return TRUE;
}

/* An idle connection needs no buffer. */
static void
free_out (BullaH2Session *self)
{
  g_byte_array_unref (self->out);
  self->out = g_byte_array_new ();
}

/* The protocol has ended, by an error of the client's or by our GOAWAY. */
static void
session_end (BullaH2Session *self)
{
  BullaGatewayConnection *connection = self->connection;
  g_autoptr (BullaGatewayConnection) kept = bulla_gateway_connection_ref (connection);

  connection->close_streams (g_steal_pointer (&connection->streams));
  bulla_gateway_connection_linger (connection);
}

static void
session_send (BullaH2Session *self)
{
  BullaTlsStream *tls = self->connection->tls_stream;
  g_autoptr (GError) error = NULL;

  if (self->writable != NULL)
    return;
  bulla_tls_stream_cork (tls);
  gboolean more = send_what_is_there (self, &error);
  if (self->connection == NULL)
    return;
  g_source_set_ready_time (self->link.turn, more ? 0 : -1);
  bulla_tls_stream_uncork (tls, NULL); /* what the socket does not accept now is sent later */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    wait_to_write (self);
  else if (error != NULL)
    bulla_gateway_connection_close (self->connection);
  else if (!nghttp2_session_want_read (self->link.protocol)
           && !nghttp2_session_want_write (self->link.protocol))
    session_end (self);
  else if (self->streams.length == 0)
    free_out (self);
}

static gboolean
writable_cb (GObject *output, gpointer user_data)
{
  g_autoptr (BullaH2Session) self = session_ref (user_data);

  bulla_clear_source (&self->writable);
  session_send (self);
  if (self->connection != NULL)
    pause_reading (self);
  return G_SOURCE_REMOVE;
}

static gboolean
turn_cb (gpointer user_data)
{
  g_autoptr (BullaH2Session) self = session_ref (user_data);

  g_source_set_ready_time (self->link.turn, -1);
  session_send (self);
  if (self->connection != NULL)
    pause_reading (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
turn_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSource *
turn_new (BullaH2Session *self)
{
  static GSourceFuncs funcs = {.dispatch = turn_dispatch};
  GSource *source = g_source_new (&funcs, sizeof (GSource));

  g_source_set_callback (source, turn_cb, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

/* --- receiving */

static void
wait_to_read (BullaH2Session *self)
{
  self->readable = bulla_gateway_connection_readable (self->connection, readable_cb);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_set_can_recurse (self->readable, FALSE);
  g_source_attach (self->readable, g_main_context_get_thread_default ());
}

/* Returns: whether more may have arrived */
static gboolean
receive_some (BullaH2Session *self)
{
  GInputStream *input = g_io_stream_get_input_stream (self->connection->base);
  guint8 bytes[READ_SIZE];
  g_autoptr (GError) error = NULL;
  gssize got = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), bytes,
                                                         sizeof bytes, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;
  if (got <= 0 || nghttp2_session_mem_recv (self->link.protocol, bytes, (size_t)got) < 0) {
    bulla_gateway_connection_close (self->connection);
    return FALSE;
  }
  handle_events (self);
  return self->connection != NULL;
}

/* A client that does not read what it causes to be sent is not read any more, until it does. */
static void
pause_reading (BullaH2Session *self)
{
  gboolean full = nghttp2_session_get_outbound_queue_size (self->link.protocol) > QUEUE_MAX;

  if (full)
    bulla_clear_source (&self->readable);
  else if (self->readable == NULL)
    wait_to_read (self);
}

static gboolean
readable_cb (GObject *input, gpointer user_data)
{
  g_autoptr (BullaH2Session) self = session_ref (user_data);

  for (guint i = 0; i < READS_MAX && receive_some (self); i++) {
  }
  if (self->connection != NULL)
    session_send (self);
  if (self->connection != NULL)
    pause_reading (self);
  return self->readable != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* --- beginning and end */

/* Says that the connection ends, unless the client does not read. */
static void
say_goodbye (BullaH2Session *self, BullaGatewayConnection *connection)
{
  g_autoptr (GError) error = NULL;

  if (self->writable != NULL
      || nghttp2_session_terminate_session (self->link.protocol, NGHTTP2_NO_ERROR) != 0)
    return;
  self->connection = connection;
  send_some (self, &error);
  bulla_tls_stream_uncork (connection->tls_stream, NULL);
  self->connection = NULL;
}

static void
session_close (gpointer streams)
{
  g_autoptr (BullaH2Session) self = streams;
  BullaGatewayConnection *connection = g_steal_pointer (&self->connection);
  GList *node = NULL;

  bulla_clear_source (&self->readable);
  bulla_clear_source (&self->link.turn);
  connection->session->n_streams -= self->streams.length;
  while ((node = self->streams.head) != NULL) {
    g_autoptr (BullaGatewayH2Stream) stream = bulla_gateway_h2_stream_ref (node->data);
    nghttp2_session_set_stream_user_data (self->link.protocol, stream->id, NULL);
    bulla_h2_forget_stream (self, stream);
    bulla_gateway_h2_stream_abandon (stream);
  }
  say_goodbye (self, connection);
  bulla_clear_source (&self->writable);
  while ((node = g_queue_pop_head_link (&self->link.marked)) != NULL)
    bulla_gateway_h2_stream_unref (node->data);
}

static void
greet (BullaH2Session *self)
{
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
       bulla_gateway_listener_get_limits (self->connection->listener)->streams_max},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, BULLA_GATEWAY_H2_LIST_MAX},
  };

  nghttp2_submit_settings (self->link.protocol, NGHTTP2_FLAG_NONE, settings,
                           G_N_ELEMENTS (settings));
  nghttp2_session_set_local_window_size (self->link.protocol, NGHTTP2_FLAG_NONE, 0,
                                         CONNECTION_WINDOW);
}

/**
 * bulla_gateway_h2_session_start:
 * @connection: a tunnel whose client has chosen HTTP/2
 *
 * Waits for the client's preface in the current state, and then for requests.
 */
void
bulla_gateway_h2_session_start (BullaGatewayConnection *connection)
{
  BullaH2Session *self = g_new0 (BullaH2Session, 1);

  g_atomic_ref_count_init (&self->count);
  self->connection = connection;
  self->faults = (BullaRateLimit){.most = FAULTS_MAX, .per_second = FAULTS_PER_SECOND};
  self->out = g_byte_array_new ();
  self->link.protocol = bulla_h2_make_protocol (self);
  self->link.turn = turn_new (self);
  connection->streams = self;
  connection->close_streams = session_close;
  bulla_clear_source (&connection->source);
  wait_to_read (self);
  greet (self);
  session_send (self);
}
