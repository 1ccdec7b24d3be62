/* test-gateway-prefetch-reach.c - restricts the targets of prefetches, and drops prefetches that
 * are no longer needed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prefetch-kit.h"

#define FRAME "v=one; host=aggregator.test; dest=frame"

static void
answer_go (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, user_data);
}

static void
put_text (GatewayWorld *self, TestServer *server, const char *path, const char *content,
          const char *headers)
{
  g_autoptr (GBytes) body = prefetch_kit_text (content);

  gateway_world_put_with (self, server, path, body, "text/html", headers);
}

/* the response of a redirect target is not shown at the redirecting URL */
static void
test_redirect (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *go = test_server_url (self->publisher, "/go");
  g_autofree char *evil = test_server_url (self->aggregator, "/evil");

  soup_server_add_handler (self->publisher->soup, "/go", answer_go, evil, NULL);
  put_text (self, self->aggregator, "/evil", "evil", NULL);
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  g_autoptr (TestResponse) first = prefetch_kit_ask (self, go, PREFETCH, "/", NULL);
  g_assert_nonnull (first->error);
  g_autoptr (TestResponse) clicked = prefetch_kit_ask (self, go, CLICK, "/", NULL);
  g_assert_cmpuint (clicked->status, ==, 302);
  g_autoptr (TestResponse) framed = prefetch_kit_ask (self, go, FRAME, "/", NULL);
  g_assert_cmpuint (framed->status, ==, 302);
}

/* an exchange is signed, so it does not matter from which URL it was fetched */
static void
test_redirected_exchange (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *there = test_server_url (self->aggregator, "/a.sxg");

  soup_server_add_handler (self->aggregator->soup, "/go", answer_go, there, NULL);
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_prefetched (self, "/go");
  g_assert_cmpuint (prefetch_kit_click (self, "/go", CLICK, "/"), ==, 0);
}

/* scripts can write the older name of the header field, so it does not mark a prefetch */
static void
test_purpose (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *mine = test_server_url (self->aggregator, "/mine");
  g_autofree char *secret = test_server_url (self->publisher, "/secret");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, mine);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_server_add_handler (self->aggregator->soup, "/mine", answer_go, secret, NULL);
  put_text (self, self->publisher, "/secret", "secret", NULL);
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  gateway_world_announce (self, self->token, message,
                          "v=one; host=aggregator.test; dest=subresource");
  soup_message_headers_replace (headers, "Purpose", "prefetch");
  g_autoptr (TestResponse) response = test_send (self->client, message);
  g_assert_cmpuint (response->status, ==, 302);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

static void
answer_referrer (SoupServer *server, SoupServerMessage *message, const char *path,
                 GHashTable *query, gpointer user_data)
{
  const char *referrer =
      soup_message_headers_get_list (soup_server_message_get_request_headers (message), "Referer");

  g_string_append_printf (user_data, "%s %s\n", path, referrer != NULL ? referrer : "-");
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "x", 1);
}

static const struct {
  const char *policy, *own, *other; /* "page", "origin", "-" */
} REFERRERS[] = {
    {NULL, "page", "origin"},
    {"strict-origin", "origin", "origin"},
    {"Origin", "origin", "origin"},
    {"same-origin", "page", "-"},
    {"no-referrer", "-", "-"},
    {"unsafe-url, no-referrer", "-", "-"},
    {"no-referrer, something-new", "-", "-"},
    {"unsafe-url", "page", "origin"},
};

static const char *
told (GatewayWorld *self, const char *what, char **text)
{
  *text = test_server_url (self->aggregator, g_str_equal (what, "page") ? "/list" : "/");
  return g_str_equal (what, "-") ? "-" : *text;
}

/* Prefetches send the referrer that the page's policy permits. */
static void
test_referrer (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autofree char *there = test_server_url (self->publisher, "/there");

  soup_server_add_handler (self->publisher->soup, "/there", answer_referrer, seen, NULL);
  soup_server_add_handler (self->aggregator->soup, "/here", answer_referrer, seen, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (REFERRERS); i++) {
    const char *policy = REFERRERS[i].policy;
    g_autofree char *own = NULL, *other = NULL;
    g_autofree char *headers =
        g_strdup_printf ("Link: </here?%zu>; rel=prefetch, <%s?%zu>; rel=prefetch%s%s", i, there, i,
                         policy != NULL ? "\nReferrer-Policy: " : "", policy != NULL ? policy : "");
    g_autofree char *here_line =
        g_strdup_printf ("/here %s\n", told (self, REFERRERS[i].own, &own));
    g_autofree char *there_line =
        g_strdup_printf ("/there %s\n", told (self, REFERRERS[i].other, &other));
    g_test_message ("%s", policy);
    g_string_truncate (seen, 0);
    prefetch_kit_put_page (self, "/list", headers);
    prefetch_kit_open_page (self, "/list", TYPED);
    while (strstr (seen->str, "/here") == NULL || strstr (seen->str, "/there") == NULL)
      g_main_context_iteration (NULL, TRUE);
    g_assert_nonnull (strstr (seen->str, here_line));
    g_assert_nonnull (strstr (seen->str, there_line));
  }
}

