/* bulla-url.c - parses URLs strictly, computes origins, and refuses ambiguous URLs
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The view parses URLs as WHATWG defines; a server may parse them as in RFC 3986. URLs that the
 * two could read differently are refused before origins are compared, or read as WHATWG defines if
 * the profile asks for that; no origin depends on what is read differently. */
#include "bulla-url.h"

#include <string.h>

#include "bulla-url-browser.h"

typedef struct {
  const char *scheme, *host, *port, *path; /* borrowed */
  size_t scheme_length, host_length, port_length, path_length;
} Pieces;

typedef struct {
  BullaReason reason;
  const char *detail; /* static */
} Trouble;

static const Trouble no_trouble = {BULLA_REASON_NONE, NULL};

#define AMBIGUOUS(detail) ((Trouble){BULLA_REASON_SXG_URL_AMBIGUOUS, detail})
#define SYNTAX(detail) ((Trouble){BULLA_REASON_SXG_URL_SYNTAX, detail})

static Trouble
look_for_odd_code_points (const char *bytes, const char *end)
{
  for (const char *at = bytes; at < end; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);
    gboolean noncharacter = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
    if (c >= 0x80 && (c < 0xa0 || noncharacter || c == 0xfeff))
      return SYNTAX ("a code point that no URL has");
  }
  return no_trouble;
}

static gboolean
is_refused (guchar c)
{
  switch (c) {
  case '\\':
  case '"':
  case '<':
  case '>':
  case '^':
  case '`':
  case '{':
  case '|':
  case '}':
    return TRUE;
  default:
    return FALSE;
  }
}

/* A percent sign without two hexadecimal digits escapes nothing. */
gboolean
bulla_url_is_stray_percent (const char *bytes, size_t i, size_t length)
{
  return bytes[i] == '%'
         && (length - i < 3 || !g_ascii_isxdigit (bytes[i + 1])
             || !g_ascii_isxdigit (bytes[i + 2]));
}

/* Finds characters that are not part of a valid URL string, though some parsers accept them. */
static Trouble
look_for_odd_characters (const char *bytes, size_t length, BullaUrlReading reading)
{
  gboolean alike = reading == BULLA_URL_ALIKE;
  /* no origin depends on what is behind the host */
  size_t path = alike ? length : bulla_url_find_path (bytes, length);
  gboolean ascii = TRUE;

  for (size_t i = 0; i < length && ascii; i++)
    ascii = (guchar)bytes[i] < 0x80;
  if (!ascii && memchr (bytes, '\0', length) == NULL && !g_utf8_validate_len (bytes, length, NULL))
    return (Trouble){BULLA_REASON_SXG_URL_ENCODING, "not UTF-8"};
  for (size_t i = 0; i < length; i++) {
    guchar c = (guchar)bytes[i];
    /* the URL Standard removes spaces at either end, and tabs and line breaks everywhere */
    if (c == '\0' || ((c <= 0x20 || c == 0x7f) && i < path))
      return AMBIGUOUS ("white space or a control character");
    if (alike && is_refused (c))
      return AMBIGUOUS ("a character that is not allowed in a URL");
    if (alike && bulla_url_is_stray_percent (bytes, i, length))
      return AMBIGUOUS ("a percent sign that escapes nothing");
  }
  return ascii ? no_trouble : look_for_odd_code_points (bytes, bytes + length);
}

static Trouble
split (const char *bytes, size_t length, Pieces *pieces)
{
  const char *end = bytes + length;
  size_t scheme = 0;

  while (scheme < length && (g_ascii_isalnum (bytes[scheme]) || strchr ("+-.", bytes[scheme])))
    scheme++;
  if (scheme == 0 || scheme == length || bytes[scheme] != ':' || !g_ascii_isalpha (bytes[0]))
    return SYNTAX ("not absolute");
  pieces->scheme = bytes;
  pieces->scheme_length = scheme;
  gboolean https = scheme == 5 && g_ascii_strncasecmp (bytes, "https", 5) == 0;
  gboolean http = scheme == 4 && g_ascii_strncasecmp (bytes, "http", 4) == 0;
  if (!https && !http)
    return (Trouble){BULLA_REASON_SXG_URL_SCHEME, "another scheme"};
  if (length < scheme + 3 || strncmp (bytes + scheme, "://", 3) != 0)
    return SYNTAX ("no host");
  const char *authority = bytes + scheme + 3;
  const char *at = authority;
  while (at < end && *at != '/' && *at != '?' && *at != '#')
    at++;
  pieces->path = at;
  pieces->path_length = (size_t)(end - at);
  if (memchr (authority, '@', (size_t)(at - authority)) != NULL)
    return SYNTAX ("credentials");
  const char *colon = at;
  while (colon > authority && g_ascii_isdigit (colon[-1]))
    colon--;
  gboolean has_port = colon > authority && colon[-1] == ':';
  if (has_port && colon == at)
    return AMBIGUOUS ("a colon without a port");
  const char *host_end = has_port ? colon - 1 : at;
  pieces->port = has_port ? colon : NULL;
  pieces->port_length = has_port ? (size_t)(at - colon) : 0;
  pieces->host = authority;
  pieces->host_length = (size_t)(host_end - authority);
  return pieces->host_length > 0 ? no_trouble : SYNTAX ("no host");
}

