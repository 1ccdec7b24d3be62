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
#define CHUNKED "chunked"

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

/* Returns: (transfer full) (nullable) (array zero-terminated=1): the transfer codings in the order
 * in which they were applied, without identity. Some servers send “chunked” twice, and apply it
 * once. */
static char **
dup_transfer_codings (GPtrArray *headers)
{
  g_autoptr (GStrvBuilder) codings = g_strv_builder_new ();
  const char *last = "";

  for (guint i = 0; i + 1 < headers->len; i += 2) {
    g_auto (GStrv) names = g_ascii_strcasecmp (headers->pdata[i], "transfer-encoding") == 0
                               ? g_strsplit (headers->pdata[i + 1], ",", -1)
                               : NULL;
    for (guint j = 0; names != NULL && names[j] != NULL; j++) {
      const char *name = g_strstrip (names[j]);
      gboolean is_chunked = g_ascii_strcasecmp (name, CHUNKED) == 0;
      if (*name == '\0' || g_ascii_strcasecmp (name, "identity") == 0
          || (is_chunked && g_str_equal (last, CHUNKED)))
        continue;
      g_strv_builder_add (codings, is_chunked ? CHUNKED : name);
      last = is_chunked ? CHUNKED : "";
    }
  }
  return g_strv_builder_end (codings);
}

static void
set_damage (BullaHttpBlock *self, const char *problem)
{
  self->problem = problem;
  self->is_damaged = TRUE;
}

/* Returns: (transfer full): the body without chunks. Many recorders remove them and keep the
 * header; then the body stays as it is. */
static GBytes *
remove_chunks (BullaHttpBlock *self, GBytes *raw)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  BullaChunks chunks = {.state = BULLA_CHUNKS_SIZE, .may_pad = TRUE};
  gsize size, kept = 0;
  const guint8 *data = g_bytes_get_data (raw, &size);

  g_byte_array_append (bytes, data, (guint)size);
  bulla_chunks_filter (&chunks, bytes->data, bytes->len, &kept);
  if (chunks.state != BULLA_CHUNKS_OVER && kept == 0)
    return g_bytes_ref (raw);
  if (chunks.state != BULLA_CHUNKS_OVER)
    set_damage (self, _ ("its body ends in the middle of a chunk"));
  g_byte_array_set_size (bytes, (guint)kept);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* Reports why a body cannot be decoded. */
static void
set_decode_problem (BullaHttpBlock *self, const GError *error, gboolean has_rest)
{
  if (has_rest)
    set_damage (self, _ ("bytes follow the end of its coded body"));
  else if (g_error_matches (error, BULLA_ERROR, BULLA_ERROR_LIMIT))
    set_damage (self, _ ("its decoded body is too large"));
  else
    set_damage (self, _ ("its body breaks off, or its content coding is damaged"));
}

/* Takes the body out of its transfer codings; sets @coded, too. Recorders may have removed them and
 * kept the header; then the body stays as it is. Spec: RFC 9112 sections 6.1 and 7
 *
 * Returns: (transfer full): the body; with the problem set, as far as it could be decoded */
static GBytes *
remove_transfer_codings (BullaHttpBlock *self, GBytes *raw)
{
  g_auto (GStrv) codings = dup_transfer_codings (self->headers);
  guint n = g_strv_length (codings);
  g_autoptr (GError) error = NULL;
  gboolean has_rest = FALSE;

  if (n > 0 && g_str_equal (codings[n - 1], CHUNKED)) {
    self->coded = remove_chunks (self, raw);
    g_clear_pointer (&codings[--n], g_free);
  } else {
    self->coded = g_bytes_ref (raw);
  }
  if (n == 0 || self->problem != NULL)
    return g_bytes_ref (self->coded);
  g_autofree char *all = g_strjoinv (", ", codings);
  g_autoptr (GBytes) decoded = bulla_content_decode (all, self->coded, BODY_MAX, &has_rest, &error);
  if (decoded != NULL && !has_rest)
    return g_steal_pointer (&decoded);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    set_damage (self, _ ("its transfer coding is not supported"));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    set_decode_problem (self, error, has_rest);
  return g_bytes_ref (self->coded);
}

