/* test-http.c - runs the HTTP client against faulty, slow, and silent servers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-error.h"
#include "bulla-http-head.h"
#include "client-kit.h"
#include "test-world.h"

#define BIG (64 * 1024 * 1024)
#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"

typedef struct {
  const char *raw; /* bytes that the server sends before it closes the connection */
  gsize length;
  const char *body; /* body that is read; NULL if it is truncated */
} Answer;

#define RAW(text) text, sizeof text - 1

static const Answer ANSWERS[] = {
    {RAW (OK "Content-Length: 5\r\n\r\nhello"), "hello"},
    {RAW (OK "Content-Length: 5, 5\r\n\r\nhello"), "hello"},
    {RAW (OK "\r\nhello"), "hello"},
    {RAW (OK "X-Blank \t: 1\r\nContent-Length: 5\r\n\r\nhello"), "hello"},
    {RAW (OK "Content-Length : 5\r\n\r\nhello"), NULL},
    {RAW (OK "Content-Length: 5\r\nTransfer-Encoding\t: chunked\r\n\r\nhello"), NULL},
    {RAW ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), NULL},
    {RAW (OK "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"), "hello"},
    {RAW (OK "Transfer-Encoding: Identity\r\n\r\nhello"), "hello"},
    {RAW (OK "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n"), NULL},
    {RAW ("HTTP/1.0 200 OK\r\n\r\nhello"), "hello"},
    {RAW (CHUNKED "5\r\nhello\r\n0\r\n\r\n"), "hello"},
    {RAW (CHUNKED "5;a=b\r\nhello\r\n0\r\nTrailer: x\r\n\r\n"), "hello"},
    {RAW (CHUNKED "005  \r\nhello\r\n0 \r\n\r\n"), "hello"},
    {RAW (CHUNKED "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), "hello"},
    {RAW (CHUNKED "0\r\n\r\n"), ""},
    {RAW ("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" OK "Content-Length: 5\r\n\r\nhello"),
     "hello"},
    {RAW ("HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n"), ""},
    {RAW (OK "Content-Length: 6\r\n\r\nhello"), NULL},
    {RAW (OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), NULL},
    {RAW (OK "Content-Length: 5x\r\n\r\nhello"), NULL},
    {RAW (OK "Content-Length: +5\r\n\r\nhello"), NULL},
    {RAW (OK "Content-Length: -5\r\n\r\nhello"), NULL},
    {RAW (OK "Content-Length:\r\n 5\r\n\r\nhello"), NULL},
    {RAW (OK "Content-Length: 99999999999999999999\r\n\r\nhello"), NULL},
    {RAW (CHUNKED), NULL},
    {RAW (CHUNKED "5"), NULL},
    {RAW (CHUNKED "5\r\n"), NULL},
    {RAW (CHUNKED "5\r\nhel"), NULL},
    {RAW (CHUNKED "5\r\nhello"), NULL},
    {RAW (CHUNKED "5\r\nhello\r\n"), NULL},
    {RAW (CHUNKED "5\r\nhello\r\n0\r\n"), NULL},
    {RAW (CHUNKED "5\r\nhelloX\r\n0\r\n\r\n"), NULL},
    {RAW (CHUNKED "5\nhello\n0\n\n"), NULL},
    {RAW (CHUNKED "0x5\r\nhello\r\n0\r\n\r\n"), NULL},
    {RAW (CHUNKED "zz\r\nhello\r\n0\r\n\r\n"), NULL},
    {RAW (CHUNKED "-5\r\nhello\r\n0\r\n\r\n"), NULL},
    {RAW (CHUNKED "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"), NULL},
    {RAW (OK "Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), NULL},
    {RAW (OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), NULL},
    {RAW (OK "X: a\0b\r\nContent-Length: 5\r\n\r\nhello"), NULL},
    {RAW ("HTTP/1.1 200 O\0K\r\nContent-Length: 5\r\n\r\nhello"), NULL},
    {RAW ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nhello"), NULL},
    {RAW ("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"), NULL},
    {RAW ("HTTP/1.1 200 OK\r\nContent-"), NULL},
    {RAW ("hello"), NULL},
    {RAW (""), NULL},
};

typedef struct {
  BullaLedger *ledger;
  BullaConnector *connector;
  GSocketService *service;
  guint16 port;
} Fixture;

/* atomic, and not part of the fixture, because the server's threads may outlive it */
static int connections, requests;
static gpointer counted; /* the service whose connections are counted */
static gsize big_sent;   /* bytes of a large body that were sent when the client stopped reading */

/* --- the server: a thread for each connection */

static gboolean
read_head (GInputStream *in, GString *head)
{
  char c = '\0';

  g_string_truncate (head, 0);
  while (!g_str_has_suffix (head->str, "\r\n\r\n")) {
    if (g_input_stream_read (in, &c, 1, NULL, NULL) != 1)
      return FALSE;
    g_string_append_c (head, c);
  }
  return TRUE;
}

static gboolean
say (GSocketConnection *connection, const char *text, gsize length)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text,
                                    length, NULL, NULL, NULL);
}

/* sends an endless body; when the client has not read for a while, notes how many bytes were
 * sent */
static void
say_big (GSocketConnection *connection)
{
  static char filling[65536];
  g_autofree char *head = g_strdup_printf (OK "Content-Length: %d\r\n\r\n", BIG);
  GSocket *socket = g_socket_connection_get_socket (connection);
  gsize total = 0;

  say (connection, head, strlen (head));
  g_socket_set_blocking (socket, FALSE);
  while (total < BIG) {
    g_autoptr (GError) error = NULL;
    gssize sent = g_socket_send (socket, filling, MIN (sizeof filling, BIG - total), NULL, &error);
    if (sent > 0) {
      total += sent;
    } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
      return;
    } else if (!g_socket_condition_timed_wait (socket, G_IO_OUT, 500000, NULL, NULL)) {
      g_atomic_pointer_set (&big_sent, total);
      g_socket_condition_wait (socket, G_IO_OUT, NULL, NULL);
    }
  }
}

/* Returns: whether the connection is kept */
static gboolean
answer_request (GSocketConnection *connection, const char *head)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  const char *path = strchr (head, ' ') + 1;
  char c = '\0';

  if (g_str_has_prefix (path, "/raw/")) {
    const Answer *each = &ANSWERS[g_ascii_strtoull (path + 5, NULL, 10)];
    say (connection, each->raw, each->length);
    return FALSE;
  }
  if (g_str_has_prefix (path, "/big")) {
    say_big (connection);
    return FALSE;
  }
  if (g_str_has_prefix (path, "/silent")) {
    while (g_input_stream_read (in, &c, 1, NULL, NULL) > 0)
      ;
    return FALSE;
  }
  if (g_str_has_prefix (path, "/half")) {
    say (connection, RAW (OK "Content-Length: 100\r\n\r\nhalf"));
    while (g_input_stream_read (in, &c, 1, NULL, NULL) > 0)
      ;
    return FALSE;
  }
  if (g_str_has_prefix (path, "/stale"))
    return !say (connection, RAW (OK "Content-Length: 5\r\n\r\nstale"));
  return say (connection, RAW (OK "Content-Length: 5\r\n\r\nhello"));
}

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
        gpointer user_data)
{
  g_autoptr (GString) head = g_string_new (NULL);
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));

  if (g_atomic_pointer_get (&counted) == service)
    g_atomic_int_inc (&connections);
  while (read_head (in, head)) {
    if (g_atomic_pointer_get (&counted) == service)
      g_atomic_int_inc (&requests);
    if (!answer_request (connection, head->str))
      break;
  }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (BullaTrust) trust = bulla_trust_new ();

  g_atomic_int_set (&connections, 0);
  g_atomic_int_set (&requests, 0);
  g_atomic_pointer_set (&big_sent, 0);
  bulla_trust_set_system_roots (trust, FALSE);
  self->ledger = bulla_ledger_new ();
  self->connector = bulla_connector_new (trust, self->ledger);
  self->service = client_kit_serve (self->connector, G_CALLBACK (run_cb), NULL, &self->port);
  g_atomic_pointer_set (&counted, self->service);
}

