/* bulla-request-stream.c - a client's connection, of which one request can be read
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * libsoup reads ahead. What it gets to read here ends where the request does, so that the bytes of
 * the next one stay in the connection, whoever reads that one. Closing the stream closes nothing:
 * the connection outlives its requests. */
#include "bulla-request-stream.h"

#include <string.h>

#include "bulla-chunks.h"

#define BULLA_TYPE_REQUEST_INPUT (bulla_request_input_get_type ())
G_DECLARE_FINAL_TYPE (BullaRequestInput, bulla_request_input, BULLA, REQUEST_INPUT, GInputStream)

struct _BullaRequestInput {
  GInputStream parent_instance;
  GInputStream *base; /* owned */
  GByteArray *ahead;  /* owned; bytes that come before those of @base; shared with the connection */
  goffset left;       /* how many bytes may be read before the chunks; -1: all of them */
  gboolean chunked;   /* then a body in chunks follows */
  BullaChunks chunks;
};

struct _BullaRequestStream {
  GIOStream parent_instance;
  GIOStream *base;               /* owned */
  BullaRequestInput *input;      /* owned */
  BullaRequestStreamFunc closed; /* nullable */
  gpointer closed_data;          /* borrowed */
};

static void bulla_request_input_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaRequestInput, bulla_request_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      bulla_request_input_pollable_init))
G_DEFINE_FINAL_TYPE (BullaRequestStream, bulla_request_stream, G_TYPE_IO_STREAM)

/* --- reading */

static gboolean
bulla_request_input_is_over (BullaRequestInput *self)
{
  return self->left == 0 && (!self->chunked || self->chunks.state == BULLA_CHUNKS_OVER);
}

/* of @ahead, or of the connection; the number of bytes, 0 at the end of the connection */
static gssize
bulla_request_input_fetch (BullaRequestInput *self, void *buffer, gsize count, gboolean blocking,
                           GCancellable *cancellable, GError **error)
{
  gsize taken = MIN (count, self->ahead->len);

  if (taken == 0)
    return g_pollable_stream_read (self->base, buffer, count, blocking, cancellable, error);
  memcpy (buffer, self->ahead->data, taken);
  g_byte_array_remove_range (self->ahead, 0, taken);
  return taken;
}

/* what comes behind the chunks goes back, for whoever reads the next request */
static gssize
bulla_request_input_read_chunks (BullaRequestInput *self, void *buffer, gsize count,
                                 gboolean blocking, GCancellable *cancellable, GError **error)
{
  gsize kept = 0;

  while (kept == 0) {
    gssize got = bulla_request_input_fetch (self, buffer, count, blocking, cancellable, error);
    if (got <= 0)
      return got;
    gsize used = bulla_chunks_filter (&self->chunks, buffer, got, &kept);
    if (self->chunks.state == BULLA_CHUNKS_FAULTY) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the chunks are malformed");
      return -1;
    }
    g_byte_array_prepend (self->ahead, (const guint8 *)buffer + used, got - used);
  }
  return kept;
}

/* @blocking: wait for bytes; at the end of the request there is nothing to wait for */
static gssize
bulla_request_input_read_any (BullaRequestInput *self, void *buffer, gsize count, gboolean blocking,
                              GCancellable *cancellable, GError **error)
{
  if (count > 0 && self->left == 0 && self->chunked && self->chunks.state != BULLA_CHUNKS_OVER)
    return bulla_request_input_read_chunks (self, buffer, count, blocking, cancellable, error);
  if (self->left >= 0)
    count = MIN (count, (guint64)self->left);
  if (count == 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "the request is over");
    return -1;
  }
  gssize got = bulla_request_input_fetch (self, buffer, count, blocking, cancellable, error);
  if (got > 0 && self->left > 0)
    self->left -= got;
  return got;
}

static gssize
bulla_request_input_read (GInputStream *stream, void *buffer, gsize count,
                          GCancellable *cancellable, GError **error)
{
  return bulla_request_input_read_any (BULLA_REQUEST_INPUT (stream), buffer, count, TRUE,
                                       cancellable, error);
}

static gssize
bulla_request_input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count,
                                      GError **error)
{
  return bulla_request_input_read_any (BULLA_REQUEST_INPUT (stream), buffer, count, FALSE, NULL,
                                       error);
}

static gboolean
bulla_request_input_is_readable (GPollableInputStream *stream)
{
  BullaRequestInput *self = BULLA_REQUEST_INPUT (stream);

  return !bulla_request_input_is_over (self)
         && (self->ahead->len > 0
             || g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (self->base)));
}

