/* test-gateway-bundle.c - serves web bundles through the gateway in their signers' origins
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bundle-world.h"

#define ONE "v=one; host=-; dest=navigation"
#define TWO "v=two; host=-; dest=navigation"
#define LINKED "v=one; host=publisher.test; dest=navigation"
#define RESOURCE "v=one; host=publisher.test; dest=subresource"
#define JUST_NOW (self->world->now - 60)

static const TestResource resources[] = {
    {"/article", "text/html", "<p>bundled", TRUE},
    {"/style.css", "text/css", "p { color: red }", TRUE},
    {"/next", "text/html", "<p>next", TRUE},
    {"/free.js", "text/javascript", "free ()", FALSE},
};

/* Serves https://aggregator.test/a.wbn, and the same pages live. */
static void
put_bundle (GatewayWorld *self, BullaBundleFormat format, gint64 date)
{
  g_autoptr (BullaBundleWriter) writer = test_bundle_writer (
      self, format, resources, G_N_ELEMENTS (resources), date, "x-signed", "yes");
  g_autoptr (GBytes) bundle = test_bundle_write (writer);

  test_bundle_put (self, self->aggregator, "/a.wbn", bundle);
  for (guint i = 0; i < G_N_ELEMENTS (resources); i++)
    gateway_world_put_live (self, resources[i].path);
}

/* @referrer: (nullable): path of the requesting page of the publisher */
static TestResponse *
get_for (GatewayWorld *self, const char *path, const char *tag, const char *referrer)
{
  g_autofree char *url = test_server_url (self->publisher, path);
  g_autofree char *page = test_server_url (self->publisher, referrer);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Accept", "*/*");
  gateway_world_announce (self, self->token, message, tag);
  soup_message_headers_replace (headers, "Referer", page);
  return test_send (self->client, message);
}

/* The page, its subresources and its links are served from the bundle, without contacting the
 * publisher. */
static void
test_substituted (GatewayWorld *self, gconstpointer data)
{
  put_bundle (self, GPOINTER_TO_UINT (data), JUST_NOW);
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  g_autofree char *url = test_server_url (self->publisher, "/article");
  g_autoptr (TestResponse) shown = gateway_world_get (self, url, ONE);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (TestResponse) page =
        gateway_world_again (self, url, LINKED, BULLA_NAVIGATION_RELOAD, shown);
    g_assert_cmpstr (page->body, ==, "<p>bundled");
    g_assert_cmpstr (g_hash_table_lookup (page->headers, "x-signed"), ==, "yes");
    g_assert_cmpstr (g_hash_table_lookup (page->headers, "cache-control"), ==, "no-store");
    g_assert_cmpstr (g_hash_table_lookup (page->headers, "x-content-type-options"), ==, "nosniff");
    g_assert_null (g_hash_table_lookup (page->headers, "content-encoding"));
    test_bundle_assert_body (self, "/style.css", RESOURCE, "p { color: red }");
  }
  test_bundle_assert_body (self, "/next", LINKED, "<p>next");
  test_bundle_assert_body (self, "/style.css", RESOURCE, "p { color: red }");
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  g_assert_cmpuint (self->aggregator->n_requests, ==, 1);
  g_assert_cmpstr (self->events->str, ==,
                   "bundle one substitute\n"
                   "served one\n"
                   "served one\nresource one /style.css\n"
                   "served one\nresource one /style.css\n"
                   "served one\nresource one /style.css\n");
  /* Other navigations get the live page, and nothing from the bundle. */
  test_bundle_assert_body (self, "/article", ONE, "live");
  test_bundle_assert_body (self, "/style.css", RESOURCE, "live");
}

/* unsigned resources, and URLs that are not in the bundle, are fetched from the network */
static void
test_unvouched (GatewayWorld *self, gconstpointer data)
{
  put_bundle (self, BULLA_BUNDLE_FORMAT_B2, JUST_NOW);
  gateway_world_put_live (self, "/other.js");
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  test_bundle_assert_body (self, "/free.js", RESOURCE, "live");
  test_bundle_assert_body (self, "/other.js", RESOURCE, "live");
  test_bundle_assert_body (self, "/free.js", ONE, "live");
  g_assert_cmpuint (self->publisher->n_requests, ==, 3);
}

