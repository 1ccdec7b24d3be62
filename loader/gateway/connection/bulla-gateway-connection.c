/* bulla-gateway-connection.c - one connection of a client, and its states
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The contract of a connection:
 *
 *   state      | the client has sent                 | next                      | lasts at most
 *   FRESH      | no valid token yet                  | OPENING, BUSY             | 10 s in all
 *   OPENING    | CONNECT; the delegate decides       | HANDSHAKE                 | 20 s
 *   HANDSHAKE  | CONNECT; it was answered            | IDLE                      | 20 s
 *   IDLE       | nothing more, or a part of a head   | BUSY, OPENING             | 60 s, then 300 s
 *   BUSY       | a complete head                     | IDLE, SWITCHED, LINGERING | no limit
 *   SWITCHED   | a WebSocket; bytes are not parsed   | CLOSED                    | no limit
 *   LINGERING  | its last request, now answered      | CLOSED                    | 2 s
 *   CLOSED     |                                     |                           |
 *
 * With HTTP/2, HANDSHAKE lasts until the client's first SETTINGS, and BUSY while a stream is open.
 *
 * - Any state may become CLOSED at any time: when the client leaves, a deadline passes, the session
 *   is removed, the owner's limit is reached, or the gateway is closed. Code that holds a reference
 *   must check the state; bulla_gateway_request_close() ends a request.
 * - The listener owns a connection until it is CLOSED. A connection counts for the session whose
 *   token the client sent; before that, for all clients without a token (bulla-gateway-listener.c).
 * - Only the connection layer (this folder) uses sockets. It delivers requests: a checked head, and
 *   a stream (bulla-gateway-stream.h), which has the request body without its framing and takes one
 *   response: a head, a streamed body, and an end or a reset (bulla-gateway-reply.c). HTTP/1.1 has
 *   one stream at a time, HTTP/2 many (bulla-gateway-h2-session.c).
 * - A truncated response ends with a reset of its stream, which is the connection in HTTP/1.1;
 *   clients treat it as an error whatever the framing of the body.
 * - Only a request with a valid token becomes a #BullaGatewayRequest. */
#include "bulla-gateway-connection.h"

#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "bulla-gateway-listener.h"
#include "bulla-gateway-session.h"
#include "bulla-main-loop-source.h"

#ifndef POLLRDHUP
#define POLLRDHUP 0x2000 /* Linux: the peer has shut down its sending half */
#endif

#define READ_SIZE 16384
#define KEEPALIVE_SECONDS 20 /* seconds between keep-alive probes of a client */

/* --- construction and destruction */

