/* bulla-gateway-fallback-guard.h - recognises requests for live pages after a fallback redirect
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_fallback_guard_contains (GPtrArray *chain, const char *url);
void bulla_gateway_fallback_guard_remember (BullaGatewayView *view, const char *url,
                                            const char *from, gboolean frame, GPtrArray *chain,
                                            BullaLoad *load, BullaBundle *bundle,
                                            BullaVerdict *verdict);
gboolean bulla_gateway_fallback_guard_has (BullaGatewayRequest *request);
GStrv bulla_gateway_fallback_guard_take (BullaGatewayRequest *request, BullaLoad **load);
gboolean bulla_gateway_fallback_guard_drop_bundle (BullaGatewayView *view);

G_END_DECLS
