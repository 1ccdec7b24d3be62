/* bulla-gateway-exchange.h - judges signed exchanges, and stashes each for the request that it
 * answers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_exchange_handle (BullaGatewayRequest *request);
void bulla_gateway_exchange_judge (BullaGatewayRequest *request, BullaHttpMessage *message,
                                   GPtrArray *chain, BullaLoad *load);

G_END_DECLS
