/* bulla-gateway-script.h - what a page's <script type="webbundle"> says to be in a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_script_handle (BullaGatewayRequest *request);

G_END_DECLS
