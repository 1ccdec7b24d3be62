/* bulla-gateway-own-page.c - answers for a host of the gateway's own, for its user alone
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The host is reached through the proxy only, over TLS, so browsers send Sec-Fetch-Site and Origin,
 * which no page can write. Its pages are below a secret path, to which only a navigation by the
 * user is led: one that no page has caused says “none”. A request without that field is refused. */
#include "bulla-gateway-own-page.h"

#include <string.h>

#include "bulla-gateway-reply.h"
#include "bulla-gateway-session.h"

#define ORIGIN "https://" BULLA_GATEWAY_OWN_HOST
/* Scripts and styles from files alone; forms may lead on to where the gateway redirects them. */
#define POLICY                                                                                     \
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "                  \
  "form-action 'self' https: http:; base-uri 'none'; frame-ancestors 'none'"

static gboolean
has (BullaGatewayRequest *request, const char *name, const char *value)
{
  return g_strcmp0 (bulla_gateway_request_get_header (request, name), value) == 0;
}

static gboolean
is_by_user (BullaGatewayRequest *request)
{
  return g_str_equal (request->method, "GET") && has (request, "Sec-Fetch-Site", "none")
         && has (request, "Sec-Fetch-Mode", "navigate")
         && has (request, "Sec-Fetch-Dest", "document");
}

/* A form or script of another site cannot send either. A body is not read. */
static gboolean
is_by_own_page (BullaGatewayRequest *request)
{
  if (!has (request, "Sec-Fetch-Site", "same-origin"))
    return FALSE;
  return g_str_equal (request->method, "GET")
         || (g_str_equal (request->method, "POST") && has (request, "Origin", ORIGIN));
}

/* Compares in a time that does not depend on where the two differ. */
static gboolean
is_same_secret (const char *a, const char *b, gsize length)
{
  guint8 difference = 0;

  for (gsize i = 0; i < length; i++)
    difference |= (guint8)(a[i] ^ b[i]);
  return difference == 0;
}

/* Returns: (nullable): what follows the secret in the path */
static const char *
find_inner_path (BullaGatewayRequest *request, const char *secret)
{
  const char *path = g_uri_get_path (request->uri);
  gsize length = strlen (secret);

  if (strlen (path) < length + 2 || path[length + 1] != '/'
      || !is_same_secret (path + 1, secret, length))
    return NULL;
  return path + length + 1;
}

static void
send_answer (BullaGatewayRequest *request, const BullaGatewayOwnAnswer *answer)
{
  SoupMessageHeaders *headers = request->response;

  bulla_gateway_reply_start (request, answer->status, NULL);
  if (answer->location != NULL)
    soup_message_headers_replace (headers, "Location", answer->location);
  soup_message_headers_replace (headers, "Content-Type",
                                answer->type != NULL ? answer->type : "text/plain; charset=utf-8");
  soup_message_headers_replace (headers, "Content-Security-Policy", POLICY);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "X-Frame-Options", "DENY");
  soup_message_headers_replace (headers, "Referrer-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cross-Origin-Opener-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  if (answer->body == NULL)
    soup_message_headers_set_content_length (headers, 0);
  bulla_gateway_reply_end (request, answer->body);
}

static void
own_answer_clear (BullaGatewayOwnAnswer *answer)
{
  g_clear_pointer (&answer->location, g_free);
  g_clear_pointer (&answer->body, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaGatewayOwnAnswer, own_answer_clear)

static void
refuse_own (BullaGatewayRequest *request)
{
  g_auto (BullaGatewayOwnAnswer) answer = {
      .status = SOUP_STATUS_FORBIDDEN,
      .body = g_strdup ("bulla: only the user can open this page, by its address: " ORIGIN "/\n")};

  send_answer (request, &answer);
}

/**
 * bulla_gateway_own_page_handle:
 * @request: a request whose initiator was not identified yet
 *
 * Such a request is not in the ledger, and changes no view.
 *
 * Returns: whether the request is for the gateway's own host; it is then answered
 */
gboolean
bulla_gateway_own_page_handle (BullaGatewayRequest *request)
{
  BullaGateway *gateway = request->gateway;

  if (gateway->own_func == NULL || (request->session->flags & BULLA_GATEWAY_ONE_VIEW) == 0
      || g_ascii_strcasecmp (g_uri_get_host (request->uri), BULLA_GATEWAY_OWN_HOST) != 0)
    return FALSE;
  const char *inner = find_inner_path (request, gateway->own_secret);
  g_auto (BullaGatewayOwnAnswer) answer = {.status = SOUP_STATUS_NOT_FOUND};

  if (!g_str_has_prefix (request->url, ORIGIN "/")) {
    refuse_own (request);
  } else if (g_str_equal (g_uri_get_path (request->uri), "/") && is_by_user (request)) {
    answer.status = SOUP_STATUS_SEE_OTHER;
    answer.location = g_strdup_printf (ORIGIN "/%s/", gateway->own_secret);
    send_answer (request, &answer);
  } else if (inner != NULL && (is_by_user (request) || is_by_own_page (request))) {
    gateway->own_func (request->method, inner, g_uri_get_query (request->uri), &answer,
                       gateway->own_data);
    send_answer (request, &answer);
  } else {
    refuse_own (request);
  }
  return TRUE;
}
