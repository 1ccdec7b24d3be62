/* test-gateway-substituted-session.c - hands substituted pages to sessions of their own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange-kit.h"
#include "test-bundle-world.h"

#define ONE "v=one; host=-; dest=navigation"
#define FRAME "v=one; host=aggregator.test; dest=frame"
#define OWN "v=own; host=-; dest=navigation"
#define OWN_LINK "v=own; host=publisher.test; dest=navigation"

/* what the gateway gave to the client */
typedef struct {
  GatewayWorld *world;     /* borrowed */
  BullaHandover *handover; /* owned; the last one; NULL before one */
  char *left;              /* owned; "VIEW URL TYPED" of the last signal; NULL before one */
  char *token;             /* owned; of the session of substituted pages */
  SoupSession *client;     /* owned; of that session */
} Apart;

static void
apart_cb (BullaGateway *gateway, const char *view, BullaHandover *handover, Apart *self)
{
  g_set_object (&self->handover, handover);
}

static void
leave_cb (BullaGateway *gateway, const char *view, const char *url, gboolean typed, Apart *self)
{
  g_free (self->left);
  self->left = g_strdup_printf ("%s %s %d", view, url, typed);
}

/* @value: of the setting `substituted.data`; @flags: of the session of live pages */
static Apart *
begin (GatewayWorld *world, const char *value, BullaGatewayFlags flags)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) base = bulla_profile_load ("draft-b3", &error);
  g_autoptr (BullaProfile) profile = bulla_profile_with (base, "substituted.data", value, &error);
  Apart *self = g_new0 (Apart, 1);

  g_assert_no_error (error);
  self->world = world;
  gateway_world_set_profile (world, profile, flags, NULL);
  self->token = bulla_gateway_add_session (world->gateway, NULL,
                                           BULLA_GATEWAY_ANNOUNCED | BULLA_GATEWAY_APART);
  self->client = gateway_world_new_client (world, self->token);
  bulla_gateway_register_view (world->gateway, self->token, "own");
  g_signal_connect (world->gateway, "apart", G_CALLBACK (apart_cb), self);
  g_signal_connect (world->gateway, "leave", G_CALLBACK (leave_cb), self);
  exchange_kit_put_signed (world, world->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  gateway_world_put_live (world, "/article");
  return self;
}

static void
end (Apart *self)
{
  g_signal_handlers_disconnect_by_data (self->world->gateway, self);
  soup_session_abort (self->client);
  g_object_unref (self->client);
  bulla_gateway_remove_session (self->world->gateway, self->token);
  g_clear_object (&self->handover);
  g_free (self->token);
  g_free (self->left);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Apart, end)

/* Lets the world's client be that of substituted pages, and the other way round. */
static void
swap (Apart *self)
{
  GatewayWorld *world = self->world;
  char *token = world->token;
  SoupSession *client = world->client;

  world->token = self->token;
  world->client = self->client;
  self->token = token;
  self->client = client;
}

static TestResponse *
get_apart (Apart *self, const char *url, const char *tag)
{
  swap (self);
  TestResponse *response = gateway_world_get (self->world, url, tag);
  swap (self);
  return response;
}

static TestResponse *
get_again (Apart *self, const char *url, const char *tag, BullaNavigationKind kind,
           const TestResponse *shown)
{
  swap (self);
  TestResponse *response = gateway_world_again (self->world, url, tag, kind, shown);
  swap (self);
  return response;
}

static char *
link_url (GatewayWorld *self)
{
  return test_server_url (self->aggregator, "/a.sxg");
}

static char *
page_url (GatewayWorld *self)
{
  return test_server_url (self->publisher, "/article");
}

static const char *
get_policy (const TestResponse *response)
{
  return g_hash_table_lookup (response->headers, "content-security-policy");
}

static const char *const VALUES[] = {"partition", "until-confirmed", "deny"};

