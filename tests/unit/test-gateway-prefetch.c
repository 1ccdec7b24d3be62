/* test-gateway-prefetch.c - keeps prefetches for their page, and uses them when a link of it is
 * followed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-prefetch.h"
#include "prefetch-kit.h"

static void
test_click (GatewayWorld *self, gconstpointer data)
{
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  g_assert_cmpuint (self->chains->n_requests, ==, 1);
  g_assert_cmpstr (self->events->str, ==, "decided one substitute\nprefetched one /a.sxg\n");

  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg#part", CLICK, "/"), ==, 0);
  prefetch_kit_assert_article (self, CLICK, "<p>signed");
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  g_assert_cmpuint (self->chains->n_requests, ==, 1);
}

/* The second and the third prefetch need no request. */
static void
test_again (GatewayWorld *self, gconstpointer data)
{
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  g_assert_cmpuint (self->aggregator->n_requests, ==, 2);
}

static void
test_others (GatewayWorld *self, gconstpointer data)
{
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_page (self, "/other", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  g_autofree char *url = test_server_url (self->aggregator, "/");
  g_autoptr (TestResponse) page = gateway_world_get (self, url, TYPED);
  prefetch_kit_assert_prefetched (self, "/a.sxg");

  /* other cases: another view, another page of the same view, an address that the user types */
  prefetch_kit_open_page (self, "/", "v=two; host=-; dest=navigation");
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", OTHER_CLICK, "/"), ==, 1);
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", TYPED, NULL), ==, 1);
  prefetch_kit_open_page (self, "/other", CLICK);
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/other"), ==, 1);
  /* the page itself still has the prefetch when the history shows it again */
  bulla_gateway_note_shown (self->gateway, self->token, "one",
                            g_hash_table_lookup (page->headers, "bulla-answer"));
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/"), ==, 0);
}

/* in a frame of another site, only the page's origin is known, which must not be taken for the
 * page at / */
static void
test_framed (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *outer = test_server_url (self->publisher, "/outer");
  g_autofree char *url = test_server_url (self->aggregator, "/a.sxg");
  g_autoptr (GBytes) body = prefetch_kit_text ("<iframe>");

  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_page (self, "/list", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  gateway_world_put (self, self->publisher, "/outer", body, "text/html");
  prefetch_kit_open_page (self, "/", TYPED);
  g_autoptr (TestResponse) around = gateway_world_get (self, outer, TYPED);
  prefetch_kit_open_page (self, "/list", "v=one; host=publisher.test; dest=frame");
  g_autoptr (TestResponse) first =
      prefetch_kit_ask (self, url, "v=one; host=publisher.test; dest=prefetch", "/", NULL);
  g_assert_cmpuint (first->status, ==, 200);
  g_assert_cmpuint (
      prefetch_kit_click (self, "/a.sxg", "v=one; host=publisher.test; dest=frame", "/"), ==, 0);
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/"), ==, 1);
}

static void
test_session (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *token = bulla_gateway_add_session (self->gateway, NULL, BULLA_GATEWAY_ANNOUNCED);
  g_autoptr (SoupSession) private = gateway_world_new_client (self, token);
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->aggregator, "/");

  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  guint before = self->aggregator->n_requests;
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, link);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  gateway_world_announce (self, token, message, CLICK);
  soup_message_headers_replace (headers, "Referer", page);
  g_autoptr (TestResponse) response = test_send (private, message);
  g_assert_cmpuint (response->status, ==, 303);
  g_assert_cmpuint (self->aggregator->n_requests, ==, before + 1);
  soup_session_abort (private);
  bulla_gateway_remove_session (self->gateway, token);
}

/* A failed prefetch is a network error, and no other server is contacted. */
static void
test_failed (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GBytes) broken = prefetch_kit_text ("sxg1-b3");

  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/old.sxg", 20, FALSE, NULL);
  prefetch_kit_put_signed (self, "/bad.sxg", 0, TRUE, NULL);
  gateway_world_put_exchange (self, self->aggregator, "/cut.sxg", broken);
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_refused (self, "/old.sxg");
  prefetch_kit_assert_refused (self, "/cut.sxg");
  g_autoptr (TestResponse) none =
      prefetch_kit_prefetch (self, "/none.sxg"); /* not a package, and not kept */
  g_assert_cmpuint (none->status, ==, 404);
  prefetch_kit_assert_refused (self, "/bad.sxg"); /* its only record is wrong */
  g_assert_null (strstr (self->events->str, "fell-back"));
}

