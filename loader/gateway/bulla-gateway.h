/* bulla-gateway.h - a forward proxy on loopback that serves substituted pages in their own origin
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-bundle.h"
#include "bulla-door.h"
#include "bulla-gateway-delegate.h"
#include "bulla-loader.h"

G_BEGIN_DECLS

/**
 * BullaGatewayFlags:
 * @BULLA_GATEWAY_TAGGED: each request says with a page tag which view it is of
 * @BULLA_GATEWAY_ONE_VIEW: the client has no tags: all of its requests are one view's
 * @BULLA_GATEWAY_EXPLAIN: what is refused is answered with status 502 and the reason, instead of
 *   a closed connection
 */
typedef enum {
  BULLA_GATEWAY_TAGGED = 0,
  BULLA_GATEWAY_ONE_VIEW = 1 << 0,
  BULLA_GATEWAY_EXPLAIN = 1 << 1,
} BullaGatewayFlags;

#define BULLA_TYPE_GATEWAY (bulla_gateway_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaGateway, bulla_gateway, BULLA, GATEWAY, GObject)

BULLA_API BullaGateway *bulla_gateway_new (BullaLoader *loader, GError **error);
BULLA_API gboolean bulla_gateway_listen (BullaGateway *self, GSocketAddress *address,
                                         GError **error);
BULLA_API GSocketAddress *bulla_gateway_get_address (BullaGateway *self);
BULLA_API GTlsCertificate *bulla_gateway_get_authority (BullaGateway *self);
BULLA_API void bulla_gateway_allow_private (BullaGateway *self, const char *host);

BULLA_API char *bulla_gateway_add_session (BullaGateway *self, BullaGatewayDelegate *delegate,
                                           BullaGatewayFlags flags);
BULLA_API char *bulla_gateway_dup_proxy_uri (BullaGateway *self, const char *token);
BULLA_API void bulla_gateway_remove_session (BullaGateway *self, const char *token);
BULLA_API void bulla_gateway_close_view (BullaGateway *self, const char *token, const char *view);
BULLA_API gboolean bulla_gateway_load_live (BullaGateway *self, const char *token, const char *view,
                                            const char *url);
BULLA_API void bulla_gateway_set_viewport (BullaGateway *self, const char *token, const char *view,
                                           double width, double density);
BULLA_API void bulla_gateway_put (BullaGateway *self, const char *token, const char *view,
                                  BullaLoad *load);
BULLA_API void bulla_gateway_report_opened (BullaGateway *self, const char *token, const char *view,
                                            BullaLoad *load, gint64 started);
BULLA_API void bulla_gateway_put_bundle (BullaGateway *self, const char *token, const char *view,
                                         BullaBundle *bundle);

G_END_DECLS
