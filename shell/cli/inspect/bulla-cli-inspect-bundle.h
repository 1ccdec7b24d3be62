/* bulla-cli-inspect-bundle.h - shows the parts of a bundle as a tree
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "bulla-cli-bundle-layout.h"
#include "bulla-expiry.h"

G_BEGIN_DECLS

JsonNode *bulla_cli_bundle_layout_to_json (const BullaCliBundleLayout *self, const char *name);
char *bulla_cli_bundle_layout_to_text (const BullaCliBundleLayout *self, const char *name);
GBytes *bulla_cli_bundle_layout_dup_part (const BullaCliBundleLayout *self, const char *part,
                                          const char *url, GError **error);

void bulla_cli_bundle_layout_find_expiry (const BullaCliBundleLayout *self, gint64 now,
                                          BullaExpiry *expiry);

/* functions that add parts of the tree */
void bulla_cli_inspect_add_expiry (JsonBuilder *builder, const BullaExpiry *expiry, gint64 now);
void bulla_cli_bundle_layout_add_fault (JsonBuilder *builder, const BullaPart *part);
void bulla_cli_bundle_layout_add_block (const BullaCliBundleLayout *self, JsonBuilder *builder);
void bulla_cli_bundle_layout_add_signatures (const BullaCliBundleLayout *self,
                                             JsonBuilder *builder);

G_END_DECLS