/* prefetches of a page that is not shown are refused */
static void
test_no_page (GatewayWorld *self, gconstpointer data)
{
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_assert_refused (self, "/a.sxg");
  g_assert_cmpuint (self->aggregator->n_requests, ==, 0);
}

/* so are prefetches with a body */
static void
test_body (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *referrer = test_server_url (self->aggregator, "/");
  g_autofree guint8 *bytes = g_malloc0 (1 << 20);
  g_autoptr (GBytes) body = g_bytes_new (bytes, 1 << 20);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  gateway_world_announce (self, self->token, message, PREFETCH);
  soup_message_headers_replace (headers, "Sec-Purpose", "prefetch");
  soup_message_headers_replace (headers, "Referer", referrer);
  soup_message_set_request_body_from_bytes (message, "text/plain", body);
  g_autoptr (TestResponse) response = test_send (self->client, message);
  g_assert_nonnull (response->error);
  g_assert_cmpuint (self->aggregator->n_requests, ==, 1);
}

static void
answer_echo (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *cookie = soup_message_headers_get_list (headers, "Cookie");
  const char *purpose = soup_message_headers_get_list (headers, "Sec-Purpose");
  const char *accept = soup_message_headers_get_list (headers, "Accept");
  const char *tag = soup_message_headers_get_list (headers, "Sec-Bulla-Page");

  g_assert_null (tag);
  g_string_append_printf (user_data, "%s %s %s\n", cookie != NULL ? cookie : "-",
                          purpose != NULL ? purpose : "-", accept);
  soup_message_headers_append (soup_server_message_get_response_headers (message), "Set-Cookie",
                               "a=b");
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "x", 1);
}

static void
test_credentials (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autofree char *url = test_server_url (self->aggregator, "/echo");

  soup_server_add_handler (self->aggregator->soup, "/echo", answer_echo, seen, NULL);
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  g_autoptr (TestResponse) response = prefetch_kit_ask (self, url, PREFETCH, "/", "secret=1");
  g_assert_no_error (response->error);
  g_assert_null (g_hash_table_lookup (response->headers, "set-cookie"));
  g_assert_cmpstr (seen->str, ==, "- prefetch application/signed-exchange;v=b3;q=0.9,*/*;q=0.8\n");
}

/* Applies the Age and Cache-Control of the outer response. */
static void
test_caching (GatewayWorld *self, gconstpointer data)
{
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/no-store.sxg", 0, FALSE, "Cache-Control: no-store");
  prefetch_kit_put_signed (self, "/vary.sxg", 0, FALSE, "Vary: Accept");
  prefetch_kit_put_signed (self, "/coding.sxg", 0, FALSE, "Vary: Accept-Encoding");
  prefetch_kit_put_signed (self, "/stale.sxg", 0, FALSE, "Cache-Control: max-age=10\nAge: 10");
  prefetch_kit_put_signed (self, "/fresh.sxg", 0, FALSE, "Cache-Control: max-age=60");
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_refused (self, "/no-store.sxg");
  prefetch_kit_assert_refused (self, "/vary.sxg");
  prefetch_kit_assert_prefetched (self, "/coding.sxg");
  g_assert_cmpuint (prefetch_kit_click (self, "/coding.sxg", CLICK, "/"), ==, 0);
  prefetch_kit_assert_prefetched (self, "/stale.sxg");
  g_assert_cmpuint (prefetch_kit_click (self, "/stale.sxg", CLICK, "/"), ==, 1);
  prefetch_kit_assert_prefetched (self, "/fresh.sxg");
  g_assert_cmpuint (prefetch_kit_click (self, "/fresh.sxg", CLICK, "/"), ==, 0);
}

static void
set_profile (GatewayWorld *self, const char *settings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) parent = bulla_profile_load ("draft-b3", &error);
  g_autofree char *file = g_strconcat ("[profile]\nname=test\ninherits=draft-b3\n", settings, NULL);
  g_autoptr (BullaProfile) profile = bulla_profile_parse (file, parent, &error);

  g_assert_no_error (error);
  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
}

