/* bulla-canonical-json.c - writes JSON in one canonical form, so that it can be hashed
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: RFC 8785, JSON Canonicalization Scheme */
#include "bulla-canonical-json.h"

#include <math.h>
#include <string.h>

#define WHOLE_MAX G_GINT64_CONSTANT (9007199254740991) /* 2^53 - 1: the largest integer written */
#define DIGITS_MAX 17
#define WHOLE_DIGITS_MAX 18 /* digits that always fit into 64 bits */

static gboolean append_node (GString *out, JsonNode *node);

/* Appends a quoted string (RFC 8785, 3.2.2.2). */
static gboolean
append_string (GString *out, const char *text)
{
  static const char named[] = "\b\t\n\f\r\"\\", letters[] = "btnfr\"\\";

  if (!g_utf8_validate (text, -1, NULL)) /* from an unpaired surrogate in the input */
    return FALSE;
  g_string_append_c (out, '"');
  for (const char *at = text; *at != '\0'; at++) {
    const char *name = strchr (named, *at);
    if (name != NULL)
      g_string_append_printf (out, "\\%c", letters[name - named]);
    else if ((guchar)*at < 0x20)
      g_string_append_printf (out, "\\u%04x", (guint)(guchar)*at);
    else
      g_string_append_c (out, *at);
  }
  g_string_append_c (out, '"');
  return TRUE;
}

/* @digits: the digits without the point; @n: digits before the point */
static void
append_digits (GString *out, const char *digits, int n)
{
  int k = (int)strlen (digits);

  if (k <= n && n <= 21) {
    g_string_append (out, digits);
    for (int i = k; i < n; i++)
      g_string_append_c (out, '0');
  } else if (n > 0 && n <= 21) {
    g_string_append_printf (out, "%.*s.%s", n, digits, digits + n);
  } else if (n > -6 && n <= 0) {
    g_string_append (out, "0.");
    for (int i = n; i < 0; i++)
      g_string_append_c (out, '0');
    g_string_append (out, digits);
  } else {
    g_string_append_printf (out, "%c%s%se%+d", digits[0], k > 1 ? "." : "", digits + 1, n - 1);
  }
}

/* @text: an exponent of few digits, as in "+05" */
static int
read_exponent (const char *text)
{
  int exponent = 0;

  for (const char *at = text + 1; *at != '\0'; at++)
    exponent = exponent * 10 + (*at - '0');
  return text[0] == '-' ? -exponent : exponent;
}

/* RFC 8785, 3.2.2.3: writes the number as ECMAScript does, with the fewest digits that parse back
 * to it. */
static gboolean
append_double (GString *out, double number)
{
  char text[64], format[8];
  g_autoptr (GString) digits = g_string_new (NULL);

  if (!isfinite (number))
    return FALSE;
  if (number == 0) {
    g_string_append_c (out, '0');
    return TRUE;
  }
  for (int precision = 0; precision < DIGITS_MAX; precision++) {
    g_snprintf (format, sizeof format, "%%.%de", precision);
    g_ascii_formatd (text, sizeof text, format, number);
    if (g_ascii_strtod (text, NULL) == number)
      break;
  }
  if (number < 0)
    g_string_append_c (out, '-');
  const char *at = text;
  for (; *at != 'e'; at++)
    if (g_ascii_isdigit (*at))
      g_string_append_c (digits, *at);
  append_digits (out, digits->str, read_exponent (at + 1) + 1);
  return TRUE;
}

static gboolean
append_value (GString *out, JsonNode *node)
{
  switch (json_node_get_value_type (node)) {
  case G_TYPE_STRING:
    return append_string (out, json_node_get_string (node));
  case G_TYPE_BOOLEAN:
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
    return TRUE;
  case G_TYPE_INT64: {
    gint64 number = json_node_get_int (node);
    if (number < -WHOLE_MAX || number > WHOLE_MAX)
      return append_double (out, (double)number);
    g_string_append_printf (out, "%" G_GINT64_FORMAT, number);
    return TRUE;
  }
  case G_TYPE_DOUBLE:
    return append_double (out, json_node_get_double (node));
  default:
    return FALSE;
  }
}

