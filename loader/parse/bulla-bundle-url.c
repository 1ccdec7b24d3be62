/* bulla-bundle-url.c - parses the URLs in a bundle: absolute, relative, or of a bundle's own scheme
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: B2 "index", URL section 4.4, OPQ. URLs that two parsers could read differently are
 * refused, as in an exchange. */
#include "bulla-bundle-url.h"

#include <string.h>

#include "bulla-url.h"
#include "bulla-web-bundle-id.h"

#define ISOLATED_APP "isolated-app://"
#define UUID_LENGTH 36
#define STAND_IN "https://stand.in" /* base URL for URLs without an origin */

/* Accepts letters, digits and -._~!$&()*+,;=:@/[]: the characters that bulla_url_parse() leaves
 * unchanged anywhere in a path. */
static inline gboolean
is_plain (guint8 c)
{
  static const guint64 table[4] = {G_GUINT64_CONSTANT (0x2fffff5200000000),
                                   G_GUINT64_CONSTANT (0x47fffffeafffffff), 0, 0};

  return table[c >> 6] >> (c & 63) & 1;
}

/**
 * bulla_bundle_url_is_plain_path: (skip)
 * @path: a path, with its query, beginning with a slash
 * @length: bytes of @path
 *
 * Returns: whether the URL Standard's serialiser would return @path unchanged; %FALSE also if only
 *   a full parser could decide
 */
