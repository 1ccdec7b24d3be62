/* bulla-gateway-live-cache.h - caches live pages, which may replace older exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

GInputStream *bulla_gateway_live_cache_keep (BullaGatewayRequest *request,
                                             BullaHttpMessage *message, GInputStream *body);
gboolean bulla_gateway_live_cache_handle (BullaGatewayRequest *request, BullaLoad *load,
                                          BullaVerdict *verdict);
void bulla_gateway_live_cache_fill (BullaGatewayRequest *request, const char *url,
                                    BullaRequestFacts *facts);

G_END_DECLS