BullaGatewayConnection *
bulla_gateway_connection_ref (BullaGatewayConnection *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
bulla_gateway_connection_unref (BullaGatewayConnection *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  g_clear_object (&self->base);
  g_clear_object (&self->tls_stream);
  g_clear_object (&self->leaf);
  g_clear_pointer (&self->session, bulla_gateway_session_unref);
  g_byte_array_unref (self->ahead);
  g_object_unref (self->socket);
  g_free (self->challenged);
  g_free (self->host);
  g_free (self);
}

static void
set_deadline (BullaGatewayConnection *self, guint milliseconds)
{
  self->deadline = milliseconds > 0 ? g_get_monotonic_time () + (gint64)milliseconds * 1000 : 0;
}

/* --- hangups of the client, and the end of its session */

static gboolean hangup_cb (int fd, GIOCondition condition, gpointer user_data);

/* @half: whether to watch for the end of the client's sending half, or only for the end of the
 * whole connection */
static void
watch_hangup (BullaGatewayConnection *self, gboolean half)
{
  self->hangup = g_unix_fd_source_new (
      g_socket_get_fd (self->socket), (GIOCondition)(G_IO_HUP | G_IO_ERR | (half ? POLLRDHUP : 0)));
  g_source_set_callback (self->hangup, G_SOURCE_FUNC (hangup_cb), self, NULL);
  g_source_attach (self->hangup, g_main_context_get_thread_default ());
}

/* A client that has shut down its sending half may have left or may wait for responses. The shell's
 * WebKit never waits. Other clients are answered until writing fails; while there is nothing to
 * write, TCP keep-alive detects within a minute that the client has gone. */
static gboolean
may_wait (BullaGatewayConnection *self)
{
  return self->hangup != NULL && self->session != NULL
         && (self->session->flags & BULLA_GATEWAY_ONE_VIEW) != 0;
}

static void
watch_half (BullaGatewayConnection *self)
{
  watch_hangup (self, FALSE);
  g_socket_set_keepalive (self->socket, TRUE);
  g_socket_set_option (self->socket, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_SECONDS, NULL);
  g_socket_set_option (self->socket, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_SECONDS, NULL);
}

static gboolean
hangup_cb (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (BullaGatewayConnection) self = bulla_gateway_connection_ref (user_data);

  bulla_clear_source (&self->hangup);
  self->leaving = TRUE;
  if ((condition & (G_IO_HUP | G_IO_ERR)) == 0)
    watch_half (self);
  else if (self->streams != NULL)
    bulla_gateway_connection_close (self);
  if (self->streams != NULL || self->state == BULLA_CONNECTION_CLOSED)
    return G_SOURCE_REMOVE; /* a half of HTTP/2 is of no use: reading its end closes the rest */
  if (self->stream.request != NULL) {
    if (!may_wait (self))
      self->stream.abandon (self->stream.request);
  } else if (self->state == BULLA_CONNECTION_BUSY && !may_wait (self)) {
    set_deadline (self, bulla_gateway_listener_get_limits (self->listener)->handshake_ms);
  } else if (self->state == BULLA_CONNECTION_OPENING
             || (self->state == BULLA_CONNECTION_HANDSHAKE && self->source == NULL)) {
    bulla_gateway_connection_close (self);
  } /* otherwise the last bytes are read first, then the end */
  return G_SOURCE_REMOVE;
}

/* Handled like a client that hangs up, but not from within this signal. */
static void
removed_cb (GCancellable *cancellable, gpointer user_data)
{
  BullaGatewayConnection *self = user_data;

  g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  if (self->leaving)
    self->deadline = g_get_monotonic_time ();
}

static void
forget_session (BullaGatewayConnection *self)
{
  if (self->session != NULL)
    g_clear_signal_handler (&self->removed, self->session->cancellable);
  g_clear_pointer (&self->session, bulla_gateway_session_unref);
}

/* @session: the session whose token the client sent */
void
bulla_gateway_connection_set_session (BullaGatewayConnection *self, BullaGatewaySession *session)
{
  if (self->session == session)
    return;
  forget_session (self);
  self->session = bulla_gateway_session_ref (session);
  self->removed =
      g_signal_connect (session->cancellable, "cancelled", G_CALLBACK (removed_cb), self);
}

static void
close_with (BullaGatewayConnection *self, gboolean reset)
{
  g_autoptr (BullaGatewayConnection) kept = bulla_gateway_connection_ref (self);
  const struct linger at_once = {1, 0};

  if (self->state == BULLA_CONNECTION_CLOSED)
    return;
  self->state = BULLA_CONNECTION_CLOSED;
  if (self->streams != NULL)
    self->close_streams (g_steal_pointer (&self->streams));
  if (self->stream.cancel_reply != NULL)
    self->stream.cancel_reply (self->stream.reply);
  bulla_clear_source (&self->source);
  bulla_clear_source (&self->heads);
  bulla_clear_source (&self->writable);
  bulla_clear_source (&self->hangup);
  bulla_gateway_listener_remove (g_steal_pointer (&self->listener), self);
  forget_session (self);
  if (reset)
    setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_socket_close (self->socket, NULL);
}

/**
 * bulla_gateway_connection_close:
 * @self: a connection; one with a request is closed by bulla_gateway_request_close()
 *
 * Closes the connection.
 */
void
bulla_gateway_connection_close (BullaGatewayConnection *self)
{
  if (self->stream.request != NULL)
    self->stream.abandon (self->stream.request);
  close_with (self, FALSE);
}

/**
 * bulla_gateway_connection_break:
 * @self: a connection
 *
 * Resets the connection in the middle of a response, so that the client sees an error.
 */
void
bulla_gateway_connection_break (BullaGatewayConnection *self)
{
  close_with (self, TRUE);
}

/* --- states */

/**
 * bulla_gateway_connection_wait:
 * @self: a connection
 * @state: the new state
 * @source: (transfer full) (nullable): the event that the new state waits for
 *
 * Replaces the event source and the deadline of the previous state.
 */
void
bulla_gateway_connection_wait (BullaGatewayConnection *self, BullaConnectionState state,
                               GSource *source)
{
  const BullaGatewayLimits *limits = bulla_gateway_listener_get_limits (self->listener);

  bulla_clear_source (&self->source);
  if (source != NULL || state != BULLA_CONNECTION_BUSY)
    bulla_clear_source (&self->heads);
  self->source = source;
  if (source != NULL)
    g_source_attach (source, g_main_context_get_thread_default ());
  if (self->state == state)
    return;
  self->state = state;
  if (state == BULLA_CONNECTION_OPENING || state == BULLA_CONNECTION_HANDSHAKE)
    set_deadline (self, limits->handshake_ms);
  else if (state == BULLA_CONNECTION_LINGERING)
    set_deadline (self, limits->linger_ms);
  else if (state == BULLA_CONNECTION_BUSY) /* no pending read would notice a hangup */
    set_deadline (self, self->leaving && !may_wait (self) ? limits->handshake_ms : 0);
  else if (state == BULLA_CONNECTION_SWITCHED)
    set_deadline (self, 0);
}

/**
 * bulla_gateway_connection_say:
 * @self: a connection to which nothing else is being written
 * @text: a few bytes
 *
 * Returns: whether all bytes were written
 */
gboolean
bulla_gateway_connection_say (BullaGatewayConnection *self, const char *text)
{
  GOutputStream *out = g_io_stream_get_output_stream (self->base);
  gsize length = strlen (text);

  return g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (out), text, length,
                                                     NULL, NULL)
         == (gssize)length;
}