/* Says whether the last label makes some parsers read the host as an address. */
static gboolean
looks_like_ipv4 (const char *host)
{
  const char *dot = strrchr (host, '.');
  const char *last = dot != NULL ? dot + 1 : host;

  return g_ascii_strncasecmp (last, "0x", 2) == 0 || strspn (last, "0123456789") == strlen (last);
}

/* WHATWG reads 0x7f.1 and 127.1 as addresses; only the plain form is read alike everywhere. */
static Trouble
check_ipv4 (const char *host)
{
  if (!looks_like_ipv4 (host))
    return no_trouble;
  g_auto (GStrv) labels = g_strsplit (host, ".", -1);
  if (g_strv_length (labels) != 4)
    return AMBIGUOUS ("an IPv4 address that is not in the usual form");
  for (int i = 0; i < 4; i++) {
    guint64 number = 0;
    if ((labels[i][0] == '0' && labels[i][1] != '\0')
        || strspn (labels[i], "0123456789") != strlen (labels[i])
        || !g_ascii_string_to_unsigned (labels[i], 10, 0, 255, &number, NULL))
      return AMBIGUOUS ("an IPv4 address that is not in the usual form");
  }
  return no_trouble;
}

/* Reads the eight numbers of an IPv6 address; FALSE if it is malformed. */
static gboolean
read_ipv6 (const char *address, guint16 numbers[8])
{
  g_auto (GStrv) groups = g_strsplit (address, ":", 10);
  guint n = g_strv_length (groups), into = 0;
  gboolean gap = FALSE;

  memset (numbers, 0, 8 * sizeof *numbers);
  for (guint i = 0; i < n; i++) {
    guint64 number = 0;
    if (groups[i][0] == '\0') {
      /* `::` leaves one empty group, or two at either end */
      if (i == 0 || i == n - 1) {
        if (n < 3 || groups[i == 0 ? 1 : n - 2][0] != '\0')
          return FALSE;
        continue;
      }
      if (gap || n > (groups[0][0] == '\0') + (groups[n - 1][0] == '\0') + 8u)
        return FALSE;
      gap = TRUE;
      into = 8 - (n - 1 - i - (groups[n - 1][0] == '\0'));
    } else if (into >= 8 || !g_ascii_string_to_unsigned (groups[i], 16, 0, 0xffff, &number, NULL)) {
      return FALSE;
    } else {
      numbers[into++] = (guint16)number;
    }
  }
  return gap || into == 8;
}

/* Implements URL, "IPv6 serializer": drops the first longest run of two or more zeros. */
static char *
dup_ipv6 (const guint16 numbers[8])
{
  int start = -1, longest = 1;

  for (int i = 0, run = 0; i < 8; i++) {
    run = numbers[i] == 0 ? run + 1 : 0;
    if (run > longest) {
      longest = run;
      start = i + 1 - run;
    }
  }
  GString *text = g_string_new (NULL);
  for (int i = 0; i < 8; i++) {
    if (i == start) {
      g_string_append (text, i == 0 ? "::" : ":");
      i += longest - 1;
    } else {
      g_string_append_printf (text, i < 7 ? "%x:" : "%x", numbers[i]);
    }
  }
  return g_string_free (text, FALSE);
}

/* An address has many spellings; only the canonical one is accepted. */
static Trouble
check_ipv6 (const char *host, size_t length)
{
  guint16 numbers[8];

  if (length < 4 || host[length - 1] != ']')
    return SYNTAX ("a malformed IPv6 address");
  g_autofree char *address = g_strndup (host + 1, length - 2);
  if (strspn (address, "0123456789abcdef:") != length - 2)
    return AMBIGUOUS ("an IPv6 address that is not in the usual form");
  if (!read_ipv6 (address, numbers))
    return SYNTAX ("a malformed IPv6 address");
  g_autofree char *plain = dup_ipv6 (numbers);
  return strcmp (plain, address) == 0 ? no_trouble
                                      : AMBIGUOUS ("an IPv6 address that is not in the usual form");
}

static Trouble
check_host (const char *host)
{
  size_t length = strlen (host);

  if (host[0] == '[')
    return check_ipv6 (host, length);
  for (size_t i = 0; i < length; i++)
    if (!g_ascii_isalnum (host[i]) && host[i] != '-' && host[i] != '.' && host[i] != '_')
      return AMBIGUOUS ("a host with other characters than letters, digits, - . _");
  if (length > 253 || host[0] == '.' || host[length - 1] == '.' || strstr (host, "..") != NULL)
    return AMBIGUOUS ("a host with an empty label");
  return check_ipv4 (host);
}

