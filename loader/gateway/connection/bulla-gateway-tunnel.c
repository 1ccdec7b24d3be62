/* bulla-gateway-tunnel.c - opens CONNECT tunnels, from the trust check to the requests inside
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/socket.h>

#include "bulla-gateway-certificate.h"
#include "bulla-gateway-connection.h"
#include "bulla-gateway-listener.h"
#include "bulla-gateway-session.h"
#include "bulla-gateway-target.h"
#include "bulla-printable.h"

#define TLS_HANDSHAKE 0x16 /* the first byte of a TLS connection */
#define TLS_MAJOR 0x03     /* the second byte of a TLS connection */
#define TLS_HEADER 5       /* bytes */
#define TLS_RECORD_MAX 16384
#define HANDSHAKES_MAX 4   /* most concurrent handshakes in one session; each occupies a thread */
#define HANDSHAKE_MS 10000 /* ms until a handshake is aborted */
#define ESTABLISHED "HTTP/1.1 200 Connection established\r\n\r\n"

/* Owned by the pending call until the tunnel is established. */
typedef struct {
  BullaGatewayConnection *connection; /* owned */
  BullaGatewaySession *session;       /* owned; nullable; the session that counts the handshake */
  GIOStream *stream;                  /* owned; nullable; the TLS connection during its handshake */
} TunnelOpening;

static void
tunnel_opening_free (TunnelOpening *opening)
{
  bulla_gateway_connection_unref (opening->connection);
  g_clear_pointer (&opening->session, bulla_gateway_session_unref);
  g_clear_object (&opening->stream);
  g_free (opening);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TunnelOpening, tunnel_opening_free)

/* --- after the response to CONNECT */

static void start_next (BullaGatewaySession *session);

static void
handshake_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TunnelOpening) opening = user_data;
  BullaGatewayConnection *connection = opening->connection;
  gboolean agreed = g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, NULL);

  connection->handshaking = FALSE;
  opening->session->n_handshakes--;
  if (connection->state == BULLA_CONNECTION_CLOSED) {
    g_socket_close (connection->socket, NULL);
  } else if (!agreed) { /* a client that does not trust our certificate ends the handshake itself */
    bulla_gateway_connection_close (connection);
  } else {
    g_set_object (&connection->base, opening->stream);
    bulla_gateway_connection_idle (connection);
  }
  start_next (opening->session);
}

static void
start_tls (BullaGatewayConnection *connection)
{
  static const char *const protocols[] = {"http/1.1", NULL};
  gint64 end = g_get_monotonic_time () + HANDSHAKE_MS * (gint64)1000;
  g_autoptr (GError) error = NULL;

  g_autoptr (BullaGatherStream) gather = bulla_gather_stream_new (connection->base);
  /* No certificate database: each connection would load the system's roots, although clients send
   * no certificate. */
  GIOStream *stream = g_initable_new (
      g_tls_backend_get_server_connection_type (g_tls_backend_get_default ()), NULL, &error,
      "base-io-stream", gather, "certificate", connection->leaf, "database", NULL, NULL);
  if (stream == NULL) {
    g_warning ("gateway: %s", error->message);
    bulla_gateway_connection_close (connection);
    return;
  }
  TunnelOpening *opening = g_new (TunnelOpening, 1);
  *opening = (TunnelOpening){bulla_gateway_connection_ref (connection),
                             bulla_gateway_session_ref (connection->session), stream};
  connection->tls = TRUE;
  g_set_object (&connection->gather, gather);
  connection->handshaking = TRUE;
  connection->deadline = MIN (connection->deadline, end);
  connection->session->n_handshakes++;
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (stream), protocols);
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (stream), FALSE);
  /* Closing the connection shuts its socket down, which makes this fail. */
  g_tls_connection_handshake_async (G_TLS_CONNECTION (stream), G_PRIORITY_DEFAULT,
                                    connection->session->cancellable, handshake_cb, opening);
}

/* A handshake blocks a thread of GTask's small pool. The limit for each session keeps clients that
 * stall in the middle of it from delaying other sessions. */
static void
start_next (BullaGatewaySession *session)
{
  g_autoptr (BullaGatewaySession) kept = bulla_gateway_session_ref (session);

  while (session->n_handshakes < HANDSHAKES_MAX && session->handshakes.length > 0) {
    g_autoptr (BullaGatewayConnection) connection = g_queue_pop_head (&session->handshakes);
    if (connection->state != BULLA_CONNECTION_CLOSED)
      start_tls (connection);
  }
}

static void
clear_handshakes (BullaGatewaySession *session)
{
  g_queue_clear_full (&session->handshakes, (GDestroyNotify)bulla_gateway_connection_unref);
}

static gssize
peek (GSocket *socket, guint8 *bytes, gsize length, GError **error)
{
  GInputVector vector = {bytes, length};
  int flags = G_SOCKET_MSG_PEEK;

  return g_socket_receive_message (socket, NULL, &vector, 1, NULL, NULL, &flags, NULL, error);
}

/* Returns: how many bytes of the first record must have arrived before a thread reads them; 0 if
 * the bytes are not TLS */
static gsize
first_record (const guint8 *bytes, gsize length)
{
  if (length < TLS_HEADER)
    return length < 2 || bytes[1] == TLS_MAJOR ? TLS_HEADER : 0;
  gsize size = (gsize)bytes[3] << 8 | bytes[4];
  return bytes[1] == TLS_MAJOR && size > 0 && size <= TLS_RECORD_MAX ? TLS_HEADER + size : 0;
}

