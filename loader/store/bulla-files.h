/* bulla-files.h - the folder in which Bulla keeps what it has to remember
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BullaFiles BullaFiles;

BullaFiles *bulla_files_new (const char *folder);
void bulla_files_free (BullaFiles *self);
char *bulla_files_dup_path (BullaFiles *self, const char *name);
gboolean bulla_files_write (BullaFiles *self, const char *name, GBytes *bytes, GError **error);
int bulla_files_lock (BullaFiles *self, GError **error);
void bulla_files_set_aside (BullaFiles *self, const char *path, const char *why);
void bulla_files_add_notice (BullaFiles *self, const char *notice);
char *bulla_files_steal_notice (BullaFiles *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaFiles, bulla_files_free)

G_END_DECLS
