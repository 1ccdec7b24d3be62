/* test-gateway-speculation.c - answers speculative requests of a browser without announcements
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "announce-kit.h"
#include "test-bundle-world.h"

#define NAVIGATION "Sec-Fetch-Mode: navigate\nSec-Fetch-Dest: document"
#define FRAME "Sec-Fetch-Mode: navigate\nSec-Fetch-Dest: iframe"
#define PART "Sec-Fetch-Mode: no-cors\nSec-Fetch-Dest: script"
#define PREFETCH "\nSec-Purpose: prefetch"

static void
set_up (GatewayWorld *self, gconstpointer data)
{
  static const TestResource resources[] = {
      {"/article", "text/html", "signed", TRUE},
      {"/next", "text/html", "signed", TRUE},
      {"/data", "text/plain", "signed", TRUE},
  };

  gateway_world_set_up (self, BULLA_GATEWAY_ONE_VIEW, NULL);
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, resources, G_N_ELEMENTS (resources),
                          self->world->now - 60, NULL, NULL);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  test_bundle_put (self, self->aggregator, "/a.wbn", bundle);
  for (guint i = 0; i < G_N_ELEMENTS (resources); i++)
    gateway_world_put_live (self, resources[i].path);
}

/* @referrer: path of the requesting page; @fields: one `name: value` per line */
static TestResponse *
send_request (GatewayWorld *self, const char *method, TestServer *server, const char *path,
              TestServer *initiator, const char *referrer, const char *fields)
{
  g_autofree char *url = test_server_url (server, path);
  g_autofree char *from = test_server_url (initiator, referrer);
  g_autofree char *all = g_strdup_printf ("%s\nReferer: %s", fields, from);

  return announce_kit_ask (self, method, url, NULL, all);
}

/* Navigates to the bundle's page from a list on the aggregator. Returns: the response after
 * redirects */
static TestResponse *
follow_bundle (GatewayWorld *self, const char *fields)
{
  g_autoptr (TestResponse) first =
      send_request (self, "GET", self->aggregator, "/a.wbn", self->aggregator, "/list", fields);

  g_assert_cmpuint (first->status, ==, 303);
  return send_request (self, "GET", self->publisher, "/article", self->aggregator, "/list", fields);
}

static void
show_bundle (GatewayWorld *self)
{
  g_autoptr (TestResponse) page = follow_bundle (self, NAVIGATION);

  g_assert_cmpstr (page->body, ==, "signed");
}

static void
show_live (GatewayWorld *self)
{
  g_autoptr (TestResponse) page =
      send_request (self, "GET", self->publisher, "/article", self->publisher, "/",
                    NAVIGATION "\nCache-Control: no-cache");

  g_assert_cmpstr (page->body, ==, "live");
}

/* Sends a request of the page at /article. */
static void
assert_part (GatewayWorld *self, const char *body)
{
  g_autoptr (TestResponse) part =
      send_request (self, "GET", self->publisher, "/data", self->publisher, "/article", PART);

  g_assert_cmpstr (part->body, ==, body);
}

/* a link to a bundle is prefetched without contacting its publisher, as for exchanges */
static void
test_bundle (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (TestResponse) page = follow_bundle (self, NAVIGATION PREFETCH);

  g_assert_cmpstr (page->body, ==, "signed");
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  assert_part (self, "signed"); /* the browser may show it now */
  /* A stale prefetch contacts no server. */
  g_autoptr (TestResponse) first = send_request (self, "GET", self->aggregator, "/a.wbn",
                                                 self->aggregator, "/list", NAVIGATION PREFETCH);
  g_assert_cmpuint (first->status, ==, 303);
  bulla_loader_set_time (self->loader, self->world->now + 8 * TEST_DAY);
  g_autoptr (TestResponse) refused = send_request (self, "GET", self->publisher, "/article",
                                                   self->aggregator, "/list", NAVIGATION PREFETCH);
  g_assert_nonnull (refused->error);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* prefetches of a bundle's page, and of a page shown before the click, are answered from its
 * bundle */
static void
test_by_bundle (GatewayWorld *self, gconstpointer data)
{
  static const struct {
    const char *path, *fields;
  } rows[] = {
      {"/data", PART},
      {"/data", "Sec-Fetch-Mode: no-cors\nSec-Fetch-Dest: empty" PREFETCH},
      {"/data", PART PREFETCH ";prerender"},
      {"/data", "Sec-Fetch-Dest: empty" PREFETCH},
      {"/next", FRAME PREFETCH ";prerender"},
      {"/next", NAVIGATION PREFETCH},
      {"/next", NAVIGATION},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    show_bundle (self);
    g_autoptr (TestResponse) response = send_request (self, "GET", self->publisher, rows[i].path,
                                                      self->publisher, "/article", rows[i].fields);
    g_assert_cmpstr (response->body, ==, "signed");
  }
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  g_autoptr (TestResponse) other = send_request (self, "GET", self->publisher, "/data",
                                                 self->aggregator, "/list", PART PREFETCH);
  g_assert_cmpstr (other->body, ==, "live"); /* the page is not from a bundle */
}

/* responses that are not shown, or only in a frame, change no page's parts */
static void
test_parts (GatewayWorld *self, gconstpointer data)
{
  static const struct {
    const char *method, *fields;
  } rows[] = {
      {"GET", NAVIGATION PREFETCH},
      {"GET", FRAME PREFETCH},
      {"GET", FRAME},
      {"HEAD", NAVIGATION},
      {"HEAD", "Accept: */*"},
      {"GET", "Accept: */*\nRange: bytes=0-1"},
      {"POST", FRAME},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    show_bundle (self);
    g_autoptr (TestResponse) response =
        send_request (self, rows[i].method, self->publisher, "/article", self->aggregator, "/list",
                      rows[i].fields);
    g_assert_no_error (response->error);
    assert_part (self, "signed");
  }
  show_live (self);
  assert_part (self, "live");
  for (guint i = 0; i < 3; i++) {
    g_autoptr (TestResponse) page = follow_bundle (self, rows[i].fields);
    g_assert_cmpstr (page->body, ==, "signed");
    assert_part (self, "live");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/speculation/" path, GatewayWorld, NULL, set_up, test,                      \
              gateway_world_tear_down)
  ADD ("bundle", test_bundle);
  ADD ("by-bundle", test_by_bundle);
  ADD ("parts", test_parts);
  return g_test_run ();
}
