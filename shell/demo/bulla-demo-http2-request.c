/* bulla-demo-http2-request.c - one request over HTTP/2, answered by a server of libsoup
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The server, which has no HTTP/2, reads the request as one of HTTP/1.1 from one end of a pair of
 * sockets, and closes it after the response. */
#include "bulla-demo-http2-request.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bulla-chunks.h"

#define MAX_HEAD (64 * 1024)        /* bytes of the fields of a request, or of a response's head */
#define MAX_BODY (16 * 1024 * 1024) /* bytes of the body of a request */
#define MAX_READY (64 * 1024)       /* bytes of a response that wait for the client */
#define PIECE (16 * 1024)

struct _DemoHttp2Request {
  const DemoHttp2RequestFuncs *funcs; /* static */
  gpointer user_data;                 /* borrowed; NULL after the request was dropped */
  gint32 id;
  char *method, *path;   /* owned; NULL before they came */
  GString *fields;       /* owned; lines of the request's head */
  GString *cookies;      /* owned; value of its Cookie field; several fields are joined */
  GByteArray *body;      /* owned; body of the request */
  GIOStream *inside;     /* owned; the client's end of the pair; NULL before it is forwarded */
  GCancellable *dropped; /* owned */
  GByteArray *ready;     /* owned; the head of the response, then its body */
  gint64 left;           /* bytes of the body that are still missing; -1 if not known */
  gboolean chunked;      /* the body of the response is chunked */
  BullaChunks chunks;    /* its framing */
  gboolean answered, reading, ended;
  guint8 piece[PIECE];
};

static void read_on (DemoHttp2Request *self);

/* @user_data: what @funcs are called with; until the request is dropped
 *
 * Returns: (transfer full): a request without fields; free it with demo_http2_request_drop() */
DemoHttp2Request *
demo_http2_request_new (gint32 id, const DemoHttp2RequestFuncs *funcs, gpointer user_data)
{
  DemoHttp2Request *self = g_rc_box_new0 (DemoHttp2Request);

  self->id = id;
  self->funcs = funcs;
  self->user_data = user_data;
  self->fields = g_string_new (NULL);
  self->cookies = g_string_new (NULL);
  self->body = g_byte_array_new ();
  self->ready = g_byte_array_new ();
  self->dropped = g_cancellable_new ();
  self->left = -1;
  return self;
}

static void
request_clear (gpointer data)
{
  DemoHttp2Request *self = data;

  g_free (self->method);
  g_free (self->path);
  g_string_free (self->fields, TRUE);
  g_string_free (self->cookies, TRUE);
  g_byte_array_unref (self->body);
  g_byte_array_unref (self->ready);
  g_clear_object (&self->inside);
  g_object_unref (self->dropped);
}

static void
request_unref (DemoHttp2Request *self)
{
  g_rc_box_release_full (self, request_clear);
}

/* The client takes no more of the response. */
void
demo_http2_request_drop (DemoHttp2Request *self)
{
  self->user_data = NULL;
  g_cancellable_cancel (self->dropped);
  request_unref (self);
}

/* Adds a field or a pseudo-header field of RFC 9113, section 8.3.1. nghttp2 has checked both texts.
 *
 * Returns: whether the fields are still short enough */
gboolean
demo_http2_request_add_field (DemoHttp2Request *self, const char *name, const char *value)
{
  if (g_str_equal (name, ":method"))
    self->method = g_strdup (value);
  else if (g_str_equal (name, ":path"))
    self->path = g_strdup (value);
  else if (g_str_equal (name, ":authority"))
    g_string_append_printf (self->fields, "Host: %s\r\n", value);
  else if (g_str_equal (name, "cookie")) /* section 8.2.3 */
    g_string_append_printf (self->cookies, "%s%s", self->cookies->len > 0 ? "; " : "", value);
  else if (*name != ':' && !g_str_equal (name, "expect") && !g_str_equal (name, "content-length"))
    g_string_append_printf (self->fields, "%s: %s\r\n", name, value);
  return self->fields->len + self->cookies->len <= MAX_HEAD;
}

/* Returns: whether the body is still short enough */
gboolean
demo_http2_request_add_body (DemoHttp2Request *self, const guint8 *bytes, gsize size)
{
  if (size > MAX_BODY - self->body->len)
    return FALSE;
  g_byte_array_append (self->body, bytes, (guint)size);
  return TRUE;
}

/* --- the response */

static gboolean
has_body (DemoHttp2Request *self, guint status)
{
  return !g_str_equal (self->method, "HEAD") && status != SOUP_STATUS_NO_CONTENT
         && status != SOUP_STATUS_NOT_MODIFIED;
}

/* Removes the framing of a chunked body from the bytes after the first @start. */
static void
unframe (DemoHttp2Request *self, guint start)
{
  gsize kept = 0;

  if (!self->chunked)
    return;
  bulla_chunks_filter (&self->chunks, self->ready->data + start, self->ready->len - start, &kept);
  g_byte_array_set_size (self->ready, start + (guint)kept);
  if (self->chunks.state == BULLA_CHUNKS_OVER)
    self->left = 0;
}