static gboolean
lingering_cb (GObject *stream, gpointer user_data)
{
  BullaGatewayConnection *self = user_data;
  guint8 dropped[READ_SIZE];
  g_autoptr (GError) error = NULL;
  gssize got = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), dropped,
                                                         sizeof dropped, NULL, &error);

  if (got > 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  bulla_gateway_connection_close (self);
  return G_SOURCE_REMOVE;
}

/* Returns: (transfer full): a source that calls @func with @self when the connection is readable */
GSource *
bulla_gateway_connection_readable (BullaGatewayConnection *self, GPollableSourceFunc func)
{
  GInputStream *input = g_io_stream_get_input_stream (self->base);
  GSource *source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);

  g_source_set_can_recurse (source, TRUE);
  g_source_set_callback (source, G_SOURCE_FUNC (func), self, NULL);
  return source;
}

/**
 * bulla_gateway_connection_watch_heads:
 * @self: a connection that waits for a head
 * @func: called with @self whenever data is readable, until the source is destroyed
 */
void
bulla_gateway_connection_watch_heads (BullaGatewayConnection *self, GPollableSourceFunc func)
{
  if (self->heads != NULL)
    return;
  self->heads = bulla_gateway_connection_readable (self, func);
  g_source_attach (self->heads, g_main_context_get_thread_default ());
}

static gboolean
farewell_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  BullaGatewayConnection *self = user_data;
  GOutputStream *out = g_io_stream_get_output_stream (self->base);

  if (self->base
      == G_IO_STREAM (self->tls_stream)) /* otherwise a body may seem truncated: RFC 9112, 9.8 */
    g_output_stream_close (out, NULL, NULL);
  g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
  bulla_gateway_connection_wait (self, BULLA_CONNECTION_LINGERING,
                                 bulla_gateway_connection_readable (self, lingering_cb));
  return G_SOURCE_REMOVE;
}

/**
 * bulla_gateway_connection_linger:
 * @self: a connection after its last answer
 *
 * Shuts down the sending side and waits until the client closes. Closing a socket with unread bytes
 * would reset it, and the client could lose the response.
 */
void
bulla_gateway_connection_linger (BullaGatewayConnection *self)
{
  if (self->state == BULLA_CONNECTION_CLOSED)
    return;
  if (!self->tls || (g_socket_condition_check (self->socket, G_IO_OUT) & G_IO_OUT) != 0) {
    farewell_cb (self->socket, G_IO_OUT, self);
    return;
  }
  GSource *writable = g_socket_create_source (self->socket, G_IO_OUT, NULL); /* does not block */
  g_source_set_callback (writable, G_SOURCE_FUNC (farewell_cb), self, NULL);
  bulla_gateway_connection_wait (self, BULLA_CONNECTION_LINGERING, writable);
}

/* --- functions for requests */

/**
 * bulla_gateway_connection_idle:
 * @self: a tunnel that stands
 *
 * Waits for the first request.
 */
void
bulla_gateway_connection_idle (BullaGatewayConnection *self)
{
  self->state = BULLA_CONNECTION_IDLE;
  set_deadline (self, bulla_gateway_listener_get_limits (self->listener)->first_ms);
  bulla_gateway_listener_await (self->listener, self);
}

