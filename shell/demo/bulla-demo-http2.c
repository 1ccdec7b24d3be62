/* bulla-demo-http2.c - serves a client over HTTP/2 with the handlers of a server of libsoup
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * nghttp2 reads and writes the frames; bulla-demo-http2-request.c sends each request to the
 * server. */
#include "bulla-demo-http2.h"

#include <nghttp2/nghttp2.h>
#include <string.h>

#include "bulla-demo-http2-request.h"

#define MAX_STREAMS 100
#define WINDOW (1024 * 1024) /* bytes of bodies of requests that a client may send ahead */
#define PIECE (16 * 1024)
#define BATCH (64 * 1024) /* bytes of frames that are written together, about */

typedef struct {
  SoupServer *server;       /* owned */
  GIOStream *stream;        /* owned */
  GSocketAddress *local;    /* owned */
  GSocketAddress *remote;   /* owned */
  GCancellable *closed;     /* owned; of the front */
  nghttp2_session *session; /* owned; NULL when the connection has ended */
  GHashTable *requests;     /* owned; id -> DemoHttp2Request */
  GByteArray *frames;       /* owned; what is being written */
  gboolean writing;
  guint8 piece[PIECE];
} Client;

static void send_frames (Client *self);

static void
client_clear (gpointer data)
{
  Client *self = data;

  g_hash_table_unref (self->requests);
  g_byte_array_unref (self->frames);
  g_object_unref (self->server);
  g_object_unref (self->stream);
  g_object_unref (self->local);
  g_object_unref (self->remote);
  g_object_unref (self->closed);
}

static void
client_unref (Client *self)
{
  g_rc_box_release_full (self, client_clear);
}

/* Ends the connection; the caller has a reference. */
static void
client_end (Client *self)
{
  if (self->session == NULL)
    return;
  g_clear_pointer (&self->session, nghttp2_session_del);
  g_hash_table_remove_all (self->requests);
  g_io_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static DemoHttp2Request *
find_request (Client *self, gint32 id)
{
  return g_hash_table_lookup (self->requests, GINT_TO_POINTER (id));
}

static void
reset_stream (Client *self, gint32 id)
{
  nghttp2_submit_rst_stream (self->session, NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
}

/* --- responses */

static ssize_t
body_cb (nghttp2_session *session, int32_t id, uint8_t *buffer, size_t size, uint32_t *flags,
         nghttp2_data_source *source, void *user_data)
{
  gsize n = 0;
  DemoBodyState state =
      demo_http2_request_take_body (find_request (user_data, id), buffer, size, &n);

  if (state == DEMO_BODY_BROKEN)
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  if (state == DEMO_BODY_WHOLE)
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  else if (n == 0)
    return NGHTTP2_ERR_DEFERRED;
  return (ssize_t)n;
}

/* fields of one connection of HTTP/1.1 (RFC 9113, section 8.2.2) */
static gboolean
is_of_connection (const char *name)
{
  static const char *const NAMES[] = {"connection",        "keep-alive", "proxy-connection",
                                      "transfer-encoding", "upgrade",    NULL};

  return g_strv_contains (NAMES, name);
}

static void
add_field (GArray *fields, GPtrArray *texts, const char *name, const char *value)
{
  char *lower = g_ascii_strdown (name, -1), *copy = g_strdup (value);
  nghttp2_nv field = {(uint8_t *)lower, (uint8_t *)copy, strlen (lower), strlen (copy),
                      NGHTTP2_NV_FLAG_NONE};

  g_ptr_array_add (texts, lower);
  g_ptr_array_add (texts, copy);
  if (!is_of_connection (lower))
    g_array_append_val (fields, field);
}

static void
head_cb (gint32 id, guint status, SoupMessageHeaders *headers, gpointer user_data)
{
  Client *self = user_data;
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (nghttp2_nv));
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  nghttp2_data_provider body = {.read_callback = body_cb};
  SoupMessageHeadersIter iter;
  const char *name, *value;

  if (headers == NULL) {
    reset_stream (self, id);
    return;
  }
  g_autofree char *code = g_strdup_printf ("%u", status);
  add_field (fields, texts, ":status", code);
  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    add_field (fields, texts, name, value);
  nghttp2_submit_response (self->session, id, (nghttp2_nv *)(gpointer)fields->data, fields->len,
                           &body);
}

static void
more_body_cb (gint32 id, gpointer user_data)
{
  Client *self = user_data;

  /* fails if the response was not waiting */
  nghttp2_session_resume_data (self->session, id);
  send_frames (self);
}

static const DemoHttp2RequestFuncs REQUEST_FUNCS = {head_cb, more_body_cb};

/* --- requests */

static int
begin_cb (nghttp2_session *session, const nghttp2_frame *frame, void *user_data)
{
  Client *self = user_data;
  gint32 id = frame->hd.stream_id;

  if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
    g_hash_table_insert (self->requests, GINT_TO_POINTER (id),
                         demo_http2_request_new (id, &REQUEST_FUNCS, self));
  return 0;
}

static int
field_cb (nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
          size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags,
          void *user_data)
{
  DemoHttp2Request *request = find_request (user_data, frame->hd.stream_id);

  /* trailers are dropped */
  if (request == NULL || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
    return 0;
  return demo_http2_request_add_field (request, (const char *)name, (const char *)value)
             ? 0
             : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static int
data_cb (nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data, size_t length,
         void *user_data)
{
  DemoHttp2Request *request = find_request (user_data, id);

  if (request != NULL && !demo_http2_request_add_body (request, data, length))
    reset_stream (user_data, id);
  return 0;
}

static int
frame_cb (nghttp2_session *session, const nghttp2_frame *frame, void *user_data)
{
  Client *self = user_data;
  gint32 id = frame->hd.stream_id;
  gboolean last = (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA)
                  && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  DemoHttp2Request *request = last ? find_request (self, id) : NULL;
  g_autoptr (GError) error = NULL;

  if (request != NULL
      && !demo_http2_request_forward (request, self->server, self->local, self->remote, &error)) {
    g_printerr ("bulla-demo: %s\n", error->message);
    reset_stream (self, id);
  }
  return 0;
}

static int
end_cb (nghttp2_session *session, int32_t id, uint32_t error_code, void *user_data)
{
  Client *self = user_data;

  g_hash_table_remove (self->requests, GINT_TO_POINTER (id));
  return 0;
}

/* --- the connection */

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;

  self->writing = FALSE;
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    send_frames (self);
  else
    client_end (self);
  client_unref (self);
}

/* Writes the frames that are ready; may end the connection. */
static void
send_frames (Client *self)
{
  const uint8_t *bytes = NULL;
  ssize_t n = 0;

  if (self->session == NULL || self->writing)
    return;
  g_byte_array_set_size (self->frames, 0);
  while (self->frames->len < BATCH && (n = nghttp2_session_mem_send (self->session, &bytes)) > 0)
    g_byte_array_append (self->frames, bytes, (guint)n);
  if (self->frames->len > 0) {
    self->writing = TRUE;
    g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream),
                                     self->frames->data, self->frames->len, G_PRIORITY_DEFAULT,
                                     self->closed, written_cb, g_rc_box_acquire (self));
  } else if (n < 0
             || (!nghttp2_session_want_read (self->session)
                 && !nghttp2_session_want_write (self->session))) {
    client_end (self);
  }
}

