/* bulla-gateway-identify-initiator.h - identifies the initiator of a request (Fetch)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

void bulla_gateway_identify (BullaGatewayRequest *request,
                             void (*go) (BullaGatewayRequest *request));

G_END_DECLS
