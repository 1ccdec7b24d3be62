/* http2-answers.c - what a server of HTTP/2 answers to each path, some of it against the rules
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "http2-peer.h"

typedef struct {
  const char *path;
  nghttp2_nv fields[3]; /* up to the first without a name */
  const char *body;
  guint32 reset; /* code of RST_STREAM after the body; 0 for the end of the stream */
} Answer;

/* nghttp2 sends what it would not accept. */
static const Answer ANSWERS[] = {
    {"/hello", {FIELD (":status", "200"), FIELD ("content-length", "5")}, "hello", 0},
    {"/endless", {FIELD (":status", "200")}, "hello", 0},
    {"/missing", {FIELD (":status", "404")}, "", 0},
    {"/reset", {FIELD (":status", "200")}, "hel", NGHTTP2_INTERNAL_ERROR},
    {"/reset-at-once", {FIELD ("", "")}, "", NGHTTP2_INTERNAL_ERROR},
    {"/reset-no-error", {FIELD (":status", "200")}, "hel", NGHTTP2_STREAM_CLOSED},
    {"/short", {FIELD (":status", "200"), FIELD ("content-length", "6")}, "hello", 0},
    {"/long", {FIELD (":status", "200"), FIELD ("content-length", "4")}, "hello", 0},
    {"/length-text", {FIELD (":status", "200"), FIELD ("content-length", "5x")}, "hello", 0},
    {"/no-status", {FIELD ("x", "y")}, "hello", 0},
    {"/bad-status", {FIELD (":status", "2x0")}, "hello", 0},
    {"/switching", {FIELD (":status", "101")}, "hello", 0},
    {"/connection", {FIELD (":status", "200"), FIELD ("connection", "close")}, "hello", 0},
    {"/chunked", {FIELD (":status", "200"), FIELD ("transfer-encoding", "chunked")}, "hello", 0},
    {"/line", {FIELD (":status", "200"), FIELD ("x", "a\r\nb: c")}, "hello", 0},
    {"/nul", {FIELD (":status", "200"), FIELD ("x", "a\0b")}, "hello", 0},
    {"/colon", {FIELD (":status", "200"), FIELD ("x:y", "z")}, "hello", 0},
    {"/keep-alive", {FIELD (":status", "200"), FIELD ("keep-alive", "timeout=5")}, "hello", 0},
    {"/upgrade", {FIELD (":status", "200"), FIELD ("upgrade", "h2c")}, "hello", 0},
    {"/proxy", {FIELD (":status", "200"), FIELD ("proxy-connection", "close")}, "hello", 0},
    {"/unknown-pseudo", {FIELD (":status", "200"), FIELD (":x", "y")}, "hello", 0},
    {"/blank-name", {FIELD (":status", "200"), FIELD ("x y", "z")}, "hello", 0},
    {"/misdirected", {FIELD (":status", "421")}, "hello", 0},
    {"/pseudo", {FIELD (":status", "200"), FIELD (":path", "/")}, "hello", 0},
};

static ssize_t
read_body_cb (nghttp2_session *session, int32_t id, uint8_t *buffer, size_t size, uint32_t *flags,
              nghttp2_data_source *source, void *user_data)
{
  Http2Stream *stream = nghttp2_session_get_stream_user_data (session, id);
  const nghttp2_nv trailer = FIELD ("x-trailer", "y");
  gsize part = MIN (size, stream->left);

  if (stream->body != NULL)
    memcpy (buffer, stream->body + stream->offset, part);
  else
    memset (buffer, 'x', part);
  stream->offset += part;
  stream->left -= part;
  if (stream->left > 0)
    return (ssize_t)part;
  *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (stream->trailers || stream->reset != 0)
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
  if (stream->trailers)
    nghttp2_submit_trailer (session, id, &trailer, 1);
  return (ssize_t)part;
}

static void
respond (Http2Peer *self, int32_t id, const nghttp2_nv *fields, gsize n, const char *body,
         gsize length)
{
  Http2Stream *stream = nghttp2_session_get_stream_user_data (self->session, id);
  const nghttp2_data_provider provider = {.read_callback = read_body_cb};

  stream->body = body;
  stream->left = length;
  nghttp2_submit_response (self->session, id, fields, n, &provider);
}

static void
respond_hello (Http2Peer *self, int32_t id)
{
  const nghttp2_nv fields[] = {FIELD (":status", "200"), FIELD ("content-type", "text/plain")};

  respond (self, id, fields, 2, "hello", 5);
}

/* A response with many fields, or large ones. */
static void
respond_fields (Http2Peer *self, int32_t id, guint n, gsize size)
{
  g_autofree nghttp2_nv *fields = g_new0 (nghttp2_nv, n + 1);
  g_autofree char *value = g_strnfill (size, 'v');

  fields[0] = (nghttp2_nv)FIELD (":status", "200");
  for (guint i = 1; i <= n; i++)
    fields[i] =
        (nghttp2_nv){(guint8 *)"x-field", (guint8 *)value, 7, size, NGHTTP2_NV_FLAG_NO_INDEX};
  respond (self, id, fields, n + 1, "hello", 5);
}