static gboolean
append_array (GString *out, JsonArray *array)
{
  guint n = json_array_get_length (array);

  g_string_append_c (out, '[');
  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    if (!append_node (out, json_array_get_element (array, i)))
      return FALSE;
  }
  g_string_append_c (out, ']');
  return TRUE;
}

/* RFC 8785, 3.2.3: compares by UTF-16 code units. Names that are not UTF-8 are refused when
 * written. */
static int
compare_names (gconstpointer a, gconstpointer b)
{
  gsize i = 0;

  if (!g_utf8_validate (a, -1, NULL) || !g_utf8_validate (b, -1, NULL))
    return strcmp (a, b);
  g_autofree gunichar2 *one = g_utf8_to_utf16 (a, -1, NULL, NULL, NULL);
  g_autofree gunichar2 *two = g_utf8_to_utf16 (b, -1, NULL, NULL, NULL);
  while (one[i] != 0 && one[i] == two[i])
    i++;
  return (int)one[i] - (int)two[i];
}

static gboolean
append_object (GString *out, JsonObject *object)
{
  g_autoptr (GList) names = g_list_sort (json_object_get_members (object), compare_names);

  g_string_append_c (out, '{');
  for (GList *link = names; link != NULL; link = link->next) {
    if (link != names)
      g_string_append_c (out, ',');
    if (!append_string (out, link->data))
      return FALSE;
    g_string_append_c (out, ':');
    if (!append_node (out, json_object_get_member (object, link->data)))
      return FALSE;
  }
  g_string_append_c (out, '}');
  return TRUE;
}

static gboolean
append_node (GString *out, JsonNode *node)
{
  switch (json_node_get_node_type (node)) {
  case JSON_NODE_OBJECT:
    return append_object (out, json_node_get_object (node));
  case JSON_NODE_ARRAY:
    return append_array (out, json_node_get_array (node));
  case JSON_NODE_VALUE:
    return append_value (out, node);
  case JSON_NODE_NULL:
  default:
    g_string_append (out, "null");
    return TRUE;
  }
}

/**
 * bulla_canonical_json_serialise: (skip)
 * @node: a JSON value
 *
 * Returns: (transfer full) (nullable): the canonical text; %NULL if RFC 8785 does not define one,
 *   for example for strings that are not valid Unicode
 */
char *
bulla_canonical_json_serialise (JsonNode *node)
{
  g_autoptr (GString) out = g_string_new (NULL);

  return append_node (out, node) ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

static guint
count_members (JsonNode *node)
{
  guint n = 0;

  if (JSON_NODE_HOLDS_OBJECT (node)) {
    g_autoptr (GList) values = json_object_get_values (json_node_get_object (node));
    for (GList *link = values; link != NULL; link = link->next)
      n += 1 + count_members (link->data);
  } else if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    for (guint i = 0; i < json_array_get_length (array); i++)
      n += count_members (json_array_get_element (array, i));
  }
  return n;
}

/**
 * bulla_canonical_json_is_unambiguous: (skip)
 * @text: well-formed JSON
 * @node: the parsed JSON
 *
 * Spec: RFC 8785, 3.1: only JSON that all parsers read alike can be hashed. json-glib loses data:
 * it keeps only the last of several members with one name, ends strings at NUL, and limits integers
 * to 64 bits.
 *
 * Returns: whether @node contains everything that @text does
 */
gboolean
bulla_canonical_json_is_unambiguous (const char *text, JsonNode *node)
{
  gboolean quoted = FALSE;
  guint n = 0, n_digits = 0;

  for (const char *at = text; *at != '\0'; at++) {
    n_digits = !quoted && g_ascii_isdigit (*at) ? n_digits + 1 : 0;
    if (n_digits > WHOLE_DIGITS_MAX)
      return FALSE;
    if (*at == '"')
      quoted = !quoted;
    else if (quoted && *at == '\\') {
      if (g_str_has_prefix (at, "\\u0000"))
        return FALSE;
      at++;
    } else if (!quoted && *at == ':')
      n++;
  }
  return n == count_members (node);
}
