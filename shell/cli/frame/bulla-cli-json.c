/* bulla-cli-json.c - builds members of JSON objects, and prints JSON as a tree for people
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-json.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-file-name.h"
#include "bulla-cli-files.h"
#include "bulla-cli.h"
#include "bulla-json.h"
#include "bulla-printable.h"

/* Adds a string as UTF-8, which JSON requires; text of a package may be anything else. */
void
bulla_cli_json_string (JsonBuilder *builder, const char *name, const char *value)
{
  bulla_json_add_text_or_null (builder, name, value);
}

/* Adds `file`, and `file_bytes`, the bytes in hexadecimal, only for a name that is not UTF-8. */
void
bulla_cli_json_file (JsonBuilder *builder, const char *name)
{
  g_autofree char *text = bulla_cli_file_name_to_utf8 (name);
  g_autofree char *hex = bulla_cli_file_name_to_hex (name);

  bulla_cli_json_string (builder, "file", text);
  if (hex != NULL)
    bulla_cli_json_string (builder, "file_bytes", hex);
}

void
bulla_cli_json_number (JsonBuilder *builder, const char *name, guint64 value)
{
  bulla_json_add_number (builder, name, (gint64)MIN (value, (guint64)G_MAXINT64));
}

/* Adds a time; null if it is negative, which means unknown. */
void
bulla_cli_json_time (JsonBuilder *builder, const char *name, gint64 seconds)
{
  json_builder_set_member_name (builder, name);
  if (seconds >= 0)
    json_builder_add_int_value (builder, seconds);
  else
    json_builder_add_null_value (builder);
}

/**
 * bulla_cli_json_expiry: (skip)
 * @builder: a builder inside an object
 * @expires: Unix seconds; -1 if not known
 * @now: Unix seconds
 * @by: (nullable): what ends the trust
 *
 * Adds `expires`, `in_s` (negative if it has passed) and `expires_by`; null if not known.
 */
void
bulla_cli_json_expiry (JsonBuilder *builder, gint64 expires, gint64 now, const char *by)
{
  bulla_cli_json_time (builder, "expires", expires);
  json_builder_set_member_name (builder, "in_s");
  if (expires >= 0)
    json_builder_add_int_value (builder, expires - now);
  else
    json_builder_add_null_value (builder);
  bulla_cli_json_string (builder, "expires_by", by);
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

#define DATA_URL_MAX 160  /* bytes of a data: URL that is shown whole */
#define DATA_URL_SHOWN 64 /* bytes of a longer one that are shown */

typedef struct {
  GString *text; /* borrowed; receives the tree */
  guint max;     /* most elements shown of one array */
  gint64 now;    /* Unix seconds; origin of relative times */
} Drawing;

static void draw_object (Drawing *self, JsonObject *object, const char *indent);
static void draw_array (Drawing *self, JsonArray *array, const char *indent);

/* Returns: (transfer full): @text with its long data: URLs cut short */
static char *
shorten_data_urls (const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const char *data;

  while ((data = strstr (text, "data:")) != NULL) {
    size_t length = strcspn (data, "\"' \t\n<>");
    gboolean is_long = length > DATA_URL_MAX;
    size_t kept = is_long ? DATA_URL_SHOWN : length;
    g_string_append_len (out, text, data - text + (gssize)kept);
    if (is_long)
      g_string_append_printf (out, _ ("… (%u more characters; use --full)"),
                              (guint)(length - kept));
    text = data + length;
  }
  g_string_append (out, text);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Returns: (transfer full): the value for people: Unix seconds become dates */
static char *
dup_value (Drawing *self, const char *name, JsonNode *node)
{
  static const char *const times[] = {
      "date", "expires", "not-before", "not-after", "ocsp-this-update", "ocsp-next-update", NULL};

  if (json_node_get_value_type (node) == G_TYPE_STRING) {
    g_autofree char *printable = bulla_printable_dup (json_node_get_string (node));
    return self->max == G_MAXUINT ? g_steal_pointer (&printable) : shorten_data_urls (printable);
  }
  if (json_node_get_value_type (node) == G_TYPE_INT64 && g_strv_contains (times, name)
      && json_node_get_int (node) > 0)
    return bulla_cli_format_time (json_node_get_int (node), self->now);
  return json_to_string (node, FALSE);
}

static void
draw_node (Drawing *self, const char *name, JsonNode *node, const char *indent, gboolean last)
{
  GString *text = self->text;
  g_autofree char *label = bulla_printable_dup (name);

  g_string_append_printf (text, "%s%s %s", indent, last ? "└" : "├", label);
  if (!JSON_NODE_HOLDS_VALUE (node) && !JSON_NODE_HOLDS_NULL (node)) {
    g_autofree char *deeper = g_strconcat (indent, last ? "  " : "│ ", NULL);
    g_string_append_c (text, '\n');
    if (JSON_NODE_HOLDS_OBJECT (node))
      draw_object (self, json_node_get_object (node), deeper);
    else
      draw_array (self, json_node_get_array (node), deeper);
    return;
  }
  g_autofree char *value = dup_value (self, name, node);
  g_string_append_printf (text, ": %s\n", value);
}

static void
draw_array (Drawing *self, JsonArray *array, const char *indent)
{
  guint n = json_array_get_length (array);
  guint shown = MIN (n, self->max);

  for (guint i = 0; i < shown; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);
    draw_node (self, name, json_array_get_element (array, i), indent, i + 1 == n);
  }
  if (n > shown)
    g_string_append_printf (self->text, _ ("%s└ … and %u more; use --full to see all\n"), indent,
                            n - shown);
}

/* Adds a member; control characters in names and values are escaped. */
static void
draw_object (Drawing *self, JsonObject *object, const char *indent)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *link = members; link != NULL; link = link->next) {
    JsonNode *node = json_object_get_member (object, link->data);
    draw_node (self, link->data, node, indent, link->next == NULL);
  }
}

/**
 * bulla_cli_json_draw: (skip)
 * @text: receives the tree
 * @object: the object to draw
 * @max: maximum number of elements shown for each array; %G_MAXUINT also shows whole data: URLs
 *
 * Appends a tree of the members of @object. Times are shown in UTC, with their distance from now.
 */
void
bulla_cli_json_draw (GString *text, JsonObject *object, guint max)
{
  Drawing drawing = {text, max, g_get_real_time () / G_USEC_PER_SEC};

  draw_object (&drawing, object, "");
}
