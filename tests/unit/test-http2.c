/* test-http2.c - runs the HTTP client against HTTP/2 servers that obey, break and end the protocol
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-connector.h"
#include "bulla-error.h"
#include "http2-server.h"
#include "test-world.h"

#define MANY 50
#define BIG (20 * 1024 * 1024)

typedef struct {
  TestWorld *world;
  Http2Server *server;
  BullaLedger *ledger;
  BullaConnector *connector;
} Fixture;

static const BullaCause CAUSE = {.purpose = "resource"};

/* --- the client */

static BullaHttpMessage *
make_message (Fixture *self, const char *method, const char *host, const char *path)
{
  g_autofree char *url = g_strdup_printf ("https://%s:%u%s", host, self->server->port, path);

  return bulla_http_message_new_for_url (method, url);
}

static GInputStream *
send (Fixture *self, BullaHttpMessage *message, BullaConnectorFlags flags, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bulla_connector_send_async (self->connector, message, &CAUSE, flags, NULL, test_take_result,
                              &result);
  return bulla_connector_send_finish (self->connector, test_wait_result (&result), error);
}

/* Returns: (nullable): the whole body */
static char *
read_all (GInputStream *body, GError **error)
{
  GString *text = g_string_new (NULL);

  while (TRUE) {
    g_autoptr (GAsyncResult) result = NULL;
    g_input_stream_read_bytes_async (body, 65536, G_PRIORITY_DEFAULT, NULL, test_take_result,
                                     &result);
    g_autoptr (GBytes) bytes =
        g_input_stream_read_bytes_finish (body, test_wait_result (&result), error);
    if (bytes == NULL || g_bytes_get_size (bytes) == 0)
      return g_string_free (text, bytes == NULL);
    g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));
  }
}

static char *
fetch (Fixture *self, const char *path, GError **error)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "a.test", path);
  g_autoptr (GInputStream) body = send (self, message, BULLA_CONNECTOR_DEFAULT, error);

  return body != NULL ? read_all (body, error) : NULL;
}

static void
assert_hello (Fixture *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *body = fetch (self, path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (body, ==, "hello");
}

/* Starts a request for @path. @result: (out) */
static void
start (Fixture *self, const char *path, GAsyncResult **result)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "a.test", path);

  bulla_connector_send_async (self->connector, message, &CAUSE, BULLA_CONNECTOR_DEFAULT, NULL,
                              test_take_result, result);
}

/* Waits for a request that was started. Returns: (transfer full) (nullable): the body */
static char *
finish (Fixture *self, GAsyncResult **result, GError **error)
{
  g_autoptr (GInputStream) body =
      bulla_connector_send_finish (self->connector, test_wait_result (result), error);

  return body != NULL ? read_all (body, error) : NULL;
}

static void
set_up (Fixture *self, gconstpointer data)
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

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->connector);
  http2_server_free (self->server);
  g_object_unref (self->ledger);
  test_world_free (self->world);
}

/* --- servers that obey */

static void
test_one (Fixture *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "a.test", "/hello");
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body = send (self, message, BULLA_CONNECTOR_DEFAULT, &error);

  g_assert_no_error (error);
  g_autofree char *text = read_all (body, &error);
  g_autofree char *address = bulla_http_message_dup_address (message);
  g_assert_cmpstr (text, ==, "hello");
  g_assert_cmpstr (address, ==, "127.0.0.1");
  g_assert_cmpuint (bulla_http_message_get_status (message), ==, 200);
  g_assert_cmpstr (bulla_http_message_get_protocol (message), ==, "h2");
  g_assert_cmpstr (soup_message_headers_get_one (bulla_http_message_get_response_headers (message),
                                                 "Content-Length"),
                   ==, "5");
  BullaContact *contact = bulla_contact_recorder_get_request (message);
  g_assert_cmpuint (contact->status, ==, 200);
  g_assert_cmpint (contact->bytes_sent, >, 0);
  g_assert_cmpint (contact->bytes_received, >, 5);
  g_assert_cmpuint (contact->connection, !=, 0);
}

/* requests share one connection, also those that start before it is open, beyond the first six */
static void
test_shared (Fixture *self, gconstpointer data)
{
  GAsyncResult *results[MANY] = {NULL};

  for (guint round = 0; round < 2; round++) {
    for (guint i = 0; i < MANY; i++)
      start (self, "/hello", &results[i]);
    for (guint i = 0; i < MANY; i++) {
      g_autoptr (GError) error = NULL;
      g_autofree char *body = finish (self, &results[i], &error);
      g_assert_no_error (error);
      g_assert_cmpstr (body, ==, "hello");
      g_clear_object (&results[i]);
    }
    g_assert_cmpint (self->server->n_connections, <=, 6);
  }
  g_assert_cmpint (self->server->n_requests, ==, 2 * MANY);
}

