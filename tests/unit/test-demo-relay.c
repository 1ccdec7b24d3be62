/* test-demo-relay.c - checks that the demo's relay delays bytes and changes nothing else
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The relay runs in the main context; server and client are threads with blocking sockets. Tests
 * check only minimum times, because a busy machine makes them longer. */
#include "bulla-demo-relay.h"
#include "test-world.h"

#include <string.h>

#define RTT 120 /* round trip, ms */
#define LARGE (4 * 1024 * 1024)
#define HELD_AT_MOST (2 * 1024 * 1024)

typedef struct {
  GSocketService *service; /* owned */
  DemoRelay *relay;        /* owned */
  GMutex gate;             /* while locked, the server does not read */
  GAsyncQueue *answers;    /* owned; results of calls in the main context */
} Fixture;

/* Sends the input back when it has ended; a byte that arrives alone is sent back at once. */
static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
        gpointer user_data)
{
  Fixture *self = user_data;
  GSocket *socket = g_socket_connection_get_socket (connection);
  g_autoptr (GByteArray) all = g_byte_array_new ();
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char buffer[65536];
  gssize n;

  g_mutex_lock (&self->gate);
  g_mutex_unlock (&self->gate);
  while ((n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL)) > 0)
    if (n == 1)
      g_output_stream_write_all (out, buffer, 1, NULL, NULL, NULL);
    else
      g_byte_array_append (all, (guint8 *)buffer, n);
  g_output_stream_write_all (out, all->data, all->len, NULL, NULL, NULL);
  return TRUE;
}

static void
set_up (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->gate);
  self->answers = g_async_queue_new ();
  self->service = g_threaded_socket_service_new (-1);
  guint port =
      g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  self->relay = demo_relay_new (port, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer user_data)
{
  g_clear_pointer (&self->relay, demo_relay_free);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  g_mutex_clear (&self->gate);
  g_async_queue_unref (self->answers);
}

static gboolean
waiting_cb (gpointer user_data)
{
  Fixture *self = user_data;

  /* never NULL */
  g_async_queue_push (self->answers,
                      GSIZE_TO_POINTER (demo_relay_get_traffic (self->relay).waiting + 1));
  return G_SOURCE_REMOVE;
}

/* the relay may only be used in the main context */
static gsize
ask_waiting (Fixture *self)
{
  g_main_context_invoke (NULL, waiting_cb, self);
  return GPOINTER_TO_SIZE (g_async_queue_pop (self->answers)) - 1;
}

static gboolean
come_near_cb (gpointer user_data)
{
  Fixture *self = user_data;

  demo_relay_set_rtt (self->relay, 0);
  g_async_queue_push (self->answers, self);
  return G_SOURCE_REMOVE;
}

static GSocket *
connect_to (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new (loopback, (guint16)demo_relay_get_port (self->relay));
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_set_timeout (socket, 60);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  return socket;
}

static void
send_all (GSocket *socket, const char *data, gsize size)
{
  g_autoptr (GError) error = NULL;

  for (gsize sent = 0; sent < size;) {
    gssize n = g_socket_send (socket, data + sent, size - sent, NULL, &error);
    g_assert_no_error (error);
    sent += n;
  }
}

static GByteArray *
receive_all (GSocket *socket)
{
  GByteArray *all = g_byte_array_new ();
  char buffer[65536];
  gssize n;

  while ((n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_byte_array_append (all, (guint8 *)buffer, n);
  g_assert_cmpint (n, ==, 0);
  return all;
}

/* runs @function in its own thread, and the relay meanwhile */
static void
run_client (Fixture *self, GTaskThreadFunc function)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, test_take_result, &result);

  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, function);
  test_wait_result (&result);
}

/* Returns: the milliseconds since @start, when the answer is there */
static gint64
ping (GSocket *socket, gint64 start)
{
  char byte = 'p';

  send_all (socket, &byte, 1);
  g_assert_cmpint (g_socket_receive (socket, &byte, 1, NULL, NULL), ==, 1);
  g_assert_cmpint (byte, ==, 'p');
  return (g_get_monotonic_time () - start) / 1000;
}

static void
ping_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GSocket) socket = connect_to (task_data);

  g_assert_cmpint (ping (socket, start), >=, 2 * RTT);
  g_assert_cmpint (ping (socket, g_get_monotonic_time ()), >=, RTT);
  g_task_return_boolean (task, TRUE);
}

/* connecting costs a round trip, and so does each request */
static void
test_delay (Fixture *self, gconstpointer user_data)
{
  demo_relay_set_rtt (self->relay, RTT);
  run_client (self, ping_thread);
}

