/* bulla-cli-json.c - members of JSON objects, and a tree drawn of them for people
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-json.h"

#include <glib/gi18n.h>

#include "bulla-cli-files.h"
#include "bulla-printable.h"

/* JSON knows no other text than UTF-8; whatever comes from a package may be none */
void
bulla_cli_json_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;
  if (valid != NULL)
    json_builder_add_string_value (builder, valid);
  else
    json_builder_add_null_value (builder);
}

void
bulla_cli_json_number (JsonBuilder *builder, const char *name, guint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64)MIN (value, (guint64)G_MAXINT64));
}

/* a negative time is none */
void
bulla_cli_json_time (JsonBuilder *builder, const char *name, gint64 seconds)
{
  json_builder_set_member_name (builder, name);
  if (seconds >= 0)
    json_builder_add_int_value (builder, seconds);
  else
    json_builder_add_null_value (builder);
}

void
bulla_cli_json_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

void
bulla_cli_json_begin (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

void
bulla_cli_json_begin_array (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

static void draw_object (GString *text, JsonObject *object, const char *indent, guint max);
static void draw_array (GString *text, JsonArray *array, const char *indent, guint max);

static void
draw_node (GString *text, const char *name, JsonNode *node, const char *indent, gboolean last,
           guint max)
{
  g_autofree char *label = bulla_printable_dup (name);
  g_string_append_printf (text, "%s%s %s", indent, last ? "└" : "├", label);
  if (!JSON_NODE_HOLDS_VALUE (node) && !JSON_NODE_HOLDS_NULL (node)) {
    g_autofree char *deeper = g_strconcat (indent, last ? "  " : "│ ", NULL);
    g_string_append_c (text, '\n');
    if (JSON_NODE_HOLDS_OBJECT (node))
      draw_object (text, json_node_get_object (node), deeper, max);
    else
      draw_array (text, json_node_get_array (node), deeper, max);
    return;
  }
  g_autofree char *value = json_node_get_value_type (node) == G_TYPE_STRING
                               ? bulla_printable_dup (json_node_get_string (node))
                               : json_to_string (node, FALSE);
  g_string_append_printf (text, ": %s\n", value);
}

static void
draw_array (GString *text, JsonArray *array, const char *indent, guint max)
{
  guint n = json_array_get_length (array);
  guint shown = n > max ? max : n;
  for (guint i = 0; i < shown; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);
    draw_node (text, name, json_array_get_element (array, i), indent, i + 1 == n, max);
  }
  if (n > shown)
    g_string_append_printf (text, _ ("%s└ … and %u more; use --json to see all\n"), indent,
                            n - shown);
}

/* control characters are shown, not obeyed */
static void
draw_object (GString *text, JsonObject *object, const char *indent, guint max)
{
  g_autoptr (GList) members = json_object_get_members (object);
  for (GList *link = members; link != NULL; link = link->next) {
    JsonNode *node = json_object_get_member (object, link->data);
    draw_node (text, link->data, node, indent, link->next == NULL, max);
  }
}

/**
 * bulla_cli_json_draw: (skip)
 * @text: where the tree is added
 * @object: what is drawn
 * @max: how many elements of an array are shown
 */
void
bulla_cli_json_draw (GString *text, JsonObject *object, guint max)
{
  draw_object (text, object, "", max);
}
