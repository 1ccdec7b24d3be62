/* bulla-gateway-target.h - splits a request into the target for its server and a URI for decisions
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-connection.h"
#include "bulla-gateway-internal.h"

G_BEGIN_DECLS

gboolean bulla_gateway_split_host (const char *authority, guint16 default_port, char **host,
                                   guint16 *port);
GUri *bulla_gateway_target_find (BullaGateway *gateway, BullaGatewayConnection *connection,
                                 const BullaGatewayHead *head, char **target);

G_END_DECLS
