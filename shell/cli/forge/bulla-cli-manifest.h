/* bulla-cli-manifest.h - reads the manifest of a conformance suite
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define BULLA_CLI_MANIFEST "manifest.json"

JsonNode *bulla_cli_manifest_read (const char *folder, GError **error);
JsonArray *bulla_cli_manifest_get_packages (JsonNode *manifest);
const char *bulla_cli_manifest_get_expected (JsonObject *package, const char *profile,
                                             const char *member);
gboolean bulla_cli_manifest_has_profile (JsonObject *package, const char *profile);

G_END_DECLS
