/* bulla-bundle-source.c - reads the bytes of a bundle from a file or from a stream
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Only requested parts are read: the head, and each response. A file is not mapped, because
 * truncating a mapped file would end the process. */
#include "bulla-bundle-source.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulla-spool.h"
#include "bulla-wait.h"

#define PIECE_SIZE (256 * 1024)
#define AHEAD_SIZE (64 * 1024)

/* bytes of a file that were read before they were asked for */
typedef struct {
  GMutex mutex;           /* of the rest; any thread may read */
  guint8 *bytes;          /* owned; AHEAD_SIZE of them; NULL if nothing is read ahead */
  guint64 start;          /* offset of the first one */
  gsize length;           /* number of them */
  guint64 last, last_end; /* what was asked for last */
} Ahead;

struct _BullaBundleSource {
  GObject parent_instance;
  int file;         /* owned; -1 if the source is a stream */
  struct stat stat; /* status of the file when it was opened */
  Ahead ahead;
  BullaSpool *spool; /* owned; nullable */
};

G_DEFINE_FINAL_TYPE (BullaBundleSource, bulla_bundle_source, G_TYPE_OBJECT)

static void
bulla_bundle_source_finalize (GObject *object)
{
  BullaBundleSource *self = BULLA_BUNDLE_SOURCE (object);

  if (self->file >= 0)
    close (self->file);
  g_free (self->ahead.bytes);
  g_mutex_clear (&self->ahead.mutex);
  g_clear_object (&self->spool);
  G_OBJECT_CLASS (bulla_bundle_source_parent_class)->finalize (object);
}

static void
bulla_bundle_source_class_init (BullaBundleSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_bundle_source_finalize;
}

static void
bulla_bundle_source_init (BullaBundleSource *self)
{
  self->file = -1;
  g_mutex_init (&self->ahead.mutex);
}

static gboolean
fail_errno (GError **error, const char *what)
{
  int number = errno;

  g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (number), "%s: %s", what,
               g_strerror (number));
  return FALSE;
}

/**
 * bulla_bundle_source_new_for_file: (skip)
 * @path: a file; a pipe is read as a stream
 * @error: set if the file could not be opened
 *
 * Returns: (transfer full) (nullable): its bytes
 */
BullaBundleSource *
bulla_bundle_source_new_for_file (const char *path, GError **error)
{
  g_autoptr (BullaBundleSource) self = g_object_new (BULLA_TYPE_BUNDLE_SOURCE, NULL);

  self->file = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (self->file < 0 || fstat (self->file, &self->stat) != 0)
    return fail_errno (error, path), NULL;
  if (!S_ISREG (self->stat.st_mode)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "%s: not a regular file", path);
    return NULL;
  }
  return g_steal_pointer (&self);
}

/**
 * bulla_bundle_source_new_for_stream: (skip)
 * @stream: a stream, read to its end in the thread's main context
 * @quota: (nullable): limits the bytes that are kept, together with those of others; %NULL:
 *   %BULLA_BUNDLE_STREAM_MAX
 *
 * Returns: (transfer full): its bytes
 */
BullaBundleSource *
bulla_bundle_source_new_for_stream (GInputStream *stream, BullaQuota *quota)
{
  BullaBundleSource *self = g_object_new (BULLA_TYPE_BUNDLE_SOURCE, NULL);

  self->spool = quota != NULL ? bulla_spool_new_in (stream, quota)
                              : bulla_spool_new (stream, BULLA_BUNDLE_STREAM_MAX);
  return self;
}

gboolean
bulla_bundle_source_is_file (BullaBundleSource *self)
{
  return self->spool == NULL;
}

/**
 * bulla_bundle_source_get_length: (skip)
 * @self: a source
 *
 * Returns: the number of bytes that have arrived
 */
guint64
bulla_bundle_source_get_length (BullaBundleSource *self)
{
  return self->spool != NULL ? bulla_spool_get_length (self->spool) : (guint64)self->stat.st_size;
}

gboolean
bulla_bundle_source_is_complete (BullaBundleSource *self)
{
  return self->spool == NULL || bulla_spool_is_complete (self->spool);
}

