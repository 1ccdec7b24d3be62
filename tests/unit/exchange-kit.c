/* exchange-kit.c - serves exchanges, and checks how the gateway handles them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange-kit.h"

GBytes *
exchange_kit_text (const char *content)
{
  return g_bytes_new (content, strlen (content));
}

void
exchange_kit_put_signed (GatewayWorld *self, TestServer *server, const char *at, const char *path,
                         const char *body, int days_ago)
{
  g_autoptr (GBytes) bytes = exchange_kit_text (body);
  g_autoptr (GBytes) exchange = gateway_world_sign (
      self, path, "x-signed", "yes", bytes, self->world->now - 60 - days_ago * TEST_DAY, FALSE);

  gateway_world_put_exchange (self, server, at, exchange);
}

void
exchange_kit_assert_redirect (const TestResponse *response, const char *location)
{
  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 303);
  g_assert_cmpstr (g_hash_table_lookup (response->headers, "location"), ==, location);
  g_assert_cmpstr (g_hash_table_lookup (response->headers, "cache-control"), ==, "no-store");
}

void
exchange_kit_assert_body (const TestResponse *response, const char *body)
{
  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpstr (response->body, ==, body);
}
