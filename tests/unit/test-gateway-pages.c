/* test-gateway-pages.c - checks that all documents and workers of a bundle's page get its responses
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bundle-world.h"

#define ONE "v=one; host=-; dest=navigation"
#define FRAME "v=one; host=aggregator.test; dest=frame"
#define OWN_FRAME "v=one; host=publisher.test; dest=frame"
#define PART "v=one; host=publisher.test; dest=subresource"
#define FRAMED_PART "v=one; host=aggregator.test; dest=subresource"
#define SIGNED "signed"

static const TestResource resources[] = {
    {"/article", "text/html", "<p>bundled", TRUE},
    {"/data", "text/plain", SIGNED, TRUE},
};

static void
set_up (GatewayWorld *self, gconstpointer data)
{
  gateway_world_set_up (self, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, resources, G_N_ELEMENTS (resources),
                          self->world->now - 60, NULL, NULL);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  g_autoptr (GBytes) page = g_bytes_new_static ("page", 4);
  test_bundle_put (self, self->aggregator, "/a.wbn", bundle);
  gateway_world_put (self, self->aggregator, "/around", page, "text/html");
  gateway_world_put_live (self, "/article");
  gateway_world_put_live (self, "/data");
  gateway_world_put_live (self, "/live");
}

/* @fields: one `name: value` per line */
static void
assert_data (GatewayWorld *self, const char *tag, const char *fields, const char *body)
{
  g_autofree char *url = test_server_url (self->publisher, "/data");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_auto (GStrv) lines = g_strsplit (fields, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) field = g_strsplit (lines[i], ": ", 2);
    if (field[0] != NULL && field[1] != NULL)
      soup_message_headers_replace (headers, field[0], field[1]);
  }
  if (tag != NULL)
    gateway_world_announce (self, self->token, message, tag);
  g_autoptr (TestResponse) response = test_send (self->client, message);
  if (body == NULL) {
    g_assert_nonnull (response->error);
    return;
  }
  g_assert_no_error (response->error);
  g_assert_cmpstr (response->body, ==, body);
}

/* whichever address of its origin a document names, or if it names none */
static void
assert_all_data (GatewayWorld *self, const char *tag, const char *body)
{
  static const char *const paths[] = {"/article", "/live", "/pushed/state", "/"};

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *url = test_server_url (self->publisher, paths[i]);
    g_autofree char *fields = g_strconcat ("Referer: ", url, NULL);
    assert_data (self, tag, fields, body);
  }
  assert_data (self, tag, "Sec-Fetch-Site: same-origin", body);
}

static void
show_bundle (GatewayWorld *self, const char *tag)
{
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", tag, "/article");
  test_bundle_assert_body (self, "/article", tag, "<p>bundled");
}

static void
test_whole (GatewayWorld *self, gconstpointer data)
{
  show_bundle (self, ONE);
  assert_all_data (self, PART, SIGNED);
  test_bundle_assert_body (self, "/live", OWN_FRAME, "live");
  assert_all_data (self, PART, SIGNED);
  g_assert_cmpuint (self->publisher->n_requests, ==, 1);
  test_bundle_assert_body (self, "/live", ONE, "live");
  assert_all_data (self, PART, "live");
}

/* another document of the same origin beside it, and more documents than the gateway records */
static void
test_framed (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *around = test_server_url (self->aggregator, "/around");
  g_autofree char *referrer = g_strconcat ("Referer: ", around, NULL);
  g_autoptr (TestResponse) page = gateway_world_get (self, around, ONE);

  g_assert_cmpstr (page->body, ==, "page");
  show_bundle (self, FRAME);
  for (guint i = 0; i < 600; i++) {
    if (i % 150 == 0)
      assert_all_data (self, FRAMED_PART, SIGNED);
    test_bundle_assert_body (self, i % 2 == 0 ? "/article" : "/live", FRAME, "live");
  }
  assert_all_data (self, FRAMED_PART, SIGNED);
  assert_data (self, FRAMED_PART, referrer, "live"); /* for the page around it, which is live */
  g_autoptr (TestResponse) again = gateway_world_get (self, around, ONE);
  g_assert_cmpstr (again->body, ==, "page");
  assert_all_data (self, FRAMED_PART, "live");
}

/* A frame of a page from a bundle is restored from that bundle, even if another page had another
 * version there; so is a frame that the page did not have before. */