/**
 * bulla_bundle_source_get_error: (skip)
 * @self: a source
 *
 * Returns: (nullable): why the source ended early
 */
const GError *
bulla_bundle_source_get_error (BullaBundleSource *self)
{
  return self->spool != NULL ? bulla_spool_get_error (self->spool) : NULL;
}

/**
 * bulla_bundle_source_has: (skip)
 * @self: a source
 * @until: an offset from the first byte
 *
 * Returns: whether all bytes before @until have arrived, or no more will
 */
gboolean
bulla_bundle_source_has (BullaBundleSource *self, guint64 until)
{
  return self->spool == NULL || bulla_spool_has (self->spool, until);
}

/* Checks that the file has not changed since it was verified. */
static gboolean
is_unchanged (BullaBundleSource *self, GError **error)
{
  struct stat now;

  if (fstat (self->file, &now) != 0)
    return fail_errno (error, "the bundle");
  if (now.st_size == self->stat.st_size && now.st_mtim.tv_sec == self->stat.st_mtim.tv_sec
      && now.st_mtim.tv_nsec == self->stat.st_mtim.tv_nsec)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG,
               "the bundle has changed since it was opened");
  return FALSE;
}

static gssize
read_file (BullaBundleSource *self, guint64 offset, guint8 *buffer, gsize size, GError **error)
{
  gsize done = 0;

  while (done < size) {
    gssize n = pread (self->file, buffer + done, size - done, (off_t)(offset + done));
    if (n == 0)
      break;
    if (n > 0)
      done += (gsize)n;
    else if (errno != EINTR)
      return fail_errno (error, "the bundle"), -1;
  }
  return is_unchanged (self, error) ? (gssize)done : -1;
}

/* Reads a few bytes: with those behind them if they are close to the last ones, which are kept. The
 * file was not changed at that time. */
static gssize
read_ahead (BullaBundleSource *self, guint64 offset, guint8 *buffer, gsize size, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->ahead.mutex);
  Ahead *ahead = &self->ahead;
  gboolean follows = offset >= ahead->last && offset <= ahead->last_end;

  if (ahead->bytes == NULL)
    return read_file (self, offset, buffer, size, error);
  ahead->last = offset;
  ahead->last_end = offset + size;
  if (offset < ahead->start || offset + size > ahead->start + ahead->length) {
    if (!follows)
      return read_file (self, offset, buffer, size, error);
    gsize most = (gsize)MIN (AHEAD_SIZE, (guint64)self->stat.st_size - offset);
    gssize n = read_file (self, offset, ahead->bytes, most, error);
    ahead->start = offset;
    ahead->length = (gsize)MAX (n, 0);
    if (n < 0)
      return -1;
  }
  gsize there = MIN (size, (gsize)(ahead->start + ahead->length - offset));
  memcpy (buffer, ahead->bytes + (offset - ahead->start), there);
  return (gssize)there;
}

/**
 * bulla_bundle_source_set_ahead: (skip)
 * @self: a source
 * @ahead: whether to read more than is asked for, because the caller reads nearly everything in the
 *   order of the file
 *
 * Has no effect on a stream, whose bytes are kept anyway.
 */
void
bulla_bundle_source_set_ahead (BullaBundleSource *self, gboolean ahead)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->ahead.mutex);

  g_clear_pointer (&self->ahead.bytes, g_free);
  self->ahead.length = 0;
  if (ahead && self->spool == NULL)
    self->ahead.bytes = g_malloc (AHEAD_SIZE);
}

/**
 * bulla_bundle_source_read_at: (skip)
 * @self: a source
 * @offset: offset from the first byte
 * @buffer: (out): receives at most @size bytes
 * @size: number of bytes to read
 * @error: set if the bytes could not be read
 *
 * Returns: the number of bytes read, those that have arrived; -1 on error
 */
