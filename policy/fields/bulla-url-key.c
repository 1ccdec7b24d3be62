/* bulla-url-key.c - normalises the equivalent spellings of a URL to one key
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-url-key.h"

#include <string.h>

#include "bulla-uri-text.h"

/**
 * bulla_url_escape_strays:
 * @url: a URL, or the path and query of one
 *
 * Browsers send a `%` that does not begin an escape sequence unchanged; #GUri refuses it.
 *
 * Returns: (transfer full): @url with `%25` in place of each such character
 */
char *
bulla_url_escape_strays (const char *url)
{
  GString *text = g_string_new (NULL);

  for (const char *at = url; *at != '\0'; at++)
    if (*at == '%' && !(g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2])))
      g_string_append (text, "%25");
    else
      g_string_append_c (text, *at);
  return g_string_free (text, FALSE);
}

/* @at: a colon; Returns: (nullable): the text behind the port; %NULL without a port, or for one
 * that must be kept */
static const char *
skip_port (const char *at, guint standard)
{
  gsize length = strspn (at + 1, "0123456789");
  guint port = 0;

  if (length == 0 || length > 5 || at[1] == '0')
    return NULL;
  for (gsize i = 1; i <= length; i++)
    port = port * 10 + (guint)(at[i] - '0');
  return port <= G_MAXUINT16 && port != standard ? at + 1 + length : NULL;
}

/* Recognises URLs that are their own keys, as most are: each request needs several keys, and
 * parsing costs ten times as much. */
static gboolean
is_key (const char *url)
{
  gboolean https = g_str_has_prefix (url, "https://");
  const char *host = https ? url + 8 : g_str_has_prefix (url, "http://") ? url + 7 : NULL;
  const char *at = host;

  if (host == NULL)
    return FALSE;
  while (g_ascii_islower (*at) || g_ascii_isdigit (*at) || *at == '-' || *at == '.')
    at++;
  if (at > host && *at == ':')
    at = skip_port (at, https ? 443 : 80);
  if (at == NULL || at == host || *at != '/')
    return FALSE;
  for (; *at != '\0'; at++)
    if (!(g_ascii_isalnum (*at) || strchr ("-_~!$&'()*+,;=:@/?.", *at) != NULL)
        || (*at == '.' && at[-1] == '/'))
      return FALSE;
  return TRUE;
}

/**
 * bulla_url_dup_key:
 * @url: a URL
 *
 * Spellings that RFC 3986 calls equivalent, such as `%7E` and `~`, differ on the wire but have the
 * same key.
 *
 * Returns: (transfer full): a key that is the same for every spelling of @url, without the fragment
 */
char *
bulla_url_dup_key (const char *url)
{
  if (is_key (url))
    return g_strdup (url);
  g_autofree char *escaped = bulla_url_escape_strays (url);
  g_autoptr (GUri) uri =
      g_uri_parse (escaped,
                   G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY
                       | G_URI_FLAGS_ENCODED_FRAGMENT | G_URI_FLAGS_SCHEME_NORMALIZE,
                   NULL);
  g_autofree char *text = uri != NULL ? bulla_uri_dup_text (uri, G_URI_HIDE_NONE) : NULL;
  const char *key = text != NULL ? text : url;

  return g_strndup (key, strcspn (key, "#"));
}

/**
 * bulla_url_same:
 * @a: a URL
 * @b: a URL
 *
 * Returns: whether both name the same resource: fragments and equivalent spellings do not count
 */
gboolean
bulla_url_same (const char *a, const char *b)
{
  if (g_str_equal (a, b))
    return TRUE;
  g_autofree char *one = bulla_url_dup_key (a);
  g_autofree char *two = bulla_url_dup_key (b);

  return g_str_equal (one, two);
}