static void
test_five_minutes (GatewayWorld *self, gconstpointer data)
{
  set_profile (self, "[prefetch]\nreuse=five-minutes\n");
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, "Cache-Control: max-age=0");
  bulla_loader_set_time (self->loader, self->world->now);
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  bulla_loader_set_time (self->loader, self->world->now + 299);
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/"), ==, 0);
  bulla_loader_set_time (self->loader, self->world->now + 300);
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/"), ==, 1);
}

/* The signature expires between prefetch and click. */
static void
test_expired (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autoptr (GBytes) live = prefetch_kit_text ("live");

  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  bulla_loader_set_time (self->loader, self->world->now);
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  guint before = self->aggregator->n_requests;
  bulla_loader_set_time (self->loader, self->world->now + 8 * TEST_DAY);
  g_autoptr (TestResponse) response = prefetch_kit_ask (self, link, CLICK, "/", NULL);
  g_assert_cmpuint (response->status, ==, 303); /* the fallback URL of the package */
  g_assert_cmpuint (self->aggregator->n_requests, ==, before + 1);
  prefetch_kit_assert_article (self, CLICK, "live");
}

/* pending prefetches count towards the limit */
static void
test_room (GatewayWorld *self, gconstpointer data)
{
  set_profile (self, "[prefetch]\nentries-max=2\n");
  prefetch_kit_put_page (
      self, "/", "Link: </a.sxg>; rel=prefetch, </b.sxg>; rel=prefetch, </c.sxg>; rel=prefetch");
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_put_signed (self, "/b.sxg", 0, FALSE, NULL);
  prefetch_kit_put_signed (self, "/c.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  while (strstr (self->events->str, "/a.sxg") == NULL
         || strstr (self->events->str, "/b.sxg") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_str_has_prefix (self->events->str, "refused one request\n"));
  prefetch_kit_assert_refused (self, "/c.sxg");
  g_assert_cmpuint (self->aggregator->n_requests, ==, 3);
  g_assert_cmpuint (prefetch_kit_click (self, "/b.sxg", CLICK, "/"), ==, 0);
}

/* there is room for each, but not for all: one is dropped, and the others can be used */
static void
test_bytes (GatewayWorld *self, gconstpointer data)
{
  const gsize size = 12 << 20;
  g_autoptr (GString) links = g_string_new ("Link: ");
  g_autoptr (GBytes) body = g_bytes_new_take (g_malloc0 (size), size);
  g_autoptr (GBytes) exchange =
      gateway_world_sign (self, "/article", NULL, NULL, body, self->world->now - 60, FALSE);
  g_autoptr (GtSignalLogger) refused = gt_signal_logger_new ();
  guint n_used = 0, n = 8, n_fit = BULLA_PREFETCHES_BYTES_MAX / size;

  for (guint i = 0; i < n; i++) {
    g_autofree char *path = g_strdup_printf ("/%u.sxg", i);
    gateway_world_put_exchange (self, self->aggregator, path, exchange);
    g_string_append_printf (links, "%s<%s>; rel=prefetch", i > 0 ? ", " : "", path);
  }
  prefetch_kit_put_page (self, "/", links->str);
  gt_signal_logger_connect (refused, self->gateway, "refused");
  prefetch_kit_open_page (self, "/", TYPED);
  while (gt_signal_logger_get_n_emissions (refused) < n - n_fit
         || test_sum_unlinked () < n_fit * size) {
    g_main_context_iteration (NULL, TRUE);
    g_assert_cmpuint (test_sum_unlinked (), <=, BULLA_PREFETCHES_BYTES_MAX);
  }
  while (gt_signal_logger_get_n_emissions (refused) > 0) {
    g_autofree char *message = gateway_world_pop_refused (self, refused);
    g_assert_true (g_str_has_prefix (message, "prefetch.full: "));
  }
  for (guint i = 0; i < n; i++) {
    g_autofree char *path = g_strdup_printf ("/%u.sxg", i);
    n_used += prefetch_kit_click (self, path, CLICK, "/") == 0 ? 1 : 0;
  }
  g_assert_cmpuint (n_used, ==, n_fit);
}

