/* bulla-cli-inspect.h - a package taken apart
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _BullaInspection BullaInspection;

BullaInspection *bulla_inspection_new (const char *name, GBytes *bytes, const char *chain_file,
                                       GError **error);
void bulla_inspection_free (BullaInspection *self);
GBytes *bulla_inspection_dup_part (BullaInspection *self, const char *part, GError **error);
GInputStream *bulla_inspection_open_body (BullaInspection *self, GError **error);
JsonNode *bulla_inspection_to_json (BullaInspection *self);
char *bulla_inspection_to_text (BullaInspection *self);
GBytes *bulla_cli_read_package (const char *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaInspection, bulla_inspection_free)

G_END_DECLS
