/* h2-kit.c - a client of the gateway that speaks HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "h2-kit.h"

#include <string.h>

#include "bulla-main-loop-source.h"
#include "wire-kit.h"

#define READ_SIZE 16384
#define AHEAD_MAX 65536 /* bytes that are framed before the socket takes them */

static gboolean writable_cb (GObject *output, gpointer user_data);

static void
h2_answer_free (gpointer data)
{
  H2Answer *self = data;

  g_string_free (self->interims, TRUE);
  g_hash_table_unref (self->headers);
  g_string_free (self->body, TRUE);
  g_free (self);
}

static H2Answer *
find_answer (nghttp2_session *protocol, int32_t id)
{
  return nghttp2_session_get_stream_user_data (protocol, id);
}

/* --- what nghttp2 reports */

static int
header_cb (nghttp2_session *protocol, const nghttp2_frame *frame, const uint8_t *name,
           size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags,
           void *user_data)
{
  H2Answer *answer = find_answer (protocol, frame->hd.stream_id);

  if (answer != NULL)
    g_hash_table_replace (answer->headers, g_strndup ((const char *)name, name_length),
                          g_strndup ((const char *)value, value_length));
  return 0;
}

static void
take_head (H2Answer *answer)
{
  const char *status = g_hash_table_lookup (answer->headers, ":status");

  if (status == NULL || answer->status != 0)
    return;
  answer->status = (guint)g_ascii_strtoull (status, NULL, 10);
  if (answer->status >= 200)
    return;
  g_string_append_printf (answer->interims, "%u ", answer->status);
  g_hash_table_remove_all (answer->headers);
  answer->status = 0;
}

static int
frame_cb (nghttp2_session *protocol, const nghttp2_frame *frame, void *user_data)
{
  H2Client *self = user_data;
  H2Answer *answer = find_answer (protocol, frame->hd.stream_id);

  if (frame->hd.type == NGHTTP2_HEADERS && answer != NULL)
    take_head (answer);
  if (frame->hd.type == NGHTTP2_GOAWAY) {
    self->left = TRUE;
    self->goaway = frame->goaway.error_code;
  }
  if (frame->hd.type == NGHTTP2_SETTINGS && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0)
    self->streams_max =
        nghttp2_session_get_remote_settings (protocol, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  return 0;
}

static int
data_cb (nghttp2_session *protocol, uint8_t flags, int32_t id, const uint8_t *bytes, size_t length,
         void *user_data)
{
  H2Answer *answer = find_answer (protocol, id);

  nghttp2_session_consume_connection (protocol, length);
  if (answer == NULL)
    return 0;
  answer->n_received += length;
  if (answer->body->len < AHEAD_MAX)
    g_string_append_len (answer->body, (const char *)bytes, (gssize)length);
  if (!answer->holds)
    nghttp2_session_consume_stream (protocol, id, length);
  return 0;
}

static int
close_cb (nghttp2_session *protocol, int32_t id, uint32_t code, void *user_data)
{
  H2Answer *answer = find_answer (protocol, id);

  if (answer == NULL)
    return 0;
  answer->closed = TRUE;
  answer->code = code;
  return 0;
}

static ssize_t
fill_cb (nghttp2_session *protocol, int32_t id, uint8_t *buffer, size_t size, uint32_t *flags,
         nghttp2_data_source *source, void *user_data)
{
  H2Answer *answer = source->ptr;
  gsize length = MIN (size, answer->n_filling);

  if (length == 0 && answer->endless)
    return NGHTTP2_ERR_DEFERRED;
  memset (buffer, 'x', length);
  answer->n_filling -= length;
  answer->n_filled += length;
  if (answer->n_filling == 0 && !answer->endless)
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  return (ssize_t)length;
}

/* --- reading and writing */

static void
write_out (H2Client *self)
{
  GPollableOutputStream *out =
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream));

  while (self->out->len > 0) {
    gssize wrote = g_pollable_output_stream_write_nonblocking (out, self->out->data, self->out->len,
                                                               NULL, NULL);
    if (wrote <= 0)
      return;
    g_byte_array_remove_range (self->out, 0, (guint)wrote);
  }
}

void
h2_client_flush (H2Client *self)
{
  const uint8_t *bytes = NULL;
  ssize_t length = 1;

  if (self->ended)
    return;
  while (length > 0) {
    write_out (self);
    if (self->out->len >= AHEAD_MAX)
      break;
    length = nghttp2_session_mem_send (self->protocol, &bytes);
    g_assert_cmpint (length, >=, 0);
    g_byte_array_append (self->out, bytes, (guint)length);
  }
  if (self->out->len == 0 || self->writable != NULL)
    return;
  self->writable = g_pollable_output_stream_create_source (
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream)), NULL);
  g_source_set_callback (self->writable, G_SOURCE_FUNC (writable_cb), self, NULL);
  g_source_attach (self->writable, NULL);
}

static gboolean
writable_cb (GObject *output, gpointer user_data)
{
  H2Client *self = user_data;

  bulla_clear_source (&self->writable);
  h2_client_flush (self);
  return G_SOURCE_REMOVE;
}

void
h2_client_say (H2Client *self, const void *bytes, gsize length)
{
  g_byte_array_append (self->out, bytes, (guint)length);
  h2_client_flush (self);
}

static gboolean
readable_cb (GObject *input, gpointer user_data)
{
  H2Client *self = user_data;
  guint8 bytes[READ_SIZE];
  g_autoptr (GError) error = NULL;
  gssize got = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), bytes,
                                                         sizeof bytes, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  if (got <= 0) {
    self->ended = TRUE;
    return G_SOURCE_REMOVE;
  }
  g_assert_cmpint (nghttp2_session_mem_recv (self->protocol, bytes, (size_t)got), ==, got);
  h2_client_flush (self);
  return G_SOURCE_CONTINUE;
}

