/* bulla-spool.c - reads a body once and serves it to many readers, even while it arrives
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole because: storing bytes and waking the readers that wait for them belong together */
#include "bulla-spool.h"

#include <string.h>

#define CHUNK_SIZE 65536

struct _BullaSpool {
  GObject parent_instance;
  GCancellable *cancellable; /* owned; cancels reading the source once all readers have gone */
  BullaQuota *quota;         /* owned; provides the memory and the file */
  guint64 length;
  GByteArray *memory; /* owned; NULL once the bytes are in blocks */
  GArray *blocks;     /* owned guint32; blocks of the quota's file, all full but the last */
  gboolean complete;
  GError *error;      /* owned; NULL unless the source failed before its end */
  GPtrArray *waiting; /* owned GTask; reads that wait for bytes from the source */
};

enum { GREW, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BullaSpool, bulla_spool, G_TYPE_OBJECT)

static void
drop_memory (BullaSpool *self)
{
  if (self->memory != NULL)
    bulla_quota_release_memory (self->quota, self->memory->len);
  g_clear_pointer (&self->memory, g_byte_array_unref);
}

static void
bulla_spool_finalize (GObject *object)
{
  BullaSpool *self = BULLA_SPOOL (object);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  drop_memory (self);
  for (guint i = 0; i < self->blocks->len; i++)
    bulla_quota_release_block (self->quota, g_array_index (self->blocks, guint32, i));
  g_array_unref (self->blocks);
  bulla_quota_release (self->quota, self->length);
  bulla_quota_unref (self->quota);
  g_clear_error (&self->error);
  g_ptr_array_unref (self->waiting);
  G_OBJECT_CLASS (bulla_spool_parent_class)->finalize (object);
}

