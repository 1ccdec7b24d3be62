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

/* Says whether every parser reads the URL alike. */
gboolean
bulla_cli_url_is_unambiguous (const char *url)
{
  g_auto (BullaUrl) parsed = {NULL};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  return bulla_url_parse (&parsed, url, strlen (url), &reason, &detail);
}

/* Returns: (transfer full) (nullable): the URL with its host in the xn-- form; NULL if it has no
 * other characters than ASCII, or browsers and GLib may disagree about them */
static char *
dup_with_ascii_host (const char *url)
{
  static const char *const DEVIATIONS[] = {"ß", "ẞ", "ς", "\u200c", "\u200d"}; /* UTS #46 */
  const char *mark = strstr (url, "://");
  size_t length = mark != NULL ? strcspn (mark + 3, "/?#:@") : 0;
  g_autofree char *host = length > 0 ? g_strndup (mark + 3, length) : NULL;

  if (host == NULL || !g_hostname_is_non_ascii (host) || mark[3 + length] == '@')
    return NULL;
  for (size_t i = 0; i < G_N_ELEMENTS (DEVIATIONS); i++)
    if (strstr (host, DEVIATIONS[i]) != NULL)
      return NULL;
  g_autofree char *ascii = g_hostname_to_ascii (host);
  return ascii != NULL
             ? g_strdup_printf ("%.*s%s%s", (int)(mark + 3 - url), url, ascii, mark + 3 + length)
             : NULL;
}

/**
 * bulla_cli_dup_url_replacement: (skip)
 * @url: an http or https URL
 *
 * Returns: (transfer full) (nullable): the URL that browsers request for @url, if parsers could
 * read
 *   @url differently; %NULL if they cannot, or browsers request nothing
 */
char *
bulla_cli_dup_url_replacement (const char *url)
{
  g_autofree char *with_ascii_host = dup_with_ascii_host (url);
  const char *plain = with_ascii_host != NULL ? with_ascii_host : url;

  if (!bulla_cli_url_is_unambiguous (plain))
    return bulla_url_dup_replacement (plain, strlen (plain));
  return plain != url ? g_steal_pointer (&with_ascii_host) : NULL;
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
  g_autofree char *with_ascii_host = dup_with_ascii_host (url);

  if (with_ascii_host != NULL)
    url = with_ascii_host;
  for (const char *c = append_origin (out, url); *c != '\0' && *c != '#'; c++)
    if (is_kept (c))
      g_string_append_c (out, *c);
    else
      g_string_append_printf (out, "%%%02X", (guchar)*c);
  g_autofree char *typed = g_string_free (out, FALSE);
  char *resolved = bulla_cli_dup_url_replacement (typed);
  return resolved != NULL ? resolved : g_steal_pointer (&typed);
}