/* the server's threads end when the client closes its kept connections */
static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->connector);
  client_kit_stop (self->service);
  g_object_unref (self->ledger);
}

/* --- the client */

static BullaHttpMessage *
make_message (Fixture *self, const char *method, const char *host, const char *path)
{
  g_autofree char *url = g_strdup_printf ("http://%s:%u%s", host, self->port, path);

  return bulla_http_message_new_for_url (method, url);
}

static char *
fetch (Fixture *self, const char *host, const char *path, BullaConnectorFlags flags, GError **error)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, "GET", host, path);
  g_autoptr (GInputStream) body = client_kit_send (self->connector, message, flags, error);

  return body != NULL ? client_kit_read_all (body, error) : NULL;
}

static void
test_answers (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (ANSWERS); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *path = g_strdup_printf ("/raw/%u", i);
    g_autofree char *body = fetch (self, "a.test", path, BULLA_CONNECTOR_DEFAULT, &error);

    if (g_strcmp0 (body, ANSWERS[i].body) != 0)
      g_error ("%u: %s is read as %s", i, ANSWERS[i].raw, body);
    if (body == NULL) {
      g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  }
}

/* a server that sends more than the client reads has to wait, and continues when the client
 * reads */
static void
test_back_pressure (Fixture *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "a.test", "/big");
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body =
      client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error);
  static char buffer[65536];
  gsize total = 0;

  g_assert_no_error (error);
  while (g_atomic_pointer_get (&big_sent) == 0) { /* other work continues meanwhile */
    g_autofree char *other = fetch (self, "a.test", "/x", BULLA_CONNECTOR_DEFAULT, &error);
    g_assert_cmpstr (other, ==, "hello");
  }
  g_assert_cmpuint (big_sent, <, BIG / 4); /* the kernel's buffers and 256 KiB */
  while (total < BIG) {
    gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (body), buffer,
                                                         sizeof buffer, NULL, &error);
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      g_main_context_iteration (NULL, TRUE);
    else
      g_assert_no_error (error);
    g_clear_error (&error);
    g_assert_cmpint (n, !=, 0);
    total += MAX (n, 0);
  }
  g_assert_cmpuint (total, ==, BIG);
}

