/* bulla-files-trust.c - what the kept files add to a trust, now and when they change
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A program that runs for days compares the files when it judges a package. The identity of a file
 * is that of stat(); only a file with another one is read, in a thread where nobody may block. */
#include "bulla-files-trust.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bulla-error.h"
#include "bulla-log-list-store.h"
#include "bulla-revocation-store.h"
#include "bulla-trust-internal.h"
#include "bulla-waiters.h"

/* A file that changed within this time can change again without another time stamp. */
#define SETTLED_AFTER (100 * G_TIME_SPAN_MILLISECOND)

typedef struct {
  gboolean known; /* whether the rest was read, and cannot have changed since unnoticed */
  gboolean exists;
  dev_t device;
  ino_t inode;
  off_t size;
  struct timespec modified, changed;
} Identity;

/* One of the lists: the revocation list, or the log list in effect. */
typedef struct {
  Identity identity; /* of the file or folder, when it was compared last */
  gboolean due;      /* it has changed, and nobody has begun to read it since */
  gboolean unread;   /* the last attempt to read it failed */
  guint used;        /* number of the reading whose result is in use */
} Followed;

struct _BullaTrustFiles {
  gatomicrefcount count;
  char *folder;             /* owned; nullable; as for bulla_files_new() */
  BullaFiles *files;        /* owned; keeps notices */
  gboolean with_logs;       /* whether the log list in effect is used */
  BullaTrustFilesFunc func; /* NULL once the owner has left */
  gpointer user_data;       /* passed to @func */
  Followed revocations;     /* the file */
  gboolean
      set_aside; /* whether that was damaged; the list of before counts until a file is there */
  Followed log_lists; /* the folder, whose files never change */
  gint64 next_list;   /* Unix time in s at which another kept list is in effect */
  gint64 last;        /* Unix time in s of the last call */
  guint n_readings;   /* begun until now */
  /* owned; those who wait for the reading that a thread does; NULL if none does */
  BullaWaiters *waiters;
  /* owned; nullable; those for whom the lists have to be read once more afterwards */
  BullaWaiters *waiters_after;
};

/* What a thread reads, and what it has found. */
typedef struct {
  BullaFiles *files; /* owned; of the thread alone */
  guint number;
  gint64 now; /* Unix time in s */
  gboolean with_revocations, with_logs;
  BullaRevocations *revocations; /* owned; NULL if the file is damaged or cannot be read */
  GError *revocation_error;      /* owned; NULL if it was read */
  BullaLogList *logs;            /* owned; NULL if none is in effect, or it cannot be read */
  GError *log_error;             /* owned; NULL if it was read */
  gint64 next_list;              /* Unix time in s at which another kept list is in effect */
} Reading;

/* Of a folder, @path: the identity changes when a file in it comes or goes. Unless stat() says that
 * nothing is there, its failure says nothing. */
static void
identify (const char *path, Identity *identity)
{
  gint64 now = g_get_real_time ();
  struct stat found;

  *identity = (Identity){.known = TRUE};
  if (stat (path, &found) != 0) {
    identity->known = errno == ENOENT || errno == ENOTDIR;
    return;
  }
  gint64 modified = (gint64)found.st_mtim.tv_sec * G_USEC_PER_SEC + found.st_mtim.tv_nsec / 1000;
  identity->exists = TRUE;
  identity->known = ABS (now - modified) > SETTLED_AFTER;
  identity->device = found.st_dev;
  identity->inode = found.st_ino;
  identity->size = found.st_size;
  identity->modified = found.st_mtim;
  identity->changed = found.st_ctim;
}

static gboolean
is_same_time (const struct timespec *one, const struct timespec *other)
{
  return one->tv_sec == other->tv_sec && one->tv_nsec == other->tv_nsec;
}

static gboolean
is_same (const Identity *one, const Identity *other)
{
  return one->known && other->known && one->exists == other->exists && one->device == other->device
         && one->inode == other->inode && one->size == other->size
         && is_same_time (&one->modified, &other->modified)
         && is_same_time (&one->changed, &other->changed);
}

