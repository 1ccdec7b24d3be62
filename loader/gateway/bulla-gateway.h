/* bulla-gateway.h - forward proxy on loopback that serves substituted pages in their own origin
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-bundle.h"
#include "bulla-door.h"
#include "bulla-gateway-delegate.h"
#include "bulla-handover.h"
#include "bulla-loader.h"
#include "bulla-navigation-answer.h"

G_BEGIN_DECLS

/**
 * BullaGatewayFlags:
 * @BULLA_GATEWAY_ANNOUNCED: the web processes of the client announce each request of a page
 * @BULLA_GATEWAY_ONE_VIEW: the client announces nothing: all of its requests are one view's
 * @BULLA_GATEWAY_EXPLAIN: what is refused is answered with status 502 and the reason, instead of
 *   a closed connection
 * @BULLA_GATEWAY_AUTOMATED: a driver leads the views, in the user's place
 * @BULLA_GATEWAY_PARTS: the client shows substituted pages in a session of their own, where the
 *   profile wants that; see BullaGateway::apart
 * @BULLA_GATEWAY_APART: such a session: only packages that are handed over to it answer its
 *   navigations of a whole page
 */
typedef enum {
  BULLA_GATEWAY_ANNOUNCED = 0,
  BULLA_GATEWAY_ONE_VIEW = 1 << 0,
  BULLA_GATEWAY_EXPLAIN = 1 << 1,
  BULLA_GATEWAY_AUTOMATED = 1 << 2,
  BULLA_GATEWAY_PARTS = 1 << 3,
  BULLA_GATEWAY_APART = 1 << 4,
} BullaGatewayFlags;

/**
 * BullaNavigationKind:
 * @BULLA_NAVIGATION_LINK: a page navigates, by a link, a form or a script
 * @BULLA_NAVIGATION_TYPED: the shell itself navigates, for its user
 * @BULLA_NAVIGATION_RELOAD: a reload
 * @BULLA_NAVIGATION_BACK_FORWARD: a navigation back or forward in the history
 */
typedef enum {
  BULLA_NAVIGATION_LINK,
  BULLA_NAVIGATION_TYPED,
  BULLA_NAVIGATION_RELOAD,
  BULLA_NAVIGATION_BACK_FORWARD,
} BullaNavigationKind;

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
BULLA_API char *bulla_gateway_add_package_session (BullaGateway *self,
                                                   BullaGatewayDelegate *delegate, const char *view,
                                                   const char *package);
BULLA_API char *bulla_gateway_dup_proxy_uri (BullaGateway *self, const char *token);
BULLA_API void bulla_gateway_remove_session (BullaGateway *self, const char *token);
BULLA_API void bulla_gateway_register_view (BullaGateway *self, const char *token,
                                            const char *view);
BULLA_API void bulla_gateway_announce (BullaGateway *self, const char *token, const char *view,
                                       GVariant *message);
BULLA_API char *bulla_gateway_expect_typed (BullaGateway *self, const char *token, const char *view,
                                            const char *url);
BULLA_API void bulla_gateway_expect_navigation (BullaGateway *self, const char *token,
                                                const char *view, const char *url,
                                                BullaNavigationKind kind, const char *answer);
BULLA_API void bulla_gateway_end_page (BullaGateway *self, const char *token, const char *view);
BULLA_API BullaNavigationAnswer *bulla_gateway_find_answer (BullaGateway *self, const char *token,
                                                            const char *view, const char *id);
BULLA_API void bulla_gateway_note_shown (BullaGateway *self, const char *token, const char *view,
                                         const char *answer);
BULLA_API void bulla_gateway_close_view (BullaGateway *self, const char *token, const char *view);
BULLA_API gboolean bulla_gateway_load_live (BullaGateway *self, const char *token, const char *view,
                                            const char *url);
BULLA_API void bulla_gateway_set_lenient (BullaGateway *self, const char *token, const char *view,
                                          gboolean lenient);
BULLA_API void bulla_gateway_set_viewport (BullaGateway *self, const char *token, const char *view,
                                           double width, double density);
BULLA_API void bulla_gateway_put (BullaGateway *self, const char *token, const char *view,
                                  BullaLoad *load);
BULLA_API void bulla_gateway_report_opened (BullaGateway *self, const char *token, const char *view,
                                            BullaLoad *load, gint64 started);
BULLA_API void bulla_gateway_put_bundle (BullaGateway *self, const char *token, const char *view,
                                         BullaBundle *bundle, const char *url);
BULLA_API void bulla_gateway_put_handover (BullaGateway *self, const char *token, const char *view,
                                           BullaHandover *handover);
BULLA_API void bulla_gateway_move_reason (BullaGateway *self, const char *from_token,
                                          const char *from_view, const char *token,
                                          const char *view, const char *url);
BULLA_API void bulla_gateway_forget_packages (BullaGateway *self);

G_END_DECLS
