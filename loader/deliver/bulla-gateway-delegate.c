/* bulla-gateway-delegate.c - makes a client trust a certificate, before it meets it
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
 * @certificate: what it will be shown
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
