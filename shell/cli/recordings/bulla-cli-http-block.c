/* bulla-cli-http-block.c - reads a response as an archive stores it: head and body in one block
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 9112 sections 4 to 7; WARC 1.1 section 6.3 */
#include "bulla-cli-http-block.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-chunks.h"
#include "bulla-content-decoder.h"

#define BODY_MAX (256u << 20) /* bytes */

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

static const char *
find_header (const BullaHttpBlock *self, const char *name)
{
  for (guint i = 0; i + 1 < self->headers->len; i += 2)
    if (g_ascii_strcasecmp (self->headers->pdata[i], name) == 0)
      return self->headers->pdata[i + 1];
  return NULL;
}

/* Reads "HTTP/1.1 200 OK". Returns: the status; 0 if it is something else */
static guint
read_status (const char *line, gsize length)
{
  const char *space = memchr (line, ' ', length);
  guint status = 0;

  if (length < 12 || memcmp (line, "HTTP/", 5) != 0 || space == NULL || space + 4 > line + length)
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
static GByteArray *
remove_chunks (BullaHttpBlock *self, const guint8 *data, gsize size)
{
  const char *coding = find_header (self, "transfer-encoding");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  BullaChunks chunks = {BULLA_CHUNKS_SIZE};
  gsize kept = 0;

  g_byte_array_append (bytes, data, (guint)size);
  if (coding == NULL || g_ascii_strcasecmp (coding, "chunked") != 0)
    return g_steal_pointer (&bytes);
  bulla_chunks_filter (&chunks, bytes->data, bytes->len, &kept);
  if (chunks.state == BULLA_CHUNKS_FAULTY || (chunks.state != BULLA_CHUNKS_OVER && kept == 0)) {
    g_byte_array_set_size (bytes, 0);
    g_byte_array_append (bytes, data, (guint)size);
    return g_steal_pointer (&bytes);
  }
  if (chunks.state != BULLA_CHUNKS_OVER)
    self->problem = _ ("its body ends in the middle of a chunk");
  g_byte_array_set_size (bytes, (guint)kept);
  return g_steal_pointer (&bytes);
}

static gboolean
append_decoded (const guint8 *data, gsize length, gpointer user_data)
{
  GByteArray *into = user_data;

  if (length > BODY_MAX - into->len)
    return FALSE;
  g_byte_array_append (into, data, (guint)length);
  return TRUE;
}

/* Takes the body out of its content coding, if it is in it. @raw: (transfer full): the body */
static void
decode (BullaHttpBlock *self, GByteArray *raw)
{
  g_autoptr (GByteArray) bytes = raw;
  const char *coding = find_header (self, "content-encoding");
  g_autoptr (BullaContentDecoder) decoder = bulla_content_decoder_new (coding);
  g_autoptr (GByteArray) decoded = g_byte_array_new ();

  if (decoder == NULL) {
    self->problem = _ ("its content coding is not supported");
    self->is_damaged = TRUE;
    return;
  }
  if (coding == NULL) {
    self->body = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
    return;
  }
  if (!bulla_content_decoder_push (decoder, bytes->data, bytes->len, append_decoded, decoded)
      || !bulla_content_decoder_end (decoder, append_decoded, decoded)) {
    self->has_lied = TRUE;
    self->body = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
    return;
  }
  self->body = g_byte_array_free_to_bytes (g_steal_pointer (&decoded));
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
  gsize size;
  const char *at = g_bytes_get_data (block, &size), *end = at + size;
  gboolean first = TRUE;

  *self = (BullaHttpBlock){.headers = g_ptr_array_new_with_free_func (g_free)};
  while (at < end) {
    const char *newline = memchr (at, '\n', (size_t)(end - at));
    const char *stop = newline != NULL ? newline : end;
    gsize length = (gsize)(stop - at);
    if (length > 0 && at[length - 1] == '\r')
      length--;
    if (first && (self->status = read_status (at, length)) == 0)
      return FALSE;
    if (!first && length > 0)
      bulla_cli_add_header_line (self->headers, at, length);
    first = FALSE;
    at = newline != NULL ? newline + 1 : end;
    if (length == 0)
      break;
  }
  if (self->status != 0 && at < end)
    decode (self, remove_chunks (self, (const guint8 *)at, (gsize)(end - at)));
  return self->status != 0;
}

void
bulla_cli_http_block_clear (BullaHttpBlock *self)
{
  g_clear_pointer (&self->headers, g_ptr_array_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
}