static void
bulla_spool_class_init (BullaSpoolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_spool_finalize;

  /**
   * BullaSpool::grew:
   *
   * Emitted when more bytes have arrived, or the source has ended or failed.
   */
  signals[GREW] = g_signal_new ("grew", BULLA_TYPE_SPOOL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
bulla_spool_init (BullaSpool *self)
{
  self->cancellable = g_cancellable_new ();
  self->memory = g_byte_array_new ();
  self->blocks = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

/* --- storage */

/* @at: number of bytes that are in blocks already */
static gboolean
write_blocks (BullaSpool *self, guint64 at, const guint8 *bytes, gsize size, GError **error)
{
  while (size > 0) {
    gsize offset = at % BULLA_QUOTA_BLOCK_SIZE,
          fitting = MIN (size, BULLA_QUOTA_BLOCK_SIZE - offset);
    guint32 block = 0;
    if (offset == 0) {
      if (!bulla_quota_reserve_block (self->quota, &block, error))
        return FALSE;
      g_array_append_val (self->blocks, block);
    }
    block = g_array_index (self->blocks, guint32, self->blocks->len - 1);
    if (!bulla_quota_write (self->quota, block, offset, bytes, fitting, error))
      return FALSE;
    bytes += fitting;
    at += fitting;
    size -= fitting;
  }
  return TRUE;
}

static gboolean
append (BullaSpool *self, const guint8 *bytes, gsize size, GError **error)
{
  if (self->memory != NULL && bulla_quota_reserve_memory (self->quota, size)) {
    g_byte_array_append (self->memory, bytes, (guint)size);
    return TRUE;
  }
  if (self->memory != NULL && !write_blocks (self, 0, self->memory->data, self->memory->len, error))
    return FALSE;
  drop_memory (self);
  return write_blocks (self, self->length, bytes, size, error);
}

static gboolean
read_blocks (BullaSpool *self, guint64 at, guint8 *buffer, gsize size, GError **error)
{
  while (size > 0) {
    gsize offset = at % BULLA_QUOTA_BLOCK_SIZE,
          fitting = MIN (size, BULLA_QUOTA_BLOCK_SIZE - offset);
    guint32 block = g_array_index (self->blocks, guint32, at / BULLA_QUOTA_BLOCK_SIZE);
    if (!bulla_quota_read (self->quota, block, offset, buffer, fitting, error))
      return FALSE;
    buffer += fitting;
    at += fitting;
    size -= fitting;
  }
  return TRUE;
}

static gboolean
store_chunk (BullaSpool *self, GBytes *chunk, GError **error)
{
  gsize size = g_bytes_get_size (chunk);

  if (!bulla_quota_reserve (self->quota, size, error))
    return FALSE;
  if (!append (self, g_bytes_get_data (chunk, NULL), size, error)) {
    bulla_quota_release (self->quota, size);
    return FALSE;
  }
  self->length += size;
  return TRUE;
}

/* --- reading from the source */

static void wake (BullaSpool *self);

static void
pump_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GInputStream *source = G_INPUT_STREAM (object);
  g_autofree GWeakRef *weak = user_data;
  g_autoptr (BullaSpool) self = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (source, result, &error);

  g_weak_ref_clear (weak);
  if (self == NULL || self->error != NULL)
    return;
  if (chunk != NULL && g_bytes_get_size (chunk) == 0)
    self->complete = TRUE;
  else if (chunk != NULL)
    store_chunk (self, chunk, &error);
  if (error != NULL)
    self->error = g_steal_pointer (&error);
  if (self->error == NULL && !self->complete) {
    GWeakRef *next = g_new (GWeakRef, 1);
    g_weak_ref_init (next, self);
    g_input_stream_read_bytes_async (source, CHUNK_SIZE, G_PRIORITY_DEFAULT, self->cancellable,
                                     pump_cb, next);
  }
  wake (self);
  g_signal_emit (self, signals[GREW], 0);
}

/**
 * bulla_spool_new_in:
 * @source: a stream, read to its end in the thread's main context
 * @quota: provides the memory and file space, perhaps shared with other spools; a body that exceeds
 *   it fails with %BULLA_ERROR_LIMIT
 *
 * Reading stops when the spool and all its readers are freed.
 *
 * Returns: (transfer full): a spool
 */
BullaSpool *
bulla_spool_new_in (GInputStream *source, BullaQuota *quota)
{
  BullaSpool *self = g_object_new (BULLA_TYPE_SPOOL, NULL);
  GWeakRef *weak = g_new (GWeakRef, 1);

  self->quota = bulla_quota_ref (quota);
  g_weak_ref_init (weak, self);
  g_input_stream_read_bytes_async (source, CHUNK_SIZE, G_PRIORITY_DEFAULT, self->cancellable,
                                   pump_cb, weak);
  return self;
}

/**
 * bulla_spool_new:
 * @source: a stream, read to its end in the thread's main context
 * @max: maximum number of bytes to keep
 *
 * Returns: (transfer full): a spool with a quota of its own
 */
BullaSpool *
bulla_spool_new (GInputStream *source, guint64 max)
{
  g_autoptr (BullaQuota) quota = bulla_quota_new (max);

  return bulla_spool_new_in (source, quota);
}

/**
 * bulla_spool_give_up:
 * @self: a spool
 * @why: the error for its readers, unless the body has already ended
 *
 * Stops reading the source.
 */
void
bulla_spool_give_up (BullaSpool *self, const GError *why)
{
  g_autoptr (BullaSpool) keep = g_object_ref (self);

  if (self->complete || self->error != NULL)
    return;
  self->error = g_error_copy (why);
  g_cancellable_cancel (self->cancellable);
  wake (self);
  g_signal_emit (self, signals[GREW], 0);
}

/**
 * bulla_spool_get_length:
 * @self: a spool
 *
 * Returns: the number of bytes that have arrived
 */
guint64
bulla_spool_get_length (BullaSpool *self)
{
  return self->length;
}

/**
 * bulla_spool_is_complete:
 * @self: a spool
 *
 * Returns: whether the source was read to its end without an error
 */
gboolean
bulla_spool_is_complete (BullaSpool *self)
{
  return self->complete;
}

/**
 * bulla_spool_get_error:
 * @self: a spool
 *
 * Returns: (nullable): why the source failed; a %BULLA_FAULT if a part of the body does not match
 *   the signature
 */
const GError *
bulla_spool_get_error (BullaSpool *self)
{
  return self->error;
}

/**
 * bulla_spool_read_at: (skip)
 * @self: a spool
 * @offset: offset from the first byte
 * @buffer: (out): receives at most @size bytes
 * @size: number of bytes to read
 * @error: if the temporary file could not be read
 *
 * Several threads may call this once the source has ended.
 *
 * Returns: the number of bytes read, those that have arrived; -1 on error
 */
gssize
bulla_spool_read_at (BullaSpool *self, guint64 offset, void *buffer, gsize size, GError **error)
{
  gsize there = offset < self->length ? MIN (size, self->length - offset) : 0;

  if (there > 0 && self->memory != NULL)
    memcpy (buffer, self->memory->data + offset, there);
  else if (!read_blocks (self, offset, buffer, there, error))
    return -1;
  return (gssize)there;
}

/**
 * bulla_spool_has: (skip)
 * @self: a spool
 * @until: an offset from the first byte
 *
 * Returns: whether all bytes before @until have arrived, or no more will
 */
gboolean
bulla_spool_has (BullaSpool *self, guint64 until)
{
  return self->length >= until || self->complete || self->error != NULL;
}

/* --- serving the readers */

#define BULLA_TYPE_SPOOL_READER (bulla_spool_reader_get_type ())
G_DECLARE_FINAL_TYPE (BullaSpoolReader, bulla_spool_reader, BULLA, SPOOL_READER, GInputStream)

struct _BullaSpoolReader {
  GInputStream parent_instance;
  BullaSpool *spool; /* owned */
  guint64 offset;
};

G_DEFINE_FINAL_TYPE (BullaSpoolReader, bulla_spool_reader, G_TYPE_INPUT_STREAM)

typedef struct {
  void *buffer; /* borrowed from the caller */
  gsize size;
  GSource *cancelled; /* owned; nullable */
} Wanted;

static void
wanted_free (Wanted *wanted)
{
  if (wanted->cancelled != NULL) {
    g_source_destroy (wanted->cancelled);
    g_source_unref (wanted->cancelled);
  }
  g_free (wanted);
}

/* Buffered bytes are returned before an error. Returns: -1 with @error; -1 without it if the reader
 * has to wait */
static gssize
read_available (BullaSpoolReader *self, void *buffer, gsize size, GError **error)
{
  BullaSpool *spool = self->spool;
  gsize there = MIN (size, spool->length - self->offset);

  if (there > 0) {
    gssize n = bulla_spool_read_at (spool, self->offset, buffer, there, error);
    self->offset += (guint64)MAX (n, 0);
    return n;
  }
  if (spool->error != NULL && error != NULL)
    *error = g_error_copy (spool->error);
  return spool->complete ? 0 : -1;
}

static void
return_read (GTask *task)
{
  Wanted *wanted = g_task_get_task_data (task);
  GError *error = NULL;
  gssize taken =
      read_available (g_task_get_source_object (task), wanted->buffer, wanted->size, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, taken);
}

static void
wake (BullaSpool *self)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < tasks->len; i++) {
    Wanted *wanted = g_task_get_task_data (tasks->pdata[i]);
    if (wanted->cancelled != NULL)
      g_source_destroy (wanted->cancelled);
    return_read (tasks->pdata[i]);
  }
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  BullaSpoolReader *self = g_task_get_source_object (task);

  g_ptr_array_remove (self->spool->waiting, task);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/* @task: (transfer full): a read that waits for bytes */
static void
wait_for_more (BullaSpool *spool, GTask *task)
{
  Wanted *wanted = g_task_get_task_data (task);

  if (g_task_get_cancellable (task) != NULL) {
    wanted->cancelled = g_cancellable_source_new (g_task_get_cancellable (task));
    g_task_attach_source (task, wanted->cancelled, G_SOURCE_FUNC (cancelled_cb));
  }
  g_ptr_array_add (spool->waiting, task);
}

static void
bulla_spool_reader_read_async (GInputStream *stream, void *buffer, gsize count, int priority,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  BullaSpoolReader *self = BULLA_SPOOL_READER (stream);
  BullaSpool *spool = self->spool;
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Wanted *wanted = g_new (Wanted, 1);

  *wanted = (Wanted){buffer, count, NULL};
  g_task_set_task_data (task, wanted, (GDestroyNotify)wanted_free);
  g_task_set_priority (task, priority);
  if (self->offset < spool->length || spool->complete || spool->error != NULL)
    return_read (task);
  else
    wait_for_more (spool, g_steal_pointer (&task));
}

static gssize
bulla_spool_reader_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

/* Required by the interface; never blocks. */
static gssize
bulla_spool_reader_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                         GError **error)
{
  GError *failed = NULL;
  gssize taken = read_available (BULLA_SPOOL_READER (stream), buffer, count, &failed);

  if (taken < 0 && failed == NULL)
    failed = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "the body is still arriving");
  if (failed != NULL)
    g_propagate_error (error, failed);
  return taken;
}