/* Returns: whether the file has to be read; @last becomes its identity before that */
static gboolean
has_changed (BullaFiles *files, const char *name, Identity *last)
{
  g_autofree char *path = bulla_files_dup_path (files, name);
  Identity now;

  identify (path, &now);
  gboolean same = is_same (last, &now);
  *last = now;
  return !same;
}

/* @revocations: (transfer full): what the file says; an empty list counts as none */
static void
use_revocations (BullaTrust *trust, BullaRevocations *revocations)
{
  if (bulla_revocations_get_n (revocations) == 0)
    g_clear_pointer (&revocations, bulla_revocations_free);
  bulla_trust_set_revocations (trust, revocations);
}

/* Adds a notice, unless the last attempt failed as well, or the file is damaged, which set a notice
 * already. Returns: whether the file could not be read */
static gboolean
note_failure (BullaFiles *files, const GError *error, gboolean before)
{
  gboolean failed = error != NULL && !g_error_matches (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);

  if (failed && !before)
    bulla_files_add_notice (files, error->message);
  return failed;
}

/**
 * bulla_files_fill_trust: (skip)
 * @self: a store
 * @at: the time that packages are judged at, in Unix seconds; -1: now
 * @with_logs: whether the log list in effect at that time is used; not if the user names another
 * @trust: a trust
 * @error: set if a list exists and cannot be read, so that nobody knows what the user does not
 *   trust
 *
 * Adds the log list and the local revocation list. Files that are damaged are set aside;
 * bulla_files_steal_notice() says so.
 */
gboolean
bulla_files_fill_trust (BullaFiles *self, gint64 at, gboolean with_logs, BullaTrust *trust,
                        GError **error)
{
  gint64 now = at >= 0 ? at : g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) log_error = NULL, revocation_error = NULL;
  g_autoptr (BullaLogList) logs =
      with_logs ? bulla_log_list_store_find (self, now, &log_error) : NULL;
  BullaRevocations *revocations = bulla_revocation_store_load_whole (self, &revocation_error);

  if (logs != NULL)
    bulla_trust_add_log_list (trust, logs);
  if (revocations != NULL) /* a damaged one revokes nothing */
    use_revocations (trust, revocations);
  gboolean damaged = g_error_matches (revocation_error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
  if (log_error == NULL && (revocation_error == NULL || damaged))
    return TRUE;
  g_propagate_error (error, log_error != NULL ? g_steal_pointer (&log_error)
                                              : g_steal_pointer (&revocation_error));
  return FALSE;
}

/* --- files that change while the program runs */

/**
 * bulla_trust_files_new: (skip)
 * @folder: (nullable) (type filename): as for bulla_files_new()
 * @with_logs: as for bulla_files_fill_trust()
 * @func: called for each damaged file, by the calls that read the files, or when they have read
 *   them
 * @user_data: for @func
 *
 * Returns: (transfer full): files that were not read yet
 */
BullaTrustFiles *
bulla_trust_files_new (const char *folder, gboolean with_logs, BullaTrustFilesFunc func,
                       gpointer user_data)
{
  BullaTrustFiles *self = g_new0 (BullaTrustFiles, 1);

  g_atomic_ref_count_init (&self->count);
  self->folder = g_strdup (folder);
  self->files = bulla_files_new (folder);
  self->with_logs = with_logs;
  self->func = func;
  self->user_data = user_data;
  return self;
}

static void
trust_files_unref (BullaTrustFiles *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  bulla_files_free (self->files);
  g_free (self->folder);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaTrustFiles, trust_files_unref)

/**
 * bulla_trust_files_free: (skip)
 * @self: files
 *
 * Those who wait for bulla_trust_files_update_async() still get their result; nobody is told of
 * damaged files any more.
 */
void
bulla_trust_files_free (BullaTrustFiles *self)
{
  self->func = NULL;
  trust_files_unref (self);
}