/* Reads the head of the response once all of it has come. */
static void
parse_head (DemoHttp2Request *self)
{
  static const char END[] = "\r\n\r\n";
  const char *text = (const char *)self->ready->data;
  const char *end = text != NULL ? g_strstr_len (text, self->ready->len, END) : NULL;
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  guint status = 0;

  if (end == NULL && !self->ended && self->ready->len < MAX_HEAD)
    return;
  self->answered = TRUE;
  if (end == NULL
      || !soup_headers_parse_response (text, (int)(end - text) + 2, headers, NULL, &status, NULL)) {
    self->funcs->head (self->id, 0, NULL, self->user_data);
    return;
  }
  if (!has_body (self, status))
    self->left = 0;
  else if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    self->left = soup_message_headers_get_content_length (headers);
  self->chunked = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED;
  g_byte_array_remove_range (self->ready, 0, (guint)(end - text) + strlen (END));
  unframe (self, 0);
  self->funcs->head (self->id, status, headers, self->user_data);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DemoHttp2Request *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  self->reading = FALSE;
  if (self->user_data != NULL) {
    self->ended = n <= 0;
    if (n > 0)
      g_byte_array_append (self->ready, self->piece, (guint)n);
    if (!self->answered)
      parse_head (self);
    else if (n > 0)
      unframe (self, self->ready->len - (guint)n);
  }
  if (self->user_data != NULL && self->answered)
    self->funcs->body (self->id, self->user_data);
  if (self->user_data != NULL)
    read_on (self);
  request_unref (self);
}

static void
read_on (DemoHttp2Request *self)
{
  if (self->reading || self->ended || self->ready->len >= MAX_READY)
    return;
  self->reading = TRUE;
  g_input_stream_read_async (g_io_stream_get_input_stream (self->inside), self->piece, PIECE,
                             G_PRIORITY_DEFAULT, self->dropped, read_cb, g_rc_box_acquire (self));
}

/**
 * demo_http2_request_take_body:
 * @buffer: (out caller-allocates): receives the next bytes of the body
 * @size: bytes that it can take
 * @taken: (out): bytes that it has received; may be 0
 */
DemoBodyState
demo_http2_request_take_body (DemoHttp2Request *self, guint8 *buffer, gsize size, gsize *taken)
{
  guint n = (guint)MIN (size, self->ready->len);

  if (n > 0) {
    memcpy (buffer, self->ready->data, n);
    g_byte_array_remove_range (self->ready, 0, n);
    self->left -= self->left >= 0 ? MIN ((gint64)n, self->left) : 0;
    read_on (self);
  }
  *taken = n;
  if (self->left == 0 && self->ready->len == 0)
    return DEMO_BODY_WHOLE;
  if (!self->ended || self->ready->len > 0)
    return DEMO_BODY_MORE;
  return self->left > 0 || self->chunked ? DEMO_BODY_BROKEN : DEMO_BODY_WHOLE;
}

/* --- the request */

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  /* if it fails, the server has closed its end, and the response ends too */
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  request_unref (user_data);
}

/* Writes the head of the request before its body. */
static void
frame_request (DemoHttp2Request *self)
{
  g_autoptr (GString) head = g_string_new (NULL);

  g_string_printf (head, "%s %s HTTP/1.1\r\nConnection: close\r\n%s", self->method, self->path,
                   self->fields->str);
  if (self->cookies->len > 0)
    g_string_append_printf (head, "Cookie: %s\r\n", self->cookies->str);
  if (self->body->len > 0)
    g_string_append_printf (head, "Content-Length: %u\r\n", self->body->len);
  g_string_append (head, "\r\n");
  g_byte_array_prepend (self->body, (guint8 *)head->str, (guint)head->len);
}

/* Returns: (transfer full) (nullable) */
static GIOStream *
open_end (int fd, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, error);

  if (socket == NULL) {
    close (fd);
    return NULL;
  }
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

/**
 * demo_http2_request_forward:
 * @local: what the server sees as its own address
 * @remote: what the server sees as the client's address
 *
 * Sends a request that has come completely to @server.
 */
gboolean
demo_http2_request_forward (DemoHttp2Request *self, SoupServer *server, GSocketAddress *local,
                            GSocketAddress *remote, GError **error)
{
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
    return FALSE;
  }
  g_autoptr (GIOStream) outside = open_end (fds[0], error);
  self->inside = open_end (fds[1], outside != NULL ? error : NULL);
  if (outside == NULL || self->inside == NULL
      || !soup_server_accept_iostream (server, outside, local, remote, error))
    return FALSE;
  frame_request (self);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->inside), self->body->data,
                                   self->body->len, G_PRIORITY_DEFAULT, self->dropped, written_cb,
                                   g_rc_box_acquire (self));
  read_on (self);
  return TRUE;
}
