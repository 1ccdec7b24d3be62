/* test-http2-leave.c - ends requests over HTTP/2 at any moment
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-error.h"
#include "bulla-http-message-internal.h"
#include "bulla-http-transfer.h"
#include "bulla-tls-database.h"
#include "http2-world.h"

static void
test_leave (Http2World *self, gconstpointer data)
{
  const char *const paths[] = {"/hello", "/silent", "/bytes/3000000", "/reset", "/vanish",
                               "/push",  "/refuse", "/goaway",        "/last"};

  for (guint i = 0; i < G_N_ELEMENTS (paths) * 2 * 16; i++) {
    g_atomic_int_set (&self->server->n_refused, 1);
    g_autoptr (BullaHttpMessage) message = http2_world_make_message (
        self, i % 2 ? "POST" : "GET", "a.test", paths[i / 2 % G_N_ELEMENTS (paths)]);
    client_kit_leave_after (self->connector, message, i / 2 / G_N_ELEMENTS (paths), FALSE);
  }
  http2_world_assert_hello (self, "/hello");
}

/* a body that is closed early resets its stream, and the connection is kept */
static void
test_close_body (Http2World *self, gconstpointer data)
{
  for (guint i = 1; i <= 10; i++) {
    g_autoptr (BullaHttpMessage) message =
        http2_world_make_message (self, "GET", "a.test", "/bytes/30000000");
    g_autoptr (GError) error = NULL;
    g_autoptr (GInputStream) body =
        client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_no_error (error);
    g_clear_object (&body);
    http2_world_assert_hello (self, "/hello");
    g_assert_cmpint (g_atomic_int_get (&self->server->n_resets), ==, (int)i);
  }
  g_assert_cmpint (self->server->n_connections, ==, 1);
}

/* a request that is cancelled before its response has begun resets its stream */
static void
test_cancel (Http2World *self, gconstpointer data)
{
  for (gint i = 1; i <= 3; i++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (BullaHttpMessage) message =
        http2_world_make_message (self, "GET", "a.test", "/silent");
    g_autoptr (GAsyncResult) result = NULL;
    int before = g_atomic_int_get (&self->server->n_requests);

    bulla_connector_send_async (self->connector, message, &CLIENT_KIT_CAUSE,
                                BULLA_CONNECTOR_DEFAULT, cancellable, test_take_result, &result);
    while (g_atomic_int_get (&self->server->n_requests) == before)
      g_main_context_iteration (NULL, FALSE);
    g_cancellable_cancel (cancellable);
    g_autoptr (GInputStream) body =
        bulla_connector_send_finish (self->connector, test_wait_result (&result), NULL);
    g_assert_null (body);
    http2_world_assert_hello (self, "/hello");
    g_assert_cmpint (g_atomic_int_get (&self->server->n_resets), ==, i);
  }
  g_assert_cmpint (self->server->n_connections, ==, 1);
}

/* if the connector is released while its requests run, they end normally */
static void
test_leave_connector (Http2World *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  http2_world_start (self, "/bytes/3000000", &result);
  BullaConnector *connector = g_steal_pointer (&self->connector);
  g_object_unref (connector); /* the task still holds a reference */
  g_autoptr (GInputStream) body =
      g_task_propagate_pointer (G_TASK (test_wait_result (&result)), &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  g_autofree char *text = client_kit_read_all (body, &error);
  g_assert_cmpuint (strlen (text), ==, 3000000);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  self->connector = bulla_connector_new (trust, self->ledger);
}

/* Starts a request whose server may be silent for a second. @result: (out) */
static void
start_impatient (Http2World *self, BullaHttpClient *client, const char *path, GAsyncResult **result)
{
  g_autoptr (BullaHttpMessage) message = http2_world_make_message (self, "GET", "a.test", path);
  g_autoptr (GTlsDatabase) database = bulla_tls_database_new (self->world->trust, NULL);
  g_autoptr (BullaHttpTls) tls = bulla_http_tls_new (database, "a.test", self->server->port);
  g_autoptr (GPtrArray) given = g_ptr_array_new_with_free_func (g_object_unref);
  BullaHttpTransferOptions options = {.given = given, .timeout = 1, .tls = tls};

  g_ptr_array_add (given, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4));
  message->recorder =
      bulla_contact_recorder_new (self->ledger, &CLIENT_KIT_CAUSE,
                                  bulla_http_message_get_uri (message), self->server->port, FALSE);
  bulla_http_transfer_start (client, message, &options,
                             g_task_new (NULL, NULL, test_take_result, result));
}

/* Returns: (nullable): the whole body */
static char *
end_impatient (GAsyncResult **result, GError **error)
{
  g_autoptr (GInputStream) body =
      g_task_propagate_pointer (G_TASK (test_wait_result (result)), error);

  g_clear_object (result);
  return body != NULL ? client_kit_read_all (body, error) : NULL;
}

/* a server that stops sending ends its response; a reader that stops reading does not */
static void
test_silent (Http2World *self, gconstpointer data)
{
  const char *const paths[] = {"/silent", "/stalls"}; /* before the head, and within the body */
  g_autoptr (BullaHttpClient) client =
      bulla_http_client_new (g_main_context_default (), &bulla_http_transfer_funcs);
  g_autoptr (GAsyncResult) result = NULL, unread = NULL;

  start_impatient (self, client, "/bytes/3000000", &unread);
  test_wait_result (&unread);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GError) error = NULL;
    start_impatient (self, client, paths[i], &result);
    g_assert_null (end_impatient (&result, &error));
    g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
    g_assert_nonnull (strstr (error->message, "sent nothing for 1 seconds"));
  }
  g_autoptr (GError) error = NULL;
  g_autofree char *body = end_impatient (&unread, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (body), ==, 3000000);
  bulla_http_client_stop (client);
}

static void
test_deadline (Http2World *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  http2_world_assert_hello (self, "/hello");
  bulla_connector_set_deadline (self->connector,
                                g_get_monotonic_time () + 200 * G_TIME_SPAN_MILLISECOND);
  g_assert_null (http2_world_fetch (self, "/silent", &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
  g_assert_nonnull (strstr (error->message, "--timeout"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/http2-leave/" path, Http2World, NULL, http2_world_set_up, test,                    \
              http2_world_tear_down)
  ADD ("anywhere", test_leave);
  ADD ("body", test_close_body);
  ADD ("cancel", test_cancel);
  ADD ("connector", test_leave_connector);
  ADD ("deadline", test_deadline);
  ADD ("silent", test_silent);
  return g_test_run ();
}