/**
 * bulla_gateway_connection_set_busy:
 * @self: a connection with several streams
 * @busy: whether it has an open stream
 *
 * Changes between BUSY and IDLE.
 */
void
bulla_gateway_connection_set_busy (BullaGatewayConnection *self, gboolean busy)
{
  const BullaGatewayLimits *limits = bulla_gateway_listener_get_limits (self->listener);
  gboolean first = self->state == BULLA_CONNECTION_HANDSHAKE;

  self->state = busy ? BULLA_CONNECTION_BUSY : BULLA_CONNECTION_IDLE;
  set_deadline (self, busy ? 0 : first ? limits->first_ms : limits->idle_ms);
  if (busy)
    return;
  g_queue_unlink (self->queue, &self->link);
  g_queue_push_tail_link (self->queue, &self->link);
}

/**
 * bulla_gateway_connection_begin:
 * @self: a connection
 * @head: the head of a request, already removed from the bytes read
 *
 * Prepares for reading the request's body, if it has one.
 */
void
bulla_gateway_connection_begin (BullaGatewayConnection *self, const BullaGatewayHead *head)
{
  self->keep_alive = head->keep_alive;
  self->is_old = head->is_old;
  self->seen = 0;
  self->left = MAX (head->length, 0);
  self->chunked = head->length < 0;
  self->chunks = (BullaChunks){0};
  self->stream.dropping = FALSE;
  bulla_gateway_connection_wait (self, BULLA_CONNECTION_BUSY, NULL);
}

static gboolean
drop_cb (GObject *stream, gpointer user_data)
{
  guint8 dropped[READ_SIZE];
  g_autoptr (GError) error = NULL;
  gssize got = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), dropped,
                                                         sizeof dropped, NULL, &error);

  return got > 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/**
 * bulla_gateway_connection_answer:
 * @self: a connection
 * @uploads: whether the request was sent to a server that may still read the rest of its body
 *
 * Call this before the response is written. If the request's body is still arriving, the rest is
 * forwarded to the server or discarded; otherwise the client might never read the response. After a
 * discarded body the connection is closed.
 */
void
bulla_gateway_connection_answer (BullaGatewayConnection *self, gboolean uploads)
{
  if (uploads || !bulla_gateway_connection_is_receiving (self))
    return;
  self->keep_alive = FALSE;
  self->stream.dropping = TRUE;
  bulla_gateway_connection_wait (self, self->state,
                                 bulla_gateway_connection_readable (self, drop_cb));
}

/**
 * bulla_gateway_connection_finish:
 * @self: a connection whose request was answered completely
 *
 * Waits for the next request, or closes the connection.
 */
void
bulla_gateway_connection_finish (BullaGatewayConnection *self)
{
  if (self->state == BULLA_CONNECTION_CLOSED)
    return;
  if (!self->keep_alive || bulla_gateway_connection_is_receiving (self)) {
    bulla_gateway_connection_linger (self);
    return;
  }
  self->state = BULLA_CONNECTION_IDLE;
  set_deadline (self, bulla_gateway_listener_get_limits (self->listener)->idle_ms);
  g_queue_unlink (self->queue, &self->link);
  g_queue_push_tail_link (self->queue, &self->link);
  bulla_gateway_listener_await (self->listener, self);
}

/**
 * bulla_gateway_connection_switch:
 * @self: a connection whose request asked for another protocol
 *
 * From now on bytes are forwarded unparsed: first those in @ahead, then those of @base.
 */
void
bulla_gateway_connection_switch (BullaGatewayConnection *self)
{
  bulla_gateway_connection_wait (self, BULLA_CONNECTION_SWITCHED, NULL);
}

/**
 * bulla_gateway_connection_new:
 * @listener: the listener that owns the connection
 * @socket: a socket that @listener has accepted
 *
 * Returns: (transfer full): a connection that waits for its first request
 */
BullaGatewayConnection *
bulla_gateway_connection_new (BullaGatewayListener *listener, GSocket *socket)
{
  BullaGatewayConnection *self = g_new0 (BullaGatewayConnection, 1);

  g_atomic_ref_count_init (&self->count);
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  self->listener = listener;
  self->stream.connection = self;
  self->socket = g_object_ref (socket);
  self->base = G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
  self->ahead = g_byte_array_new ();
  self->accepted = g_get_monotonic_time ();
  watch_hangup (self, TRUE);
  set_deadline (self, bulla_gateway_listener_get_limits (listener)->fresh_ms);
  bulla_gateway_listener_add (listener, self);
  bulla_gateway_listener_await (self->listener, self);
  return self;
}
