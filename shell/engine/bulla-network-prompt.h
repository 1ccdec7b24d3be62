/* bulla-network-prompt.h - asks the user whether a page of a bundle may use the network
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_TYPE_NETWORK_PROMPT (bulla_network_prompt_get_type ())
G_DECLARE_INTERFACE (BullaNetworkPrompt, bulla_network_prompt, BULLA, NETWORK_PROMPT, GObject)

struct _BullaNetworkPromptInterface {
  GTypeInterface parent_iface;

  void (*ask_async) (BullaNetworkPrompt *self, gpointer source, const char *view,
                     const char *package, const char *host, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*ask_finish) (BullaNetworkPrompt *self, GAsyncResult *result, GError **error);
};

void bulla_network_prompt_ask_async (BullaNetworkPrompt *self, gpointer source, const char *view,
                                     const char *package, const char *host,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean bulla_network_prompt_ask_finish (BullaNetworkPrompt *self, GAsyncResult *result,
                                          GError **error);

G_END_DECLS
