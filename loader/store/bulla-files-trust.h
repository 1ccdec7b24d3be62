/* bulla-files-trust.h - what the kept files add to a trust, now and when they change
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-files.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

typedef struct _BullaTrustFiles BullaTrustFiles;

/* @notice: something that the user should be told, such as a damaged file */
typedef void (*BullaTrustFilesFunc) (const char *notice, gpointer user_data);

gboolean bulla_files_fill_trust (BullaFiles *self, gint64 at, gboolean with_logs, BullaTrust *trust,
                                 GError **error);

BullaTrustFiles *bulla_trust_files_new (const char *folder, gboolean with_logs,
                                        BullaTrustFilesFunc func, gpointer user_data);
void bulla_trust_files_free (BullaTrustFiles *self);
void bulla_trust_files_update (BullaTrustFiles *self, gint64 now, BullaTrust *trust);
gboolean bulla_trust_files_are_current (BullaTrustFiles *self, gint64 now);
void bulla_trust_files_update_async (BullaTrustFiles *self, gint64 now, BullaTrust *trust,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean bulla_trust_files_update_finish (GAsyncResult *result, GError **error);

G_END_DECLS
