/* bulla-gateway-bundle-room.h - limits the bytes of all bundles that are kept for a view
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

BullaQuota *bulla_gateway_make_bundle_room (BullaGatewayRequest *request);

G_END_DECLS