static GSource *
bulla_request_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  BullaRequestInput *self = BULLA_REQUEST_INPUT (stream);
  GSource *source = g_pollable_source_new (G_OBJECT (stream));
  GPollableInputStream *base = G_POLLABLE_INPUT_STREAM (self->base);
  g_autoptr (GSource) child = NULL;

  if (bulla_request_input_is_over (self)) /* never, but for @cancellable */
    child = g_cancellable_source_new (cancellable);
  else if (self->ahead->len > 0)
    child = g_timeout_source_new (0);
  else
    child = g_pollable_input_stream_create_source (base, cancellable);
  g_source_set_dummy_callback (child);
  g_source_add_child_source (source, child);
  return source;
}

static void
bulla_request_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = bulla_request_input_is_readable;
  iface->read_nonblocking = bulla_request_input_read_nonblocking;
  iface->create_source = bulla_request_input_create_source;
}

static void
bulla_request_input_finalize (GObject *object)
{
  BullaRequestInput *self = BULLA_REQUEST_INPUT (object);

  g_object_unref (self->base);
  g_byte_array_unref (self->ahead);
  G_OBJECT_CLASS (bulla_request_input_parent_class)->finalize (object);
}

static void
bulla_request_input_class_init (BullaRequestInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_request_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = bulla_request_input_read;
}

static void
bulla_request_input_init (BullaRequestInput *self)
{
}

/* --- the pair */

static GInputStream *
bulla_request_stream_get_input (GIOStream *stream)
{
  return G_INPUT_STREAM (BULLA_REQUEST_STREAM (stream)->input);
}

static GOutputStream *
bulla_request_stream_get_output (GIOStream *stream)
{
  return g_io_stream_get_output_stream (BULLA_REQUEST_STREAM (stream)->base);
}

static gboolean
bulla_request_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  BullaRequestStream *self = BULLA_REQUEST_STREAM (stream);
  BullaRequestStreamFunc closed = self->closed;

  self->closed = NULL;
  if (closed != NULL)
    closed (self->closed_data);
  return TRUE;
}

static void
bulla_request_stream_finalize (GObject *object)
{
  BullaRequestStream *self = BULLA_REQUEST_STREAM (object);

  g_object_unref (self->input);
  g_object_unref (self->base);
  G_OBJECT_CLASS (bulla_request_stream_parent_class)->finalize (object);
}

static void
bulla_request_stream_class_init (BullaRequestStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_request_stream_finalize;
  G_IO_STREAM_CLASS (klass)->get_input_stream = bulla_request_stream_get_input;
  G_IO_STREAM_CLASS (klass)->get_output_stream = bulla_request_stream_get_output;
  G_IO_STREAM_CLASS (klass)->close_fn = bulla_request_stream_close;
}

static void
bulla_request_stream_init (BullaRequestStream *self)
{
}

/**
 * bulla_request_stream_new:
 * @base: the connection
 * @ahead: bytes that were read from @base already; what is read here is taken from them
 * @limit: how many bytes the request has, in @ahead and @base; those of chunks are not counted
 * @chunked: a body in chunks follows, which is read without extensions and trailer fields; reading
 *   fails with %G_IO_ERROR_INVALID_DATA where they are malformed
 *
 * Returns: (transfer full): a stream of these bytes, which writes to @base
 */
GIOStream *
bulla_request_stream_new (GIOStream *base, GByteArray *ahead, goffset limit, gboolean chunked)
{
  BullaRequestStream *self = g_object_new (BULLA_TYPE_REQUEST_STREAM, NULL);

  self->base = g_object_ref (base);
  self->input = g_object_new (BULLA_TYPE_REQUEST_INPUT, NULL);
  self->input->base = g_object_ref (g_io_stream_get_input_stream (base));
  self->input->ahead = g_byte_array_ref (ahead);
  self->input->left = limit;
  self->input->chunked = chunked;
  return G_IO_STREAM (self);
}

/**
 * bulla_request_stream_is_over:
 * @self: a stream
 *
 * Returns: whether all of the request was read
 */
gboolean
bulla_request_stream_is_over (BullaRequestStream *self)
{
  return bulla_request_input_is_over (self->input);
}

/**
 * bulla_request_stream_open_up:
 * @self: a stream
 *
 * From now on all that comes in can be read, as after a switch to another protocol.
 */
void
bulla_request_stream_open_up (BullaRequestStream *self)
{
  self->input->left = -1;
  self->input->chunked = FALSE;
}

/**
 * bulla_request_stream_on_close:
 * @self: a stream
 * @func: (nullable): called once, when the reader closes the stream; %NULL: nothing is called
 * @user_data: for @func
 */
void
bulla_request_stream_on_close (BullaRequestStream *self, BullaRequestStreamFunc func,
                               gpointer user_data)
{
  self->closed = func;
  self->closed_data = user_data;
}
