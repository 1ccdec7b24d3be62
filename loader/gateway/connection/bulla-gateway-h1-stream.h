/* bulla-gateway-h1-stream.h - the request that an HTTP/1.1 connection serves
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-stream.h"

G_BEGIN_DECLS

extern const BullaGatewayStreamKind bulla_gateway_h1_stream_kind;

G_END_DECLS