/* Compares the files, which costs two calls of stat(). Returns: whether any list has to be read */
static gboolean
compare_files (BullaTrustFiles *self, gint64 now)
{
  Followed *revocations = &self->revocations, *logs = &self->log_lists;
  gboolean changed = has_changed (self->files, BULLA_REVOCATION_STORE_NAME, &revocations->identity);
  gboolean gone = revocations->identity.known && !revocations->identity.exists;

  revocations->due |= changed && !(self->set_aside && gone);
  if (self->with_logs) {
    changed = has_changed (self->files, BULLA_LOG_LIST_STORE_FOLDER, &logs->identity);
    logs->due |= changed || now < self->last || now >= self->next_list;
    self->last = now;
  }
  return revocations->due || logs->due;
}

/* Returns: (transfer full): what has to be read; nothing of it is due from now on */
static Reading *
begin_reading (BullaTrustFiles *self, gint64 now)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->files = bulla_files_new (self->folder);
  reading->number = ++self->n_readings;
  reading->now = now;
  reading->with_revocations = self->revocations.due;
  reading->with_logs = self->log_lists.due;
  self->revocations.due = self->log_lists.due = FALSE;
  return reading;
}

static void
reading_free (gpointer data)
{
  Reading *self = data;

  bulla_files_free (self->files);
  g_clear_pointer (&self->revocations, bulla_revocations_free);
  g_clear_pointer (&self->logs, bulla_log_list_free);
  g_clear_error (&self->revocation_error);
  g_clear_error (&self->log_error);
  g_free (self);
}

/* May be called in any thread. */
static void
read_lists (Reading *self)
{
  if (self->with_revocations)
    self->revocations = bulla_revocation_store_load_whole (self->files, &self->revocation_error);
  if (!self->with_logs)
    return;
  self->logs = bulla_log_list_store_find (self->files, self->now, &self->log_error);
  self->next_list = bulla_log_list_store_find_next (self->files, self->now);
}

/* Returns: whether the list counts; the result of a reading that began earlier does not */
static gboolean
take_number (Followed *list, const Reading *reading)
{
  if (reading->number < list->used)
    return FALSE;
  list->used = reading->number;
  return TRUE;
}

static void
take_revocations (BullaTrustFiles *self, Reading *reading, BullaTrust *trust)
{
  Followed *list = &self->revocations;

  if (!reading->with_revocations || !take_number (list, reading))
    return;
  list->unread = note_failure (self->files, reading->revocation_error, list->unread);
  if (list->unread) {
    list->identity.known = FALSE; /* the next call tries again */
    return;
  }
  self->set_aside = reading->revocations == NULL;
  if (!self->set_aside)
    use_revocations (trust, g_steal_pointer (&reading->revocations));
}

static void
take_logs (BullaTrustFiles *self, Reading *reading, BullaTrust *trust)
{
  Followed *list = &self->log_lists;

  if (!reading->with_logs || !take_number (list, reading))
    return;
  list->unread = note_failure (self->files, reading->log_error, list->unread);
  if (list->unread) {
    list->identity.known = FALSE; /* the next call tries again */
    return;
  }
  self->next_list = reading->next_list;
  bulla_trust_set_log_list (trust, reading->logs);
}

/* Tells the owner what is damaged, or could not be read. */
static void
pass_notices (BullaTrustFiles *self, BullaFiles *files)
{
  char *notice;

  while ((notice = bulla_files_steal_notice (files)) != NULL) {
    if (self->func != NULL)
      self->func (notice, self->user_data);
    g_free (notice);
  }
}

static void
take_reading (BullaTrustFiles *self, Reading *reading, BullaTrust *trust)
{
  take_revocations (self, reading, trust);
  take_logs (self, reading, trust);
  pass_notices (self, reading->files);
  pass_notices (self, self->files);
}

