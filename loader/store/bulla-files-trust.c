/* bulla-files-trust.c - what the kept files add to a trust, now and when they change
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A program that runs for days compares the files when it judges a package. The identity of a file
 * is that of stat(); only a file with another one is read. */
#include "bulla-files-trust.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bulla-error.h"
#include "bulla-log-list-store.h"
#include "bulla-revocation-store.h"
#include "bulla-trust-internal.h"

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

struct _BullaTrustFiles {
  BullaFiles *files;  /* owned */
  gboolean with_logs; /* whether the log list in effect is used */
  BullaTrustFilesFunc func;
  gpointer user_data;   /* passed to @func */
  Identity revocations; /* of the file */
  gboolean
      set_aside; /* whether that was damaged; the list of before counts until a file is there */
  Identity log_lists; /* of the folder, whose files never change */
  gint64 next_list;   /* Unix time in s at which another kept list is in effect */
  gint64 last;        /* Unix time in s of the last call */
  gboolean unread_revocations, unread_logs; /* whether the last attempt to read them failed */
};

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

/* Returns: whether @trust has what the file says; a file that is damaged or cannot be read revokes
 * nothing, and takes nothing back */
static gboolean
use_revocations (BullaFiles *files, BullaTrust *trust, GError **error)
{
  BullaRevocations *revocations = bulla_revocation_store_load_whole (files, error);

  if (revocations == NULL)
    return FALSE;
  if (bulla_revocations_get_n (revocations) == 0)
    g_clear_pointer (&revocations, bulla_revocations_free);
  bulla_trust_set_revocations (trust, revocations);
  return TRUE;
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
 *
 * Adds the log list and the local revocation list. Files that are damaged are set aside, those that
 * cannot be read stay; bulla_files_steal_notice() says so.
 */
void
bulla_files_fill_trust (BullaFiles *self, gint64 at, gboolean with_logs, BullaTrust *trust)
{
  gint64 now = at >= 0 ? at : g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) log_error = NULL, revocation_error = NULL;
  g_autoptr (BullaLogList) logs =
      with_logs ? bulla_log_list_store_find (self, now, &log_error) : NULL;

  if (logs != NULL)
    bulla_trust_add_log_list (trust, logs);
  use_revocations (self, trust, &revocation_error);
  note_failure (self, log_error, FALSE);
  note_failure (self, revocation_error, FALSE);
}

/* --- files that change while the program runs */

/**
 * bulla_trust_files_new: (skip)
 * @folder: (nullable) (type filename): as for bulla_files_new()
 * @with_logs: as for bulla_files_fill_trust()
 * @func: called for each damaged file, by bulla_trust_files_update()
 * @user_data: for @func
 *
 * Returns: (transfer full): files that were not read yet
 */
BullaTrustFiles *
bulla_trust_files_new (const char *folder, gboolean with_logs, BullaTrustFilesFunc func,
                       gpointer user_data)
{
  BullaTrustFiles *self = g_new0 (BullaTrustFiles, 1);

  self->files = bulla_files_new (folder);
  self->with_logs = with_logs;
  self->func = func;
  self->user_data = user_data;
  return self;
}

void
bulla_trust_files_free (BullaTrustFiles *self)
{
  bulla_files_free (self->files);
  g_free (self);
}

static void
update_revocations (BullaTrustFiles *self, BullaTrust *trust)
{
  g_autoptr (GError) error = NULL;
  gboolean changed = has_changed (self->files, BULLA_REVOCATION_STORE_NAME, &self->revocations);
  gboolean gone = self->revocations.known && !self->revocations.exists;

  if (!changed || (self->set_aside && gone))
    return;
  gboolean used = use_revocations (self->files, trust, &error);
  self->unread_revocations = note_failure (self->files, error, self->unread_revocations);
  if (self->unread_revocations)
    self->revocations.known = FALSE; /* the next call tries again */
  else
    self->set_aside = !used;
}

static void
update_logs (BullaTrustFiles *self, gint64 now, BullaTrust *trust)
{
  g_autoptr (GError) error = NULL;
  gboolean changed = has_changed (self->files, BULLA_LOG_LIST_STORE_FOLDER, &self->log_lists);
  gboolean turned_back = now < self->last;

  self->last = now;
  if (!changed && !turned_back && now < self->next_list)
    return;
  g_autoptr (BullaLogList) logs = bulla_log_list_store_find (self->files, now, &error);
  self->unread_logs = note_failure (self->files, error, self->unread_logs);
  if (self->unread_logs) {
    self->log_lists.known = FALSE; /* the next call tries again */
    return;
  }
  self->next_list = bulla_log_list_store_find_next (self->files, now);
  bulla_trust_set_log_list (trust, logs);
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
  char *notice;

  update_revocations (self, trust);
  if (self->with_logs)
    update_logs (self, now, trust);
  while ((notice = bulla_files_steal_notice (self->files)) != NULL) {
    self->func (notice, self->user_data);
    g_free (notice);
  }
}
