/* bulla-gateway-execute.h - executes decisions: sends the response to the client
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-decision.h"

G_BEGIN_DECLS

void bulla_gateway_execute (BullaGatewayRequest *request, const BullaGatewayDecision *decision);

G_END_DECLS
