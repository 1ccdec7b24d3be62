/* bulla-gateway-route.h - offers each request to the handlers in order, and applies their decisions
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

void bulla_gateway_route (BullaGatewayRequest *request);

G_END_DECLS
