/* bulla-gateway-substituted-session.h - keeps the data of substituted pages apart
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-decision.h"

G_BEGIN_DECLS

gboolean bulla_gateway_apart_decide (BullaGatewayRequest *request,
                                     const BullaGatewayDecision *decision);
gboolean bulla_gateway_apart_sandboxes (BullaGatewayRequest *request,
                                        const BullaGatewayDecision *decision);

G_END_DECLS
