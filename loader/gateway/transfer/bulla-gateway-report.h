/* bulla-gateway-report.h - tells the reporter of responses, and of what became of exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

/* The origin of a prefetch. */
typedef struct {
  BullaGatewaySession *session; /* all borrowed */
  const char *view, *page_host;
  const char *user_agent, *referrer; /* nullable */
  gint64 started;                    /* g_get_monotonic_time() */
} BullaGatewayInitiator;

void bulla_gateway_report_response (BullaGatewayRequest *request, BullaHttpMessage *message);
void bulla_gateway_report_exchange (BullaGatewayRequest *request, BullaHttpMessage *message,
                                    BullaLoad *load);
void bulla_gateway_report_mismatch (BullaGatewayRequest *request, BullaHttpMessage *message,
                                    BullaLoad *load, BullaVerdict *verdict);
void bulla_gateway_report_prefetched (BullaGateway *self, const BullaGatewayInitiator *who,
                                      BullaOuter *outer, BullaLoad *load, BullaVerdict *mismatch);

G_END_DECLS
