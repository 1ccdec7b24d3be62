/* bulla-cli-file-name.c - shows file names, which may be of any bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-file-name.h"

#include <string.h>

#include "bulla-printable.h"

/**
 * bulla_cli_file_name_to_utf8: (skip)
 * @name: the name of a file
 *
 * Returns: (transfer full): the name, in which each byte that is not part of valid UTF-8 is written
 *   as `\xHH`, so that names that differ stay different
 */
char *
bulla_cli_file_name_to_utf8 (const char *name)
{
  GString *text = g_string_sized_new (strlen (name));
  const char *end = NULL;

  while (!g_utf8_validate (name, -1, &end)) {
    g_string_append_len (text, name, end - name);
    g_string_append_printf (text, "\\x%02x", (guint)(guchar)*end);
    name = end + 1;
  }
  g_string_append (text, name);
  return g_string_free (text, FALSE);
}

/**
 * bulla_cli_file_name_to_hex: (skip)
 * @name: the name of a file
 *
 * Returns: (transfer full) (nullable): its bytes in hexadecimal; %NULL if it is UTF-8, which JSON
 *   has as it is
 */
char *
bulla_cli_file_name_to_hex (const char *name)
{
  if (g_utf8_validate (name, -1, NULL))
    return NULL;
  GString *hex = g_string_sized_new (2 * strlen (name));
  for (; *name != '\0'; name++)
    g_string_append_printf (hex, "%02x", (guint)(guchar)*name);
  return g_string_free (hex, FALSE);
}

/**
 * bulla_cli_file_name_dup_shown: (skip)
 * @name: the name of a file
 *
 * Returns: (transfer full): the name for one line of a terminal; see bulla_printable_dup()
 */
char *
bulla_cli_file_name_dup_shown (const char *name)
{
  g_autofree char *text = bulla_cli_file_name_to_utf8 (name);

  return bulla_printable_dup (text);
}
