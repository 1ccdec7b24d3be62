/* bulla-cli-har-content.c - reads the recorded content of an entry of a HAR file
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: HAR 1.2, content; RFC 8259 section 7; RFC 4648 sections 3 to 5 */
#include "bulla-cli-har-content.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-base64.h"
#include "bulla-json.h"

#define ESCAPE_SIZE 6 /* bytes of \uXXXX */

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

/* Says whether a response without recorded content had one, according to the sizes in the HAR
 * file. */
static gboolean
had_content (JsonObject *response, JsonObject *content)
{
  JsonArray *headers = bulla_json_get_array (response, "headers");
  gint64 status = bulla_json_get_number (response, "status", 0);

  if (bulla_json_get_number (content, "size", 0) > 0)
    return TRUE;
  if (status == 204 || status == 205 || status == 304 || status / 100 == 3)
    return FALSE;
  for (guint i = 0; headers != NULL && i < json_array_get_length (headers); i++) {
    JsonObject *header = bulla_json_get_element (headers, i);
    const char *name = bulla_json_get_text (header, "name");
    const char *value = bulla_json_get_text (header, "value");
    if (name != NULL && value != NULL && g_ascii_strcasecmp (name, "content-length") == 0)
      return !g_str_equal (value, "0");
  }
  return bulla_json_get_number (response, "bodySize", 0) > 0;
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
  if (encoding == NULL || *encoding == '\0') {
    content->body = unmark (text);
    content->is_text = TRUE;
    return BULLA_HAR_RECORDED;
  }
  if (g_ascii_strcasecmp (encoding, "base64") != 0)
    return set_problem (content, BULLA_HAR_DAMAGED,
                        _ ("the recorded content has an encoding other than base64"));
  content->body = bulla_base64_decode (text, strlen (text), BULLA_BASE64_URL | BULLA_BASE64_SPACES);
  return content->body != NULL ? BULLA_HAR_RECORDED
                               : set_problem (content, BULLA_HAR_DAMAGED,
                                              _ ("the recorded content is not valid base64"));
}

void
bulla_har_content_clear (BullaHarContent *self)
{
  g_clear_pointer (&self->body, g_bytes_unref);
}
