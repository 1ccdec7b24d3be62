/* bulla-gateway-frame-worker.h - keeps workers of packages out of origins where they would stay
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_frame_worker_handle (BullaGatewayRequest *request);
gboolean bulla_gateway_live_worker_handle (BullaGatewayRequest *request);

G_END_DECLS
