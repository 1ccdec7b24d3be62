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

/* Reads a part of a numeric host: decimal, octal after 0, hexadecimal after 0x. */
static gboolean
read_number (const char *text, guint64 *value)
{
  gboolean hex = g_ascii_strncasecmp (text, "0x", 2) == 0;
  guint base = hex ? 16 : text[0] == '0' && text[1] != '\0' ? 8 : 10;
  const char *digits = hex ? text + 2 : text;

  *value = 0;
  if (hex && *digits == '\0')
    return TRUE; /* the URL Standard reads “0x” as 0 */
  return g_ascii_string_to_unsigned (digits, base, 0, G_MAXUINT32, value, NULL);
}

/* Returns: (transfer full) (nullable): the address that browsers read in a host of numbers, such as
 * 0x7f.1; NULL if it is not one */
static char *
dup_address (const char *host)
{
  g_auto (GStrv) parts = g_strsplit (host, ".", -1);
  guint n = g_strv_length (parts);
  guint64 address = 0, value = 0;

  if (n < 1 || n > 4)
    return NULL;
  for (guint i = 0; i < n; i++) {
    if (!read_number (parts[i], &value))
      return NULL;
    guint64 limit = i + 1 < n ? 255 : G_MAXUINT32 >> (8 * (n - 1));
    if (value > limit)
      return NULL;
    address = i + 1 < n ? address | value << (8 * (3 - i)) : address | value;
  }
  return g_strdup_printf ("%u.%u.%u.%u", (guint)(address >> 24 & 255), (guint)(address >> 16 & 255),
                          (guint)(address >> 8 & 255), (guint)(address & 255));
}

/* Returns: (transfer full): the URL without white space at its ends, without tabs and line breaks,
 * without a fragment and without a dot behind its host, whose numbers become an address */
static char *
dup_cleaned (const char *url)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (*url > '\0' && *url <= ' ')
    url++;
  for (; *url != '\0' && *url != '#'; url++)
    if (strchr ("\t\r\n", *url) == NULL)
      g_string_append_c (text, *url);
  while (text->len > 0 && (guchar)text->str[text->len - 1] <= ' ')
    g_string_truncate (text, text->len - 1);
  char *mark = strstr (text->str, "://");
  gsize start = mark != NULL ? (gsize)(mark + 3 - text->str) : 0;
  gsize length = mark != NULL ? strcspn (mark + 3, "/?:@\\") : 0;
  if (length == 0 || text->str[start + length] == '@')
    return g_strdup (text->str);
  if (text->str[start + length - 1] == '.') {
    g_string_erase (text, (gssize)(start + length - 1), 1);
    length--;
  }
  g_autofree char *host = g_strndup (text->str + start, length);
  g_autofree char *address = dup_address (host);
  if (address != NULL) {
    g_string_erase (text, (gssize)start, (gssize)length);
    g_string_insert (text, (gssize)start, address);
  }
  return g_strdup (text->str);
}

/**
 * bulla_cli_dup_url_replacement: (skip)
 * @url: an http or https URL
 *
 * Returns: (transfer full) (nullable): the URL that browsers request for @url, if parsers could
 *   read @url differently, or it has what no exchange can have; %NULL if neither is so, or browsers
 *   request nothing
 */
char *
bulla_cli_dup_url_replacement (const char *url)
{
  g_autofree char *cleaned = dup_cleaned (url);
  g_autofree char *with_ascii_host = dup_with_ascii_host (cleaned);
  const char *plain = with_ascii_host != NULL ? with_ascii_host : cleaned;

  if (!bulla_cli_url_is_unambiguous (plain))
    return bulla_url_dup_replacement (plain, strlen (plain));
  return strcmp (plain, url) != 0 ? g_strdup (plain) : NULL;
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
