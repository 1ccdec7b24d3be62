/* test-http2.c - runs the HTTP client against servers that obey HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/resource.h>

#include "bulla-error.h"
#include "http2-world.h"

#define MANY 50
#define BIG (20 * 1024 * 1024)

static void
test_one (Http2World *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) message = http2_world_make_message (self, "GET", "a.test", "/hello");
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body =
      client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);

  g_assert_no_error (error);
  g_autofree char *text = client_kit_read_all (body, &error);
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
test_shared (Http2World *self, gconstpointer data)
{
  GAsyncResult *results[MANY] = {NULL};

  for (guint round = 0; round < 2; round++) {
    for (guint i = 0; i < MANY; i++)
      http2_world_start (self, "/hello", &results[i]);
    for (guint i = 0; i < MANY; i++) {
      g_autoptr (GError) error = NULL;
      g_autofree char *body = http2_world_finish (self, &results[i], &error);
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
test_sequence (Http2World *self, gconstpointer data)
{
  for (guint i = 0; i < 20; i++)
    http2_world_assert_hello (self, "/hello");
  g_assert_cmpint (self->server->n_connections, ==, 1);
}

/* a server of HTTP/1.1 costs one connection, which is kept, as without HTTP/2 */
static void
test_old (Http2World *self, gconstpointer data)
{
  self->server->old = TRUE;
  for (guint i = 0; i < 5; i++) {
    g_autoptr (BullaHttpMessage) message =
        http2_world_make_message (self, "GET", "a.test", "/hello");
    g_autoptr (GError) error = NULL;
    g_autoptr (GInputStream) body =
        client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_no_error (error);
    g_autofree char *text = client_kit_read_all (body, &error);
    g_assert_cmpstr (text, ==, "hello");
    g_assert_cmpstr (bulla_http_message_get_protocol (message), ==, "http/1.1");
  }
  g_assert_cmpint (self->server->n_connections, ==, 1);
}

/* readers that stop hold up neither the other requests of the connection nor use much memory */
static void
test_slow_readers (Http2World *self, gconstpointer data)
{
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *path = g_strdup_printf ("/bytes/%d", BIG);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 30; i++) {
    g_autoptr (BullaHttpMessage) message = http2_world_make_message (self, "GET", "a.test", path);
    g_ptr_array_add (bodies,
                     client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error));
    g_assert_no_error (error);
  }
  for (guint i = 0; i < 100; i++)
    http2_world_assert_hello (self, "/hello");
  g_assert_cmpint (self->server->n_connections, ==, 1);
  g_assert_cmpint (g_atomic_int_get (&self->server->n_bytes), <, 31 * 256 * 1024);
  g_autofree char *all = client_kit_read_all (bodies->pdata[7], &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (all), ==, BIG);
  g_ptr_array_set_size (bodies, 0);
  http2_world_assert_hello (self, "/hello");
}

static void
test_permitted_streams (Http2World *self, gconstpointer data)
{
  GAsyncResult *results[MANY] = {NULL};

  self->server->most = 3;
  http2_world_assert_hello (self, "/hello");
  for (guint i = 0; i < MANY; i++)
    http2_world_start (self, "/bytes/100000", &results[i]);
  for (guint i = 0; i < MANY; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *body = http2_world_finish (self, &results[i], &error);
    g_assert_no_error (error);
    g_assert_cmpuint (strlen (body), ==, 100000);
    g_clear_object (&results[i]);
  }
  g_assert_cmpint (self->server->n_connections, <=, 7);
}

