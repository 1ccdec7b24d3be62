/* prefetch-kit.h - prefetches from a page of the aggregator, and follows a link of that page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-gateway-world.h"

G_BEGIN_DECLS

#define TYPED "v=one; host=-; dest=navigation"
#define CLICK "v=one; host=aggregator.test; dest=navigation"
#define PREFETCH "v=one; host=aggregator.test; dest=prefetch"
#define OTHER_PREFETCH "v=two; host=aggregator.test; dest=prefetch"
#define OTHER_CLICK "v=two; host=aggregator.test; dest=navigation"
#define EXCHANGE "application/signed-exchange;v=b3"

GBytes *prefetch_kit_text (const char *content);
void prefetch_kit_put_page (GatewayWorld *self, const char *path, const char *headers);
/* @days_ago: age of the signature; @headers: fields of the response that carries the exchange */
void prefetch_kit_put_signed (GatewayWorld *self, const char *at, int days_ago, gboolean damage,
                              const char *headers);
TestResponse *prefetch_kit_ask_from (GatewayWorld *self, const char *url, const char *tag,
                                     const char *referrer, const char *cookie);
/* @page: (nullable): path of the requesting page of the aggregator */
TestResponse *prefetch_kit_ask (GatewayWorld *self, const char *url, const char *tag,
                                const char *page, const char *cookie);
void prefetch_kit_open_page (GatewayWorld *self, const char *path, const char *tag);
TestResponse *prefetch_kit_prefetch (GatewayWorld *self, const char *path);
void prefetch_kit_assert_refused (GatewayWorld *self, const char *path);
void prefetch_kit_assert_prefetched (GatewayWorld *self, const char *path);
/* Returns: the number of requests that the aggregator received for @path */
guint prefetch_kit_click (GatewayWorld *self, const char *path, const char *tag, const char *page);
void prefetch_kit_assert_article (GatewayWorld *self, const char *tag, const char *body);

G_END_DECLS