/* The page is not served among live ones; another session gets it, also for a reload. */
static void
test_handed_over (GatewayWorld *world, gconstpointer value)
{
  g_autoptr (Apart) self = begin (world, value, BULLA_GATEWAY_PARTS);
  g_autofree char *link = link_url (world);
  g_autofree char *page = page_url (world);

  g_autoptr (TestResponse) first = gateway_world_get (world, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) closed = gateway_world_get (world, page, ONE);
  g_assert_nonnull (closed->error);
  g_assert_nonnull (self->handover);
  g_assert_cmpstr (bulla_handover_get_url (self->handover), ==, page);
  g_assert_cmpstr (bulla_handover_get_distributor (self->handover), ==, link);
  bulla_gateway_put_handover (world->gateway, self->token, "own", self->handover);
  g_autoptr (TestResponse) shown = get_apart (self, page, OWN);
  exchange_kit_assert_body (shown, "<p>signed");
  g_assert_null (get_policy (shown));
  g_autoptr (TestResponse) again = get_again (self, page, OWN_LINK, BULLA_NAVIGATION_RELOAD, shown);
  exchange_kit_assert_body (again, "<p>signed");
  g_assert_cmpuint (world->publisher->n_requests, ==, 0);
}

/* A session of substituted pages asks no server for a page: neither the publisher's nor another. */
static void
test_leaves (GatewayWorld *world, gconstpointer value)
{
  g_autoptr (Apart) self = begin (world, value, BULLA_GATEWAY_PARTS);
  g_autofree char *page = page_url (world);
  g_autofree char *other = test_server_url (world->aggregator, "/");
  g_autofree char *typed = g_strdup_printf ("own %s 1", page);
  g_autofree char *linked = g_strdup_printf ("own %s 0", other);

  g_autoptr (TestResponse) first = get_apart (self, page, OWN);
  g_assert_nonnull (first->error);
  g_assert_cmpstr (self->left, ==, typed);
  g_autoptr (TestResponse) second = get_apart (self, other, OWN_LINK);
  g_assert_nonnull (second->error);
  g_assert_cmpstr (self->left, ==, linked);
  g_assert_cmpuint (world->publisher->n_requests, ==, 0);
  g_assert_cmpuint (world->aggregator->n_requests, ==, 0);
}

/* A form that sends data would lose them on its way to another session. */
static void
test_form (GatewayWorld *world, gconstpointer value)
{
  g_autoptr (Apart) self = begin (world, value, BULLA_GATEWAY_PARTS);
  g_autofree char *page = page_url (world);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_POST, page);
  g_autoptr (GBytes) body = exchange_kit_text ("a=b");

  soup_message_set_request_body_from_bytes (message, "text/plain", body);
  gateway_world_announce (world, self->token, message, OWN_LINK);
  g_autoptr (TestResponse) response = test_send (self->client, message);
  g_assert_nonnull (response->error);
  g_assert_null (self->left);
  g_assert_nonnull (strstr (world->events->str, "refused own"));
  g_assert_cmpuint (world->publisher->n_requests, ==, 0);
}

/* A frame shares its page's session, so the package in it gets no origin. */
static void
test_frame (GatewayWorld *world, gconstpointer value)
{
  g_autoptr (Apart) self = begin (world, value, BULLA_GATEWAY_PARTS);
  g_autofree char *link = link_url (world);
  g_autofree char *page = page_url (world);

  g_autoptr (TestResponse) first = gateway_world_get (world, link, FRAME);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) shown = gateway_world_get (world, page, FRAME);
  exchange_kit_assert_body (shown, "<p>signed");
  g_assert_true (g_str_has_prefix (get_policy (shown), "sandbox "));
  g_assert_null (strstr (get_policy (shown), "allow-same-origin"));
  g_assert_null (self->handover);
}

/* So does a page in a client that has one session for everything. */
static void
test_other_client (GatewayWorld *world, gconstpointer value)
{
  g_autoptr (Apart) self = begin (world, value, BULLA_GATEWAY_ANNOUNCED);
  g_autofree char *link = link_url (world);
  g_autofree char *page = page_url (world);

  g_autoptr (TestResponse) first = gateway_world_get (world, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) shown = gateway_world_get (world, page, ONE);
  exchange_kit_assert_body (shown, "<p>signed");
  g_assert_true (g_str_has_prefix (get_policy (shown), "sandbox "));
  g_assert_null (strstr (get_policy (shown), "allow-same-origin"));
  g_assert_null (self->handover);
}

