/* bulla-gateway-events.h - forwards the gateway's events to the views they concern
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway.h"
#include "bulla-view-registry.h"

G_BEGIN_DECLS

void bulla_gateway_events_follow (BullaGateway *gateway, BullaViewRegistry *views);

G_END_DECLS
