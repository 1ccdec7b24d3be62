/* bulla-cli-bundle-mhtml.c - adds the parts of a page saved as MHTML to a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 2557; RFC 2045 section 6, RFC 2046 section 5.1 */
#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-base64.h"
#include "bulla-cli-files.h"
#include "bulla-cli-http-block.h"
#include "bulla-cli-recording.h"
#include "bulla-field.h"

#define SIZE_MAX_BYTES (1 << 30)
#define PARTS_MAX 65536

/* Decodes quoted-printable (RFC 2045 section 6.7); what is not an escape stays as it is. */
static GBytes *
decode_quoted_printable (const char *text, gsize length)
{
  GByteArray *bytes = g_byte_array_sized_new ((guint)length);

  for (gsize i = 0; i < length; i++) {
    guint8 byte = (guint8)text[i];
    gboolean escape = text[i] == '=' && i + 2 < length;
    if (escape && g_ascii_isxdigit (text[i + 1]) && g_ascii_isxdigit (text[i + 2])) {
      byte = (guint8)(g_ascii_xdigit_value (text[i + 1]) * 16 + g_ascii_xdigit_value (text[i + 2]));
      i += 2;
    } else if (text[i] == '=' && i + 1 < length && text[i + 1] == '\n') {
      i += 1;
      continue;
    } else if (escape && text[i + 1] == '\r' && text[i + 2] == '\n') {
      i += 2;
      continue;
    }
    g_byte_array_append (bytes, &byte, 1);
  }
  return g_byte_array_free_to_bytes (bytes);
}

/* Returns: (transfer full) (nullable): the content of a part; NULL if it cannot be decoded */
static GBytes *
decode_part (GPtrArray *fields, const char *text, gsize length)
{
  const char *encoding = bulla_cli_find_header (fields, "Content-Transfer-Encoding");

  if (encoding == NULL)
    return g_bytes_new (text, length);
  if (g_ascii_strcasecmp (encoding, "base64") == 0)
    return bulla_base64_decode (text, length, BULLA_BASE64_SPACES);
  if (g_ascii_strcasecmp (encoding, "quoted-printable") == 0)
    return decode_quoted_printable (text, length);
  return g_ascii_strcasecmp (encoding, "7bit") == 0 || g_ascii_strcasecmp (encoding, "8bit") == 0
                 || g_ascii_strcasecmp (encoding, "binary") == 0
             ? g_bytes_new (text, length)
             : NULL;
}

/* @cut: whether the message ends before the part does */
static void
take_part (BullaCliRecording *recording, const char *at, const char *end, gboolean cut)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  const char *text = bulla_cli_read_header_lines (at, end, fields);
  const char *url = bulla_cli_find_header (fields, "Content-Location");
  const char *id = bulla_cli_find_header (fields, "Content-ID");

  if (url == NULL) {
    bulla_cli_print_left_out (id != NULL ? id : "?", _ ("the part has no URL"));
    return;
  }
  g_autoptr (GBytes) body = decode_part (fields, text, (gsize)(end - text));
  BullaCliRecorded one = {.url = url,
                          .status = 200,
                          .media_type = bulla_cli_find_header (fields, "Content-Type"),
                          .body = body != NULL && g_bytes_get_size (body) > 0 ? body : NULL,
                          .is_decoded = TRUE,
                          .problem = cut            ? _ ("the file ends in the middle of the part")
                                     : body == NULL ? _ ("the part cannot be decoded")
                                                    : NULL,
                          .is_damaged = cut || body == NULL};
  bulla_cli_recording_add (recording, &one);
}

/* Says whether the line from @at to @next is a delimiter: behind it come only "--", where it closes
 * the message, and blanks (RFC 2046 section 5.1.1). @last: (out): whether it closes the message */
static gboolean
is_delimiter (const char *at, const char *next, const char *delimiter, gboolean *last)
{
  size_t length = strlen (delimiter);

  if ((size_t)(next - at) < length || memcmp (at, delimiter, length) != 0)
    return FALSE;
  at += length;
  *last = next - at >= 2 && memcmp (at, "--", 2) == 0;
  at += *last ? 2 : 0;
  while (at < next && strchr (" \t\r\n", *at) != NULL && *at != '\0')
    at++;
  return at == next;
}

/* Returns: the delimiter line at or after @at; NULL if there is none. @behind: (out): the text
 * behind that line; @last: (out): whether it closes the message */
static const char *
find_delimiter (const char *at, const char *end, const char *delimiter, const char **behind,
                gboolean *last)
{
  while (at < end) {
    const char *newline = memchr (at, '\n', (size_t)(end - at));
    const char *next = newline != NULL ? newline + 1 : end;

    if (is_delimiter (at, next, delimiter, last)) {
      *behind = next;
      return at;
    }
    at = next;
  }
  *behind = end;
  *last = TRUE;
  return NULL;
}

/* Takes the parts between the delimiters. @n: (out): their number
 *
 * Returns: FALSE with @error set if they are too many */
static gboolean
take_parts (BullaCliRecording *recording, const char *at, const char *end, const char *delimiter,
            guint *n, GError **error)
{
  const char *behind;
  gboolean last;

  *n = 0;

  find_delimiter (at, end, delimiter, &behind, &last);
  while (!last) {
    const char *from = behind;
    const char *found = find_delimiter (from, end, delimiter, &behind, &last);
    const char *to = found != NULL ? found : end;
    if (++*n > PARTS_MAX) {
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("more than %d parts"), PARTS_MAX);
      return FALSE;
    }
    /* the line break before a delimiter belongs to it */
    to -= to > from && to[-1] == '\n' ? 1 : 0;
    to -= to > from && to[-1] == '\r' ? 1 : 0;
    take_part (recording, from, to, found == NULL);
  }
  return TRUE;
}

/**
 * bulla_cli_resources_add_mhtml: (skip)
 * @self: resources
 * @path: an MHTML file
 * @error: set if it cannot be read or is not an MHTML file
 *
 * MHTML has no status and no headers: each part becomes a response with status 200 and its media
 * type. Parts without an http or https URL, such as frames that the browser numbered, are reported
 * on stderr and left out.
 *
 * Returns: whether the file could be read
 */
gboolean
bulla_cli_resources_add_mhtml (BullaCliResources *self, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, SIZE_MAX_BYTES, error);
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  g_auto (BullaCliRecording) recording = {NULL};
  guint n = 0;
  gsize size;

  if (bytes == NULL)
    return FALSE;
  const char *at = g_bytes_get_data (bytes, &size), *end = at + size;
  const char *body = bulla_cli_read_header_lines (at, end, fields);
  const char *type = bulla_cli_find_header (fields, "Content-Type");
  const char *start = bulla_cli_find_header (fields, "Snapshot-Content-Location");
  g_autofree char *boundary = type != NULL ? bulla_field_dup_parameter (type, "boundary") : NULL;
  g_autofree char *delimiter = g_strconcat ("--", boundary, NULL);
  bulla_cli_recording_init (&recording, self);
  if (start != NULL)
    self->start = bulla_cli_normalise_url (start);
  if (boundary != NULL && *boundary != '\0'
      && !take_parts (&recording, body, end, delimiter, &n, error)) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  if (n == 0) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("%s: not an MHTML file"), path);
    return FALSE;
  }
  bulla_cli_recording_finish (&recording);
  return TRUE;
}