/* --- the client */

static nghttp2_session *
make_protocol (H2Client *self)
{
  nghttp2_session_callbacks *callbacks = NULL;
  nghttp2_option *option = NULL;
  nghttp2_session *protocol = NULL;

  nghttp2_session_callbacks_new (&callbacks);
  nghttp2_session_callbacks_set_on_header_callback (callbacks, header_cb);
  nghttp2_session_callbacks_set_on_frame_recv_callback (callbacks, frame_cb);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback (callbacks, data_cb);
  nghttp2_session_callbacks_set_on_stream_close_callback (callbacks, close_cb);
  nghttp2_option_new (&option);
  nghttp2_option_set_no_auto_window_update (option, 1);
  nghttp2_option_set_peer_max_concurrent_streams (option, 10000);
  g_assert_cmpint (nghttp2_session_client_new2 (&protocol, callbacks, self, option), ==, 0);
  nghttp2_option_del (option);
  nghttp2_session_callbacks_del (callbacks);
  return protocol;
}

H2Client *
h2_client_new (GatewayWorld *world, const char *host, guint port)
{
  static const char *const PROTOCOLS[] = {"h2", "http/1.1", NULL};
  H2Client *self = g_new0 (H2Client, 1);

  self->stream =
      wire_kit_start_tls_for (world, wire_kit_tunnel (world, host, port), host, PROTOCOLS);
  g_assert_cmpstr (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (self->stream)), ==,
                   "h2");
  self->authority = g_strdup_printf ("%s:%u", host, port);
  self->out = g_byte_array_new ();
  self->answers = g_ptr_array_new_with_free_func (h2_answer_free);
  self->protocol = make_protocol (self);
  self->readable = g_pollable_input_stream_create_source (
      G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->stream)), NULL);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->readable, NULL);
  nghttp2_submit_settings (self->protocol, NGHTTP2_FLAG_NONE, NULL, 0);
  nghttp2_session_set_local_window_size (self->protocol, NGHTTP2_FLAG_NONE, 0, 1 << 24);
  h2_client_flush (self);
  return self;
}

void
h2_client_vanish (H2Client *self)
{
  g_autoptr (GIOStream) base = NULL;

  g_object_get (self->stream, "base-io-stream", &base, NULL);
  bulla_clear_source (&self->readable);
  bulla_clear_source (&self->writable);
  self->ended = TRUE;
  g_socket_close (g_socket_connection_get_socket (G_SOCKET_CONNECTION (base)), NULL);
}

void
h2_client_free (H2Client *self)
{
  h2_client_vanish (self);
  g_object_unref (self->stream);
  nghttp2_session_del (self->protocol);
  g_byte_array_unref (self->out);
  g_ptr_array_unref (self->answers);
  g_free (self->authority);
  g_free (self);
}

static H2Answer *
submit (H2Client *self, GArray *pairs, gsize filling, gboolean endless)
{
  H2Answer *answer = g_new0 (H2Answer, 1);
  const nghttp2_data_provider source = {.source.ptr = answer, .read_callback = fill_cb};
  gboolean body = filling > 0 || endless;

  answer->interims = g_string_new (NULL);
  answer->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  answer->body = g_string_new (NULL);
  answer->n_filling = filling;
  answer->endless = endless;
  g_ptr_array_add (self->answers, answer);
  answer->id = nghttp2_submit_request (self->protocol, NULL, (nghttp2_nv *)pairs->data, pairs->len,
                                       body ? &source : NULL, answer);
  g_assert_cmpint (answer->id, >, 0);
  h2_client_flush (self);
  return answer;
}

static void
append_pairs (GArray *pairs, const char *const *texts)
{
  for (; texts != NULL && texts[0] != NULL; texts += 2) {
    const nghttp2_nv pair = {.name = (uint8_t *)texts[0],
                             .value = (uint8_t *)texts[1],
                             .namelen = strlen (texts[0]),
                             .valuelen = strlen (texts[1])};
    g_array_append_val (pairs, pair);
  }
}

static H2Answer *
ask_host (H2Client *self, const char *method, const char *path, const char *const *fields,
          gsize filling)
{
  const char *const texts[] = {":method", method,       ":scheme",       "https", ":path",
                               path,      ":authority", self->authority, NULL};
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (nghttp2_nv));

  append_pairs (pairs, texts);
  append_pairs (pairs, fields);
  return submit (self, pairs, filling, FALSE);
}

H2Answer *
h2_client_ask (H2Client *self, const char *method, const char *path, const char *const *fields)
{
  return ask_host (self, method, path, fields, 0);
}

H2Answer *
h2_client_post (H2Client *self, const char *path, gsize length, const char *const *fields)
{
  return ask_host (self, "POST", path, fields, length);
}

H2Answer *
h2_client_ask_with (H2Client *self, const char *const *texts, gboolean ended)
{
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (nghttp2_nv));

  append_pairs (pairs, texts);
  return submit (self, pairs, 0, !ended);
}

void
h2_client_reset (H2Client *self, H2Answer *answer, guint32 code)
{
  nghttp2_submit_rst_stream (self->protocol, NGHTTP2_FLAG_NONE, answer->id, code);
  h2_client_flush (self);
}

void
h2_client_let_go (H2Client *self, H2Answer *answer)
{
  answer->holds = FALSE;
  nghttp2_session_consume_stream (self->protocol, answer->id, answer->n_received);
  h2_client_flush (self);
}

void
h2_client_finish (H2Answer *answer)
{
  test_wait (&answer->closed);
}

void
h2_client_wait_end (H2Client *self)
{
  test_wait (&self->ended);
}
