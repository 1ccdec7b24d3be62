/* bulla-gateway-h2-session.h - the HTTP/2 side of a connection: its frames and its streams
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-connection.h"

G_BEGIN_DECLS

void bulla_gateway_h2_session_start (BullaGatewayConnection *connection);

G_END_DECLS
