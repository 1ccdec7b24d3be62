/* test-gateway-reuse.c - answers the history entries of a kept package from it, in one view only
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-stash.h"
#include "exchange-kit.h"
#include "test-bundle-world.h"

#define ONE "v=one; host=-; dest=navigation"
#define TWO "v=two; host=-; dest=navigation"
#define LINKED "v=one; host=publisher.test; dest=navigation"

/* Sends a hard reload, which @field announces. */
static TestResponse *
get_anew (GatewayWorld *self, const char *url, const char *field, const char *value)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);

  gateway_world_announce (self, self->token, message, LINKED);
  soup_message_headers_replace (soup_message_get_request_headers (message), field, value);
  return test_send (self->client, message);
}

/* later typed or linked navigations, and hard reloads, go to the publisher */
static void
test_once (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/article");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) entry = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (entry, "<p>signed");
  g_autoptr (TestResponse) typed = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (typed, "live");
  g_autoptr (TestResponse) linked = gateway_world_get (self, page, LINKED);
  exchange_kit_assert_body (linked, "live");
  g_autoptr (TestResponse) framed =
      gateway_world_get (self, page, "v=one; host=publisher.test; dest=frame");
  exchange_kit_assert_body (framed, "live");
  g_autoptr (TestResponse) clicked =
      gateway_world_again (self, page, LINKED, BULLA_NAVIGATION_LINK, entry);
  exchange_kit_assert_body (clicked, "live");
  g_autoptr (TestResponse) live_entry =
      gateway_world_again (self, page, LINKED, BULLA_NAVIGATION_BACK_FORWARD, typed);
  exchange_kit_assert_body (live_entry, "live");
  const char *const fields[][2] = {{"Cache-Control", "no-cache"}, {"Pragma", "no-cache"}};
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    bulla_gateway_expect_navigation (self->gateway, self->token, "one", page,
                                     BULLA_NAVIGATION_RELOAD,
                                     g_hash_table_lookup (entry->headers, "bulla-answer"));
    g_autoptr (TestResponse) anew = get_anew (self, page, fields[i][0], fields[i][1]);
    exchange_kit_assert_body (anew, "live");
  }
  /* as long as the history contains its entry */
  g_autoptr (TestResponse) back =
      gateway_world_again (self, page, LINKED, BULLA_NAVIGATION_BACK_FORWARD, entry);
  exchange_kit_assert_body (back, "<p>signed");
}

#define FRAME "v=one; host=aggregator.test; dest=frame"

/* makes the view show a live page of the aggregator */
static TestResponse *
show_page (GatewayWorld *self, const char *path)
{
  g_autofree char *url = test_server_url (self->aggregator, path);
  g_autoptr (GBytes) live = exchange_kit_text ("live");

  gateway_world_put (self, self->aggregator, path, live, "text/html");
  return gateway_world_get (self, url, ONE);
}

/* @shown: a page that show_page() has shown before */
static TestResponse *
go_back (GatewayWorld *self, const char *path, const TestResponse *shown)
{
  g_autofree char *url = test_server_url (self->aggregator, path);

  return gateway_world_again (self, url, LINKED, BULLA_NAVIGATION_BACK_FORWARD, shown);
}

/* an exchange in a frame is shown again with the frame, and answers no other navigation */
static void
test_frame_again (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (TestResponse) around = show_page (self, "/");
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/article");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, FRAME);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) shown = gateway_world_get (self, page, FRAME);
  exchange_kit_assert_body (shown, "<p>signed");
  g_autoptr (TestResponse) reloaded =
      gateway_world_again (self, page, FRAME, BULLA_NAVIGATION_RELOAD, shown);
  exchange_kit_assert_body (reloaded, "<p>signed");
  g_autoptr (TestResponse) back =
      gateway_world_again (self, page, FRAME, BULLA_NAVIGATION_BACK_FORWARD, shown);
  exchange_kit_assert_body (back, "<p>signed");
  g_autoptr (TestResponse) whole =
      gateway_world_again (self, page, LINKED, BULLA_NAVIGATION_RELOAD, first);
  exchange_kit_assert_body (whole, "live");
  g_autoptr (TestResponse) linked = gateway_world_get (self, page, FRAME);
  exchange_kit_assert_body (linked, "live");
  g_autoptr (TestResponse) live_again =
      gateway_world_again (self, page, FRAME, BULLA_NAVIGATION_RELOAD, linked);
  exchange_kit_assert_body (live_again, "live");
}