/* A page that the publisher's server sends is as it was. */
static void
test_live (GatewayWorld *world, gconstpointer value)
{
  g_autoptr (Apart) self = begin (world, value, BULLA_GATEWAY_PARTS);
  g_autofree char *page = page_url (world);

  g_autoptr (TestResponse) shown = gateway_world_get (world, page, ONE);
  exchange_kit_assert_body (shown, "live");
  g_assert_null (get_policy (shown));
}

/* Another package, which the session was not made for, goes to a session of its own. */
static void
test_next_package (GatewayWorld *world, gconstpointer value)
{
  g_autoptr (Apart) self = begin (world, value, BULLA_GATEWAY_PARTS);
  g_autofree char *link = link_url (world);
  g_autofree char *page = page_url (world);

  g_autoptr (TestResponse) first = gateway_world_get (world, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) closed = gateway_world_get (world, page, ONE);
  g_assert_nonnull (closed->error);
  g_autoptr (BullaHandover) one = g_object_ref (self->handover);
  exchange_kit_put_signed (world, world->aggregator, "/b.sxg", "/article", "<p>newer", 0);
  g_autofree char *next = test_server_url (world->aggregator, "/b.sxg");
  g_autoptr (TestResponse) second = gateway_world_get (world, next, ONE);
  exchange_kit_assert_redirect (second, page);
  g_autoptr (TestResponse) closed_too = gateway_world_get (world, page, ONE);
  g_assert_nonnull (closed_too->error);
  g_assert_true (self->handover != one);
  bulla_gateway_put_handover (world->gateway, self->token, "own", one);
  g_autoptr (TestResponse) shown = get_apart (self, page, OWN);
  exchange_kit_assert_body (shown, "<p>signed");
  bulla_gateway_put_handover (world->gateway, self->token, "own", self->handover);
  g_autoptr (TestResponse) newer = get_apart (self, page, OWN);
  exchange_kit_assert_body (newer, "<p>newer");
  g_autoptr (BullaHandover) two = g_object_ref (self->handover);
  g_autoptr (TestResponse) back =
      get_again (self, page, OWN_LINK, BULLA_NAVIGATION_BACK_FORWARD, shown);
  g_assert_nonnull (back->error); /* the first one's entry, in the session of the second */
  g_assert_true (self->handover != two);
}

/* A bundle is handed over as a whole: its parts and its other pages are served from it too. */
static void
test_bundle (GatewayWorld *world, gconstpointer value)
{
  static const TestResource resources[] = {
      {"/article", "text/html", "<p>bundled", TRUE},
      {"/style.css", "text/css", "p { color: red }", TRUE},
      {"/next", "text/html", "<p>next", TRUE},
  };
  g_autoptr (Apart) self = begin (world, value, BULLA_GATEWAY_PARTS);
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (world, BULLA_BUNDLE_FORMAT_B2, resources, G_N_ELEMENTS (resources),
                          world->world->now - 60, "x-signed", "yes");
  g_autoptr (GBytes) bundle = test_bundle_write (writer);

  test_bundle_put (world, world->aggregator, "/a.wbn", bundle);
  test_bundle_assert_redirect (world, world->aggregator, "/a.wbn", ONE, "/article");
  test_bundle_assert_closed (world, world->publisher, "/article", ONE);
  g_assert_nonnull (self->handover);
  bulla_gateway_put_handover (world->gateway, self->token, "own", self->handover);
  swap (self);
  test_bundle_assert_body (world, "/article", OWN, "<p>bundled");
  test_bundle_assert_body (world, "/style.css", "v=own; host=publisher.test; dest=subresource",
                           "p { color: red }");
  test_bundle_assert_body (world, "/next", OWN_LINK, "<p>next");
  swap (self);
  g_assert_cmpuint (world->publisher->n_requests, ==, 0);
}

