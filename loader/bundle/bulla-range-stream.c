/* bulla-range-stream.c - reads a range of a bundle as a stream, even while the bundle arrives
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-source.h"

#define BULLA_TYPE_RANGE_STREAM (bulla_range_stream_get_type ())
G_DECLARE_FINAL_TYPE (BullaRangeStream, bulla_range_stream, BULLA, RANGE_STREAM, GInputStream)

struct _BullaRangeStream {
  GInputStream parent_instance;
  BullaBundleSource *source; /* owned */
  BullaFacts *facts;         /* owned; nullable; receives the faults of the body */
  gboolean coded;            /* a decoder checks the bytes read here and reports faults */
  guint64 offset, end;
};

enum { ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BullaRangeStream, bulla_range_stream, G_TYPE_INPUT_STREAM)

static void
bulla_range_stream_finalize (GObject *object)
{
  BullaRangeStream *self = BULLA_RANGE_STREAM (object);

  g_object_unref (self->source);
  g_clear_pointer (&self->facts, bulla_facts_unref);
  G_OBJECT_CLASS (bulla_range_stream_parent_class)->finalize (object);
}

static void
bulla_range_stream_init (BullaRangeStream *self)
{
}

static gssize
break_off (BullaRangeStream *self, GError **error)
{
  GError *fault = NULL;
  const GError *transport = bulla_bundle_source_get_error (self->source);

  if (transport != NULL) {
    if (error != NULL)
      *error = g_error_copy (transport);
    return -1;
  }
  bulla_fault_set (&fault, BULLA_REASON_BODY_TRUNCATED, (BullaRange){self->offset, 0},
                   "the end of the bundle, %" G_GUINT64_FORMAT " bytes early",
                   self->end - self->offset);
  if (error != NULL)
    *error = g_error_copy (fault);
  bulla_facts_take_fault (self->facts, &self->facts->body, fault);
  g_signal_emit (self, signals[ENDED], 0, error != NULL ? *error : NULL);
  return -1;
}

/* Reads the available bytes; waits if there are none yet. */
static gssize
read_available (BullaRangeStream *self, void *into, gsize count, GError **error)
{
  gsize wanted = (gsize)MIN (count, self->end - self->offset);
  gssize n = 0;

  if (wanted > 0) {
    n = bulla_bundle_source_read_at (self->source, self->offset, into, wanted, error);
    if (n == 0)
      return self->facts != NULL ? break_off (self, error) : 0;
  }
  if (n < 0)
    return -1;
  self->offset += (guint64)n;
  if (self->facts != NULL && !self->coded) {
    self->facts->body_length += (guint64)n;
    if (self->offset == self->end && self->facts->body.read == BULLA_UNKNOWN) {
      bulla_part_set_ok (&self->facts->body);
      g_signal_emit (self, signals[ENDED], 0, NULL);
    }
  }
  return n;
}

static guint64
next_byte (BullaRangeStream *self)
{
  return MIN (self->offset + 1, self->end);
}

static gssize
bulla_range_stream_read (GInputStream *stream, void *into, gsize count, GCancellable *cancellable,
                         GError **error)
{
  BullaRangeStream *self = BULLA_RANGE_STREAM (stream);

  if (!bulla_bundle_source_wait (self->source, next_byte (self), cancellable, error))
    return -1;
  return read_available (self, into, count, error);
}

typedef struct {
  void *into; /* borrowed from the caller */
  gsize count;
} Wanted;

static void
return_read (GTask *task)
{
  BullaRangeStream *self = g_task_get_source_object (task);
  Wanted *wanted = g_task_get_task_data (task);
  GError *error = NULL;
  gssize n = read_available (self, wanted->into, wanted->count, &error);

  if (n >= 0)
    g_task_return_int (task, n);
  else
    g_task_return_error (task, error);
}

static void
there_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (bulla_bundle_source_wait_finish (BULLA_BUNDLE_SOURCE (source), result, &error))
    return_read (task);
  else
    g_task_return_error (task, error);
}

static void
bulla_range_stream_read_async (GInputStream *stream, void *into, gsize count, int priority,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  BullaRangeStream *self = BULLA_RANGE_STREAM (stream);
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);
  Wanted *wanted = g_new (Wanted, 1);

  *wanted = (Wanted){into, count};
  g_task_set_source_tag (task, bulla_range_stream_read_async);
  g_task_set_priority (task, priority);
  g_task_set_task_data (task, wanted, g_free);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (bulla_bundle_source_has (self->source, next_byte (self)))
    return_read (task);
  else
    bulla_bundle_source_wait_async (self->source, next_byte (self), cancellable, there_cb,
                                    g_steal_pointer (&task));
}

static gssize
bulla_range_stream_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

static void
bulla_range_stream_class_init (BullaRangeStreamClass *klass)
{
  GInputStreamClass *stream = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bulla_range_stream_finalize;
  stream->read_fn = bulla_range_stream_read;
  stream->read_async = bulla_range_stream_read_async;
  stream->read_finish = bulla_range_stream_read_finish;

  /* Emitted once, with the error if the body broke off. The facts are complete then. */
  signals[ENDED] = g_signal_new ("ended", BULLA_TYPE_RANGE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

/**
 * bulla_bundle_source_open: (skip)
 * @self: a source
 * @offset: offset of the first byte
 * @length: length of the range; the stream fails if the bundle ends before it
 * @facts: (nullable): receive the faults of the body; without them, an early end of the bundle ends
 *   the stream normally
 * @coded: whether a decoder checks the bytes, and sets in @facts whether they are valid
 *
 * Returns: (transfer full): a stream, which waits for bytes that have not arrived
 */
GInputStream *
bulla_bundle_source_open (BullaBundleSource *self, guint64 offset, guint64 length,
                          BullaFacts *facts, gboolean coded)
{
  BullaRangeStream *stream = g_object_new (BULLA_TYPE_RANGE_STREAM, NULL);

  stream->source = g_object_ref (self);
  stream->facts = facts != NULL ? bulla_facts_ref (facts) : NULL;
  stream->coded = coded;
  stream->offset = offset;
  stream->end = offset + length;
  return G_INPUT_STREAM (stream);
}
