/* bulla-gateway-events.h - tells each view what the gateway did for it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway.h"
#include "bulla-view-registry.h"

G_BEGIN_DECLS

void bulla_gateway_events_follow (BullaGateway *gateway, BullaViewRegistry *views);

G_END_DECLS
