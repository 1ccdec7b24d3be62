/* bulla-http2-stream.c - the streams of one HTTP/2 connection to a server, and their windows
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-http2-session-private.h"

#define WINDOW_NEAR                                                                                \
  1048576                    /* as BULLA_HTTP2_WINDOW_FIRST, for a body whose reader waits for it  \
                              */
#define WINDOW_MOST 4194304  /* the same, if the server is far away, too */
#define WINDOW_DISTANT 10000 /* microseconds; a window takes less from a server that is near */
#define WINDOW_GROWTH                                                                              \
  (BULLA_HTTP2_WINDOW_ALL                                                                          \
   - BULLA_HTTP2_STREAMS_MAX * BULLA_HTTP2_WINDOW_FIRST) /* for all streams */

/* Keeps the first reason. */
void
bulla_http2_set_reason (char **why, const char *text)
{
  if (*why == NULL)
    *why = g_strdup (text);
}

/* @owner: passed to the functions of the session. Returns: (transfer none): a stream, whose request
 * nghttp2 has taken as number @id */
BullaHttp2Stream *
bulla_http2_session_add_stream (BullaHttp2Session *self, int32_t id, guint timeout, gpointer owner)
{
  BullaHttp2Stream *stream = g_new0 (BullaHttp2Stream, 1);

  stream->session = self;
  stream->id = id;
  stream->owner = owner;
  stream->window = BULLA_HTTP2_WINDOW_FIRST;
  stream->heard = stream->window_began = g_get_monotonic_time ();
  stream->timeout = timeout;
  g_hash_table_insert (self->streams, GINT_TO_POINTER (id), stream);
  self->idle_since = 0;
  return stream;
}

BullaHttp2Stream *
bulla_http2_session_find_stream (BullaHttp2Session *self, int32_t id)
{
  return g_hash_table_lookup (self->streams, GINT_TO_POINTER (id));
}

void
bulla_http2_stream_free (gpointer data)
{
  BullaHttp2Stream *self = data;

  g_free (self->why);
  g_free (self);
}

/* Removes the stream, and tells its owner. */
void
bulla_http2_session_end_stream (BullaHttp2Session *self, BullaHttp2Stream *stream,
                                BullaHttp2End end, const char *why)
{
  gpointer owner = g_steal_pointer (&stream->owner);

  g_hash_table_steal (self->streams, GINT_TO_POINTER (stream->id));
  self->growth -= stream->window - BULLA_HTTP2_WINDOW_FIRST;
  if (end != BULLA_HTTP2_COMPLETE)
    self->tolerated += stream->window;
  if (g_hash_table_size (self->streams) == 0)
    self->idle_since = g_get_monotonic_time ();
  if (owner != NULL)
    self->funcs->end (owner, end, stream->why != NULL ? stream->why : why);
  bulla_http2_stream_free (stream);
}

/* Ends the streams whose servers have been silent for too long. */
void
bulla_http2_session_end_silent_streams (BullaHttp2Session *self)
{
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GList) streams = g_hash_table_get_values (self->streams);

  self->ticked = now;
  for (GList *each = streams; each != NULL; each = each->next) {
    BullaHttp2Stream *stream = each->data;
    gboolean ours = stream->unread > 0 || stream->waiting || stream->owner == NULL;
    if (stream->timeout == 0 || ours || now - stream->heard < stream->timeout * G_TIME_SPAN_SECOND)
      continue;
    int32_t id = stream->id;
    bulla_http2_session_end_stream (self, stream, BULLA_HTTP2_SILENT,
                                    "no byte was received in time");
    nghttp2_submit_rst_stream (self->nghttp2, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
    self->dirty = TRUE;
  }
}

/* Called when a whole window was consumed. Lets the server send more ahead if the reader waits for
 * it. More than that would make other streams of the connection wait. */
static void
enlarge_window (BullaHttp2Stream *self)
{
  BullaHttp2Session *session = self->session;
  gint64 now = g_get_monotonic_time (), took = now - self->window_began;
  gboolean helps = self->caught_up && (self->window < WINDOW_NEAR || took > WINDOW_DISTANT);

  self->consumed = 0;
  self->caught_up = FALSE;
  self->window_began = now;
  if (!helps || self->window >= WINDOW_MOST || session->growth + self->window > WINDOW_GROWTH)
    return;
  session->growth += self->window;
  self->window *= 2;
  nghttp2_session_set_local_window_size (session->nghttp2, NGHTTP2_FLAG_NONE, self->id,
                                         (int32_t)self->window);
}

/**
 * bulla_http2_stream_consume:
 * @self: a stream
 * @length: bytes of the body that the owner has passed on, which the server may replace by others
 */
void
bulla_http2_stream_consume (BullaHttp2Stream *self, gsize length)
{
  if (length == 0 || self->session->wire == NULL)
    return;
  self->unread -= MIN (length, self->unread);
  self->consumed += length;
  self->heard = g_get_monotonic_time ();
  self->caught_up |= self->unread == 0;
  if (nghttp2_session_consume_stream (self->session->nghttp2, self->id, length) == 0
      && self->consumed >= self->window)
    enlarge_window (self);
  if (nghttp2_session_want_write (self->session->nghttp2) != 0)
    self->session->dirty = TRUE;
}

/**
 * bulla_http2_stream_resume:
 * @self: a stream for which bytes of the request's body have arrived
 */
void
bulla_http2_stream_resume (BullaHttp2Stream *self)
{
  self->heard = g_get_monotonic_time ();
  if (self->session->wire == NULL || nghttp2_session_resume_data (self->session->nghttp2, self->id))
    return;
  self->session->dirty = TRUE;
}

/**
 * bulla_http2_stream_cancel:
 * @self: (transfer full): a stream; its owner is called no more
 *
 * Spec: RFC 9113 section 8.7: CANCEL
 */
void
bulla_http2_stream_cancel (BullaHttp2Stream *self)
{
  self->owner = NULL;
  if (self->session->wire == NULL)
    return;
  nghttp2_submit_rst_stream (self->session->nghttp2, NGHTTP2_FLAG_NONE, self->id, NGHTTP2_CANCEL);
  self->session->dirty = TRUE;
}
