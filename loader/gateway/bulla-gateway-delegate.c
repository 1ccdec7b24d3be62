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
 * @host: the host that the client is connecting to
 * @certificate: the certificate that the client will be shown
 * @cancellable: (nullable): cancels the call
 * @callback: called when the client accepts or rejects @certificate; CONNECT is not answered before
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
 * @result: the result passed to the callback
 * @error: set if the client does not trust the certificate
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
 * @view: (nullable): the view that shows the page; %NULL if only the package is known, as for a
 *   WebSocket
 * @package: the package ID or web bundle ID of the requesting origin
 * @host: the host to be contacted
 * @cancellable: (nullable): cancels the call
 * @callback: called when the decision is made
 * @user_data: for @callback
 *
 * Called if a page shown in its package's origin requests a URL that is not in its bundle, and the
 * profile sets `bundle.network = ask`. A delegate that does not implement this denies the request.
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
 * @result: the result passed to the callback
 * @error: set if no decision could be made: access is denied, but the denial is not remembered
 *
 * Returns: whether pages of that package may contact the host from now on
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
