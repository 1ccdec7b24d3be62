/* bulla-gateway-prefetch-start.h - starts prefetches of URLs, and those of parts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-pages.h"
#include "bulla-gateway-prefetch-job.h"

G_BEGIN_DECLS

BullaGatewayPrefetchJob *bulla_gateway_prefetch_new (BullaGatewayRequest *request,
                                                     BullaGatewayPage *page, const char *url,
                                                     const char *referrer);
BullaPrefetch *bulla_gateway_prefetch_find (BullaGatewayRequest *request, BullaGatewayPage *page,
                                            const char *url);
void bulla_gateway_prefetch_parts (BullaGatewayPrefetchJob *self, BullaPrefetch *whole);
void bulla_gateway_prefetch_for_page (BullaGatewayRequest *request, BullaGatewayPage *page,
                                      const char *url, const char *referrer);

G_END_DECLS
