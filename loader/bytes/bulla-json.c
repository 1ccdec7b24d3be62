/* bulla-json.c - parses untrusted JSON, and writes members that may be missing
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-json.h"

#include <math.h>
#include <string.h>

#include "bulla-printable.h"

#define DOUBLE_MAX 9007199254740992.0 /* 2^53: doubles represent each integer up to here */

/* Returns: the offset behind the bracket that closes the one at @data; @size if it is not closed.
 * @depth: (out): the nesting; one more than the limit if that was exceeded */
static gsize
find_end (const char *data, gsize size, guint depth_max, guint *deepest)
{
  guint depth = 0;
  gboolean quoted = FALSE;

  *deepest = 0;
  for (gsize i = 0; i < size && *deepest <= depth_max; i++) {
    if (data[i] == '"')
      quoted = !quoted;
    else if (quoted)
      i += data[i] == '\\' ? 1 : 0;
    else if (data[i] == '{' || data[i] == '[') {
      depth++;
      *deepest = MAX (*deepest, depth);
    } else if ((data[i] == '}' || data[i] == ']') && depth > 0 && --depth == 0)
      return i;
  }
  return size;
}

/* Returns: whether the text is one object or array. json-glib would parse several values and keep
 * only the last. The depth is limited, because json-glib recurses. */
static gboolean
is_one_value (const char *data, gsize size, guint depth_max)
{
  guint deepest = 0;

  return size > 0 && (data[0] == '{' || data[0] == '[')
         && find_end (data, size, depth_max, &deepest) == size - 1 && deepest <= depth_max;
}

/* The functions that skip a token return what follows it; NULL: it is not a token of JSON */

static const char *
skip_escape (const char *at, const char *end)
{
  if (at == end || *at == '\0' || strchr ("\"\\/bfnrtu", *at) == NULL)
    return NULL;
  if (*at++ != 'u')
    return at;
  for (guint i = 0; i < 4; i++, at++)
    if (at == end || !g_ascii_isxdigit (*at))
      return NULL;
  return at;
}

/* @at: behind the first quotation mark */
static const char *
skip_string (const char *at, const char *end)
{
  while (at != NULL && at < end && *at != '"') {
    if ((guchar)*at < 0x20)
      return NULL;
    at = *at == '\\' ? skip_escape (at + 1, end) : at + 1;
  }
  return at != NULL && at < end ? at + 1 : NULL;
}

/* Returns: (nullable): the end of the digits at @at; NULL if it begins with another character */
static const char *
skip_digits (const char *at, const char *end)
{
  const char *start = at;

  while (at < end && g_ascii_isdigit (*at))
    at++;
  return at > start ? at : NULL;
}

static const char *
skip_number (const char *at, const char *end)
{
  if (at < end && *at == '-')
    at++;
  at = at < end && *at == '0' ? at + 1 : skip_digits (at, end);
  if (at != NULL && at < end && *at == '.')
    at = skip_digits (at + 1, end);
  if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
    at++;
    at = skip_digits (at < end && (*at == '+' || *at == '-') ? at + 1 : at, end);
  }
  gboolean goes_on =
      at != NULL && at < end && (g_ascii_isalnum (*at) || strchr (".+-", *at) != NULL);
  return goes_on ? NULL : at;
}

static const char *
skip_word (const char *at, const char *end)
{
  static const char *const words[] = {"true", "false", "null"};

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    gsize size = strlen (words[i]);
    if ((gsize)(end - at) >= size && memcmp (at, words[i], size) == 0)
      return at + size;
  }
  return NULL;
}

/* json-glib accepts more than JSON: comments, single quotes, other numbers, `var x =` */
static gboolean
has_only_tokens (const char *data, gsize size)
{
  const char *at = data, *end = data + size;

  while (at != NULL && at < end)
    if (*at == '"')
      at = skip_string (at + 1, end);
    else if (*at == '-' || g_ascii_isdigit (*at))
      at = skip_number (at, end);
    else
      at = *at != '\0' && strchr (" \t\r\n{}[],:", *at) != NULL ? at + 1 : skip_word (at, end);
  return at != NULL;
}

/* Returns: (nullable): the quotation mark that ends the string at @at, whatever is in it */
static const char *
find_quote (const char *at, const char *end)
{
  for (; at < end && *at != '"'; at++)
    if (*at == '\\')
      at++;
  return at < end ? at : NULL;
}

/**
 * bulla_json_is_cut_off: (skip)
 * @data: (nullable): bytes that bulla_json_parse() does not take; %NULL if @size is 0
 * @size: bytes of @data
 *
 * Returns: whether they are the beginning of an object or array whose end is missing
 */
gboolean
bulla_json_is_cut_off (const char *data, gsize size)
{
  g_autoptr (GByteArray) open = g_byte_array_new ();
  const char *at = data, *end = data + size;

  while (at < end && g_ascii_isspace (*at))
    at++;
  if (at == end || (*at != '{' && *at != '['))
    return FALSE;
  for (; at < end; at++) {
    if (*at == '{' || *at == '[') {
      const guint8 closing = *at == '{' ? '}' : ']';
      g_byte_array_append (open, &closing, 1);
    } else if (*at == '}' || *at == ']') {
      if (open->len == 0 || open->data[open->len - 1] != (guint8)*at)
        return FALSE;
      g_byte_array_set_size (open, open->len - 1);
    } else if (*at == '"') {
      const char *after = skip_string (at + 1, end);
      if (after == NULL)
        return find_quote (at + 1, end) == NULL;
      at = after - 1;
    }
  }
  return open->len > 0;
}