/* after the first, every request is a stream of the same connection */
static void
test_sequence (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 20; i++)
    assert_hello (self, "/hello");
  g_assert_cmpint (self->server->n_connections, ==, 1);
}

/* a server of HTTP/1.1 costs one connection, which is kept, as without HTTP/2 */
static void
test_old (Fixture *self, gconstpointer data)
{
  self->server->old = TRUE;
  for (guint i = 0; i < 5; i++) {
    g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "a.test", "/hello");
    g_autoptr (GError) error = NULL;
    g_autoptr (GInputStream) body = send (self, message, BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_no_error (error);
    g_autofree char *text = read_all (body, &error);
    g_assert_cmpstr (text, ==, "hello");
    g_assert_cmpstr (bulla_http_message_get_protocol (message), ==, "http/1.1");
  }
  g_assert_cmpint (self->server->n_connections, ==, 1);
}

/* readers that stop hold up neither the other requests of the connection nor use much memory */
static void
test_slow_readers (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *path = g_strdup_printf ("/bytes/%d", BIG);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 30; i++) {
    g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "a.test", path);
    g_ptr_array_add (bodies, send (self, message, BULLA_CONNECTOR_DEFAULT, &error));
    g_assert_no_error (error);
  }
  for (guint i = 0; i < 100; i++)
    assert_hello (self, "/hello");
  g_assert_cmpint (self->server->n_connections, ==, 1);
  g_autofree char *all = read_all (bodies->pdata[7], &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (all), ==, BIG);
  g_ptr_array_set_size (bodies, 0);
  assert_hello (self, "/hello");
}

static void
test_permitted_streams (Fixture *self, gconstpointer data)
{
  GAsyncResult *results[MANY] = {NULL};

  self->server->most = 3;
  assert_hello (self, "/hello");
  for (guint i = 0; i < MANY; i++)
    start (self, "/bytes/100000", &results[i]);
  for (guint i = 0; i < MANY; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *body = finish (self, &results[i], &error);
    g_assert_no_error (error);
    g_assert_cmpuint (strlen (body), ==, 100000);
    g_clear_object (&results[i]);
  }
  g_assert_cmpint (self->server->n_connections, <=, 7);
}

