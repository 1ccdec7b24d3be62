/* bulla-gateway-tunnel.c - CONNECT: from trust to the requests inside
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <poll.h>
#include <string.h>

#include "bulla-gateway-private.h"

#ifndef POLLRDHUP
#define POLLRDHUP 0x2000 /* Linux: the other side has closed its half */
#endif

#define TUNNEL_KEY "bulla-gateway-tunnel"
#define LEAVING_KEY "bulla-gateway-leaving"
#define HOST_LENGTH_MAX 253
#define TLS_HANDSHAKE 0x16 /* the first byte of a TLS connection */

/* what it takes until the tunnel stands */
typedef struct {
  BullaGateway *gateway;      /* owned */
  BullaGatewayTunnel *tunnel; /* owned until the server has it */
  SoupServerMessage *message; /* owned; NULL after the answer */
  GTlsCertificate *leaf;      /* owned */
  GIOStream *stream;          /* owned; after the answer */
} Opening;

static void
tunnel_free (BullaGatewayTunnel *tunnel)
{
  if (tunnel->removed != 0)
    g_signal_handler_disconnect (tunnel->session->cancellable, tunnel->removed);
  if (tunnel->hangup != NULL) {
    g_source_destroy (tunnel->hangup);
    g_source_unref (tunnel->hangup);
  }
  if (tunnel->request != NULL)
    tunnel->request->tunnel = NULL;
  g_clear_object (&tunnel->socket);
  g_clear_object (&tunnel->stream);
  bulla_gateway_session_unref (tunnel->session);
  g_free (tunnel->host);
  g_free (tunnel);
}

static void
opening_free (Opening *opening)
{
  g_clear_pointer (&opening->tunnel, tunnel_free);
  g_clear_object (&opening->message);
  g_clear_object (&opening->leaf);
  g_clear_object (&opening->stream);
  g_object_unref (opening->gateway);
  g_free (opening);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

/**
 * bulla_gateway_close_message:
 * @message: a message
 *
 * Breaks its connection off, under its TLS: without the farewell, the client takes what it got for
 * incomplete.
 */
void
bulla_gateway_close_message (SoupServerMessage *message)
{
  BullaGatewayTunnel *tunnel = bulla_gateway_tunnel_of (message);
  GSocket *socket = tunnel != NULL ? tunnel->socket : soup_server_message_get_socket (message);

  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
}

/**
 * bulla_gateway_tunnel_of:
 * @message: a message
 *
 * Returns: (transfer none) (nullable): the tunnel it came through; %NULL for one to the proxy
 */
BullaGatewayTunnel *
bulla_gateway_tunnel_of (SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);

  return remote != NULL ? g_object_get_data (G_OBJECT (remote), TUNNEL_KEY) : NULL;
}

/**
 * bulla_gateway_split_host:
 * @authority: `host`, `host:port`, `[v6]` or `[v6]:port`
 * @default_port: where none is given
 * @host: (out): in lower case, without brackets
 * @port: (out): the port
 *
 * Returns: whether it is one
 */
gboolean
bulla_gateway_split_host (const char *authority, guint16 default_port, char **host, guint16 *port)
{
  g_autofree char *text = g_strdup_printf ("http://%s/", authority);
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || strpbrk (authority, "/?#@\\% ") != NULL || g_uri_get_host (uri) == NULL
      || *g_uri_get_host (uri) == '\0' || strlen (g_uri_get_host (uri)) > HOST_LENGTH_MAX
      || !g_str_is_ascii (g_uri_get_host (uri)) || g_uri_get_port (uri) == 0)
    return FALSE;
  *host = g_ascii_strdown (g_uri_get_host (uri), -1);
  *port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : default_port;
  return TRUE;
}

/**
 * bulla_gateway_hangup_source:
 * @socket: a client's
 * @func: called when the client has closed it, or its half of it
 * @user_data: for @func
 *
 * Returns: (transfer full): what watches the socket, attached
 */
