/* bulla-log-list-store.h - browsers' log lists that are kept beside each other, by their dates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-files.h"
#include "bulla-log-list.h"

G_BEGIN_DECLS

#define BULLA_LOG_LIST_STORE_FOLDER "log-lists"

BullaLogList *bulla_log_list_store_import (BullaFiles *store, GBytes *json, gboolean *already_there,
                                           GError **error);
BullaLogList *bulla_log_list_store_find (BullaFiles *store, gint64 at, GError **error);
gint64 bulla_log_list_store_find_next (BullaFiles *store, gint64 at);
gboolean bulla_log_list_store_exists (BullaFiles *store);
gboolean bulla_log_list_store_remove (BullaFiles *store, gint64 timestamp, gboolean *removed,
                                      GError **error);

G_END_DECLS
