/* bulla-gateway-websocket.c - forwards WebSockets once both sides have switched protocols
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The head of the response is parsed and written again, as for other responses. A response that
 * does not switch protocols is an ordinary one. */
#include "bulla-gateway-websocket.h"

#include <string.h>

#include "bulla-gateway-connection.h"
#include "bulla-gateway-decision.h"
#include "bulla-gateway-duplex.h"
#include "bulla-gateway-hop-by-hop.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-listener.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-response-body.h"
#include "bulla-gateway-session.h"
#include "bulla-http-head.h"

#define CHUNK_SIZE 4096

typedef struct {
  BullaGatewayRequest *request; /* owned */
  GIOStream *server;            /* owned */
  gboolean switched;            /* the gateway has taken over the client's connection */
  GString *text;            /* owned; the request to write, then unparsed bytes of the response */
  BullaHttpMessage *answer; /* owned */
  BullaHttpHead head;       /* owned; the head of the response */
  BullaContactRecorder *recorder; /* owned; NULL before the connection exists */
} Passing;

static void
passing_free (Passing *passing)
{
  /* Closes the socket below TLS, which would otherwise wait for close_notify. */
  if (G_IS_SOCKET_CONNECTION (passing->server))
    g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (passing->server)), TRUE,
                       TRUE, NULL);
  if (passing->switched)
    bulla_gateway_connection_close (passing->request->stream->connection);
  g_clear_object (&passing->server);
  g_clear_pointer (&passing->recorder, bulla_contact_recorder_free);
  bulla_gateway_request_unref (passing->request);
  g_string_free (passing->text, TRUE);
  bulla_http_head_clear (&passing->head);
  g_object_unref (passing->answer);
  g_free (passing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Passing, passing_free)

/* Returns: whether the request asks to switch to WebSocket; a request with a body is an ordinary
 * one */
gboolean
bulla_gateway_request_wants_websocket (BullaGatewayRequest *request)
{
  SoupMessageHeaders *headers = request->headers;

  return g_str_equal (request->method, "GET") && !request->uploads
         && soup_message_headers_header_contains (headers, "Connection", "upgrade")
         && soup_message_headers_header_contains (headers, "Upgrade", "websocket");
}

static void
refuse_websocket (Passing *passing, const char *why)
{
  BullaGatewayRequest *request = passing->request;

  bulla_gateway_decide_refuse (request, NULL, why);
}

static void
wrote_response_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Passing) passing = user_data;
  BullaGatewayRequest *request = passing->request;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL))
    return;
  Passing *kept = g_steal_pointer (&passing);
  bulla_gateway_duplex_start (request->stream->connection, kept->server,
                              request->session->cancellable, (GDestroyNotify)passing_free, kept);
}

typedef struct {
  GHashTable *options; /* borrowed */
  GString *text;       /* borrowed */
} Listing;

static void
list_header (const char *name, const char *value, gpointer user_data)
{
  Listing *listing = user_data;

  if (g_ascii_strcasecmp (name, "Host") == 0 || g_ascii_strcasecmp (name, "Content-Length") == 0)
    return; /* the head names the host that was connected to, and has no body */
  if (g_ascii_strncasecmp (name, "Sec-WebSocket-", strlen ("Sec-WebSocket-")) == 0
      || !bulla_gateway_is_hop_by_hop (listing->options, name))
    g_string_append_printf (listing->text, "%s: %s\r\n", name, value);
}

