/* bulla-gateway-prefetch-use.h - a click that finds what its page prefetched, and the parts of that
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_prefetch_use_handle_navigation (BullaGatewayRequest *request);
gboolean bulla_gateway_prefetch_use_handle_part (BullaGatewayRequest *request);

G_END_DECLS
