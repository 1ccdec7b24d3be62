/* bulla-spool.h - reads a body once and serves it to many readers, even while it arrives
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-quota.h"

G_BEGIN_DECLS

#define BULLA_TYPE_SPOOL (bulla_spool_get_type ())
G_DECLARE_FINAL_TYPE (BullaSpool, bulla_spool, BULLA, SPOOL, GObject)

BullaSpool *bulla_spool_new (GInputStream *source, guint64 max);
BullaSpool *bulla_spool_new_in (GInputStream *source, BullaQuota *quota);
guint64 bulla_spool_get_length (BullaSpool *self);
gboolean bulla_spool_is_complete (BullaSpool *self);
const GError *bulla_spool_get_error (BullaSpool *self);
GInputStream *bulla_spool_open (BullaSpool *self);
void bulla_spool_give_up (BullaSpool *self, const GError *why);

/* Reads at any offset received so far. */
gssize bulla_spool_read_at (BullaSpool *self, guint64 offset, void *buffer, gsize size,
                            GError **error);
gboolean bulla_spool_has (BullaSpool *self, guint64 until);
void bulla_spool_wait_async (BullaSpool *self, guint64 until, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
gboolean bulla_spool_wait_finish (BullaSpool *self, GAsyncResult *result, GError **error);

G_END_DECLS
