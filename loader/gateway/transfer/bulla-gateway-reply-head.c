/* bulla-gateway-reply-head.c - writes the head of a response to a client
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-reply-head.h"

#include "bulla-gateway-hop-by-hop.h"
#include "bulla-gateway-request.h"

static gboolean
is_of_connection (const char *name)
{
  static const char *const NAMES[] = {"Connection",        "Keep-Alive", "Proxy-Connection",
                                      "Transfer-Encoding", "Upgrade",    NULL};

  for (const char *const *each = NAMES; *each != NULL; each++)
    if (g_ascii_strcasecmp (name, *each) == 0)
      return TRUE;
  return FALSE;
}

static void
list_field (GArray *fields, const char *name, const char *value)
{
  const BullaGatewayField field = {name, value};

  g_array_append_val (fields, field);
}

/* @length: the Content-Length to send; NULL to keep the origin's if @given, and to send none
 * otherwise */
static void
list_fields (BullaGatewayRequest *request, GArray *fields, const char *length, gboolean given)
{
  SoupMessageHeadersIter iter;
  const char *name = NULL, *value = NULL;
  gboolean counted = FALSE;

  soup_message_headers_iter_init (&iter, request->response);
  while (soup_message_headers_iter_next (&iter, &name, &value)) {
    gboolean counts = g_ascii_strcasecmp (name, "Content-Length") == 0;
    if (is_of_connection (name) || (counts && (counted || (!given && length == NULL))))
      continue;
    counted |= counts;
    list_field (fields, name, counts && !given ? length : value);
  }
  if (!counted && !given && length != NULL)
    list_field (fields, "Content-Length", length);
}

/**
 * bulla_gateway_reply_append_head:
 * @request: a request whose response has its status and header fields set
 * @length: bytes of the body; -1 if the length is unknown or there is no body
 * @out: receives the bytes to write to the client before the body
 *
 * Returns: whether the body must be chunked
 */
gboolean
bulla_gateway_reply_append_head (BullaGatewayRequest *request, goffset length, GByteArray *out)
{
  BullaGatewayStream *stream = request->stream;
  guint status = request->status;
  gboolean none = bulla_gateway_has_no_body (request, status);
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (BullaGatewayField));
  char digits[24] = "";
  const BullaGatewayResponseHead head = {status, request->reason, fields, none, length};

  g_snprintf (digits, sizeof digits, "%" G_GOFFSET_FORMAT, length);
  list_fields (request, fields, length >= 0 ? digits : NULL,
               none && status != SOUP_STATUS_NO_CONTENT);
  return stream->kind->append_head (stream, &head, out);
}

/**
 * bulla_gateway_reply_interim:
 * @request: a request; its client may have left
 * @message: the request to the server, which has sent an interim response (1xx)
 *
 * Forwards the interim response without its hop-by-hop fields. 100 is not forwarded, because the
 * gateway sends its own; the shell's WebKit gets none, because it does not use them.
 */
void
bulla_gateway_reply_interim (BullaGatewayRequest *request, BullaHttpMessage *message)
{
  SoupMessageHeaders *headers = bulla_http_message_get_response_headers (message);
  guint status = bulla_http_message_get_status (message);
  g_autoptr (GHashTable) options = bulla_gateway_read_options (headers);
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (BullaGatewayField));
  const BullaGatewayResponseHead head = {status, bulla_http_message_get_reason_phrase (message),
                                         fields, TRUE, -1};
  SoupMessageHeadersIter iter;
  const char *name = NULL, *value = NULL;

  if (request->over || request->answered || (request->session->flags & BULLA_GATEWAY_ONE_VIEW) == 0
      || status == SOUP_STATUS_CONTINUE)
    return;
  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    if (!bulla_gateway_is_hop_by_hop (options, name)
        && g_ascii_strcasecmp (name, "Content-Length") != 0)
      list_field (fields, name, value);
  if (!request->stream->kind->say_interim (request->stream, &head))
    bulla_gateway_request_close (request);
}
