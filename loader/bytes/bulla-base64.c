/* bulla-base64.c - decodes base64 strictly: anything that is not base64 is an error
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 4648 sections 4 and 5 */
#include "bulla-base64.h"

/* Returns: the character of the plain alphabet for @c; NUL if @c is in neither alphabet */
static char
map_character (char c, BullaBase64Flags flags)
{
  if (g_ascii_isalnum (c) || c == '+' || c == '/')
    return c;
  if ((flags & BULLA_BASE64_URL) != 0 && (c == '-' || c == '_'))
    return c == '-' ? '+' : '/';
  return '\0';
}

/**
 * bulla_base64_decode: (skip)
 * @text: base64, with or without its padding; need not be NUL-terminated
 * @length: bytes of @text
 * @flags: what is accepted beyond RFC 4648 section 4
 *
 * Unused bits of the last character are ignored, as browsers do.
 *
 * Returns: (transfer full) (nullable): the bytes; %NULL if @text is not base64
 */
GBytes *
bulla_base64_decode (const char *text, gsize length, BullaBase64Flags flags)
{
  g_autoptr (GString) plain = g_string_sized_new (length + 4);
  gsize padding = 0, decoded = 0;

  for (gsize i = 0; i < length; i++) {
    char c = map_character (text[i], flags);
    if ((flags & BULLA_BASE64_SPACES) != 0 && g_ascii_isspace (text[i]))
      continue;
    if (text[i] == '=')
      padding++;
    else if (c == '\0' || padding > 0)
      return NULL;
    else
      g_string_append_c (plain, c);
  }
  if (plain->len % 4 == 1 || (padding > 0 && (padding > 2 || (plain->len + padding) % 4 != 0)))
    return NULL;
  while (plain->len % 4 != 0)
    g_string_append_c (plain, '=');
  guint8 *bytes = g_base64_decode (plain->str, &decoded);
  return g_bytes_new_take (bytes, decoded);
}