static void read_on (Client *self);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (self->session != NULL) {
    if (n <= 0 || nghttp2_session_mem_recv (self->session, self->piece, (size_t)n) < 0)
      client_end (self);
    send_frames (self);
  }
  if (self->session != NULL)
    read_on (self);
  client_unref (self);
}

static void
read_on (Client *self)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (self->stream), self->piece, PIECE,
                             G_PRIORITY_DEFAULT, self->closed, read_cb, g_rc_box_acquire (self));
}

static void
open_session (Client *self)
{
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, MAX_STREAMS},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW},
  };
  nghttp2_session_callbacks *callbacks = NULL;

  nghttp2_session_callbacks_new (&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback (callbacks, begin_cb);
  nghttp2_session_callbacks_set_on_header_callback (callbacks, field_cb);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback (callbacks, data_cb);
  nghttp2_session_callbacks_set_on_frame_recv_callback (callbacks, frame_cb);
  nghttp2_session_callbacks_set_on_stream_close_callback (callbacks, end_cb);
  nghttp2_session_server_new (&self->session, callbacks, self);
  nghttp2_session_callbacks_del (callbacks);
  nghttp2_submit_settings (self->session, NGHTTP2_FLAG_NONE, settings, G_N_ELEMENTS (settings));
}

/**
 * demo_http2_serve:
 * @stream: a connection whose client has chosen HTTP/2
 * @local: address of the server
 * @remote: address of the client
 * @server: answers its requests
 * @closed: closes the connection when it is cancelled
 *
 * Serves the client in the thread-default main context until either side closes the connection.
 */
void
demo_http2_serve (GIOStream *stream, GSocketAddress *local, GSocketAddress *remote,
                  SoupServer *server, GCancellable *closed)
{
  Client *self = g_rc_box_new0 (Client);

  self->server = g_object_ref (server);
  self->stream = g_object_ref (stream);
  self->local = g_object_ref (local);
  self->remote = g_object_ref (remote);
  self->closed = g_object_ref (closed);
  self->frames = g_byte_array_new ();
  self->requests =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)demo_http2_request_drop);
  open_session (self);
  send_frames (self);
  read_on (self);
  client_unref (self);
}
