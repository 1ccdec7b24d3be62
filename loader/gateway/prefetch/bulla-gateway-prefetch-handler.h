/* bulla-gateway-prefetch-handler.h - handles requests that are prefetches
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_prefetch_handle (BullaGatewayRequest *request);
gboolean bulla_gateway_prefetch_take (BullaGatewayRequest *request, BullaHttpMessage *message,
                                      GInputStream *body);

G_END_DECLS