/* @length: bytes of the body; @known: whether they are announced */
static void
upload (Fixture *self, const char *method, gsize length, gboolean known)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, method, "a.test", "/upload");
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (length + 1), length);
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_bytes (bytes);
  g_autofree char *expected = g_strdup_printf ("%" G_GSIZE_FORMAT, length);
  g_autoptr (GError) error = NULL;

  bulla_http_message_set_body (message, "text/plain", source, known ? (goffset)length : -1);
  g_autoptr (GInputStream) body = send (self, message, BULLA_CONNECTOR_DEFAULT, &error);
  g_assert_no_error (error);
  g_autofree char *text = read_all (body, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_uploads (Fixture *self, gconstpointer data)
{
  const gsize lengths[] = {0, 1, HTTP2_SERVER_WINDOW, 300000};

  for (guint i = 0; i < G_N_ELEMENTS (lengths) * 2; i++) {
    upload (self, "POST", lengths[i / 2], i % 2 == 0);
    upload (self, "PUT", lengths[i / 2], i % 2 == 0);
  }
  g_assert_cmpint (self->server->n_connections, ==, 1);
}

/* an upload that ends early is not taken for a whole one */
static void
test_short_upload (Fixture *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, "POST", "a.test", "/upload");
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_data ("half", 4, NULL);
  g_autoptr (GError) error = NULL;

  bulla_http_message_set_body (message, "text/plain", source, 8);
  g_assert_null (send (self, message, BULLA_CONNECTOR_DEFAULT, &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
  g_assert_nonnull (strstr (error->message, "shorter"));
  g_assert_cmpint (self->server->n_requests, ==, 0);
  assert_hello (self, "/hello");
}

static void
test_heads (Fixture *self, gconstpointer data)
{
  const char *const paths[] = {"/hints", "/trailers", "/endless"};
  g_autoptr (BullaHttpMessage) head = make_message (self, "HEAD", "a.test", "/missing");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "a.test", paths[i]);
    g_autoptr (GInputStream) body = send (self, message, BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_no_error (error);
    g_autofree char *text = read_all (body, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (text, ==, "hello");
    g_assert_null (soup_message_headers_get_one (bulla_http_message_get_response_headers (message),
                                                 "x-trailer"));
    g_assert_null (
        soup_message_headers_get_one (bulla_http_message_get_response_headers (message), "link"));
  }
  g_autoptr (GInputStream) none = send (self, head, BULLA_CONNECTOR_DEFAULT, &error);
  g_assert_no_error (error);
  g_autofree char *text = read_all (none, &error);
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpuint (bulla_http_message_get_status (head), ==, 404);
}

/* --- servers that do not */

/* Responses that are broken end with an error that names the host, and other requests go on. */
static void
test_broken (Fixture *self, gconstpointer data)
{
  const char *const paths[] = {
      "/reset",        "/reset-at-once", "/reset-no-error", "/short",     "/long",
      "/no-status",    "/bad-status",    "/length-text",    "/switching", "/connection",
      "/chunked",      "/upper",         "/line",           "/nul",       "/colon",
      "/pseudo",       "/many-fields",   "/large-fields",   "/push",      "/pings",
      "/settings",     "/empty-data",    "/continuations",  "/too-much",  "/garbage",
      "/other-stream",
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GError) error = NULL;
    assert_hello (self, "/hello");
    g_autofree char *body = fetch (self, paths[i], &error);
    g_test_message ("%s: %s", paths[i], error != NULL ? error->message : body);
    g_assert_null (body);
    g_assert_nonnull (error);
    g_assert_true (error->domain == BULLA_ERROR);
    g_assert_true (g_str_has_prefix (error->message, "a.test: "));
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    assert_hello (self, "/hello");
  }
}

/* Requests that the server says it has not processed are sent once more, whatever their method. */
static void
test_unprocessed (Fixture *self, gconstpointer data)
{
  const char *const paths[] = {"/refuse", "/goaway"};
  const char *const methods[] = {"GET", "POST"};

  for (guint i = 0; i < 4; i++) {
    g_autoptr (GError) error = NULL;
    assert_hello (self, "/hello");
    for (gint times = 1; times <= 2; times++) {
      g_atomic_int_set (&self->server->n_refused, times);
      g_autoptr (BullaHttpMessage) message =
          make_message (self, methods[i % 2], "a.test", paths[i / 2]);
      g_autoptr (GInputStream) body = send (self, message, BULLA_CONNECTOR_DEFAULT, &error);
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
test_vanished (Fixture *self, gconstpointer data)
{
  const char *const methods[] = {"GET", "POST"};

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    assert_hello (self, "/hello");
    g_atomic_int_set (&self->server->n_refused, 1);
    int before = g_atomic_int_get (&self->server->n_requests);
    g_autoptr (BullaHttpMessage) message = make_message (self, methods[i], "a.test", "/vanish");
    g_autoptr (GInputStream) body = send (self, message, BULLA_CONNECTOR_DEFAULT, &error);
    if (i == 0)
      g_assert_no_error (error);
    else
      g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
    g_assert_cmpint (g_atomic_int_get (&self->server->n_requests), ==, before + (i == 0 ? 2 : 1));
  }
}

/* GOAWAY lets running requests end; the next one opens a connection */
static void
test_last (Fixture *self, gconstpointer data)
{
  for (gint i = 1; i <= 3; i++) {
    assert_hello (self, "/last");
    g_assert_cmpint (self->server->n_connections, ==, i);
  }
}

/* a connection that the server closes while it is idle does not affect the next request */
static void
test_stale (Fixture *self, gconstpointer data)
{
  for (gint i = 1; i <= 3; i++) {
    g_autoptr (BullaHttpMessage) message = make_message (self, "POST", "a.test", "/upload");
    g_autoptr (GError) error = NULL;
    g_autoptr (GInputStream) body = send (self, message, BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_no_error (error);
    g_clear_object (&body);
    http2_server_end_connections (self->server);
  }
}

/* wherever the connection ends, the response is whole or an error */
static void
test_cut (Fixture *self, gconstpointer data)
{
  guint n_whole = 0;

  for (gint cut = 0; cut < 200; cut++) {
    g_autoptr (GError) error = NULL;
    g_atomic_int_set (&self->server->cut, cut);
    g_autofree char *body = fetch (self, "/hello", &error);
    g_assert_true ((body != NULL) != (error != NULL));
    if (body != NULL)
      g_assert_cmpstr (body, ==, "hello");
    n_whole += body != NULL;
    http2_server_end_connections (self->server);
  }
  g_assert_cmpuint (n_whole, >, 50);
  g_assert_cmpuint (n_whole, <, 200);
}

/* --- permissions */

static void
test_private (Fixture *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) mine = make_message (self, "GET", "127.0.0.1", "/hello");
  g_autoptr (BullaHttpMessage) theirs = make_message (self, "GET", "127.0.0.1", "/hello");
  g_autoptr (GError) error = NULL;
  int before = g_atomic_int_get (&self->server->n_requests);

  g_assert_null (send (self, theirs, BULLA_CONNECTOR_DEFAULT, &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "public page"));
  g_clear_error (&error);
  g_assert_null (send (self, mine, BULLA_CONNECTOR_PRIVATE, &error)); /* the name is another */
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "certificate"));
  g_assert_cmpint (g_atomic_int_get (&self->server->n_requests), ==, before);
}

/* a connection is used for the host for which it was opened, and for no other at the same address
 */
static void
test_other_host (Fixture *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "b.test", "/hello");
  g_autoptr (GError) error = NULL;

  assert_hello (self, "/hello");
  g_assert_null (send (self, message, BULLA_CONNECTOR_DEFAULT, &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "certificate of b.test"));
  g_assert_cmpint (self->server->n_connections, ==, 2);
  g_assert_cmpint (self->server->n_requests, ==, 1);
}

