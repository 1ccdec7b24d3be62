/* test-gateway-one-view.c - treats all requests of a browser without announcements as one view
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange-kit.h"
#include "test-bundle-world.h"

/* @name: (nullable): field that the browser sends, with @value */
static TestResponse *
send_navigation (GatewayWorld *self, const char *url, const char *name, const char *value)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);

  if (name != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), name, value);
  return test_send (self->client, message);
}

/* A request for a picture of @page, as a browser sends it. */
static TestResponse *
send_part (GatewayWorld *self, const char *url, const char *page)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_append (headers, "Sec-Fetch-Mode", "no-cors");
  soup_message_headers_append (headers, "Sec-Fetch-Dest", "image");
  soup_message_headers_append (headers, "Referer", page);
  return test_send (self->client, message);
}

/* the request that follows the redirect is answered once; later ones, and a hard reload instead,
 * are not */
static void
test_once (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  static const struct {
    const char *name, *value, *body;
  } rows[] = {{NULL, NULL, "<p>signed"},
              {"Cache-Control", "max-age=0", "<p>signed"},
              {"Cache-Control", "no-cache", "live"},
              {"Pragma", "no-cache", "live"},
              {"Sec-Fetch-Mode", "cors", "live"}};

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/article");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TestResponse) first = send_navigation (self, link, NULL, NULL);
    exchange_kit_assert_redirect (first, page);
    g_autoptr (TestResponse) shown = send_navigation (self, page, rows[i].name, rows[i].value);
    exchange_kit_assert_body (shown, rows[i].body);
    g_assert_null (g_hash_table_lookup (shown->headers, "bulla-answer"));
    g_assert_null (g_hash_table_lookup (shown->headers, "clear-site-data"));
    if (i >= 2)
      continue;
    for (guint j = 0; j < 2; j++) {
      g_autoptr (TestResponse) again = send_navigation (self, page, NULL, NULL);
      exchange_kit_assert_body (again, "live");
    }
  }
}

/* if the redirect was not followed, a typed or linked navigation to its target does not count as
 * its follow-up */
static void
test_elsewhere (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *list = test_server_url (self->aggregator, "/list");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  const struct {
    const char *name, *value, *body;
  } rows[] = {{NULL, NULL, "live"},
              {"Sec-Fetch-Site", "none", "live"},
              {"Referer", "https://elsewhere.test/list", "live"},
              {"Referer", page, "live"},
              {"Referer", list, "<p>signed"}};

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/article");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TestResponse) first = send_navigation (self, link, "Referer", list);
    exchange_kit_assert_redirect (first, page);
    g_autoptr (TestResponse) other = send_navigation (self, page, rows[i].name, rows[i].value);
    exchange_kit_assert_body (other, rows[i].body);
  }
}

/* a redirect of a frame is followed by a request of a frame, and not by a navigation to a link */
static void
test_frame (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = exchange_kit_text ("live");

  static const struct {
    const char *brought_as, *dest, *body;
  } rows[] = {{"iframe", "document", "live"},
              {NULL, "iframe", "<p>signed"},
              {"document", "iframe", "live"},
              {NULL, "document", "<p>signed"}};

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].brought_as != NULL) {
      g_autoptr (TestResponse) first =
          send_navigation (self, link, "Sec-Fetch-Dest", rows[i].brought_as);
      exchange_kit_assert_redirect (first, page);
    }
    g_autoptr (TestResponse) then = send_navigation (self, page, "Sec-Fetch-Dest", rows[i].dest);
    exchange_kit_assert_body (then, rows[i].body);
  }
}

/* Without packages the fallback is requested once; a later typed URL is not affected. */
static void
test_fallback (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/old.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  exchange_kit_put_signed (self, self->aggregator, "/old.sxg", "/article", "<p>signed", 20);
  gateway_world_put_live (self, "/article");
  g_autoptr (TestResponse) first = send_navigation (self, link, NULL, NULL);
  exchange_kit_assert_redirect (first, page);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (TestResponse) shown = send_navigation (self, page, NULL, NULL);
    exchange_kit_assert_body (shown, "live");
    g_assert_cmpint (strstr (self->publisher->last_head, "signed-exchange") == NULL, ==, i == 0);
  }
}

