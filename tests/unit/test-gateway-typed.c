/* test-gateway-typed.c - recognises navigations that the user began in the shell, and refuses
 * imitations
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "announce-kit.h"

typedef struct {
  GatewayWorld world;
  TestServer *private_server; /* owned; server of localhost, to which only the user leads */
  char *page;                 /* owned; URL of the publisher */
} Scene;

static void
set_up (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  g_autoptr (GBytes) live = g_bytes_new_static ("live", 4);

  gateway_world_set_up (world, BULLA_GATEWAY_ANNOUNCED, NULL);
  gateway_world_put (world, world->publisher, "/page", live, "text/html");
  self->private_server = announce_kit_private_server (world);
  self->page = test_server_url (world->publisher, "/page");
  bulla_gateway_register_view (world->gateway, world->token, "one");
  bulla_gateway_register_view (world->gateway, world->token, "two");
}

static void
tear_down (Scene *self, gconstpointer data)
{
  gateway_world_tear_down (&self->world, NULL);
  g_clear_pointer (&self->private_server, test_server_free);
  g_free (self->page);
}

/* @field: (nullable): header field; Returns: whether the request reaches this machine */
static gboolean
reaches (Scene *self, const char *view, const Said *said, const char *field)
{
  guint before = self->private_server->n_requests;
  g_autoptr (TestResponse) response = announce_kit_send (&self->world, view, said, field);

  g_assert_cmpint (response->error == NULL, ==, self->private_server->n_requests > before);
  return response->error == NULL;
}

static void
test_once (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  g_autofree char *here = test_server_url (self->private_server, "/");
  g_autofree char *there = test_server_url (self->private_server, "/there");
  g_autofree char *right = announce_kit_typed (world, "one", here);
  g_autofree char *moved = g_strconcat (here, "#part", NULL);

  g_assert_false (reaches (self, "one", &(Said){.url = here}, NULL));
  g_assert_false (reaches (self, "one", &(Said){.url = here}, "Sec-Bulla-Typed: 1"));
  g_assert_false (reaches (self, "two", &(Said){.url = here}, right));
  g_assert_true (reaches (self, "one", &(Said){.url = moved}, right));
  g_assert_false (reaches (self, "one", &(Said){.url = here}, right)); /* valid once */
  g_autofree char *elsewhere = announce_kit_typed (world, "one", there);
  g_assert_false (reaches (self, "one", &(Said){.url = here}, elsewhere));
  g_assert_false (reaches (self, "one", &(Said){.url = there}, elsewhere)); /* already used */
  g_autofree char *framed = announce_kit_typed (world, "one", here);
  g_assert_false (reaches (self, "one", &(Said){.url = here, .dest = "iframe"}, framed));
  g_assert_false (reaches (self, "one", &(Said){.url = here, .dest = "empty"}, framed));
  g_autofree char *older = announce_kit_typed (world, "one", here);
  g_autofree char *newer = announce_kit_typed (world, "one", here);
  g_assert_false (reaches (self, "one", &(Said){.url = here}, older));
  g_assert_true (reaches (self, "one", &(Said){.url = here}, newer));
}

/* The shell's token is valid for the URL that it navigates to, not for a redirect target,
 * although WebKit repeats the header field there. */
static void
test_redirect (Scene *self, gconstpointer data)
{
  g_autofree char *here = test_server_url (self->private_server, "/");
  g_autofree char *typed = announce_kit_typed (&self->world, "one", self->page);
  g_autoptr (TestResponse) first =
      announce_kit_send (&self->world, "one", &(Said){.url = self->page}, typed);

  g_assert_true (announce_kit_is_known (first));
  g_assert_null (strstr (self->world.publisher->last_head, "Sec-Bulla-Typed"));
  g_assert_false (reaches (self, "one", &(Said){.url = here, .redirected = self->page}, typed));
}

/* Without an announcement no request counts as typed. */
static void
test_nobody (Scene *self, gconstpointer data)
{
  g_autofree char *here = test_server_url (self->private_server, "/");
  g_autofree char *typed = announce_kit_typed (&self->world, "one", here);
  g_autoptr (TestResponse) response = announce_kit_ask (&self->world, "GET", here, NULL, typed);

  g_assert_nonnull (response->error);
  g_assert_cmpuint (self->private_server->n_requests, ==, 0);
}

