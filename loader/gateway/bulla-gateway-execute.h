/* bulla-gateway-execute.h - carries decisions out: the answers that clients get
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-decision.h"

G_BEGIN_DECLS

void bulla_gateway_execute (BullaGatewayRequest *request, const BullaGatewayDecision *decision);

G_END_DECLS
