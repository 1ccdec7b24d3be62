/* test-http2-broken.c - runs the HTTP client against servers that break HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-error.h"
#include "http2-world.h"

/* Responses that are broken end with an error that names the host, and other requests go on. */
static void
test_broken (Http2World *self, gconstpointer data)
{
  const char *const paths[] = {
      "/reset",         "/reset-at-once", "/reset-no-error",
      "/short",         "/long",          "/no-status",
      "/bad-status",    "/length-text",   "/switching",
      "/connection",    "/chunked",       "/keep-alive",
      "/upgrade",       "/proxy",         "/unknown-pseudo",
      "/blank-name",    "/no-name",       "/late-status",
      "/two-statuses",  "/no-index",      "/upper",
      "/line",          "/nul",           "/colon",
      "/pseudo",        "/many-fields",   "/large-fields",
      "/push",          "/too-much",      "/garbage",
      "/large-trailer", "/bomb",          "/other-stream",
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GError) error = NULL;
    http2_world_assert_hello (self, "/hello");
    g_autofree char *body = http2_world_fetch (self, paths[i], &error);
    g_test_message ("%s: %s", paths[i], error != NULL ? error->message : body);
    g_assert_null (body);
    g_assert_nonnull (error);
    g_assert_true (error->domain == BULLA_ERROR);
    g_assert_true (g_str_has_prefix (error->message, "a.test: "));
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    http2_world_assert_hello (self, "/hello");
  }
}

#define FLOOD_MAX (64 * 1024 * 1024) /* bytes, most of which lie in the buffers of sockets */

/* A server cannot keep us busy with frames that bring nothing. */
static void
test_floods (Http2World *self, gconstpointer data)
{
  const char *const paths[] = {"/pings",         "/settings",     "/priorities", "/updates",
                               "/empty-data",    "/late-resets",  "/late-heads", "/late-data",
                               "/hints-forever", "/continuations"};

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GError) error = NULL;
    http2_world_assert_hello (self, "/hello");
    int before = g_atomic_int_get (&self->server->n_bytes);
    g_autofree char *body = http2_world_fetch (self, paths[i], &error);
    g_assert_null (body);
    int sent = g_atomic_int_get (&self->server->n_bytes) - before;
    int code = g_str_equal (paths[i], "/hints-forever") ? BULLA_ERROR_LIMIT : BULLA_ERROR_NETWORK;
    g_test_message ("%s: %s, after %d bytes", paths[i], error->message, sent);
    g_assert_cmpint (sent, <, FLOOD_MAX);
    g_assert_error (error, BULLA_ERROR, code);
    http2_world_assert_hello (self, "/hello");
  }
}

/* A server that goes on with a body that nobody wants loses its connection. */
static void
test_stubborn (Http2World *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) message =
      http2_world_make_message (self, "GET", "a.test", "/stubborn");
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body =
      client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);

  g_assert_no_error (error);
  g_clear_object (&body);
  http2_world_assert_hello (self, "/hello"); /* the server has read it together with the reset */
  http2_world_assert_hello (self, "/hello"); /* sent again on another connection */
  g_assert_cmpint (g_atomic_int_get (&self->server->n_resets), ==, 1);
  g_assert_cmpint (g_atomic_int_get (&self->server->n_connections), ==, 2);
}

