/* bulla-cli-log-files.c - reads exported logs, which have one entry per line
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-log-files.h"

#include <bulla.h>
#include <glib/gi18n.h>

#include "bulla-cli-files.h"

#define LINE_MAX_BYTES (1 << 20)

/* Returns: (transfer full) (nullable): the next line without its break; NULL at the end or with
 * @error set */
static char *
read_line (GDataInputStream *in, GError **error)
{
  gsize length = 0;
  char *line = g_data_input_stream_read_line (in, &length, NULL, error);

  if (line == NULL || length <= LINE_MAX_BYTES)
    return line;
  g_free (line);
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("a line is longer than %d bytes"),
               LINE_MAX_BYTES);
  return NULL;
}

/**
 * bulla_cli_log_read_file: (skip)
 * @path: an exported log; "-" is standard input
 * @func: (scope call): called for each line that is not empty
 * @user_data: for @func
 * @error: set if the file cannot be read, or by @func
 */
gboolean
bulla_cli_log_read_file (const char *path, BullaExchangeLogFunc func, gpointer user_data,
                         GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GInputStream) file = bulla_cli_open_file (path, &failure);
  g_autoptr (GDataInputStream) in = file != NULL ? g_data_input_stream_new (file) : NULL;
  gboolean more = in != NULL;

  while (more) {
    g_autofree char *line = read_line (in, &failure);
    more = line != NULL && (*line == '\0' || func (line, user_data, &failure));
  }
  if (failure == NULL)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&failure), "%s: ", path);
  return FALSE;
}
