/* bulla-gateway-frame-worker.h - refuses service workers of packages in frames of other sites
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_frame_worker_handle (BullaGatewayRequest *request);

G_END_DECLS
