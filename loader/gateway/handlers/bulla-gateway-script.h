/* bulla-gateway-script.h - answers requests from the bundle that a <script type="webbundle"> names
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_script_handle (BullaGatewayRequest *request);

G_END_DECLS
