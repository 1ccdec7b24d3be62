/* bulla-json.h - JSON from outside: looked at before json-glib reads it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean bulla_json_is_too_deep (const char *data, gsize size, guint max);
gboolean bulla_json_is_strict (const char *json, guint depth_max);
const char *bulla_json_get_text (JsonNode *node);

G_END_DECLS
