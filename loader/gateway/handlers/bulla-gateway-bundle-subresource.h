/* bulla-gateway-bundle-subresource.h - answers subresource requests of a page from its bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_bundle_subresource_handle (BullaGatewayRequest *request);

G_END_DECLS
