/* bulla-gateway-ledger.h - finds the view, page and cause of each request for the ledger
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

void bulla_gateway_ledger_arrive (BullaGatewayRequest *request);
void bulla_gateway_ledger_blame (BullaGatewayRequest *request, BullaVerdict *verdict);
void bulla_gateway_ledger_blame_reason (BullaGatewayRequest *request, BullaReason reason);
BullaCause bulla_gateway_ledger_cause (BullaGatewayRequest *request, const char *purpose);
void bulla_gateway_ledger_answer (BullaGatewayRequest *request);
void bulla_gateway_ledger_reuse (BullaGatewayRequest *request, gint64 date);
gint64 bulla_gateway_find_date (BullaLoad *load);
void bulla_gateway_ledger_serve (BullaGatewayRequest *request, BullaLoad *load);
void bulla_gateway_ledger_note_unused (BullaGatewayRequest *request, const char *url,
                                       BullaReason reason, const char *why);
void bulla_gateway_ledger_note_package (BullaHttpMessage *message);

G_END_DECLS
