/* bulla-files-trust.h - what the kept files add to a trust, now and when they change
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-files.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

typedef struct _BullaTrustFiles BullaTrustFiles;

/* @notice: something that the user should be told, such as a damaged file */
typedef void (*BullaTrustFilesFunc) (const char *notice, gpointer user_data);

void bulla_files_fill_trust (BullaFiles *self, gint64 at, gboolean with_logs, BullaTrust *trust);

BullaTrustFiles *bulla_trust_files_new (const char *folder, gboolean with_logs,
                                        BullaTrustFilesFunc func, gpointer user_data);
void bulla_trust_files_free (BullaTrustFiles *self);
void bulla_trust_files_update (BullaTrustFiles *self, gint64 now, BullaTrust *trust);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaTrustFiles, bulla_trust_files_free)

G_END_DECLS
