/* bulla-cli-inspect.h - shows the parts of a signed exchange as a tree
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

extern gboolean bulla_cli_inspect_full; /* whether text shows everything; --full */

typedef struct _BullaCliInspection BullaCliInspection;

BullaCliInspection *bulla_cli_inspection_new (const char *name, GBytes *bytes,
                                              const char *chain_file, GError **error);
void bulla_cli_inspection_free (BullaCliInspection *self);
GBytes *bulla_cli_inspection_dup_part (BullaCliInspection *self, const char *part, GError **error);
GInputStream *bulla_cli_inspection_open_body (BullaCliInspection *self, GError **error);
JsonNode *bulla_cli_inspection_to_json (BullaCliInspection *self);
char *bulla_cli_inspection_to_text (BullaCliInspection *self);
GBytes *bulla_cli_read_package (const char *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliInspection, bulla_cli_inspection_free)

G_END_DECLS
