/* bulla-cli-folder.h - writes files into one folder and never outside of it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BullaCliFolder BullaCliFolder;

BullaCliFolder *bulla_cli_folder_new (const char *path, gboolean force, GError **error);
void bulla_cli_folder_free (BullaCliFolder *self);
gboolean bulla_cli_folder_has (BullaCliFolder *self, const char *path);
gboolean bulla_cli_folder_write (BullaCliFolder *self, const char *path, GInputStream *content,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliFolder, bulla_cli_folder_free)

G_END_DECLS
