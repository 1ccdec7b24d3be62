/* bulla-cli-media-type.c - guesses the media type of a file from its name and its text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-bundle-resources.h"

#include <string.h>

#include "bulla-bytes.h"

#define BUFFER_SIZE (64 * 1024)
#define UTF8_MAX 6 /* most bytes of a UTF-8 sequence that a piece may cut */

/* Web formats, whose type is fixed so that bundles do not depend on installed software. Scripts
 * have the type that the npm package wbn writes, so that both write the same bytes. */
static const struct {
  const char *extension;
  const char *type;
} TYPES[] = {
    {"aac", "audio/aac"},
    {"apng", "image/apng"},
    {"atom", "application/atom+xml"},
    {"avif", "image/avif"},
    {"bmp", "image/bmp"},
    {"css", "text/css"},
    {"csv", "text/csv"},
    {"flac", "audio/flac"},
    {"gif", "image/gif"},
    {"gz", "application/gzip"},
    {"htm", "text/html"},
    {"html", "text/html"},
    {"ico", "image/vnd.microsoft.icon"},
    {"ics", "text/calendar"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "application/javascript"},
    {"json", "application/json"},
    {"jsonld", "application/ld+json"},
    {"jxl", "image/jxl"},
    {"m4a", "audio/mp4"},
    {"m4v", "video/mp4"},
    {"map", "application/json"},
    {"md", "text/markdown"},
    {"mjs", "application/javascript"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpeg", "video/mpeg"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"opus", "audio/ogg"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"rss", "application/rss+xml"},
    {"svg", "image/svg+xml"},
    {"swbn", "application/webbundle"},
    {"sxg", "application/signed-exchange;v=b3"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain"},
    {"vtt", "text/vtt"},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"wbn", "application/webbundle"},
    {"weba", "audio/webm"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xhtml", "application/xhtml+xml"},
    {"xml", "application/xml"},
    {"zip", "application/zip"},
};

static char *
guess_by_name (const char *name)
{
  const char *dot = strrchr (name, '.');
  gboolean uncertain = TRUE;

  for (size_t i = 0; dot != NULL && i < G_N_ELEMENTS (TYPES); i++)
    if (g_ascii_strcasecmp (dot + 1, TYPES[i].extension) == 0)
      return g_strdup (TYPES[i].type);
  g_autofree char *content_type = g_content_type_guess (name, NULL, 0, &uncertain);
  char *type = uncertain ? NULL : g_content_type_get_mime_type (content_type);
  return type != NULL ? type : g_strdup ("application/octet-stream");
}

static gboolean
is_text (const char *type)
{
  return g_str_has_prefix (type, "text/") || strcmp (type, "application/javascript") == 0;
}

/* @wide: (out): whether the file is UTF-8 with characters beyond ASCII */
static gboolean
is_wide_utf8 (const char *path, gboolean *wide, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) in = g_file_read (file, NULL, error);
  g_autofree char *buffer = g_malloc (BUFFER_SIZE + UTF8_MAX);
  gsize kept = 0;
  gboolean valid = TRUE, ascii = TRUE;

  *wide = FALSE;
  while (in != NULL && valid) {
    gssize n = g_input_stream_read (G_INPUT_STREAM (in), buffer + kept, BUFFER_SIZE, NULL, error);
    const char *end;
    if (n < 0)
      return FALSE;
    gsize size = kept + (gsize)n;
    for (gsize i = kept; ascii && i < size; i++)
      ascii = (guchar)buffer[i] < 0x80;
    valid = g_utf8_validate_len (buffer, size, &end) || (n > 0 && buffer + size - end < UTF8_MAX);
    if (n == 0)
      break;
    kept = size - (gsize)(end - buffer);
    if (valid)
      memmove (buffer, end, kept);
  }
  *wide = in != NULL && valid && !ascii;
  return in != NULL;
}

/**
 * bulla_cli_guess_type_of_text: (skip)
 * @name: name of a file
 * @text: its content, of @length bytes
 * @length: bytes of @text
 *
 * As bulla_cli_guess_media_type(), for content in memory.
 *
 * Returns: (transfer full): a media type
 */
char *
bulla_cli_guess_type_of_text (const char *name, const char *text, gsize length)
{
  g_autofree char *type = guess_by_name (name);
  gboolean wide = is_text (type) && g_utf8_validate_len (text, length, NULL);
  gsize i = 0;

  while (i < length && (guchar)text[i] < 0x80)
    i++;
  return wide && i < length ? g_strconcat (type, ";charset=utf-8", NULL) : g_steal_pointer (&type);
}

/**
 * bulla_cli_guess_media_type: (skip)
 * @path: a file, which is read if it is text
 * @size: bytes of the file; it is read at once if there are few
 * @content: (out) (optional) (nullable): what the file contains, if it was read at once
 * @error: if it cannot be read; names the file
 *
 * UTF-8 text with non-ASCII characters gets a charset, because nothing else may state its encoding.
 *
 * Returns: (transfer full) (nullable): a media type
 */
char *
bulla_cli_guess_media_type (const char *path, guint64 size, GBytes **content, GError **error)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *type = guess_by_name (name);
  gboolean wide = FALSE;

  if (!is_text (type))
    return g_steal_pointer (&type);
  if (size <= BUFFER_SIZE) {
    g_autoptr (GBytes) bytes = bulla_bytes_read_file (path, BUFFER_SIZE, error);
    gsize length = 0;
    if (bytes == NULL)
      return NULL;
    const char *text = g_bytes_get_data (bytes, &length);
    if (content != NULL)
      *content = g_bytes_ref (bytes);
    return bulla_cli_guess_type_of_text (name, text, length);
  }
  if (!is_wide_utf8 (path, &wide, error)) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  return wide ? g_strconcat (type, ";charset=utf-8", NULL) : g_steal_pointer (&type);
}
