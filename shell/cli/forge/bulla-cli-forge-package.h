/* bulla-cli-forge-package.h - writes the package of a recipe, and describes it in a manifest
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "bulla-cli-recipes.h"

G_BEGIN_DECLS

gboolean bulla_cli_forge_package (const BullaCliRecipe *recipe, const char *folder, gboolean force,
                                  JsonBuilder *manifest, GError **error);

G_END_DECLS
