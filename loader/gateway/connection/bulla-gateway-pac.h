/* bulla-gateway-pac.h - serves the proxy auto-configuration (PAC) of browsers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-connection.h"
#include "bulla-gateway-request-head.h"

G_BEGIN_DECLS

#define BULLA_GATEWAY_PAC_PATH "/proxy.pac"

gboolean bulla_gateway_pac_answer (BullaGatewayConnection *connection,
                                   const BullaGatewayHead *head);

G_END_DECLS