/* Returns the length in bytes of a plain or escaped dot at this place; 0 without a dot. */
static size_t
dot_at (const char *at, const char *end)
{
  if (at < end && *at == '.')
    return 1;
  return end - at >= 3 && g_ascii_strncasecmp (at, "%2e", 3) == 0 ? 3 : 0;
}

/* Some parsers remove `.` and `..` segments, plain or escaped, and others keep them. */
static Trouble
check_path (const Pieces *pieces, BullaUrlReading reading)
{
  const char *end = pieces->path + pieces->path_length;

  if (memchr (pieces->path, '#', pieces->path_length) != NULL)
    return (Trouble){BULLA_REASON_SXG_URL_FRAGMENT, "a fragment"};
  if (reading == BULLA_URL_WHATWG)
    return no_trouble;
  const char *query = memchr (pieces->path, '?', pieces->path_length);
  if (query != NULL)
    end = query;
  for (const char *at = pieces->path; at < end; at++) {
    if (*at != '/')
      continue;
    const char *after = at + 1;
    after += dot_at (after, end);
    after += dot_at (after, end);
    if (after > at + 1 && (after == end || *after == '/'))
      return AMBIGUOUS ("a dot segment");
  }
  return no_trouble;
}

static Trouble
read_port (const Pieces *pieces, gboolean https, guint16 *port)
{
  *port = https ? 443 : 80;
  if (pieces->port == NULL)
    return no_trouble;
  g_autofree char *digits = g_strndup (pieces->port, MIN (pieces->port_length, 8));
  guint64 number = 0;
  if (!g_ascii_string_to_unsigned (digits, 10, 1, 65535, &number, NULL))
    return SYNTAX ("a port that is not a number from 0 to 65535");
  if (digits[0] == '0')
    return AMBIGUOUS ("a port with a leading zero");
  *port = (guint16)number;
  return no_trouble;
}

/* URL, "path percent-encode set" and "special-query percent-encode set" */
static void
append_encoded (GString *url, const char *bytes, size_t length, gboolean query)
{
  const char *set = query ? "\"<>'" : "\"<>?^`{}";

  for (size_t i = 0; i < length; i++) {
    guchar c = (guchar)bytes[i];
    if (c <= 0x20 || c >= 0x7f || strchr (set, c) != NULL)
      g_string_append_printf (url, "%%%02X", c);
    else
      g_string_append_c (url, (char)c);
  }
}

/* Returns the number of dots of which a segment consists, plain or escaped; 0 if it is neither `.`
 * nor `..` */
static guint
count_dots (const char *segment)
{
  const char *end = segment + strlen (segment), *at = segment;
  guint n = 0;

  for (size_t step = 0; at < end && (step = dot_at (at, end)) > 0; at += step)
    n++;
  return at == end && n <= 2 ? n : 0;
}

