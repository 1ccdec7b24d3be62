/* bulla-url-replacement.c - names a URL that is refused, and one that can take its place
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-url.h"

#define NAMED_MAX 200 /* most bytes of a URL in a message */

/**
 * bulla_url_dup_named: (skip)
 * @bytes: a URL that is refused, of any bytes
 * @length: length of @bytes
 * @detail: description of the fault
 *
 * Returns: (transfer full): @detail, with at most 200 bytes of the URL; UTF-8
 */
char *
bulla_url_dup_named (const char *bytes, size_t length, const char *detail)
{
  g_autofree char *valid = g_utf8_make_valid (bytes, (gssize)MIN (length, NAMED_MAX));

  return g_strdup_printf ("%s%s: %s", valid, length > NAMED_MAX ? "…" : "", detail);
}

/**
 * bulla_url_dup_escaped: (skip)
 * @bytes: a URL
 * @length: length of @bytes
 *
 * Browsers send some characters unescaped that RFC 3986 does not allow in URLs. The index of a
 * bundle has them escaped, unless its URLs are read as %BULLA_URL_WHATWG. A percent sign that
 * escapes nothing stays: browsers request it as it is, and `%25` is another URL.
 *
 * Returns: (transfer full): @bytes with these characters percent-encoded
 */
char *
bulla_url_dup_escaped (const char *bytes, size_t length)
{
  GString *url = g_string_sized_new (length + 1);

  for (size_t i = 0; i < length; i++)
    if (strchr (BULLA_URL_REFUSED, bytes[i]) != NULL)
      g_string_append_printf (url, "%%%02X", (guchar)bytes[i]);
    else
      g_string_append_c (url, bytes[i]);
  return g_string_free (url, FALSE);
}

/**
 * bulla_url_dup_replacement: (skip)
 * @bytes: a URL that bulla_url_parse() refuses
 * @length: length of @bytes
 *
 * Returns: (transfer full) (nullable): a URL that every parser reads in the way in which browsers
 *   read @bytes, except that further characters are percent-encoded; %NULL if there is none,
 *   as for a percent sign that escapes nothing
 */
char *
bulla_url_dup_replacement (const char *bytes, size_t length)
{
  g_auto (BullaUrl) parsed = {0};
  g_auto (BullaUrl) checked = {0};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  if (!bulla_url_read (&parsed, bytes, length, BULLA_URL_WHATWG, &reason, &detail))
    return NULL;
  g_autofree char *url = bulla_url_dup_escaped (parsed.url, strlen (parsed.url));
  if (!bulla_url_parse (&checked, url, strlen (url), &reason, &detail))
    return NULL;
  return g_steal_pointer (&url);
}
