/* bulla-body-stream.c - reads a body through a converter, such as #BullaMiSha256, or unchanged
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Unlike GConverterInputStream, it does not read from the network in a thread, and moves an
 * incomplete record once for each buffer of many records, not after each record. */
#include "bulla-body-stream.h"

#include <string.h>

/* Small bodies use little memory; long ones are read in blocks that malloc() does not map each
 * time. */
#define FIRST_SIZE (8 * 1024)
#define FULL_SIZE (50 * 1024)

struct _BullaBodyStream {
  GInputStream parent_instance;
  GInputStream *coded; /* owned */
  GConverter *decoder; /* owned; NULL if the bytes have no content coding */
  guint8 *buffer;      /* owned; coded bytes */
  gsize size;          /* allocated bytes of @buffer */
  gsize start, end;    /* bounds of the unread part of @buffer */
  gboolean filled;     /* the last read filled the buffer, so a larger one pays off */
  gboolean at_end;     /* the input has ended */
  gboolean finished;
  gboolean told; /* the "ended" signal was emitted */
};

enum { ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BullaBodyStream, bulla_body_stream, G_TYPE_INPUT_STREAM)

/**
 * bulla_body_stream_new: (skip)
 * @coded: the stream of the coded body
 * @ahead: (nullable): bytes of the body that were already read
 * @length: number of bytes in @ahead
 * @decoder: (nullable): a #BullaMiSha256, which also verifies the bytes, or a
 *   #BullaContentConverter; %NULL to pass the bytes unchanged
 *
 * Returns: (transfer full): a stream of decoded bytes
 */
GInputStream *
bulla_body_stream_new (GInputStream *coded, const guint8 *ahead, gsize length, GConverter *decoder)
{
  BullaBodyStream *self = g_object_new (BULLA_TYPE_BODY_STREAM, NULL);

  self->coded = g_object_ref (coded);
  self->decoder = decoder != NULL ? g_object_ref (decoder) : NULL;
  self->size = MAX (length, FIRST_SIZE);
  self->buffer = g_malloc (self->size);
  if (length > 0)
    memcpy (self->buffer, ahead, length);
  self->end = length;
  return G_INPUT_STREAM (self);
}

static void
bulla_body_stream_finalize (GObject *object)
{
  BullaBodyStream *self = BULLA_BODY_STREAM (object);

  g_object_unref (self->coded);
  g_clear_object (&self->decoder);
  g_free (self->buffer);
  G_OBJECT_CLASS (bulla_body_stream_parent_class)->finalize (object);
}

static void
bulla_body_stream_init (BullaBodyStream *self)
{
}

static gssize
copy (BullaBodyStream *self, void *into, gsize count, GError **error)
{
  gsize n = MIN (count, self->end - self->start);

  if (n == 0 && count > 0 && !self->at_end) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "no data is available yet");
    return -1;
  }
  memcpy (into, self->buffer + self->start, n);
  self->start += n;
  return (gssize)n;
}

/* Decodes the buffered bytes; -1 with G_IO_ERROR_PARTIAL_INPUT if more input is needed. */
static gssize
decode (BullaBodyStream *self, void *into, gsize count, GError **error)
{
  if (self->decoder == NULL)
    return copy (self, into, count, error);
  GConverterFlags flags = self->at_end ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS;
  gsize written = 0;
  while (!self->finished && written == 0) {
    gsize read = 0;
    GConverterResult result =
        g_converter_convert (self->decoder, self->buffer + self->start, self->end - self->start,
                             into, count, flags, &read, &written, error);
    if (result == G_CONVERTER_ERROR)
      return -1;
    self->start += read;
    self->finished = result == G_CONVERTER_FINISHED;
  }
  return (gssize)written;
}

static void *
make_space (BullaBodyStream *self, gsize *space)
{
  if (self->start > 0)
    memmove (self->buffer, self->buffer + self->start, self->end - self->start);
  self->end -= self->start;
  self->start = 0;
  if (self->end == self->size || self->filled) {
    self->size = FULL_SIZE;
    self->buffer = g_realloc (self->buffer, self->size);
    self->filled = FALSE;
  }
  *space = self->size - self->end;
  return self->buffer + self->end;
}

static void
count_read_bytes (BullaBodyStream *self, gssize n)
{
  self->at_end = n == 0;
  self->end += (gsize)MAX (n, 0);
  self->filled = self->end == self->size && self->size < FULL_SIZE;
}

