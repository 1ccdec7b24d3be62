/* bulla-gateway-tunnel.c - opens CONNECT tunnels, from the trust check to the requests inside
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-certificate.h"
#include "bulla-gateway-connection.h"
#include "bulla-gateway-h2-session.h"
#include "bulla-gateway-listener.h"
#include "bulla-gateway-session.h"
#include "bulla-gateway-target.h"
#include "bulla-printable.h"

#define TLS_HANDSHAKE 0x16 /* the first byte of a TLS connection */
#define ESTABLISHED "HTTP/1.1 200 Connection established\r\n\r\n"

/* --- after the response to CONNECT */

static gboolean
handshake_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  g_autoptr (BullaGatewayConnection) connection = bulla_gateway_connection_ref (user_data);
  g_autoptr (GError) error = NULL;

  if (bulla_tls_stream_handshake (connection->tls_stream, &error)) {
    g_set_object (&connection->base, G_IO_STREAM (connection->tls_stream));
    if (g_strcmp0 (bulla_tls_stream_get_protocol (connection->tls_stream), "h2") == 0)
      bulla_gateway_h2_session_start (connection);
    else
      bulla_gateway_connection_idle (connection);
    return G_SOURCE_REMOVE;
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) && !connection->leaving)
    return G_SOURCE_CONTINUE;
  /* A client that does not trust the certificate ends the handshake itself. */
  bulla_gateway_connection_close (connection);
  return G_SOURCE_REMOVE;
}

/* The shell's sessions get HTTP/1.1: WebKit's client, libsoup 3.2, offers nothing else through a
 * proxy, and its HTTP/2 copies the rest of a body for each part of it. */
static gboolean
gets_http2 (BullaGatewayConnection *connection)
{
  return (connection->session->flags & BULLA_GATEWAY_ONE_VIEW) != 0;
}

static void
start_tls (BullaGatewayConnection *connection)
{
  BullaGateway *gateway = bulla_gateway_listener_get_gateway (connection->listener);
  g_autoptr (GError) error = NULL;

  connection->tls = TRUE;
  connection->tls_stream = bulla_tls_stream_new (
      connection->socket, bulla_gateway_certificate_get_context (gateway->certificate),
      connection->leaf, &error);
  if (connection->tls_stream == NULL) {
    g_warning ("gateway: %s", error->message);
    bulla_gateway_connection_close (connection);
    return;
  }
  if (gets_http2 (connection))
    bulla_tls_stream_offer_http2 (connection->tls_stream);
  GSource *readable = g_socket_create_source (connection->socket, G_IO_IN, NULL);
  g_source_set_callback (readable, G_SOURCE_FUNC (handshake_cb), connection, NULL);
  bulla_gateway_connection_wait (connection, BULLA_CONNECTION_HANDSHAKE, readable);
}

/* A tunnel for http, such as for ws: URLs, has no TLS; the first byte tells the two apart. */
static gboolean
first_byte_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  g_autoptr (BullaGatewayConnection) connection = bulla_gateway_connection_ref (user_data);
  guint8 byte = 0;
  GInputVector vector = {&byte, 1};
  int flags = G_SOCKET_MSG_PEEK;
  g_autoptr (GError) error = NULL;
  gssize got =
      g_socket_receive_message (socket, NULL, &vector, 1, NULL, NULL, &flags, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  if (got <= 0)
    bulla_gateway_connection_close (connection);
  else if (byte == TLS_HANDSHAKE)
    start_tls (connection);
  else
    bulla_gateway_connection_idle (connection);
  return G_SOURCE_REMOVE;
}

static void
establish_tunnel (BullaGatewayConnection *connection)
{
  connection->tunnel = TRUE;
  if (!bulla_gateway_connection_say (connection, ESTABLISHED)) {
    bulla_gateway_connection_close (connection);
    return;
  }
  g_byte_array_set_size (connection->ahead, 0);
  connection->seen = 0;
  GSource *readable = g_socket_create_source (connection->socket, G_IO_IN, NULL);
  g_source_set_callback (readable, G_SOURCE_FUNC (first_byte_cb), connection, NULL);
  bulla_gateway_connection_wait (connection, BULLA_CONNECTION_HANDSHAKE, readable);
}

/* --- before the response to CONNECT */

static void
trusted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaGatewayConnection) connection = user_data;
  gboolean trusted = bulla_gateway_delegate_trust_certificate_finish (
      BULLA_GATEWAY_DELEGATE (object), result, NULL);

  if (connection->state == BULLA_CONNECTION_CLOSED)
    return;
  if (trusted)
    establish_tunnel (connection);
  else
    bulla_gateway_connection_close (connection);
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
  bulla_gateway_connection_wait (self, BULLA_CONNECTION_OPENING, NULL);
  if (delegate == NULL)
    establish_tunnel (self);
  else
    bulla_gateway_delegate_trust_certificate_async (delegate, self->host, leaf,
                                                    self->session->cancellable, trusted_cb,
                                                    bulla_gateway_connection_ref (self));
}
