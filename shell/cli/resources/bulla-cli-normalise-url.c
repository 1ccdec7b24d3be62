/* bulla-cli-normalise-url.c - normalises typed URLs to the form in which browsers request them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: the URL Standard, as far as it changes what people type */
#include <gio/gio.h>
#include <string.h>

#include "bulla-cli-bundle-resources.h"
#include "bulla-uri-text.h"
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
 * them. Browsers request a percent sign that escapes nothing as it is: %25 is another URL. */
static gboolean
is_kept (const char *c)
{
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

static gboolean
read_as_browsers_do (const char *url, BullaUrl *parsed)
{
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  return bulla_url_read (parsed, url, strlen (url), BULLA_URL_WHATWG, &reason, &detail);
}

/* Says whether a percent sign escapes nothing. */
gboolean
bulla_cli_has_stray_percent (const char *url)
{
  const size_t length = strlen (url);

  for (size_t i = 0; i < length; i++)
    if (bulla_url_is_stray_percent (url, i, length))
      return TRUE;
  return FALSE;
}

/* Returns: (transfer full): @text with @mark in place of percent signs that escape nothing */
static char *
dup_marked (const char *text, const char *mark)
{
  GString *out = g_string_new (NULL);
  const size_t length = strlen (text);

  for (size_t i = 0; i < length; i++)
    if (bulla_url_is_stray_percent (text, i, length))
      g_string_append (out, mark);
    else
      g_string_append_c (out, text[i]);
  return g_string_free (out, FALSE);
}

/**
 * bulla_cli_resolve_url: (skip)
 * @base: an absolute URL
 * @reference: a URL, perhaps relative to @base
 *
 * As bulla_url_resolve(), also if a percent sign escapes nothing, which #GUri refuses.
 *
 * Returns: (transfer full) (nullable): the absolute URL
 */
char *
bulla_cli_resolve_url (const char *base, const char *reference)
{
  g_autoptr (GString) mark = g_string_new ("!"); /* GUri leaves it as it is */

  while (strstr (base, mark->str) != NULL || strstr (reference, mark->str) != NULL)
    g_string_append_c (mark, '!');
  g_string_append (mark, ".!"); /* so it is found beside others, too */
  g_autofree char *from = dup_marked (base, mark->str);
  g_autofree char *to = dup_marked (reference, mark->str);
  g_autofree char *resolved = bulla_url_resolve (from, to, G_URI_FLAGS_ENCODED);
  g_auto (GStrv) parts = resolved != NULL ? g_strsplit (resolved, mark->str, -1) : NULL;
  return parts != NULL ? g_strjoinv ("%", parts) : NULL;
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
 * and without a fragment */
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
  return g_strdup (text->str);
}

/* Says whether @text begins with a host, though it lacks a scheme: with two labels or more. */
static gboolean
begins_with_host (const char *text)
{
  size_t length = strcspn (text, "/?#:");
  const char *dot = memchr (text, '.', length);

  for (size_t i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '.' && (guchar)text[i] < 0x80)
      return FALSE;
  return dot != NULL && dot > text && dot + 1 < text + length
         && (text[length] != ':' || g_ascii_isdigit (text[length + 1]));
}

/* Finds scheme and authority, which browsers find behind any number of slashes and backslashes.
 * @guess: whether a host without a scheme is one of https. Returns: (nullable): the authority */
static const char *
find_authority (const char *url, gboolean guess, const char **scheme)
{
  static const char *const SCHEMES[] = {"https", "http"};

  for (size_t i = 0; i < G_N_ELEMENTS (SCHEMES); i++) {
    size_t length = strlen (SCHEMES[i]);
    if (g_ascii_strncasecmp (url, SCHEMES[i], length) != 0 || url[length] != ':')
      continue;
    *scheme = SCHEMES[i];
    return url + length + 1 + strspn (url + length + 1, "/\\");
  }
  *scheme = "https";
  if (!guess)
    return NULL;
  if (g_str_has_prefix (url, "//"))
    url += 2;
  return begins_with_host (url) ? url : NULL;
}

/* Returns: (transfer full) (nullable): an IPv6 address, in brackets, as the URL Standard writes it
 */
static char *
dup_ipv6 (const char *host)
{
  size_t length = strlen (host);
  g_autofree char *address = length > 2 ? g_strndup (host + 1, length - 2) : NULL;
  g_autoptr (GInetAddress) parsed =
      address != NULL ? g_inet_address_new_from_string (address) : NULL;

  if (parsed == NULL || g_inet_address_get_family (parsed) != G_SOCKET_FAMILY_IPV6)
    return NULL;
  const guint8 *bytes = g_inet_address_to_bytes (parsed);
  g_autofree char *plain = g_inet_address_to_string (parsed);
  const char *last = strrchr (plain, ':');
  if (last == NULL || strchr (last, '.') == NULL)
    return g_strdup_printf ("[%s]", plain);
  /* the system writes the end of some addresses as IPv4 */
  return g_strdup_printf ("[%.*s:%x:%x]", (int)(last - plain), plain, bytes[12] << 8 | bytes[13],
                          bytes[14] << 8 | bytes[15]);
}

/* Returns: (transfer full) (nullable): the host that browsers read in @typed: unescaped, in lower
 * case and in ASCII, without a dot behind it; numbers become an address */
static char *
dup_host (const char *typed)
{
  g_autofree char *unescaped = g_uri_unescape_string (typed, NULL);

  if (typed[0] == '[')
    return dup_ipv6 (typed);
  if (unescaped == NULL || !g_utf8_validate (unescaped, -1, NULL))
    return NULL;
  g_autofree char *url = g_strconcat ("https://", unescaped, NULL);
  g_autofree char *ascii = dup_with_ascii_host (url);
  if (ascii == NULL && g_hostname_is_non_ascii (unescaped))
    return NULL;
  g_autofree char *host =
      g_ascii_strdown (ascii != NULL ? ascii + strlen ("https://") : unescaped, -1);
  size_t length = strlen (host);
  if (length > 1 && host[length - 1] == '.')
    host[length - 1] = '\0';
  if (host[0] == '\0' || strcspn (host, "/?#:@\\%[]<>^|") < strlen (host))
    return NULL;
  char *address = dup_address (host);
  return address != NULL ? address : g_steal_pointer (&host);
}

/* Appends the port to @out, unless it is that of @scheme. Returns: FALSE if it is not a port */
static gboolean
append_port (GString *out, const char *scheme, const char *port, size_t length)
{
  g_autofree char *digits = g_strndup (port, length);
  guint64 number = 0;

  if (length == 0)
    return TRUE;
  if (!g_ascii_string_to_unsigned (digits, 10, 0, 65535, &number, NULL))
    return FALSE;
  if (number != (g_str_equal (scheme, "https") ? 443u : 80u))
    g_string_append_printf (out, ":%" G_GUINT64_FORMAT, number);
  return TRUE;
}

/* Returns: (transfer full) (nullable): @url with scheme, host and port as browsers read them, and
 * without a name and a password; %NULL if they find none */
static char *
dup_with_plain_origin (const char *url, gboolean guess)
{
  const char *scheme = NULL;
  const char *authority = find_authority (url, guess, &scheme);

  if (authority == NULL)
    return NULL;
  const char *end = authority + strcspn (authority, "/\\?#");
  const char *at = g_strrstr_len (authority, end - authority, "@");
  const char *start = at != NULL ? at + 1 : authority;
  const char *bracket = *start == '[' ? memchr (start, ']', (size_t)(end - start)) : NULL;
  const char *colon = memchr (bracket != NULL ? bracket : start, ':',
                              (size_t)(end - (bracket != NULL ? bracket : start)));
  const char *host_end = colon != NULL ? colon : end;
  g_autofree char *typed = g_strndup (start, (gsize)(host_end - start));
  g_autofree char *host = dup_host (typed);
  if (host == NULL || (bracket != NULL && bracket + 1 != host_end))
    return NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_string_append_printf (out, "%s://%s", scheme, host);
  if (colon != NULL && !append_port (out, scheme, colon + 1, (size_t)(end - colon - 1)))
    return NULL;
  if (*end != '/' && *end != '\\')
    g_string_append_c (out, '/');
  g_string_append (out, *end == '\\' ? "/" : "");
  g_string_append (out, *end == '\\' ? end + 1 : end);
  return g_strdup (out->str);
}

/* Says whether a person decides where @url leads: it has a name, or a backslash before its path. */
static gboolean
has_odd_authority (const char *url)
{
  const char *mark = strstr (url, "://");
  g_autofree char *authority =
      mark != NULL ? g_strndup (mark + 3, strcspn (mark + 3, "/?#")) : g_strdup ("");

  return strpbrk (authority, "@\\") != NULL;
}

/* Returns: (transfer full) (nullable): the URL that browsers request, which may have a percent sign
 * that escapes nothing, but no other character that readers of bundles refuse */
static char *
dup_requested (const char *url)
{
  g_auto (BullaUrl) parsed = {NULL};

  return read_as_browsers_do (url, &parsed)
             ? bulla_url_dup_escaped (parsed.url, strlen (parsed.url))
             : NULL;
}

/* @shown: whether a person sees the replacement before it is used */
static char *
dup_replacement (const char *url, gboolean shown)
{
  g_autofree char *cleaned = dup_cleaned (url);
  g_autofree char *with_origin =
      shown || !has_odd_authority (cleaned) ? dup_with_plain_origin (cleaned, shown) : NULL;
  const char *plain = with_origin != NULL ? with_origin : cleaned;
  gboolean is_same = strcmp (plain, url) == 0;

  /* what every parser reads alike may stay as it was typed, but for a host in capitals */
  if (!bulla_cli_url_is_unambiguous (plain))
    return shown ? bulla_url_dup_replacement (plain, strlen (plain)) : dup_requested (plain);
  return is_same || bulla_cli_url_is_unambiguous (url) ? NULL : g_strdup (plain);
}

/**
 * bulla_cli_dup_url_replacement: (skip)
 * @url: an http or https URL, or one that lacks its scheme
 *
 * Returns: (transfer full) (nullable): the URL that browsers request for @url, if parsers could
 *   read @url differently, or it has what no exchange can have; %NULL if neither is so, or browsers
 *   request nothing
 */
char *
bulla_cli_dup_url_replacement (const char *url)
{
  return dup_replacement (url, TRUE);
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
  char *resolved = dup_replacement (typed, FALSE);
  return resolved != NULL ? resolved : g_steal_pointer (&typed);
}
