/* test-gateway-reuse.c - which navigations a kept package answers, and in whose view
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-stash.h"
#include "test-bundle-world.h"

#define ONE "v=one; host=-; dest=navigation"
#define TWO "v=two; host=-; dest=navigation"
#define LINKED "v=one; host=publisher.test; dest=navigation"

static void
set_up (GatewayWorld *self, gconstpointer data)
{
  gateway_world_set_up (self, BULLA_GATEWAY_ANNOUNCED, NULL);
}

static void
tear_down (GatewayWorld *self, gconstpointer data)
{
  gateway_world_tear_down (self);
}

static GBytes *
text (const char *content)
{
  return g_bytes_new (content, strlen (content));
}

/* @days_ago: when it was signed */
static void
put_signed (GatewayWorld *self, TestServer *server, const char *at, const char *path,
            const char *body, int days_ago)
{
  g_autoptr (GBytes) bytes = text (body);
  g_autoptr (GBytes) exchange = gateway_world_sign (
      self, path, "x-signed", "yes", bytes, self->world->now - 60 - days_ago * TEST_DAY, FALSE);

  gateway_world_put_exchange (self, server, at, exchange);
}

static void
assert_redirect (const TestResponse *response, const char *location)
{
  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 303);
  g_assert_cmpstr (g_hash_table_lookup (response->headers, "location"), ==, location);
  g_assert_cmpstr (g_hash_table_lookup (response->headers, "cache-control"), ==, "no-store");
}

static void
assert_body (const TestResponse *response, const char *body)
{
  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpstr (response->body, ==, body);
}

/* a hard reload: @field says so */
static TestResponse *
get_anew (GatewayWorld *self, const char *url, const char *field, const char *value)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);

  gateway_world_announce (self, self->token, message, LINKED);
  soup_message_headers_replace (soup_message_get_request_headers (message), field, value);
  return test_send (self->client, message);
}

/* what is typed or linked later, and a hard reload, goes to the publisher */
static void
test_once (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = text ("live");

  put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  assert_redirect (first, page);
  g_autoptr (TestResponse) entry = gateway_world_get (self, page, ONE);
  assert_body (entry, "<p>signed");
  g_autoptr (TestResponse) typed = gateway_world_get (self, page, ONE);
  assert_body (typed, "live");
  g_autoptr (TestResponse) linked = gateway_world_get (self, page, LINKED);
  assert_body (linked, "live");
  g_autoptr (TestResponse) framed =
      gateway_world_get (self, page, "v=one; host=publisher.test; dest=frame");
  assert_body (framed, "live");
  g_autoptr (TestResponse) clicked =
      gateway_world_again (self, page, LINKED, BULLA_NAVIGATION_LINK, entry);
  assert_body (clicked, "live");
  g_autoptr (TestResponse) live_entry =
      gateway_world_again (self, page, LINKED, BULLA_NAVIGATION_BACK_FORWARD, typed);
  assert_body (live_entry, "live");
  const char *const fields[][2] = {{"Cache-Control", "no-cache"}, {"Pragma", "no-cache"}};
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    bulla_gateway_expect_navigation (self->gateway, self->token, "one", page,
                                     BULLA_NAVIGATION_RELOAD,
                                     g_hash_table_lookup (entry->headers, "bulla-answer"));
    g_autoptr (TestResponse) anew = get_anew (self, page, fields[i][0], fields[i][1]);
    assert_body (anew, "live");
  }
  /* all the while the history has it */
  g_autoptr (TestResponse) back =
      gateway_world_again (self, page, LINKED, BULLA_NAVIGATION_BACK_FORWARD, entry);
  assert_body (back, "<p>signed");
}

/* an exchange in a frame comes back with the frame, and answers nothing else */
static void
test_frame_again (GatewayWorld *self, gconstpointer data)
{
  static const char FRAME[] = "v=one; host=aggregator.test; dest=frame";
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = text ("live");

  put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, FRAME);
  assert_redirect (first, page);
  g_autoptr (TestResponse) shown = gateway_world_get (self, page, FRAME);
  assert_body (shown, "<p>signed");
  g_autoptr (TestResponse) reloaded =
      gateway_world_again (self, page, FRAME, BULLA_NAVIGATION_RELOAD, shown);
  assert_body (reloaded, "<p>signed");
  g_autoptr (TestResponse) back =
      gateway_world_again (self, page, FRAME, BULLA_NAVIGATION_BACK_FORWARD, shown);
  assert_body (back, "<p>signed");
  g_autoptr (TestResponse) whole =
      gateway_world_again (self, page, LINKED, BULLA_NAVIGATION_RELOAD, first);
  assert_body (whole, "live");
  g_autoptr (TestResponse) linked = gateway_world_get (self, page, FRAME);
  assert_body (linked, "live");
  g_autoptr (TestResponse) live_again =
      gateway_world_again (self, page, FRAME, BULLA_NAVIGATION_RELOAD, linked);
  assert_body (live_again, "live");
}

