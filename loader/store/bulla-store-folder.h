/* bulla-store-folder.h - manages the folder of stored data, and finds damaged files in it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean bulla_store_folder_make (const char *path, GError **error);
char *bulla_store_folder_dup_damaged_name (const char *path);
char *bulla_store_folder_set_aside (const char *file);

G_END_DECLS
