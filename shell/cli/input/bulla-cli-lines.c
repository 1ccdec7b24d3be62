/* bulla-cli-lines.c - reads names from the lines of standard input
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-lines.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdio.h>

#include "bulla-error.h"

#define LINE_MAX_BYTES 65536 /* longest path or URL of a line, without its newline */

/**
 * bulla_cli_read_line: (skip)
 * @line: receives the line, without its newline
 * @error: set if standard input fails, or the line has more than 65,536 bytes or a NUL byte, which
 *   ends a name in the output of “find -print0”
 *
 * May be called by one thread at a time.
 *
 * Returns: whether a line was read; %FALSE at the end, or with @error set
 */
gboolean
bulla_cli_read_line (GString *line, GError **error)
{
  int c = 0;

  g_string_truncate (line, 0);
  while ((c = getc_unlocked (stdin)) != EOF && c != '\n') {
    if (c == '\0') {
      g_set_error_literal (
          error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
          _ ("standard input: a line contains a NUL byte; separate names by newlines"));
      return FALSE;
    }
    if (line->len >= LINE_MAX_BYTES) {
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT,
                   _ ("standard input: a line exceeds %d bytes"), LINE_MAX_BYTES);
      return FALSE;
    }
    g_string_append_c (line, (char)c);
  }
  if (c == EOF && ferror (stdin)) {
    int code = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("standard input: %s"),
                 g_strerror (code));
    return FALSE;
  }
  return c != EOF || line->len > 0;
}
