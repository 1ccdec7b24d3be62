/* bulla-bytes.c - reads files into GBytes, and converts GBytes to text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulla-error.h"

static void
set_file_error (GError **error, const char *path, int code)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", path,
               g_strerror (code));
}

/* Returns whether the descriptor is a regular file of at most @max bytes; @size is its size now. */
static gboolean
check_size (int descriptor, const char *path, gsize max, gsize *size, GError **error)
{
  struct stat found;

  if (fstat (descriptor, &found) != 0) {
    set_file_error (error, path, errno);
    return FALSE;
  }
  if (!S_ISREG (found.st_mode)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: not a regular file", path);
    return FALSE;
  }
  if ((guint64)found.st_size > max) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, "%s: larger than %" G_GSIZE_FORMAT " bytes",
                 path, max);
    return FALSE;
  }
  *size = (gsize)found.st_size;
  return TRUE;
}

/* Reads at most @size bytes, fewer if the file ends before. */
static GBytes *
read_bytes (int descriptor, const char *path, gsize size, GError **error)
{
  g_autofree guint8 *data = g_try_malloc (size);
  gsize n = 0;

  if (data == NULL && size > 0) {
    set_file_error (error, path, ENOMEM);
    return NULL;
  }
  while (n < size) {
    ssize_t part = read (descriptor, data + n, size - n);
    if (part < 0 && errno != EINTR) {
      set_file_error (error, path, errno);
      return NULL;
    }
    if (part == 0)
      break;
    n += part > 0 ? (gsize)part : 0;
  }
  return g_bytes_new_take (g_steal_pointer (&data), n);
}

/**
 * bulla_bytes_read_file: (skip)
 * @path: (type filename): a regular file
 * @max: the maximum size in bytes
 * @error: a `G_FILE_ERROR`; %BULLA_ERROR_LIMIT if the file is larger than @max. Both name @path
 *
 * The file is read and not mapped: whoever truncates a mapped file ends the process that has it. Of
 * a file that grows meanwhile the bytes that it had at first are returned.
 *
 * Returns: (transfer full) (nullable): the contents of the file
 */
GBytes *
bulla_bytes_read_file (const char *path, gsize max, GError **error)
{
  gsize size = 0;
  /* a FIFO is opened without waiting for its writer, so that it can be refused */
  int descriptor = g_open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
  GBytes *bytes = NULL;

  if (descriptor < 0) {
    set_file_error (error, path, errno);
    return NULL;
  }
  if (check_size (descriptor, path, max, &size, error))
    bytes = read_bytes (descriptor, path, size, error);
  close (descriptor);
  return bytes;
}

/**
 * bulla_bytes_is_missing: (skip)
 * @error: (nullable): an error of bulla_bytes_read_file()
 *
 * Returns: whether the file does not exist; any other error says nothing about that
 */
gboolean
bulla_bytes_is_missing (const GError *error)
{
  return g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT)
         || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR);
}

/**
 * bulla_bytes_dup_text: (skip)
 * @bytes: any bytes; if there are none, g_bytes_get_data() returns %NULL, but this returns ""
 *
 * Returns: (transfer full): the text up to the first NUL
 */
char *
bulla_bytes_dup_text (GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  return g_strndup (data != NULL ? data : "", size);
}
