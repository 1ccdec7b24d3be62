/* wire-kit.c - clients and servers that write HTTP byte by byte
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wire-kit.h"

#include <string.h>

/* --- clients */

char *
wire_kit_credentials (GatewayWorld *self)
{
  g_autofree char *plain = g_strconcat ("bulla:", self->token, NULL);
  g_autofree char *encoded = g_base64_encode ((const guchar *)plain, strlen (plain));

  return g_strconcat ("Proxy-Authorization: Basic ", encoded, "\r\n", NULL);
}

GIOStream *
wire_kit_dial (GatewayWorld *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection = g_socket_client_connect (
      client, G_SOCKET_CONNECTABLE (bulla_gateway_get_address (self->gateway)), NULL, &error);

  g_assert_no_error (error);
  return G_IO_STREAM (connection);
}

GIOStream *
wire_kit_tunnel (GatewayWorld *self, const char *host, guint port)
{
  GIOStream *stream = wire_kit_dial (self);
  g_autofree char *credentials = wire_kit_credentials (self);
  g_autofree char *request = g_strdup_printf ("CONNECT %s:%u HTTP/1.1\r\nHost: %s:%u\r\n%s\r\n",
                                              host, port, host, port, credentials);

  g_assert_true (wire_kit_say (stream, request, -1));
  g_autofree char *answer = wire_kit_hear (stream, "\r\n\r\n", NULL);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  return stream;
}

GIOStream *
wire_kit_start_tls (GatewayWorld *self, GIOStream *connection, const char *host)
{
  return wire_kit_start_tls_for (self, connection, host, NULL);
}

GIOStream *
wire_kit_start_tls_for (GatewayWorld *self, GIOStream *connection, const char *host,
                        const char *const *protocols)
{
  g_autoptr (GIOStream) stream = connection;
  g_autoptr (GSocketConnectable) identity = g_network_address_new (host, 443);
  g_autoptr (GError) error = NULL;
  GIOStream *tls = g_tls_client_connection_new (stream, identity, &error);
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_no_error (error);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  g_tls_connection_set_database (G_TLS_CONNECTION (tls),
                                 soup_session_get_tls_database (self->client));
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL,
                                    test_take_result, &result);
  g_tls_connection_handshake_finish (G_TLS_CONNECTION (tls), test_wait_result (&result), &error);
  g_assert_no_error (error);
  return tls;
}

GIOStream *
wire_kit_tls_tunnel (GatewayWorld *self, const char *host, guint port)
{
  return wire_kit_start_tls (self, wire_kit_tunnel (self, host, port), host);
}

gboolean
wire_kit_say (GIOStream *stream, const char *text, gssize length)
{
  GOutputStream *out = g_io_stream_get_output_stream (stream);
  g_autoptr (GAsyncResult) result = NULL;

  g_output_stream_write_all_async (out, text, length >= 0 ? (gsize)length : strlen (text),
                                   G_PRIORITY_DEFAULT, NULL, test_take_result, &result);
  return g_output_stream_write_all_finish (out, test_wait_result (&result), NULL, NULL);
}

char *
wire_kit_hear (GIOStream *stream, const char *until, GError **error)
{
  GInputStream *in = g_io_stream_get_input_stream (stream);
  GString *text = g_string_new (NULL);

  while (until == NULL || g_strstr_len (text->str, text->len, until) == NULL) {
    g_autoptr (GAsyncResult) result = NULL;
    g_input_stream_read_bytes_async (in, 65536, G_PRIORITY_DEFAULT, NULL, test_take_result,
                                     &result);
    g_autoptr (GBytes) part =
        g_input_stream_read_bytes_finish (in, test_wait_result (&result), error);
    if (part == NULL || g_bytes_get_size (part) == 0)
      break;
    g_string_append_len (text, g_bytes_get_data (part, NULL), g_bytes_get_size (part));
  }
  return g_string_free (text, FALSE);
}

/* --- servers */

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
        gpointer user_data)
{
  WireServer *self = user_data;

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->open, connection);
  g_mutex_unlock (&self->lock);
  self->func (G_IO_STREAM (connection), self->user_data);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_mutex_lock (&self->lock);
  g_ptr_array_remove (self->open, connection);
  g_cond_signal (&self->ended);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

WireServer *
wire_kit_serve (GatewayWorld *self, const char *host, WireFunc func, gpointer user_data)
{
  WireServer *server = g_new (WireServer, 1);
  g_autoptr (GError) error = NULL;

  *server = (WireServer){.service = g_threaded_socket_service_new (-1),
                         .host = g_strdup (host),
                         .func = func,
                         .user_data = user_data,
                         .open = g_ptr_array_new ()};
  g_mutex_init (&server->lock);
  g_cond_init (&server->ended);
  server->port =
      g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (server->service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (server->service, "run", G_CALLBACK (run_cb), server);
  g_autofree char *resolve = g_strdup_printf ("%s:%u:127.0.0.1", host, server->port);
  g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
  return server;
}

void
wire_server_free (WireServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->open->len; i++)
    g_socket_shutdown (g_socket_connection_get_socket (self->open->pdata[i]), TRUE, TRUE, NULL);
  while (self->open->len > 0)
    g_cond_wait (&self->ended, &self->lock);
  g_mutex_unlock (&self->lock);
  g_ptr_array_unref (self->open);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->ended);
  g_free (self->host);
  g_free (self);
}

char *
wire_kit_read_head (GIOStream *connection)
{
  GInputStream *in = g_io_stream_get_input_stream (connection);
  GString *head = g_string_new (NULL);
  char byte = '\0';

  while (!g_str_has_suffix (head->str, "\r\n\r\n")
         && g_input_stream_read (in, &byte, 1, NULL, NULL) == 1)
    g_string_append_c (head, byte);
  return g_string_free (head, FALSE);
}

char *
wire_kit_read_rest (GIOStream *connection)
{
  GInputStream *in = g_io_stream_get_input_stream (connection);
  GString *rest = g_string_new (NULL);
  char part[4096];
  gssize got = 0;

  while ((got = g_input_stream_read (in, part, sizeof part, NULL, NULL)) > 0)
    g_string_append_len (rest, part, got);
  return g_string_free (rest, FALSE);
}

void
wire_kit_answer (GIOStream *connection, const char *text)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (connection), text, strlen (text), NULL,
                             NULL, NULL);
}
