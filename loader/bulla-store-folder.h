/* bulla-store-folder.h - where Bulla keeps what it remembers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_STORE_VARIABLE "BULLA_STORE"

char *bulla_store_folder_dup_path (const char *given);
gboolean bulla_store_folder_make (const char *path, GError **error);
char *bulla_store_folder_set_aside (const char *file, gint64 now);

G_END_DECLS
