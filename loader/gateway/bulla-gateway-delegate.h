/* bulla-gateway-delegate.h - asks the client to trust certificates and to permit network access
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-macros.h"

G_BEGIN_DECLS

#define BULLA_TYPE_GATEWAY_DELEGATE (bulla_gateway_delegate_get_type ())
BULLA_API
G_DECLARE_INTERFACE (BullaGatewayDelegate, bulla_gateway_delegate, BULLA, GATEWAY_DELEGATE, GObject)

struct _BullaGatewayDelegateInterface {
  GTypeInterface g_iface;
  void (*trust_certificate_async) (BullaGatewayDelegate *self, const char *host,
                                   GTlsCertificate *certificate, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*trust_certificate_finish) (BullaGatewayDelegate *self, GAsyncResult *result,
                                        GError **error);
  /* The two members are optional together: without them, no network access is granted. */
  void (*ask_network_async) (BullaGatewayDelegate *self, const char *view, const char *package,
                             const char *host, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*ask_network_finish) (BullaGatewayDelegate *self, GAsyncResult *result, GError **error);
};

BULLA_API void bulla_gateway_delegate_trust_certificate_async (
    BullaGatewayDelegate *self, const char *host, GTlsCertificate *certificate,
    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
BULLA_API gboolean bulla_gateway_delegate_trust_certificate_finish (BullaGatewayDelegate *self,
                                                                    GAsyncResult *result,
                                                                    GError **error);
BULLA_API void bulla_gateway_delegate_ask_network_async (
    BullaGatewayDelegate *self, const char *view, const char *package, const char *host,
    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
BULLA_API gboolean bulla_gateway_delegate_ask_network_finish (BullaGatewayDelegate *self,
                                                              GAsyncResult *result, GError **error);

G_END_DECLS
