/* bulla-gateway-listener.c - accepts connections, and limits their number for each owner
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * There are two kinds of owners: all connections that have not sent a valid token yet, and each
 * session. A new connection may only close an older one of its own owner. Bulla does not use
 * libsoup's listener, which stops forever when accept() fails for lack of descriptors. */
#include "bulla-gateway-listener.h"

#include "bulla-connector.h"
#include "bulla-gateway-connection.h"
#include "bulla-gateway-internal.h"
#include "bulla-gateway-session.h"
#include "bulla-main-loop-source.h"

#define BACKLOG 128
#define ACCEPTS_MAX 4 /* most connections accepted in a row before existing ones are served */
#define AGE_MIN_MS 50 /* minimum age at which a connection without a token is evicted */
#define RETRY_MS 100  /* milliseconds until the next attempt after accept() failed */
#define SWEEP_MS 1000 /* milliseconds between checks of the deadlines */

struct _BullaGatewayListener {
  BullaGatewayAwaitFunc await;
  BullaGatewayArriveFunc arrive;
  BullaGateway *gateway; /* borrowed; owns the listener */
  GSocket *socket;       /* owned; NULL before it listens */
  GSource *source;       /* owned; NULL while accepting is paused */
  guint retry, sweep;    /* source ids; 0 if not active */
  GQueue all;            /* owned; all connections */
  GQueue fresh;          /* connections without a token, the oldest first */
  BullaGatewayLimits limits;
};

static gboolean accept_cb (GSocket *socket, GIOCondition condition, gpointer user_data);

/* --- accepting */

static void
listener_watch (BullaGatewayListener *self)
{
  if (self->source != NULL || self->socket == NULL)
    return;
  g_clear_handle_id (&self->retry, g_source_remove);
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (accept_cb), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static gboolean
retry_cb (gpointer user_data)
{
  BullaGatewayListener *self = user_data;

  self->retry = 0;
  listener_watch (self);
  return G_SOURCE_REMOVE;
}

/* Pauses accepting; new connections wait in the kernel's queue. */
static void
listener_pause (BullaGatewayListener *self, guint milliseconds)
{
  bulla_clear_source (&self->source);
  if (self->retry == 0)
    self->retry = g_timeout_add (MAX (milliseconds, 1), retry_cb, self);
}

/* Returns: for how many milliseconds accepting has to pause; 0 if a connection can be accepted now
 */
static guint
listener_make_room (BullaGatewayListener *self)
{
  if (self->fresh.length < self->limits.fresh_max)
    return 0;
  BullaGatewayConnection *oldest = self->fresh.head->data;
  gint64 age = (g_get_monotonic_time () - oldest->accepted) / 1000;
  if (age < AGE_MIN_MS)
    return AGE_MIN_MS - (guint)MAX (age, 0);
  bulla_gateway_connection_close (oldest);
  return 0;
}

/* The client may have hung up since the socket became ready; that does not stop accepting. */
static gboolean
accept_failed (BullaGatewayListener *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    return G_SOURCE_CONTINUE;
  if (self->fresh.head != NULL)
    bulla_gateway_connection_close (self->fresh.head->data);
  bulla_connector_drop_idle (self->gateway->connector);
  listener_pause (self, RETRY_MS);
  return G_SOURCE_REMOVE;
}

static gboolean
accept_cb (GSocket *listening, GIOCondition condition, gpointer user_data)
{
  BullaGatewayListener *self = user_data;

  for (guint i = 0; i < ACCEPTS_MAX; i++) {
    g_autoptr (GError) error = NULL;
    guint wait = listener_make_room (self);
    if (wait > 0) {
      listener_pause (self, wait);
      return G_SOURCE_REMOVE;
    }
    g_autoptr (GSocket) socket = g_socket_accept (self->socket, NULL, &error);
    if (socket == NULL)
      return accept_failed (self, error);
    bulla_gateway_connection_unref (bulla_gateway_connection_new (self, socket));
  }
  return G_SOURCE_CONTINUE;
}

/* --- deadlines */

static gboolean
sweep_cb (gpointer user_data)
{
  BullaGatewayListener *self = user_data;
  g_autoptr (BullaGateway) kept =
      g_object_ref (self->gateway); /* a request may hold the last reference */
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GPtrArray) late =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_gateway_connection_unref);

  for (GList *each = self->all.head; each != NULL; each = each->next) {
    BullaGatewayConnection *connection = each->data;
    if (connection->deadline != 0 && connection->deadline <= now)
      g_ptr_array_add (late, bulla_gateway_connection_ref (connection));
  }
  for (guint i = 0; i < late->len; i++) {
    BullaGatewayConnection *connection = late->pdata[i];
    bulla_gateway_connection_close (connection);
  }
  if (self->all.length > 0)
    return G_SOURCE_CONTINUE;
  self->sweep = 0;
  return G_SOURCE_REMOVE;
}