/**
 * bulla_trust_files_update: (skip)
 * @self: files
 * @now: Unix seconds
 * @trust: a trust, whose revocations and, unless the user names others, logs are those of @self
 *
 * Reads what has changed since the last call; otherwise this costs two calls of stat(). If the
 * revocation list is damaged, which sets it aside, the one of before stays in effect until a list
 * is there again. Lists that cannot be read stay in effect as they were, and each call tries again.
 */
void
bulla_trust_files_update (BullaTrustFiles *self, gint64 now, BullaTrust *trust)
{
  if (!compare_files (self, now))
    return;
  Reading *reading = begin_reading (self, now);
  read_lists (reading);
  take_reading (self, reading, trust);
  reading_free (reading);
}

/* --- the same, in a thread */

/**
 * bulla_trust_files_are_current: (skip)
 * @self: files
 * @now: Unix seconds
 *
 * Returns: whether a trust has what the files say, so that nobody has to wait for
 *   bulla_trust_files_update_async(); this costs two calls of stat()
 */
gboolean
bulla_trust_files_are_current (BullaTrustFiles *self, gint64 now)
{
  return !compare_files (self, now) && self->waiters == NULL;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  read_lists (task_data);
  g_task_return_boolean (task, TRUE);
}

static void read_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
start_reading (BullaTrustFiles *self, gint64 now, BullaTrust *trust)
{
  g_atomic_ref_count_inc (&self->count);
  g_autoptr (GTask) task = g_task_new (trust, NULL, read_cb, self);

  g_task_set_source_tag (task, start_reading);
  g_task_set_task_data (task, begin_reading (self, now), reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

static gboolean
have_left (BullaWaiters *waiters)
{
  return g_cancellable_is_cancelled (bulla_waiters_get_cancellable (waiters));
}

/* A list that nobody waits for is read to its end, and used. */
static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaTrustFiles) self = user_data;
  Reading *reading = g_task_get_task_data (G_TASK (result));
  g_autoptr (BullaWaiters) waiters = g_steal_pointer (&self->waiters);

  take_reading (self, reading, BULLA_TRUST (source));
  self->waiters = g_steal_pointer (&self->waiters_after);
  if (self->waiters != NULL && have_left (self->waiters))
    g_clear_pointer (&self->waiters, bulla_waiters_free);
  if (self->waiters != NULL)
    start_reading (self, reading->now, BULLA_TRUST (source));
  bulla_waiters_end (waiters);
}

/* @waiters: (inout) (nullable)
 * @task: (transfer full) */
static void
add_waiter (BullaWaiters **waiters, GTask *task)
{
  if (*waiters != NULL && have_left (*waiters))
    g_clear_pointer (waiters, bulla_waiters_free);
  if (*waiters == NULL)
    *waiters = bulla_waiters_new ();
  bulla_waiters_add (*waiters, task);
}

/**
 * bulla_trust_files_update_async: (skip)
 * @self: files
 * @now: Unix seconds
 * @trust: as for bulla_trust_files_update()
 * @cancellable: (nullable): to stop waiting; what is being read is used nevertheless
 * @callback: (scope async): called when @trust has what the files say
 * @user_data: for @callback
 *
 * Like bulla_trust_files_update(), but a thread reads the files. They are read once, however many
 * wait; who comes after a file has changed once more waits until that is read, too.
 */
void
bulla_trust_files_update_async (BullaTrustFiles *self, gint64 now, BullaTrust *trust,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (trust, cancellable, callback, user_data);

  g_task_set_source_tag (task, bulla_trust_files_update_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  gboolean due = compare_files (self, now), reading = self->waiters != NULL;
  if (!due && !reading) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  add_waiter (due && reading ? &self->waiters_after : &self->waiters, g_steal_pointer (&task));
  if (!reading)
    start_reading (self, now, trust);
}

/**
 * bulla_trust_files_update_finish: (skip)
 * @result: of bulla_trust_files_update_async()
 * @error: only %G_IO_ERROR_CANCELLED
 *
 * Returns: whether the trust has what the files say, as far as they can be read
 */
gboolean
bulla_trust_files_update_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