/* WebKit ignores the Link header, so the gateway prefetches */
static void
test_header (GatewayWorld *self, gconstpointer data)
{
  prefetch_kit_put_page (self, "/",
                         "Link: </a.sxg>; rel=prefetch, </b.css>; rel=preload; as=style");
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  while (strstr (self->events->str, "prefetched one /a.sxg") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->aggregator->n_requests, ==, 2);
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/"), ==, 0);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* prefetch of an ordinary page: its server receives the prefetch, but no request for the click */
static void
test_plain (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *article = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = prefetch_kit_text ("live");

  prefetch_kit_put_page (self, "/", NULL);
  gateway_world_put_with (self, self->publisher, "/article", live, "text/html",
                          "Cache-Control: max-age=60\nX-Note: kept\nSet-Cookie: a=b");
  prefetch_kit_open_page (self, "/", TYPED);
  g_autoptr (TestResponse) first = prefetch_kit_ask (self, article, PREFETCH, "/", NULL);
  g_assert_cmpuint (first->status, ==, 200);
  g_assert_cmpuint (self->publisher->n_requests, ==, 1);
  g_autoptr (TestResponse) shown = prefetch_kit_ask (self, article, CLICK, "/", NULL);
  g_assert_cmpstr (shown->body, ==, "live");
  g_assert_cmpstr (g_hash_table_lookup (shown->headers, "x-note"), ==, "kept");
  g_assert_null (g_hash_table_lookup (shown->headers, "set-cookie"));
  g_assert_cmpuint (self->publisher->n_requests, ==, 1);
  /* a user with cookies gets a page from the server */
  g_autoptr (TestResponse) known = prefetch_kit_ask (self, article, CLICK, "/", "a=b");
  g_assert_cmpuint (self->publisher->n_requests, ==, 2);
}

/* A page's prefetches, exchanges or ordinary responses, do not answer reloads and history
 * navigations. A click on a link of the page still uses them. */
static void
test_history (GatewayWorld *self, gconstpointer data)
{
  const BullaNavigationKind kinds[] = {BULLA_NAVIGATION_BACK_FORWARD, BULLA_NAVIGATION_RELOAD};
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *plain = test_server_url (self->publisher, "/plain");
  g_autoptr (GBytes) live = prefetch_kit_text ("live");

  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  gateway_world_put_with (self, self->publisher, "/plain", live, "text/html",
                          "Cache-Control: max-age=60");
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  g_autoptr (TestResponse) prefetched = prefetch_kit_ask (self, plain, PREFETCH, "/", NULL);
  g_assert_cmpuint (prefetched->status, ==, 200);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    guint before = self->aggregator->n_requests, n_plain = self->publisher->n_requests;
    const char *const urls[] = {link, plain};
    for (guint j = 0; j < G_N_ELEMENTS (urls); j++) {
      bulla_gateway_expect_navigation (self->gateway, self->token, "one", urls[j], kinds[i], NULL);
      g_autoptr (TestResponse) framed =
          prefetch_kit_ask (self, urls[j], "v=one; host=aggregator.test; dest=frame", "/", NULL);
      g_assert_no_error (framed->error);
    }
    g_assert_cmpuint (self->aggregator->n_requests, ==, before + 1);
    g_assert_cmpuint (self->publisher->n_requests, ==, n_plain + 1);
  }
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/"), ==, 0);
  guint before = self->publisher->n_requests;
  bulla_gateway_expect_navigation (self->gateway, self->token, "one", plain,
                                   BULLA_NAVIGATION_BACK_FORWARD, NULL);
  g_autoptr (TestResponse) back = prefetch_kit_ask (self, plain, CLICK, "/", NULL);
  g_assert_cmpuint (self->publisher->n_requests, ==, before + 1);
}

