/* bulla-demo-front.c - lets a server of libsoup speak HTTP/2 too
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The client chooses the protocol by ALPN (RFC 7301). The bytes of connections of HTTP/1.1, those
 * of WebSockets among them, are passed on to a port of the server: it would close connections that
 * were handed to it after one response. bulla-demo-http2.c serves the others. */
#include "bulla-demo-front.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "bulla-demo-http2.h"

struct _DemoFront {
  GSocketService *service;      /* owned */
  SoupServer *server;           /* owned */
  GSocketAddress *inside;       /* owned; where the server listens */
  GTlsCertificate *certificate; /* owned */
  GCancellable *closed;         /* owned; cancelled when the front is freed */
  DemoProtocol protocol;
  guint port;
};

/* a connection of a client */
typedef struct {
  SoupServer *server;            /* owned */
  GSocketAddress *inside;        /* owned; where the server listens */
  GSocketConnection *connection; /* owned */
  GIOStream *tls;                /* owned */
  GCancellable *closed;          /* owned */
} Client;

static void
client_free (Client *self)
{
  g_object_unref (self->server);
  g_object_unref (self->inside);
  g_object_unref (self->connection);
  g_object_unref (self->tls);
  g_object_unref (self->closed);
  g_free (self);
}

static void
send_at_once (GSocketConnection *connection)
{
  g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, 1,
                       NULL);
}

static void
serve_http2 (Client *self)
{
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (self->connection, NULL);
  g_autoptr (GSocketAddress) remote =
      g_socket_connection_get_remote_address (self->connection, NULL);

  if (local != NULL && remote != NULL) /* the client is still there */
    demo_http2_serve (self->tls, local, remote, self->server, self->closed);
}

/* Returns: (transfer full) (nullable): a connection to the server; on loopback it needs no waiting
 */
static GSocketConnection *
connect_inside (Client *self, GError **error)
{
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL || !g_socket_connect (socket, self->inside, NULL, error))
    return NULL;
  return g_socket_connection_factory_create_connection (socket);
}

static void
serve_http1 (Client *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) inside = connect_inside (self, &error);

  if (inside == NULL) {
    g_printerr ("bulla-demo: %s\n", error->message);
    return;
  }
  send_at_once (inside);
  g_io_stream_splice_async (self->tls, G_IO_STREAM (inside),
                            G_IO_STREAM_SPLICE_CLOSE_STREAM1 | G_IO_STREAM_SPLICE_CLOSE_STREAM2,
                            G_PRIORITY_DEFAULT, self->closed, NULL, NULL);
}

static void
handshake_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTlsConnection *tls = G_TLS_CONNECTION (source);
  Client *self = user_data;
  /* a client that has left, or that does not trust the certificate, needs no answer */
  gboolean secure = g_tls_connection_handshake_finish (tls, result, NULL);

  if (secure && g_strcmp0 (g_tls_connection_get_negotiated_protocol (tls), "h2") == 0)
    serve_http2 (self);
  else if (secure)
    serve_http1 (self);
  client_free (self);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  static const char *const PROTOCOLS[] = {"h2", "http/1.1", NULL};
  DemoFront *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) tls =
      g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, &error);

  if (tls == NULL) {
    g_printerr ("bulla-demo: %s\n", error->message);
    return TRUE;
  }
  send_at_once (connection);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls),
                                             PROTOCOLS + (self->protocol == DEMO_HTTP_1));
  Client *client = g_new0 (Client, 1);
  client->server = g_object_ref (self->server);
  client->inside = g_object_ref (self->inside);
  client->connection = g_object_ref (connection);
  client->tls = g_object_ref (tls);
  client->closed = g_object_ref (self->closed);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, self->closed,
                                    handshake_cb, client);
  return TRUE;
}

static gboolean
listen_on_loopback (DemoFront *self, GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &bound, error))
    return FALSE;
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return TRUE;
}

/* Lets the server listen on an unused port. */
static gboolean
open_inside (DemoFront *self, GError **error)
{
  if (!soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, error))
    return FALSE;
  GSList *listeners = soup_server_get_listeners (self->server);
  self->inside = g_socket_get_local_address (listeners->data, error);
  g_slist_free (listeners);
  return self->inside != NULL;
}

/**
 * demo_front_new:
 * @server: a server that does not listen yet; it answers the requests of either protocol
 * @certificate: certificate of the host, with its key
 * @protocol: static
 *
 * Returns: (transfer full) (nullable): a front that listens on an unused port on loopback, and runs
 *   in the thread-default main context
 */
DemoFront *
demo_front_new (SoupServer *server, GTlsCertificate *certificate, DemoProtocol protocol,
                GError **error)
{
  g_autoptr (DemoFront) self = g_new0 (DemoFront, 1);

  self->service = g_socket_service_new ();
  self->server = g_object_ref (server);
  self->certificate = g_object_ref (certificate);
  self->closed = g_cancellable_new ();
  self->protocol = protocol;
  if (!open_inside (self, error) || !listen_on_loopback (self, error))
    return NULL;
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  g_socket_service_start (self->service);
  return g_steal_pointer (&self);
}

/**
 * demo_front_free:
 *
 * Closes all connections, from the main loop.
 */
void
demo_front_free (DemoFront *self)
{
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_cancellable_cancel (self->closed);
  g_object_unref (self->service);
  g_object_unref (self->server);
  g_clear_object (&self->inside);
  g_object_unref (self->certificate);
  g_object_unref (self->closed);
  g_free (self);
}

guint
demo_front_get_port (DemoFront *self)
{
  return self->port;
}
