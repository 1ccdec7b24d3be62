/* test-gateway-identify-initiator.c - initiators of requests: each announcement counts once
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "announce-kit.h"
#include "bulla-gateway-internal.h"
#include "bulla-gateway-session.h"
#include "bulla-gateway-view.h"

typedef struct {
  GatewayWorld world;
  char *page, *other; /* owned; URLs of the publisher */
  char *tag;          /* owned */
} Scene;

static void
set_up (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  g_autoptr (GBytes) live = g_bytes_new_static ("live", 4);

  gateway_world_set_up (world, BULLA_GATEWAY_ANNOUNCED, NULL);
  gateway_world_put (world, world->publisher, "/page", live, "text/html");
  gateway_world_put (world, world->publisher, "/other", live, "text/html");
  self->page = test_server_url (world->publisher, "/page");
  self->other = test_server_url (world->publisher, "/other");
  self->tag = announce_kit_tag ();
  bulla_gateway_register_view (world->gateway, world->token, "one");
  bulla_gateway_register_view (world->gateway, world->token, "two");
}

static void
tear_down (Scene *self, gconstpointer data)
{
  gateway_world_tear_down (&self->world, NULL);
  g_free (self->page);
  g_free (self->other);
  g_free (self->tag);
}

static void
say (Scene *self)
{
  announce_kit_say (&self->world, "one", &(Said){.tag = self->tag, .url = self->page});
}

/* @fields: (nullable): header fields */
static gboolean
request_is_known (Scene *self, const char *method, const char *url, const char *fields)
{
  g_autoptr (TestResponse) response =
      announce_kit_ask (&self->world, method, url, self->tag, fields);

  g_assert_null (strstr (self->world.publisher->last_head, "Sec-Bulla"));
  return announce_kit_is_known (response);
}

/* --- tags */

static void
test_once (Scene *self, gconstpointer data)
{
  say (self);
  g_assert_true (request_is_known (self, "GET", self->page, NULL));
  g_assert_false (request_is_known (self, "GET", self->page, NULL));
  say (self); /* another announcement does not restore the tag */
  announce_kit_say (&self->world, "two", &(Said){.tag = self->tag, .url = self->page});
  g_assert_false (request_is_known (self, "GET", self->page, NULL));
}

/* A tag that arrives with another method or URL has leaked, and is invalidated. */
static void
test_other_request (Scene *self, gconstpointer data)
{
  const struct {
    const char *method, *url;
  } wrong[] = {{"POST", self->page}, {"DELETE", self->page}, {"GET", self->other}};

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_free (self->tag);
    self->tag = announce_kit_tag ();
    say (self);
    g_assert_false (request_is_known (self, wrong[i].method, wrong[i].url, NULL));
    g_assert_false (request_is_known (self, "GET", self->page, NULL));
  }
}

/* Announcements need a registered view that is not closed; sessions do not share them. */
static void
test_other_view (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  Said said = {.tag = self->tag, .url = self->page};

  announce_kit_say (world, "never", &said);
  announce_kit_say (world, "", &said);
  announce_kit_say (world, BULLA_GATEWAY_ONLY_VIEW, &said);
  g_assert_false (request_is_known (self, "GET", self->page, NULL));
  announce_kit_say (world, "two", &said);
  bulla_gateway_close_view (world->gateway, world->token, "two");
  g_assert_false (request_is_known (self, "GET", self->page, NULL));
}

static void
test_other_session (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  g_autofree char *token =
      bulla_gateway_add_session (world->gateway, NULL, BULLA_GATEWAY_ANNOUNCED);
  g_autoptr (SoupSession) client = gateway_world_new_client (world, token);
  g_autoptr (SoupMessage) message = announce_kit_message ("GET", self->page, self->tag, NULL);

  bulla_gateway_register_view (world->gateway, token, "one");
  say (self);
  g_autoptr (TestResponse) response = test_send (client, message);
  g_assert_false (announce_kit_is_known (response));
  g_assert_true (request_is_known (self, "GET", self->page, NULL));
  soup_session_abort (client);
}