/* a navigation back is not typed; it reaches this machine only if its entry did before */
static void
test_history (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  const BullaNavigationKind kinds[] = {BULLA_NAVIGATION_RELOAD, BULLA_NAVIGATION_BACK_FORWARD};
  g_autofree char *here = test_server_url (self->private_server, "/");
  g_autofree char *typed = announce_kit_typed (world, "one", here);
  Said back = {.url = here, .document = self->page};
  g_autoptr (TestResponse) shown = announce_kit_send (world, "one", &(Said){.url = here}, typed);
  g_autoptr (TestResponse) public =
      announce_kit_send (world, "one", &(Said){.url = self->page}, NULL);
  const char *right = g_hash_table_lookup (shown->headers, "bulla-answer");

  g_assert_nonnull (right);
  g_assert_true (announce_kit_is_known (public));
  g_assert_false (reaches (self, "one", &back, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    bulla_gateway_expect_navigation (world->gateway, world->token, "one", here, kinds[i], "x");
    g_assert_false (reaches (self, "one", &back, NULL));
    bulla_gateway_expect_navigation (world->gateway, world->token, "one", here, kinds[i], NULL);
    g_assert_false (reaches (self, "one", &back, NULL));
    bulla_gateway_expect_navigation (world->gateway, world->token, "two", here, kinds[i], right);
    g_assert_false (reaches (self, "two", &back, NULL)); /* this view did not show it */
    bulla_gateway_expect_navigation (world->gateway, world->token, "one", here, kinds[i], right);
    g_assert_true (reaches (self, "one", &back, NULL));
    g_assert_false (reaches (self, "one", &back, NULL)); /* this is another navigation */
  }
  bulla_gateway_expect_navigation (world->gateway, world->token, "one", here, BULLA_NAVIGATION_LINK,
                                   right);
  g_assert_false (reaches (self, "one", &back, NULL));
}

/* @right: the answer of the whole page's entry */
static void
expect_back (Scene *self, const char *url, BullaNavigationKind kind, const char *right)
{
  bulla_gateway_expect_navigation (self->world.gateway, self->world.token, "one", url, kind, right);
}

/* The answer of the main page's history entry does not let frames, redirect targets or other
 * servers reach private addresses. */
static void
test_history_of_page_alone (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  const BullaNavigationKind kinds[] = {BULLA_NAVIGATION_RELOAD, BULLA_NAVIGATION_BACK_FORWARD};
  TestServer *other = announce_kit_private_server (world);
  g_autofree char *here = test_server_url (self->private_server, "/");
  g_autofree char *there = test_server_url (self->private_server, "/there");
  g_autofree char *elsewhere = test_server_url (other, "/");
  g_autofree char *typed = announce_kit_typed (world, "one", here);
  g_autoptr (TestResponse) shown = announce_kit_send (world, "one", &(Said){.url = here}, typed);
  const char *right = g_hash_table_lookup (shown->headers, "bulla-answer");

  g_assert_nonnull (right);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    Said frame = {.url = here, .dest = "iframe", .document = self->page};
    Said hop = {.url = here, .document = self->page, .redirected = self->page};
    Said away = {.url = elsewhere, .document = self->page};
    Said moved = {.url = there, .document = self->page};
    expect_back (self, here, kinds[i], right);
    g_assert_false (reaches (self, "one", &frame, NULL));
    expect_back (self, here, kinds[i], right);
    g_assert_false (reaches (self, "one", &hop, NULL));
    expect_back (self, elsewhere, kinds[i], right);
    g_autoptr (TestResponse) refused = announce_kit_send (world, "one", &away, NULL);
    g_assert_nonnull (refused->error);
    expect_back (self, there, kinds[i], right); /* the page has changed its address */
    g_assert_true (reaches (self, "one", &moved, NULL));
  }
  g_assert_cmpuint (other->n_requests, ==, 0);
  test_server_free (other);
}

static void
redirect_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, user_data);
}

/* a navigation of the WebDriver client is typed if the browser states that no page began it, and
 * no server redirected it */
static void
test_automated (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  g_autofree char *here = test_server_url (self->private_server, "/");
  g_autofree char *go = test_server_url (world->publisher, "/go");
  g_autofree char *plain = g_steal_pointer (&world->token);
  g_autofree char *automated =
      bulla_gateway_add_session (world->gateway, NULL, BULLA_GATEWAY_AUTOMATED);
  g_autoptr (SoupSession) before = world->client;
  Said said = {.url = here};

  world->token = automated;
  world->client = gateway_world_new_client (world, automated);
  bulla_gateway_register_view (world->gateway, automated, "one");
  g_assert_true (reaches (self, "one", &said, "Sec-Fetch-Site: none"));
  g_assert_false (reaches (self, "one", &said, "Sec-Fetch-Site: cross-site"));
  g_assert_false (reaches (self, "one", &said, NULL));
  g_assert_false (reaches (self, "one", &(Said){.url = here, .redirected = self->page},
                           "Sec-Fetch-Site: none"));
  g_assert_false (
      reaches (self, "one", &(Said){.url = here, .dest = "iframe"}, "Sec-Fetch-Site: none"));
  soup_server_add_handler (world->publisher->soup, "/go", redirect_cb, here, NULL);
  g_autoptr (TestResponse) moved =
      announce_kit_send (world, "one", &(Said){.url = go}, "Sec-Fetch-Site: none");
  g_assert_cmpuint (moved->status, ==, SOUP_STATUS_FOUND);
  g_assert_false (reaches (self, "one", &said, "Sec-Fetch-Site: none")); /* though not announced */
  bulla_gateway_expect_navigation (world->gateway, automated, "one", here,
                                   BULLA_NAVIGATION_BACK_FORWARD, NULL);
  g_assert_false (reaches (self, "one", &said, "Sec-Fetch-Site: none"));
  soup_session_abort (world->client);
  g_clear_object (&world->client);
  bulla_gateway_remove_session (world->gateway, automated);
  world->token = g_steal_pointer (&plain);
  world->client = g_steal_pointer (&before);
  g_assert_false (reaches (self, "one", &said, "Sec-Fetch-Site: none"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/gateway/typed/" path, Scene, NULL, set_up, test, tear_down)
  ADD ("once", test_once);
  ADD ("redirect", test_redirect);
  ADD ("nobody", test_nobody);
  ADD ("history", test_history);
  ADD ("history-of-page-alone", test_history_of_page_alone);
  ADD ("automated", test_automated);
  return g_test_run ();
}