/* A server that permits no streams gets no request, and few connections. */
static void
test_no_streams (Http2World *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->server->none = TRUE;
  bulla_connector_set_deadline (self->connector,
                                g_get_monotonic_time () + 500 * G_TIME_SPAN_MILLISECOND);
  g_assert_null (http2_world_fetch (self, "/hello", &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
  g_assert_cmpint (g_atomic_int_get (&self->server->n_connections), <=, 3);
}

/* Requests that the server says it has not processed are sent once more, whatever their method. */
static void
test_unprocessed (Http2World *self, gconstpointer data)
{
  const char *const paths[] = {"/refuse", "/goaway"};
  const char *const methods[] = {"GET", "POST"};

  for (guint i = 0; i < 4; i++) {
    g_autoptr (GError) error = NULL;
    http2_world_assert_hello (self, "/hello");
    for (gint times = 1; times <= 2; times++) {
      g_atomic_int_set (&self->server->n_refused, times);
      g_autoptr (BullaHttpMessage) message =
          http2_world_make_message (self, methods[i % 2], "a.test", paths[i / 2]);
      g_autoptr (GInputStream) body =
          client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
      g_test_message ("%s %s %d: %s", methods[i % 2], paths[i / 2], times,
                      error != NULL ? error->message : "sent again");
      if (times == 1)
        g_assert_no_error (error);
      else
        g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
    }
  }
}

/* A request that the server may have processed is sent once more only where that has no effect. */
static void
test_vanished (Http2World *self, gconstpointer data)
{
  const char *const methods[] = {"GET", "POST"};

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    http2_world_assert_hello (self, "/hello");
    g_atomic_int_set (&self->server->n_refused, 1);
    int before = g_atomic_int_get (&self->server->n_requests);
    g_autoptr (BullaHttpMessage) message =
        http2_world_make_message (self, methods[i], "a.test", "/vanish");
    g_autoptr (GInputStream) body =
        client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
    if (i == 0)
      g_assert_no_error (error);
    else
      g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
    g_assert_cmpint (g_atomic_int_get (&self->server->n_requests), ==, before + (i == 0 ? 2 : 1));
  }
}

/* GOAWAY lets running requests end; the next one opens a connection */
static void
test_last (Http2World *self, gconstpointer data)
{
  for (gint i = 1; i <= 3; i++) {
    http2_world_assert_hello (self, "/last");
    g_assert_cmpint (self->server->n_connections, ==, i);
  }
}

/* a connection that the server closes while it is idle does not affect the next request */
static void
test_stale (Http2World *self, gconstpointer data)
{
  for (gint i = 1; i <= 3; i++) {
    g_autoptr (BullaHttpMessage) message =
        http2_world_make_message (self, "POST", "a.test", "/upload");
    g_autoptr (GError) error = NULL;
    g_autoptr (GInputStream) body =
        client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_no_error (error);
    g_clear_object (&body);
    http2_server_end_connections (self->server);
  }
}

static void
set_body (BullaHttpMessage *message, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (length), length);

  bulla_http_message_set_body_from_bytes (message, "text/plain", bytes);
}

/* a server that answers before it has read an upload, and then ends the connection, has answered */
static void
test_early (Http2World *self, gconstpointer data)
{
  const gsize lengths[] = {500, 5000, 300000, 3000000};

  for (guint i = 0; i < 10 * G_N_ELEMENTS (lengths); i++) {
    g_autoptr (BullaHttpMessage) message =
        http2_world_make_message (self, "POST", "a.test", "/early");
    g_autoptr (GError) error = NULL;
    if (i % 2 == 0) /* on a connection that is kept, too */
      http2_world_assert_hello (self, "/hello");
    set_body (message, lengths[i % G_N_ELEMENTS (lengths)]);
    g_autoptr (GInputStream) body =
        client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (bulla_http_message_get_status (message), ==, 413);
    g_autofree char *text = client_kit_read_all (body, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (text, ==, "large");
  }
}

/* An upload that a server leaves out, as it says when it ends the connection, is sent once more if
 * all that was read of it is still there. */
static void
test_left_out (Http2World *self, gconstpointer data)
{
  const gsize lengths[] = {0, 10, 900, HTTP2_SERVER_WINDOW};

  for (guint i = 0; i < 10 * G_N_ELEMENTS (lengths); i++) {
    gsize length = lengths[i % G_N_ELEMENTS (lengths)];
    g_autofree char *expected = g_strdup_printf ("%" G_GSIZE_FORMAT, length);
    g_autoptr (BullaHttpMessage) message =
        http2_world_make_message (self, "POST", "a.test", "/goaway-close");
    g_autoptr (GError) error = NULL;
    http2_world_assert_hello (self, "/hello");
    g_atomic_int_set (&self->server->n_refused, 1);
    set_body (message, length);
    g_autoptr (GInputStream) body =
        client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_no_error (error);
    g_autofree char *text = client_kit_read_all (body, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (text, ==, expected);
  }
}

/* wherever the connection ends, the response is whole or an error */
static void
test_cut (Http2World *self, gconstpointer data)
{
  guint n_whole = 0;

  for (gint cut = 0; cut < 200; cut++) {
    g_autoptr (GError) error = NULL;
    g_atomic_int_set (&self->server->cut, cut);
    g_autofree char *body = http2_world_fetch (self, "/hello", &error);
    g_assert_true ((body != NULL) != (error != NULL));
    if (body != NULL)
      g_assert_cmpstr (body, ==, "hello");
    n_whole += body != NULL;
    http2_server_end_connections (self->server);
  }
  g_assert_cmpuint (n_whole, >, 50);
  g_assert_cmpuint (n_whole, <, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/http2-broken/" path, Http2World, NULL, http2_world_set_up, test,                   \
              http2_world_tear_down)
  ADD ("broken", test_broken);
  ADD ("floods", test_floods);
  ADD ("early", test_early);
  ADD ("left-out", test_left_out);
  ADD ("stubborn", test_stubborn);
  ADD ("no-streams", test_no_streams);
  ADD ("unprocessed", test_unprocessed);
  ADD ("vanished", test_vanished);
  ADD ("last", test_last);
  ADD ("stale", test_stale);
  ADD ("cut", test_cut);
  return g_test_run ();
}
