/* test-gateway-bundle-room.c - limits the bytes of all bundles that one view keeps
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-gateway-internal.h"
#include "bulla-gateway-listener.h"
#include "test-bundle-world.h"

#define ONE "v=one; host=-; dest=navigation"
#define FRAME "v=one; host=publisher.test; dest=frame"
#define PART "v=one; host=publisher.test; dest=subresource"
#define SIZE (3 << 20)   /* bytes of each bundle, more than are kept in memory */
#define LIMIT (16 << 20) /* bytes */
#define N_FIT (LIMIT / SIZE)
#define N 9

typedef struct {
  GatewayWorld world;
  char *text; /* owned; of SIZE bytes */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  gateway_world_set_up (&self->world, BULLA_GATEWAY_ANNOUNCED, NULL);
  BullaGatewayListener *listener = self->world.gateway->listener;
  BullaGatewayLimits limits = *bulla_gateway_listener_get_limits (listener);

  limits.bundle_bytes = LIMIT;
  bulla_gateway_listener_set_limits (listener, &limits);
  self->text = g_strnfill (SIZE, 'x');
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_free (self->text);
  gateway_world_tear_down (&self->world, NULL);
}

/* Serves a bundle with /N/page, which is large, and /N/part at /N/all.wbn of a server. */
static void
put (Fixture *self, TestServer *server, guint n, gboolean vouched)
{
  g_autofree char *page = g_strdup_printf ("/%u/page", n);
  g_autofree char *part = g_strdup_printf ("/%u/part", n);
  g_autofree char *at = g_strdup_printf ("/%u/all.wbn", n);
  const TestResource resources[] = {{page, "text/html", self->text, vouched},
                                    {part, "text/plain", "part", vouched}};
  g_autoptr (BullaBundleWriter) writer = test_bundle_writer (
      &self->world, BULLA_BUNDLE_FORMAT_B2, resources, 2, self->world.world->now - 60, NULL, NULL);
  g_autoptr (GBytes) bundle = test_bundle_write (writer);

  test_bundle_put (&self->world, server, at, bundle);
}

static TestResponse *
get (Fixture *self, const char *path, const char *tag)
{
  g_autofree char *url = test_server_url (self->world.publisher, path);

  return gateway_world_get (&self->world, url, tag);
}

static gboolean
is_large (const TestResponse *response)
{
  return response->error == NULL && response->status == 200 && response->length == SIZE;
}

/* Requests a large part, for which a script element of the shown page names a bundle. */
static gboolean
get_by_script (Fixture *self, guint n)
{
  g_autofree char *source = g_strdup_printf ("/%u/all.wbn", n);
  g_autofree char *bundle = test_server_url (self->world.publisher, source);
  g_autofree char *escaped = g_uri_escape_string (bundle, NULL, FALSE);
  g_autofree char *tag = g_strdup_printf (PART "; bundle=%s; credentials=omit", escaped);
  g_autofree char *path = g_strdup_printf ("/%u/page", n);
  g_autoptr (TestResponse) response = get (self, path, tag);

  return is_large (response);
}

/* @n: number of a bundle that a script element has named before. Returns: whether it answers, and
 * its server was not asked again */
static gboolean
is_kept_for_script (Fixture *self, guint n)
{
  guint before = self->world.publisher->n_requests;
  gboolean served = get_by_script (self, n);

  g_assert_cmpuint (self->world.publisher->n_requests, ==, before);
  return served;
}

static void
show_live (Fixture *self)
{
  g_autoptr (TestResponse) page = get (self, "/live", ONE);

  g_assert_cmpstr (page->body, ==, "live");
}

/* The bundles that script elements of one page name have room together; those of the page before
 * give way. */
static void
test_scripts (Fixture *self, gconstpointer data)
{
  guint n_served = 0;

  gateway_world_put_live (&self->world, "/live");
  for (guint i = 0; i < N; i++)
    put (self, self->world.publisher, i, FALSE);
  show_live (self);
  for (guint i = 0; i < N; i++) {
    n_served += get_by_script (self, i) ? 1 : 0;
    g_assert_cmpuint (test_sum_unlinked (), <=, LIMIT);
  }
  g_assert_cmpuint (n_served, ==, N_FIT);
  show_live (self);
  g_assert_true (get_by_script (self, N - 1));
  g_assert_cmpuint (test_sum_unlinked (), <=, LIMIT);
}

/* A page that is shown again, and whose bundle was dropped meanwhile, does not get another version
 * of it. */
static void
test_scripts_again (Fixture *self, gconstpointer data)
{
  gateway_world_put_live (&self->world, "/live");
  for (guint i = 0; i < N; i++)
    put (self, self->world.publisher, i, FALSE);
  g_autoptr (TestResponse) first = get (self, "/live", ONE);
  g_assert_cmpstr (first->body, ==, "live");
  g_assert_true (get_by_script (self, 0));
  show_live (self);
  for (guint i = 1; i <= N_FIT; i++)
    g_assert_true (get_by_script (self, i));
  for (guint i = 1; i <= N_FIT; i++)
    g_assert_true (is_kept_for_script (self, i));
  bulla_gateway_note_shown (self->world.gateway, self->world.token, "one",
                            g_hash_table_lookup (first->headers, "bulla-answer"));
  g_assert_false (is_kept_for_script (self, 0));
  g_assert_cmpuint (test_sum_unlinked (), <=, LIMIT);
}