static void
write_fields (GString *text, SoupMessageHeaders *headers)
{
  g_autoptr (GHashTable) options = bulla_gateway_read_options (headers);
  Listing listing = {options, text};

  soup_message_headers_foreach (headers, list_header, &listing);
  g_string_append (text, "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
}

/* RFC 6455 section 4.1; the client checks the value of Sec-WebSocket-Accept itself. */
static gboolean
switches (Passing *passing)
{
  SoupMessageHeaders *headers = bulla_http_message_get_response_headers (passing->answer);

  return bulla_http_message_get_status (passing->answer) == SOUP_STATUS_SWITCHING_PROTOCOLS
         && g_strcmp0 (bulla_http_message_get_protocol (passing->answer), "http/1.1") == 0
         && soup_message_headers_header_contains (headers, "Upgrade", "websocket")
         && soup_message_headers_get_one (headers, "Sec-WebSocket-Accept") != NULL;
}

/* @passing: (transfer full): its buffer may already contain the server's first frames */
static void
switch_over (Passing *passing)
{
  const char *reason = bulla_http_message_get_reason_phrase (passing->answer);
  g_autoptr (GString) head = g_string_new (NULL);

  passing->switched = bulla_gateway_request_switch (passing->request);
  if (!passing->switched) {
    passing_free (passing);
    return;
  }
  g_string_printf (head, "HTTP/1.1 101 %s\r\n", reason != NULL ? reason : "");
  write_fields (head, bulla_http_message_get_response_headers (passing->answer));
  g_string_prepend_len (passing->text, head->str, head->len);
  g_output_stream_write_all_async (
      g_io_stream_get_output_stream (passing->request->stream->connection->base),
      passing->text->str, passing->text->len, G_PRIORITY_DEFAULT,
      passing->request->session->cancellable, wrote_response_cb, passing);
}

/* --- a response that does not switch */

/* The response is not a switch of protocols: its body is forwarded like any other. @passing:
 * (transfer full): kept until the body has ended */
static void
pass_on (Passing *passing)
{
  BullaGatewayRequest *request = passing->request;
  guint status = bulla_http_message_get_status (passing->answer);
  g_autoptr (GBytes) ahead = g_bytes_new (passing->text->str, passing->text->len);
  g_autoptr (GInputStream) body = bulla_gateway_body_new (
      passing->server, passing->answer, bulla_gateway_has_no_body (request, status), ahead,
      request->cancellable);
  const BullaGatewayDecision response = {BULLA_DECISION_RESPONSE, .message = passing->answer,
                                         .body = body};

  g_object_set_data_full (G_OBJECT (body), "passing", passing, (GDestroyNotify)passing_free);
  bulla_gateway_decide (request, &response);
}

/* --- reading the response */

static gboolean
take_head (Passing *passing, GError **error)
{
  GString *text = passing->text;
  const char *end = NULL;

  while (!passing->head.complete && (end = memchr (text->str, '\n', text->len)) != NULL) {
    gsize length = end - text->str + 1;
    if (!bulla_http_head_take (&passing->head, text->str, length, error))
      return FALSE;
    g_string_erase (text, 0, length);
  }
  if (!passing->head.complete && text->len > BULLA_HTTP_HEAD_MAX)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         "a line of the response is too long");
  return text->len <= BULLA_HTTP_HEAD_MAX;
}

static void read_answer (Passing *passing);

/* @passing: (transfer full) */
static void
take_answer (Passing *passing, gboolean ended)
{
  g_autoptr (Passing) owned = passing;
  g_autoptr (GError) error = NULL;

  if (!take_head (passing, &error)) {
    refuse_websocket (passing, error->message);
  } else if (!passing->head.complete && ended) {
    refuse_websocket (passing, "the server closed its WebSocket at once");
  } else if (!passing->head.complete) {
    read_answer (g_steal_pointer (&owned));
  } else if (switches (passing)) {
    bulla_contact_recorder_answer (passing->recorder, SOUP_STATUS_SWITCHING_PROTOCOLS, NULL);
    switch_over (g_steal_pointer (&owned));
  } else if (bulla_http_message_get_status (passing->answer) == SOUP_STATUS_SWITCHING_PROTOCOLS) {
    refuse_websocket (passing, "the server switched to a protocol other than WebSocket");
  } else {
    bulla_contact_recorder_answer (passing->recorder,
                                   bulla_http_message_get_status (passing->answer), NULL);
    pass_on (g_steal_pointer (&owned));
  }
}

