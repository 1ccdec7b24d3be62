/* bulla-gateway-guessed-icon.h - keeps a browser's own request for an icon from the publisher
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_guessed_icon_handle (BullaGatewayRequest *request);

G_END_DECLS
