/* bulla-gateway-h2-stream.c - one request of an HTTP/2 connection
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * - The client may send at most a window of the body ahead; reading it opens the window again. A
 *   request that is not read so stops its client, and no other stream.
 * - A response is sent from the buffer of its reply, which nghttp2 empties as far as the client's
 *   windows allow. So a slow stream stops its own reply only.
 * - A response that breaks off resets its stream. */
#include "bulla-gateway-h2-stream.h"

#include <string.h>

#include "bulla-gateway-h2-fields.h"

/* --- construction and destruction */

static BullaGatewayH2Stream *
of (BullaGatewayStream *base)
{
  return (BullaGatewayH2Stream *)base;
}

BullaGatewayH2Stream *
bulla_gateway_h2_stream_ref (BullaGatewayH2Stream *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
bulla_gateway_h2_stream_unref (BullaGatewayH2Stream *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  bulla_gateway_connection_unref (self->base.connection);
  bulla_gateway_h2_head_clear (&self->head);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self->text);
  g_free (self);
}

static BullaGatewayStream *
h2_ref (BullaGatewayStream *base)
{
  return &bulla_gateway_h2_stream_ref (of (base))->base;
}

static void
h2_unref (BullaGatewayStream *base)
{
  bulla_gateway_h2_stream_unref (of (base));
}

/* Returns: (nullable): what sends and receives the stream; %NULL once it is closed */
static nghttp2_session *
get_protocol (BullaGatewayH2Stream *self)
{
  return self->link != NULL && !self->closed ? self->link->protocol : NULL;
}

static void
schedule (BullaGatewayH2Stream *self)
{
  g_source_set_ready_time (self->link->turn, 0);
}

/* --- the request body */

/* Takes bytes that have arrived, unless the body is discarded. The window of the client bounds
 * them.
 */
void
bulla_gateway_h2_stream_push (BullaGatewayH2Stream *self, const guint8 *bytes, gsize length)
{
  if (self->closed || self->base.dropping)
    return;
  if (self->body == NULL)
    self->body = g_byte_array_new ();
  if (self->read > self->body->len / 2) {
    g_byte_array_remove_range (self->body, 0, self->read);
    self->read = 0;
  }
  g_byte_array_append (self->body, bytes, length);
}

static gsize
count_unread (BullaGatewayH2Stream *self)
{
  return self->body != NULL ? self->body->len - self->read : 0;
}

static gboolean
h2_is_receiving (BullaGatewayStream *base)
{
  return !of (base)->ended || count_unread (of (base)) > 0;
}

static gssize
h2_receive (BullaGatewayStream *base, guint8 *buffer, gsize size, GError **error)
{
  BullaGatewayH2Stream *self = of (base);
  nghttp2_session *protocol = get_protocol (self);
  gsize length = MIN (size, count_unread (self));

  if (length == 0 && !self->ended) {
    g_set_error_literal (error, G_IO_ERROR,
                         protocol != NULL ? G_IO_ERROR_WOULD_BLOCK : G_IO_ERROR_PARTIAL_INPUT,
                         "no more bytes of the body have arrived");
    return -1;
  }
  if (length == 0)
    return 0;
  memcpy (buffer, self->body->data + self->read, length);
  self->read += length;
  if (count_unread (self) == 0) {
    g_byte_array_set_size (self->body, 0);
    self->read = 0;
  }
  if (protocol != NULL && !self->ended
      && nghttp2_session_consume_stream (protocol, self->id, length) == 0)
    schedule (self);
  return (gssize)length;
}

static void
h2_await_body (BullaGatewayStream *base, gboolean (*arrived) (BullaGatewayStream *self))
{
  base->arrived = arrived;
}

/* --- heads of responses */

/* @source: (nullable): the body; %NULL if there is none. Returns: whether nghttp2 takes the head */
static gboolean
submit (BullaGatewayH2Stream *self, const BullaGatewayResponseHead *head,
        const nghttp2_data_provider *source, gboolean interim)
{
  nghttp2_session *protocol = get_protocol (self);

  if (protocol == NULL || !bulla_h2_submit_head (protocol, self->id, head, source, interim))
    return FALSE;
  schedule (self);
  return TRUE;
}

static gboolean
h2_say_interim (BullaGatewayStream *base, const BullaGatewayResponseHead *head)
{
  return submit (of (base), head, NULL, TRUE);
}