/* a bundle is used only by the view that fetched it, and by its own pages */
static void
test_live_pages (GatewayWorld *self, gconstpointer data)
{
  put_bundle (self, BULLA_BUNDLE_FORMAT_B2, JUST_NOW);
  gateway_world_put_live (self, "/live");
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", TWO, "live");
  test_bundle_assert_body (self, "/style.css", "v=two; host=publisher.test; dest=subresource",
                           "live");
  test_bundle_assert_body (self, "/style.css", "host=publisher.test; dest=subresource", "live");
  test_bundle_assert_body (self, "/style.css", RESOURCE, "live"); /* its page is not shown yet */
  g_autoptr (TestResponse) bundled = test_bundle_get (self, self->publisher, "/article", ONE);
  g_assert_cmpstr (bundled->body, ==, "<p>bundled");
  test_bundle_assert_body (self, "/style.css", RESOURCE, "p { color: red }");
  test_bundle_assert_body (self, "/style.css", "v=one; host=aggregator.test; dest=subresource",
                           "live");
  test_bundle_assert_body (self, "/live", ONE, "live");
  test_bundle_assert_body (self, "/style.css", RESOURCE, "live");
  /* a page can set any referrer of its origin, so the shown page decides */
  for (guint i = 0; i < 2; i++) {
    const char *body = i == 0 ? "live" : "p { color: red }";
    g_autoptr (TestResponse) as_bundled = get_for (self, "/style.css", RESOURCE, "/article");
    g_assert_cmpstr (as_bundled->body, ==, body);
    g_autoptr (TestResponse) as_live = get_for (self, "/style.css", RESOURCE, "/live");
    g_assert_cmpstr (as_live->body, ==, body);
    bulla_gateway_note_shown (self->gateway, self->token, "one", /* shown by the history */
                              g_hash_table_lookup (bundled->headers, "bulla-answer"));
  }
  bulla_gateway_note_shown (self->gateway, self->token, "one", NULL);
  test_bundle_assert_body (self, "/style.css", RESOURCE, "live");
}

static void
test_load_live (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *page = test_server_url (self->publisher, "/article");

  put_bundle (self, BULLA_BUNDLE_FORMAT_B2, JUST_NOW);
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  g_assert_true (bulla_gateway_load_live (self->gateway, self->token, "one", page));
  test_bundle_assert_body (self, "/article", ONE, "live");
  g_assert_null (strstr (self->publisher->last_head, "webbundle"));
  test_bundle_assert_body (self, "/style.css", RESOURCE, "live");
  test_bundle_assert_body (self, "/next", ONE, "live"); /* the whole bundle was dropped */
  g_assert_false (bulla_gateway_load_live (self->gateway, self->token, "one", page));
}

/* new pages use the newer version; the shown page continues to use the older one */
static void
test_versions (GatewayWorld *self, gconstpointer data)
{
  static const TestResource newer[] = {
      {"/article", "text/html", "<p>newer", TRUE},
      {"/style.css", "text/css", "p { color: blue }", TRUE},
  };

  put_bundle (self, BULLA_BUNDLE_FORMAT_B2, JUST_NOW);
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  test_bundle_assert_body (self, "/next", "v=one; host=publisher.test; dest=frame", "<p>next");
  g_autoptr (BullaBundleWriter) writer = test_bundle_writer (
      self, BULLA_BUNDLE_FORMAT_B2, newer, G_N_ELEMENTS (newer), self->world->now - 30, NULL, NULL);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  test_bundle_put (self, self->aggregator, "/b.wbn", bundle);
  test_bundle_assert_redirect (self, self->aggregator, "/b.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/style.css", RESOURCE, "p { color: red }");
  g_autoptr (TestResponse) frame =
      get_for (self, "/next", "v=one; host=publisher.test; dest=frame", "/article");
  g_assert_cmpstr (frame->body, ==, "<p>next");
  test_bundle_assert_body (self, "/next", ONE, "live"); /* the whole older version was dropped */
  test_bundle_assert_body (self, "/article", ONE, "<p>newer");
  test_bundle_assert_body (self, "/style.css", RESOURCE, "p { color: blue }");
}

