/* bulla-cli-har-content.c - reads the recorded content of an entry of a HAR file
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: HAR 1.2, content; RFC 8259 section 7; RFC 4648 sections 3 to 5 */
#include "bulla-cli-har-content.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-base64.h"
#include "bulla-content-decoder.h"
#include "bulla-json.h"

#define ESCAPE_SIZE 6 /* bytes of \uXXXX */

#define DECODED_MAX (256u << 20) /* bytes of a body */
#define CODE_MAX 1024            /* most bytes by which coding makes a body longer */
#define MARK_OF_UTF8 3           /* bytes of a byte order mark, which recorders remove */
#define WIDEST_CHARSET 4         /* most bytes in another charset for each byte of UTF-8 */

/* json-glib returns strings that end at the first NUL, and refuses files that are not UTF-8. While
 * it parses, U+0001 and two hexadecimal digits stand for such a byte, and for U+0001 itself. */
#define MARK '\001'
#define MARK_SIZE 3 /* bytes of such a mark in a string */

/* Returns: the code unit of the escape \uXXXX at @at; -1 if there is none */
static int
read_unit (const char *at, const char *end)
{
  int unit = 0;

  if (end - at < ESCAPE_SIZE || at[0] != '\\' || at[1] != 'u')
    return -1;
  for (int i = 2; i < ESCAPE_SIZE; i++) {
    if (!g_ascii_isxdigit (at[i]))
      return -1;
    unit = unit * 16 + g_ascii_xdigit_value (at[i]);
  }
  return unit;
}

static void
append_mark (GString *out, guchar byte)
{
  g_string_append_printf (out, "\\u%04x%02x", MARK, byte);
}

/* Appends JSON without escape sequences; bytes that are not UTF-8 are marked. */
static void
append_text (GString *out, const char *text, gsize length)
{
  const char *valid_end;

  while (!g_utf8_validate_len (text, length, &valid_end)) {
    gsize valid = (gsize)(valid_end - text);
    g_string_append_len (out, text, (gssize)valid);
    append_mark (out, (guchar)*valid_end);
    text += valid + 1;
    length -= valid + 1;
  }
  g_string_append_len (out, text, (gssize)length);
}

/* Copies the escape sequence at @at. Returns: the text behind it */
static const char *
copy_escape (GString *out, const char *at, const char *end)
{
  int unit = read_unit (at, end);

  if (unit < 0) {
    g_string_append_len (out, at, MIN (end - at, 2));
    return at + MIN (end - at, 2);
  }
  int next = read_unit (at + ESCAPE_SIZE, end);
  if (unit == 0 || unit == MARK)
    append_mark (out, (guchar)unit);
  else if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
    g_string_append_len (out, at, 2 * ESCAPE_SIZE);
    return at + 2 * ESCAPE_SIZE;
  } else if (unit >= 0xd800 && unit < 0xe000)
    g_string_append (out, "\\ufffd"); /* a lone surrogate */
  else
    g_string_append_len (out, at, ESCAPE_SIZE);
  return at + ESCAPE_SIZE;
}

/**
 * bulla_har_mark_escapes: (skip)
 * @json: a HAR file
 *
 * Prepares the strings of @json for json-glib: marks escaped NUL characters and bytes that are not
 * UTF-8, and replaces lone surrogates by U+FFFD.
 *
 * Returns: (transfer full): the changed file, whose contents bulla_har_read_content() understands
 */
GBytes *
bulla_har_mark_escapes (GBytes *json)
{
  gsize size;
  const char *at = g_bytes_get_data (json, &size);
  const char *end = at + size;
  GString *out = g_string_sized_new (size + 1);

  while (at < end) {
    const char *escape = memchr (at, '\\', (size_t)(end - at));
    const char *stop = escape != NULL ? escape : end;
    append_text (out, at, (gsize)(stop - at));
    at = escape != NULL ? copy_escape (out, escape, end) : end;
  }
  return g_string_free_to_bytes (out);
}

static GBytes *
unmark (const char *text)
{
  GByteArray *bytes = g_byte_array_sized_new ((guint)strlen (text));

  while (*text != '\0') {
    size_t length = strcspn (text, (const char[]){MARK, '\0'});
    g_byte_array_append (bytes, (const guint8 *)text, (guint)length);
    text += length;
    if (text[0] != MARK)
      continue;
    if (text[1] == '\0' || text[2] == '\0')
      break; /* a control character in the string, which JSON does not allow */
    guint8 byte = (guint8)(g_ascii_xdigit_value (text[1]) * 16 + g_ascii_xdigit_value (text[2]));
    g_byte_array_append (bytes, &byte, 1);
    text += MARK_SIZE;
  }
  return g_byte_array_free_to_bytes (bytes);
}

/* Returns: (nullable): the value of the first header with this name */
static const char *
find_header (JsonObject *response, const char *wanted)
{
  JsonArray *headers = bulla_json_get_array (response, "headers");

  for (guint i = 0; headers != NULL && i < json_array_get_length (headers); i++) {
    JsonObject *header = bulla_json_get_element (headers, i);
    const char *name = bulla_json_get_text (header, "name");
    const char *value = bulla_json_get_text (header, "value");
    if (name != NULL && value != NULL && g_ascii_strcasecmp (name, wanted) == 0)
      return value;
  }
  return NULL;
}

