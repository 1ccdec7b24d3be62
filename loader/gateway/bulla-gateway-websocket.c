/* bulla-gateway-websocket.c - WebSockets pass once both sides have switched
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-gateway-decision.h"

#define HEAD_MAX 65536
#define CHUNK_SIZE 4096

typedef struct {
  BullaGatewayRequest *request; /* owned */
  GIOStream *server;            /* owned */
  GIOStream *client;            /* owned; once it is ours */
  GString *head;                /* owned; the request's, then the response's */
  BullaWatch *watch;            /* owned; nullable until there was a connection */
} Passing;

static void
passing_free (Passing *passing)
{
  /* under their TLS, which would wait for a farewell */
  if (G_IS_SOCKET_CONNECTION (passing->server))
    g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (passing->server)), TRUE,
                       TRUE, NULL);
  if (passing->client != NULL)
    bulla_gateway_connection_close (passing->request->connection);
  g_clear_object (&passing->server);
  g_clear_object (&passing->client);
  g_clear_pointer (&passing->watch, bulla_watch_free);
  bulla_gateway_request_unref (passing->request);
  g_string_free (passing->head, TRUE);
  g_free (passing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Passing, passing_free)

static gboolean
wants_websocket (BullaGatewayRequest *request)
{
  SoupMessageHeaders *headers = request->headers;

  return g_str_equal (request->method, SOUP_METHOD_GET)
         && soup_message_headers_header_contains (headers, "Connection", "upgrade")
         && soup_message_headers_header_contains (headers, "Upgrade", "websocket");
}

static void
fail (Passing *passing, const char *why)
{
  BullaGatewayRequest *request = passing->request;

  bulla_gateway_decide_refuse (request, NULL, why);
}

static void
spliced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Passing) passing = user_data;

  /* one side has ended, well or not: the other is told by closing it too */
  g_io_stream_splice_finish (result, NULL);
}

static void
wrote_response_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Passing) passing = user_data;
  GCancellable *removed = passing->request->session->cancellable;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL))
    return;
  Passing *kept = g_steal_pointer (&passing);
  g_io_stream_splice_async (kept->client, kept->server, G_IO_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT,
                            removed, spliced_cb, kept);
}

/* @passing: (transfer full): the server's head is there, and perhaps its first frames */
static void
switch_over (Passing *passing)
{
  passing->client = bulla_gateway_request_steal (passing->request);
  if (passing->client == NULL) {
    passing_free (passing);
    return;
  }
  g_output_stream_write_all_async (
      g_io_stream_get_output_stream (passing->client), passing->head->str, passing->head->len,
      G_PRIORITY_DEFAULT, passing->request->session->cancellable, wrote_response_cb, passing);
}

static void read_head (Passing *passing);

static void
read_head_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Passing) passing = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);

  if (passing->request->message == NULL)
    return;
  if (chunk == NULL || g_bytes_get_size (chunk) == 0) {
    fail (passing, error != NULL ? error->message : "the server closed its WebSocket at once");
    return;
  }
  g_string_append_len (passing->head, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
  gboolean whole = g_strstr_len (passing->head->str, passing->head->len, "\r\n\r\n") != NULL;
  if (!whole && passing->head->len < HEAD_MAX) {
    read_head (g_steal_pointer (&passing));
    return;
  }
  /* any other answer would leave a connection on which more requests could follow, unseen */
  if (whole && g_str_has_prefix (passing->head->str, "HTTP/1.1 101 "))
    switch_over (g_steal_pointer (&passing));
  else
    fail (passing, "the server does not switch to WebSocket");
}

/* @passing: (transfer full) */
static void
read_head (Passing *passing)
{
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (passing->server), CHUNK_SIZE,
                                   G_PRIORITY_DEFAULT, passing->request->cancellable, read_head_cb,
                                   passing);
}

static void
wrote_request_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Passing) passing = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &error)) {
    fail (passing, error->message);
    return;
  }
  g_string_truncate (passing->head, 0);
  read_head (g_steal_pointer (&passing));
}

typedef struct {
  SoupMessageHeaders *headers; /* borrowed */
  GString *text;               /* borrowed */
} Listing;

static void
list_header (const char *name, const char *value, gpointer user_data)
{
  Listing *listing = user_data;

  if (g_ascii_strncasecmp (name, "Sec-WebSocket-", strlen ("Sec-WebSocket-")) == 0
      || !bulla_gateway_is_hop_by_hop (listing->headers, name))
    g_string_append_printf (listing->text, "%s: %s\r\n", name, value);
}

static void
write_request (Passing *passing)
{
  BullaGatewayRequest *request = passing->request;
  Listing listing = {request->headers, passing->head};

  g_string_printf (passing->head, "GET %s HTTP/1.1\r\n", request->target);
  soup_message_headers_foreach (listing.headers, list_header, &listing);
  g_string_append (passing->head, "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
}

static GSocketAddress *
peer_of (GIOStream *stream)
{
  return G_IS_SOCKET_CONNECTION (stream)
             ? g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (stream), NULL)
             : NULL;
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Passing) passing = user_data;
  BullaGatewayRequest *request = passing->request;
  g_autoptr (GError) error = NULL;

  passing->server =
      bulla_connector_connect_finish (BULLA_CONNECTOR (object), result, &passing->watch, &error);
  g_autoptr (GSocketAddress) peer = peer_of (passing->server);
  bulla_gateway_request_note_peer (request, peer);
  if (request->message == NULL)
    return;
  if (passing->server == NULL) {
    fail (passing, error->message);
    return;
  }
  write_request (passing);
  bulla_watch_begin_request (passing->watch, BULLA_CONTACT_WEBSOCKET, SOUP_METHOD_GET,
                             request->headers);
  GOutputStream *out = g_io_stream_get_output_stream (passing->server);
  Passing *kept = g_steal_pointer (&passing);
  g_output_stream_write_all_async (out, kept->head->str, kept->head->len, G_PRIORITY_DEFAULT,
                                   request->cancellable, wrote_request_cb, kept);
}

/**
 * bulla_gateway_websocket_handle:
 * @request: a request
 *
 * Connects to its server, and from the server's consent on passes bytes both ways, unread.
 *
 * Returns: whether it asks to switch
 */
gboolean
bulla_gateway_websocket_handle (BullaGatewayRequest *request)
{
  if (!wants_websocket (request))
    return FALSE;
  Passing *passing = g_new0 (Passing, 1);
  const BullaCause cause = bulla_gateway_ledger_cause (request, "websocket");
  BullaConnectorFlags flags =
      BULLA_CONNECTOR_PATIENT
      | (bulla_gateway_request_may_go_private (request) ? BULLA_CONNECTOR_PRIVATE : 0);

  passing->request = bulla_gateway_request_ref (request);
  passing->head = g_string_new (NULL);
  bulla_connector_connect_async (request->gateway->connector, request->uri, &cause, flags,
                                 request->cancellable, connected_cb, passing);
  return TRUE;
}
