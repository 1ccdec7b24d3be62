/* bulla-store.h - the folder in which Bulla keeps what it has to remember
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BullaStore BullaStore;

BullaStore *bulla_store_new (const char *folder);
void bulla_store_free (BullaStore *self);
char *bulla_store_dup_path (BullaStore *self, const char *name);
gboolean bulla_store_write (BullaStore *self, const char *name, GBytes *bytes, GError **error);
int bulla_store_lock (BullaStore *self, GError **error);
void bulla_store_set_aside (BullaStore *self, const char *path, const char *why);
char *bulla_store_steal_notice (BullaStore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaStore, bulla_store_free)

G_END_DECLS
