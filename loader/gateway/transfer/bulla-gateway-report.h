/* bulla-gateway-report.h - passes responses and verdicts on exchanges to the reporter
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

/* The page and request that caused a prefetch. */
typedef struct {
  BullaGatewaySession *session; /* borrowed, like all members */
  const char *view, *page_host;
  const char *user_agent, *referrer; /* nullable */
  gint64 started;                    /* g_get_monotonic_time() at the start */
} BullaGatewayInitiator;

void bulla_gateway_report_response (BullaGatewayRequest *request, BullaHttpMessage *message);
void bulla_gateway_report_exchange (BullaGatewayRequest *request, BullaHttpMessage *message,
                                    BullaLoad *load);
void bulla_gateway_report_mismatch (BullaGatewayRequest *request, BullaHttpMessage *message,
                                    BullaLoad *load, BullaVerdict *verdict);
void bulla_gateway_report_prefetched (BullaGateway *self, const BullaGatewayInitiator *who,
                                      BullaOuter *outer, BullaLoad *load, BullaVerdict *mismatch);

G_END_DECLS
