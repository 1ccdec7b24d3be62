/* bulla-gateway-client-fields.h - gives the requests of a view the fields of its client
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

void bulla_gateway_apply_client (BullaGatewayRequest *request);

G_END_DECLS
