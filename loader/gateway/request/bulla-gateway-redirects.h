/* bulla-gateway-redirects.h - matches the redirects sent to a view with the requests that follow
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

void bulla_gateway_redirects_note (BullaGatewayRequest *request);
gboolean bulla_gateway_redirects_follow (BullaGatewayRequest *request, const char *from,
                                         gboolean *from_private);

G_END_DECLS
