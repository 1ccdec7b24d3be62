/* bulla-log-store.h - browsers' log lists that are kept beside each other, by their dates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-log-list.h"
#include "bulla-store.h"

G_BEGIN_DECLS

BullaLogList *bulla_log_store_import (BullaStore *store, GBytes *json, gboolean *already_there,
                                      GError **error);
BullaLogList *bulla_log_store_find (BullaStore *store, gint64 at);
gboolean bulla_log_store_exists (BullaStore *store);
gboolean bulla_log_store_remove (BullaStore *store, gint64 timestamp, gboolean *removed,
                                 GError **error);

G_END_DECLS
