/* bulla-files.c - the folder in which Bulla keeps what it has to remember
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>

#include "bulla-store-folder.h"

#define FILE_MODE 0600

struct _BullaFiles {
  char *folder;    /* owned */
  GQueue *notices; /* owned; of char * */
};

/**
 * bulla_files_new: (skip)
 * @folder: (nullable) (type filename): where the store is; %NULL: in the folder that the variable
 *   `BULLA_STORE` names, else in `bulla` in the user's folder for data
 *
 * Nothing is read or made: the folder comes into being when something is written.
 *
 * Returns: (transfer full): the store
 */
BullaFiles *
bulla_files_new (const char *folder)
{
  BullaFiles *self = g_new0 (BullaFiles, 1);
  const char *named = folder != NULL ? folder : g_getenv ("BULLA_STORE");

  self->folder = named != NULL && *named != '\0'
                     ? g_strdup (named)
                     : g_build_filename (g_get_user_data_dir (), "bulla", NULL);
  self->notices = g_queue_new ();
  return self;
}

void
bulla_files_free (BullaFiles *self)
{
  g_free (self->folder);
  g_queue_free_full (self->notices, g_free);
  g_free (self);
}

/**
 * bulla_files_dup_path: (skip)
 * @self: a store
 * @name: of a file in it, with `/` after the name of a folder
 *
 * Returns: (transfer full) (type filename): where that file is, or would be
 */
char *
bulla_files_dup_path (BullaFiles *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

/**
 * bulla_files_write: (skip)
 * @self: a store
 * @name: as for bulla_files_dup_path()
 * @bytes: what the file is to hold
 * @error: a `G_FILE_ERROR` or `G_IO_ERROR`, for instance of a full disk; then the file is as before
 *
 * Writes a file as a whole or not at all; when this returns, it is on the disk. Only the user can
 * read it.
 */
gboolean
bulla_files_write (BullaFiles *self, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *path = bulla_files_dup_path (self, name);
  g_autofree char *folder = g_path_get_dirname (path);
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  return bulla_store_folder_make (folder, error)
         && g_file_set_contents_full (path, data != NULL ? data : "", (gssize)size,
                                      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                      FILE_MODE, error);
}

/**
 * bulla_files_lock: (skip)
 * @self: a store
 * @error: a `G_IO_ERROR` if the folder cannot be made
 *
 * Waits until no other process is changing the store.
 *
 * Returns: a descriptor; closing it unlocks the store. -1 on error
 */
int
bulla_files_lock (BullaFiles *self, GError **error)
{
  if (!bulla_store_folder_make (self->folder, error))
    return -1;
  int folder = g_open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  int locked = -1;
  while (folder >= 0 && (locked = flock (folder, LOCK_EX)) != 0 && errno == EINTR)
    ;
  if (locked == 0)
    return folder;
  int code = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", self->folder,
               g_strerror (code));
  if (folder >= 0)
    g_close (folder, NULL);
  return -1;
}

/**
 * bulla_files_set_aside: (skip)
 * @self: a store
 * @path: (type filename): of a file in it that is damaged
 * @why: what is wrong with it
 *
 * Renames the file to `NAME.damaged-TIME`, and keeps a notice for bulla_files_steal_notice().
 */
void
bulla_files_set_aside (BullaFiles *self, const char *path, const char *why)
{
  g_autofree char *aside = bulla_store_folder_set_aside (path);

  if (aside != NULL)
    g_queue_push_tail (self->notices,
                       g_strdup_printf ("%s is damaged (%s); it is kept as %s", path, why, aside));
  else
    g_queue_push_tail (self->notices, g_strdup_printf ("%s is damaged (%s)", path, why));
}

/**
 * bulla_files_add_notice: (skip)
 * @self: a store
 * @notice: something that the user should be told
 *
 * Keeps a notice for bulla_files_steal_notice().
 */
void
bulla_files_add_notice (BullaFiles *self, const char *notice)
{
  g_queue_push_tail (self->notices, g_strdup (notice));
}

/**
 * bulla_files_steal_notice: (skip)
 * @self: a store
 *
 * Returns: (transfer full) (nullable): the oldest thing that the user should be told; %NULL: there
 *   is nothing more
 */
char *
bulla_files_steal_notice (BullaFiles *self)
{
  return g_queue_pop_head (self->notices);
}