GSource *
bulla_gateway_hangup_source (GSocket *socket, GUnixFDSourceFunc func, gpointer user_data)
{
  GSource *source = g_unix_fd_source_new (g_socket_get_fd (socket),
                                          (GIOCondition)(G_IO_HUP | G_IO_ERR | POLLRDHUP));

  g_source_set_callback (source, G_SOURCE_FUNC (func), user_data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static gboolean
left_cb (int fd, GIOCondition condition, gpointer user_data)
{
  g_socket_close (user_data, NULL);
  return G_SOURCE_REMOVE;
}

static void
destroy_source (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

/**
 * bulla_gateway_let_leave:
 * @socket: of a client that asks nothing now
 * @idle: whether that is so still
 *
 * libsoup before 3.3 does not let go of a connection whose client leaves between requests, so its
 * socket is closed here.
 */
void
bulla_gateway_let_leave (GSocket *socket, gboolean idle)
{
  GSource *source = idle ? bulla_gateway_hangup_source (socket, left_cb, socket) : NULL;

  if (source != NULL) /* what it sent last is read first */
    g_source_set_priority (source, G_PRIORITY_LOW);
  g_object_set_data_full (G_OBJECT (socket), LEAVING_KEY, source, destroy_source);
}

/* --- after the answer */

static gboolean
hangup_cb (int fd, GIOCondition condition, gpointer user_data)
{
  BullaGatewayTunnel *tunnel = user_data;

  if (tunnel->request != NULL) {
    g_autoptr (BullaGatewayRequest) request = bulla_gateway_request_ref (tunnel->request);
    bulla_gateway_request_close (request);
  } else {
    bulla_gateway_let_leave (tunnel->socket, TRUE);
  }
  return G_SOURCE_REMOVE;
}

/* The server takes what is inside for a connection like any other; its remote address is an object
 * of our own, by which the tunnel is found again. */
static void
hand_over (Opening *opening)
{
  g_autoptr (GSocketAddress) remote = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) local = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;

  if (opening->gateway->server == NULL)
    return;
  opening->tunnel->stream = g_object_ref (opening->stream);
  opening->tunnel->hangup =
      bulla_gateway_hangup_source (opening->tunnel->socket, hangup_cb, opening->tunnel);
  g_object_set_data_full (G_OBJECT (remote), TUNNEL_KEY, g_steal_pointer (&opening->tunnel),
                          (GDestroyNotify)tunnel_free);
  if (!soup_server_accept_iostream (opening->gateway->server, opening->stream, local, remote,
                                    &error))
    g_warning ("gateway: %s", error->message);
}

static void
handshake_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Opening) opening = user_data;

  /* a client that does not trust us ends it here, and knows why */
  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, NULL))
    hand_over (opening);
}

static void
start_tls (Opening *opening)
{
  static const char *const protocols[] = {"http/1.1", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) plain = g_steal_pointer (&opening->stream);

  /* without a database, or every connection would read the system's roots, for clients that have no
   * certificate anyway */
  opening->stream = g_initable_new (
      g_tls_backend_get_server_connection_type (g_tls_backend_get_default ()), NULL, &error,
      "base-io-stream", plain, "certificate", opening->leaf, "database", NULL, NULL);
  if (opening->stream == NULL) {
    g_warning ("gateway: %s", error->message);
    opening_free (opening);
    return;
  }
  GTlsConnection *tls = G_TLS_CONNECTION (opening->stream);
  g_tls_connection_set_advertised_protocols (tls, protocols);
  g_tls_connection_set_require_close_notify (tls, FALSE);
  g_tls_connection_handshake_async (tls, G_PRIORITY_DEFAULT, opening->tunnel->session->cancellable,
                                    handshake_cb, opening);
}

/* A tunnel to http, as for ws:, is one without TLS: the first byte tells. */
static gboolean
first_byte_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Opening *opening = user_data;
  GInputVector vector = {(guint8[1]){0}, 1};
  int flags = G_SOCKET_MSG_PEEK;
  gssize got = g_socket_receive_message (socket, NULL, &vector, 1, NULL, NULL, &flags, NULL, NULL);

  if (got == 1 && *(guint8 *)vector.buffer == TLS_HANDSHAKE) {
    opening->tunnel->tls = TRUE;
    start_tls (opening);
  } else {
    if (got == 1)
      hand_over (opening);
    opening_free (opening);
  }
  return G_SOURCE_REMOVE;
}

static void
removed_cb (GCancellable *cancellable, gpointer user_data)
{
  BullaGatewayTunnel *tunnel = user_data;

  g_socket_shutdown (tunnel->socket, TRUE, TRUE, NULL);
}

static void
wrote_answer_cb (SoupServerMessage *message, gpointer user_data)
{
  Opening *opening = user_data;
  BullaGatewayTunnel *tunnel = opening->tunnel;

  g_signal_handlers_disconnect_by_data (message, opening);
  opening->stream = soup_server_message_steal_connection (message);
  g_clear_object (&opening->message);
  if (g_cancellable_is_cancelled (tunnel->session->cancellable)) {
    opening_free (opening);
    return;
  }
  tunnel->removed =
      g_signal_connect (tunnel->session->cancellable, "cancelled", G_CALLBACK (removed_cb), tunnel);
  g_autoptr (GSource) readable = g_socket_create_source (tunnel->socket, G_IO_IN, NULL);
  g_source_set_callback (readable, G_SOURCE_FUNC (first_byte_cb), opening, NULL);
  g_source_attach (readable, g_main_context_get_thread_default ());
}

