/* bulla-gateway-duplex.c - forwards bytes in both directions between client and server, unparsed
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * When one direction ends, its end is forwarded, and the other direction continues. If a
 * direction fails, for example by a reset, both sides are reset. */
#include "bulla-gateway-duplex.h"

#include <sys/socket.h>

#define HALF_SECONDS 30 /* seconds that one direction may stay open after the other ended */

typedef struct _Duplex Duplex;

typedef struct {
  Duplex *duplex;      /* borrowed */
  GInputStream *from;  /* borrowed */
  GOutputStream *into; /* borrowed */
  GSocket *socket;     /* borrowed; the socket below @into */
} Way;

struct _Duplex {
  BullaGatewayConnection *connection; /* owned */
  GIOStream *client, *server;         /* owned */
  GBytes *first;                      /* owned; client bytes that were already read */
  Way up, down;
  guint n_open;          /* directions that are still open */
  GCancellable *removed; /* owned */
  GDestroyNotify done;
  gpointer user_data;
};

static void
duplex_free (Duplex *self)
{
  self->done (self->user_data);
  g_object_unref (self->removed);
  bulla_gateway_connection_unref (self->connection);
  g_object_unref (self->client);
  g_object_unref (self->server);
  g_bytes_unref (self->first);
  g_free (self);
}

static void
end_way (Way *way)
{
  if (--way->duplex->n_open == 0)
    duplex_free (way->duplex);
}

static void
reset (Duplex *self)
{
  const struct linger at_once = {1, 0};
  GSocket *server = self->up.socket;

  bulla_gateway_connection_break (self->connection);
  if (g_socket_is_closed (server))
    return;
  setsockopt (g_socket_get_fd (server), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_socket_close (server, NULL);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Way *way = user_data;

  if (!g_output_stream_close_finish (G_OUTPUT_STREAM (object), result, NULL))
    reset (way->duplex);
  else
    g_socket_shutdown (way->socket, FALSE, TRUE, NULL);
  end_way (way);
}

static void
spliced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Way *way = user_data;
  g_autoptr (GError) error = NULL;
  gssize moved = g_output_stream_splice_finish (way->into, result, &error);

  /* Many servers end TLS without close_notify; the protocols tunnelled here mark their own end. */
  if (moved < 0 && !g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF)) {
    reset (way->duplex);
    end_way (way);
    return;
  }
  way->duplex->connection->deadline =
      g_get_monotonic_time () + HALF_SECONDS * (gint64)G_USEC_PER_SEC;
  g_output_stream_close_async (way->into, G_PRIORITY_DEFAULT, NULL, closed_cb, way);
}

static void
start (Way *way)
{
  g_output_stream_splice_async (way->into, way->from, G_OUTPUT_STREAM_SPLICE_NONE,
                                G_PRIORITY_DEFAULT, way->duplex->removed, spliced_cb, way);
}

static void
wrote_first_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Way *way = user_data;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL)) {
    start (way);
  } else {
    reset (way->duplex);
    end_way (way);
  }
}

static void
start_up (Duplex *self)
{
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (self->first, &length);

  if (length == 0)
    start (&self->up);
  else
    g_output_stream_write_all_async (self->up.into, bytes, length, G_PRIORITY_DEFAULT,
                                     self->removed, wrote_first_cb, &self->up);
}

/**
 * bulla_gateway_duplex_start:
 * @connection: the client's connection, in state SWITCHED
 * @server: a #GSocketConnection to the server
 * @removed: cancels both directions
 * @done: called once both directions have ended
 * @user_data: for @done
 */
void
bulla_gateway_duplex_start (BullaGatewayConnection *connection, GIOStream *server,
                            GCancellable *removed, GDestroyNotify done, gpointer user_data)
{
  GIOStream *client = connection->base;
  Duplex *self = g_new (Duplex, 1);

  *self = (Duplex){
      .connection = bulla_gateway_connection_ref (connection),
      .client = g_object_ref (client),
      .server = g_object_ref (server),
      .first = g_bytes_new (connection->ahead->data, connection->ahead->len),
      .up = {self, g_io_stream_get_input_stream (client), g_io_stream_get_output_stream (server),
             g_socket_connection_get_socket (G_SOCKET_CONNECTION (server))},
      .down = {self, g_io_stream_get_input_stream (server), g_io_stream_get_output_stream (client),
               connection->socket},
      .n_open = 2,
      .removed = g_object_ref (removed),
      .done = done,
      .user_data = user_data,
  };
  start_up (self);
  start (&self->down);
}