static void
bulla_spool_reader_finalize (GObject *object)
{
  g_object_unref (BULLA_SPOOL_READER (object)->spool);
  G_OBJECT_CLASS (bulla_spool_reader_parent_class)->finalize (object);
}

static void
bulla_spool_reader_class_init (BullaSpoolReaderClass *klass)
{
  GInputStreamClass *stream = G_INPUT_STREAM_CLASS (klass);

  stream->read_fn = bulla_spool_reader_read;
  stream->read_async = bulla_spool_reader_read_async;
  stream->read_finish = bulla_spool_reader_read_finish;
  G_OBJECT_CLASS (klass)->finalize = bulla_spool_reader_finalize;
}

static void
bulla_spool_reader_init (BullaSpoolReader *self)
{
}

/**
 * bulla_spool_open:
 * @self: a spool
 *
 * Returns: (transfer full): a stream of the body from its first byte; reads wait for bytes that
 *   have not arrived, and fail with the source's error
 */
GInputStream *
bulla_spool_open (BullaSpool *self)
{
  BullaSpoolReader *reader = g_object_new (BULLA_TYPE_SPOOL_READER, NULL);

  reader->spool = g_object_ref (self);
  return G_INPUT_STREAM (reader);
}

/* --- waiting */

typedef struct {
  GTask *task; /* owned; NULL once it has returned */
  guint64 until;
  gulong grew;
  GSource *cancelled; /* owned; nullable */
} Wait;

