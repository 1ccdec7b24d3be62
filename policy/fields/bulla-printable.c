/* bulla-printable.c - makes untrusted text safe to print
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-printable.h"

#include <string.h>

#define BEYOND_BMP 0x10000

/* g_unichar_isprint() rejects controls (C0, DEL, C1), format characters (bidirectional controls,
 * zero width, tags) and unassigned characters; it accepts both separators. */
static gboolean
is_safe (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return g_unichar_isprint (c) && type != G_UNICODE_LINE_SEPARATOR
         && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* Escapes a character like JSON, so that JSON text keeps its meaning. */
static void
append_escape (GString *out, gunichar c)
{
  if (c < BEYOND_BMP)
    g_string_append_printf (out, "\\u%04x", c);
  else
    g_string_append_printf (out, "\\u%04x\\u%04x", 0xd800 + ((c - BEYOND_BMP) >> 10),
                            0xdc00 + ((c - BEYOND_BMP) & 0x3ff));
}

/* @kept: control characters that are not escaped */
static char *
escape (const char *text, const char *kept)
{
  GString *out = g_string_sized_new (strlen (text));

  for (const char *at = text; *at != '\0';) {
    if (g_ascii_isprint (*at) || strchr (kept, *at) != NULL) {
      g_string_append_c (out, *at++);
      continue;
    }
    gunichar c = g_utf8_get_char_validated (at, -1);
    if (c == (gunichar)-1 || c == (gunichar)-2) {
      g_string_append (out, "\xef\xbf\xbd"); /* U+FFFD */
      at++;
      continue;
    }
    if (is_safe (c))
      g_string_append_unichar (out, c);
    else
      append_escape (out, c);
    at = g_utf8_next_char (at);
  }
  return g_string_free (out, FALSE);
}

/**
 * bulla_printable_dup: (skip)
 * @text: untrusted text: a file's name, a header field, a URL, a message that quotes one of them
 *
 * Makes one line of printable UTF-8. Control characters (C0, DEL, C1), bidirectional controls and
 * other format characters, line and paragraph separators are escaped as in JSON (`\u001b`), a
 * newline too; each byte that is not part of valid UTF-8 becomes U+FFFD.
 *
 * Returns: (transfer full): text that cannot send commands to a terminal, reorder its line or break
 *   it
 */
char *
bulla_printable_dup (const char *text)
{
  return escape (text, "");
}

/**
 * bulla_printable_dup_lines: (skip)
 * @text: a whole output, which may contain untrusted text; or a JSON text
 *
 * Like bulla_printable_dup(), but keeps newlines and tabs. JSON keeps its values, because the
 * escaped characters can only occur within its strings.
 *
 * Returns: (transfer full): text that cannot send commands to a terminal, or reorder a line
 */
char *
bulla_printable_dup_lines (const char *text)
{
  return escape (text, "\n\t");
}