/**
 * bulla_har_read_status: (skip)
 * @response: (nullable): the response of an entry
 *
 * Returns: its status, which some recorders write as a string; 0 if it has none
 */
guint
bulla_har_read_status (JsonObject *response)
{
  const char *text = bulla_json_get_text (response, "status");
  gint64 status = bulla_json_get_number (response, "status", 0);

  if (text != NULL && !g_ascii_string_to_signed (text, 10, 0, G_MAXINT, &status, NULL))
    status = 0;
  return (guint)CLAMP (status, 0, G_MAXINT);
}

/* Says whether a response without recorded content had one, according to the sizes in the HAR
 * file. A response without an object for its content, or with a negative size, may have had one. */
static gboolean
had_content (JsonObject *response, JsonObject *content)
{
  guint status = bulla_har_read_status (response);
  gint64 size = bulla_json_get_number (content, "size", 0);

  if (size > 0)
    return TRUE;
  if (status == 0 || status == 204 || status == 205 || status / 100 == 3)
    return FALSE;
  const char *length = find_header (response, "content-length");
  if (length != NULL)
    return !g_str_equal (length, "0");
  return content == NULL || size < 0 || bulla_json_get_number (response, "bodySize", 0) > 0;
}

/* Says whether the recorder kept only the beginning of a body, as browsers do with large ones. The
 * size counts the bytes on the server's side: of text, more than of UTF-8 if it was in UTF-16 or in
 * ISO-2022-JP; if the body was coded, some recorders write the size of the code. */
static gboolean
is_cut_off (JsonObject *response, JsonObject *content, const BullaHarContent *read)
{
  const char *type = find_header (response, "content-type");
  g_autofree char *low = g_ascii_strdown (type != NULL ? type : "", -1);
  gint64 size = bulla_json_get_number (content, "size", 0);
  gint64 length = (gint64)g_bytes_get_size (read->body);
  gboolean exact = !read->is_text || strstr (low, "charset=utf-8") != NULL
                   || strstr (low, "charset=\"utf-8\"") != NULL;
  gint64 slack = find_header (response, "content-encoding") != NULL ? CODE_MAX : MARK_OF_UTF8;

  return size > (exact ? length : length * WIDEST_CHARSET) + slack;
}

/* Some recorders keep coded bodies as they were sent. A body is one if it can be decoded, and has
 * the recorded size only then, or begins as gzip does. */
static void
decode_coded (JsonObject *response, JsonObject *content, BullaHarContent *read)
{
  const char *coding = find_header (response, "content-encoding");
  gint64 size = bulla_json_get_number (content, "size", -1);
  gsize length;
  const guint8 *data = g_bytes_get_data (read->body, &length);
  g_autoptr (GBytes) decoded =
      coding != NULL ? bulla_content_decode (coding, read->body, DECODED_MAX, NULL, NULL) : NULL;

  if (decoded == NULL)
    return;
  gboolean fits = size == (gint64)g_bytes_get_size (decoded) && size != (gint64)length;
  if (!fits && !(length > 2 && data[0] == 0x1f && data[1] == 0x8b))
    return;
  g_bytes_unref (read->body);
  read->body = g_steal_pointer (&decoded);
}

static BullaHarState
set_problem (BullaHarContent *content, BullaHarState state, const char *problem)
{
  content->problem = problem;
  return state;
}

/**
 * bulla_har_read_content: (skip)
 * @response: (nullable): the response of an entry, from a file that bulla_har_mark_escapes()
 *   prepared
 * @content: (out caller-allocates): the content; must be cleared by the caller
 *
 * Returns: whether the content was recorded and can be read
 */
BullaHarState
bulla_har_read_content (JsonObject *response, BullaHarContent *content)
{
  JsonObject *object = bulla_json_get_object (response, "content");
  JsonNode *node = object != NULL ? json_object_get_member (object, "text") : NULL;
  const char *text = bulla_json_node_get_text (node);
  const char *encoding = bulla_json_get_text (object, "encoding");

  *content = (BullaHarContent){NULL};
  if (node != NULL && text == NULL && !JSON_NODE_HOLDS_NULL (node))
    return set_problem (content, BULLA_HAR_DAMAGED, _ ("the recorded content is not a string"));
  if (text == NULL || *text == '\0')
    return had_content (response, object)
               ? set_problem (content, BULLA_HAR_MISSING, _ ("the body was not recorded"))
               : BULLA_HAR_RECORDED;
  content->is_text = encoding == NULL || *encoding == '\0';
  if (!content->is_text && g_ascii_strcasecmp (encoding, "base64") != 0)
    return set_problem (content, BULLA_HAR_DAMAGED,
                        _ ("the recorded content has an encoding other than base64"));
  content->body = content->is_text ? unmark (text)
                                   : bulla_base64_decode (text, strlen (text),
                                                          BULLA_BASE64_URL | BULLA_BASE64_SPACES);
  if (content->body == NULL)
    return set_problem (content, BULLA_HAR_DAMAGED, _ ("the recorded content is not valid base64"));
  if (!content->is_text)
    decode_coded (response, object, content);
  if (is_cut_off (response, object, content))
    return set_problem (content, BULLA_HAR_DAMAGED,
                        _ ("only the beginning of the body was recorded"));
  return BULLA_HAR_RECORDED;
}

void
bulla_har_content_clear (BullaHarContent *self)
{
  g_clear_pointer (&self->body, g_bytes_unref);
}