static void
read_answer_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Passing) passing = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);

  if (passing->request->over)
    return;
  if (chunk == NULL) {
    refuse_websocket (passing, error->message);
    return;
  }
  g_string_append_len (passing->text, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
  take_answer (g_steal_pointer (&passing), g_bytes_get_size (chunk) == 0);
}

/* @passing: (transfer full) */
static void
read_answer (Passing *passing)
{
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (passing->server), CHUNK_SIZE,
                                   G_PRIORITY_DEFAULT, passing->request->cancellable,
                                   read_answer_cb, passing);
}

/* --- sending the request */

static void
wrote_request_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Passing) passing = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &error)) {
    refuse_websocket (passing, error->message);
    return;
  }
  g_string_truncate (passing->text, 0);
  read_answer (g_steal_pointer (&passing));
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
      bulla_connector_connect_finish (BULLA_CONNECTOR (object), result, &passing->recorder, &error);
  g_autoptr (GSocketAddress) peer = peer_of (passing->server);
  bulla_gateway_request_note_peer (request, peer);
  if (request->over)
    return;
  if (passing->server == NULL) {
    refuse_websocket (passing, error->message);
    return;
  }
  g_autofree char *host = bulla_http_dup_authority (request->uri, FALSE);
  if (host == NULL) {
    refuse_websocket (passing, "the host name is not valid");
    return;
  }
  g_string_printf (passing->text, "GET %s HTTP/1.1\r\nHost: %s\r\n", request->target, host);
  write_fields (passing->text, request->headers);
  bulla_contact_recorder_begin_request (passing->recorder, BULLA_CONTACT_WEBSOCKET, "GET",
                                        request->headers);
  GOutputStream *out = g_io_stream_get_output_stream (passing->server);
  Passing *kept = g_steal_pointer (&passing);
  g_output_stream_write_all_async (out, kept->text->str, kept->text->len, G_PRIORITY_DEFAULT,
                                   request->cancellable, wrote_request_cb, kept);
}

/* WebSockets may last as long as their page, and their view is unknown. Their limit leaves
 * connections for other requests of the session. */
static gboolean
are_too_many (BullaGatewayRequest *request)
{
  const BullaGatewayLimits *limits =
      bulla_gateway_listener_get_limits (request->stream->connection->listener);
  guint n = 0;

  for (GList *each = request->session->connections.head; each != NULL; each = each->next) {
    const BullaGatewayConnection *other = each->data;
    if (other->state == BULLA_CONNECTION_SWITCHED
        || (other->stream.request != NULL
            && bulla_gateway_request_wants_websocket (other->stream.request)))
      n++;
  }
  return n > limits->session_max / 2; /* the count includes this request */
}

/**
 * bulla_gateway_websocket_handle:
 * @request: a request
 *
 * Connects to the server; once the server has accepted the switch, forwards bytes in both
 * directions unparsed.
 *
 * Returns: whether the request asks to switch to WebSocket
 */
gboolean
bulla_gateway_websocket_handle (BullaGatewayRequest *request)
{
  if (!bulla_gateway_request_wants_websocket (request))
    return FALSE;
  if (are_too_many (request)) {
    bulla_gateway_decide_refuse (request, NULL, "too many WebSockets are open");
    return TRUE;
  }
  Passing *passing = g_new0 (Passing, 1);
  const BullaCause cause = bulla_gateway_ledger_cause (request, "websocket");
  BullaConnectorFlags flags =
      BULLA_CONNECTOR_PATIENT
      | (bulla_gateway_request_may_go_private (request) ? BULLA_CONNECTOR_PRIVATE : 0);

  passing->request = bulla_gateway_request_ref (request);
  passing->text = g_string_new (NULL);
  passing->answer = bulla_http_message_new (request->method, request->uri);
  bulla_http_head_init (&passing->head, passing->answer);
  passing->head.may_switch = TRUE;
  bulla_connector_connect_async (request->gateway->connector, request->uri, &cause, flags,
                                 request->cancellable, connected_cb, passing);
  return TRUE;
}