/* A tunnel for http, such as for ws: URLs, has no TLS; the first byte tells the two apart. */
static gboolean
first_bytes_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  g_autoptr (BullaGatewayConnection) connection = bulla_gateway_connection_ref (user_data);
  guint8 bytes[TLS_HEADER + TLS_RECORD_MAX];
  g_autoptr (GError) error = NULL;
  gssize got = peek (socket, bytes, sizeof bytes, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  gboolean tls = got > 0 && *bytes == TLS_HANDSHAKE;
  gsize needed = tls ? first_record (bytes, got) : 1;
  if (got <= 0 || needed == 0 || ((gsize)got < needed && connection->leaving)) {
    bulla_gateway_connection_close (connection);
    return G_SOURCE_REMOVE;
  }
  /* The socket does not become readable before these bytes have arrived. */
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVLOWAT, (gsize)got < needed ? (int)needed : 1,
                       NULL);
  if ((gsize)got < needed)
    return G_SOURCE_CONTINUE;
  if (!tls) {
    bulla_gateway_connection_idle (connection);
    return G_SOURCE_REMOVE;
  }
  bulla_gateway_connection_wait (connection, BULLA_CONNECTION_HANDSHAKE, NULL);
  connection->session->clear_handshakes = clear_handshakes;
  g_queue_push_tail (&connection->session->handshakes, bulla_gateway_connection_ref (connection));
  start_next (connection->session);
  return G_SOURCE_REMOVE;
}

/* @opening: (transfer full) */
static void
establish_tunnel (TunnelOpening *opening)
{
  g_autoptr (BullaGatewayConnection) connection =
      bulla_gateway_connection_ref (opening->connection);

  connection->tunnel = TRUE;
  if (!bulla_gateway_connection_say (connection, ESTABLISHED)) {
    tunnel_opening_free (opening);
    bulla_gateway_connection_close (connection);
    return;
  }
  g_byte_array_set_size (connection->ahead, 0);
  connection->seen = 0;
  GSource *readable = g_socket_create_source (connection->socket, G_IO_IN, NULL);
  g_source_set_callback (readable, G_SOURCE_FUNC (first_bytes_cb), connection, NULL);
  tunnel_opening_free (opening);
  bulla_gateway_connection_wait (connection, BULLA_CONNECTION_HANDSHAKE, readable);
}

/* --- before the response to CONNECT */

static void
trusted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TunnelOpening) opening = user_data;
  gboolean trusted = bulla_gateway_delegate_trust_certificate_finish (
      BULLA_GATEWAY_DELEGATE (object), result, NULL);

  if (opening->connection->state == BULLA_CONNECTION_CLOSED)
    return;
  if (trusted)
    establish_tunnel (g_steal_pointer (&opening));
  else
    bulla_gateway_connection_close (opening->connection);
}

static gboolean
is_us (BullaGateway *gateway, const char *host, guint16 port)
{
  g_autofree char *own =
      g_inet_address_to_string (g_inet_socket_address_get_address (gateway->address));

  return port == g_inet_socket_address_get_port (gateway->address)
         && (g_str_equal (host, own) || g_str_equal (host, "localhost"));
}

/* After a 407, libsoup 3.2 names the proxy as the target and the real target as Host; so do
 * WebKit's preconnects. */
static gboolean
find_target (BullaGateway *gateway, const BullaGatewayHead *head, char **host, guint16 *port)
{
  if (!bulla_gateway_split_host (head->target, 443, host, port))
    return FALSE;
  if (!is_us (gateway, *host, *port))
    return TRUE;
  g_clear_pointer (host, g_free);
  return head->host != NULL && bulla_gateway_split_host (head->host, 443, host, port)
         && !is_us (gateway, *host, *port);
}

/**
 * bulla_gateway_tunnel_open:
 * @self: a connection that has sent a valid token
 * @head: the head of the CONNECT request
 *
 * Sends the response once the client trusts the gateway's certificate for the host. The host is
 * only contacted when a request inside the tunnel needs it.
 */
void
bulla_gateway_tunnel_open (BullaGatewayConnection *self, const BullaGatewayHead *head)
{
  BullaGateway *gateway = bulla_gateway_listener_get_gateway (self->listener);
  BullaGatewayDelegate *delegate = self->session->delegate;
  g_autoptr (GError) error = NULL;
  g_autofree char *host = NULL;
  guint16 port = 0;
  g_autoptr (GTlsCertificate) leaf =
      find_target (gateway, head, &host, &port)
          ? bulla_gateway_certificate_dup_leaf (gateway->certificate, host, &error)
          : NULL;

  if (leaf == NULL) {
    if (error != NULL) {
      g_autofree char *why = bulla_printable_dup (error->message); /* may contain the host */
      g_warning ("gateway: %s", why);
    }
    bulla_gateway_connection_close (self);
    return;
  }
  self->host = g_steal_pointer (&host);
  self->port = port;
  self->leaf = g_object_ref (leaf);
  TunnelOpening *opening = g_new (TunnelOpening, 1);
  *opening = (TunnelOpening){bulla_gateway_connection_ref (self), NULL, NULL};
  bulla_gateway_connection_wait (self, BULLA_CONNECTION_OPENING, NULL);
  if (delegate == NULL)
    establish_tunnel (opening);
  else
    bulla_gateway_delegate_trust_certificate_async (
        delegate, self->host, leaf, self->session->cancellable, trusted_cb, opening);
}