static void
wait_free (Wait *wait)
{
  g_clear_pointer (&wait->cancelled, g_source_unref);
  g_free (wait);
}

/* Ends @wait; takes over its reference to the task. */
static void
end_wait (BullaSpool *self, Wait *wait)
{
  g_autoptr (GTask) task = wait->task;

  g_clear_signal_handler (&wait->grew, self);
  if (wait->cancelled != NULL)
    g_source_destroy (wait->cancelled);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

static void
wait_grew_cb (BullaSpool *self, gpointer user_data)
{
  Wait *wait = user_data;

  if (bulla_spool_has (self, wait->until))
    end_wait (self, wait);
}

static gboolean
wait_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;

  end_wait (g_task_get_source_object (task), g_task_get_task_data (task));
  return G_SOURCE_REMOVE;
}

/**
 * bulla_spool_wait_async: (skip)
 * @self: a spool
 * @until: an offset from the first byte
 * @cancellable: (nullable): cancels the wait
 * @callback: (scope async): called when all bytes before @until have arrived, or no more will
 * @user_data: for @callback
 */
void
bulla_spool_wait_async (BullaSpool *self, guint64 until, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Wait *wait = g_new0 (Wait, 1);

  *wait = (Wait){.task = task, .until = until};
  g_task_set_task_data (task, wait, (GDestroyNotify)wait_free);
  if (bulla_spool_has (self, until) || g_cancellable_is_cancelled (cancellable)) {
    end_wait (self, wait);
    return;
  }
  wait->grew = g_signal_connect (self, "grew", G_CALLBACK (wait_grew_cb), wait);
  if (cancellable != NULL) {
    wait->cancelled = g_cancellable_source_new (cancellable);
    g_task_attach_source (task, wait->cancelled, G_SOURCE_FUNC (wait_cancelled_cb));
  }
}

gboolean
bulla_spool_wait_finish (BullaSpool *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