/**
 * bulla_json_parse: (skip)
 * @data: (nullable): untrusted bytes, not NUL-terminated; %NULL if @size is 0
 * @size: bytes of @data
 * @depth_max: maximum nesting depth
 * @error: a %JSON_PARSER_ERROR
 *
 * Returns: (transfer full) (nullable): the immutable root node, an object or array
 */
JsonNode *
bulla_json_parse (const char *data, gsize size, guint depth_max, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  for (; size > 0 && g_ascii_isspace (data[0]); size--)
    data++;
  while (size > 0 && g_ascii_isspace (data[size - 1]))
    size--;
  if (size > G_MAXINT || !is_one_value (data, size, depth_max) || !has_only_tokens (data, size)) {
    g_set_error_literal (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
                         "not a JSON object or array, or nested too deeply");
    return NULL;
  }
  return json_parser_load_from_data (parser, data, (gssize)size, error)
             ? json_parser_steal_root (parser)
             : NULL;
}

/**
 * bulla_json_add_text_or_null: (skip)
 * @builder: has an open object
 * @member: name of the member
 * @text: (nullable): text, perhaps of a package; bytes that are not UTF-8 are replaced
 *
 * Adds a member with the text, or with null.
 */
void
bulla_json_add_text_or_null (JsonBuilder *builder, const char *member, const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  json_builder_set_member_name (builder, member);
  if (valid != NULL)
    json_builder_add_string_value (builder, valid);
  else
    json_builder_add_null_value (builder);
}

/**
 * bulla_json_node_get_text: (skip)
 * @node: (nullable): a value
 *
 * An unpaired surrogate escape in JSON makes json-glib return bytes that are not UTF-8. Such a
 * string counts as missing.
 *
 * Returns: (nullable): the string, valid UTF-8; %NULL if @node is not a string
 */
const char *
bulla_json_node_get_text (JsonNode *node)
{
  const char *text = node != NULL && JSON_NODE_HOLDS_VALUE (node)
                             && json_node_get_value_type (node) == G_TYPE_STRING
                         ? json_node_get_string (node)
                         : NULL;

  return text != NULL && g_utf8_validate (text, -1, NULL) ? text : NULL;
}

/* Members that are missing or have another type are returned as NULL or 0. */
JsonObject *
bulla_json_get_object (JsonObject *object, const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
bulla_json_get_array (JsonObject *object, const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonNode *
get_value (JsonObject *object, const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

const char *
bulla_json_get_text (JsonObject *object, const char *member)
{
  return bulla_json_node_get_text (get_value (object, member));
}

gint64
bulla_json_get_number (JsonObject *object, const char *member, gint64 otherwise)
{
  JsonNode *node = get_value (object, member);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_INT64)
    return json_node_get_int (node);
  /* Converting a double beyond 64 bits is undefined behaviour. */
  double number = type == G_TYPE_DOUBLE ? json_node_get_double (node) : NAN;
  return number >= -DOUBLE_MAX && number <= DOUBLE_MAX ? (gint64)number : otherwise;
}

gboolean
bulla_json_get_boolean (JsonObject *object, const char *member)
{
  JsonNode *node = get_value (object, member);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN
         && json_node_get_boolean (node);
}

JsonObject *
bulla_json_get_element (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* JSON text must be UTF-8. */
void
bulla_json_add_text (JsonBuilder *builder, const char *member, const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  if (valid == NULL)
    return;
  json_builder_set_member_name (builder, member);
  json_builder_add_string_value (builder, valid);
}

/* A negative number means unknown. */
void
bulla_json_add_number (JsonBuilder *builder, const char *member, gint64 number)
{
  if (number < 0)
    return;
  json_builder_set_member_name (builder, member);
  json_builder_add_int_value (builder, number);
}

void
bulla_json_add_boolean (JsonBuilder *builder, const char *member, gboolean value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_boolean_value (builder, value);
}

/* @names: (nullable): nothing is written if it is NULL */
void
bulla_json_add_names (JsonBuilder *builder, const char *member, const char *const *names)
{
  if (names == NULL)
    return;
  json_builder_set_member_name (builder, member);
  json_builder_begin_array (builder);
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *valid = g_utf8_make_valid (names[i], -1);
    json_builder_add_string_value (builder, valid);
  }
  json_builder_end_array (builder);
}

void
bulla_json_begin (JsonBuilder *builder, const char *member)
{
  json_builder_set_member_name (builder, member);
  json_builder_begin_object (builder);
}

/* Returns: (transfer full): the text; ends the outermost object. Control characters are escaped,
 * because the text may be printed on a terminal. */
char *
bulla_json_end (JsonBuilder *builder, gboolean pretty)
{
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, pretty);
  return bulla_printable_dup_lines (text);
}