static void
large_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GSocket) socket = connect_to (task_data);
  g_autofree char *content = g_malloc (LARGE);

  for (gsize i = 0; i < LARGE; i++)
    content[i] = (char)(i * 2654435761u >> 13);
  send_all (socket, content, LARGE);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  g_autoptr (GByteArray) answer = receive_all (socket);
  g_assert_cmpmem (answer->data, answer->len, content, LARGE);
  g_task_return_boolean (task, TRUE);
}

/* every byte arrives, and the response still arrives after the client has closed its half */
static void
test_large (Fixture *self, gconstpointer user_data)
{
  demo_relay_set_rtt (self->relay, GPOINTER_TO_UINT (user_data));
  run_client (self, large_thread);
  DemoTraffic traffic = demo_relay_get_traffic (self->relay);
  g_assert_cmpuint (traffic.to_server, ==, LARGE);
  g_assert_cmpuint (traffic.from_server, ==, LARGE);
  g_assert_cmpuint (traffic.connections, ==, 1);
  demo_relay_reset (self->relay);
  g_assert_cmpuint (demo_relay_get_traffic (self->relay).to_server, ==, 0);
}

static void
push_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Fixture *self = task_data;
  g_autoptr (GSocket) socket = connect_to (self);
  g_autofree char *content = g_malloc0 (LARGE);
  gsize sent = 0;

  g_socket_set_timeout (socket, 0);
  g_socket_set_blocking (socket, FALSE);
  /* until nothing was accepted for as long as a working relay would need */
  while (g_socket_condition_timed_wait (socket, G_IO_OUT, G_USEC_PER_SEC / 2, NULL, NULL)) {
    gssize n = g_socket_send (socket, content, LARGE, NULL, NULL);
    sent += MAX (n, 0);
    g_assert_cmpuint (sent, <, 64 * LARGE);
  }
  g_assert_cmpuint (ask_waiting (self), <, HELD_AT_MOST);
  g_mutex_unlock (&self->gate);
  g_socket_set_blocking (socket, TRUE);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  g_autoptr (GByteArray) answer = receive_all (socket);
  g_assert_cmpuint (answer->len, ==, sent);
  g_mutex_lock (&self->gate);
  g_task_return_boolean (task, TRUE);
}

/* bytes that a server does not read are buffered up to a limit, then the client has to wait */
static void
test_pressure (Fixture *self, gconstpointer user_data)
{
  g_mutex_lock (&self->gate);
  run_client (self, push_thread);
  g_mutex_unlock (&self->gate);
}

static void
order_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Fixture *self = task_data;
  g_autoptr (GSocket) socket = connect_to (self);

  send_all (socket, "early,", 6);
  while (ask_waiting (self) == 0)
    g_thread_yield ();
  g_main_context_invoke (NULL, come_near_cb, self);
  g_async_queue_pop (self->answers);
  send_all (socket, "late", 4);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  g_autoptr (GByteArray) answer = receive_all (socket);
  g_assert_cmpmem (answer->data, answer->len, "early,late", 10);
  g_task_return_boolean (task, TRUE);
}

/* after the distance was reduced, bytes do not overtake earlier ones */
static void
test_order (Fixture *self, gconstpointer user_data)
{
  demo_relay_set_rtt (self->relay, RTT);
  run_client (self, order_thread);
}

static void
lost_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GSocket) socket = connect_to (task_data);
  char byte;

  g_assert_cmpint (g_socket_receive (socket, &byte, 1, NULL, NULL), <=, 0);
  g_task_return_boolean (task, TRUE);
}

/* without a server behind the relay, connections are closed */
static void
test_no_server (Fixture *self, gconstpointer user_data)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  run_client (self, lost_thread);
}

static void
silence_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GSocket) socket = connect_to (task_data);

  send_all (socket, "anybody there", 13);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  g_autoptr (GByteArray) answer = receive_all (socket);
  g_assert_cmpuint (answer->len, ==, 0);
  g_task_return_boolean (task, TRUE);
}

/* the relay does not wait for a server that ignores that its client has left */
static void
test_silence (Fixture *self, gconstpointer user_data)
{
  g_mutex_lock (&self->gate);
  run_client (self, silence_thread);
  g_mutex_unlock (&self->gate);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define CASE(path, data, function)                                                                 \
  g_test_add ("/demo/relay/" path, Fixture, GUINT_TO_POINTER (data), set_up, function, tear_down)
  CASE ("delay", 0, test_delay);
  CASE ("large/near", 0, test_large);
  CASE ("large/far", 20, test_large);
  CASE ("pressure", 0, test_pressure);
  CASE ("order", 0, test_order);
  CASE ("silence", 0, test_silence);
  CASE ("no-server", 0, test_no_server);
  return g_test_run ();
}
