/* bulla-gateway-upload.h - forwards the body of a request while it arrives
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-upstream.h"

G_BEGIN_DECLS

void bulla_gateway_upload_begin (BullaGatewayRequest *request, const BullaGatewayHead *head);
void bulla_gateway_upload_send (BullaGatewayRequest *request, BullaGatewayAnswerFunc func);

G_END_DECLS