/* Takes the body out of its content coding, if it is in it. */
static void
decode (BullaHttpBlock *self, GBytes *raw)
{
  const char *coding = bulla_cli_find_header (self->headers, "content-encoding");
  g_autoptr (GError) error = NULL;
  gboolean has_rest = FALSE;
  g_autoptr (GBytes) body = bulla_content_decode (coding, raw, BODY_MAX, &has_rest, &error);

  self->has_lied = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  if (self->has_lied)
    self->body = g_bytes_ref (raw);
  else if (body != NULL && !has_rest)
    self->body = g_steal_pointer (&body);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    set_damage (self, _ ("its content coding is not supported"));
  else
    set_decode_problem (self, error, has_rest);
}

/* Reads the head of a response behind its status line. Interim responses, such as 100 Continue,
 * may come before the final one; 101 is final. Spec: RFC 9110 section 15.2
 *
 * Returns: the text behind the head of the final response */
static const char *
read_head (BullaHttpBlock *self, const char *at, const char *end)
{
  const char *start = at;

  at = bulla_cli_read_header_lines (at, end, self->headers);
  self->payload_at += (gsize)(at - start);
  while (self->status / 100 == 1 && self->status != 101) {
    const char *next = at;
    gsize length = 0;
    const char *line = take_line (&next, end, &length);
    guint status = read_status (line, length);
    if (status == 0)
      break;
    self->status = status;
    g_ptr_array_set_size (self->headers, 0);
    at = bulla_cli_read_header_lines (next, end, self->headers);
  }
  return at;
}

/**
 * bulla_cli_http_block_read: (skip)
 * @self: (out caller-allocates): the response; cleared by the caller
 * @block: status line, header fields, an empty line and the body; interim responses may come before
 *
 * Returns: whether @block is a response
 */
gboolean
bulla_cli_http_block_read (BullaHttpBlock *self, GBytes *block)
{
  gsize size, length = 0;
  const char *start = g_bytes_get_data (block, &size), *at = start, *end = start + size;
  const char *line = take_line (&at, end, &length);

  *self = (BullaHttpBlock){.status = read_status (line, length),
                           .headers = g_ptr_array_new_with_free_func (g_free),
                           .payload_at = (gsize)(at - start)};
  if (self->status == 0)
    return FALSE;
  at = read_head (self, at, end);
  self->body_at = (gsize)(at - start);
  if (at == end)
    return TRUE;
  g_autoptr (GBytes) raw = g_bytes_new_from_bytes (block, self->body_at, (gsize)(end - at));
  g_autoptr (GBytes) body = remove_transfer_codings (self, raw);
  if (self->problem == NULL)
    decode (self, body);
  return TRUE;
}

void
bulla_cli_http_block_clear (BullaHttpBlock *self)
{
  g_clear_pointer (&self->headers, g_ptr_array_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->coded, g_bytes_unref);
}

/**
 * bulla_cli_http_block_compare_length: (skip)
 * @self: a response
 *
 * Compares the body with its Content-Length. A recorder that has removed a coding keeps that
 * header.
 *
 * Returns: -1 if the response broke off: bytes are missing; 1 if it has more bytes; 0 otherwise
 */
int
bulla_cli_http_block_compare_length (const BullaHttpBlock *self)
{
  const char *text = bulla_cli_find_header (self->headers, "content-length");
  gint64 length = 0;

  if (text == NULL || !g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &length, NULL)
      || self->coded == NULL || self->has_lied
      || bulla_cli_find_header (self->headers, "transfer-encoding") != NULL)
    return 0;
  gsize size = g_bytes_get_size (self->coded);
  return (guint64)length > size ? -1 : (guint64)length < size ? 1 : 0;
}