/* What arrives from now on is dropped, and the window stays closed. */
static void
h2_answer (BullaGatewayStream *base, gboolean uploads)
{
  BullaGatewayH2Stream *self = of (base);

  if (uploads || !h2_is_receiving (base))
    return;
  base->dropping = TRUE;
  g_clear_pointer (&self->body, g_byte_array_unref);
  self->read = 0;
}

static void
h2_close_after (BullaGatewayStream *base)
{
}

/* --- bodies of responses */

/* Copies what the reply has lent. nghttp2 asks again when it can send more. */
static ssize_t
read_cb (nghttp2_session *protocol, int32_t id, uint8_t *buffer, size_t size, uint32_t *flags,
         nghttp2_data_source *source, void *user_data)
{
  BullaGatewayH2Stream *self = nghttp2_session_get_stream_user_data (protocol, id);
  gsize length = self != NULL ? MIN (size, self->lent_length - self->taken) : 0;

  if (self == NULL || self->closed || (length == 0 && !self->last))
    return NGHTTP2_ERR_DEFERRED;
  if (length > 0)
    memcpy (buffer, self->lent + self->taken, length);
  self->taken += length;
  if (self->taken < self->lent_length)
    return (ssize_t)length;
  if (self->last)
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  self->complete = self->last;
  bulla_gateway_h2_stream_mark (self, BULLA_H2_WROTE);
  return (ssize_t)length;
}

static gboolean
h2_append_head (BullaGatewayStream *base, const BullaGatewayResponseHead *head, GByteArray *out)
{
  BullaGatewayH2Stream *self = of (base);
  const nghttp2_data_provider source = {.read_callback = read_cb};

  if (submit (self, head, head->none ? NULL : &source, FALSE))
    self->complete = head->none;
  return FALSE;
}

static BullaStreamResult
h2_write (BullaGatewayStream *base, const guint8 *bytes, gsize length, gboolean last, gsize *taken)
{
  BullaGatewayH2Stream *self = of (base);
  nghttp2_session *protocol = get_protocol (self);

  *taken = 0;
  if (self->complete || (length == 0 && !last))
    return BULLA_STREAM_DONE;
  if (protocol == NULL)
    return BULLA_STREAM_FAILED;
  self->lent = bytes;
  self->lent_length = length;
  self->taken = 0;
  self->last = last;
  nghttp2_session_resume_data (protocol,
                               self->id); /* fails before the head is sent: not deferred */
  schedule (self);
  return BULLA_STREAM_PENDING;
}

static void
h2_cork (BullaGatewayStream *base)
{
}

static BullaStreamResult
h2_flush (BullaGatewayStream *base)
{
  return BULLA_STREAM_DONE;
}

static void
h2_stop_writing (BullaGatewayStream *base)
{
  BullaGatewayH2Stream *self = of (base);

  self->lent = NULL;
  self->lent_length = self->taken = 0;
  self->last = FALSE;
}

/* --- the end */

/* A response may end before its request: RFC 9113, section 8.1. */
static void
stop_client (BullaGatewayH2Stream *self)
{
  nghttp2_session *protocol = get_protocol (self);

  if (self->ended || !self->sent || !self->finished || protocol == NULL)
    return;
  nghttp2_submit_rst_stream (protocol, NGHTTP2_FLAG_NONE, self->id, NGHTTP2_NO_ERROR);
  schedule (self);
}

/* Called when the end of the response was sent. */
void
bulla_gateway_h2_stream_note_sent (BullaGatewayH2Stream *self)
{
  self->sent = TRUE;
  stop_client (self);
}

static void
h2_finish (BullaGatewayStream *base)
{
  BullaGatewayH2Stream *self = of (base);

  base->dropping = TRUE;
  self->finished = TRUE;
  stop_client (self);
}

static void
cancel_reply (BullaGatewayH2Stream *self)
{
  if (self->base.cancel_reply != NULL)
    self->base.cancel_reply (self->base.reply);
}

/**
 * bulla_gateway_h2_stream_end:
 * @self: a stream without a request
 * @code: error code for the client
 *
 * Resets the stream.
 */
void
bulla_gateway_h2_stream_end (BullaGatewayH2Stream *self, guint32 code)
{
  nghttp2_session *protocol = get_protocol (self);

  cancel_reply (self);
  if (protocol != NULL) {
    nghttp2_submit_rst_stream (protocol, NGHTTP2_FLAG_NONE, self->id, code);
    schedule (self);
  }
  self->closed = TRUE;
}

/* The client has left, or its connection ends. */
void
bulla_gateway_h2_stream_abandon (BullaGatewayH2Stream *self)
{
  if (self->base.request != NULL)
    self->base.abandon (self->base.request);
  cancel_reply (self);
}