/* a redirect that was answered is not answered once more, nor one by somebody else */
static void
test_redirected (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *other = test_server_url (self->aggregator, "/other");
  g_autoptr (GBytes) live = text ("live");

  put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  const struct {
    const char *from, *body;
  } rows[] = {{other, "live"}, {link, "<p>signed"}, {link, "live"}};
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  assert_redirect (first, page);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gateway_world_redirect (self, self->token, "one", page, rows[i].from);
    g_autoptr (TestResponse) shown = gateway_world_get (self, page, ONE);
    assert_body (shown, rows[i].body);
  }
}

/* only the redirect that a package's fallback causes is asked for without packages, and blamed on
 * it
 */
static void
test_fallback (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/old.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *other = test_server_url (self->aggregator, "/other");
  g_autoptr (GBytes) live = text ("live");
  static const char *const who[] = {"v=one; host=-; dest=frame", ONE};

  put_signed (self, self->aggregator, "/old.sxg", "/article", "<p>signed", 20);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  for (guint i = 0; i < G_N_ELEMENTS (who); i++) {
    const struct {
      const char *from, *who;
      gboolean plain;
    } rows[] = {{NULL, ONE, FALSE}, /* typed: frames and pages say nothing of it */
                {other, ONE, FALSE},  {other, who[0], FALSE}, {link, who[1 - i], FALSE},
                {link, who[i], TRUE}, {link, who[i], FALSE}};
    g_autoptr (TestResponse) first = gateway_world_get (self, link, who[i]);
    assert_redirect (first, page);
    for (guint j = 0; j < G_N_ELEMENTS (rows); j++) {
      gateway_world_redirect (self, self->token, "one", page, rows[j].from);
      g_autoptr (TestResponse) shown = gateway_world_get (self, page, rows[j].who);
      assert_body (shown, "live");
      g_assert_cmpint (strstr (self->publisher->last_head, "signed-exchange") == NULL, ==,
                       rows[j].plain);
    }
  }
}

/* where the profile says so, it answers whatever the view asks for its URL */
static void
test_reuse_view (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaProfile) parent = bulla_profile_load ("draft-b3", NULL);
  g_autoptr (BullaProfile) profile = bulla_profile_parse (
      "[profile]\nname=own\ninherits=draft-b3\n[request]\nreuse=view\n", parent, NULL);
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = text ("live");

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  assert_redirect (first, page);
  const struct {
    const char *tag, *body;
  } rows[] = {{ONE, "<p>signed"}, {ONE, "<p>signed"}, {LINKED, "<p>signed"}, {TWO, "live"}};
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TestResponse) shown = gateway_world_get (self, page, rows[i].tag);
    assert_body (shown, rows[i].body);
  }
  g_autoptr (TestResponse) anew = get_anew (self, page, "Cache-Control", "no-cache");
  assert_body (anew, "live");
}

/* what one view fetched no other gets, nor one that is not known */
static void
test_views (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = text ("live");

  put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  assert_redirect (first, page);
  const char *const others[] = {TWO, NULL, "v=; host=-; dest=navigation", "v=*; dest=navigation",
                                "v=one; dest=subresource"};
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autoptr (TestResponse) other = gateway_world_get (self, page, others[i]);
    assert_body (other, "live");
  }
  g_autofree char *token = bulla_gateway_add_session (self->gateway, NULL, BULLA_GATEWAY_ANNOUNCED);
  g_autoptr (SoupSession) client = gateway_world_new_client (self, token);
  g_autoptr (SoupSession) mine = self->client;
  g_autofree char *my_token = self->token;
  self->client = client;
  self->token = token;
  gateway_world_redirect (self, token, "one", page, link);
  g_autoptr (TestResponse) elsewhere = gateway_world_get (self, page, ONE);
  self->client = g_steal_pointer (&mine);
  self->token = g_steal_pointer (&my_token);
  assert_body (elsewhere, "live");
  g_autoptr (TestResponse) own = gateway_world_get (self, page, ONE);
  assert_body (own, "<p>signed");
}

