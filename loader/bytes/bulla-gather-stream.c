/* bulla-gather-stream.c - a GIOStream that gathers small writes into large ones
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A GTlsConnection sends each record of 16 KiB by a system call of its own, and each of them wakes
 * the client. With this stream between the connection and its socket, the records of one response
 * part leave together. */
#include "bulla-gather-stream.h"

#define HELD_MAX 135168 /* bytes: eight full TLS records with their headers and tags */

/* --- the output stream */

#define BULLA_TYPE_GATHER_OUTPUT bulla_gather_output_get_type ()
G_DECLARE_FINAL_TYPE (BullaGatherOutput, bulla_gather_output, BULLA, GATHER_OUTPUT, GOutputStream)

struct _BullaGatherOutput {
  GOutputStream parent_instance;
  GPollableOutputStream *base; /* owned */
  GByteArray *held;            /* owned; bytes accepted, of which the first @sent are written */
  gsize sent;                  /* bytes */
  gboolean corked;
};

static void bulla_gather_output_pollable_init (GPollableOutputStreamInterface *pollable);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaGatherOutput, bulla_gather_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      bulla_gather_output_pollable_init))

/* Returns: whether no bytes are held any more; otherwise @error is set, to
 * %G_IO_ERROR_WOULD_BLOCK if the base stream accepts no more for now and @blocking is %FALSE */
static gboolean
send_held (BullaGatherOutput *self, gboolean blocking, GCancellable *cancellable, GError **error)
{
  while (self->sent < self->held->len) {
    gssize sent =
        g_pollable_stream_write (G_OUTPUT_STREAM (self->base), self->held->data + self->sent,
                                 self->held->len - self->sent, blocking, cancellable, error);
    if (sent < 0)
      return FALSE;
    self->sent += sent;
  }
  g_byte_array_set_size (self->held, 0);
  self->sent = 0;
  return TRUE;
}

static gboolean
has_room (BullaGatherOutput *self, gsize size)
{
  return self->corked && size <= HELD_MAX - MIN (self->held->len, HELD_MAX);
}

static gssize
write_or_hold (BullaGatherOutput *self, const void *bytes, gsize size, gboolean blocking,
               GCancellable *cancellable, GError **error)
{
  if (!has_room (self, size) && !send_held (self, blocking, cancellable, error))
    return -1;
  if (!has_room (self, size))
    return g_pollable_stream_write (G_OUTPUT_STREAM (self->base), bytes, size, blocking,
                                    cancellable, error);
  g_byte_array_append (self->held, bytes, size);
  return size;
}

static gssize
bulla_gather_output_write (GOutputStream *stream, const void *bytes, gsize size,
                           GCancellable *cancellable, GError **error)
{
  return write_or_hold (BULLA_GATHER_OUTPUT (stream), bytes, size, TRUE, cancellable, error);
}

static gssize
bulla_gather_output_write_nonblocking (GPollableOutputStream *stream, const void *bytes, gsize size,
                                       GError **error)
{
  return write_or_hold (BULLA_GATHER_OUTPUT (stream), bytes, size, FALSE, NULL, error);
}

static gboolean
bulla_gather_output_is_writable (GPollableOutputStream *stream)
{
  BullaGatherOutput *self = BULLA_GATHER_OUTPUT (stream);

  return has_room (self, 1) || g_pollable_output_stream_is_writable (self->base);
}

static GSource *
bulla_gather_output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  BullaGatherOutput *self = BULLA_GATHER_OUTPUT (stream);
  g_autoptr (GSource) base = g_pollable_output_stream_create_source (self->base, NULL);

  return g_pollable_source_new_full (self, base, cancellable);
}

static gboolean
bulla_gather_output_flush (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  return send_held (BULLA_GATHER_OUTPUT (stream), TRUE, cancellable, error);
}

static void
bulla_gather_output_finalize (GObject *object)
{
  BullaGatherOutput *self = BULLA_GATHER_OUTPUT (object);

  g_clear_object (&self->base);
  g_byte_array_unref (self->held);
  G_OBJECT_CLASS (bulla_gather_output_parent_class)->finalize (object);
}

