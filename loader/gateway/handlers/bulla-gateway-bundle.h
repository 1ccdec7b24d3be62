/* bulla-gateway-bundle.h - answers navigations to web bundles, and to the resources of kept bundles
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_bundle_handle_covered (BullaGatewayRequest *request);
gboolean bulla_gateway_bundle_handle (BullaGatewayRequest *request);
void bulla_gateway_bundle_judge (BullaGatewayRequest *request, BullaHttpMessage *message,
                                 GPtrArray *chain, BullaBundle *bundle);
BullaLoad *bulla_gateway_bundle_finish_load (BullaGatewayRequest *request, BullaBundle *bundle,
                                             GAsyncResult *result);

G_END_DECLS
