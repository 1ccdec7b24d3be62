/* bulla-cli-create.c - what the verbs that make things share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"
#include "bulla-cli-print.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is made is valid from a while before its date, and for years after it: all of that must be
 * times that certificates can express. */
#define DATE_MIN G_GINT64_CONSTANT (86400)        /* 1970-01-02 */
#define DATE_MAX G_GINT64_CONSTANT (250246627200) /* 9900-01-01 */

gboolean
bulla_cli_require_arguments (char **arguments, guint count, const char *synopsis, GError **error)
{
  if (g_strv_length (arguments) == count)
    return TRUE;
  bulla_cli_usage_error (error, _ ("expected: %s"), _ (synopsis));
  return FALSE;
}

gboolean
bulla_cli_require_option (gconstpointer value, const char *name, GError **error)
{
  if (value == NULL)
    bulla_cli_usage_error (error, _ ("the option --%s is missing"), name);
  return value != NULL;
}

gboolean
bulla_cli_parse_date (const char *text, int64_t *seconds, GError **error)
{
  if (text != NULL)
    return bulla_cli_parse_time_within ("date", text, DATE_MIN, DATE_MAX, seconds, error);
  *seconds = g_get_real_time () / G_USEC_PER_SEC;
  return TRUE;
}

/* "chain.cbor" becomes "chain.pem"; without the suffix, @with is added */
char *
bulla_cli_replace_suffix (const char *path, const char *suffix, const char *with)
{
  size_t length = strlen (path) - (g_str_has_suffix (path, suffix) ? strlen (suffix) : 0);

  return g_strdup_printf ("%.*s%s", (int)length, path, with);
}

gboolean
bulla_cli_check_absent (const char *path, gboolean force, GError **error)
{
  gboolean exists = g_file_test (path, G_FILE_TEST_EXISTS);
  if (exists && force && !g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    /* it would be replaced, not written to */
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("“%s” is not an ordinary file"),
                 path);
    return FALSE;
  }
  if (force || !exists)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _ ("“%s” exists already; --force replaces it"),
               path);
  return FALSE;
}

/* Says what was written. */
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

/* Gives what was written its name: without @force never that of a file that is there. */
static gboolean
place (const char *temporary, const char *path, gboolean force, GError **error)
{
  if (!force && link (temporary, path) == 0) {
    g_unlink (temporary);
    return TRUE;
  }
  if (!force && errno == EEXIST)
    return bulla_cli_check_absent (path, FALSE, error);
  /* some file systems know no second names */
  if (!bulla_cli_check_absent (path, force, error))
    return FALSE;
  return g_rename (temporary, path) == 0 || fail_errno (path, errno, error);
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

/* The file is there as a whole or not at all; one that was there stays as it was until then. */
gboolean
bulla_cli_write_atomically (const char *path, int mode, gboolean force, BullaWriteFunc write,
                            gpointer user_data, GError **error)
{
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  int file = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);

  if (file < 0)
    return fail_errno (path, errno, error);
  if (write_temporary (file, temporary, mode, write, user_data, error)
      && place (temporary, path, force, error))
    return TRUE;
  g_unlink (temporary); /* the first error is the one to tell */
  return FALSE;
}

gboolean
bulla_cli_read_text (const char *path, char **text, GError **error)
{
  return g_file_get_contents (path, text, NULL, error);
}
