/* exchange-kit.h - serves exchanges, and checks how the gateway handles them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-gateway-world.h"

G_BEGIN_DECLS

GBytes *exchange_kit_text (const char *content);
/* Signs a page and serves it. @at: path to serve it at; @path: path of the publisher's page;
 * @days_ago: age of the signature */
void exchange_kit_put_signed (GatewayWorld *self, TestServer *server, const char *at,
                              const char *path, const char *body, int days_ago);
void exchange_kit_assert_redirect (const TestResponse *response, const char *location);
void exchange_kit_assert_body (const TestResponse *response, const char *body);

G_END_DECLS
