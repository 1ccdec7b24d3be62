/* bulla-gateway-reply.h - sends a response to a client while its body arrives
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

void bulla_gateway_reply_start (BullaGatewayRequest *request, guint status, const char *reason);
void bulla_gateway_reply_stream (BullaGatewayRequest *request, GInputStream *body, goffset length);
void bulla_gateway_reply_end (BullaGatewayRequest *request, const char *body);
void bulla_gateway_reply_begin_only (BullaGatewayRequest *request);
void bulla_gateway_reply_refuse (BullaGatewayRequest *self, const char *why);

G_END_DECLS
