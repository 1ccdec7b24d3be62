/* bulla-gateway-hop-by-hop.h - handles hop-by-hop fields, and responses that must not have a body
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

GHashTable *bulla_gateway_read_options (SoupMessageHeaders *headers);
gboolean bulla_gateway_is_hop_by_hop (GHashTable *options, const char *name);
gboolean bulla_gateway_has_no_body (BullaGatewayRequest *request, guint status);

G_END_DECLS
