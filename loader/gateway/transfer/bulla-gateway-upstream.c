/* bulla-gateway-upstream.c - sends requests to their servers, and returns the responses
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-upstream.h"

#include <string.h>

#include "bulla-content-converter.h"
#include "bulla-gateway-hop-by-hop.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-reply-head.h"
#include "bulla-gateway-report.h"
#include "bulla-gateway-request.h"
#include "bulla-outer-internal.h"
#include "bulla-pipe.h"

#define EXCHANGE_TYPE "application/signed-exchange"
#define BUNDLE_TYPE "application/webbundle"

/* --- header fields */

static gboolean
names_type (const char *element, const char *type)
{
  size_t length = strlen (type);

  return g_ascii_strncasecmp (element, type, length) == 0
         && (element[length] == '\0' || strchr ("; \t", element[length]) != NULL);
}

static void
offer (GString *text, const char *type)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "", type);
}

/* Drops each element of Accept that names a package type; with @packages, appends them at the end.
 */
char *
bulla_gateway_accept (const char *accept, gboolean packages)
{
  GString *text = g_string_new (NULL);
  const char *start = accept != NULL ? accept : "*/*";
  gboolean quoted = FALSE, exchange = FALSE, bundle = FALSE;

  for (const char *at = start;; at++) {
    if (*at == '"')
      quoted = !quoted;
    if (*at != '\0' && (*at != ',' || quoted))
      continue;
    g_autofree char *element = g_strstrip (g_strndup (start, at - start));
    gboolean names_exchange = names_type (element, EXCHANGE_TYPE);
    gboolean names_bundle = names_type (element, BUNDLE_TYPE);
    exchange |= names_exchange;
    bundle |= names_bundle;
    if (*element != '\0' && (packages || !(names_exchange || names_bundle)))
      offer (text, element);
    if (*at == '\0')
      break;
    start = at + 1;
  }
  if (packages && !exchange)
    offer (text, EXCHANGE_TYPE ";v=b3;q=0.9");
  if (packages && !bundle)
    offer (text, BUNDLE_TYPE ";v=b2;q=0.8," BUNDLE_TYPE ";v=b1;q=0.8");
  if (text->len == 0)
    g_string_append (text, "*/*");
  return g_string_free (text, FALSE);
}

typedef struct {
  GHashTable *options;    /* borrowed */
  SoupMessageHeaders *to; /* borrowed */
} Copy;

static void
copy_request_header (const char *name, const char *value, gpointer user_data)
{
  Copy *copy = user_data;

  if (!bulla_gateway_is_hop_by_hop (copy->options, name) && g_ascii_strcasecmp (name, "Host") != 0
      && !(g_ascii_strcasecmp (name, "Expect") == 0
           && g_ascii_strcasecmp (value, "100-continue") == 0)
      && g_ascii_strcasecmp (name, "Content-Length") != 0)
    soup_message_headers_append (copy->to, name, value);
}

static void
set_accept (BullaGatewayRequest *request, SoupMessageHeaders *headers, BullaGatewayAccept accept)
{
  const char *encoding = soup_message_headers_get_list (headers, "Accept-Encoding");
  gboolean foreign = request->view != NULL && request->view->client != NULL;

  if (encoding != NULL && (accept == BULLA_GATEWAY_OFFER || foreign)) {
    g_autofree char *codings =
        bulla_content_codings_dup_readable (encoding, accept != BULLA_GATEWAY_OFFER);
    soup_message_headers_replace (headers, "Accept-Encoding", codings);
  }
  if (accept == BULLA_GATEWAY_AS_IS)
    return;
  g_autofree char *types = bulla_gateway_accept (soup_message_headers_get_list (headers, "Accept"),
                                                 accept == BULLA_GATEWAY_OFFER);
  soup_message_headers_replace (headers, "Accept", types);
}

/* --- sending a request */

typedef struct {
  BullaGatewayRequest *request; /* owned */
  BullaHttpMessage *message;    /* owned */
  BullaGatewayAnswerFunc func;
  gpointer user_data;
} Sending;

