/* bulla-gateway-prefetch-question.h - asks publishers about a prefetched page and its parts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"
#include "bulla-prefetch.h"

G_BEGIN_DECLS

gboolean bulla_gateway_prefetch_has_question (BullaGatewayRequest *request, BullaPrefetch *page);
void bulla_gateway_prefetch_ask_async (BullaGatewayRequest *request, BullaPrefetch *page,
                                       GAsyncReadyCallback callback, gpointer user_data);
gboolean bulla_gateway_prefetch_ask_finish (GAsyncResult *result);

G_END_DECLS