/* URL, "path state" of a special URL: backslashes separate, too, and dot segments go away. */
static void
append_parsed_path (GString *url, const char *path, size_t length)
{
  g_autofree char *text = g_strdelimit (g_strndup (path, length), "\\", '/');
  g_auto (GStrv) segments = g_strsplit (text[0] == '/' ? text + 1 : text, "/", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (guint i = 0; segments[i] != NULL; i++) {
    guint dots = count_dots (segments[i]);
    if (dots == 2 && kept->len > 0)
      g_ptr_array_set_size (kept, (int)kept->len - 1);
    if (dots == 0)
      g_ptr_array_add (kept, segments[i]);
    else if (segments[i + 1] == NULL)
      g_ptr_array_add (kept, (gpointer) "");
  }
  for (guint i = 0; i < kept->len; i++) {
    g_string_append_c (url, '/');
    append_encoded (url, kept->pdata[i], strlen (kept->pdata[i]), FALSE);
  }
  if (kept->len == 0)
    g_string_append_c (url, '/');
}

static void
append_parsed (GString *url, const Pieces *pieces)
{
  g_autofree char *path = bulla_url_dup_cleaned (pieces->path, pieces->path_length);
  size_t length = strcspn (path, "?");

  append_parsed_path (url, path, length);
  if (path[length] == '\0')
    return;
  g_string_append_c (url, '?');
  append_encoded (url, path + length + 1, strlen (path + length + 1), TRUE);
}

static void
serialise (BullaUrl *self, const Pieces *pieces, BullaUrlReading reading)
{
  const char *scheme = self->https ? "https" : "http";
  gboolean ipv6 = strchr (self->host, ':') != NULL;
  GString *url = g_string_sized_new (256);

  g_string_append (url, scheme);
  g_string_append (url, ipv6 ? "://[" : "://");
  g_string_append (url, self->host);
  if (ipv6)
    g_string_append_c (url, ']');
  if (self->port != (self->https ? 443 : 80))
    g_string_append_printf (url, ":%u", self->port);
  self->origin = g_strdup (url->str);
  if (reading == BULLA_URL_WHATWG) {
    append_parsed (url, pieces);
    self->url = g_string_free (url, FALSE);
    return;
  }
  if (pieces->path_length == 0 || pieces->path[0] != '/')
    g_string_append_c (url, '/');
  gboolean query = FALSE;
  for (size_t i = 0; i < pieces->path_length; i++) {
    guchar c = (guchar)pieces->path[i];
    query = query || c == '?';
    /* URL, "special-query percent-encode set": WebKit sends the URL in this form */
    if (c >= 0x80 || (query && c == '\''))
      g_string_append_printf (url, "%%%02X", c);
    else
      g_string_append_c (url, (char)c);
  }
  self->url = g_string_free (url, FALSE);
}

/* Returns: (transfer full): the host in lower case, and in ASCII if browsers find one form of it */
static char *
dup_host (const Pieces *pieces, BullaUrlReading reading)
{
  g_autofree char *host = g_ascii_strdown (pieces->host, (gssize)pieces->host_length);
  char *ascii = reading == BULLA_URL_WHATWG && g_hostname_is_non_ascii (host)
                    ? bulla_url_dup_ascii_host (host)
                    : NULL;

  return ascii != NULL ? ascii : g_steal_pointer (&host);
}

static Trouble
parse (BullaUrl *self, const char *bytes, size_t length, BullaUrlReading reading)
{
  Pieces pieces = {0};
  Trouble trouble = look_for_odd_characters (bytes, length, reading);

  if (trouble.reason == BULLA_REASON_NONE)
    trouble = length > 0 ? split (bytes, length, &pieces) : SYNTAX ("empty");
  if (trouble.reason != BULLA_REASON_NONE)
    return trouble;
  g_autofree char *host = dup_host (&pieces, reading);
  self->https = pieces.scheme_length == 5;
  trouble = check_host (host);
  if (trouble.reason == BULLA_REASON_NONE)
    trouble = read_port (&pieces, self->https, &self->port);
  if (trouble.reason == BULLA_REASON_NONE)
    trouble = check_path (&pieces, reading);
  if (trouble.reason != BULLA_REASON_NONE)
    return trouble;
  gboolean ipv6 = host[0] == '[';
  self->host = ipv6 ? g_strndup (host + 1, strlen (host) - 2) : g_steal_pointer (&host);
  serialise (self, &pieces, reading);
  return no_trouble;
}

/**
 * bulla_url_parse: (skip)
 * @self: (out caller-allocates): filled only when this returns %TRUE
 * @bytes: an absolute http or https URL
 * @length: length of @bytes
 * @reason: (out): why @bytes is refused, one of the `sxg.url-` reasons
 * @detail: (out): description of the fault, static
 *
 * Spec: URL, "valid URL string"; IMPL terminology, "absolute URL".
 *
 * Returns: whether all parsers read the URL in the same way
 */
gboolean
bulla_url_parse (BullaUrl *self, const char *bytes, size_t length, BullaReason *reason,
                 const char **detail)
{
  return bulla_url_read (self, bytes, length, BULLA_URL_ALIKE, reason, detail);
}

/**
 * bulla_url_read: (skip)
 * @self: (out caller-allocates): filled only when this returns %TRUE
 * @bytes: an absolute http or https URL
 * @length: length of @bytes
 * @reading: which URLs are refused
 * @reason: (out): why @bytes is refused, one of the `sxg.url-` reasons
 * @detail: (out): description of the fault, static
 *
 * With %BULLA_URL_WHATWG, path and query are parsed and serialised as in the URL Standard, which
 * removes tabs and line breaks; scheme, host and port must be such that every parser finds the same
 * origin, or, of a host beyond ASCII, the same form in ASCII. Spec: URL, "URL parsing".
 *
 * Returns: whether the URL is accepted
 */
gboolean
bulla_url_read (BullaUrl *self, const char *bytes, size_t length, BullaUrlReading reading,
                BullaReason *reason, const char **detail)
{
  *self = (BullaUrl){0};
  Trouble trouble = parse (self, bytes, length, reading);
  *reason = trouble.reason;
  *detail = trouble.detail;
  if (trouble.reason == BULLA_REASON_NONE)
    return TRUE;
  bulla_url_clear (self);
  return FALSE;
}

void
bulla_url_clear (BullaUrl *self)
{
  g_free (self->url);
  g_free (self->origin);
  g_free (self->host);
  *self = (BullaUrl){0};
}