/* a request with an invalid tag does not wait */
static void
test_forged (Scene *self, gconstpointer data)
{
  g_autofree char *two = g_strconcat (self->tag, ", ", self->tag, NULL);
  const char *const forged[] = {
      "", "one", "v=one; host=-; dest=navigation", two, "0123456789abcde", self->world.token, "*"};

  say (self);
  for (guint i = 0; i < G_N_ELEMENTS (forged); i++) {
    gint64 begun = g_get_monotonic_time ();
    g_autoptr (TestResponse) response =
        announce_kit_ask (&self->world, "GET", self->page, forged[i], NULL);
    g_assert_false (announce_kit_is_known (response));
    if (!g_str_equal (forged[i], self->world.token)) /* the session token has the form of a tag */
      g_assert_cmpint (g_get_monotonic_time () - begun, <, 1500000);
  }
  g_assert_true (request_is_known (self, "GET", self->page, NULL));
}

/* An announcement is valid for one destination. A service worker that forwards a request sends
 * the request's tag with its own destination. */
static void
test_destination (Scene *self, gconstpointer data)
{
  static const struct {
    const char *said, *sent;
    gboolean known;
  } rows[] = {{"document", "document", TRUE}, {"document", "empty", FALSE},
              {"document", "iframe", FALSE},  {"iframe", "document", FALSE},
              {"iframe", "iframe", TRUE},     {"document", "serviceworker", FALSE},
              {"object", "object", TRUE},     {"object", "empty", FALSE}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *field = g_strconcat ("Sec-Fetch-Dest: ", rows[i].sent, NULL);
    g_autoptr (TestResponse) response = announce_kit_send (
        &self->world, "one", &(Said){.url = self->page, .dest = rows[i].said}, field);
    g_assert_cmpint (announce_kit_is_known (response), ==, rows[i].known);
  }
}

/* Over http a script can imitate a navigation, so the shell must have allowed it, and each
 * permission counts once. */
