/* bulla-gateway-network-permission.h - asks whether a package's page may reach the network
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_network_permission_handle (BullaGatewayRequest *request);

G_END_DECLS
