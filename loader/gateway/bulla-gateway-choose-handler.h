/* bulla-gateway-choose-handler.h - chooses the handler of each request, and applies its decision
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

void bulla_gateway_choose_handler (BullaGatewayRequest *request);

G_END_DECLS
