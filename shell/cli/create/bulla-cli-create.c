/* bulla-cli-create.c - functions shared by the verbs that create packages, keys and certificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"

/* The range of accepted dates. A certificate is valid from some time before its date until years
 * after it, and X.509 must be able to represent all these times. */
#define DATE_MIN G_GINT64_CONSTANT (86400)        /* 1970-01-02 */
#define DATE_MAX G_GINT64_CONSTANT (250246627200) /* 9900-01-01 */

gboolean
bulla_cli_parse_date (const char *text, int64_t *seconds, GError **error)
{
  if (text != NULL)
    return bulla_cli_parse_time_within ("date", text, DATE_MIN, DATE_MAX, seconds, error);
  *seconds = g_get_real_time () / G_USEC_PER_SEC;
  return TRUE;
}

/* Replaces the suffix: "chain.cbor" becomes "chain.pem"; without a suffix, @with is appended. */
char *
bulla_cli_replace_suffix (const char *path, const char *suffix, const char *with)
{
  size_t length = strlen (path) - (g_str_has_suffix (path, suffix) ? strlen (suffix) : 0);

  return g_strdup_printf ("%.*s%s", (int)length, path, with);
}

gboolean
bulla_cli_read_text (const char *path, char **text, GError **error)
{
  return g_file_get_contents (path, text, NULL, error);
}