/* Contents of a page's frame do not reappear in a frame of another page; each page keeps its own,
 * however often it is shown again. */
static void
test_frames_of_pages (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (GBytes) live = exchange_kit_text ("live");

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  g_autoptr (TestResponse) home = show_page (self, "/home");
  g_autoptr (TestResponse) plain = gateway_world_get (self, page, FRAME);
  exchange_kit_assert_body (plain, "live");
  g_autoptr (TestResponse) other = show_page (self, "/other");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, FRAME);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) framed = gateway_world_get (self, page, FRAME);
  exchange_kit_assert_body (framed, "<p>signed");
  g_autoptr (TestResponse) third = show_page (self, "/home"); /* another entry of the same page */
  const struct {
    const char *path;
    const TestResponse *shown;
    const char *body;
  } rows[] = {{"/home", home, "live"}, {"/other", other, "<p>signed"}, {"/home", third, "live"}};
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TestResponse) back = go_back (self, rows[i].path, rows[i].shown);
    g_autoptr (TestResponse) one =
        gateway_world_again (self, page, FRAME, BULLA_NAVIGATION_BACK_FORWARD, back);
    exchange_kit_assert_body (one, rows[i].body);
    g_autoptr (TestResponse) once_more = go_back (self, rows[i].path, back);
    g_autoptr (TestResponse) two =
        gateway_world_again (self, page, FRAME, BULLA_NAVIGATION_RELOAD, once_more);
    exchange_kit_assert_body (two, rows[i].body);
  }
  /* from WebKit's cache, without a request */
  bulla_gateway_note_shown (self->gateway, self->token, "one",
                            g_hash_table_lookup (other->headers, "bulla-answer"));
  g_autoptr (TestResponse) cached =
      gateway_world_again (self, page, FRAME, BULLA_NAVIGATION_BACK_FORWARD, other);
  exchange_kit_assert_body (cached, "<p>signed");
}

/* announcing a frame's answer as that of the main page, or as the shown one, has no effect */
static void
test_frame_as_page (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autoptr (TestResponse) around = show_page (self, "/");

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/article");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, FRAME);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) framed = gateway_world_get (self, page, FRAME);
  exchange_kit_assert_body (framed, "<p>signed");
  g_autoptr (TestResponse) whole =
      gateway_world_again (self, page, LINKED, BULLA_NAVIGATION_BACK_FORWARD, framed);
  exchange_kit_assert_body (whole, "live");
  bulla_gateway_note_shown (self->gateway, self->token, "one",
                            g_hash_table_lookup (framed->headers, "bulla-answer"));
  g_autoptr (TestResponse) inner = gateway_world_again (
      self, page, "v=one; host=publisher.test; dest=frame", BULLA_NAVIGATION_RELOAD, framed);
  exchange_kit_assert_body (inner, "live");
}

/* a redirect is followed only once, and only by its initiator */
static void
test_redirected (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *other = test_server_url (self->aggregator, "/other");

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/article");
  const struct {
    const char *from, *body;
  } rows[] = {{other, "live"}, {link, "<p>signed"}, {link, "live"}};
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gateway_world_redirect (self, self->token, "one", page, rows[i].from);
    g_autoptr (TestResponse) shown = gateway_world_get (self, page, ONE);
    exchange_kit_assert_body (shown, rows[i].body);
  }
}

/* only the redirect of a package's fallback is followed without accepting packages, and has that
 * package as its cause */
