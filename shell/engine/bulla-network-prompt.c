/* bulla-network-prompt.c - asks the user whether a page of a bundle may use the network
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sessions and views use this interface, because the dialog is implemented in a higher layer. */
#include "bulla-network-prompt.h"

G_DEFINE_INTERFACE (BullaNetworkPrompt, bulla_network_prompt, G_TYPE_OBJECT)

static void
bulla_network_prompt_default_init (BullaNetworkPromptInterface *iface)
{
}

/**
 * bulla_network_prompt_ask_async:
 * @source: (nullable): the source object for @callback
 * @view: (nullable): the token of the view that shows the page
 * @package: the id of the package
 * @host: the host that the page wants to reach
 *
 * The user is asked once for each package and host.
 */
void
bulla_network_prompt_ask_async (BullaNetworkPrompt *self, gpointer source, const char *view,
                                const char *package, const char *host, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  BULLA_NETWORK_PROMPT_GET_IFACE (self)->ask_async (self, source, view, package, host, cancellable,
                                                    callback, user_data);
}

/**
 * bulla_network_prompt_ask_finish:
 *
 * Returns: whether pages of the package may reach the host
 */
gboolean
bulla_network_prompt_ask_finish (BullaNetworkPrompt *self, GAsyncResult *result, GError **error)
{
  return BULLA_NETWORK_PROMPT_GET_IFACE (self)->ask_finish (self, result, error);
}