gssize
bulla_bundle_source_read_at (BullaBundleSource *self, guint64 offset, void *buffer, gsize size,
                             GError **error)
{
  if (self->spool != NULL)
    return bulla_spool_read_at (self->spool, offset, buffer, size, error);
  guint64 length = (guint64)self->stat.st_size;
  gsize there = offset < length ? (gsize)MIN (size, length - offset) : 0;
  return there == 0               ? 0
         : there < AHEAD_SIZE / 2 ? read_ahead (self, offset, buffer, there, error)
                                  : read_file (self, offset, buffer, there, error);
}

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (bulla_spool_wait_finish (BULLA_SPOOL (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * bulla_bundle_source_wait_async: (skip)
 * @self: a source
 * @until: an offset from the first byte
 * @cancellable: (nullable): cancels the wait
 * @callback: (scope async): called when all bytes before @until have arrived, or no more will
 * @user_data: for @callback
 */
void
bulla_bundle_source_wait_async (BullaBundleSource *self, guint64 until, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  if (self->spool != NULL) {
    bulla_spool_wait_async (self->spool, until, cancellable, waited_cb, task);
    return;
  }
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

gboolean
bulla_bundle_source_wait_finish (BullaBundleSource *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

typedef struct {
  GTask *task; /* owned */
  void (*step) (GTask *task);
} Continuing;

static void
continue_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree Continuing *self = user_data;
  GError *error = NULL;

  if (bulla_bundle_source_wait_finish (BULLA_BUNDLE_SOURCE (object), result, &error)) {
    self->step (self->task);
    return;
  }
  g_task_return_error (self->task, error);
  g_object_unref (self->task);
}

/**
 * bulla_bundle_source_continue: (skip)
 * @self: a source
 * @until: offset of the end of the required bytes
 * @task: (transfer full): the task that waits for them; it fails if they do not arrive
 * @step: continues with @task, and takes ownership of it
 */
void
bulla_bundle_source_continue (BullaBundleSource *self, guint64 until, GTask *task,
                              void (*step) (GTask *task))
{
  Continuing *continuing = g_new (Continuing, 1);

  *continuing = (Continuing){task, step};
  bulla_bundle_source_wait_async (self, until, g_task_get_cancellable (task), continue_cb,
                                  continuing);
}

/**
 * bulla_bundle_source_wait: (skip)
 * @self: a source
 * @until: an offset from the first byte
 * @cancellable: (nullable): cancels the wait
 * @error: only %G_IO_ERROR_CANCELLED
 *
 * Like bulla_bundle_source_wait_async(), but blocks, running the main context of the stream.
 */
gboolean
bulla_bundle_source_wait (BullaBundleSource *self, guint64 until, GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (bulla_bundle_source_has (self, until))
    return !g_cancellable_set_error_if_cancelled (cancellable, error);
  bulla_bundle_source_wait_async (self, until, cancellable, bulla_wait_cb, &result);
  return bulla_bundle_source_wait_finish (self, bulla_wait_for (&result), error);
}

/**
 * bulla_bundle_source_hash: (skip)
 * @self: a complete source; any thread may call this
 * @hash: the hash function
 * @offset: offset of the first byte to hash
 * @cancellable: (nullable): cancels the call
 * @into: (out): the hash of all bytes from @offset to the end
 * @error: set if the source could not be read
 *
 * Reads in small pieces.
 */
gboolean
bulla_bundle_source_hash (BullaBundleSource *self, BullaHash hash, guint64 offset,
                          GCancellable *cancellable, guint8 into[BULLA_HASH_MAX], GError **error)
{
  g_autoptr (BullaHasher) hasher = bulla_hasher_new (hash);
  g_autofree guint8 *piece = g_malloc (PIECE_SIZE);
  gssize n = 1;

  while (n > 0 && !g_cancellable_set_error_if_cancelled (cancellable, error)) {
    n = bulla_bundle_source_read_at (self, offset, piece, PIECE_SIZE, error);
    if (n > 0)
      bulla_hasher_push (hasher, piece, (size_t)n);
    offset += (guint64)MAX (n, 0);
  }
  if (n == 0)
    bulla_hasher_finish (hasher, into);
  return n == 0;
}
