/* bulla-json.h - parses untrusted JSON, and writes members that may be missing
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean bulla_json_is_cut_off (const char *data, gsize size);
JsonNode *bulla_json_parse (const char *data, gsize size, guint depth_max, GError **error);
const char *bulla_json_node_get_text (JsonNode *node);
JsonObject *bulla_json_get_object (JsonObject *object, const char *member);
JsonArray *bulla_json_get_array (JsonObject *object, const char *member);
const char *bulla_json_get_text (JsonObject *object, const char *member);
gint64 bulla_json_get_number (JsonObject *object, const char *member, gint64 otherwise);
gboolean bulla_json_get_boolean (JsonObject *object, const char *member);
JsonObject *bulla_json_get_element (JsonArray *array, guint i);

void bulla_json_add_text (JsonBuilder *builder, const char *member, const char *text);
void bulla_json_add_text_or_null (JsonBuilder *builder, const char *member, const char *text);
void bulla_json_add_number (JsonBuilder *builder, const char *member, gint64 number);
void bulla_json_add_boolean (JsonBuilder *builder, const char *member, gboolean value);
void bulla_json_add_names (JsonBuilder *builder, const char *member, const char *const *names);
void bulla_json_begin (JsonBuilder *builder, const char *member);
char *bulla_json_end (JsonBuilder *builder, gboolean pretty);

G_END_DECLS