/* with that setting, a kept package answers every navigation, except a hard reload */
static void
test_reuse_view (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaProfile) profile = test_bundle_profile ("request", "reuse=view");
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ONE_VIEW, NULL);
  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/article");
  g_autoptr (TestResponse) first = send_navigation (self, link, NULL, NULL);
  exchange_kit_assert_redirect (first, page);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (TestResponse) shown = send_navigation (self, page, NULL, NULL);
    exchange_kit_assert_body (shown, "<p>signed");
  }
  g_autoptr (TestResponse) anew = send_navigation (self, page, "Cache-Control", "no-cache");
  exchange_kit_assert_body (anew, "live");
}

/* A browser that sends no Sec-Fetch-Mode for prefetches: the exchange is kept for the link of
 * its page, and answers the click; the prefetch never counts as the navigation itself. */
static void
test_prefetch (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *list = test_server_url (self->aggregator, "/list");
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) listed = exchange_kit_text ("list");

  gateway_world_put (self, self->aggregator, "/list", listed, "text/html");
  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  g_autoptr (TestResponse) opened = send_navigation (self, list, NULL, NULL);
  exchange_kit_assert_body (opened, "list");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, link);
  soup_message_headers_append (soup_message_get_request_headers (message), "Sec-Purpose",
                               "prefetch");
  soup_message_headers_append (soup_message_get_request_headers (message), "Referer", list);
  g_autoptr (TestResponse) prefetched = test_send (self->client, message);
  g_assert_no_error (prefetched->error);
  g_assert_cmpuint (prefetched->status, ==, 200);
  g_autoptr (TestResponse) live = send_navigation (self, page, NULL, NULL);
  g_assert_cmpuint (live->status, ==, 404);
  guint before = self->aggregator->n_requests;
  g_autoptr (TestResponse) led = send_navigation (self, link, "Referer", list);
  exchange_kit_assert_redirect (led, page);
  g_assert_cmpuint (self->aggregator->n_requests, ==, before);
  g_autoptr (TestResponse) shown = send_navigation (self, page, "Referer", list);
  exchange_kit_assert_body (shown, "<p>signed");
}

/* prefetches of ordinary pages are forwarded to such a browser, which may show them itself */
static void
test_ordinary (GatewayWorld *self, gconstpointer data)
{
  static const struct {
    const char *name, *value;
  } kept[] = {{"content-security-policy", "default-src 'none'"},
              {"x-frame-options", "DENY"},
              {"cross-origin-opener-policy", "same-origin"},
              {"set-cookie", "a=b"}};
  static const char *const modes[] = {"navigate", "no-cors", NULL};
  g_autofree char *url = test_server_url (self->publisher, "/page");
  g_autoptr (GString) fields = g_string_new (NULL);
  g_autoptr (GBytes) live = exchange_kit_text ("live");

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    g_string_append_printf (fields, "%s: %s\n", kept[i].name, kept[i].value);
  gateway_world_put_with (self, self->publisher, "/page", live, "text/html", fields->str);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
    SoupMessageHeaders *headers = soup_message_get_request_headers (message);
    soup_message_headers_append (headers, "Sec-Purpose", "prefetch;anonymous-client-ip");
    soup_message_headers_append (headers, "Cookie", "c=d");
    if (modes[i] != NULL)
      soup_message_headers_append (headers, "Sec-Fetch-Mode", modes[i]);
    g_autoptr (TestResponse) response = test_send (self->client, message);
    exchange_kit_assert_body (response, "live");
    for (guint j = 0; j < G_N_ELEMENTS (kept); j++)
      g_assert_cmpstr (g_hash_table_lookup (response->headers, kept[j].name), ==, kept[j].value);
    g_assert_nonnull (strstr (self->publisher->last_head, "Cookie: c=d\n"));
  }
}

