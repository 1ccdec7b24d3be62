/* bulla-gateway-reply-head.h - writes the head of a response to a client
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

gboolean bulla_gateway_reply_append_head (BullaGatewayRequest *request, goffset length,
                                          GByteArray *out);
void bulla_gateway_reply_interim (BullaGatewayRequest *request, BullaHttpMessage *message);

G_END_DECLS