/* --- room */

/* what one view fetches takes no room from another's */
static void
test_room (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *first_of_two = test_server_url (self->publisher, "/0");
  g_autoptr (GBytes) live = text ("live");

  put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put (self, self->publisher, "/0", live, "text/html");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  assert_redirect (first, page);
  for (guint i = 0; i <= BULLA_STASH_ENTRIES_MAX; i++) {
    g_autofree char *at = g_strdup_printf ("/%u.sxg", i);
    g_autofree char *path = g_strdup_printf ("/%u", i);
    g_autofree char *url = test_server_url (self->aggregator, at);
    g_autofree char *location = test_server_url (self->publisher, path);
    put_signed (self, self->aggregator, at, path, "<p>other", 0);
    g_autoptr (TestResponse) other =
        gateway_world_get (self, url, "v=two; host=aggregator.test; dest=frame");
    assert_redirect (other, location);
  }
  g_autoptr (TestResponse) gone =
      gateway_world_get (self, first_of_two, "v=two; host=aggregator.test; dest=frame");
  assert_body (gone, "live"); /* the frames have pushed out each other only */
  g_autoptr (TestResponse) own = gateway_world_get (self, page, ONE);
  assert_body (own, "<p>signed");
}

/* so it is with pages, and the bundle that one is from */
static void
test_pages (GatewayWorld *self, gconstpointer data)
{
  static const TestResource resources[] = {
      {"/article", "text/html", "<p>bundled", TRUE},
      {"/style.css", "text/css", "p { color: red }", TRUE},
  };
  g_autoptr (BullaBundleWriter) writer = test_bundle_writer (
      self, BULLA_BUNDLE_FORMAT_B2, resources, 2, self->world->now - 60, NULL, NULL);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  g_autoptr (GBytes) live = text ("live");

  test_bundle_put (self, self->aggregator, "/a.wbn", bundle);
  gateway_world_put (self, self->publisher, "/frame", live, "text/html");
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  for (guint i = 0; i < 70; i++) {
    g_autofree char *path = g_strdup_printf ("/frame?%u", i);
    test_bundle_assert_body (self, path, "v=two; host=publisher.test; dest=frame", "live");
  }
  test_bundle_assert_body (self, "/style.css", "v=one; host=publisher.test; dest=subresource",
                           "p { color: red }");
  bulla_gateway_close_view (self->gateway, self->token, "two");
  test_bundle_assert_body (self, "/style.css", "v=one; host=publisher.test; dest=subresource",
                           "p { color: red }");
}

/* --- a client that announces nothing */

/* @name: (nullable): a field that its browser sends, with @value */
static TestResponse *
ask (GatewayWorld *self, const char *url, const char *name, const char *value)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);

  if (name != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), name, value);
  return test_send (self->client, message);
}

static void
set_up_one_view (GatewayWorld *self, gconstpointer data)
{
  gateway_world_set_up (self, BULLA_GATEWAY_ONE_VIEW, NULL);
}

/* the redirect is answered, once: not what comes after, nor a hard reload in its place */
static void
test_one_view (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = text ("live");
  static const struct {
    const char *name, *value, *body;
  } rows[] = {{NULL, NULL, "<p>signed"},
              {"Cache-Control", "max-age=0", "<p>signed"},
              {"Cache-Control", "no-cache", "live"},
              {"Pragma", "no-cache", "live"},
              {"Sec-Fetch-Mode", "cors", "live"}};

  put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TestResponse) first = ask (self, link, NULL, NULL);
    assert_redirect (first, page);
    g_autoptr (TestResponse) shown = ask (self, page, rows[i].name, rows[i].value);
    assert_body (shown, rows[i].body);
    g_assert_null (g_hash_table_lookup (shown->headers, "bulla-answer"));
    if (i >= 2)
      continue;
    for (guint j = 0; j < 2; j++) {
      g_autoptr (TestResponse) again = ask (self, page, NULL, NULL);
      assert_body (again, "live");
    }
  }
}