static void
bulla_gather_output_pollable_init (GPollableOutputStreamInterface *pollable)
{
  pollable->is_writable = bulla_gather_output_is_writable;
  pollable->create_source = bulla_gather_output_create_source;
  pollable->write_nonblocking = bulla_gather_output_write_nonblocking;
}

static void
bulla_gather_output_class_init (BullaGatherOutputClass *klass)
{
  GOutputStreamClass *stream = G_OUTPUT_STREAM_CLASS (klass);

  stream->write_fn = bulla_gather_output_write;
  stream->flush = bulla_gather_output_flush;
  G_OBJECT_CLASS (klass)->finalize = bulla_gather_output_finalize;
}

static void
bulla_gather_output_init (BullaGatherOutput *self)
{
  self->held = g_byte_array_new ();
}

/* --- the stream */

struct _BullaGatherStream {
  GIOStream parent_instance;
  GIOStream *base;           /* owned */
  BullaGatherOutput *output; /* owned */
};

G_DEFINE_FINAL_TYPE (BullaGatherStream, bulla_gather_stream, G_TYPE_IO_STREAM)

static GInputStream *
bulla_gather_stream_get_input (GIOStream *stream)
{
  return g_io_stream_get_input_stream (BULLA_GATHER_STREAM (stream)->base);
}

static GOutputStream *
bulla_gather_stream_get_output (GIOStream *stream)
{
  return G_OUTPUT_STREAM (BULLA_GATHER_STREAM (stream)->output);
}

static gboolean
bulla_gather_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return g_io_stream_close (BULLA_GATHER_STREAM (stream)->base, cancellable, error);
}

static void
bulla_gather_stream_finalize (GObject *object)
{
  BullaGatherStream *self = BULLA_GATHER_STREAM (object);

  g_clear_object (&self->output);
  g_clear_object (&self->base);
  G_OBJECT_CLASS (bulla_gather_stream_parent_class)->finalize (object);
}

static void
bulla_gather_stream_class_init (BullaGatherStreamClass *klass)
{
  GIOStreamClass *stream = G_IO_STREAM_CLASS (klass);

  stream->get_input_stream = bulla_gather_stream_get_input;
  stream->get_output_stream = bulla_gather_stream_get_output;
  stream->close_fn = bulla_gather_stream_close;
  G_OBJECT_CLASS (klass)->finalize = bulla_gather_stream_finalize;
}

static void
bulla_gather_stream_init (BullaGatherStream *self)
{
  self->output = g_object_new (BULLA_TYPE_GATHER_OUTPUT, NULL);
}

/**
 * bulla_gather_stream_new:
 * @base: a stream whose output stream is pollable, such as a socket connection
 *
 * Returns: (transfer full): a stream that writes to @base and reads from it; closing it closes
 *   @base. Until it is corked, each write goes to @base at once
 */
BullaGatherStream *
bulla_gather_stream_new (GIOStream *base)
{
  BullaGatherStream *self = g_object_new (BULLA_TYPE_GATHER_STREAM, NULL);

  self->base = g_object_ref (base);
  self->output->base =
      g_object_ref (G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (base)));
  return self;
}

/**
 * bulla_gather_stream_cork:
 * @self: a stream
 *
 * From now on small writes are held, 132 KiB at most; writes that exceed this send what is held.
 */
void
bulla_gather_stream_cork (BullaGatherStream *self)
{
  self->output->corked = TRUE;
}

/**
 * bulla_gather_stream_uncork:
 * @self: a stream, corked or not
 * @error: %G_IO_ERROR_WOULD_BLOCK if bytes are held still, because the base stream accepts no more
 *   for now: call this once more when the source of bulla_gather_stream_create_writable_source()
 *   is dispatched; any other error is the base stream's
 *
 * Sends the held bytes without blocking.
 *
 * Returns: whether all of them were sent
 */
gboolean
bulla_gather_stream_uncork (BullaGatherStream *self, GError **error)
{
  self->output->corked = FALSE;
  return send_held (self->output, FALSE, NULL, error);
}

/**
 * bulla_gather_stream_create_writable_source:
 * @self: a stream
 *
 * Returns: (transfer full): a source that calls its #GPollableSourceFunc when the base stream
 *   accepts bytes
 */
GSource *
bulla_gather_stream_create_writable_source (BullaGatherStream *self)
{
  return g_pollable_output_stream_create_source (self->output->base, NULL);
}