/* @length: bytes of the body; @known: whether they are announced */
static void
upload (Http2World *self, const char *method, gsize length, gboolean known)
{
  g_autoptr (BullaHttpMessage) message =
      http2_world_make_message (self, method, "a.test", "/upload");
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (length + 1), length);
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_bytes (bytes);
  g_autofree char *expected = g_strdup_printf ("%" G_GSIZE_FORMAT, length);
  g_autoptr (GError) error = NULL;

  bulla_http_message_set_body (message, "text/plain", source, known ? (goffset)length : -1);
  g_autoptr (GInputStream) body =
      client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
  g_assert_no_error (error);
  g_autofree char *text = client_kit_read_all (body, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_uploads (Http2World *self, gconstpointer data)
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
test_short_upload (Http2World *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) message =
      http2_world_make_message (self, "POST", "a.test", "/upload");
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_data ("half", 4, NULL);
  g_autoptr (GError) error = NULL;

  bulla_http_message_set_body (message, "text/plain", source, 8);
  g_assert_null (client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
  g_assert_nonnull (strstr (error->message, "shorter"));
  g_assert_cmpint (self->server->n_requests, ==, 0);
  http2_world_assert_hello (self, "/hello");
}

static void
test_heads (Http2World *self, gconstpointer data)
{
  const char *const paths[] = {"/hints", "/trailers", "/endless"};
  g_autoptr (BullaHttpMessage) head = http2_world_make_message (self, "HEAD", "a.test", "/missing");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (BullaHttpMessage) message =
        http2_world_make_message (self, "GET", "a.test", paths[i]);
    g_autoptr (GInputStream) body =
        client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_no_error (error);
    g_autofree char *text = client_kit_read_all (body, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (text, ==, "hello");
    g_assert_null (soup_message_headers_get_one (bulla_http_message_get_response_headers (message),
                                                 "x-trailer"));
    g_assert_null (
        soup_message_headers_get_one (bulla_http_message_get_response_headers (message), "link"));
  }
  g_autoptr (GInputStream) none =
      client_kit_send (self->connector, head, BULLA_CONNECTOR_DEFAULT, &error);
  g_assert_no_error (error);
  g_autofree char *text = client_kit_read_all (none, &error);
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpuint (bulla_http_message_get_status (head), ==, 404);
}

/* @n: number of fields, of 27,000 bytes. Returns: (nullable): the body of the response */
static char *
send_fields (Http2World *self, guint n, GError **error)
{
  g_autoptr (BullaHttpMessage) message = http2_world_make_message (self, "GET", "a.test", "/hello");
  g_autofree char *value = g_strnfill (27000, 'v');

  for (guint i = 0; i < n; i++)
    soup_message_headers_append (bulla_http_message_get_request_headers (message), "X-Y", value);
  g_autoptr (GInputStream) body =
      client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, error);
  return body != NULL ? client_kit_read_all (body, error) : NULL;
}

/* the head of a request may be as large as over HTTP/1.1; one that is larger fails alone */
static void
test_large_request (Http2World *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint n = 1; n <= 4; n++) {
    g_autofree char *body = send_fields (self, n, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (body, ==, "hello");
  }
  g_assert_null (send_fields (self, 50, &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
  g_assert_nonnull (strstr (error->message, "too large"));
  http2_world_assert_hello (self, "/hello");
  g_assert_cmpint (self->server->n_connections, ==, 1);
}

/* the server has said that it is not the right one; nothing is sent again */
static void
test_misdirected (Http2World *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) message =
      http2_world_make_message (self, "GET", "a.test", "/misdirected");
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body =
      client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (bulla_http_message_get_status (message), ==, 421);
  g_assert_cmpint (g_atomic_int_get (&self->server->n_requests), ==, 1);
}

/* a body behind the head of a HEAD response is an error, and answers nothing else */
static void
test_body_of_head (Http2World *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) head = http2_world_make_message (self, "HEAD", "a.test", "/hello");
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body =
      client_kit_send (self->connector, head, BULLA_CONNECTOR_DEFAULT, &error);
  g_autofree char *text = body != NULL ? client_kit_read_all (body, &error) : NULL;

  g_assert_null (text);
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
  http2_world_assert_hello (self, "/hello");
}

/* a connection of a request that may reach private addresses is not used for one that may not */
static void
test_private_kept (Http2World *self, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, "localhost", self->world->now - 86400, 30, 0);
  Http2Server *server = http2_server_new (certificate);
  g_autofree char *url = g_strdup_printf ("https://localhost:%u/hello", server->port);

  for (guint i = 0; i < 4; i++) {
    g_autoptr (BullaHttpMessage) message = bulla_http_message_new_for_url ("GET", url);
    g_autoptr (GError) error = NULL;
    g_autoptr (GInputStream) body =
        client_kit_send (self->connector, message,
                         i % 2 == 0 ? BULLA_CONNECTOR_PRIVATE : BULLA_CONNECTOR_DEFAULT, &error);
    if (i % 2 == 0) {
      g_assert_no_error (error);
      g_assert_cmpstr (bulla_http_message_get_protocol (message), ==, "h2");
    } else {
      g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
      g_assert_nonnull (strstr (error->message, "public page"));
    }
  }
  g_assert_cmpint (g_atomic_int_get (&server->n_connections), ==, 1);
  g_assert_cmpint (g_atomic_int_get (&server->n_requests), ==, 2);
  http2_server_free (server);
}