/* a bundle with responses of two versions: the page gets those that its own signature covers */
static void
test_mixed (GatewayWorld *self, gconstpointer data)
{
  static const TestResource page[] = {{"/article", "text/html", "<p>newer", TRUE}};
  g_autofree char *article = test_server_url (self->publisher, "/article");
  g_autofree char *script = test_server_url (self->publisher, "/script.js");
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, page, 1, JUST_NOW, NULL, NULL);
  guint response = bulla_bundle_writer_add_response (writer, 200);
  g_autoptr (GBytes) body = g_bytes_new ("one ()", 6);

  /* the page's subset lacks /script.js; both subsets cover the page itself */
  bulla_bundle_writer_add_header (writer, response, "content-type", "text/javascript");
  bulla_bundle_writer_set_body (writer, response, body);
  bulla_bundle_writer_add_url (writer, script, response);
  guint other = test_bundle_add_subset (self, writer, JUST_NOW - 3600);
  bulla_bundle_writer_cover (writer, other, script);
  bulla_bundle_writer_cover (writer, other, article);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  test_bundle_put (self, self->aggregator, "/two.wbn", bundle);
  gateway_world_put_live (self, "/script.js");
  test_bundle_assert_redirect (self, self->aggregator, "/two.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>newer");
  test_bundle_assert_body (self, "/script.js", RESOURCE, "one ()");
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* a style sheet with a flipped bit is refused, and not fetched from the network */
static void
test_tampered (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, resources, G_N_ELEMENTS (resources),
                          JUST_NOW, "x-signed", "yes");
  g_autoptr (GBytes) good = test_bundle_write (writer);
  g_autoptr (GBytes) bundle = test_bundle_spoil (good, "p { color");

  put_bundle (self, BULLA_BUNDLE_FORMAT_B2, JUST_NOW);
  test_bundle_put (self, self->aggregator, "/bad.wbn", bundle);
  test_bundle_assert_redirect (self, self->aggregator, "/bad.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  test_bundle_assert_closed (self, self->publisher, "/style.css", RESOURCE);
  g_assert_nonnull (strstr (self->events->str, "truncated one\n"));
  g_string_truncate (self->events, 0);
  test_bundle_assert_closed (self, self->publisher, "/style.css", RESOURCE);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* another version of the page, with different signed headers */
static void
test_tampered_headers (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, resources, 2, JUST_NOW, "x-signed", "once");
  g_autoptr (GBytes) good = test_bundle_write (writer);
  g_autoptr (GBytes) bundle = test_bundle_spoil (good, "once");

  /* flips a bit of the last response, the style sheet */
  put_bundle (self, BULLA_BUNDLE_FORMAT_B2, JUST_NOW);
  test_bundle_put (self, self->aggregator, "/bad.wbn", bundle);
  test_bundle_assert_redirect (self, self->aggregator, "/bad.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  test_bundle_assert_closed (self, self->publisher, "/style.css", RESOURCE);
  g_assert_true (g_str_has_suffix (self->events->str, "refused one package\n"));
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* A kept bundle is judged at each request. Once its signature has expired, the live page is
 * fetched, and the shown page gets no more responses from the bundle. */
static void
test_expired (GatewayWorld *self, gconstpointer data)
{
  put_bundle (self, BULLA_BUNDLE_FORMAT_B2, JUST_NOW - 6 * TEST_DAY);
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  bulla_loader_set_time (self->loader, self->world->now + 2 * TEST_DAY);
  test_bundle_assert_closed (self, self->publisher, "/style.css", RESOURCE);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  test_bundle_assert_body (self, "/article", ONE, "live");
  test_bundle_assert_body (self, "/style.css", RESOURCE, "live");
  g_autoptr (TestResponse) link = test_bundle_get (self, self->aggregator, "/a.wbn", ONE);
  g_assert_nonnull (link->error);
  g_assert_true (g_str_has_suffix (self->events->str, "bundle one separate-origin\n"
                                                      "separate one -\n"));
}

/* if the network fails, a kept bundle may be shown in its own origin */
static void
test_expired_offline (GatewayWorld *self, gconstpointer data)
{
  put_bundle (self, BULLA_BUNDLE_FORMAT_B2, JUST_NOW - 6 * TEST_DAY);
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  bulla_loader_set_time (self->loader, self->world->now + 2 * TEST_DAY);
  soup_server_disconnect (self->publisher->soup);
  test_bundle_assert_closed (self, self->publisher, "/article", ONE);
  g_assert_true (g_str_has_suffix (self->events->str, "separate one /article\n"));
}

static void
test_methods (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *style = test_server_url (self->publisher, "/style.css");

  const struct {
    const char *method, *body;
  } rows[] = {{"HEAD", ""}, {"POST", "live"}, {"DELETE", "live"}};

  put_bundle (self, BULLA_BUNDLE_FORMAT_B2, JUST_NOW);
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (SoupMessage) message = soup_message_new (rows[i].method, style);
    gateway_world_announce (self, self->token, message, RESOURCE);
    g_autoptr (TestResponse) response = test_send (self->client, message);
    g_assert_no_error (response->error);
    g_assert_cmpstr (response->body, ==, rows[i].body);
    g_assert_cmpuint (self->publisher->n_requests, ==, i);
  }
  g_autoptr (SoupMessage) part = soup_message_new ("GET", style);
  gateway_world_announce (self, self->token, part, RESOURCE);
  soup_message_headers_replace (soup_message_get_request_headers (part), "Range", "bytes=2-3");
  g_autoptr (TestResponse) whole = test_send (self->client, part);
  g_assert_cmpuint (whole->status, ==, 200);
  g_assert_cmpstr (whole->body, ==, "p { color: red }");
}

/* of an exchange and a bundle for one page, the newer one is used, and a page never mixes both */
static void
test_with_exchange (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GBytes) body = g_bytes_new ("<p>exchanged", 12);
  g_autoptr (GBytes) exchange =
      gateway_world_sign (self, "/article", NULL, NULL, body, JUST_NOW, FALSE);

  gateway_world_put_exchange (self, self->aggregator, "/a.sxg", exchange);
  put_bundle (self, BULLA_BUNDLE_FORMAT_B2, JUST_NOW);
  test_bundle_assert_redirect (self, self->aggregator, "/a.sxg", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>exchanged");
  test_bundle_assert_body (self, "/style.css", RESOURCE, "live");
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  test_bundle_assert_body (self, "/style.css", RESOURCE, "p { color: red }");
  test_bundle_assert_redirect (self, self->aggregator, "/a.sxg", ONE, "/article");
  g_autoptr (TestResponse) linked =
      get_for (self, "/article", "v=one; host=aggregator.test; dest=navigation", "/");
  g_assert_cmpstr (linked->body, ==, "<p>exchanged");
  test_bundle_assert_body (self, "/style.css", RESOURCE, "live");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, test)                                                                      \
  g_test_add ("/gateway/bundle/" path, GatewayWorld, GUINT_TO_POINTER (data),                      \
              gateway_world_set_up_announced, test, gateway_world_tear_down)
  ADD ("substituted/b1", BULLA_BUNDLE_FORMAT_B1, test_substituted);
  ADD ("substituted/b2", BULLA_BUNDLE_FORMAT_B2, test_substituted);
  ADD ("unvouched", 0, test_unvouched);
  ADD ("live-pages", 0, test_live_pages);
  ADD ("load-live", 0, test_load_live);
  ADD ("versions", 0, test_versions);
  ADD ("mixed", 0, test_mixed);
  ADD ("tampered", 0, test_tampered);
  ADD ("tampered-headers", 0, test_tampered_headers);
  ADD ("expired", 0, test_expired);
  ADD ("expired-offline", 0, test_expired_offline);
  ADD ("methods", 0, test_methods);
  ADD ("with-exchange", 0, test_with_exchange);
  return g_test_run ();
}
