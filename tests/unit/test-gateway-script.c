/* test-gateway-script.c - serves the bundle responses that a page's script element names
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bundle-world.h"

#define ONE "v=one; host=-; dest=navigation"

static const TestResource resources[] = {
    {"/b/x.js", "text/javascript", "x ()", FALSE},
    {"/b/y.js", "text/javascript", "y ()", FALSE},
    {"/c.js", "text/javascript", "c ()", FALSE},
};

static void
set_up (GatewayWorld *self, gconstpointer data)
{
  gateway_world_set_up (self, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_autoptr (BullaBundleWriter) writer = test_bundle_writer (
      self, BULLA_BUNDLE_FORMAT_B2, resources, G_N_ELEMENTS (resources), 0, NULL, NULL);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  test_bundle_put (self, self->publisher, "/b/all.wbn", bundle);
  gateway_world_put (self, self->publisher, "/b/plain", bundle, "text/plain");
  gateway_world_put_live (self, "/page");
  gateway_world_put_live (self, "/b/x.js");
  gateway_world_put_live (self, "/b/missing.js");
  gateway_world_put_live (self, "/c.js");
}

/* @source: path of a bundle of the publisher; @page: path of the page; @origin: (nullable):
 * origin of another page */
static SoupMessage *
make_request (GatewayWorld *self, const char *path, const char *source, const char *credentials,
              const char *page, const char *origin)
{
  g_autofree char *url = test_server_url (self->publisher, path);
  g_autofree char *bundle = test_server_url (self->publisher, source);
  g_autofree char *escaped = g_uri_escape_string (bundle, NULL, FALSE);
  g_autofree char *referrer = test_server_url (self->publisher, page);
  g_autofree char *tag =
      g_strdup_printf ("v=one; host=%s; dest=subresource; bundle=%s; credentials=%s",
                       origin != NULL ? "shop.test" : "publisher.test", escaped, credentials);
  SoupMessage *message = soup_message_new ("GET", url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  gateway_world_announce (self, self->token, message, tag);
  soup_message_headers_replace (headers, "Cookie", "a=b");
  if (origin != NULL)
    soup_message_headers_replace (headers, "Origin", origin);
  else
    soup_message_headers_replace (headers, "Referer", referrer);
  return message;
}

static TestResponse *
get (GatewayWorld *self, const char *path, const char *source)
{
  g_autoptr (SoupMessage) message = make_request (self, path, source, "same-origin", "/page", NULL);

  return test_send (self->client, message);
}

static void
assert_body (GatewayWorld *self, const char *path, const char *source, const char *body)
{
  g_autoptr (TestResponse) response = get (self, path, source);

  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpstr (response->body, ==, body);
}

static void
assert_closed (GatewayWorld *self, const char *path, const char *source)
{
  g_autoptr (TestResponse) response = get (self, path, source);

  g_assert_nonnull (response->error);
}

static void
show_page (GatewayWorld *self)
{
  g_autofree char *url = test_server_url (self->publisher, "/page");
  g_autoptr (TestResponse) page = gateway_world_get (self, url, ONE);

  g_assert_cmpstr (page->body, ==, "live");
}

/* the bundle is fetched once for a page, and again when the page is shown again */
static void
test_served (GatewayWorld *self, gconstpointer data)
{
  show_page (self);
  assert_body (self, "/b/x.js", "/b/all.wbn", "x ()");
  g_assert_nonnull (strstr (self->publisher->last_head, "Accept: application/webbundle;v=b2\n"));
  g_assert_nonnull (strstr (self->publisher->last_head, "GET /b/all.wbn\n"));
  g_assert_nonnull (strstr (self->publisher->last_head, "Sec-Fetch-Dest: webbundle\n"));
  g_assert_nonnull (strstr (self->publisher->last_head, "Sec-Fetch-Mode: cors\n"));
  g_assert_nonnull (strstr (self->publisher->last_head, "Cookie: a=b\n"));
  g_assert_null (strstr (self->publisher->last_head, "Origin:"));
  g_assert_null (strstr (self->publisher->last_head, "Sec-Bulla-Page"));
  assert_body (self, "/b/y.js", "/b/all.wbn", "y ()");
  assert_body (self, "/b/x.js", "/b/all.wbn", "x ()");
  g_assert_cmpuint (self->publisher->n_requests, ==, 2);
  show_page (self);
  assert_body (self, "/b/x.js", "/b/all.wbn", "x ()");
  g_assert_cmpuint (self->publisher->n_requests, ==, 4);
}

/* WB-045: a URL that the bundle does not contain is not fetched elsewhere */
static void
test_missing (GatewayWorld *self, gconstpointer data)
{
  show_page (self);
  assert_closed (self, "/b/missing.js", "/b/all.wbn");
  g_assert_cmpuint (self->publisher->n_requests, ==, 2);
  /* a client may repeat the request if its kept connection was closed */
  g_assert_true (g_str_has_prefix (self->events->str, "refused one request\n"));
}

/* WB-046: URLs outside of the bundle's folder are ordinary requests */
static void
test_above (GatewayWorld *self, gconstpointer data)
{
  show_page (self);
  assert_body (self, "/c.js", "/b/all.wbn", "live");
  g_assert_cmpuint (self->publisher->n_requests, ==, 2);
}

static void
answer_redirect (SoupServer *server, SoupServerMessage *message, const char *path,
                 GHashTable *query, gpointer user_data)
{
  soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, user_data);
}

