/* bulla-json.c - JSON from outside: looked at before json-glib reads it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-json.h"

#include <string.h>

/**
 * bulla_json_is_too_deep: (skip)
 * @data: JSON, or what claims to be
 * @size: in bytes
 * @max: how deep it may be
 *
 * The parser recurses. Brackets outside of strings are counted.
 *
 * Returns: whether it is deeper
 */
gboolean
bulla_json_is_too_deep (const char *data, gsize size, guint max)
{
  guint depth = 0;
  gboolean quoted = FALSE;

  for (gsize i = 0; i < size && depth <= max; i++)
    if (data[i] == '"')
      quoted = !quoted;
    else if (quoted)
      i += data[i] == '\\' ? 1 : 0;
    else if (data[i] == '{' || data[i] == '[')
      depth++;
    else if ((data[i] == '}' || data[i] == ']') && depth > 0)
      depth--;
  return depth > max;
}

/**
 * bulla_json_is_strict: (skip)
 * @json: a text
 * @depth_max: how deep it may be
 *
 * Refuses what json-glib reads besides JSON: comments, single quotes, other numbers, `var x =`.
 *
 * Returns: whether it consists of JSON's tokens alone
 */
gboolean
bulla_json_is_strict (const char *json, guint depth_max)
{
  static const char token[] = "[ \\t\\r\\n]++|[{}\\[\\],:]|true|false|null"
                              "|\"(?:[^\"\\\\\\x00-\\x1f]++|\\\\[\"\\\\/bfnrt]"
                              "|\\\\u[0-9a-fA-F]{4})*+\""
                              "|-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
                              "(?![0-9A-Za-z.+-])";
  g_autoptr (GRegex) regex = g_regex_new (token, G_REGEX_RAW | G_REGEX_ANCHORED, 0, NULL);
  size_t length = strlen (json);
  int at = 0;

  if (bulla_json_is_too_deep (json, length, depth_max))
    return FALSE;
  while ((size_t)at < length) {
    g_autoptr (GMatchInfo) match = NULL;
    if (!g_regex_match_full (regex, json, (gssize)length, at, 0, &match, NULL)
        || !g_match_info_fetch_pos (match, 0, NULL, &at))
      return FALSE;
  }
  return TRUE;
}

/**
 * bulla_json_get_text: (skip)
 * @node: (nullable): a value
 *
 * Returns: (nullable): it, where it is a string
 */
const char *
bulla_json_get_text (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}
