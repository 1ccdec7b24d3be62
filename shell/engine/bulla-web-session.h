/* bulla-web-session.h - a WebKit network session whose only way out is the gateway
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

#include "bulla-gateway.h"
#include "bulla-network-prompt.h"

G_BEGIN_DECLS

#define BULLA_TYPE_WEB_SESSION (bulla_web_session_get_type ())
G_DECLARE_FINAL_TYPE (BullaWebSession, bulla_web_session, BULLA, WEB_SESSION, GObject)

BullaWebSession *bulla_web_session_attach (WebKitNetworkSession *session, BullaGateway *gateway,
                                           BullaNetworkPrompt *prompt, BullaGatewayFlags flags);
BullaWebSession *bulla_web_session_attach_package (WebKitNetworkSession *session,
                                                   BullaGateway *gateway,
                                                   BullaNetworkPrompt *prompt, const char *view,
                                                   const char *package);
BullaWebSession *bulla_web_session_of (WebKitNetworkSession *session);
const char *bulla_web_session_get_token (BullaWebSession *self);

G_END_DECLS