static void
test_http (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  static const char *const dests[] = {"document", "iframe"};
  TestServer *plain = test_server_new ("publisher.test", NULL);
  g_autofree char *resolve = test_server_resolve (plain);
  g_autofree char *url = test_server_url (plain, "/");

  g_assert_true (g_str_has_prefix (url, "http://"));
  g_assert_true (bulla_loader_add_resolve (world->loader, resolve, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (dests); i++) {
    const Said said = {.url = url, .dest = dests[i], .document = url};
    gboolean known[5];
    for (guint j = 0; j < G_N_ELEMENTS (known); j++) {
      if (j == 1 || j == 2 || j == 4)
        bulla_gateway_expect_navigation (world->gateway, world->token, "one", url,
                                         BULLA_NAVIGATION_LINK, NULL);
      if (j == 2) /* two frames with the same URL */
        bulla_gateway_expect_navigation (world->gateway, world->token, "one", url,
                                         BULLA_NAVIGATION_LINK, NULL);
      if (j == 4)
        bulla_gateway_end_page (world->gateway, world->token, "one");
      g_autoptr (TestResponse) response = announce_kit_send (world, "one", &said, NULL);
      known[j] = announce_kit_is_known (response);
    }
    g_assert_false (known[0]);
    g_assert_true (known[1]);
    g_assert_true (known[2]);
    g_assert_true (known[3]);
    g_assert_false (known[4]);
    g_autoptr (TestResponse) told =
        announce_kit_send (world, "one", &said, "Sec-Fetch-Dest: document");
    g_assert_cmpint (announce_kit_is_known (told), ==, i == 0);
  }
  test_server_free (plain);
}

/* --- late and missing announcements */

static BullaGatewaySession *
session_of (Scene *self)
{
  return bulla_gateway_session_find (self->world.gateway, self->world.token);
}

static void
wait_until_awaited (Scene *self, guint n)
{
  while (g_hash_table_size (session_of (self)->awaiting) != n)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_late (Scene *self, gconstpointer data)
{
  SoupSession *client = self->world.client;
  g_autoptr (SoupMessage) message = announce_kit_message ("GET", self->page, self->tag, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  soup_session_send_and_read_async (client, message, 0, NULL, test_take_result, &result);
  wait_until_awaited (self, 1);
  g_assert_cmpuint (self->world.publisher->n_requests, ==, 0);
  say (self);
  wait_until_awaited (self, 0);
  g_autoptr (GBytes) body =
      soup_session_send_and_read_finish (client, test_wait_result (&result), &error);
  g_assert_no_error (error);
  g_assert_nonnull (
      soup_message_headers_get_one (soup_message_get_response_headers (message), "Bulla-Answer"));
  g_assert_false (request_is_known (self, "GET", self->page, NULL));
}

/* another request with the same tag is from a page that has read the tag */
static void
test_late_twice (Scene *self, gconstpointer data)
{
  SoupSession *client = self->world.client;
  g_autoptr (SoupMessage) message = announce_kit_message ("GET", self->page, self->tag, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  soup_session_send_and_read_async (client, message, 0, NULL, test_take_result, &result);
  wait_until_awaited (self, 1);
  g_assert_false (request_is_known (self, "GET", self->page, NULL));
  test_wait_result (&result);
}

/* A request that is never announced has no initiator; a later announcement does not apply to it. */
static void
test_never (Scene *self, gconstpointer data)
{
  g_assert_false (request_is_known (self, "GET", self->page, NULL));
  g_assert_cmpuint (g_hash_table_size (session_of (self)->awaiting), ==, 0);
}

/* The client disconnects while the gateway waits for the announcement. */
static void
test_left (Scene *self, gconstpointer data)
{
  SoupSession *client = self->world.client;
  g_autoptr (SoupMessage) message = announce_kit_message ("GET", self->page, self->tag, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  soup_session_send_and_read_async (client, message, 0, cancellable, test_take_result, &result);
  wait_until_awaited (self, 1);
  g_cancellable_cancel (cancellable);
  test_wait_result (&result);
  wait_until_awaited (self, 0);
  say (self);
  g_assert_true (request_is_known (self, "GET", self->page, NULL));
}

/* The session is removed while the gateway waits for the announcement. */
static void
test_removed (Scene *self, gconstpointer data)
{
  g_autoptr (SoupMessage) message = announce_kit_message ("GET", self->page, self->tag, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  soup_session_send_and_read_async (self->world.client, message, 0, NULL, test_take_result,
                                    &result);
  wait_until_awaited (self, 1);
  bulla_gateway_remove_session (self->world.gateway, self->world.token);
  say (self);
  g_autoptr (GBytes) body =
      soup_session_send_and_read_finish (self->world.client, test_wait_result (&result), &error);
  g_assert_true (error != NULL || soup_message_get_status (message) == 407);
  g_assert_cmpuint (self->world.publisher->n_requests, ==, 0);
}

/* --- requests that a client repeats */

static void
hold_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  soup_server_message_pause (message);
  *(gboolean *)user_data = TRUE;
}

/* If a client breaks off a request that a server has received, it has no reason to repeat it. */
static void
test_broken_off (Scene *self, gconstpointer data)
{
  SoupSession *client = self->world.client;
  SoupServer *server = self->world.publisher->soup;
  g_autoptr (SoupMessage) message = announce_kit_message ("GET", self->page, self->tag, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  gboolean asked = FALSE;

  soup_server_add_handler (server, "/page", hold_cb, &asked, NULL);
  say (self);
  soup_session_send_and_read_async (client, message, 0, cancellable, test_take_result, &result);
  test_wait (&asked);
  soup_server_remove_handler (server, "/page");
  g_cancellable_cancel (cancellable);
  test_wait_result (&result);
  g_assert_false (request_is_known (self, "GET", self->page, NULL));
}

static void
challenge_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
              gpointer user_data)
{
  guint *status = user_data;

  soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                "WWW-Authenticate", "Basic realm=\"here\"");
  soup_server_message_set_status (message, *status, NULL);
}

/* After a password prompt a request may be repeated once, with credentials; without them the tag
 * is not valid again. */
static void
test_password (Scene *self, gconstpointer data)
{
  static const char *const fields[] = {"Authorization: Basic eDp5", NULL};
  guint status = SOUP_STATUS_UNAUTHORIZED;

  soup_server_add_handler (self->world.publisher->soup, "/page", challenge_cb, &status, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_free (self->tag);
    self->tag = announce_kit_tag ();
    say (self);
    g_assert_true (request_is_known (self, "GET", self->page, NULL));
    g_assert_cmpint (request_is_known (self, "GET", self->page, fields[i]), ==, fields[i] != NULL);
    g_assert_false (request_is_known (self, "GET", self->page, "Authorization: Basic eDp5"));
  }
  g_free (self->tag);
  self->tag = announce_kit_tag ();
  status = SOUP_STATUS_FORBIDDEN;
  say (self);
  g_assert_true (request_is_known (self, "GET", self->page, NULL));
  g_assert_false (request_is_known (self, "GET", self->page, "Authorization: Basic eDp5"));
}

/* the announcement of a frame becomes invalid with its page; that of the next navigation does
 * not */
static void
test_next_page (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;

  announce_kit_say (world, "one", &(Said){.tag = self->tag, .url = self->page, .dest = "iframe"});
  bulla_gateway_end_page (world->gateway, world->token, "one");
  bulla_gateway_end_page (world->gateway, "another", "one");
  g_assert_false (request_is_known (self, "GET", self->page, NULL));
  g_free (self->tag);
  self->tag = announce_kit_tag ();
  say (self);
  bulla_gateway_end_page (world->gateway, world->token, "one");
  g_assert_true (request_is_known (self, "GET", self->page, NULL));
}

/* --- answers */

/* answer ids belong to one view; a server's own header field of that name is removed */
static void
test_answers (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  g_autoptr (GBytes) live = g_bytes_new_static ("live", 4);

  gateway_world_put_with (world, world->publisher, "/page", live, "text/html",
                          "Bulla-Answer: 00112233445566778899aabbccddeeff");
  g_autoptr (TestResponse) nobody = announce_kit_ask (world, "GET", self->page, NULL, NULL);
  g_assert_false (announce_kit_is_known (nobody));
  g_autoptr (TestResponse) part = announce_kit_send (
      world, "one", &(Said){.url = self->page, .dest = "empty", .document = self->other}, NULL);
  g_assert_false (announce_kit_is_known (part));
  g_autoptr (TestResponse) shown =
      announce_kit_send (world, "one", &(Said){.url = self->page}, NULL);
  const char *id = g_hash_table_lookup (shown->headers, "bulla-answer");
  g_assert_cmpstr (id, !=, "00112233445566778899aabbccddeeff");
  BullaNavigationAnswer *answer =
      bulla_gateway_find_answer (world->gateway, world->token, "one", id);
  g_assert_nonnull (answer);
  g_assert_cmpstr (bulla_navigation_answer_get_url (answer), ==, self->page);
  g_assert_cmpint (bulla_navigation_answer_get_kind (answer), ==, BULLA_NAVIGATION_ANSWER_LIVE);
  g_assert_false (bulla_navigation_answer_is_frame (answer));
  g_assert_null (bulla_gateway_find_answer (world->gateway, world->token, "two", id));
  g_assert_null (bulla_gateway_find_answer (world->gateway, "another", "one", id));
  g_assert_null (bulla_gateway_find_answer (world->gateway, world->token, "one", NULL));
  g_assert_null (bulla_gateway_find_answer (world->gateway, world->token, "one", ""));
  bulla_gateway_close_view (world->gateway, world->token, "one");
  g_assert_null (bulla_gateway_find_answer (world->gateway, world->token, "one", id));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/gateway/identify/" path, Scene, NULL, set_up, test, tear_down)
  ADD ("once", test_once);
  ADD ("other-request", test_other_request);
  ADD ("other-view", test_other_view);
  ADD ("other-session", test_other_session);
  ADD ("forged", test_forged);
  ADD ("destination", test_destination);
  ADD ("http", test_http);
  ADD ("late", test_late);
  ADD ("late-twice", test_late_twice);
  ADD ("never", test_never);
  ADD ("left", test_left);
  ADD ("removed", test_removed);
  ADD ("broken-off", test_broken_off);
  ADD ("password", test_password);
  ADD ("next-page", test_next_page);
  ADD ("answers", test_answers);
  return g_test_run ();
}
