/* bulla-gateway-delegate.c - asks the client to trust certificates and to permit network access
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-delegate.h"

G_DEFINE_INTERFACE (BullaGatewayDelegate, bulla_gateway_delegate, G_TYPE_OBJECT)

static void
bulla_gateway_delegate_default_init (BullaGatewayDelegateInterface *iface)
{
}

/**
 * bulla_gateway_delegate_trust_certificate_async:
 * @self: a delegate
 * @host: the host the client is about to talk to
 * @certificate: the certificate to be shown to the client
 * @cancellable: (nullable): to give up
 * @callback: called once the client is sure to know: the client gets no answer before
 * @user_data: for @callback
 */
void
bulla_gateway_delegate_trust_certificate_async (BullaGatewayDelegate *self, const char *host,
                                                GTlsCertificate *certificate,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data)
{
  BULLA_GATEWAY_DELEGATE_GET_IFACE (self)->trust_certificate_async (
      self, host, certificate, cancellable, callback, user_data);
}

/**
 * bulla_gateway_delegate_trust_certificate_finish:
 * @self: a delegate
 * @result: what the callback got
 * @error: why the client will not trust it
 *
 * Returns: whether the client trusts the certificate; otherwise its connection is closed
 */
gboolean
bulla_gateway_delegate_trust_certificate_finish (BullaGatewayDelegate *self, GAsyncResult *result,
                                                 GError **error)
{
  return BULLA_GATEWAY_DELEGATE_GET_IFACE (self)->trust_certificate_finish (self, result, error);
}

/**
 * bulla_gateway_delegate_ask_network_async:
 * @self: a delegate
 * @view: (nullable): the view that shows the page; %NULL where only its package is known, as for a
 *   WebSocket
 * @package: the package ID, or the web bundle ID, of the origin that asks
 * @host: whom it wants to reach
 * @cancellable: (nullable): to give up
 * @callback: called once it is decided
 * @user_data: for @callback
 *
 * A page in an origin of its own wants something that is not in its bundle, and the profile says
 * `bundle.network = ask`. A delegate that does not implement this says no.
 */
void
bulla_gateway_delegate_ask_network_async (BullaGatewayDelegate *self, const char *view,
                                          const char *package, const char *host,
                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  BullaGatewayDelegateInterface *iface = BULLA_GATEWAY_DELEGATE_GET_IFACE (self);

  if (iface->ask_network_async != NULL) {
    iface->ask_network_async (self, view, package, host, cancellable, callback, user_data);
    return;
  }
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_task_return_boolean (task, FALSE);
}

/**
 * bulla_gateway_delegate_ask_network_finish:
 * @self: a delegate
 * @result: what the callback got
 * @error: why nobody could decide, which is a no that is not remembered
 *
 * Returns: whether the pages of that package may reach that host, from now on
 */
gboolean
bulla_gateway_delegate_ask_network_finish (BullaGatewayDelegate *self, GAsyncResult *result,
                                           GError **error)
{
  BullaGatewayDelegateInterface *iface = BULLA_GATEWAY_DELEGATE_GET_IFACE (self);

  if (iface->ask_network_finish != NULL)
    return iface->ask_network_finish (self, result, error);
  return g_task_propagate_boolean (G_TASK (result), error);
}
