/* bulla-cli-create.c - what the verbs that make things share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"

#include <glib/gi18n.h>

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
    return bulla_cli_parse_time (text, seconds, error);
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
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("“%s” is no ordinary file"),
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
  g_print (_ ("Wrote %s\n"), path);
  return TRUE;
}

gboolean
bulla_cli_read_text (const char *path, char **text, GError **error)
{
  return g_file_get_contents (path, text, NULL, error);
}
