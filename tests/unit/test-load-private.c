/* test-load-private.c - refuses packages of public servers that refer to servers of this machine
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "announce-kit.h"
#include "bulla-error.h"
#include "bulla-loader.h"

typedef struct {
  GatewayWorld world;
  TestServer *private; /* owned; server of localhost */
  char *secret;        /* owned; URL of that server */
} Scene;

static void
redirect_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, user_data);
}

static void
set_up (Scene *self, gconstpointer data)
{
  gateway_world_set_up (&self->world, BULLA_GATEWAY_ANNOUNCED, NULL);
  self->private = announce_kit_private_server (&self->world);
  self->secret = test_server_url (self->private, "/secret");
}

static void
tear_down (Scene *self, gconstpointer data)
{
  gateway_world_tear_down (&self->world, NULL);
  test_server_free (self->private);
  g_free (self->secret);
}

/* Returns: (transfer full): the load of a file */
static BullaLoad *
load_file (Scene *self)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("page", 4);
  g_autoptr (GBytes) exchange = gateway_world_sign (&self->world, "/page", NULL, NULL, body,
                                                    self->world.world->now - 60, FALSE);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (exchange);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  bulla_loader_load_async (self->world.loader, outer, stream, NULL, NULL, test_take_result,
                           &result);
  BullaLoad *load =
      bulla_loader_load_finish (self->world.loader, test_wait_result (&result), &error);
  g_assert_no_error (error);
  return load;
}

/* a certificate URL on a public host cannot redirect to this machine, for an exchange in a file */
static void
test_file (Scene *self, gconstpointer data)
{
  g_autoptr (BullaLoad) fine = load_file (self);

  g_assert_cmpint (bulla_verdict_get_reason (bulla_load_get_verdict (fine)), ==, BULLA_REASON_NONE);
  g_assert_cmpuint (self->world.chains->n_requests, ==, 1);
  soup_server_add_handler (self->world.chains->soup, "/chain.cbor", redirect_cb, self->secret,
                           NULL);
  g_autoptr (BullaLoad) led = load_file (self);
  g_assert_cmpuint (self->world.chains->n_requests, ==, 2);
  g_assert_cmpuint (self->private->n_requests, ==, 0);
  g_assert_cmpint (bulla_verdict_get_reason (bulla_load_get_verdict (led)), ==,
                   BULLA_REASON_CHAIN_FETCH);
}

static GObject *
open_url (Scene *self, const char *url, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bulla_loader_open_url_async (self->world.loader, url, NULL, NULL, test_take_result, &result);
  return bulla_loader_open_finish (self->world.loader, test_wait_result (&result), error);
}

/* the user may open URLs of this machine; responses of other servers may not refer to it */
static void
test_url (Scene *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->world.aggregator, "/away");
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) own = open_url (self, self->secret, &error);

  g_assert_no_error (error);
  g_assert_nonnull (own);
  g_assert_cmpuint (self->private->n_requests, ==, 1);
  soup_server_add_handler (self->world.aggregator->soup, "/away", redirect_cb, self->secret, NULL);
  g_assert_null (open_url (self, url, &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "redirected to “https://localhost:"));
  g_assert_cmpuint (self->private->n_requests, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/load/private/file", Scene, NULL, set_up, test_file, tear_down);
  g_test_add ("/load/private/url", Scene, NULL, set_up, test_url, tear_down);
  return g_test_run ();
}
