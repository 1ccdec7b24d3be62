/* bulla-pipe.c - passes bytes from a writer to a GInputStream in memory
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-pipe.h"

#include <string.h>

struct _BullaPipe {
  GInputStream parent_instance;
  GQueue chunks; /* owned GBytes */
  gsize offset;  /* read position in the first chunk */
  gsize length;  /* unread bytes */
  gboolean ended;
  gboolean broken; /* the writer failed before the end */
  GTask *waiting;  /* owned; nullable; the pending read */
};

typedef struct {
  void *buffer; /* borrowed from the caller */
  gsize size;
} Wanted;

enum { DRAINED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BullaPipe, bulla_pipe, G_TYPE_INPUT_STREAM)

static gssize
take_bytes (BullaPipe *self, guint8 *buffer, gsize size)
{
  gsize taken = 0;

  while (taken < size && self->chunks.head != NULL) {
    gsize length = 0;
    const guint8 *bytes = g_bytes_get_data (self->chunks.head->data, &length);
    gsize part = MIN (size - taken, length - self->offset);
    memcpy (buffer + taken, bytes + self->offset, part);
    taken += part;
    self->offset += part;
    if (self->offset == length) {
      g_bytes_unref (g_queue_pop_head (&self->chunks));
      self->offset = 0;
    }
  }
  self->length -= taken;
  return taken;
}

static void
return_read (BullaPipe *self, GTask *task)
{
  Wanted *wanted = g_task_get_task_data (task);

  if (self->broken) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                             "the rest of the body did not arrive");
    return;
  }
  gssize taken = take_bytes (self, wanted->buffer, wanted->size);

  if (self->length == 0 && !self->ended)
    g_signal_emit (self, signals[DRAINED], 0);
  g_task_return_int (task, taken);
}

static void
wake (BullaPipe *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->waiting);

  if (task != NULL)
    return_read (self, task);
}

static void
bulla_pipe_read_async (GInputStream *stream, void *buffer, gsize count, int priority,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  BullaPipe *self = BULLA_PIPE (stream);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Wanted *wanted = g_new (Wanted, 1);

  *wanted = (Wanted){buffer, count};
  g_task_set_task_data (task, wanted, g_free);
  g_task_set_priority (task, priority);
  if (self->length > 0 || self->ended || self->broken)
    return_read (self, task);
  else
    self->waiting = g_steal_pointer (&task); /* a GInputStream has one pending operation at most */
}

static gssize
bulla_pipe_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

static gssize
bulla_pipe_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                 GError **error)
{
  BullaPipe *self = BULLA_PIPE (stream);

  if (self->broken) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                         "the rest of the body did not arrive");
    return -1;
  }
  if (self->length == 0 && !self->ended) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "no data is available yet");
    return -1;
  }
  return take_bytes (self, buffer, count);
}

static void
bulla_pipe_finalize (GObject *object)
{
  g_queue_clear_full (&BULLA_PIPE (object)->chunks, (GDestroyNotify)g_bytes_unref);
  G_OBJECT_CLASS (bulla_pipe_parent_class)->finalize (object);
}

static void
bulla_pipe_class_init (BullaPipeClass *klass)
{
  GInputStreamClass *stream = G_INPUT_STREAM_CLASS (klass);

  stream->read_fn = bulla_pipe_read;
  stream->read_async = bulla_pipe_read_async;
  stream->read_finish = bulla_pipe_read_finish;
  G_OBJECT_CLASS (klass)->finalize = bulla_pipe_finalize;

  /**
   * BullaPipe::drained:
   *
   * Emitted when all pushed bytes have been read.
   */
  signals[DRAINED] = g_signal_new ("drained", BULLA_TYPE_PIPE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
bulla_pipe_init (BullaPipe *self)
{
  g_queue_init (&self->chunks);
}

BullaPipe *
bulla_pipe_new (void)
{
  return g_object_new (BULLA_TYPE_PIPE, NULL);
}

/**
 * bulla_pipe_push:
 * @self: a pipe that has not ended
 * @bytes: the next bytes
 *
 * Returns: the number of bytes that wait to be read; if there are many, the caller should wait for
 *   #BullaPipe::drained
 */
gsize
bulla_pipe_push (BullaPipe *self, GBytes *bytes)
{
  if (g_bytes_get_size (bytes) > 0) {
    g_queue_push_tail (&self->chunks, g_bytes_ref (bytes));
    self->length += g_bytes_get_size (bytes);
    wake (self);
  }
  return self->length;
}

/**
 * bulla_pipe_end:
 * @self: a pipe
 *
 * Marks the end of the stream: nothing more will be pushed.
 */
void
bulla_pipe_end (BullaPipe *self)
{
  self->ended = TRUE;
  wake (self);
}

/**
 * bulla_pipe_break:
 * @self: a pipe
 *
 * Ends the stream with an error for its reader, unless it has already ended.
 */
void
bulla_pipe_break (BullaPipe *self)
{
  self->broken = !self->ended;
  wake (self);
}
