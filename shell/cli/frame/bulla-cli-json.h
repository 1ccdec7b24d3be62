/* bulla-cli-json.h - builds members of JSON objects, and prints JSON as a tree for people
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

void bulla_cli_json_string (JsonBuilder *builder, const char *name, const char *value);
void bulla_cli_json_file (JsonBuilder *builder, const char *name);
void bulla_cli_json_number (JsonBuilder *builder, const char *name, guint64 value);
void bulla_cli_json_time (JsonBuilder *builder, const char *name, gint64 seconds);
void bulla_cli_json_expiry (JsonBuilder *builder, gint64 expires, gint64 now, const char *by);
void bulla_cli_json_boolean (JsonBuilder *builder, const char *name, gboolean value);
void bulla_cli_json_begin (JsonBuilder *builder, const char *name);
void bulla_cli_json_begin_array (JsonBuilder *builder, const char *name);
void bulla_cli_json_draw (GString *text, JsonObject *object, guint max);

G_END_DECLS
