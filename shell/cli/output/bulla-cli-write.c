/* bulla-cli-write.c - writes files completely or not at all
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-write.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulla-cli-print.h"
#include "bulla-cli-unfinished.h"

/**
 * bulla_cli_check_absent: (skip)
 * @path: the path of a file to be written
 * @force: whether it may replace an ordinary file
 * @error: set if @path exists, or is not an ordinary file
 */
gboolean
bulla_cli_check_absent (const char *path, gboolean force, GError **error)
{
  gboolean exists = g_file_test (path, G_FILE_TEST_EXISTS);

  if (exists && force && !g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    /* such a folder or device would be replaced by a file */
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("“%s” is not a regular file"),
                 path);
    return FALSE;
  }
  if (force || !exists)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               _ ("“%s” already exists; use --force to replace it"), path);
  return FALSE;
}

/**
 * bulla_cli_write_file: (skip)
 * @size: bytes of @data
 * @mode: the permissions of a new file
 *
 * Writes the whole file or nothing, and reports the file on stdout.
 */
gboolean
bulla_cli_write_file (const char *path, const void *data, gsize size, int mode, GError **error)
{
  if (!g_file_set_contents_full (path, data, size, G_FILE_SET_CONTENTS_CONSISTENT, mode, error))
    return FALSE;
  bulla_cli_print (_ ("Wrote %s\n"), path);
  return TRUE;
}

static gboolean
fail_errno (const char *path, int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

/* Renames the finished file; without @force it never replaces an existing one. */
static gboolean
place (const char *temporary, const char *path, gboolean force, GError **error)
{
  if (!force && link (temporary, path) == 0) {
    g_unlink (temporary);
    return TRUE;
  }
  if (!force && errno == EEXIST)
    return bulla_cli_check_absent (path, FALSE, error);
  /* Some file systems do not support hard links. */
  if (!bulla_cli_check_absent (path, force, error))
    return FALSE;
  return g_rename (temporary, path) == 0 || fail_errno (path, errno, error);
}

/* Makes a file that an interruption removes. Returns: its descriptor; -1 with errno set */
static int
open_temporary (char *name)
{
  bulla_cli_unfinished_lock ();
  int file = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0600);
  int code = errno;
  if (file >= 0)
    bulla_cli_unfinished_add (name);
  bulla_cli_unfinished_unlock ();
  errno = code;
  return file;
}

static gboolean
write_temporary (int file, const char *temporary, int mode, BullaWriteFunc write,
                 gpointer user_data, GError **error)
{
  g_autoptr (GOutputStream) raw = g_unix_output_stream_new (file, TRUE);
  g_autoptr (GOutputStream) out = g_buffered_output_stream_new_sized (raw, 65536);
  mode_t mask = umask (0);

  umask (mask);
  if (!write (out, user_data, error) || !g_output_stream_flush (out, NULL, error))
    return FALSE;
  if (fchmod (file, (mode_t)mode & ~mask) != 0 || fsync (file) != 0)
    return fail_errno (temporary, errno, error);
  return g_output_stream_close (out, NULL, error);
}

/* Copies the finished file to standard output, after what was printed before. */
static gboolean
copy_to_stdout (const char *temporary, GError **error)
{
  int file = g_open (temporary, O_RDONLY | O_CLOEXEC, 0);

  if (file < 0)
    return fail_errno (temporary, errno, error);
  fflush (stdout);
  g_autoptr (GInputStream) in = g_unix_input_stream_new (file, TRUE);
  g_autoptr (GOutputStream) out = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  return g_output_stream_splice (out, in, G_OUTPUT_STREAM_SPLICE_NONE, NULL, error) >= 0;
}

/**
 * bulla_cli_write_checked: (skip)
 * @path: the path of a file; "-" is standard output
 * @mode: the permissions of the file, before umask
 * @force: whether it may replace an ordinary file
 * @write: writes the content; called once
 * @check: (nullable): says whether the file may be written, from its content in another file
 * @user_data: for @write and @check
 * @error: set if the file exists, cannot be written, or is rejected
 *
 * Writes the whole file or nothing; an existing file is replaced only when the new one is complete
 * and @check accepts it.
 */
gboolean
bulla_cli_write_checked (const char *path, int mode, gboolean force, BullaWriteFunc write,
                         BullaCheckFunc check, gpointer user_data, GError **error)
{
  gboolean to_stdout = strcmp (path, "-") == 0;
  g_autofree char *temporary = to_stdout ? g_build_filename (g_get_tmp_dir (), "bulla-XXXXXX", NULL)
                                         : g_strconcat (path, ".XXXXXX", NULL);
  int file = open_temporary (temporary);

  if (file < 0)
    return fail_errno (to_stdout ? temporary : path, errno, error);
  gboolean written = write_temporary (file, temporary, mode, write, user_data, error)
                     && (check == NULL || check (temporary, user_data, error));
  if (written && to_stdout)
    written = copy_to_stdout (temporary, error);
  bulla_cli_unfinished_lock ();
  if (written && !to_stdout)
    written = place (temporary, path, force, error);
  if (!written || to_stdout)
    g_unlink (temporary); /* only the first error is reported */
  bulla_cli_unfinished_remove (temporary);
  bulla_cli_unfinished_unlock ();
  return written;
}

/**
 * bulla_cli_write_atomically: (skip)
 * @mode: the permissions of the file, before umask
 * @force: whether it may replace an ordinary file
 * @write: writes the content; called once
 *
 * Writes the whole file or nothing; an existing file is replaced only when the new one is complete.
 */
gboolean
bulla_cli_write_atomically (const char *path, int mode, gboolean force, BullaWriteFunc write,
                            gpointer user_data, GError **error)
{
  g_autofree char *file = strcmp (path, "-") == 0 ? g_strdup ("./-") : g_strdup (path);

  return bulla_cli_write_checked (file, mode, force, write, NULL, user_data, error);
}

/**
 * bulla_cli_check_output: (skip)
 * @path: the path of a file to be written; "-" is standard output
 * @force: whether it may replace an ordinary file
 * @error: as for bulla_cli_check_absent()
 */
gboolean
bulla_cli_check_output (const char *path, gboolean force, GError **error)
{
  return strcmp (path, "-") == 0 || bulla_cli_check_absent (path, force, error);
}

/**
 * bulla_cli_write_output: (skip)
 * @path: the path of a file; "-" is standard output
 *
 * As bulla_cli_write_atomically(), or writes to standard output, after what was printed before.
 */
gboolean
bulla_cli_write_output (const char *path, int mode, gboolean force, BullaWriteFunc write,
                        gpointer user_data, GError **error)
{
  if (strcmp (path, "-") != 0)
    return bulla_cli_write_atomically (path, mode, force, write, user_data, error);
  fflush (stdout);
  g_autoptr (GOutputStream) out = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  return write (out, user_data, error);
}

static gboolean
write_bytes_cb (GOutputStream *out, gpointer user_data, GError **error)
{
  gsize length = 0;
  const void *data = g_bytes_get_data (user_data, &length);

  return g_output_stream_write_all (out, data, length, NULL, NULL, error);
}

/**
 * bulla_cli_write_bytes: (skip)
 * @path: the path of a file that others may read; "-" is standard output
 * @bytes: what is written
 * @force: whether it may replace an ordinary file
 * @error: set if the file exists, or cannot be written
 */
gboolean
bulla_cli_write_bytes (const char *path, GBytes *bytes, gboolean force, GError **error)
{
  return bulla_cli_write_output (path, BULLA_CLI_PUBLIC_MODE, force, write_bytes_cb, bytes, error);
}
