/* bulla-gateway-reply-head.c - writes the head of a response to a client
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-reply-head.h"

#include <string.h>

#include "bulla-gateway-connection.h"
#include "bulla-gateway-hop-by-hop.h"
#include "bulla-gateway-request-head.h"
#include "bulla-gateway-request.h"

#define INTERIM_MAX 16384 /* most bytes of an interim response buffered between two responses */

/* RFC 9110, section 5.5: a proxy replaces CR, LF, NUL and other control characters with spaces */
static void
append_clean (GString *text, const char *value)
{
  for (const char *at = value; *at != '\0'; at++) {
    gboolean control = ((guchar)*at < 0x20 && *at != '\t') || *at == 0x7f;
    g_string_append_c (text, control ? ' ' : *at);
  }
}

static void
append_field (GString *head, const char *name, const char *value)
{
  if (!bulla_gateway_is_token (name, strlen (name)))
    return;
  g_string_append (head, name);
  g_string_append (head, ": ");
  append_clean (head, value);
  g_string_append (head, "\r\n");
}

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

/* @length: bytes of the body; -1 if unknown. @given: whether to keep the origin's Content-Length */
static void
append_fields (BullaGatewayRequest *request, GString *head, goffset length, gboolean given)
{
  SoupMessageHeadersIter iter;
  const char *name = NULL, *value = NULL;
  gboolean counted = FALSE;

  soup_message_headers_iter_init (&iter, request->response);
  while (soup_message_headers_iter_next (&iter, &name, &value)) {
    gboolean counts = g_ascii_strcasecmp (name, "Content-Length") == 0;
    if (is_of_connection (name) || (counts && (counted || (!given && length < 0))))
      continue;
    counted |= counts;
    if (counts && !given)
      g_string_append_printf (head, "%s: %" G_GOFFSET_FORMAT "\r\n", name, length);
    else
      append_field (head, name, value);
  }
  if (!counted && !given && length >= 0)
    g_string_append_printf (head, "Content-Length: %" G_GOFFSET_FORMAT "\r\n", length);
}

/**
 * bulla_gateway_reply_append_head:
 * @request: a request whose response has its status and header fields set
 * @length: bytes of the body; -1 if the length is unknown or there is no body
 * @out: receives the bytes to write to the client
 *
 * If the length is unknown and the client does not support chunks, the end of the connection ends
 * the body.
 *
 * Returns: whether the body must be chunked
 */
gboolean
bulla_gateway_reply_append_head (BullaGatewayRequest *request, goffset length, GByteArray *out)
{
  BullaGatewayConnection *connection = request->connection;
  guint status = request->status;
  gboolean none = bulla_gateway_has_no_body (request, status);
  gboolean chunked = !none && length < 0 && !connection->is_old;
  g_autoptr (GString) head = g_string_new (NULL);

  if (!none && length < 0 && connection->is_old)
    connection->keep_alive = FALSE;
  g_string_append_printf (head, "HTTP/1.1 %u ", status);
  append_clean (head, request->reason);
  g_string_append (head, "\r\n");
  append_fields (request, head, length, none && status != SOUP_STATUS_NO_CONTENT);
  if (chunked)
    g_string_append (head, "Transfer-Encoding: chunked\r\n");
  if (!connection->keep_alive)
    g_string_append (head, "Connection: close\r\n");
  g_string_append (head, "\r\n");
  g_byte_array_append (out, (const guint8 *)head->str, head->len);
  return chunked;
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
  const char *reason = bulla_http_message_get_reason_phrase (message);
  g_autoptr (GHashTable) options = bulla_gateway_read_options (headers);
  g_autoptr (GString) head = g_string_new (NULL);
  SoupMessageHeadersIter iter;
  const char *name = NULL, *value = NULL;

  if (request->over || request->answered || request->connection->is_old
      || (request->session->flags & BULLA_GATEWAY_ONE_VIEW) == 0 || status == SOUP_STATUS_CONTINUE)
    return;
  g_string_append_printf (head, "HTTP/1.1 %u ", status);
  append_clean (head, reason != NULL ? reason : "");
  g_string_append (head, "\r\n");
  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    if (!bulla_gateway_is_hop_by_hop (options, name)
        && g_ascii_strcasecmp (name, "Content-Length") != 0)
      append_field (head, name, value);
  g_string_append (head, "\r\n");
  if (head->len <= INTERIM_MAX && !bulla_gateway_connection_say (request->connection, head->str))
    bulla_gateway_request_close (request);
}
