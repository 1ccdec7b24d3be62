/* bulla-cli-bundle-url.c - URLs as browsers will ask for them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: the URL Standard, as far as it changes what people type */
#include <string.h>

#include "bulla-cli-bundle-resources.h"

static gboolean
ends_with_port (const GString *out, const char *scheme)
{
  return (strcmp (scheme, "https") == 0 && g_str_has_suffix (out->str, ":443"))
         || (strcmp (scheme, "http") == 0 && g_str_has_suffix (out->str, ":80"));
}

/* Scheme and host in lower case, no port that goes without saying, and a path. Returns what
 * follows the authority. */
static const char *
append_origin (GString *out, const char *url)
{
  const char *mark = strstr (url, "://");

  if (mark == NULL || strcspn (url, "/?#:") != (size_t)(mark - url))
    return url;
  g_autofree char *scheme = g_ascii_strdown (url, mark - url);
  const char *authority = mark + 3;
  size_t length = strcspn (authority, "/?#");
  g_autofree char *host = g_ascii_strdown (authority, (gssize)length);
  g_string_append_printf (out, "%s://%s", scheme, host);
  if (ends_with_port (out, scheme))
    g_string_truncate (out, (gsize)(strrchr (out->str, ':') - out->str));
  if (authority[length] != '/')
    g_string_append_c (out, '/');
  return authority + length;
}

/* Browsers let some characters pass that no URL may have, and readers refuse those. */
static gboolean
is_kept (const char *c)
{
  if (*c == '%')
    return g_ascii_isxdigit (c[1]) && g_ascii_isxdigit (c[2]);
  return g_ascii_isgraph (*c) && strchr ("\"<>\\^`{|}", *c) == NULL;
}

/**
 * bulla_cli_normalise_url: (skip)
 * @url: a URL or a path, as somebody typed it
 *
 * Returns: (transfer full): the same as browsers ask for it, without a fragment; what is not a URL
 * at all stays as wrong as it is
 */
char *
bulla_cli_normalise_url (const char *url)
{
  GString *out = g_string_new (NULL);

  for (const char *c = append_origin (out, url); *c != '\0' && *c != '#'; c++)
    if (is_kept (c))
      g_string_append_c (out, *c);
    else
      g_string_append_printf (out, "%%%02X", (guchar)*c);
  return g_string_free (out, FALSE);
}
