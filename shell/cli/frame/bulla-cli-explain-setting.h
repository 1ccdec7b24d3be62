/* bulla-cli-explain-setting.h - explains a setting of profiles: its values, and what it changes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gint bulla_cli_find_setting (const char *name);
gboolean bulla_cli_print_setting (guint setting, GError **error);
JsonNode *bulla_cli_setting_to_json (guint setting, GError **error);

G_END_DECLS
