/* bulla-gateway-prefetch-link-header.h - prefetches what a response's Link header names
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-pages.h"

G_BEGIN_DECLS

void bulla_gateway_prefetch_links (BullaGatewayRequest *request, BullaGatewayPage *page,
                                   const char *link);

G_END_DECLS
