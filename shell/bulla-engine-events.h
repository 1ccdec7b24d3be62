/* bulla-engine-events.h - tells each view what the gateway did for it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-decisions.h"
#include "bulla-engine.h"
#include "bulla-gateway.h"

G_BEGIN_DECLS

void bulla_engine_follow_gateway (BullaEngine *self, BullaGateway *gateway);

/* bulla-engine.c */
BullaDecisions *bulla_engine_get_decisions (BullaEngine *self);

G_END_DECLS