/* --- releasing objects */

static void
test_leave (Fixture *self, gconstpointer data)
{
  const char *const paths[] = {"/x", "/silent", "/half", "/big", "/raw/24", "/raw/34"};
  const char *const methods[] = {"GET", "POST"};

  for (guint i = 0; i < G_N_ELEMENTS (paths) * 2 * 24; i++) {
    const char *path = paths[i / 2 % G_N_ELEMENTS (paths)];
    g_autoptr (BullaHttpMessage) message = make_message (self, methods[i % 2], "a.test", path);
    client_kit_leave_after (self->connector, message, i / 2 / G_N_ELEMENTS (paths),
                            i % 3 == 0 && g_str_equal (path, "/x"));
  }
}

/* if the connector is released while its requests run, they end normally */
static void
test_leave_connector (Fixture *self, gconstpointer data)
{
  g_autoptr (BullaHttpMessage) message = make_message (self, "GET", "a.test", "/x");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  bulla_connector_send_async (self->connector, message, &CLIENT_KIT_CAUSE, BULLA_CONNECTOR_DEFAULT,
                              NULL, test_take_result, &result);
  BullaConnector *connector = g_steal_pointer (&self->connector);
  g_object_unref (connector); /* the task still holds a reference */
  g_autoptr (GInputStream) body =
      g_task_propagate_pointer (G_TASK (test_wait_result (&result)), &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  g_autofree char *text = client_kit_read_all (body, &error);
  g_assert_cmpstr (text, ==, "hello");
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  self->connector = bulla_connector_new (trust, self->ledger);
}

/* --- connections */

static void
test_kept (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 5; i++) {
    g_autofree char *body = fetch (self, "a.test", "/x", BULLA_CONNECTOR_DEFAULT, NULL);
    g_assert_cmpstr (body, ==, "hello");
  }
  g_assert_cmpint (connections, ==, 1);
}

/* a kept connection that the server closes does not affect the next request */
static void
test_stale (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 3; i++) {
    g_autofree char *body = fetch (self, "a.test", "/stale", BULLA_CONNECTOR_DEFAULT, NULL);
    g_assert_cmpstr (body, ==, "stale");
  }
  g_assert_cmpint (connections, ==, 3);
}

/* a connection of a request that may reach private addresses is not used for one that may not */
static void
test_private_kept (Fixture *self, gconstpointer data)
{
  const char *const hosts[] = {"127.0.0.1", "localhost", "0x7f.1", "2130706433"};

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *mine = fetch (self, hosts[i], "/x", BULLA_CONNECTOR_PRIVATE, NULL);
    int before = requests;
    g_autofree char *theirs = fetch (self, hosts[i], "/x", BULLA_CONNECTOR_DEFAULT, &error);

    g_assert_cmpstr (mine, ==, "hello");
    g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
    g_assert_nonnull (strstr (error->message, "public page"));
    g_assert_null (theirs);
    g_assert_cmpint (requests, ==, before);
  }
}

/* values of a message cannot inject header fields or requests */
static void
test_dirty_requests (Fixture *self, gconstpointer data)
{
  const char *const methods[] = {"GE T", "", "GET /y HTTP/1.1\r\nX: y", "G:T"};

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
    g_autoptr (BullaHttpMessage) message = make_message (self, methods[i], "a.test", "/x");
    g_autoptr (GError) error = NULL;
    g_assert_null (client_kit_send (self->connector, message, BULLA_CONNECTOR_DEFAULT, &error));
    g_assert_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
  }
  g_assert_cmpint (requests, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/http/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("answers", test_answers);
  ADD ("back-pressure", test_back_pressure);
  ADD ("leave/anywhere", test_leave);
  ADD ("leave/connector", test_leave_connector);
  ADD ("kept", test_kept);
  ADD ("kept/stale", test_stale);
  ADD ("kept/private", test_private_kept);
  ADD ("requests/dirty", test_dirty_requests);
  return g_test_run ();
}
