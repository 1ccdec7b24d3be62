/* bulla-gateway-websocket.h - forwards WebSockets once both sides have switched protocols
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_request_wants_websocket (BullaGatewayRequest *request);
gboolean bulla_gateway_websocket_handle (BullaGatewayRequest *request);

G_END_DECLS