/* Closes the stream below a decoder directly: GIO would do so in a thread, where that stream must
 * not be used. */
static void
close_source (BullaBodyStream *self)
{
  GInputStream *source = self->coded;

  while (G_IS_CONVERTER_INPUT_STREAM (source))
    source = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (source));
  g_input_stream_close_async (source, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static gboolean
wants_more (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
}

/* @n: the result of a read. A cancelled read does not end the body. */
static void
report_end (BullaBodyStream *self, gssize n, GError *error)
{
  if (self->told || n > 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->told = TRUE;
  g_signal_emit (self, signals[ENDED], 0, error);
}

static gssize
read_on (BullaBodyStream *self, void *into, gsize count, GCancellable *cancellable, GError **error)
{
  for (;;) {
    g_autoptr (GError) found = NULL;
    gssize n = decode (self, into, count, &found);
    if (n >= 0)
      return n;
    if (!wants_more (found)) {
      g_propagate_error (error, g_steal_pointer (&found));
      return -1;
    }
    gsize space = 0;
    void *at = make_space (self, &space);
    gssize got = g_input_stream_read (self->coded, at, space, cancellable, error);
    if (got < 0)
      return -1;
    count_read_bytes (self, got);
  }
}

static gssize
bulla_body_stream_read (GInputStream *stream, void *into, gsize count, GCancellable *cancellable,
                        GError **error)
{
  GError *found = NULL;
  gssize n = read_on (BULLA_BODY_STREAM (stream), into, count, cancellable, &found);

  report_end (BULLA_BODY_STREAM (stream), n, found);
  if (n < 0)
    g_propagate_error (error, found);
  return n;
}

typedef struct {
  void *into; /* borrowed from the caller */
  gsize count;
} Wanted;

static void pull (GTask *task);

static void
pulled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n < 0) {
    report_end (g_task_get_source_object (task), n, error);
    g_task_return_error (task, error);
    return;
  }
  count_read_bytes (g_task_get_source_object (task), n);
  if (n == 0) /* releases the connection before the body is freed */
    close_source (g_task_get_source_object (task));
  pull (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
pull (GTask *task)
{
  BullaBodyStream *self = g_task_get_source_object (task);
  Wanted *wanted = g_task_get_task_data (task);
  GError *found = NULL;
  gssize n = decode (self, wanted->into, wanted->count, &found);

  if (wants_more (found)) {
    g_clear_error (&found);
    gsize space = 0;
    void *at = make_space (self, &space);
    g_input_stream_read_async (self->coded, at, space, g_task_get_priority (task),
                               g_task_get_cancellable (task), pulled_cb, task);
    return;
  }
  report_end (self, n, found);
  if (n >= 0)
    g_task_return_int (task, n);
  else
    g_task_return_error (task, found);
  g_object_unref (task);
}

static void
bulla_body_stream_read_async (GInputStream *stream, void *into, gsize count, int priority,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);
  Wanted *wanted = g_new (Wanted, 1);

  *wanted = (Wanted){into, count};
  g_task_set_source_tag (task, bulla_body_stream_read_async);
  g_task_set_priority (task, priority);
  g_task_set_task_data (task, wanted, g_free);
  pull (task);
}

static gssize
bulla_body_stream_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

static gboolean
bulla_body_stream_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  return g_input_stream_close (BULLA_BODY_STREAM (stream)->coded, cancellable, error);
}

static void
bulla_body_stream_class_init (BullaBodyStreamClass *klass)
{
  GInputStreamClass *stream = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bulla_body_stream_finalize;
  stream->read_fn = bulla_body_stream_read;
  stream->read_async = bulla_body_stream_read_async;
  stream->read_finish = bulla_body_stream_read_finish;
  stream->close_fn = bulla_body_stream_close;

  /* Emitted once, when no more bytes follow. @error: (nullable): why the body ended early */
  signals[ENDED] = g_signal_new ("ended", BULLA_TYPE_BODY_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

/**
 * bulla_body_stream_abandon: (skip)
 * @self: a stream that nobody reads
 *
 * Ends the transfer of the remaining bytes without waiting for it.
 */
void
bulla_body_stream_abandon (BullaBodyStream *self)
{
  close_source (self);
}