/* after a redirect to another server, no referrer is sent */
static void
test_referrer_redirected (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autofree char *there = test_server_url (self->publisher, "/there");

  soup_server_add_handler (self->publisher->soup, "/there", answer_referrer, seen, NULL);
  soup_server_add_handler (self->aggregator->soup, "/go", answer_go, there, NULL);
  prefetch_kit_put_page (self, "/list", "Link: </go>; rel=prefetch");
  prefetch_kit_open_page (self, "/list", TYPED);
  while (seen->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (seen->str, ==, "/there -\n");
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  ++*(guint *)user_data;
  return FALSE;
}

/* a permission for a private host does not extend to hosts that it redirects to */
static void
test_private (GatewayWorld *self, gconstpointer data)
{
  guint n = 0;
  g_autoptr (GSocketService) service = g_socket_service_new ();
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_autofree char *there = g_strdup_printf ("https://127.0.0.1:%u/", port);
  TestServer *intra = gateway_world_add_server (self, "intra.test");
  g_autofree char *go = test_server_url (intra, "/go");

  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), &n);
  soup_server_add_handler (intra->soup, "/go", answer_go, there, NULL);
  bulla_gateway_allow_private (self->gateway, "intra.test");
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  g_autoptr (TestResponse) response = prefetch_kit_ask (self, go, PREFETCH, "/", NULL);
  g_assert_cmpuint (response->status, ==, 302);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n, ==, 0);
  test_server_free (intra);
}

