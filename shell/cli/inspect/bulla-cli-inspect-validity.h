/* bulla-cli-inspect-validity.h - shows what is in validity data
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean bulla_cli_validity_recognise (GBytes *bytes);
JsonNode *bulla_cli_validity_to_json (const char *name, GBytes *bytes, GError **error);
char *bulla_cli_validity_to_text (const char *name, GBytes *bytes, GError **error);

G_END_DECLS
