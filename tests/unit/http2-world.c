/* http2-world.c - a client of a server of HTTP/2, which it trusts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http2-world.h"

#include "bulla-error.h"

BullaHttpMessage *
http2_world_make_message (Http2World *self, const char *method, const char *host, const char *path)
{
  g_autofree char *url = g_strdup_printf ("https://%s:%u%s", host, self->server->port, path);

  return bulla_http_message_new_for_url (method, url);
}

char *
http2_world_fetch (Http2World *self, const char *path, GError **error)
{
  g_autoptr (BullaHttpMessage) message = http2_world_make_message (self, "GET", "a.test", path);
  g_autoptr (GInputStream) body =
      client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, error);

  return body != NULL ? client_kit_read_all (body, error) : NULL;
}

void
http2_world_assert_hello (Http2World *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *body = http2_world_fetch (self, path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (body, ==, "hello");
}

/* Starts a request for @path. @result: (out) */
void
http2_world_start (Http2World *self, const char *path, GAsyncResult **result)
{
  g_autoptr (BullaHttpMessage) message = http2_world_make_message (self, "GET", "a.test", path);

  bulla_connector_send_async (self->connector, message, &CLIENT_KIT_CAUSE, BULLA_CONNECTOR_DEFAULT,
                              NULL, test_take_result, result);
}

/* Waits for a request that was started. Returns: (transfer full) (nullable): the body */
char *
http2_world_finish (Http2World *self, GAsyncResult **result, GError **error)
{
  g_autoptr (GInputStream) body =
      bulla_connector_send_finish (self->connector, test_wait_result (result), error);

  return body != NULL ? client_kit_read_all (body, error) : NULL;
}

void
http2_world_set_up (Http2World *self, gconstpointer data)
{
  self->world = test_world_new ();
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, "a.test", self->world->now - 86400, 30, 0);
  self->server = http2_server_new (certificate);
  self->ledger = bulla_ledger_new ();
  self->connector = bulla_connector_new (self->world->trust, self->ledger);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *resolve =
        g_strdup_printf ("%s.test:%u:127.0.0.1", i == 0 ? "a" : "b", self->server->port);
    g_assert_true (
        bulla_given_addresses_add (bulla_connector_get_resolve (self->connector), resolve, NULL));
  }
}

void
http2_world_tear_down (Http2World *self, gconstpointer data)
{
  g_object_unref (self->connector);
  http2_server_free (self->server);
  g_object_unref (self->ledger);
  test_world_free (self->world);
}