/* prefetches from Link headers are cancelled with their view */
static void
test_closed (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *other = test_server_url (self->aggregator, "/other");

  prefetch_kit_put_page (self, "/", "Link: </a.sxg>; rel=prefetch");
  prefetch_kit_put_page (self, "/other", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  bulla_gateway_close_view (self->gateway, self->token, "one");
  for (guint i = 0; i < 5; i++) { /* other prefetches run meanwhile */
    g_autoptr (TestResponse) page =
        gateway_world_get (self, other, "v=two; host=-; dest=navigation");
    g_assert_cmpuint (page->status, ==, 200);
  }
  while (strstr (self->events->str, "refused one ") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (strstr (self->events->str, "prefetched"));
}

/* a stale prefetch is fetched again */
static void
test_stale (GatewayWorld *self, gconstpointer data)
{
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, "Cache-Control: max-age=60");
  bulla_loader_set_time (self->loader, self->world->now);
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  guint before = self->aggregator->n_requests;
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  g_assert_cmpuint (self->aggregator->n_requests, ==, before);
  bulla_loader_set_time (self->loader, self->world->now + 100);
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  g_assert_cmpuint (self->aggregator->n_requests, ==, before + 1);
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/"), ==, 0);
}

/* reloading an ordinary page contacts its server */
static void
test_reload (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *article = test_server_url (self->publisher, "/article");
  g_autofree char *page = test_server_url (self->aggregator, "/");

  prefetch_kit_put_page (self, "/", NULL);
  put_text (self, self->publisher, "/article", "live", NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  g_autoptr (TestResponse) first = prefetch_kit_ask (self, article, PREFETCH, "/", NULL);
  g_autoptr (TestResponse) shown = prefetch_kit_ask (self, article, CLICK, "/", NULL);
  g_assert_cmpstr (shown->body, ==, "live");
  g_assert_cmpuint (self->publisher->n_requests, ==, 1);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, article);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  gateway_world_announce (self, self->token, message, CLICK);
  soup_message_headers_replace (headers, "Referer", page);
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");
  g_autoptr (TestResponse) again = test_send (self->client, message);
  g_assert_cmpstr (again->body, ==, "live");
  g_assert_cmpuint (self->publisher->n_requests, ==, 2);
}

/* frames of other views do not evict anything */
static void
test_frames (GatewayWorld *self, gconstpointer data)
{
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_page (self, "/ad", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  for (guint i = 0; i < 20; i++)
    prefetch_kit_open_page (self, "/ad", "v=two; host=aggregator.test; dest=frame");
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/"), ==, 0);
}

/* with more pages than may keep prefetches, the page that requests one still has it, even the
 * oldest */
static void
test_all_ask (GatewayWorld *self, gconstpointer data)
{
  const guint n_pages = 12;

  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  for (guint i = 0; i < n_pages; i++) {
    g_autofree char *frame = g_strdup_printf ("/frame?%u", i);
    prefetch_kit_put_page (self, "/frame", i > 0 ? "Link: </a.sxg>; rel=prefetch" : NULL);
    prefetch_kit_open_page (self, frame, FRAME);
  }
  for (guint i = 0; i < 4 * n_pages; i++) {
    g_autofree char *url = test_server_url (self->aggregator, "/a.sxg");
    guint initiator = i == 0 ? 0 : (guint)g_test_rand_int_range (0, n_pages);
    g_autofree char *frame = g_strdup_printf ("/frame?%u", initiator);
    g_autoptr (TestResponse) response = prefetch_kit_ask (self, url, PREFETCH, frame, NULL);
    g_assert_no_error (response->error);
    g_assert_cmpuint (response->status, ==, 200);
  }
}

static void
answer_never (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
              gpointer user_data)
{
  g_ptr_array_add (user_data, g_object_ref (message));
  soup_server_message_pause (message);
}

static gboolean
set_cb (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* a server that never responds delays other prefetches of its page, but nothing else */
static void
test_slow_server (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) links = g_string_new ("Link: ");
  gboolean done = FALSE;

  for (guint i = 0; i < 30; i++)
    g_string_append_printf (links, "%s</never?%u>; rel=prefetch", i > 0 ? ", " : "", i);
  soup_server_add_handler (self->aggregator->soup, "/never", answer_never, held, NULL);
  prefetch_kit_put_page (self, "/", links->str);
  prefetch_kit_put_page (self, "/other", "Link: </a.sxg>; rel=prefetch");
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  g_timeout_add (1000, set_cb, &done); /* longer than all other prefetches take */
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (held->len, ==, 8);
  prefetch_kit_open_page (self, "/other", "v=two; host=-; dest=navigation");
  while (strstr (self->events->str, "prefetched two") == NULL)
    g_main_context_iteration (NULL, TRUE);
  bulla_gateway_close_view (self->gateway, self->token, "one");
  while (strstr (self->events->str, "refused one") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (held->len, ==, 8);
}

/* a package that is not accepted falls back to the live page, and not to a prefetched copy of it */
static void
test_fallback (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *article = test_server_url (self->publisher, "/article");

  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/old.sxg", 20, FALSE, NULL);
  put_text (self, self->publisher, "/article", "earlier", NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  g_autoptr (TestResponse) ahead = prefetch_kit_ask (self, article, PREFETCH, "/", NULL);
  g_assert_cmpuint (ahead->status, ==, 200);
  put_text (self, self->publisher, "/article", "live", NULL);
  prefetch_kit_click (self, "/old.sxg", CLICK, "/");
  prefetch_kit_assert_article (self, CLICK, "live");
}

/* A body that does not match its signature is reported, and dropped. */
static void
test_spoilt (GatewayWorld *self, gconstpointer data)
{
  prefetch_kit_put_page (self, "/", "Link: </a.sxg>; rel=prefetch");
  prefetch_kit_put_signed (self, "/a.sxg", 0, TRUE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  while (strstr (self->events->str, "refused") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (self->events->str, "refused one package"));
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/prefetch-reach/" path, GatewayWorld, NULL, gateway_world_set_up_announced, \
              test, gateway_world_tear_down)
  ADD ("redirect", test_redirect);
  ADD ("redirected-exchange", test_redirected_exchange);
  ADD ("purpose", test_purpose);
  ADD ("referrer", test_referrer);
  ADD ("referrer-redirected", test_referrer_redirected);
  ADD ("private", test_private);
  ADD ("closed", test_closed);
  ADD ("stale", test_stale);
  ADD ("reload", test_reload);
  ADD ("frames", test_frames);
  ADD ("all-ask", test_all_ask);
  ADD ("slow-server", test_slow_server);
  ADD ("fallback", test_fallback);
  ADD ("spoilt", test_spoilt);
  return g_test_run ();
}
