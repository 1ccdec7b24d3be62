/* bulla-gateway-preflight.h - answers CORS preflights that name the gateway's own header field
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

void bulla_gateway_preflight_strip (BullaGatewayRequest *request);
gboolean bulla_gateway_preflight_handle (BullaGatewayRequest *request);
void bulla_gateway_preflight_send (BullaGatewayRequest *request);
void bulla_gateway_preflight_allow (BullaGatewayRequest *request, SoupMessageHeaders *headers);

G_END_DECLS
