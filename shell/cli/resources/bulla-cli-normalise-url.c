/* bulla-cli-normalise-url.c - normalises typed URLs to the form in which browsers request them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: the URL Standard, as far as it changes what people type */
#include <string.h>

#include "bulla-cli-bundle-resources.h"
#include "bulla-url.h"

static gboolean
ends_with_port (const GString *out, const char *scheme)
{
  return (strcmp (scheme, "https") == 0 && g_str_has_suffix (out->str, ":443"))
         || (strcmp (scheme, "http") == 0 && g_str_has_suffix (out->str, ":80"));
}

/* Writes scheme and host in lower case, without a default port, and with a path. Returns the
 * text behind the authority. */
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

/* Says whether a character may stay; browsers accept some others, but readers of bundles refuse
 * them. */
static gboolean
is_kept (const char *c)
{
  if (*c == '%')
    return g_ascii_isxdigit (c[1]) && g_ascii_isxdigit (c[2]);
  return g_ascii_isgraph (*c) && strchr ("\"<>\\^`{|}", *c) == NULL;
}

/* Returns: (transfer full) (nullable): another URL that browsers request for @url */
static char *
dup_resolved (const char *url)
{
  g_auto (BullaUrl) parsed = {NULL};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  return bulla_url_parse (&parsed, url, strlen (url), &reason, &detail)
             ? NULL
             : bulla_url_dup_replacement (url, strlen (url));
}

/**
 * bulla_cli_normalise_url: (skip)
 * @url: a URL or a path, as typed
 *
 * Dot segments and the like are resolved, so that every parser reads the result alike.
 *
 * Returns: (transfer full): @url in the form in which browsers request it, without a fragment; text
 *   that is not a URL is returned unchanged
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
  g_autofree char *typed = g_string_free (out, FALSE);
  char *resolved = dup_resolved (typed);
  return resolved != NULL ? resolved : g_steal_pointer (&typed);
}
