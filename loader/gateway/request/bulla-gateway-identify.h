/* bulla-gateway-identify.h - whose request it is: the initiator, in Fetch's sense
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

void bulla_gateway_identify (BullaGatewayRequest *request,
                             void (*go) (BullaGatewayRequest *request));

G_END_DECLS