/* Reports the length of the upload. */
static void
respond_length (Http2Peer *self, int32_t id, Http2Stream *stream)
{
  const nghttp2_nv fields[] = {FIELD (":status", "200")};

  stream->text = g_strdup_printf ("%" G_GUINT64_FORMAT, stream->received);
  respond (self, id, fields, 1, stream->text, strlen (stream->text));
}

/* A whole response, after which the connection ends. */
static void
respond_early (Http2Peer *self, int32_t id)
{
  const nghttp2_nv fields[] = {FIELD (":status", "413"), FIELD ("content-length", "5")};

  respond (self, id, fields, 2, "large", 5);
  http2_peer_flush (self);
  self->over = TRUE;
}

/* Says that the connection ends, for requests after @last. */
static void
send_goaway (Http2Peer *self, int32_t last)
{
  nghttp2_submit_goaway (self->session, NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, NULL, 0);
}

/* Answers the paths after which the connection ends. Returns: whether @path is one of them */
static gboolean
answer_last (Http2Peer *self, int32_t id, const char *path, Http2Stream *stream)
{
  gboolean closes = g_str_equal (path, "/goaway-close");

  if (g_str_equal (path, "/last")) {
    send_goaway (self, id);
    respond_hello (self, id);
  } else if (closes || g_str_equal (path, "/goaway")) { /* leaves out this request */
    gboolean leaves = g_atomic_int_add (&self->server->n_refused, -1) > 0;
    if (leaves)
      send_goaway (self, id - 2);
    else
      respond_length (self, id, stream);
    http2_peer_flush (self);
    self->over |= leaves && closes;
  } else if (g_str_equal (path, "/early")) { /* before the request is complete */
    respond_early (self, id);
  } else {
    return FALSE;
  }
  return TRUE;
}

static void
answer_with_number (Http2Peer *self, int32_t id, const char *path)
{
  const nghttp2_nv fields[] = {FIELD (":status", "200")};

  respond (self, id, fields, 1, NULL, (gsize)g_ascii_strtoull (path, NULL, 10));
}

void
http2_peer_answer (Http2Peer *self, int32_t id)
{
  Http2Stream *stream = nghttp2_session_get_stream_user_data (self->session, id);

  const nghttp2_nv hints[] = {FIELD (":status", "103"), FIELD ("link", "<x>")};

  if (stream == NULL) /* it was reset meanwhile */
    return;
  const char *path = stream->path;
  g_atomic_int_inc (&self->server->n_requests);
  for (guint i = 0; i < G_N_ELEMENTS (ANSWERS); i++)
    if (g_str_equal (path, ANSWERS[i].path)) {
      gsize n = 0;
      while (n < 3 && ANSWERS[i].fields[n].namelen > 0)
        n++;
      stream->reset = ANSWERS[i].reset;
      if (n > 0)
        respond (self, id, ANSWERS[i].fields, n, ANSWERS[i].body, strlen (ANSWERS[i].body));
      http2_peer_flush (self);
      if (stream->reset != 0)
        nghttp2_submit_rst_stream (self->session, NGHTTP2_FLAG_NONE, id, stream->reset);
      return;
    }
  if (answer_last (self, id, path, stream))
    return;
  if (g_str_has_prefix (path, "/bytes/")) {
    answer_with_number (self, id, path + 7);
  } else if (g_str_equal (path, "/refuse")) {
    if (g_atomic_int_add (&self->server->n_refused, -1) > 0)
      nghttp2_submit_rst_stream (self->session, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
    else
      respond_hello (self, id);
  } else if (g_str_equal (path, "/vanish")) {
    self->over = g_atomic_int_add (&self->server->n_refused, -1) > 0;
    if (!self->over)
      respond_hello (self, id);
  } else if (g_str_equal (path, "/hints")) {
    nghttp2_submit_headers (self->session, NGHTTP2_FLAG_NONE, id, NULL, hints, 2, NULL);
    respond_hello (self, id);
  } else if (g_str_equal (path, "/trailers")) {
    stream->trailers = TRUE;
    respond_hello (self, id);
  } else if (g_str_equal (path, "/many-fields")) {
    respond_fields (self, id, 1100, 1);
  } else if (g_str_equal (path, "/large-fields")) {
    respond_fields (self, id, 20, 15000);
  } else if (g_str_equal (path, "/upload")) {
    respond_length (self, id, stream);
  } else if (!g_str_equal (path, "/silent") && !http2_peer_misbehave (self, id, path)) {
    respond_hello (self, id);
  }
}
