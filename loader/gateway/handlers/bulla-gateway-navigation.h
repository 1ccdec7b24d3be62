/* bulla-gateway-navigation.h - sends navigations to their server, and decides on the response
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

void bulla_gateway_navigation_speculate (BullaGatewayRequest *request);
void bulla_gateway_navigation_go_live (BullaGatewayRequest *request, gboolean plainly,
                                       BullaKeptBundle *spare, BullaLoad *load);
void bulla_gateway_navigation_go_again (BullaGatewayRequest *request, GPtrArray *chain,
                                        BullaLoad *load);

G_END_DECLS
