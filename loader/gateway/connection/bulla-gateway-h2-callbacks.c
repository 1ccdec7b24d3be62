/* bulla-gateway-h2-callbacks.c - notes what nghttp2 reports about the streams of a connection
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * nghttp2 must not be called back by gateway code from within its callbacks, so they only mark
 * streams.
 *
 * Limits for clients that misbehave: RFC 9113, section 10.5. Each costs the connection. */
#include "bulla-gateway-h2-callbacks.h"

#include "bulla-gateway-listener.h"
#include "bulla-gateway-session.h"

#define DATA_MAX 16375     /* bytes of a DATA frame, which with its head fills a TLS record */
#define HEAD_MAX (1 << 20) /* bytes of a response head; those of servers are shorter */

/* --- limits */

/* Returns: 0, or the error that makes nghttp2 fail */
static int
note_fault (BullaH2Session *self)
{
  if (bulla_rate_limit_count (&self->faults))
    return 0;
  return nghttp2_session_terminate_session (self->link.protocol, NGHTTP2_ENHANCE_YOUR_CALM);
}

/* --- what nghttp2 reports */

static BullaGatewayH2Stream *
get_stream (BullaH2Session *self, int32_t id)
{
  return nghttp2_session_get_stream_user_data (self->link.protocol, id);
}

static int
begin_headers_cb (nghttp2_session *protocol, const nghttp2_frame *frame, void *user_data)
{
  BullaH2Session *self = user_data;

  if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST
      || self->connection == NULL)
    return 0;
  BullaGatewayH2Stream *stream =
      bulla_gateway_h2_stream_new (self->connection, &self->link, frame->hd.stream_id);
  g_queue_push_tail_link (&self->streams, &stream->node);
  nghttp2_session_set_stream_user_data (protocol, frame->hd.stream_id, stream);
  if (self->connection->session->n_streams++
      >= bulla_gateway_listener_get_limits (self->connection->listener)->requests_max)
    bulla_gateway_h2_stream_end (stream, NGHTTP2_REFUSED_STREAM);
  return 0;
}

static int
header_cb (nghttp2_session *protocol, const nghttp2_frame *frame, const uint8_t *name,
           size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags,
           void *user_data)
{
  BullaGatewayH2Stream *stream = get_stream (user_data, frame->hd.stream_id);

  if (stream != NULL && !stream->head_ended)
    bulla_gateway_h2_head_add (&stream->head, (const char *)name, name_length, (const char *)value,
                               value_length);
  return 0;
}

