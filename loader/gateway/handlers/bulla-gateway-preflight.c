/* bulla-gateway-preflight.c - answers CORS preflights that name the gateway's own header field
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * When a service worker forwards a request, WebKit treats the tag as a header field set by the
 * page, and sends a CORS preflight that names it. The tag never leaves this machine, so servers
 * are not asked to permit it. */
#include "bulla-gateway-preflight.h"

#include "bulla-gateway-decision.h"
#include "bulla-gateway-reply.h"
#include "bulla-gateway-request.h"

#define ASKED "Access-Control-Request-Headers"

static gboolean
is_ours (const char *name)
{
  return g_ascii_strcasecmp (name, BULLA_GATEWAY_TAG) == 0
         || g_ascii_strcasecmp (name, BULLA_GATEWAY_TYPED) == 0;
}

/**
 * bulla_gateway_preflight_strip:
 * @request: a request whose initiator is identified
 *
 * Removes the gateway's own header fields from Access-Control-Request-Headers.
 */
void
bulla_gateway_preflight_strip (BullaGatewayRequest *request)
{
  const char *asked = bulla_gateway_request_get_header (request, ASKED);

  if (asked == NULL || !g_str_equal (request->method, "OPTIONS"))
    return;
  g_auto (GStrv) names = g_strsplit (asked, ",", -1);
  g_autoptr (GString) rest = g_string_new (NULL);
  for (guint i = 0; names[i] != NULL; i++) {
    const char *name = g_strstrip (names[i]);
    if (is_ours (name))
      request->preflight = TRUE;
    else if (*name != '\0')
      g_string_append_printf (rest, "%s%s", rest->len > 0 ? "," : "", name);
  }
  if (rest->len > 0)
    soup_message_headers_replace (request->headers, ASKED, rest->str);
  else
    soup_message_headers_remove (request->headers, ASKED);
}

/* Whether it is a CORS-safelisted method, as in Fetch. */
static gboolean
is_simple (const char *method)
{
  static const char *const simple[] = {"GET", "HEAD", "POST", NULL};

  return method != NULL && g_strv_contains (simple, method);
}

/**
 * bulla_gateway_preflight_handle:
 * @request: a request
 *
 * Returns: whether the request is a preflight caused by the tag alone; it is then answered here
 */
gboolean
bulla_gateway_preflight_handle (BullaGatewayRequest *request)
{
  const char *method = bulla_gateway_request_get_header (request, "Access-Control-Request-Method");
  const BullaGatewayDecision allow = {BULLA_DECISION_PREFLIGHT};

  if (!request->preflight || !is_simple (method)
      || bulla_gateway_request_get_header (request, "Origin") == NULL
      || bulla_gateway_request_get_header (request, ASKED) != NULL)
    return FALSE;
  bulla_gateway_decide (request, &allow);
  return TRUE;
}

/* @request: a request that the previous handler decided */
void
bulla_gateway_preflight_send (BullaGatewayRequest *request)
{
  const char *origin = bulla_gateway_request_get_header (request, "Origin");
  const char *method = bulla_gateway_request_get_header (request, "Access-Control-Request-Method");
  SoupMessageHeaders *headers = request->response;

  bulla_gateway_reply_start (request, SOUP_STATUS_NO_CONTENT, NULL);
  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", origin);
  soup_message_headers_replace (headers, "Access-Control-Allow-Credentials", "true");
  soup_message_headers_replace (headers, "Access-Control-Allow-Methods", method);
  soup_message_headers_replace (headers, "Access-Control-Max-Age", "0");
  bulla_gateway_preflight_allow (request, headers);
  bulla_gateway_reply_end (request, NULL);
}

/**
 * bulla_gateway_preflight_allow:
 * @request: a request
 * @headers: the header fields of the server's response
 *
 * Adds the gateway's own fields to those that the server permits.
 */
void
bulla_gateway_preflight_allow (BullaGatewayRequest *request, SoupMessageHeaders *headers)
{
  if (request->preflight)
    soup_message_headers_append (headers, "Access-Control-Allow-Headers",
                                 BULLA_GATEWAY_TAG ", " BULLA_GATEWAY_TYPED);
}