/* the redirect was not followed: what is typed, or linked elsewhere, is not it */
static void
test_one_view_elsewhere (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *list = test_server_url (self->aggregator, "/list");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = text ("live");
  const struct {
    const char *name, *value, *body;
  } rows[] = {{NULL, NULL, "live"},
              {"Sec-Fetch-Site", "none", "live"},
              {"Referer", "https://elsewhere.test/list", "live"},
              {"Referer", page, "live"},
              {"Referer", list, "<p>signed"}};

  put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TestResponse) first = ask (self, link, "Referer", list);
    assert_redirect (first, page);
    g_autoptr (TestResponse) other = ask (self, page, rows[i].name, rows[i].value);
    assert_body (other, rows[i].body);
  }
}

/* a fallback is asked for without packages once: what is typed later is not */
static void
test_one_view_fallback (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/old.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = text ("live");

  put_signed (self, self->aggregator, "/old.sxg", "/article", "<p>signed", 20);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  g_autoptr (TestResponse) first = ask (self, link, NULL, NULL);
  assert_redirect (first, page);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (TestResponse) shown = ask (self, page, NULL, NULL);
    assert_body (shown, "live");
    g_assert_cmpint (strstr (self->publisher->last_head, "signed-exchange") == NULL, ==, i == 0);
  }
}

/* where the profile says so, what is kept answers as often as asked; a hard reload does not get it
 */
static void
test_one_view_reuse (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaProfile) profile = test_bundle_profile ("request", "reuse=view");
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = text ("live");

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ONE_VIEW, NULL);
  put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  g_autoptr (TestResponse) first = ask (self, link, NULL, NULL);
  assert_redirect (first, page);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (TestResponse) shown = ask (self, page, NULL, NULL);
    assert_body (shown, "<p>signed");
  }
  g_autoptr (TestResponse) anew = ask (self, page, "Cache-Control", "no-cache");
  assert_body (anew, "live");
}

/* A browser that says no Sec-Fetch-Mode of its prefetches: what comes is kept for its page's link,
 * and is what the link leads to; it never counts as the navigation itself. */
static void
test_one_view_prefetch (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *list = test_server_url (self->aggregator, "/list");
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) listed = text ("list");

  gateway_world_put (self, self->aggregator, "/list", listed, "text/html");
  put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  g_autoptr (TestResponse) opened = ask (self, list, NULL, NULL);
  assert_body (opened, "list");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, link);
  soup_message_headers_append (soup_message_get_request_headers (message), "Sec-Purpose",
                               "prefetch");
  soup_message_headers_append (soup_message_get_request_headers (message), "Referer", list);
  g_autoptr (TestResponse) prefetched = test_send (self->client, message);
  g_assert_no_error (prefetched->error);
  g_assert_cmpuint (prefetched->status, ==, 200);
  g_autoptr (TestResponse) live = ask (self, page, NULL, NULL);
  g_assert_cmpuint (live->status, ==, 404);
  guint before = self->aggregator->n_requests;
  g_autoptr (TestResponse) led = ask (self, link, "Referer", list);
  assert_redirect (led, page);
  g_assert_cmpuint (self->aggregator->n_requests, ==, before);
  g_autoptr (TestResponse) shown = ask (self, page, "Referer", list);
  assert_body (shown, "<p>signed");
}

/* what such a browser prefetches of ordinary pages, it may show itself: nothing is taken from it */
static void
test_one_view_ordinary (GatewayWorld *self, gconstpointer data)
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
  g_autoptr (GBytes) live = text ("live");

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
    assert_body (response, "live");
    for (guint j = 0; j < G_N_ELEMENTS (kept); j++)
      g_assert_cmpstr (g_hash_table_lookup (response->headers, kept[j].name), ==, kept[j].value);
    g_assert_nonnull (strstr (self->publisher->last_head, "Cookie: c=d\n"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/reuse/" path, GatewayWorld, NULL, set_up, test, tear_down)
  ADD ("once", test_once);
  ADD ("frame-again", test_frame_again);
  ADD ("redirected", test_redirected);
  ADD ("fallback", test_fallback);
  ADD ("reuse-view", test_reuse_view);
  ADD ("views", test_views);
  ADD ("room", test_room);
  ADD ("pages", test_pages);
#undef ADD
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/reuse/" path, GatewayWorld, NULL, set_up_one_view, test, tear_down)
  ADD ("one-view", test_one_view);
  ADD ("one-view/fallback", test_one_view_fallback);
  ADD ("one-view/reuse-view", test_one_view_reuse);
  ADD ("one-view/elsewhere", test_one_view_elsewhere);
  ADD ("one-view/prefetch", test_one_view_prefetch);
  ADD ("one-view/ordinary", test_one_view_ordinary);
  return g_test_run ();
}