/* An incomplete head is subject to the deadline of an idle connection, as in HTTP/1.1. */
static void
note_end (BullaH2Session *self, BullaGatewayH2Stream *stream, const nghttp2_frame *frame)
{
  gboolean begins = frame->hd.type == NGHTTP2_HEADERS && !stream->head_ended;

  if (begins && self->connection != NULL)
    bulla_gateway_connection_set_busy (self->connection, TRUE);

  stream->head_ended = TRUE;
  stream->ended |= (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  bulla_gateway_h2_stream_mark (stream, begins ? BULLA_H2_BEGAN : BULLA_H2_ARRIVED);
}

static int
frame_cb (nghttp2_session *protocol, const nghttp2_frame *frame, void *user_data)
{
  BullaH2Session *self = user_data;
  BullaGatewayH2Stream *stream = get_stream (self, frame->hd.stream_id);
  gboolean ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;

  switch (frame->hd.type) {
  case NGHTTP2_HEADERS:
    if (stream != NULL)
      note_end (self, stream, frame);
    return 0;
  case NGHTTP2_DATA:
    if (stream != NULL && ends)
      note_end (self, stream, frame);
    return frame->hd.length == 0 && !ends ? note_fault (self) : 0;
  case NGHTTP2_SETTINGS:
    if (!self->greeted && self->connection != NULL && self->streams.length == 0)
      bulla_gateway_connection_set_busy (self->connection, FALSE);
    self->greeted = TRUE;
    return note_fault (self);
  case NGHTTP2_RST_STREAM: /* counted when the stream is closed */
  case NGHTTP2_WINDOW_UPDATE:
    return 0;
  default:
    return note_fault (self);
  }
}

static int
data_cb (nghttp2_session *protocol, uint8_t flags, int32_t id, const uint8_t *bytes, size_t length,
         void *user_data)
{
  BullaGatewayH2Stream *stream = get_stream (user_data, id);

  nghttp2_session_consume_connection (protocol, length);
  if (stream == NULL)
    return 0;
  bulla_gateway_h2_stream_push (stream, bytes, length);
  bulla_gateway_h2_stream_mark (stream, BULLA_H2_ARRIVED);
  return 0;
}

static int
sent_cb (nghttp2_session *protocol, const nghttp2_frame *frame, void *user_data)
{
  BullaGatewayH2Stream *stream = get_stream (user_data, frame->hd.stream_id);
  guint8 type = frame->hd.type;

  if (stream != NULL && (type == NGHTTP2_HEADERS || type == NGHTTP2_DATA)
      && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
    bulla_gateway_h2_stream_note_sent (stream);
  return 0;
}

/* Called for a head that is too long to be sent. */
static int
not_sent_cb (nghttp2_session *protocol, const nghttp2_frame *frame, int error, void *user_data)
{
  BullaGatewayH2Stream *stream = get_stream (user_data, frame->hd.stream_id);

  if (stream != NULL && frame->hd.type == NGHTTP2_HEADERS)
    bulla_gateway_h2_stream_mark (stream, BULLA_H2_GONE);
  return 0;
}

/* @stream: (transfer full): an open stream, which nghttp2 no longer has */
void
bulla_h2_forget_stream (BullaH2Session *self, BullaGatewayH2Stream *stream)
{
  g_queue_unlink (&self->streams, &stream->node);
  stream->link = NULL;
  bulla_gateway_h2_stream_unref (stream);
}

static int
close_cb (nghttp2_session *protocol, int32_t id, uint32_t code, void *user_data)
{
  BullaH2Session *self = user_data;
  BullaGatewayH2Stream *stream = get_stream (self, id);
  int result = 0;

  if (stream == NULL)
    return 0;
  nghttp2_session_set_stream_user_data (protocol, id, NULL);
  if (!stream->closed && !(stream->complete && stream->ended))
    bulla_gateway_h2_stream_mark (stream, BULLA_H2_GONE);
  if (!stream->closed && !stream->complete)
    result = note_fault (self);
  if (self->connection != NULL) {
    self->connection->session->n_streams--;
    if (self->streams.length == 1)
      bulla_gateway_connection_set_busy (self->connection, FALSE);
  }
  bulla_h2_forget_stream (self, stream);
  return result;
}

static ssize_t
length_cb (nghttp2_session *protocol, uint8_t type, int32_t id, int32_t session_window,
           int32_t stream_window, uint32_t frame_max, void *user_data)
{
  return DATA_MAX;
}

/* Returns: (transfer full): what frames and reads for @self, the server of the connection */
nghttp2_session *
bulla_h2_make_protocol (BullaH2Session *self)
{
  nghttp2_session_callbacks *callbacks = NULL;
  nghttp2_option *option = NULL;
  nghttp2_session *protocol = NULL;

  nghttp2_session_callbacks_new (&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback (callbacks, begin_headers_cb);
  nghttp2_session_callbacks_set_on_header_callback (callbacks, header_cb);
  nghttp2_session_callbacks_set_on_frame_recv_callback (callbacks, frame_cb);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback (callbacks, data_cb);
  nghttp2_session_callbacks_set_on_frame_send_callback (callbacks, sent_cb);
  nghttp2_session_callbacks_set_on_frame_not_send_callback (callbacks, not_sent_cb);
  nghttp2_session_callbacks_set_on_stream_close_callback (callbacks, close_cb);
  nghttp2_session_callbacks_set_data_source_read_length_callback (callbacks, length_cb);
  nghttp2_option_new (&option);
  nghttp2_option_set_no_auto_window_update (option, 1);
  nghttp2_option_set_no_closed_streams (option, 1);
  nghttp2_option_set_max_send_header_block_length (option, HEAD_MAX);
  nghttp2_session_server_new2 (&protocol, callbacks, self, option);
  nghttp2_option_del (option);
  nghttp2_session_callbacks_del (callbacks);
  return protocol;
}
