/* bulla-gateway-prefetch-judge-parts.h - judges whether a page may use its parts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-pages.h"

G_BEGIN_DECLS

BullaVerdict *bulla_gateway_parts_judge (BullaGatewayRequest *request, BullaPrefetch *whole,
                                         guint part, BullaRequestFacts *facts);
void bulla_gateway_parts_note_unused (BullaGatewayRequest *request, BullaPrefetch *prefetch,
                                      const char *url, BullaReason reason, const char *why);
char *bulla_gateway_parts_dup_why (BullaVerdict *verdict);
void bulla_gateway_parts_show (BullaGatewayRequest *request, BullaGatewayPage *page,
                               BullaPrefetch *prefetched);

G_END_DECLS
