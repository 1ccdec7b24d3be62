/* failing-stream.c - a stream that fails after a number of bytes, like a broken transport
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "failing-stream.h"

#include <string.h>

struct _FailingStream {
  GInputStream parent_instance;
  GBytes *bytes; /* owned */
  gsize at;
};

G_DEFINE_FINAL_TYPE (FailingStream, failing_stream, G_TYPE_INPUT_STREAM)

static void
failing_stream_finalize (GObject *object)
{
  g_bytes_unref (FAILING_STREAM (object)->bytes);
  G_OBJECT_CLASS (failing_stream_parent_class)->finalize (object);
}

static gssize
failing_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                     GError **error)
{
  FailingStream *self = FAILING_STREAM (stream);
  gsize size;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  gsize n = MIN (count, size - self->at);

  if (n == 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "the connection broke");
    return -1;
  }
  memcpy (buffer, data + self->at, n);
  self->at += n;
  return n;
}

static void
failing_stream_class_init (FailingStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = failing_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = failing_stream_read;
}

static void
failing_stream_init (FailingStream *self)
{
}

GInputStream *
failing_stream_new (GBytes *bytes, gsize fails_after)
{
  FailingStream *self = g_object_new (FAILING_TYPE_STREAM, NULL);

  self->bytes = g_bytes_new_from_bytes (bytes, 0, MIN (fails_after, g_bytes_get_size (bytes)));
  return G_INPUT_STREAM (self);
}
