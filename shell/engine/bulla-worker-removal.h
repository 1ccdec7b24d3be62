/* bulla-worker-removal.h - removes the service workers of origins from a network session
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

G_BEGIN_DECLS

void bulla_worker_removal_async (WebKitNetworkSession *session, WebKitWebContext *context,
                                 const char *const *origins, GAsyncReadyCallback callback,
                                 gpointer user_data);
GStrv bulla_worker_removal_finish (GAsyncResult *result, GStrv *left, GError **error);

G_END_DECLS