/* WB-040, WB-041, WB-043: the response is not a bundle, or not served as one */
static void
test_failed (GatewayWorld *self, gconstpointer data)
{
  show_page (self);
  assert_closed (self, "/b/x.js", "/b/none.wbn");
  assert_closed (self, "/b/x.js", "/b/none.wbn");
  g_assert_cmpuint (self->publisher->n_requests, ==, 2);
  assert_closed (self, "/b/x.js", "/b/plain");
  soup_server_add_handler (self->publisher->soup, "/b/away.wbn", answer_redirect,
                           (gpointer) "https://shop.test/b/all.wbn", NULL);
  assert_closed (self, "/b/x.js", "/b/away.wbn");
  g_assert_cmpuint (self->aggregator->n_requests, ==, 0);
}

/* WB-042 */
static void
test_redirected (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaProfile) profile = test_bundle_profile ("bundle", "redirected=refuse");

  soup_server_add_handler (self->publisher->soup, "/b/moved.wbn", answer_redirect,
                           (gpointer) "/b/all.wbn", NULL);
  show_page (self);
  assert_body (self, "/b/x.js", "/b/moved.wbn", "x ()");
  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  show_page (self);
  assert_closed (self, "/b/x.js", "/b/moved.wbn");
}

static void
answer_shared (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
               gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gsize length = 0;
  const char *bytes = g_bytes_get_data (user_data, &length);

  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Access-Control-Allow-Origin",
                                g_str_has_suffix (path, "all.wbn") ? "*" : "https://shop.test");
  if (g_str_has_suffix (path, "whom.wbn"))
    soup_message_headers_replace (headers, "Access-Control-Allow-Credentials", "true");
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "application/webbundle;v=b2", SOUP_MEMORY_COPY, bytes,
                                    length);
}

/* a bundle of another origin must permit the page to read it; cookies are sent as the rule says */
static void
test_shared (GatewayWorld *self, gconstpointer data)
{
  const struct {
    const char *source, *credentials;
    gboolean served, cookie;
  } rows[] = {
      {"/b/all.wbn", "omit", FALSE, FALSE},        {"/s/all.wbn", "omit", TRUE, FALSE},
      {"/s/all.wbn", "same-origin", TRUE, FALSE},  {"/s/all.wbn", "include", FALSE, TRUE},
      {"/s/some.wbn", "same-origin", TRUE, FALSE}, {"/s/some.wbn", "include", FALSE, TRUE},
      {"/s/whom.wbn", "include", TRUE, TRUE},
  };
  static const TestResource shared[] = {{"/s/x.js", "text/javascript", "x ()", FALSE}};
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, shared, 1, 0, NULL, NULL);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);

  soup_server_add_handler (self->publisher->soup, "/s", answer_shared, bundle, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gboolean other = g_str_has_prefix (rows[i].source, "/b");
    g_autoptr (SoupMessage) message =
        make_request (self, other ? "/b/x.js" : "/s/x.js", rows[i].source, rows[i].credentials,
                      "/page", "https://shop.test");
    g_autoptr (TestResponse) response = test_send (self->client, message);
    g_test_message ("%s %s", rows[i].source, rows[i].credentials);
    g_assert_cmpint (response->error == NULL, ==, rows[i].served);
    g_assert_nonnull (strstr (self->publisher->last_head, "Origin: https://shop.test\n"));
    g_assert_cmpint (strstr (self->publisher->last_head, "Cookie:") != NULL, ==, rows[i].cookie);
  }
}

/* a page that sends no Origin is known by its Referer, and its origin has no path */
static void
test_shared_by_referrer (GatewayWorld *self, gconstpointer data)
{
  static const TestResource shared[] = {{"/s/x.js", "text/javascript", "x ()", FALSE}};
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, shared, 1, 0, NULL, NULL);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);
  g_autoptr (SoupMessage) message =
      make_request (self, "/s/x.js", "/s/some.wbn", "same-origin", "/page", "https://shop.test");
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_server_add_handler (self->publisher->soup, "/s", answer_shared, bundle, NULL);
  soup_message_headers_remove (headers, "Origin");
  soup_message_headers_replace (headers, "Referer", "https://shop.test/");
  g_autoptr (TestResponse) response = test_send (self->client, message);
  g_assert_cmpstr (response->body, ==, "x ()");
  g_assert_nonnull (strstr (self->publisher->last_head, "Origin: https://shop.test\n"));
}

