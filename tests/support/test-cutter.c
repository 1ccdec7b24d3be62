/* test-cutter.c - a relay on loopback that cuts its connections after a number of bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-cutter.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define CHUNK 16384

struct _TestCutter {
  GSocketService *service; /* owned */
  guint port, server_port;
  GPtrArray *pairs; /* owned; of Pair */
  gboolean armed;
  gboolean reset;
  gsize left, passed;
  guint n_cuts;
};

typedef struct _Pair Pair;

typedef struct {
  Pair *pair;
  GIOStream *from, *to; /* borrowed from the pair */
  guint8 bytes[CHUNK];
} Pump;

struct _Pair {
  gatomicrefcount refs;
  TestCutter *cutter;                 /* borrowed; NULL after the pair has ended */
  GSocketConnection *client, *server; /* owned; @server is NULL before it is connected */
  GCancellable *cancellable;          /* owned */
  Pump up, down;
  guint n_ended; /* number of pumps that have ended */
};

static void pump_read (Pump *pump);

static Pair *
pair_ref (Pair *pair)
{
  g_atomic_ref_count_inc (&pair->refs);
  return pair;
}

static void
pair_unref (Pair *pair)
{
  if (!g_atomic_ref_count_dec (&pair->refs))
    return;
  g_clear_object (&pair->client);
  g_clear_object (&pair->server);
  g_clear_object (&pair->cancellable);
  g_free (pair);
}

static void
close_at_once (GSocketConnection *connection, gboolean reset)
{
  const struct linger at_once = {1, 0};
  GSocket *socket = g_socket_connection_get_socket (connection);

  if (reset)
    setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_socket_close (socket, NULL);
}

static void
pair_end (Pair *pair, gboolean reset)
{
  TestCutter *cutter = g_steal_pointer (&pair->cutter);

  if (cutter == NULL)
    return;
  g_cancellable_cancel (pair->cancellable);
  close_at_once (pair->client, reset);
  if (pair->server != NULL)
    close_at_once (pair->server, reset);
  g_ptr_array_remove_fast (cutter->pairs, pair);
}

static void
end_all (TestCutter *self, gboolean reset)
{
  while (self->pairs->len > 0)
    pair_end (self->pairs->pdata[self->pairs->len - 1], reset);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Pump *pump = user_data;
  Pair *pair = pump->pair;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL))
    pair_end (pair, TRUE);
  else if (pair->cutter != NULL && pair->cutter->armed && pair->cutter->left == 0) {
    TestCutter *cutter = pair->cutter;
    cutter->armed = FALSE;
    cutter->n_cuts++;
    end_all (cutter, cutter->reset);
  } else if (pair->cutter != NULL)
    pump_read (pump);
  pair_unref (pair);
}

static void
pump_end (Pump *pump)
{
  GSocketConnection *to = G_SOCKET_CONNECTION (pump->to);

  g_socket_shutdown (g_socket_connection_get_socket (to), FALSE, TRUE, NULL);
  if (++pump->pair->n_ended == 2)
    pair_end (pump->pair, FALSE);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Pump *pump = user_data;
  Pair *pair = pump->pair;
  gssize got = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);
  TestCutter *cutter = pair->cutter;

  if (got <= 0 || cutter == NULL) {
    if (cutter != NULL && got == 0)
      pump_end (pump);
    else
      pair_end (pair, TRUE);
    pair_unref (pair);
    return;
  }
  gsize length = (gsize)got;
  if (cutter->armed) {
    length = MIN (length, cutter->left);
    cutter->left -= length;
  }
  cutter->passed += length;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (pump->to), pump->bytes, length,
                                   G_PRIORITY_DEFAULT, pair->cancellable, written_cb, pump);
}

static void
pump_read (Pump *pump)
{
  pair_ref (pump->pair);
  g_input_stream_read_async (g_io_stream_get_input_stream (pump->from), pump->bytes, CHUNK,
                             G_PRIORITY_DEFAULT, pump->pair->cancellable, read_cb, pump);
}

static void
send_at_once (GSocketConnection *connection)
{
  g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, 1,
                       NULL);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Pair *pair = user_data;

  pair->server = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (object), result, NULL);
  if (pair->cutter != NULL && pair->server != NULL) {
    send_at_once (pair->client);
    send_at_once (pair->server);
    pair->up = (Pump){pair, G_IO_STREAM (pair->client), G_IO_STREAM (pair->server), {0}};
    pair->down = (Pump){pair, G_IO_STREAM (pair->server), G_IO_STREAM (pair->client), {0}};
    pump_read (&pair->up);
    pump_read (&pair->down);
  } else {
    pair_end (pair, TRUE);
  }
  pair_unref (pair);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  TestCutter *self = user_data;
  Pair *pair = g_new0 (Pair, 1);
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_atomic_ref_count_init (&pair->refs);
  pair->cutter = self;
  pair->client = g_object_ref (connection);
  pair->cancellable = g_cancellable_new ();
  g_ptr_array_add (self->pairs, pair);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_to_host_async (client, "127.0.0.1", (guint16)self->server_port,
                                         pair->cancellable, connected_cb, pair_ref (pair));
  return TRUE;
}

TestCutter *
test_cutter_new (const char *address, guint port, guint server_port)
{
  TestCutter *self = g_new0 (TestCutter, 1);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string (address, port);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->server_port = server_port;
  self->pairs = g_ptr_array_new_with_free_func ((GDestroyNotify)pair_unref);
  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), wanted, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  return self;
}

void
test_cutter_free (TestCutter *self)
{
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  end_all (self, FALSE);
  g_object_unref (self->service);
  g_ptr_array_unref (self->pairs);
  g_free (self);
}

guint
test_cutter_get_port (TestCutter *self)
{
  return self->port;
}

void
test_cutter_arm (TestCutter *self, gsize bytes, gboolean reset)
{
  self->armed = TRUE;
  self->left = MAX (bytes, 1);
  self->reset = reset;
}

void
test_cutter_disarm (TestCutter *self)
{
  self->armed = FALSE;
}

gsize
test_cutter_get_passed (TestCutter *self)
{
  return self->passed;
}

guint
test_cutter_get_cuts (TestCutter *self)
{
  return self->n_cuts;
}
