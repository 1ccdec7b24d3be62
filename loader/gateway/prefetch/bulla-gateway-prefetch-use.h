/* bulla-gateway-prefetch-use.h - answers navigations and parts from the previous page's prefetches
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_prefetch_use_handle_navigation (BullaGatewayRequest *request);
gboolean bulla_gateway_prefetch_use_handle_part (BullaGatewayRequest *request);

G_END_DECLS
