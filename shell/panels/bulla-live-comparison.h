/* bulla-live-comparison.h - compares the shown page with what its publisher sends a client now
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-view.h"

G_BEGIN_DECLS

void bulla_live_compare_async (BullaView *view, BullaClient *client, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
GListModel *bulla_live_compare_finish (BullaView *view, GAsyncResult *result, GError **error);

G_END_DECLS