static guint
sweep_interval (BullaGatewayListener *self)
{
  const BullaGatewayLimits *limits = &self->limits;
  guint shortest = MIN (MIN (limits->fresh_ms, limits->handshake_ms),
                        MIN (MIN (limits->first_ms, limits->idle_ms), limits->linger_ms));

  return CLAMP (shortest / 4, 1, SWEEP_MS);
}

/* --- counting connections by owner */

/* @connection: a new connection, in no queue yet; it counts as one without a token, and the queue
 * owns it */
void
bulla_gateway_listener_add (BullaGatewayListener *self, BullaGatewayConnection *connection)
{
  connection->link.data = connection;
  connection->all_link.data = bulla_gateway_connection_ref (connection);
  g_queue_push_tail_link (&self->all, &connection->all_link);
  g_queue_push_tail_link (&self->fresh, &connection->link);
  connection->queue = &self->fresh;
  if (self->sweep == 0)
    self->sweep = g_timeout_add (sweep_interval (self), sweep_cb, self);
}

/* Returns the connection that has been unused for the longest time. */
static BullaGatewayConnection *
find_victim (BullaGatewaySession *session)
{
  static const BullaConnectionState STATES[] = {BULLA_CONNECTION_LINGERING, BULLA_CONNECTION_IDLE,
                                                BULLA_CONNECTION_HANDSHAKE};

  for (guint i = 0; i < G_N_ELEMENTS (STATES); i++)
    for (GList *each = session->connections.head; each != NULL; each = each->next)
      if (((BullaGatewayConnection *)each->data)->state == STATES[i])
        return each->data;
  return NULL;
}

/**
 * bulla_gateway_listener_admit:
 * @self: a listener
 * @connection: a connection that has just sent a valid token
 * @session: the session whose token it is
 *
 * Counts @connection for @session from now on. If the session has too many connections, an idle one
 * is closed.
 *
 * Returns: whether the limit of the session permits the connection
 */
gboolean
bulla_gateway_listener_admit (BullaGatewayListener *self, BullaGatewayConnection *connection,
                              BullaGatewaySession *session)
{
  if (connection->queue != &session->connections
      && session->connections.length >= self->limits.session_max) {
    BullaGatewayConnection *victim = find_victim (session);
    if (victim == NULL)
      return FALSE;
    bulla_gateway_connection_close (victim);
  }
  g_queue_unlink (connection->queue, &connection->link);
  connection->queue = &session->connections;
  g_queue_push_tail_link (connection->queue, &connection->link);
  return TRUE;
}

/* @connection: a closed connection; it may be freed by this call */
void
bulla_gateway_listener_remove (BullaGatewayListener *self, BullaGatewayConnection *connection)
{
  g_queue_unlink (connection->queue, &connection->link);
  connection->queue = NULL;
  g_queue_unlink (&self->all, &connection->all_link);
  bulla_gateway_connection_unref (connection);
  if (self->source == NULL && self->retry != 0)
    listener_watch (self); /* a descriptor has become free */
}

/* --- the listener */

BullaGatewayListener *
bulla_gateway_listener_new (BullaGateway *gateway, BullaGatewayAwaitFunc await,
                            BullaGatewayArriveFunc arrive)
{
  BullaGatewayListener *self = g_new0 (BullaGatewayListener, 1);

  self->gateway = gateway;
  self->await = await;
  self->arrive = arrive;
  self->limits = bulla_gateway_limits_get_default ();
  return self;
}

void
bulla_gateway_listener_await (BullaGatewayListener *self, BullaGatewayConnection *connection)
{
  self->await (connection);
}

void
bulla_gateway_listener_arrive (BullaGatewayListener *self, BullaGatewayStream *stream,
                               const BullaGatewayHead *head)
{
  self->arrive (self->gateway, stream, head);
}

void
bulla_gateway_listener_free (BullaGatewayListener *self)
{
  bulla_clear_source (&self->source);
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
  while (self->all.head != NULL)
    bulla_gateway_connection_close (self->all.head->data);
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_handle_id (&self->sweep, g_source_remove);
  g_free (self);
}

gboolean
bulla_gateway_listener_listen (BullaGatewayListener *self, GSocketAddress *address, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return FALSE;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return FALSE;
  self->socket = g_steal_pointer (&socket);
  listener_watch (self);
  return TRUE;
}

/* Returns: (transfer full): the address of the listening socket */
GSocketAddress *
bulla_gateway_listener_dup_address (BullaGatewayListener *self, GError **error)
{
  return g_socket_get_local_address (self->socket, error);
}

BullaGateway *
bulla_gateway_listener_get_gateway (BullaGatewayListener *self)
{
  return self->gateway;
}

const BullaGatewayLimits *
bulla_gateway_listener_get_limits (BullaGatewayListener *self)
{
  return &self->limits;
}

/* For tests; call it before the first connection is accepted. */
void
bulla_gateway_listener_set_limits (BullaGatewayListener *self, const BullaGatewayLimits *limits)
{
  self->limits = *limits;
}

/* Returns: the number of open connections */
guint
bulla_gateway_listener_count (BullaGatewayListener *self)
{
  return self->all.length;
}
