/* bulla-cli-folder.c - writes files into one folder and never outside of it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every folder is opened relative to its parent, and symbolic links are not followed. An
 * existing file stays unchanged, or is replaced as a whole once the new one is complete. */
#include "bulla-cli-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE 65536
#define TEMPORARY ".bulla-extract~"

struct _BullaCliFolder {
  int root; /* file descriptor of the folder; owned */
  gboolean force;
};

static void
set_errno (GError **error, const char *path, int code)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
}

/**
 * bulla_cli_folder_new: (skip)
 * @path: path of the folder, which is created if missing
 * @force: whether to replace existing files
 * @error: set if the folder cannot be used
 *
 * Returns: (transfer full) (nullable): the folder
 */
BullaCliFolder *
bulla_cli_folder_new (const char *path, gboolean force, GError **error)
{
  int root = -1;

  if (g_mkdir_with_parents (path, 0777) == 0)
    root = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) {
    set_errno (error, path, errno);
    return NULL;
  }
  BullaCliFolder *self = g_new0 (BullaCliFolder, 1);
  self->root = root;
  self->force = force;
  return self;
}

void
bulla_cli_folder_free (BullaCliFolder *self)
{
  close (self->root);
  g_free (self);
}

/* Opens the folder that contains @path, and returns its last name; -1 with errno set. */
static int
open_parent (BullaCliFolder *self, const char *path, gboolean make, const char **name)
{
  int folder = dup (self->root);

  *name = path;
  for (const char *end = strchr (path, '/'); folder >= 0 && end != NULL;
       end = strchr (*name, '/')) {
    g_autofree char *step = g_strndup (*name, (gsize)(end - *name));
    int above = folder;
    *name = end + 1;
    if (make && mkdirat (above, step, 0777) != 0 && errno != EEXIST) {
      int code = errno;
      close (above);
      errno = code;
      return -1;
    }
    folder = openat (above, step, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int code = errno;
    close (above);
    errno = code;
  }
  return folder;
}

/**
 * bulla_cli_folder_has: (skip)
 * @self: a folder
 * @path: a path in the folder
 *
 * Returns: whether @path exists, as a file or as a symbolic link
 */
gboolean
bulla_cli_folder_has (BullaCliFolder *self, const char *path)
{
  const char *name = NULL;
  struct stat status;
  int parent = open_parent (self, path, FALSE, &name);

  if (parent < 0)
    return FALSE;
  gboolean has = fstatat (parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  close (parent);
  return has;
}

static gboolean
write_all (int file, const char *path, const guint8 *data, gsize length, GError **error)
{
  while (length > 0) {
    gssize n = write (file, data, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      set_errno (error, path, errno);
      return FALSE;
    }
    data += n;
    length -= (gsize)n;
  }
  return TRUE;
}

static gboolean
copy (int file, const char *path, GInputStream *content, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  gssize n = 0;

  while ((n = g_input_stream_read (content, buffer, BUFFER_SIZE, NULL, error)) > 0)
    if (!write_all (file, path, buffer, (gsize)n, error))
      return FALSE;
  return n == 0;
}

/* Creates a file that did not exist before; a failure leaves no file. */
static gboolean
write_new (int parent, const char *name, const char *path, GInputStream *content, GError **error)
{
  int file = openat (parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);

  if (file < 0) {
    set_errno (error, path, errno);
    return FALSE;
  }
  gboolean done = copy (file, path, content, error);
  if (close (file) != 0 && done) {
    set_errno (error, path, errno);
    done = FALSE;
  }
  if (!done)
    unlinkat (parent, name, 0);
  return done;
}

/* Replaces an ordinary file; refuses anything else. */
static gboolean
replace (int parent, const char *name, const char *path, GInputStream *content, GError **error)
{
  struct stat status;

  if (fstatat (parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
    return write_new (parent, name, path, content, error);
  if (!S_ISREG (status.st_mode)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("“%s” is not a regular file"),
                 path);
    return FALSE;
  }
  g_autofree char *temporary = g_strdup_printf (TEMPORARY "%d", (int)getpid ());
  if (!write_new (parent, temporary, path, content, error))
    return FALSE;
  if (renameat (parent, temporary, parent, name) == 0)
    return TRUE;
  set_errno (error, path, errno);
  unlinkat (parent, temporary, 0);
  return FALSE;
}

/**
 * bulla_cli_folder_write: (skip)
 * @self: a folder
 * @path: a path in the folder: ordinary names, separated by slashes
 * @content: a stream that is read to its end
 * @error: a failure to read @content or to write the file, which then does not exist
 */
gboolean
bulla_cli_folder_write (BullaCliFolder *self, const char *path, GInputStream *content,
                        GError **error)
{
  const char *name = NULL;
  int parent = open_parent (self, path, TRUE, &name);

  if (parent < 0) {
    set_errno (error, path, errno);
    return FALSE;
  }
  gboolean done = (self->force ? replace : write_new) (parent, name, path, content, error);
  close (parent);
  return done;
}
