/* bulla-http2-frames.c - what nghttp2 reports of the frames of one HTTP/2 connection
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-http2-session-private.h"

#define FRAME_HEAD 9               /* bytes */
#define IGNORED_MAX 262144         /* most bytes of frames that nghttp2 ignores, */
#define IGNORED_SHARE 16           /* besides a sixteenth of all bytes */
#define REQUEST_HEAD_MAX (1 << 20) /* bytes; clients of the gateway may send fewer */
#define UPDATES_PER_FRAME 2        /* WINDOW_UPDATE frames: of the stream, and of the connection */

/* Returns: whether the server may send the frame without being limited: it brings the response of a
 * request, or makes room for the body of one */
static gboolean
is_expected (BullaHttp2Session *self, const nghttp2_frame_hd *hd)
{
  BullaHttp2Stream *stream = bulla_http2_session_find_stream (self, hd->stream_id);

  if (hd->type == NGHTTP2_HEADERS)
    return stream != NULL && stream->owner != NULL;
  if (hd->type == NGHTTP2_DATA)
    return hd->length > 0 || (hd->flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (hd->type != NGHTTP2_WINDOW_UPDATE || self->updates == 0)
    return FALSE;
  self->updates--;
  return TRUE;
}

/* Frames without content, and those that nobody asked for, cost a server little, and must be
 * limited. */
static int
begin_frame_cb (nghttp2_session *nghttp2, const nghttp2_frame_hd *hd, void *user_data)
{
  BullaHttp2Session *self = user_data;

  self->reported += FRAME_HEAD + hd->length;
  if (is_expected (self, hd) || bulla_rate_limit_count (&self->controls))
    return 0;
  bulla_http2_set_reason (&self->why, "the server sends too many frames without content");
  return NGHTTP2_ERR_CALLBACK_FAILURE;
}

static int
header_cb (nghttp2_session *nghttp2, const nghttp2_frame *frame, const uint8_t *name,
           size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags,
           void *user_data)
{
  BullaHttp2Session *self = user_data;
  BullaHttp2Stream *stream = bulla_http2_session_find_stream (self, frame->hd.stream_id);

  if (stream == NULL || stream->owner == NULL)
    return 0;
  stream->heard = g_get_monotonic_time ();
  return self->funcs->take_field (stream->owner, (const char *)name, name_length,
                                  (const char *)value, value_length)
             ? 0
             : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

/* Without this, nghttp2 would drop the field and continue. RFC 9113 section 8.2.1. */
static int
invalid_header_cb (nghttp2_session *nghttp2, const nghttp2_frame *frame, const uint8_t *name,
                   size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags,
                   void *user_data)
{
  BullaHttp2Stream *stream = bulla_http2_session_find_stream (user_data, frame->hd.stream_id);

  if (stream != NULL)
    bulla_http2_set_reason (&stream->why, "the response has an invalid header field");
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static int
frame_recv_cb (nghttp2_session *nghttp2, const nghttp2_frame *frame, void *user_data)
{
  BullaHttp2Session *self = user_data;
  BullaHttp2Stream *stream = bulla_http2_session_find_stream (self, frame->hd.stream_id);

  if (frame->hd.type == NGHTTP2_GOAWAY) {
    self->leaving = TRUE;
    if (frame->goaway.error_code != NGHTTP2_NO_ERROR) {
      g_free (self->why);
      self->why = g_strdup_printf ("the server ended the connection: %s",
                                   nghttp2_http2_strerror (frame->goaway.error_code));
    }
  }
  if (frame->hd.type == NGHTTP2_SETTINGS && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0)
    self->allowed =
        nghttp2_session_get_remote_settings (nghttp2, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  if (stream == NULL)
    return 0;
  stream->heard = g_get_monotonic_time ();
  if (frame->hd.type == NGHTTP2_RST_STREAM && stream->why == NULL && !stream->ended)
    stream->why = g_strdup_printf ("the server broke off the response: %s",
                                   nghttp2_http2_strerror (frame->rst_stream.error_code));
  if (frame->hd.type == NGHTTP2_RST_STREAM)
    stream->refused = frame->rst_stream.error_code == NGHTTP2_REFUSED_STREAM;
  if (frame->hd.type == NGHTTP2_HEADERS && stream->owner != NULL
      && !self->funcs->take_end_of_head (stream->owner)) {
    nghttp2_submit_rst_stream (nghttp2, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_PROTOCOL_ERROR);
    return 0;
  }
  if ((frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA)
      && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) {
    stream->ended = TRUE;
    /* RFC 9113 section 8.1: the server does not want the rest of the request. */
    if (nghttp2_session_get_stream_local_close (nghttp2, stream->id) == 0)
      nghttp2_submit_rst_stream (nghttp2, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_CANCEL);
  }
  return 0;
}

static int
invalid_frame_cb (nghttp2_session *nghttp2, const nghttp2_frame *frame, int error, void *user_data)
{
  BullaHttp2Session *self = user_data;
  BullaHttp2Stream *stream = bulla_http2_session_find_stream (self, frame->hd.stream_id);
  g_autofree char *text =
      frame->hd.type == NGHTTP2_DATA && error == NGHTTP2_ERR_HTTP_MESSAGING
          ? g_strdup ("the body of the response is not as long as its Content-Length")
          : g_strdup_printf ("the server breaks HTTP/2: %s", nghttp2_strerror (error));

  bulla_http2_set_reason (stream != NULL ? &stream->why : &self->why, text);
  return 0;
}

static int
data_cb (nghttp2_session *nghttp2, uint8_t flags, int32_t id, const uint8_t *bytes, size_t length,
         void *user_data)
{
  BullaHttp2Session *self = user_data;
  BullaHttp2Stream *stream = bulla_http2_session_find_stream (self, id);

  nghttp2_session_consume_connection (nghttp2, length);
  if (stream == NULL || stream->owner == NULL)
    return 0;
  stream->heard = g_get_monotonic_time ();
  stream->unread += length;
  self->funcs->take_data (stream->owner, bytes, length);
  return 0;
}

static int
close_cb (nghttp2_session *nghttp2, int32_t id, uint32_t code, void *user_data)
{
  BullaHttp2Session *self = user_data;
  BullaHttp2Stream *stream = bulla_http2_session_find_stream (self, id);

  if (stream == NULL)
    return 0;
  /* nghttp2 says so of streams that GOAWAY leaves out, too; a head would contradict it. */
  gboolean refused = code == NGHTTP2_REFUSED_STREAM && (stream->refused || self->leaving);
  if (stream->ended && stream->why == NULL)
    bulla_http2_session_end_stream (self, stream, BULLA_HTTP2_COMPLETE, NULL);
  else if (refused || !stream->sent)
    bulla_http2_session_end_stream (self, stream, BULLA_HTTP2_UNPROCESSED,
                                    self->why != NULL ? self->why
                                                      : "the server refused the request");
  else
    bulla_http2_session_end_stream (self, stream, BULLA_HTTP2_FAILED, "the response ended early");
  return 0;
}

static int
frame_send_cb (nghttp2_session *nghttp2, const nghttp2_frame *frame, void *user_data)
{
  BullaHttp2Session *self = user_data;
  BullaHttp2Stream *stream = bulla_http2_session_find_stream (self, frame->hd.stream_id);

  if (stream != NULL && frame->hd.type == NGHTTP2_HEADERS)
    stream->sent = TRUE;
  if (stream != NULL && frame->hd.type == NGHTTP2_DATA)
    stream->heard = g_get_monotonic_time ();
  if (frame->hd.type == NGHTTP2_DATA)
    self->updates += UPDATES_PER_FRAME;
  return 0;
}

/* The server has said that it accepts no further requests, before this one left; or its head is too
 * large for nghttp2. */
static int
frame_not_send_cb (nghttp2_session *nghttp2, const nghttp2_frame *frame, int error, void *user_data)
{
  BullaHttp2Session *self = user_data;
  BullaHttp2Stream *stream = bulla_http2_session_find_stream (self, frame->hd.stream_id);
  gboolean large = error == NGHTTP2_ERR_FRAME_SIZE_ERROR;

  if (stream != NULL && frame->hd.type == NGHTTP2_HEADERS && !stream->sent)
    bulla_http2_session_end_stream (
        self, stream, large ? BULLA_HTTP2_FAILED : BULLA_HTTP2_UNPROCESSED,
        large ? "the head of the request is too large" : "the server accepts no further requests");
  return 0;
}

static ssize_t
give_data_cb (nghttp2_session *nghttp2, int32_t id, uint8_t *buffer, size_t size, uint32_t *flags,
              nghttp2_data_source *source, void *user_data)
{
  BullaHttp2Session *self = user_data;
  BullaHttp2Stream *stream = bulla_http2_session_find_stream (self, id);
  gboolean end = FALSE;

  if (stream == NULL || stream->owner == NULL)
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  gssize given = self->funcs->give_data (stream->owner, buffer, size, &end);
  if (given < -1)
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  stream->waiting = given < 0;
  if (given < 0)
    return NGHTTP2_ERR_DEFERRED;
  if (end)
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  return given;
}

const nghttp2_data_provider bulla_http2_body_provider = {.read_callback = give_data_cb};

/**
 * bulla_http2_session_take:
 * @self: a session
 * @bytes: (array length=length): what has arrived
 * @length: number of bytes
 *
 * nghttp2 drops frames of unknown types, and those of streams that have ended, without a word. A
 * server may have sent a whole window before it learnt that a stream has ended.
 *
 * Returns: (nullable): why the connection cannot go on; %NULL if it can
 */
const char *
bulla_http2_session_take (BullaHttp2Session *self, const guint8 *bytes, gsize length)
{
  gssize taken = nghttp2_session_mem_recv (self->nghttp2, bytes, length);

  if (taken < 0)
    return nghttp2_strerror ((int)taken);
  self->received += length;
  if (self->received
      > self->reported + IGNORED_MAX + self->tolerated + self->received / IGNORED_SHARE)
    return "the server sends too much that nobody asked for";
  return NULL;
}

/* Returns: (transfer full) (nullable): the state of nghttp2 for the session; NULL without memory */
nghttp2_session *
bulla_http2_session_make_nghttp2 (BullaHttp2Session *self)
{
  nghttp2_session_callbacks *callbacks = NULL;
  nghttp2_option *option = NULL;
  nghttp2_session *session = NULL;

  if (nghttp2_session_callbacks_new (&callbacks) != 0)
    return NULL;
  if (nghttp2_option_new (&option) != 0) {
    nghttp2_session_callbacks_del (callbacks);
    return NULL;
  }
  nghttp2_session_callbacks_set_on_begin_frame_callback (callbacks, begin_frame_cb);
  nghttp2_session_callbacks_set_on_header_callback (callbacks, header_cb);
  nghttp2_session_callbacks_set_on_invalid_header_callback (callbacks, invalid_header_cb);
  nghttp2_session_callbacks_set_on_frame_recv_callback (callbacks, frame_recv_cb);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback (callbacks, invalid_frame_cb);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback (callbacks, data_cb);
  nghttp2_session_callbacks_set_on_stream_close_callback (callbacks, close_cb);
  nghttp2_session_callbacks_set_on_frame_send_callback (callbacks, frame_send_cb);
  nghttp2_session_callbacks_set_on_frame_not_send_callback (callbacks, frame_not_send_cb);
  nghttp2_option_set_no_auto_window_update (option, 1);
  nghttp2_option_set_no_closed_streams (option, 1);
  nghttp2_option_set_max_send_header_block_length (option, REQUEST_HEAD_MAX);
  if (nghttp2_session_client_new2 (&session, callbacks, self, option) != 0)
    session = NULL;
  nghttp2_option_del (option);
  nghttp2_session_callbacks_del (callbacks);
  return session;
}
