/* bulla-gateway-route.h - the handlers that are asked about a request, in order
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

void bulla_gateway_route (BullaGatewayRequest *request);

G_END_DECLS
