/* bulla-gateway-trust.h - has a request wait until the user's lists are read
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_trust_wait (BullaGatewayRequest *request);

G_END_DECLS
