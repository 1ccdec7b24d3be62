/* test-gateway-preflight.c - answers CORS preflights that a header field of the shell causes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-gateway-world.h"

#define ORIGIN "https://aggregator.test"
#define ALLOWED "access-control-allow-headers"

static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", ORIGIN);
  soup_message_headers_replace (headers, "Access-Control-Allow-Headers", "x-mine");
  soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
}

static void
set_up (GatewayWorld *self, gconstpointer data)
{
  gateway_world_set_up (self, BULLA_GATEWAY_ANNOUNCED, NULL);
  soup_server_add_handler (self->publisher->soup, "/api", answer_cb, NULL, NULL);
}

/* @method, @fields: (nullable): method and fields that the preflight asks for */
static TestResponse *
send_request (GatewayWorld *self, const char *method, const char *fields)
{
  g_autofree char *url = test_server_url (self->publisher, "/api");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_OPTIONS, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Origin", ORIGIN);
  soup_message_headers_replace (headers, "Access-Control-Request-Method", method);
  if (fields != NULL)
    soup_message_headers_replace (headers, "Access-Control-Request-Headers", fields);
  return test_send (self->client, message);
}

/* The tag alone causes the preflight: the server never receives it. */
static void
test_ours_alone (GatewayWorld *self, gconstpointer data)
{
  static const char *const spellings[] = {"sec-bulla-page", "Sec-Bulla-Page,Sec-Bulla-Typed",
                                          " SEC-BULLA-TYPED ,, sec-bulla-page"};

  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++) {
    g_autoptr (TestResponse) response = send_request (self, i == 0 ? "POST" : "GET", spellings[i]);
    g_assert_no_error (response->error);
    g_assert_cmpuint (response->status, ==, 204);
    g_assert_cmpstr (g_hash_table_lookup (response->headers, "access-control-allow-origin"), ==,
                     ORIGIN);
    g_assert_nonnull (strstr (g_hash_table_lookup (response->headers, ALLOWED), "Sec-Bulla-Page"));
  }
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* the page requests more, which its server must permit; the server does not receive the tag */
static void
test_others_too (GatewayWorld *self, gconstpointer data)
{
  static const struct {
    const char *method, *fields, *kept;
  } rows[] = {
      {"GET", "sec-bulla-page,x-mine", "Access-Control-Request-Headers: x-mine\n"},
      {"GET", "x-mine, sec-bulla-page, x-other",
       "Access-Control-Request-Headers: x-mine,x-other\n"},
      {"PUT", "sec-bulla-page", "Access-Control-Request-Method: PUT\n"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TestResponse) response = send_request (self, rows[i].method, rows[i].fields);
    g_assert_no_error (response->error);
    g_assert_cmpuint (self->publisher->n_requests, ==, i + 1);
    g_assert_nonnull (strstr (self->publisher->last_head, rows[i].kept));
    g_autofree char *lower = g_ascii_strdown (self->publisher->last_head, -1);
    g_assert_null (strstr (lower, "bulla"));
    g_assert_nonnull (g_hash_table_lookup (response->headers, ALLOWED));
  }
}

/* A preflight without the shell's field passes unchanged in both directions. */
static void
test_foreign (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (TestResponse) response = send_request (self, "GET", "x-mine,x-sec-bulla-page");

  g_assert_no_error (response->error);
  g_assert_cmpuint (self->publisher->n_requests, ==, 1);
  g_assert_nonnull (strstr (self->publisher->last_head,
                            "Access-Control-Request-Headers: x-mine,x-sec-bulla-page\n"));
  g_assert_cmpstr (g_hash_table_lookup (response->headers, ALLOWED), ==, "x-mine");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/preflight/" path, GatewayWorld, NULL, set_up, test, gateway_world_tear_down)
  ADD ("ours-alone", test_ours_alone);
  ADD ("others-too", test_others_too);
  ADD ("foreign", test_foreign);
  return g_test_run ();
}