gboolean
bulla_bundle_url_is_plain_path (const guint8 *path, size_t length)
{
  if (length == 0 || path[0] != '/')
    return FALSE;
  gboolean query = FALSE;
  for (size_t i = 0; i < length; i++) {
    if (path[i] == '?')
      query = TRUE;
    else if (path[i] == '%') {
      if (length - i < 3 || !g_ascii_isxdigit ((char)path[i + 1])
          || !g_ascii_isxdigit ((char)path[i + 2])
          || (path[i + 1] == '2' && (path[i + 2] | 0x20) == 'e'))
        return FALSE;
    } else if (!is_plain (path[i]) || (path[i] == '.' && path[i - 1] == '/' && !query)) {
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
starts_with (BullaSpan text, const char *prefix)
{
  size_t length = strlen (prefix);

  return text.length >= length && memcmp (text.data, prefix, length) == 0;
}

static gboolean
has_scheme (BullaSpan text)
{
  size_t i = 0;

  while (i < text.length
         && (g_ascii_isalnum ((char)text.data[i])
             || (text.data[i] != 0 && strchr ("+-.", text.data[i]) != NULL)))
    i++;
  return i > 0 && i < text.length && text.data[i] == ':' && g_ascii_isalpha ((char)text.data[0]);
}

/* Reads an http or https URL. */
static const char *
read_web (BullaBundleUrl *self, const char *text, size_t length, BullaUrlReading reading)
{
  g_auto (BullaUrl) url = {0};
  BullaReason reason;
  const char *detail = NULL;

  if (!bulla_url_read (&url, text, length, reading, &reason, &detail))
    return detail;
  self->url = g_steal_pointer (&url.url);
  self->origin = g_steal_pointer (&url.origin);
  return NULL;
}

/* Reads isolated-app://ID/path. The ID is a host, so the rest is parsed as for https. */
static const char *
read_isolated_app (BullaBundleUrl *self, const char *text, size_t length, BullaUrlReading reading)
{
  const char *rest = text + strlen (ISOLATED_APP);
  size_t left = length - strlen (ISOLATED_APP), id_length = 0;

  while (id_length < left && g_ascii_isalnum (rest[id_length]))
    id_length++;
  g_autofree char *id = g_strndup (rest, id_length);
  g_autofree char *as_https = g_strdup_printf ("https://%.*s", (int)left, rest);
  g_auto (BullaBundleUrl) url = {0};
  const char *detail = NULL;
  if (memchr (rest, '\0', left) != NULL)
    return "white space or a control character";
  if (!bulla_web_bundle_id_parse (id, NULL, NULL, &detail)
      || (detail = read_web (&url, as_https, strlen (as_https), reading)) != NULL)
    return detail;
  if (strlen (url.origin) != strlen ("https://") + id_length)
    return "more than a web bundle ID in place of a host";
  self->url = g_strconcat (ISOLATED_APP, url.url + strlen ("https://"), NULL);
  self->origin = g_strconcat (ISOLATED_APP, id, NULL);
  return NULL;
}

/* Reads urn:uuid:… or uuid-in-package:…; each is an origin of its own. */
static const char *
read_uuid (BullaBundleUrl *self, BullaSpan text, const char *prefix)
{
  size_t before = strlen (prefix);
  g_autofree char *url = g_strndup ((const char *)text.data, text.length);

  if (text.length != before + UUID_LENGTH || !g_uuid_string_is_valid (url + before))
    return "no UUID";
  self->origin = g_strdup (url);
  self->url = g_steal_pointer (&url);
  return NULL;
}

static const char *
read_absolute (BullaBundleUrl *self, BullaSpan text, BullaUrlReading reading)
{
  const char *bytes = (const char *)text.data;

  if (starts_with (text, ISOLATED_APP))
    return read_isolated_app (self, bytes, text.length, reading);
  if (starts_with (text, "urn:uuid:"))
    return read_uuid (self, text, "urn:uuid:");
  if (starts_with (text, "uuid-in-package:"))
    return read_uuid (self, text, "uuid-in-package:");
  return read_web (self, bytes, text.length, reading);
}

/* Removes `.` and `..` from the path, which ends before the query (URL, "path state"). */
static void
remove_dot_segments (GString *url, size_t path)
{
  g_autofree char *text = g_strdup (url->str + path);
  char *query = strchr (text, '?');
  g_autofree char *rest = g_strdup (query != NULL ? query : "");

  if (query != NULL)
    *query = '\0';
  g_auto (GStrv) segments = g_strsplit (text + 1, "/", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  for (guint i = 0; segments[i] != NULL; i++) {
    gboolean up = strcmp (segments[i], "..") == 0, dot = up || strcmp (segments[i], ".") == 0;
    if (up && kept->len > 0)
      g_ptr_array_set_size (kept, (int)kept->len - 1);
    if (!dot)
      g_ptr_array_add (kept, segments[i]);
    else if (segments[i + 1] == NULL)
      g_ptr_array_add (kept, (gpointer) "");
  }
  g_string_truncate (url, path);
  for (guint i = 0; i < kept->len; i++)
    g_string_append_printf (url, "/%s", (const char *)kept->pdata[i]);
  if (kept->len == 0)
    g_string_append_c (url, '/');
  g_string_append (url, rest);
}

/* Resolves a relative URL (URL, "relative state"). @base: serialised */
static const char *
read_relative (BullaBundleUrl *self, const char *text, const char *base, BullaUrlReading reading)
{
  const char *authority = strstr (base, "://");

  if (authority == NULL || strchr (authority + 3, '/') == NULL)
    return "nothing that it could be relative to";
  authority += 3;
  size_t path = strcspn (authority, "/") + (size_t)(authority - base);
  size_t path_end = path + strcspn (base + path, "?");
  size_t folder_end = path_end;
  while (base[folder_end - 1] != '/')
    folder_end--;
  g_autoptr (GString) url = g_string_new (NULL);
  gboolean other_host = g_str_has_prefix (text, "//");
  size_t keep = other_host        ? (size_t)(authority - base) - 2
                : text[0] == '/'  ? path
                : text[0] == '?'  ? path_end
                : text[0] == '\0' ? strlen (base)
                                  : folder_end;
  g_string_append_len (url, base, (gssize)keep);
  g_string_append (url, text);
  if (!other_host)
    remove_dot_segments (url, path);
  return read_absolute (self, (BullaSpan){(const guint8 *)url->str, url->len, 0}, reading);
}

/* Reads a relative URL in a bundle without a base URL; the result is only a path. */
static const char *
read_homeless (BullaBundleUrl *self, const char *text, BullaUrlReading reading)
{
  g_auto (BullaBundleUrl) url = {0};
  const char *detail = read_relative (&url, text, STAND_IN "/", reading);

  if (detail != NULL)
    return detail;
  if (g_str_has_prefix (url.url, STAND_IN "//"))
    return "a path that would be taken for a host";
  self->url = g_strdup (url.url + strlen (STAND_IN));
  self->origin = g_strdup ("");
  return NULL;
}

/**
 * bulla_bundle_url_read: (skip)
 * @self: (out caller-allocates): filled only when this returns %TRUE
 * @text: the URL as written in the bundle
 * @options: base and permission of relative URLs
 * @reason: (out): %BULLA_REASON_INDEX_URL or %BULLA_REASON_INDEX_URL_RELATIVE
 * @detail: (out): description of the fault, static
 *
 * Accepts absolute URLs of http, https, isolated-app, urn:uuid and uuid-in-package, without
 * fragment or credentials. In a bundle without a base URL, a relative URL is resolved against "/",
 * claims no origin, and stays a path.
 *
 * Returns: whether every parser would read it alike
 */
gboolean
bulla_bundle_url_read (BullaBundleUrl *self, BullaSpan text, const BullaBundleUrlOptions *options,
                       BullaReason *reason, const char **detail)
{
  *self = (BullaBundleUrl){0};
  gboolean relative = !has_scheme (text);
  g_autofree char *copy = g_strndup ((const char *)text.data, text.length);
  *reason = BULLA_REASON_INDEX_URL;
  if (text.length > BULLA_URL_MAX) {
    *detail = "longer than Bulla reads";
  } else if (strlen (copy) != text.length) {
    *detail = "white space or a control character";
  } else if (relative && strchr (copy, '\\') != NULL) {
    *detail = "a backslash in a relative URL"; /* browsers may find another host in it */
  } else if (relative && !options->relative) {
    *reason = BULLA_REASON_INDEX_URL_RELATIVE;
    *detail = "not absolute";
  } else if (!relative) {
    *detail = read_absolute (self, text, options->reading);
  } else if (options->base_url == NULL && g_str_has_prefix (copy, "//")) {
    *reason = BULLA_REASON_INDEX_URL_RELATIVE;
    *detail = "a host without a scheme";
  } else {
    *detail = options->base_url != NULL
                  ? read_relative (self, copy, options->base_url, options->reading)
                  : read_homeless (self, copy, options->reading);
  }
  return *detail == NULL;
}

void
bulla_bundle_url_clear (BullaBundleUrl *self)
{
  g_free (self->url);
  g_free (self->origin);
  *self = (BullaBundleUrl){0};
}
