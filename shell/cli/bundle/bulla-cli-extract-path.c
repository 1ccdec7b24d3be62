/* bulla-cli-extract-path.c - maps the URL of a response to a file path for extraction
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * https://example.com/a/b?q becomes example.com/a/b?q; a URL that ends with a slash becomes
 * index.html in that folder. Every segment is a regular file name: not empty, not "." or "..",
 * without slashes, NULs or control characters, and short enough for any file system. */
#include "bulla-cli-extract-path.h"

#include <string.h>

#define KEPT_OF_LONG 120
#define EXTENSION_MAX 12

static char *
hash_of (const char *text, guint digits)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strndup (hash, digits);
}

static void
append_byte (GString *out, guint8 byte)
{
  g_string_append_printf (out, "%%%02X", byte);
}

/* @text: UTF-8 */
static void
append_safe (GString *out, const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);
    if (c != '/' && c != '\\' && g_unichar_isprint (c))
      g_string_append_len (out, at, g_utf8_next_char (at) - at);
    else
      for (const char *byte = at; byte < g_utf8_next_char (at); byte++)
        append_byte (out, (guint8)*byte);
  }
}

/* Returns the file name extension, such as ".html"; "" if there is none. */
static const char *
extension_of (const char *name)
{
  const char *dot = strrchr (name, '.');

  if (dot == NULL || strlen (dot) > EXTENSION_MAX)
    return "";
  for (const char *at = dot + 1; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at))
      return "";
  return dot;
}

static char *
shorten (const char *name)
{
  g_autofree char *hash = hash_of (name, 32);
  const char *end = name + KEPT_OF_LONG;

  while (((guint8)*end & 0xc0) == 0x80) /* do not cut within a UTF-8 sequence */
    end--;
  return g_strdup_printf ("%.*s~%s%s", (int)(end - name), name, hash, extension_of (name));
}

/* Returns the file name for a path segment. @raw: the segment in the URL; @query: (nullable):
 * appended to it */
static char *
dup_segment (const char *raw, const char *query)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *decoded = g_uri_unescape_segment (raw, NULL, "/");
  g_autofree char *valid = g_utf8_make_valid (
      decoded != NULL && g_utf8_validate (decoded, -1, NULL) ? decoded : raw, -1);

  append_safe (out, valid);
  if (query != NULL) {
    g_autofree char *valid_query = g_utf8_make_valid (query, -1);
    g_string_append_c (out, '?');
    append_safe (out, valid_query);
  }
  if (out->len == 0)
    return g_strdup ("_");
  if (strcmp (out->str, ".") == 0)
    return g_strdup ("%2E");
  if (strcmp (out->str, "..") == 0)
    return g_strdup ("%2E%2E");
  return out->len > BULLA_PATH_SEGMENT_MAX ? shorten (out->str) : g_strdup (out->str);
}

/* Appends the host and its port, reduced to letters, digits and a few signs. */
static char *
dup_host (const char *authority)
{
  g_autofree char *name = g_ascii_strdown (authority, -1);

  for (char *at = name; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr (".-_", *at) == NULL)
      *at = '_';
  return dup_segment (name, NULL);
}

/* Returns the folder for what precedes the path: a host, or the scheme of an opaque URL. @rest:
 * (out) */
static char *
dup_first (const char *url, const char **rest)
{
  g_autofree char *scheme = g_uri_parse_scheme (url);

  *rest = url;
  if (scheme == NULL)
    return NULL;
  *rest = url + strlen (scheme) + 1;
  if (!g_str_has_prefix (*rest, "//"))
    return dup_segment (scheme, NULL);
  const char *authority = *rest + 2;
  size_t length = strcspn (authority, "/?");
  g_autofree char *host = g_strndup (authority, length);
  *rest = authority + length;
  return dup_host (host);
}

/**
 * bulla_cli_path_for_url: (skip)
 * @url: a URL of a bundle, absolute or a path
 *
 * Returns: (transfer full): a relative path that does not lead out of the folder
 */
char *
bulla_cli_path_for_url (const char *url)
{
  const char *rest = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  char *first = dup_first (url, &rest);

  if (first != NULL)
    g_ptr_array_add (names, first);
  const char *mark = strchr (rest, '?');
  g_autofree char *path = mark != NULL ? g_strndup (rest, (gsize)(mark - rest)) : g_strdup (rest);
  const char *query = mark != NULL ? mark + 1 : NULL;
  g_auto (GStrv) raw = g_strsplit (path + (path[0] == '/' ? 1 : 0), "/", BULLA_PATH_SEGMENTS_MAX);
  guint n = g_strv_length (raw);
  for (guint i = 0; i + 1 < n; i++)
    g_ptr_array_add (names, dup_segment (raw[i], NULL));
  const char *last = n > 0 && raw[n - 1][0] != '\0' ? raw[n - 1] : "index.html";
  g_ptr_array_add (names, dup_segment (last, query));
  g_ptr_array_add (names, NULL);
  return g_strjoinv ("/", (char **)names->pdata);
}

BullaCliPaths *
bulla_cli_paths_new (void)
{
  BullaCliPaths *self = g_new0 (BullaCliPaths, 1);

  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
bulla_cli_paths_free (BullaCliPaths *self)
{
  g_hash_table_unref (self->files);
  g_hash_table_unref (self->folders);
  g_free (self);
}

/**
 * bulla_cli_paths_add_folders: (skip)
 * @self: paths
 * @path: a path that will be taken; its folders are never used as files
 */
void
bulla_cli_paths_add_folders (BullaCliPaths *self, const char *path)
{
  for (const char *at = strchr (path, '/'); at != NULL; at = strchr (at + 1, '/'))
    g_hash_table_add (self->folders, g_strndup (path, (gsize)(at - path)));
}

static gboolean
is_free (BullaCliPaths *self, const char *path)
{
  return !g_hash_table_contains (self->files, path) && !g_hash_table_contains (self->folders, path);
}

/**
 * bulla_cli_paths_take: (skip)
 * @self: paths
 * @path: the preferred path
 * @suffix: (nullable): suffix of a second file beside it, whose path is reserved, too
 * @identity: identifies the content; its hash is appended if @path is already in use
 *
 * Returns: (transfer full): the path, now reserved
 */
char *
bulla_cli_paths_take (BullaCliPaths *self, const char *path, const char *suffix,
                      const char *identity)
{
  g_autofree char *hash = hash_of (identity, 16);

  for (guint i = 0;; i++) {
    g_autofree char *wanted = i == 0   ? g_strdup (path)
                              : i == 1 ? g_strdup_printf ("%s~%s", path, hash)
                                       : g_strdup_printf ("%s~%s~%u", path, hash, i);
    g_autofree char *beside = g_strconcat (wanted, suffix != NULL ? suffix : "", NULL);
    if (!is_free (self, wanted) || !is_free (self, beside))
      continue;
    g_hash_table_add (self->files, g_strdup (wanted));
    g_hash_table_add (self->files, g_steal_pointer (&beside));
    return g_steal_pointer (&wanted);
  }
}
