/* test-gateway-own-page.c - answers for the gateway's own host to its user, and to no page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-internal.h"
#include "test-gateway-world.h"

#define OWN "https://" BULLA_GATEWAY_OWN_HOST

/* what a browser says of a request, in Sec-Fetch-Site, -Mode and -Dest, and Origin */
typedef struct {
  const char *method, *site, *mode, *dest, *origin;
} Fields;

static const Fields USER = {"GET", "none", "navigate", "document", NULL};

static TestResponse *
ask_own (GatewayWorld *self, const char *url, const Fields *fields)
{
  g_autoptr (SoupMessage) message = soup_message_new (fields->method, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  const char *const all[][2] = {{"Sec-Fetch-Site", fields->site},
                                {"Sec-Fetch-Mode", fields->mode},
                                {"Sec-Fetch-Dest", fields->dest},
                                {"Origin", fields->origin}};

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i][1] != NULL)
      soup_message_headers_append (headers, all[i][0], all[i][1]);
  return test_send (self->client, message);
}

static void
answer_cb (const char *method, const char *path, const char *query, BullaGatewayOwnAnswer *answer,
           gpointer user_data)
{
  guint *n = user_data;

  *n += 1;
  answer->status = 200;
  answer->type = "text/html; charset=utf-8";
  answer->body = g_strdup_printf ("%s %s %s", method, path, query != NULL ? query : "-");
}

/* Returns: (transfer full): the address to which the user is led */
static char *
find_page (GatewayWorld *self)
{
  g_autoptr (TestResponse) led = ask_own (self, OWN "/", &USER);
  const char *location = g_hash_table_lookup (led->headers, "location");

  g_assert_cmpuint (led->status, ==, 303);
  g_assert_true (g_str_has_prefix (location, OWN "/"));
  g_assert_cmpuint (strlen (location), ==, strlen (OWN "/") + 64 + 1);
  return g_strdup (location);
}

/* the user is led to a secret path, whose answers no page can read, frame or fill with scripts */
static void
test_user (GatewayWorld *self, gconstpointer data)
{
  static const struct {
    const char *name, *value;
  } fields[] = {{"x-content-type-options", "nosniff"},
                {"x-frame-options", "DENY"},
                {"cross-origin-resource-policy", "same-origin"},
                {"cross-origin-opener-policy", "same-origin"},
                {"cache-control", "no-store"},
                {"access-control-allow-origin", NULL}};
  guint n = 0;

  bulla_gateway_set_own_page (self->gateway, answer_cb, &n);
  g_autofree char *url = find_page (self);
  g_autofree char *asked = g_strconcat (url, "news?after=7", NULL);
  g_autoptr (TestResponse) shown = ask_own (self, asked, &USER);
  g_assert_cmpuint (shown->status, ==, 200);
  g_assert_cmpstr (shown->body, ==, "GET /news after=7");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    g_assert_cmpstr (g_hash_table_lookup (shown->headers, fields[i].name), ==, fields[i].value);
  const char *policy = g_hash_table_lookup (shown->headers, "content-security-policy");
  g_assert_nonnull (strstr (policy, "default-src 'none'"));
  g_assert_nonnull (strstr (policy, "frame-ancestors 'none'"));
  g_assert_null (strstr (policy, "unsafe"));
  g_assert_cmpstr (self->events->str, ==, "");
  bulla_gateway_set_own_page (self->gateway, NULL, NULL);
}

/* requests that a page of another site causes, or that do not say who caused them, are refused, at
 * either address; also by POST */
static void
test_pages (GatewayWorld *self, gconstpointer data)
{
  static const Fields rows[] = {{"GET", "cross-site", "navigate", "document", NULL},
                                {"GET", "same-site", "navigate", "document", NULL},
                                {"GET", "cross-site", "cors", "empty", "https://evil.test"},
                                {"GET", "cross-site", "no-cors", "script", NULL},
                                {"GET", "none", "navigate", "iframe", NULL},
                                {"GET", NULL, "navigate", "document", NULL},
                                {"GET", NULL, NULL, NULL, NULL},
                                {"POST", "cross-site", "navigate", "document", "https://evil.test"},
                                {"POST", "same-origin", "navigate", "document", "null"},
                                {"POST", "same-origin", "navigate", "document", NULL},
                                {"POST", "none", "navigate", "document", OWN},
                                {"POST", NULL, NULL, NULL, OWN},
                                {"PUT", "same-origin", "cors", "empty", OWN}};
  guint n = 0;

  bulla_gateway_set_own_page (self->gateway, answer_cb, &n);
  g_autofree char *url = find_page (self);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TestResponse) first = ask_own (self, OWN "/", &rows[i]);
    g_autoptr (TestResponse) second = ask_own (self, url, &rows[i]);
    g_assert_cmpuint (first->status, ==, 403);
    g_assert_cmpuint (second->status, ==, 403);
    g_assert_null (g_hash_table_lookup (first->headers, "location"));
  }
  g_assert_cmpuint (n, ==, 0);
  bulla_gateway_set_own_page (self->gateway, NULL, NULL);
}

/* its own pages may ask and send; without the secret they may not, and over http nobody may */
static void
test_own (GatewayWorld *self, gconstpointer data)
{
  static const Fields get = {"GET", "same-origin", "cors", "empty", NULL};
  static const Fields post = {"POST", "same-origin", "navigate", "document", OWN};
  guint n = 0;

  bulla_gateway_set_own_page (self->gateway, answer_cb, &n);
  g_autofree char *url = find_page (self);
  g_autofree char *live = g_strconcat (url, "live?url=x", NULL);
  g_autofree char *wrong = g_strdup (url);
  g_autofree char *plain = g_strconcat ("http:", url + strlen ("https:"), NULL);
  g_autoptr (TestResponse) read = ask_own (self, url, &get);
  g_autoptr (TestResponse) sent = ask_own (self, live, &post);
  g_assert_cmpstr (read->body, ==, "GET / -");
  g_assert_cmpstr (sent->body, ==, "POST /live url=x");
  wrong[strlen (OWN "/")] = wrong[strlen (OWN "/")] == 'a' ? 'b' : 'a';
  const char *const refused[] = {wrong, OWN "/", OWN "/live", plain};
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (TestResponse) response = ask_own (self, refused[i], &get);
    g_assert_cmpuint (response->status, ==, 403);
  }
  g_assert_cmpuint (n, ==, 2);
  bulla_gateway_set_own_page (self->gateway, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/own-page/" path, GatewayWorld, NULL, gateway_world_set_up_one_view, test,  \
              gateway_world_tear_down)
  ADD ("user", test_user);
  ADD ("pages", test_pages);
  ADD ("own", test_own);
  return g_test_run ();
}