static void
got_interim_cb (BullaHttpMessage *message, gpointer user_data)
{
  Sending *sending = user_data;

  bulla_gateway_reply_interim (sending->request, message);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Sending *sending = user_data;
  BullaGatewayRequest *request = sending->request;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body =
      bulla_connector_send_finish (BULLA_CONNECTOR (object), result, &error);

  bulla_gateway_request_note_peer (request,
                                   bulla_http_message_get_remote_address (sending->message));
  if (body != NULL)
    bulla_gateway_report_response (request, sending->message);
  g_signal_handlers_disconnect_by_data (sending->message, sending);
  sending->func (request, sending->message, body, error, sending->user_data);
  g_object_unref (sending->message);
  bulla_gateway_request_unref (request);
  g_free (sending);
}

/**
 * bulla_gateway_upstream_send_message:
 * @request: a request
 * @message: the request to its server
 * @func: called once, with the response; the client may have left by then
 * @user_data: for @func
 */
void
bulla_gateway_upstream_send_message (BullaGatewayRequest *request, BullaHttpMessage *message,
                                     BullaGatewayAnswerFunc func, gpointer user_data)
{
  const BullaCause cause = bulla_gateway_ledger_cause (request, NULL);
  BullaConnectorFlags flags =
      BULLA_CONNECTOR_PATIENT
      | (bulla_gateway_request_may_go_private (request) ? BULLA_CONNECTOR_PRIVATE : 0);
  Sending *sending = g_new (Sending, 1);

  request->passed = TRUE;
  *sending =
      (Sending){bulla_gateway_request_ref (request), g_object_ref (message), func, user_data};
  /* A response for another URI is not for the client. */
  if (bulla_http_message_get_uri (message) == request->uri)
    g_signal_connect (message, "got-interim", G_CALLBACK (got_interim_cb), sending);
  bulla_connector_send_async (request->gateway->connector, message, &cause, flags,
                              request->cancellable, sent_cb, sending);
}

BullaHttpMessage *
bulla_gateway_upstream_make_message (BullaGatewayRequest *request, BullaGatewayAccept accept)
{
  BullaHttpMessage *message = bulla_http_message_new (request->method, request->uri);
  g_autoptr (GHashTable) options = bulla_gateway_read_options (request->headers);
  Copy copy = {options, bulla_http_message_get_request_headers (message)};

  bulla_http_message_set_target (message, request->target);
  soup_message_headers_foreach (request->headers, copy_request_header, &copy);
  if (soup_message_headers_get_encoding (request->headers) == SOUP_ENCODING_CONTENT_LENGTH) {
    g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
    bulla_http_message_set_body_from_bytes (message, NULL, empty);
  }
  set_accept (request, copy.to, accept);
  return message;
}

/**
 * bulla_gateway_upstream_send:
 * @request: a request without a body
 * @accept: whether its Accept field includes packages
 * @func: called once, with the response; the client may have left by then
 * @user_data: for @func
 *
 * Forwards the client's header fields, except those for the gateway.
 */
void
bulla_gateway_upstream_send (BullaGatewayRequest *request, BullaGatewayAccept accept,
                             BullaGatewayAnswerFunc func, gpointer user_data)
{
  g_autoptr (BullaHttpMessage) message = bulla_gateway_upstream_make_message (request, accept);

  bulla_gateway_upstream_send_message (request, message, func, user_data);
}

/* --- describing the response */

static void
add_outer_header (const char *name, const char *value, gpointer user_data)
{
  bulla_outer_add_header (user_data, name, value);
}

/* @url: the requested URL */
BullaOuter *
bulla_gateway_make_outer (const char *url, BullaHttpMessage *message)
{
  BullaOuter *outer = bulla_outer_new (url);
  BullaContact *contact = bulla_contact_recorder_get_request (message);

  if (contact != NULL)
    bulla_outer_set_cause (outer, &(BullaCause){.view = bulla_contact_get_view (contact)});
  soup_message_headers_foreach (bulla_http_message_get_response_headers (message), add_outer_header,
                                outer);
  g_autofree char *address = bulla_http_message_dup_address (message);
  bulla_outer_set_server (outer, address, bulla_http_message_get_protocol (message));
  return outer;
}