/* After that nothing that was kept answers: the history's entry is loaded live. */
static void
test_forgotten (GatewayWorld *world, gconstpointer value)
{
  g_autoptr (Apart) self = begin (world, "allow", BULLA_GATEWAY_PARTS);
  g_autofree char *link = link_url (world);
  g_autofree char *page = page_url (world);

  g_autoptr (TestResponse) first = gateway_world_get (world, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) shown = gateway_world_get (world, page, ONE);
  exchange_kit_assert_body (shown, "<p>signed");
  g_assert_null (get_policy (shown));
  bulla_gateway_forget_packages (world->gateway);
  g_assert_null (bulla_gateway_find_answer (world->gateway, world->token, "one",
                                            g_hash_table_lookup (shown->headers, "bulla-answer")));
  g_autoptr (TestResponse) back =
      gateway_world_again (world, page, "v=one; host=publisher.test; dest=navigation",
                           BULLA_NAVIGATION_BACK_FORWARD, shown);
  exchange_kit_assert_body (back, "live");
}

/* --- service workers */

#define AROUND "v=one; host=aggregator.test; dest=subresource"
#define INSIDE "v=one; host=publisher.test; dest=subresource"

/* Returns: whether the script of a service worker of the publisher arrives. @tag: of the page
 * around the frame that registers it */
static gboolean
registers (GatewayWorld *world, const char *tag)
{
  g_autofree char *url = test_server_url (world->publisher, "/worker.js");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);

  soup_message_headers_append (soup_message_get_request_headers (message), "Service-Worker",
                               "script");
  gateway_world_announce (world, world->token, message, tag);
  g_autoptr (TestResponse) response = test_send (world->client, message);
  return response->error == NULL && g_str_equal (response->body, "live");
}

/* A package in a frame registers no service worker where forgetting could not remove it. Live pages
 * of its origin can in the next page, and again in the first one if a package is in its frame. */
static void
test_frame_worker (GatewayWorld *world, gconstpointer value)
{
  g_autoptr (Apart) self = begin (world, "allow", BULLA_GATEWAY_PARTS);
  g_autofree char *link = link_url (world);
  g_autofree char *page = page_url (world);
  g_autofree char *around = test_server_url (world->aggregator, "/around");
  g_autoptr (GBytes) text = exchange_kit_text ("live");

  gateway_world_put (world, world->aggregator, "/around", text, "text/html");
  gateway_world_put_live (world, "/worker.js");
  g_assert_true (registers (world, AROUND)); /* of a live page in a frame */
  g_autoptr (TestResponse) first = gateway_world_get (world, link, FRAME);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) shown = gateway_world_get (world, page, FRAME);
  exchange_kit_assert_body (shown, "<p>signed");
  g_assert_null (get_policy (shown));
  g_string_truncate (world->events, 0);
  g_assert_false (registers (world, AROUND));
  g_assert_nonnull (strstr (world->events->str, "refused one"));
  g_assert_true (registers (world, INSIDE));
  g_assert_cmpuint (world->publisher->n_requests, ==, 2);
  g_autoptr (TestResponse) next = gateway_world_get (world, around, ONE);
  g_assert_cmpstr (next->body, ==, "live");
  g_autoptr (TestResponse) live = gateway_world_get (world, page, FRAME);
  g_assert_cmpstr (live->body, ==, "live");
  g_assert_true (registers (world, AROUND));
  g_autoptr (TestResponse) again = gateway_world_get (world, link, FRAME);
  exchange_kit_assert_redirect (again, page);
  g_autoptr (TestResponse) package = gateway_world_get (world, page, FRAME);
  exchange_kit_assert_body (package, "<p>signed");
  g_assert_false (registers (world, AROUND));
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*func) (GatewayWorld *world, gconstpointer value);
  } cases[] = {
      {"handed-over", test_handed_over},
      {"leaves", test_leaves},
      {"form", test_form},
      {"frame", test_frame},
      {"other-client", test_other_client},
      {"live", test_live},
      {"next-package", test_next_package},
      {"bundle", test_bundle},
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (VALUES); j++) {
      g_autofree char *path = g_strdup_printf ("/gateway/apart/%s/%s", cases[i].name, VALUES[j]);
      g_test_add (path, GatewayWorld, VALUES[j], gateway_world_set_up_announced, cases[i].func,
                  gateway_world_tear_down);
    }
  g_test_add ("/gateway/apart/frame-worker", GatewayWorld, NULL, gateway_world_set_up_announced,
              test_frame_worker, gateway_world_tear_down);
  g_test_add ("/gateway/apart/forgotten", GatewayWorld, NULL, gateway_world_set_up_announced,
              test_forgotten, gateway_world_tear_down);
  return g_test_run ();
}
