/* bulla-report-delivery.h - sends one report to one collector
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-fetcher.h"

G_BEGIN_DECLS

void bulla_report_deliver_async (BullaFetcher *fetcher, const char *collector, const char *about,
                                 const char *text, guint view, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
guint bulla_report_deliver_finish (BullaFetcher *fetcher, GAsyncResult *result, GError **error);

G_END_DECLS