/* --- before the answer */

static void
gone_cb (SoupServerMessage *message, gpointer user_data)
{
  Opening *opening = user_data;

  g_signal_handlers_disconnect_by_data (message, opening);
  g_clear_object (&opening->message);
}

static void
gone_unanswered_cb (SoupServerMessage *message, gpointer user_data)
{
  g_signal_handlers_disconnect_by_data (message, user_data);
  opening_free (user_data);
}

/* @opening: (transfer full) */
static void
answer (Opening *opening)
{
  soup_server_message_set_status (opening->message, SOUP_STATUS_OK, "Connection established");
  g_signal_handlers_disconnect_by_data (opening->message, opening);
  g_signal_connect (opening->message, "finished", G_CALLBACK (gone_unanswered_cb), opening);
  g_signal_connect (opening->message, "wrote-body", G_CALLBACK (wrote_answer_cb), opening);
  soup_server_message_unpause (opening->message);
}

static void
trusted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Opening) opening = user_data;
  gboolean trusted = bulla_gateway_delegate_trust_certificate_finish (
      BULLA_GATEWAY_DELEGATE (object), result, NULL);

  if (opening->message == NULL)
    return;
  if (trusted) {
    answer (g_steal_pointer (&opening));
    return;
  }
  g_signal_handlers_disconnect_by_data (opening->message, opening);
  bulla_gateway_close_message (opening->message);
}

/* What libsoup 3.2 sends when it was asked for its token names the proxy itself, and the target as
 * Host; a preconnect of WebKit's is like that. */
static gboolean
find_target (BullaGateway *self, SoupServerMessage *message, char **host, guint16 *port)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *field =
      soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Host");
  g_autofree char *own =
      g_inet_address_to_string (g_inet_socket_address_get_address (self->address));
  int own_port = g_inet_socket_address_get_port (self->address);
  const char *name = g_uri_get_host (uri);

  gboolean is_us = g_uri_get_port (uri) == own_port && name != NULL
                   && (g_str_equal (name, own) || g_str_equal (name, "localhost"));
  if (!is_us) {
    if (name == NULL || *name == '\0' || strlen (name) > HOST_LENGTH_MAX || !g_str_is_ascii (name))
      return FALSE;
    *host = g_ascii_strdown (name, -1);
    *port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : 443;
    return TRUE;
  }
  return field != NULL && bulla_gateway_split_host (field, 443, host, port)
         && !(*port == own_port && (g_str_equal (*host, own) || g_str_equal (*host, "localhost")));
}

/**
 * bulla_gateway_tunnel_open:
 * @self: a gateway
 * @session: whose client it is
 * @message: a CONNECT
 *
 * Answered once the client trusts our certificate for the host. The host itself is not contacted:
 * that waits for a request that needs it.
 */
void
bulla_gateway_tunnel_open (BullaGateway *self, BullaGatewaySession *session,
                           SoupServerMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *host = NULL;
  guint16 port = 0;
  g_autoptr (GTlsCertificate) leaf =
      find_target (self, message, &host, &port)
          ? bulla_gateway_certificate_dup_leaf (self->certificate, host, &error)
          : NULL;

  if (leaf == NULL) {
    if (error != NULL)
      g_warning ("gateway: %s", error->message);
    bulla_gateway_close_message (message);
    return;
  }
  GSocket *socket = soup_server_message_get_socket (message);
  g_return_if_fail (socket != NULL);
  bulla_gateway_let_leave (socket, FALSE);
  Opening *opening = g_new0 (Opening, 1);
  opening->gateway = g_object_ref (self);
  opening->message = g_object_ref (message);
  opening->leaf = g_object_ref (leaf);
  opening->tunnel = g_new0 (BullaGatewayTunnel, 1);
  *opening->tunnel = (BullaGatewayTunnel){.session = bulla_gateway_session_ref (session),
                                          .socket = g_object_ref (socket),
                                          .host = g_steal_pointer (&host),
                                          .port = port};
  soup_server_message_pause (message);
  g_signal_connect (message, "finished", G_CALLBACK (gone_cb), opening);
  if (session->delegate == NULL)
    answer (opening);
  else
    bulla_gateway_delegate_trust_certificate_async (session->delegate, opening->tunnel->host, leaf,
                                                    session->cancellable, trusted_cb, opening);
}
