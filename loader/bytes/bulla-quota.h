/* bulla-quota.h - limits the bytes that several bodies occupy together, in memory and in one file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_QUOTA_MEMORY_MAX (1024 * 1024) /* bytes in memory; more go to a file */
#define BULLA_QUOTA_BLOCK_SIZE 16384         /* bytes in one block of the file */

typedef struct _BullaQuota BullaQuota;

BullaQuota *bulla_quota_new (guint64 max);
BullaQuota *bulla_quota_ref (BullaQuota *self);
void bulla_quota_unref (BullaQuota *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaQuota, bulla_quota_unref)

gboolean bulla_quota_reserve (BullaQuota *self, guint64 bytes, GError **error);
void bulla_quota_release (BullaQuota *self, guint64 bytes);
guint64 bulla_quota_get_left (BullaQuota *self);
guint64 bulla_quota_get_max (BullaQuota *self);

/* reserved bytes that are kept in memory */
gboolean bulla_quota_reserve_memory (BullaQuota *self, guint64 bytes);
void bulla_quota_release_memory (BullaQuota *self, guint64 bytes);

/* reserved bytes that are kept in blocks of the file */
gboolean bulla_quota_reserve_block (BullaQuota *self, guint32 *block, GError **error);
void bulla_quota_release_block (BullaQuota *self, guint32 block);
gboolean bulla_quota_write (BullaQuota *self, guint32 block, gsize offset, const guint8 *bytes,
                            gsize size, GError **error);
gboolean bulla_quota_read (BullaQuota *self, guint32 block, gsize offset, void *buffer, gsize size,
                           GError **error);

G_END_DECLS