/* a browser's own request for an icon tells the publisher nothing of a substituted page */
static void
test_icon (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *icon = test_server_url (self->publisher, "/favicon.ico");
  g_autofree char *other = test_server_url (self->publisher, "/favicon.ico?v=1");
  g_autofree char *foreign = test_server_url (self->aggregator, "/favicon.ico");

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/article");
  gateway_world_put_live (self, "/favicon.ico");
  g_autoptr (TestResponse) led = send_navigation (self, link, NULL, NULL);
  exchange_kit_assert_redirect (led, page);
  g_autoptr (TestResponse) shown = send_navigation (self, page, NULL, NULL);
  exchange_kit_assert_body (shown, "<p>signed");
  g_autoptr (TestResponse) refused = send_part (self, icon, page);
  g_assert_cmpuint (refused->status, !=, 200);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  /* another URL may be a part of the page, and another host is not its publisher */
  g_autoptr (TestResponse) named = send_part (self, other, page);
  g_assert_cmpuint (self->publisher->n_requests, ==, 1);
  guint before = self->aggregator->n_requests;
  g_autoptr (TestResponse) elsewhere = send_part (self, foreign, page);
  g_assert_cmpuint (self->aggregator->n_requests, ==, before + 1);
  /* the icon of a live page is the publisher's */
  g_autoptr (TestResponse) again = send_navigation (self, page, NULL, NULL);
  exchange_kit_assert_body (again, "live");
  g_autoptr (TestResponse) live = send_part (self, icon, page);
  exchange_kit_assert_body (live, "live");
}

static TestResponse *
send_worker (GatewayWorld *self, const char *url, const char *page, const char *dest)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_append (headers, "Sec-Fetch-Mode", "same-origin");
  soup_message_headers_append (headers, "Sec-Fetch-Dest", dest);
  soup_message_headers_append (headers, "Sec-Fetch-Site", "same-origin");
  soup_message_headers_append (headers, "Referer", page);
  return test_send (self->client, message);
}

/* Where data of packages is kept apart, only a live page can ask for a worker that stays, and gets
 * the live one, also while a bundle of the same page is shown. */
static void
test_worker (GatewayWorld *self, gconstpointer data)
{
  static const TestResource resources[] = {{"/article", "text/html", "<p>signed", TRUE},
                                           {"/worker.js", "text/javascript", "old", TRUE}};

  static const struct {
    const char *choice, *dest, *body;
  } rows[] = {{"data=until-confirmed", "serviceworker", "live"},
              {"data=until-confirmed", "sharedworker", "live"},
              {"data=until-confirmed", "worker", "old"},
              {"data=allow", "serviceworker", "old"}};
  g_autofree char *link = test_server_url (self->aggregator, "/a.wbn");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *url = test_server_url (self->publisher, "/worker.js");
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, resources, G_N_ELEMENTS (resources),
                          self->world->now - 60, NULL, NULL);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);

  test_bundle_put (self, self->aggregator, "/a.wbn", bundle);
  gateway_world_put_live (self, "/article");
  gateway_world_put_live (self, "/worker.js");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaProfile) profile = test_bundle_profile ("substituted", rows[i].choice);
    gateway_world_set_profile (self, profile, BULLA_GATEWAY_ONE_VIEW, NULL);
    g_autoptr (TestResponse) led = send_navigation (self, link, NULL, NULL);
    exchange_kit_assert_redirect (led, page);
    g_autoptr (TestResponse) shown = send_navigation (self, page, NULL, NULL);
    exchange_kit_assert_body (shown, "<p>signed");
    g_autoptr (TestResponse) script = send_worker (self, url, page, rows[i].dest);
    exchange_kit_assert_body (script, rows[i].body);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/one-view/" path, GatewayWorld, NULL, gateway_world_set_up_one_view, test,  \
              gateway_world_tear_down)
  ADD ("once", test_once);
  ADD ("elsewhere", test_elsewhere);
  ADD ("frame", test_frame);
  ADD ("fallback", test_fallback);
  ADD ("reuse-view", test_reuse_view);
  ADD ("prefetch", test_prefetch);
  ADD ("ordinary", test_ordinary);
  ADD ("icon", test_icon);
  ADD ("worker", test_worker);
  return g_test_run ();
}
