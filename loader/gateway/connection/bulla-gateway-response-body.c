/* bulla-gateway-response-body.c - reads the body of a server's response from a raw connection
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads from the connection only as fast as the body is consumed. The body ends where its
 * framing says, or with an error. */
#include "bulla-gateway-response-body.h"

#include "bulla-chunks.h"
#include "bulla-pipe.h"

#define BODY_KEY "bulla-gateway-body"
#define AHEAD_MAX 65536 /* most bytes buffered for a slow reader */
#define CHUNK_SIZE 16384

typedef struct {
  BullaPipe *pipe;           /* borrowed; owns this body */
  GIOStream *server;         /* owned */
  GCancellable *cancellable; /* owned */
  SoupEncoding encoding;
  goffset left;       /* bytes still to be read, if there is a Content-Length */
  BullaChunks chunks; /* decoder, if the body is chunked */
  gboolean paused, over;
} Body;

static void
body_free (gpointer data)
{
  Body *self = data;

  g_object_unref (self->server);
  g_object_unref (self->cancellable);
  g_free (self);
}

static void read_more (Body *self);

static void
body_end (Body *self, gboolean whole)
{
  self->over = TRUE;
  if (whole)
    bulla_pipe_end (self->pipe);
  else
    bulla_pipe_break (self->pipe);
}

/* Keeps the bytes that follow the body out of it. */
static void
take_piece (Body *self, GBytes *bytes)
{
  gsize size = 0;
  g_autofree guint8 *data = g_bytes_unref_to_data (g_bytes_ref (bytes), &size);

  if (self->encoding == SOUP_ENCODING_CHUNKED)
    bulla_chunks_filter (&self->chunks, data, size, &size);
  if (self->encoding == SOUP_ENCODING_CONTENT_LENGTH)
    size = MIN (size, (guint64)self->left);
  self->left -= (goffset)size;
  g_autoptr (GBytes) part = g_bytes_new_take (g_steal_pointer (&data), size);
  self->paused = bulla_pipe_push (self->pipe, part) > AHEAD_MAX;
  if (self->encoding == SOUP_ENCODING_CONTENT_LENGTH ? self->left == 0
                                                     : self->chunks.state == BULLA_CHUNKS_OVER)
    body_end (self, TRUE);
  else if (self->chunks.state == BULLA_CHUNKS_FAULTY)
    body_end (self, FALSE);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaPipe) pipe = user_data;
  Body *self = g_object_get_data (G_OBJECT (pipe), BODY_KEY);
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, NULL);

  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    body_end (self, bytes != NULL && self->encoding == SOUP_ENCODING_EOF);
  else
    take_piece (self, bytes);
  if (!self->over && !self->paused)
    read_more (self);
}

/* A pending read holds a reference to the pipe; a paused body is freed with its reader. */
static void
read_more (Body *self)
{
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (self->server), CHUNK_SIZE,
                                   G_PRIORITY_DEFAULT, self->cancellable, read_cb,
                                   g_object_ref (self->pipe));
}

static void
drained_cb (BullaPipe *pipe, gpointer user_data)
{
  Body *self = user_data;

  if (!self->paused)
    return;
  self->paused = FALSE;
  read_more (self);
}

/**
 * bulla_gateway_body_new:
 * @server: the connection on which the response arrives
 * @answer: the response, with its header fields
 * @none: whether the response has no body, whatever its header fields say
 * @ahead: bytes after the header fields that were already read
 * @cancellable: cancels reading
 *
 * Returns: (transfer full): the body with its chunks decoded; reading fails if the body is cut
 *   short
 */
GInputStream *
bulla_gateway_body_new (GIOStream *server, BullaHttpMessage *answer, gboolean none, GBytes *ahead,
                        GCancellable *cancellable)
{
  SoupMessageHeaders *headers = bulla_http_message_get_response_headers (answer);
  Body *self = g_new0 (Body, 1);

  self->pipe = bulla_pipe_new ();
  self->server = g_object_ref (server);
  self->cancellable = g_object_ref (cancellable);
  self->encoding = soup_message_headers_get_encoding (headers);
  self->left = soup_message_headers_get_content_length (headers);
  g_object_set_data_full (G_OBJECT (self->pipe), BODY_KEY, self, body_free);
  g_signal_connect (self->pipe, "drained", G_CALLBACK (drained_cb), self);
  if (none)
    body_end (self, TRUE);
  else
    take_piece (self, ahead);
  if (!self->over && !self->paused)
    read_more (self);
  return G_INPUT_STREAM (self->pipe);
}