/* Returns: the open descriptors of the process */
static int
count_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  int n = 0;

  while (g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

/* connections to many servers leave room for others if the process may open few files */
static void
test_few_descriptors (Http2World *self, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, "*.a.test", self->world->now - 86400, 30, 0);
  struct rlimit before = {0}, few = {0};

  getrlimit (RLIMIT_NOFILE, &before);
  few = (struct rlimit){256, before.rlim_max};
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  for (guint old = 0; old < 2; old++) {
    Http2Server *server = http2_server_new (certificate);
    int base = count_descriptors (), most = 0;
    server->old = old > 0;
    for (guint i = 0; i < 70; i++) {
      g_autofree char *resolve = g_strdup_printf ("h%u.a.test:%u:127.0.0.1", i, server->port);
      g_autofree char *url = g_strdup_printf ("https://h%u.a.test:%u/hello", i, server->port);
      g_autoptr (BullaHttpMessage) message = bulla_http_message_new_for_url ("GET", url);
      g_autoptr (GError) error = NULL;
      bulla_given_addresses_add (bulla_connector_get_resolve (self->connector), resolve, NULL);
      g_autoptr (GInputStream) body =
          client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
      g_assert_no_error (error);
      g_autofree char *text = client_kit_read_all (body, &error);
      g_assert_cmpstr (text, ==, "hello");
      int server_side = g_atomic_int_get (&server->n_connections);
      most = MAX (most, count_descriptors () - base - server_side);
    }
    g_test_message ("%d descriptors", most);
    g_assert_cmpint (most, <=, 256 * 3 / 8 + 3);
    http2_server_free (server);
  }
  setrlimit (RLIMIT_NOFILE, &before);
}

/* each request is in the ledger, with the connection that it shared */
static void
test_ledger (Http2World *self, gconstpointer data)
{
  guint64 connection = 0;

  for (guint i = 0; i < 3; i++) {
    g_autoptr (BullaHttpMessage) message =
        http2_world_make_message (self, "GET", "a.test", "/hello");
    g_autoptr (GError) error = NULL;
    g_autoptr (GInputStream) body =
        client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_no_error (error);
    g_autofree char *text = client_kit_read_all (body, &error);
    BullaContact *contact = bulla_contact_recorder_get_request (message);
    g_assert_cmpstr (contact->address, ==, "127.0.0.1");
    g_assert_cmpuint (contact->connection, !=, 0);
    g_assert_true (connection == 0 || contact->connection == connection);
    g_assert_cmpint (contact->bytes_sent, >, 0);
    g_assert_cmpint (contact->bytes_received, >, 5);
    connection = contact->connection;
  }
}

static void
test_private (Http2World *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) mine = http2_world_make_message (self, "GET", "127.0.0.1", "/hello");
  g_autoptr (BullaHttpMessage) theirs =
      http2_world_make_message (self, "GET", "127.0.0.1", "/hello");
  g_autoptr (GError) error = NULL;
  int before = g_atomic_int_get (&self->server->n_requests);

  g_assert_null (client_kit_send (self->connector, theirs, BULLA_CONNECTOR_DEFAULT, &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "public page"));
  g_clear_error (&error);
  g_assert_null (client_kit_send (self->connector, mine, BULLA_CONNECTOR_PRIVATE,
                                  &error)); /* the name is another */
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "certificate"));
  g_assert_cmpint (g_atomic_int_get (&self->server->n_requests), ==, before);
}

/* a connection is used for the host for which it was opened, and for no other at the same address
 */
static void
test_other_host (Http2World *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) message = http2_world_make_message (self, "GET", "b.test", "/hello");
  g_autoptr (GError) error = NULL;

  http2_world_assert_hello (self, "/hello");
  g_assert_null (client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "certificate of b.test"));
  g_assert_cmpint (self->server->n_connections, ==, 2);
  g_assert_cmpint (self->server->n_requests, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/http2/" path, Http2World, NULL, http2_world_set_up, test, http2_world_tear_down)
  ADD ("one", test_one);
  ADD ("shared", test_shared);
  ADD ("sequence", test_sequence);
  ADD ("old", test_old);
  ADD ("slow-readers", test_slow_readers);
  ADD ("permitted-streams", test_permitted_streams);
  ADD ("uploads", test_uploads);
  ADD ("uploads/short", test_short_upload);
  ADD ("heads", test_heads);
  ADD ("heads/body", test_body_of_head);
  ADD ("misdirected", test_misdirected);
  ADD ("requests/large", test_large_request);
  ADD ("ledger", test_ledger);
  ADD ("few-descriptors", test_few_descriptors);
  ADD ("private", test_private);
  ADD ("private/kept", test_private_kept);
  ADD ("other-host", test_other_host);
  return g_test_run ();
}