/* a copy from the publisher that is as new as the exchange is used instead */
static void
test_live_copy (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *article = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = prefetch_kit_text ("live");
  g_autoptr (GBytes) body = prefetch_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange =
      gateway_world_sign (self, "/article", "date", "Mon, 02 Nov 2026 10:00:00 GMT", body,
                          self->world->now - 60, FALSE);

  prefetch_kit_put_page (self, "/", NULL);
  gateway_world_put_exchange (self, self->aggregator, "/a.sxg", exchange);
  for (guint i = 0; i < 2; i++) {
    gateway_world_put_with (self, self->publisher, "/article", live, "text/html",
                            i == 0
                                ? "Cache-Control: max-age=60\nDate: Mon, 02 Nov 2026 10:00:00 GMT"
                                : "Cache-Control: max-age=60\nDate: Mon, 02 Nov 2026 09:59:59 GMT");
    bulla_gateway_load_live (self->gateway, self->token, "one", article);
    g_autoptr (TestResponse) visited = gateway_world_get (self, article, TYPED);
    g_assert_cmpstr (visited->body, ==, "live");
    prefetch_kit_open_page (self, "/", TYPED);
    g_autoptr (TestResponse) prefetched = prefetch_kit_prefetch (self, "/a.sxg");
    g_assert_cmpuint (prefetched->status, ==, 200);
    prefetch_kit_click (self, "/a.sxg", CLICK, "/");
    guint before = self->publisher->n_requests;
    prefetch_kit_assert_article (self, CLICK, i == 0 ? "live" : "<p>signed");
    g_assert_cmpuint (self->publisher->n_requests, ==, before); /* the copy itself is used */
  }
}

/* Visits the live article, whose response has @headers, and then an older exchange of it. Returns:
 * what is shown in the end */
static TestResponse *
show_after_live (GatewayWorld *self, GBytes *live, const char *headers)
{
  g_autofree char *article = test_server_url (self->publisher, "/article");
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");

  gateway_world_put_with (self, self->publisher, "/article", live, "text/html", headers);
  bulla_gateway_load_live (self->gateway, self->token, "one", article);
  g_autoptr (TestResponse) visited = gateway_world_get (self, article, TYPED);
  g_assert_cmpuint (visited->status, ==, 200);
  g_autoptr (TestResponse) led = gateway_world_get (self, link, TYPED);
  g_assert_cmpuint (led->status, ==, 303);
  return gateway_world_get (self, article, TYPED);
}

#define NEWER "Cache-Control: max-age=60\nDate: Mon, 02 Nov 2026 10:00:00 GMT"

/* A copy is sent with every field that the server sent, and only to a client that reads its coding.
 */
static void
test_live_copy_whole (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GBytes) live = prefetch_kit_text ("live");
  g_autoptr (GBytes) body = prefetch_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange =
      gateway_world_sign (self, "/article", "date", "Mon, 02 Nov 2026 09:00:00 GMT", body,
                          self->world->now - 60, FALSE);

  gateway_world_put_exchange (self, self->aggregator, "/a.sxg", exchange);
  g_autoptr (TestResponse) both = show_after_live (
      self, live,
      NEWER "\nContent-Security-Policy: img-src a:\nContent-Security-Policy: img-src b:");
  g_assert_cmpstr (both->body, ==, "live");
  g_assert_cmpstr (g_hash_table_lookup (both->headers, "content-security-policy"), ==,
                   "img-src a:, img-src b:");
  g_autoptr (TestResponse) coded =
      show_after_live (self, live, NEWER "\nVary: Accept-Encoding\nContent-Encoding: x-other");
  g_assert_cmpstr (coded->body, ==, "<p>signed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/prefetch/" path, GatewayWorld, NULL, gateway_world_set_up_announced, test, \
              gateway_world_tear_down)
  ADD ("click", test_click);
  ADD ("again", test_again);
  ADD ("others", test_others);
  ADD ("framed", test_framed);
  ADD ("session", test_session);
  ADD ("failed", test_failed);
  ADD ("no-page", test_no_page);
  ADD ("body", test_body);
  ADD ("credentials", test_credentials);
  ADD ("caching", test_caching);
  ADD ("five-minutes", test_five_minutes);
  ADD ("expired", test_expired);
  ADD ("room", test_room);
  ADD ("bytes", test_bytes);
  ADD ("header", test_header);
  ADD ("plain", test_plain);
  ADD ("history", test_history);
  ADD ("live-copy", test_live_copy);
  ADD ("live-copy-whole", test_live_copy_whole);
  return g_test_run ();
}