/* a frame's parts come from its own origin; the page around it does not decide */
static void
test_frames (GatewayWorld *self, gconstpointer data)
{
  const struct {
    const char *framed, *field, *value; /* nullable */
    const char *body;
  } rows[] = {
      {"victim.test", NULL, NULL, "live"},
      {"victim.test", "Referer", "https://victim.test/", "live"},
      {NULL, "Referer", "https://victim.test/", "live"},
      {NULL, "Origin", "https://victim.test", "live"},
      {NULL, "Origin", "null", "live"},
      {NULL, "Referer", "https://publisher.test/", "live"}, /* the origin of another port */
      {"victim.test", "Referer", NULL, "x ()"},
      {"victim.test", "Origin", NULL, "x ()"},
      {NULL, NULL, NULL, "x ()"},
  };
  g_autofree char *url = test_server_url (self->publisher, "/b/x.js");
  g_autofree char *own = test_server_url (self->publisher, "");
  g_autofree char *bundle = test_server_url (self->publisher, "/b/all.wbn");
  g_autofree char *escaped = g_uri_escape_string (bundle, NULL, FALSE);

  show_page (self);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *tag = g_strdup_printf (
        "v=one; host=publisher.test; framed=%s; dest=subresource; bundle=%s; credentials=omit",
        rows[i].framed != NULL ? rows[i].framed : "", escaped);
    g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
    gateway_world_announce (self, self->token, message, tag);
    if (rows[i].field != NULL)
      soup_message_headers_replace (soup_message_get_request_headers (message), rows[i].field,
                                    rows[i].value != NULL ? rows[i].value : own);
    g_autoptr (TestResponse) response = test_send (self->client, message);
    g_test_message ("row %u", i);
    g_assert_cmpstr (response->body, ==, rows[i].body);
  }
}

/* where a redirect leads is not looked for in the bundle */
static void
test_redirected_here (GatewayWorld *self, gconstpointer data)
{
  static const char *const hosts[] = {"publisher.test", "shop.test"};
  g_autofree char *url = test_server_url (self->publisher, "/b/x.js");
  g_autofree char *bundle = test_server_url (self->publisher, "/b/all.wbn");
  g_autofree char *escaped = g_uri_escape_string (bundle, NULL, FALSE);

  show_page (self);
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_autofree char *tag = g_strdup_printf ("v=one; host=publisher.test; dest=subresource; "
                                            "bundle=%s; credentials=omit; from=https://%s/moved",
                                            escaped, hosts[i]);
    g_autoptr (TestResponse) response = gateway_world_get (self, url, tag);
    g_assert_cmpstr (response->body, ==, "live");
  }
  assert_body (self, "/b/x.js", "/b/all.wbn", "x ()");
}

/* For a page without a known URL, a bundle of the same server is still used, with cookies. */
static void
test_no_referrer (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (SoupMessage) message =
      make_request (self, "/b/x.js", "/b/all.wbn", "same-origin", "/page", NULL);

  show_page (self);
  soup_message_headers_remove (soup_message_get_request_headers (message), "Referer");
  g_autoptr (TestResponse) response = test_send (self->client, message);
  g_assert_cmpstr (response->body, ==, "x ()");
  g_assert_nonnull (strstr (self->publisher->last_head, "Cookie: a=b\n"));
  g_assert_null (strstr (self->publisher->last_head, "Origin:"));
}

/* All requests for a bundle wait for one fetch while it arrives. */
static void
test_together (GatewayWorld *self, gconstpointer data)
{
  static const char *const paths[] = {"/b/x.js", "/b/y.js", "/b/missing.js"};
  GAsyncResult *results[G_N_ELEMENTS (paths)] = {NULL};

  show_page (self);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (SoupMessage) message =
        make_request (self, paths[i], "/b/all.wbn", "omit", "/page", NULL);
    soup_session_send_async (self->client, message, G_PRIORITY_DEFAULT, NULL, test_take_result,
                             &results[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GAsyncResult) result = test_wait_result (&results[i]);
    g_autoptr (GInputStream) body = soup_session_send_finish (self->client, result, NULL);
    g_assert_cmpint (body != NULL, ==, i < 2);
  }
  g_assert_cmpuint (self->publisher->n_requests, ==, 2);
  g_assert_null (strstr (self->publisher->last_head, "Cookie:"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/script/" path, GatewayWorld, NULL, set_up, test, gateway_world_tear_down)
  ADD ("served", test_served);
  ADD ("missing", test_missing);
  ADD ("above", test_above);
  ADD ("failed", test_failed);
  ADD ("redirected", test_redirected);
  ADD ("redirected-here", test_redirected_here);
  ADD ("shared", test_shared);
  ADD ("shared-by-referrer", test_shared_by_referrer);
  ADD ("frames", test_frames);
  ADD ("no-referrer", test_no_referrer);
  ADD ("together", test_together);
  return g_test_run ();
}
