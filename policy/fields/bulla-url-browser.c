/* bulla-url-browser.c - what browsers take in a URL besides valid URL strings, with one meaning
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: URL, "URL parsing"; UTS #46 */
#include "bulla-url-browser.h"

#include <string.h>

/* Returns: whether a host has this character in the form in which it is registered */
static gboolean
is_host_character (gunichar c)
{
  if (c < 0x80)
    return g_ascii_isalnum ((char)c) || c == '-' || c == '.' || c == '_';
  return g_unichar_isalpha (c) || g_unichar_ismark (c)
         || g_unichar_type (c) == G_UNICODE_DECIMAL_NUMBER;
}

/**
 * bulla_url_dup_ascii_host: (skip)
 * @host: a host with characters beyond ASCII, UTF-8, in which ASCII letters are in lower case
 *
 * The versions of IDNA differ in how they map characters. A host is taken only as it is registered:
 * in lower case, normalised, of letters and digits that all versions encode alike.
 *
 * Returns: (transfer full) (nullable): the host in its one form in ASCII (xn--…); %NULL if
 *   programs could find another one
 */
char *
bulla_url_dup_ascii_host (const char *host)
{
  static const char *const DEVIATIONS[] = {"ß", "ẞ", "ς", "\u200c", "\u200d"}; /* UTS #46 4 */
  g_autofree char *lower = g_utf8_strdown (host, -1);
  g_autofree char *normal = g_utf8_normalize (host, -1, G_NORMALIZE_ALL_COMPOSE);

  if (normal == NULL || strcmp (lower, host) != 0 || strcmp (normal, host) != 0)
    return NULL;
  for (size_t i = 0; i < G_N_ELEMENTS (DEVIATIONS); i++)
    if (strstr (host, DEVIATIONS[i]) != NULL)
      return NULL;
  for (const char *at = host; *at != '\0'; at = g_utf8_next_char (at))
    if (!is_host_character (g_utf8_get_char (at)))
      return NULL;
  g_autofree char *ascii = g_hostname_to_ascii (host);
  g_autofree char *back = ascii != NULL ? g_hostname_to_unicode (ascii) : NULL;
  return g_strcmp0 (back, host) == 0 ? g_steal_pointer (&ascii) : NULL;
}

/**
 * bulla_url_dup_cleaned: (skip)
 * @path: a path, with its query
 * @length: bytes of @path
 *
 * Returns: (transfer full): the path as the URL Standard reads it: without tabs and line breaks,
 *   and without control characters and spaces at its end
 */
char *
bulla_url_dup_cleaned (const char *path, size_t length)
{
  GString *text = g_string_sized_new (length);

  for (size_t i = 0; i < length; i++)
    if (strchr ("\t\r\n", path[i]) == NULL)
      g_string_append_c (text, path[i]);
  while (text->len > 0 && (guchar)text->str[text->len - 1] <= ' ')
    g_string_truncate (text, text->len - 1);
  return g_string_free (text, FALSE);
}

/**
 * bulla_url_find_path: (skip)
 * @bytes: a URL
 * @length: bytes of @bytes
 *
 * Returns: the offset of its path, query or fragment; @length if it has none of them, or no host
 */
size_t
bulla_url_find_path (const char *bytes, size_t length)
{
  const char *mark = g_strstr_len (bytes, (gssize)length, "://");
  size_t at = mark != NULL ? (size_t)(mark - bytes) + strlen ("://") : length;

  while (at < length && strchr ("/?#", bytes[at]) == NULL)
    at++;
  return at;
}
