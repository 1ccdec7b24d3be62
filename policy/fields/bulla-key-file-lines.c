/* bulla-key-file-lines.c - finds the lines of groups, keys and errors in the text of a key file
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * GKeyFile's errors carry no line number, so the text is searched again. */
#include "bulla-key-file-lines.h"

#include <string.h>

/**
 * bulla_key_file_find_line: (skip)
 * @text: the text of a key file
 * @group: name of a group
 * @key: (nullable): name of a key in it; %NULL for the line that begins the group
 *
 * Returns: the line, from 1; that of the last occurrence of a key, which GKeyFile takes, and of the
 *   first one of a group; 0 if the text has none
 */
guint
bulla_key_file_find_line (const char *text, const char *group, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean inside = FALSE;
  guint found = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = g_strstrip (lines[i]);
    if (line[0] == '[') {
      inside = strncmp (line + 1, group, strlen (group)) == 0 && line[1 + strlen (group)] == ']';
      if (inside && key == NULL)
        return i + 1;
      continue;
    }
    size_t length = key != NULL ? strlen (key) : 0;
    if (inside && key != NULL && strncmp (line, key, length) == 0
        && (line[length] == '=' || g_ascii_isspace (line[length])))
      found = i + 1;
  }
  return found;
}

/* Says whether GKeyFile reads the first bytes of a text. */
static gboolean
is_readable (const char *text, gsize length)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  return length == 0 || g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL);
}

/**
 * bulla_key_file_find_error_line: (skip)
 * @text: a text that g_key_file_load_from_data() refuses
 *
 * Reads beginnings of the text, about as often as the binary logarithm of its lines: what follows
 * a wrong line does not make it right.
 *
 * Returns: the first line, from 1, that cannot be read; 0 if all can
 */
guint
bulla_key_file_find_error_line (const char *text)
{
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  guint low = 0;

  for (gsize i = 0, n = strlen (text); i < n; i++) {
    gsize end = i + 1;
    if (text[i] == '\n' || end == n)
      g_array_append_val (ends, end);
  }
  guint high = ends->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (is_readable (text, g_array_index (ends, gsize, middle)))
      low = middle + 1;
    else
      high = middle;
  }
  return low < ends->len ? low + 1 : 0;
}
