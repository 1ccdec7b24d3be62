/* bulla-gateway-duplex.h - forwards bytes in both directions between client and server, unparsed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-connection.h"

G_BEGIN_DECLS

void bulla_gateway_duplex_start (BullaGatewayConnection *connection, GIOStream *server,
                                 GCancellable *removed, GDestroyNotify done, gpointer user_data);

G_END_DECLS