static void
h2_close (BullaGatewayStream *base)
{
  if (base->request != NULL)
    base->abandon (base->request);
  bulla_gateway_h2_stream_end (of (base), NGHTTP2_INTERNAL_ERROR);
}

static void
h2_reset (BullaGatewayStream *base)
{
  bulla_gateway_h2_stream_end (of (base), NGHTTP2_INTERNAL_ERROR);
}

/**
 * bulla_gateway_h2_stream_refuse:
 * @self: a stream without a request
 * @status: HTTP status of the response
 * @why: the reason in words, or ""
 *
 * Sends this response, and drops the body of the request.
 */
void
bulla_gateway_h2_stream_refuse (BullaGatewayH2Stream *self, guint status, const char *why)
{
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (BullaGatewayField));
  g_autofree char *length = g_strdup_printf ("%zu", strlen (why));
  const BullaGatewayField own[] = {{"content-type", "text/plain"}, {"content-length", length}};
  const BullaGatewayResponseHead head = {
      .status = status, .fields = fields, .none = self->bodiless};
  gsize taken = 0;

  g_array_append_vals (fields, own, G_N_ELEMENTS (own));
  self->text = g_strdup (why);
  h2_answer (&self->base, FALSE);
  h2_append_head (&self->base, &head, NULL);
  h2_write (&self->base, (const guint8 *)self->text, strlen (self->text), TRUE, &taken);
  h2_finish (&self->base);
}

static void
h2_refuse (BullaGatewayStream *base, guint status, const char *why)
{
  bulla_gateway_h2_stream_refuse (of (base), status, why);
}

/* The client does not repeat a request whose stream was reset with an error. */
static void
h2_begin_only (BullaGatewayStream *base)
{
}

/* --- events */

/* Keeps @events until the session handles them: nghttp2 must not be called back by gateway code
 * from within its own callbacks. */
void
bulla_gateway_h2_stream_mark (BullaGatewayH2Stream *self, BullaH2Events events)
{
  if (self->link == NULL)
    return;
  if (self->events == 0)
    g_queue_push_tail_link (&self->link->marked, &bulla_gateway_h2_stream_ref (self)->marked);
  self->events |= events;
}

/* @events: what happened, except the beginning. Handlers may end the stream, or its connection. */
void
bulla_gateway_h2_stream_handle (BullaGatewayH2Stream *self, BullaH2Events events)
{
  BullaGatewayStream *base = &self->base;

  if ((events & BULLA_H2_GONE) != 0) {
    bulla_gateway_h2_stream_abandon (self);
    return;
  }
  if ((events & BULLA_H2_ARRIVED) != 0 && base->request != NULL && base->arrived != NULL
      && !base->dropping && !base->arrived (base))
    base->arrived = NULL;
  if ((events & BULLA_H2_WROTE) != 0 && base->reply != NULL && self->lent_length == self->taken) {
    gsize taken = self->taken;
    self->lent = NULL;
    self->lent_length = self->taken = 0;
    base->wrote (base->reply, taken);
  }
}

static const BullaGatewayStreamKind KIND = {
    .ref = h2_ref,
    .unref = h2_unref,
    .is_receiving = h2_is_receiving,
    .receive = h2_receive,
    .await_body = h2_await_body,
    .say_interim = h2_say_interim,
    .answer = h2_answer,
    .close_after = h2_close_after,
    .append_head = h2_append_head,
    .write = h2_write,
    .cork = h2_cork,
    .flush = h2_flush,
    .stop_writing = h2_stop_writing,
    .finish = h2_finish,
    .refuse = h2_refuse,
    .begin_only = h2_begin_only,
    .close = h2_close,
    .reset = h2_reset,
};

/**
 * bulla_gateway_h2_stream_new:
 * @connection: the connection
 * @link: what sends and receives its streams
 * @id: number of the stream
 *
 * Returns: (transfer full): a stream whose head is not complete
 */
BullaGatewayH2Stream *
bulla_gateway_h2_stream_new (BullaGatewayConnection *connection, BullaH2Link *link, gint32 id)
{
  BullaGatewayH2Stream *self = g_new0 (BullaGatewayH2Stream, 1);

  g_atomic_ref_count_init (&self->count);
  self->base.kind = &KIND;
  self->base.connection = bulla_gateway_connection_ref (connection);
  self->link = link;
  self->node.data = self->marked.data = self;
  self->id = id;
  bulla_gateway_h2_head_init (&self->head);
  return self;
}
