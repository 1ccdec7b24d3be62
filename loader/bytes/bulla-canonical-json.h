/* bulla-canonical-json.h - writes JSON in one canonical form, so that it can be hashed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

char *bulla_canonical_json_serialise (JsonNode *node);
gboolean bulla_canonical_json_is_unambiguous (const char *text, JsonNode *node);

G_END_DECLS