/* --- leaving */

static void
ignore_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GInputStream) body =
      bulla_connector_send_finish (BULLA_CONNECTOR (object), result, NULL);

  --*(int *)user_data;
}

/* @rounds: turns of the main loop before everything is released */
static void
leave_after (Fixture *self, const char *method, const char *path, guint rounds)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (BullaHttpMessage) message = make_message (self, method, "a.test", path);
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (300000), 300000);
  int waiting = 1;

  if (g_str_equal (method, "POST"))
    bulla_http_message_set_body_from_bytes (message, "text/plain", bytes);
  bulla_connector_send_async (self->connector, message, &CAUSE, BULLA_CONNECTOR_DEFAULT,
                              cancellable, ignore_cb, &waiting);
  for (guint i = 0; i < rounds; i++)
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  while (waiting > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_leave (Fixture *self, gconstpointer data)
{
  const char *const paths[] = {"/hello", "/silent", "/bytes/3000000", "/reset", "/vanish",
                               "/push",  "/refuse", "/goaway",        "/last"};

  for (guint i = 0; i < G_N_ELEMENTS (paths) * 2 * 16; i++) {
    g_atomic_int_set (&self->server->n_refused, 1);
    leave_after (self, i % 2 ? "POST" : "GET", paths[i / 2 % G_N_ELEMENTS (paths)],
                 i / 2 / G_N_ELEMENTS (paths));
  }
  assert_hello (self, "/hello");
}

/* a body that is closed early resets its stream, and the connection is kept */
static void
test_close_body (Fixture *self, gconstpointer data)
{
  for (guint i = 1; i <= 10; i++) {
    g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "a.test", "/bytes/30000000");
    g_autoptr (GError) error = NULL;
    g_autoptr (GInputStream) body = send (self, message, BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_no_error (error);
    g_clear_object (&body);
    assert_hello (self, "/hello");
    g_assert_cmpint (g_atomic_int_get (&self->server->n_resets), ==, (int)i);
  }
  g_assert_cmpint (self->server->n_connections, ==, 1);
}

/* if the connector is released while its requests run, they end normally */
static void
test_leave_connector (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  start (self, "/bytes/3000000", &result);
  BullaConnector *connector = g_steal_pointer (&self->connector);
  g_object_unref (connector); /* the task still holds a reference */
  g_autoptr (GInputStream) body =
      g_task_propagate_pointer (G_TASK (test_wait_result (&result)), &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  g_autofree char *text = read_all (body, &error);
  g_assert_cmpuint (strlen (text), ==, 3000000);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  self->connector = bulla_connector_new (trust, self->ledger);
}

static void
test_deadline (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  assert_hello (self, "/hello");
  bulla_connector_set_deadline (self->connector,
                                g_get_monotonic_time () + 200 * G_TIME_SPAN_MILLISECOND);
  g_assert_null (fetch (self, "/silent", &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
  g_assert_nonnull (strstr (error->message, "--timeout"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/http2/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("one", test_one);
  ADD ("shared", test_shared);
  ADD ("sequence", test_sequence);
  ADD ("old", test_old);
  ADD ("slow-readers", test_slow_readers);
  ADD ("permitted-streams", test_permitted_streams);
  ADD ("uploads", test_uploads);
  ADD ("uploads/short", test_short_upload);
  ADD ("heads", test_heads);
  ADD ("broken", test_broken);
  ADD ("unprocessed", test_unprocessed);
  ADD ("vanished", test_vanished);
  ADD ("last", test_last);
  ADD ("stale", test_stale);
  ADD ("cut", test_cut);
  ADD ("private", test_private);
  ADD ("other-host", test_other_host);
  ADD ("leave/anywhere", test_leave);
  ADD ("leave/body", test_close_body);
  ADD ("leave/connector", test_leave_connector);
  ADD ("deadline", test_deadline);
  return g_test_run ();
}
