/* bulla-network.h - may a page of a bundle use the network? asks the user
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void bulla_network_ask_async (gpointer source, const char *view, const char *package,
                              const char *host, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean bulla_network_ask_finish (GAsyncResult *result, GError **error);

G_END_DECLS
