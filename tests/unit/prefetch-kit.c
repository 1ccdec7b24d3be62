/* prefetch-kit.c - prefetches from a page of the aggregator, and follows a link of that page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prefetch-kit.h"

GBytes *
prefetch_kit_text (const char *content)
{
  return g_bytes_new (content, strlen (content));
}

void
prefetch_kit_put_page (GatewayWorld *self, const char *path, const char *headers)
{
  g_autoptr (GBytes) body = prefetch_kit_text ("<p>links");

  gateway_world_put_with (self, self->aggregator, path, body, "text/html", headers);
}

void
prefetch_kit_put_signed (GatewayWorld *self, const char *at, int days_ago, gboolean damage,
                         const char *headers)
{
  g_autoptr (GBytes) body = prefetch_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange = gateway_world_sign (
      self, "/article", NULL, NULL, body, self->world->now - 60 - days_ago * TEST_DAY, damage);

  gateway_world_put_with (self, self->aggregator, at, exchange, EXCHANGE, headers);
}

TestResponse *
prefetch_kit_ask_from (GatewayWorld *self, const char *url, const char *tag, const char *referrer,
                       const char *cookie)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Accept", "*/*");
  soup_message_headers_replace (headers, "Accept-Language", "en-US,en");
  gateway_world_announce (self, self->token, message, tag);
  if (strstr (tag, "prefetch") != NULL)
    soup_message_headers_replace (headers, "Sec-Purpose", "prefetch");
  if (referrer != NULL)
    soup_message_headers_replace (headers, "Referer", referrer);
  if (cookie != NULL)
    soup_message_headers_replace (headers, "Cookie", cookie);
  return test_send (self->client, message);
}

TestResponse *
prefetch_kit_ask (GatewayWorld *self, const char *url, const char *tag, const char *page,
                  const char *cookie)
{
  g_autofree char *referrer = page != NULL ? test_server_url (self->aggregator, page) : NULL;

  return prefetch_kit_ask_from (self, url, tag, referrer, cookie);
}

void
prefetch_kit_open_page (GatewayWorld *self, const char *path, const char *tag)
{
  g_autofree char *url = test_server_url (self->aggregator, path);
  g_autoptr (TestResponse) page = gateway_world_get (self, url, tag);

  g_assert_cmpuint (page->status, ==, 200);
}

TestResponse *
prefetch_kit_prefetch (GatewayWorld *self, const char *path)
{
  g_autofree char *url = test_server_url (self->aggregator, path);

  return prefetch_kit_ask (self, url, PREFETCH, "/", NULL);
}

void
prefetch_kit_assert_refused (GatewayWorld *self, const char *path)
{
  g_autoptr (TestResponse) response = prefetch_kit_prefetch (self, path);

  g_assert_nonnull (response->error);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

void
prefetch_kit_assert_prefetched (GatewayWorld *self, const char *path)
{
  g_autoptr (TestResponse) response = prefetch_kit_prefetch (self, path);

  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

guint
prefetch_kit_click (GatewayWorld *self, const char *path, const char *tag, const char *page)
{
  guint before = self->aggregator->n_requests;
  g_autofree char *url = test_server_url (self->aggregator, path);
  g_autofree char *article = test_server_url (self->publisher, "/article");
  g_autoptr (TestResponse) response = prefetch_kit_ask (self, url, tag, page, NULL);

  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 303);
  g_assert_cmpstr (g_hash_table_lookup (response->headers, "location"), ==, article);
  return self->aggregator->n_requests - before;
}

void
prefetch_kit_assert_article (GatewayWorld *self, const char *tag, const char *body)
{
  g_autofree char *article = test_server_url (self->publisher, "/article");
  g_autoptr (TestResponse) shown = prefetch_kit_ask (self, article, tag, "/", NULL);

  g_assert_no_error (shown->error);
  g_assert_cmpstr (shown->body, ==, body);
}