static void
test_fallback (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/old.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *other = test_server_url (self->aggregator, "/other");
  static const char *const who[] = {"v=one; host=-; dest=frame", ONE};

  exchange_kit_put_signed (self, self->aggregator, "/old.sxg", "/article", "<p>signed", 20);
  gateway_world_put_live (self, "/article");
  for (guint i = 0; i < G_N_ELEMENTS (who); i++) {
    const struct {
      const char *from, *who;
      gboolean plain;
    } rows[] = {{NULL, ONE, FALSE}, /* a typed navigation follows no fallback */
                {other, ONE, FALSE},  {other, who[0], FALSE}, {link, who[1 - i], FALSE},
                {link, who[i], TRUE}, {link, who[i], FALSE}};
    g_autoptr (TestResponse) first = gateway_world_get (self, link, who[i]);
    exchange_kit_assert_redirect (first, page);
    for (guint j = 0; j < G_N_ELEMENTS (rows); j++) {
      gateway_world_redirect (self, self->token, "one", page, rows[j].from);
      g_autoptr (TestResponse) shown = gateway_world_get (self, page, rows[j].who);
      exchange_kit_assert_body (shown, "live");
      g_assert_cmpint (strstr (self->publisher->last_head, "signed-exchange") == NULL, ==,
                       rows[j].plain);
    }
  }
}

/* with that setting, the package answers all requests of the view for its URL */
static void
test_reuse_view (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaProfile) parent = bulla_profile_load ("draft-b3", NULL);
  g_autoptr (BullaProfile) profile = bulla_profile_parse (
      "[profile]\nname=own\ninherits=draft-b3\n[request]\nreuse=view\n", parent, NULL);
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/article");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  const struct {
    const char *tag, *body;
  } rows[] = {{ONE, "<p>signed"}, {ONE, "<p>signed"}, {LINKED, "<p>signed"}, {TWO, "live"}};
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TestResponse) shown = gateway_world_get (self, page, rows[i].tag);
    exchange_kit_assert_body (shown, rows[i].body);
  }
  g_autoptr (TestResponse) anew = get_anew (self, page, "Cache-Control", "no-cache");
  exchange_kit_assert_body (anew, "live");
}

/* an exchange is used only by the view that fetched it, not by another or an unknown one */
static void
test_views (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/article");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  const char *const others[] = {TWO, NULL, "v=; host=-; dest=navigation", "v=*; dest=navigation",
                                "v=one; dest=subresource"};
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autoptr (TestResponse) other = gateway_world_get (self, page, others[i]);
    exchange_kit_assert_body (other, "live");
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
  exchange_kit_assert_body (elsewhere, "live");
  g_autoptr (TestResponse) own = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (own, "<p>signed");
}

/* --- quota */

/* each view has its own quota */
static void
test_room (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *first_of_two = test_server_url (self->publisher, "/0");

  exchange_kit_put_signed (self, self->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (self, "/0");
  g_autoptr (TestResponse) first = gateway_world_get (self, link, ONE);
  exchange_kit_assert_redirect (first, page);
  for (guint i = 0; i <= BULLA_STASH_ENTRIES_MAX; i++) {
    g_autofree char *at = g_strdup_printf ("/%u.sxg", i);
    g_autofree char *path = g_strdup_printf ("/%u", i);
    g_autofree char *url = test_server_url (self->aggregator, at);
    g_autofree char *location = test_server_url (self->publisher, path);
    exchange_kit_put_signed (self, self->aggregator, at, path, "<p>other", 0);
    g_autoptr (TestResponse) other =
        gateway_world_get (self, url, "v=two; host=aggregator.test; dest=frame");
    exchange_kit_assert_redirect (other, location);
  }
  g_autoptr (TestResponse) gone =
      gateway_world_get (self, first_of_two, "v=two; host=aggregator.test; dest=frame");
  exchange_kit_assert_body (gone, "live"); /* the exchanges of frames displaced each other only */
  g_autoptr (TestResponse) own = gateway_world_get (self, page, ONE);
  exchange_kit_assert_body (own, "<p>signed");
}

/* same for pages and their bundles */
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

  test_bundle_put (self, self->aggregator, "/a.wbn", bundle);
  gateway_world_put_live (self, "/frame");
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/reuse/" path, GatewayWorld, NULL, gateway_world_set_up_announced, test,    \
              gateway_world_tear_down)
  ADD ("once", test_once);
  ADD ("frame-again", test_frame_again);
  ADD ("frames-of-pages", test_frames_of_pages);
  ADD ("frame-as-page", test_frame_as_page);
  ADD ("redirected", test_redirected);
  ADD ("fallback", test_fallback);
  ADD ("reuse-view", test_reuse_view);
  ADD ("views", test_views);
  ADD ("room", test_room);
  ADD ("pages", test_pages);
  return g_test_run ();
}
