/* bulla-request-stream.c - a client's connection, of which one request can be read
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * libsoup reads ahead. What it gets to read here ends where the request does, so that the bytes of
 * the next one stay in the connection, whoever reads that one. Closing the stream closes nothing:
 * the connection outlives its requests. */
#include "bulla-request-stream.h"

#include <string.h>

#define BULLA_TYPE_REQUEST_INPUT (bulla_request_input_get_type ())
G_DECLARE_FINAL_TYPE (BullaRequestInput, bulla_request_input, BULLA, REQUEST_INPUT, GInputStream)

struct _BullaRequestInput {
  GInputStream parent_instance;
  GInputStream *base; /* owned */
  GByteArray *ahead;  /* owned; bytes that come before those of @base; shared with the connection */
  goffset left;       /* how many bytes may be read; -1: all of them */
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

static gssize
bulla_request_input_take (BullaRequestInput *self, void *buffer, gsize count)
{
  gsize taken = MIN (count, self->ahead->len);

  memcpy (buffer, self->ahead->data, taken);
  g_byte_array_remove_range (self->ahead, 0, taken);
  return taken;
}

/* @blocking: wait for bytes; at the end of the request there is nothing to wait for */
static gssize
bulla_request_input_read_any (BullaRequestInput *self, void *buffer, gsize count, gboolean blocking,
                              GCancellable *cancellable, GError **error)
{
  gssize got = 0;

  if (self->left >= 0)
    count = MIN (count, (guint64)self->left);
  if (count == 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "the request is over");
    return -1;
  }
  if (self->ahead->len > 0)
    got = bulla_request_input_take (self, buffer, count);
  else
    got = g_pollable_stream_read (self->base, buffer, count, blocking, cancellable, error);
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

  return self->left != 0
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

  if (self->left == 0) /* never, but for @cancellable */
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
 * @limit: how many bytes the request has, in @ahead and @base; -1 where only its reader can tell
 *
 * Returns: (transfer full): a stream of these bytes, which writes to @base
 */
GIOStream *
bulla_request_stream_new (GIOStream *base, GByteArray *ahead, goffset limit)
{
  BullaRequestStream *self = g_object_new (BULLA_TYPE_REQUEST_STREAM, NULL);

  self->base = g_object_ref (base);
  self->input = g_object_new (BULLA_TYPE_REQUEST_INPUT, NULL);
  self->input->base = g_object_ref (g_io_stream_get_input_stream (base));
  self->input->ahead = g_byte_array_ref (ahead);
  self->input->left = limit;
  return G_IO_STREAM (self);
}

/**
 * bulla_request_stream_get_left:
 * @self: a stream
 *
 * Returns: how many bytes of the request nobody has read yet; -1 where that is not known
 */
goffset
bulla_request_stream_get_left (BullaRequestStream *self)
{
  return self->input->left;
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
