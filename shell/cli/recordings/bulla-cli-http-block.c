/* bulla-cli-http-block.c - reads a response as an archive stores it: head and body in one block
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 9112 sections 4 to 7; WARC 1.1 section 6.3 */
#include "bulla-cli-http-block.h"

#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-chunks.h"
#include "bulla-content-decoder.h"

#define BODY_MAX (256u << 20) /* bytes */

/* Returns: the line at @at, which is moved behind it. @length: (out): bytes without the line break
 */
static const char *
take_line (const char **at, const char *end, gsize *length)
{
  const char *line = *at;
  const char *newline = *at < end ? memchr (*at, '\n', (size_t)(end - *at)) : NULL;
  const char *stop = newline != NULL ? newline : end;

  *at = newline != NULL ? newline + 1 : end;
  *length = (gsize)(stop - line);
  if (*length > 0 && line[*length - 1] == '\r')
    *length -= 1;
  return line;
}

/**
 * bulla_cli_add_header_line: (skip)
 * @headers: (element-type utf8): name, value, name, value, …
 * @line: a line of a head
 * @length: bytes of @line
 *
 * Adds a header, or continues the value of the last one; other lines are ignored.
 */
void
bulla_cli_add_header_line (GPtrArray *headers, const char *line, gsize length)
{
  const char *colon = memchr (line, ':', length);
  g_autofree char *raw = g_strndup (line, length);
  g_autofree char *text = g_utf8_make_valid (raw, -1);

  if (length > 0 && (line[0] == ' ' || line[0] == '\t') && headers->len >= 2) {
    char **last = (char **)&headers->pdata[headers->len - 1];
    g_autofree char *before = *last;
    *last = g_strconcat (before, " ", g_strstrip (text), NULL);
  } else if (colon != NULL && colon > line && strchr (text, ':') != NULL) {
    char *mark = strchr (text, ':');
    *mark = '\0';
    g_ptr_array_add (headers, g_strdup (g_strstrip (text)));
    g_ptr_array_add (headers, g_strdup (g_strstrip (mark + 1)));
  }
}

/**
 * bulla_cli_find_header: (skip)
 * @headers: (element-type utf8): name, value, name, value, …
 * @name: a name, in any case
 *
 * Returns: (transfer none) (nullable): the value of its first occurrence
 */
const char *
bulla_cli_find_header (GPtrArray *headers, const char *name)
{
  for (guint i = 0; i + 1 < headers->len; i += 2)
    if (g_ascii_strcasecmp (headers->pdata[i], name) == 0)
      return headers->pdata[i + 1];
  return NULL;
}

/**
 * bulla_cli_read_header_lines: (skip)
 * @at: text
 * @end: its end
 * @headers: (element-type utf8): the headers are appended to it
 *
 * Reads header fields up to the first empty line.
 *
 * Returns: the text behind that line
 */
const char *
bulla_cli_read_header_lines (const char *at, const char *end, GPtrArray *headers)
{
  gsize length = 1;

  while (at < end && length > 0) {
    const char *line = take_line (&at, end, &length);
    bulla_cli_add_header_line (headers, line, length);
  }
  return at;
}

/* Reads "HTTP/1.1 200 OK", or "HTTP/2 200". Returns: the status; 0 if it is something else */
static guint
read_status (const char *line, gsize length)
{
  const char *space = length >= 10 ? memchr (line, ' ', length) : NULL;
  guint status = 0;

  if (space == NULL || memcmp (line, "HTTP/", 5) != 0 || space + 4 > line + length)
    return 0;
  for (int i = 1; i <= 3; i++) {
    if (!g_ascii_isdigit (space[i]))
      return 0;
    status = status * 10 + (guint)g_ascii_digit_value (space[i]);
  }
  return status;
}

/* Returns: (transfer full): the body without chunks. Many recorders remove them and keep the
 * header; then the body stays as it is. */
static GBytes *
remove_chunks (BullaHttpBlock *self, const char *data, gsize size)
{
  const char *coding = bulla_cli_find_header (self->headers, "transfer-encoding");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  BullaChunks chunks = {BULLA_CHUNKS_SIZE};
  gsize kept = 0;

  if (coding == NULL || g_ascii_strcasecmp (coding, "chunked") != 0)
    return g_bytes_new (data, size);
  g_byte_array_append (bytes, (const guint8 *)data, (guint)size);
  bulla_chunks_filter (&chunks, bytes->data, bytes->len, &kept);
  if (chunks.state != BULLA_CHUNKS_OVER && kept == 0)
    return g_bytes_new (data, size);
  if (chunks.state != BULLA_CHUNKS_OVER) {
    self->problem = _ ("its body ends in the middle of a chunk");
    self->is_damaged = TRUE;
  }
  g_byte_array_set_size (bytes, (guint)kept);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* Takes the body out of its content coding, if it is in it. */
static void
decode (BullaHttpBlock *self, GBytes *raw)
{
  const char *coding = bulla_cli_find_header (self->headers, "content-encoding");
  g_autoptr (GError) error = NULL;

  gboolean has_rest = FALSE;
  self->body = bulla_content_decode (coding, raw, BODY_MAX, &has_rest, &error);
  if (self->body != NULL && !has_rest)
    return;
  self->has_lied = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  if (self->has_lied) {
    self->body = g_bytes_ref (raw);
    return;
  }
  self->is_damaged = TRUE;
  if (has_rest)
    self->problem = _ ("bytes follow the end of its coded body");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    self->problem = _ ("its content coding is not supported");
  else if (g_error_matches (error, BULLA_ERROR, BULLA_ERROR_LIMIT))
    self->problem = _ ("its decoded body is too large");
  else
    self->problem = _ ("its body breaks off, or its content coding is damaged");
}

/**
 * bulla_cli_http_block_read: (skip)
 * @self: (out caller-allocates): the response; cleared by the caller
 * @block: status line, header fields, an empty line and the body
 *
 * Returns: whether @block is a response
 */
gboolean
bulla_cli_http_block_read (BullaHttpBlock *self, GBytes *block)
{
  gsize size, length = 0;
  const char *at = g_bytes_get_data (block, &size), *end = at + size;
  const char *line = take_line (&at, end, &length);

  *self = (BullaHttpBlock){.status = read_status (line, length),
                           .headers = g_ptr_array_new_with_free_func (g_free)};
  if (self->status == 0)
    return FALSE;
  at = bulla_cli_read_header_lines (at, end, self->headers);
  self->body_at = size - (gsize)(end - at);
  g_autoptr (GBytes) raw = at < end ? remove_chunks (self, at, (gsize)(end - at)) : NULL;
  if (raw != NULL && self->problem == NULL)
    decode (self, raw);
  self->coded = g_steal_pointer (&raw);
  return TRUE;
}

void
bulla_cli_http_block_clear (BullaHttpBlock *self)
{
  g_clear_pointer (&self->headers, g_ptr_array_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->coded, g_bytes_unref);
}