/* So is a page that the gateway does not know, while it is shown. */
static void
test_scripts_unknown (Fixture *self, gconstpointer data)
{
  guint n_served = 0;

  gateway_world_put_live (&self->world, "/live");
  for (guint i = 0; i < N; i++)
    put (self, self->world.publisher, i, FALSE);
  show_live (self);
  bulla_gateway_note_shown (self->world.gateway, self->world.token, "one", NULL);
  for (guint i = 0; i < N; i++)
    n_served += get_by_script (self, i) ? 1 : 0;
  g_assert_cmpuint (n_served, ==, N_FIT);
  g_assert_true (is_kept_for_script (self, 0));
  show_live (self);
  g_assert_true (get_by_script (self, N - 1)); /* the unknown page has been left */
}

/* @tag: of the navigation to the bundle. Returns: whether its page was served */
static gboolean
open_bundle (Fixture *self, guint n, const char *tag)
{
  g_autofree char *at = g_strdup_printf ("/%u/all.wbn", n);
  g_autofree char *path = g_strdup_printf ("/%u/page", n);
  g_autofree char *url = test_server_url (self->world.aggregator, at);
  g_autoptr (TestResponse) redirect = gateway_world_get (&self->world, url, tag);

  if (redirect->error != NULL)
    return FALSE;
  g_assert_cmpuint (redirect->status, ==, 303);
  g_autoptr (TestResponse) page = get (self, path, tag);
  return is_large (page);
}

/* One page after another is shown from a bundle: each has room, and its parts. */
static void
test_pages (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < N; i++) {
    put (self, self->world.aggregator, i, TRUE);
    g_assert_true (open_bundle (self, i, ONE));
    g_assert_cmpuint (test_sum_unlinked (), <=, LIMIT);
  }
  test_bundle_assert_body (&self->world, "/8/part", PART, "part");
  g_assert_cmpuint (self->world.publisher->n_requests, ==, 0);
}

/* Frames do not take more, and the page around them keeps its parts. */
static void
test_frames (Fixture *self, gconstpointer data)
{
  guint n_served = 0;

  for (guint i = 0; i < N; i++)
    put (self, self->world.aggregator, i, TRUE);
  g_assert_true (open_bundle (self, 0, ONE));
  for (guint i = 1; i < N; i++) {
    n_served += open_bundle (self, i, FRAME) ? 1 : 0;
    g_assert_cmpuint (test_sum_unlinked (), <=, LIMIT);
  }
  g_assert_cmpuint (n_served, ==, N_FIT - 1);
  test_bundle_assert_body (&self->world, "/0/part", PART, "part");
  g_assert_cmpuint (self->world.publisher->n_requests, ==, 0);
  put (self, self->world.aggregator, N, TRUE);
  g_assert_true (open_bundle (self, N, ONE)); /* the frames of the page that is left give way */
  g_assert_cmpuint (test_sum_unlinked (), <=, LIMIT);
}

/* Requests as a shared worker of the publisher does. Returns: whether the live version came */
static gboolean
is_live_for_worker (Fixture *self, const char *path)
{
  g_autofree char *url = test_server_url (self->world.publisher, path);
  g_autofree char *from = test_server_url (self->world.publisher, "/worker.js");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);

  soup_message_headers_replace (soup_message_get_request_headers (message), "Referer", from);
  g_autoptr (TestResponse) response = test_send (self->world.client, message);
  return response->error == NULL && g_str_equal (response->body, "live");
}

/* A frame that has lost its bundle gets no live version, and neither do its workers. */
static void
test_lost_workers (Fixture *self, gconstpointer data)
{
  g_autofree char *around = test_server_url (self->world.aggregator, "/around");
  g_autofree char *last = test_server_url (self->world.aggregator, "/8/all.wbn");
  g_autoptr (GBytes) text = g_bytes_new_static ("live", 4);

  gateway_world_put (&self->world, self->world.aggregator, "/around", text, "text/html");
  gateway_world_put_live (&self->world, "/0/part");
  gateway_world_put_live (&self->world, "/live");
  for (guint i = 0; i < N; i++)
    put (self, self->world.aggregator, i, TRUE);
  g_assert_true (is_live_for_worker (self, "/0/part"));
  g_autoptr (TestResponse) page = gateway_world_get (&self->world, around, ONE);
  g_assert_cmpstr (page->body, ==, "live");
  for (guint i = 0; i < N_FIT; i++)
    g_assert_true (open_bundle (self, i, FRAME));
  g_assert_false (is_live_for_worker (self, "/0/part"));
  g_assert_true (is_live_for_worker (self, "/live"));
  /* room is made for the next page, which is not shown yet */
  g_autoptr (TestResponse) redirect = gateway_world_get (&self->world, last, ONE);
  g_assert_cmpuint (redirect->status, ==, 303);
  g_assert_false (is_live_for_worker (self, "/0/part"));
  g_assert_false (is_live_for_worker (self, "/live"));
  show_live (self);
  g_assert_true (is_live_for_worker (self, "/0/part"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/bundle-room/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("scripts", test_scripts);
  ADD ("scripts-again", test_scripts_again);
  ADD ("scripts-unknown", test_scripts_unknown);
  ADD ("pages", test_pages);
  ADD ("frames", test_frames);
  ADD ("lost-workers", test_lost_workers);
  return g_test_run ();
}
