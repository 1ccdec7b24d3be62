/* bulla-gateway-own-page.h - answers for a host of the gateway's own, for its user alone
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_own_page_handle (BullaGatewayRequest *request);

G_END_DECLS