static void
test_frames_again (GatewayWorld *self, gconstpointer data)
{
  static const char BACK[] = "v=one; host=aggregator.test; dest=navigation";
  const BullaNavigationKind kinds[] = {BULLA_NAVIGATION_BACK_FORWARD, BULLA_NAVIGATION_RELOAD};
  g_autofree char *around = test_server_url (self->aggregator, "/around");
  g_autofree char *article = test_server_url (self->publisher, "/article");
  g_autofree char *data_url = test_server_url (self->publisher, "/data");

  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  g_autoptr (TestResponse) shown = gateway_world_get (self, article, ONE);
  g_assert_cmpstr (shown->body, ==, "<p>bundled");
  g_autoptr (TestResponse) other = gateway_world_get (self, around, ONE);
  g_assert_cmpstr (other->body, ==, "page");
  test_bundle_assert_body (self, "/data", FRAME, "live");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (TestResponse) back = gateway_world_again (self, article, BACK, kinds[i], shown);
    g_assert_cmpstr (back->body, ==, "<p>bundled");
    g_autoptr (TestResponse) framed =
        gateway_world_again (self, data_url, OWN_FRAME, kinds[i], back);
    g_assert_cmpstr (framed->body, ==, SIGNED);
  }
  g_autoptr (TestResponse) forward =
      gateway_world_again (self, around, BACK, BULLA_NAVIGATION_BACK_FORWARD, other);
  g_autoptr (TestResponse) live =
      gateway_world_again (self, data_url, FRAME, BULLA_NAVIGATION_BACK_FORWARD, forward);
  g_assert_cmpstr (live->body, ==, "live");
}

/* two frames, each from its own bundle: each continues to use its bundle */
static void
test_two_bundles (GatewayWorld *self, gconstpointer data)
{
  static const TestResource others[] = {
      {"/other", "text/html", "<p>other", TRUE},
      {"/data", "text/plain", "newer", TRUE},
  };
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, others, G_N_ELEMENTS (others),
                          self->world->now - 30, NULL, NULL);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  g_autofree char *around = test_server_url (self->aggregator, "/around");
  g_autofree char *older = test_server_url (self->publisher, "/article");
  g_autofree char *newer = test_server_url (self->publisher, "/other");
  g_autofree char *from_older = g_strconcat ("Referer: ", older, NULL);
  g_autofree char *from_newer = g_strconcat ("Referer: ", newer, NULL);

  test_bundle_put (self, self->aggregator, "/b.wbn", bundle);
  g_autoptr (TestResponse) page = gateway_world_get (self, around, ONE);
  g_assert_cmpstr (page->body, ==, "page");
  show_bundle (self, FRAME);
  test_bundle_assert_redirect (self, self->aggregator, "/b.wbn", FRAME, "/other");
  test_bundle_assert_body (self, "/other", FRAME, "<p>other");
  for (guint i = 0; i < 2; i++) {
    assert_data (self, FRAMED_PART, from_older, SIGNED);
    assert_data (self, FRAMED_PART, from_newer, "newer");
  }
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* a form in a frame that navigates to its own address */
static void
test_posted (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->publisher, "/article");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_POST, url);
  g_autoptr (GBytes) body = g_bytes_new_static ("a=b", 3);

  show_bundle (self, ONE);
  soup_message_set_request_body_from_bytes (message, "application/x-www-form-urlencoded", body);
  gateway_world_announce (self, self->token, message, OWN_FRAME);
  g_autoptr (TestResponse) posted = test_send (self->client, message);
  g_assert_cmpstr (posted->body, ==, "live");
  assert_all_data (self, PART, SIGNED);
}

/* Shared and service workers have no known initiator: they get no other version of URLs in the
 * shown page's bundle. A navigation that is never shown changes nothing. */
static void
test_workers (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->publisher, "/file");
  g_autoptr (GBytes) file = g_bytes_new_static ("file", 4);

  assert_all_data (self, NULL, "live");
  test_bundle_assert_redirect (self, self->aggregator, "/a.wbn", ONE, "/article");
  g_autoptr (TestResponse) shown = test_bundle_get (self, self->publisher, "/article", ONE);
  g_assert_cmpstr (shown->body, ==, "<p>bundled");
  assert_all_data (self, NULL, NULL);
  /* WebKit does not show this response: a download, or a stopped navigation. */
  gateway_world_put_with (self, self->publisher, "/file", file, "application/zip", NULL);
  g_autoptr (TestResponse) came = gateway_world_get (self, url, ONE);
  g_assert_cmpstr (came->body, ==, "file");
  bulla_gateway_note_shown (self->gateway, self->token, "one",
                            g_hash_table_lookup (shown->headers, "bulla-answer"));
  assert_all_data (self, NULL, NULL);
  test_bundle_assert_body (self, "/live", ONE, "live");
  assert_all_data (self, NULL, "live");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/pages/" path, GatewayWorld, NULL, set_up, test, gateway_world_tear_down)
  ADD ("whole", test_whole);
  ADD ("framed", test_framed);
  ADD ("frames-again", test_frames_again);
  ADD ("two-bundles", test_two_bundles);
  ADD ("posted", test_posted);
  ADD ("workers", test_workers);
  return g_test_run ();
}
