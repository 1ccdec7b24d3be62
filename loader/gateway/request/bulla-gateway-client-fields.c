/* bulla-gateway-client-fields.c - gives the requests of a view the fields of its client
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-client-fields.h"

#include "bulla-content-converter.h"
#include "bulla-gateway-request.h"

/* Returns: (nullable): the Fetch destination of the request, by the name that client files have for
 * it; NULL if its client does not say */
static const char *
find_destination (BullaGatewayRequest *request)
{
  const char *dest = bulla_gateway_request_get_header (request, "Sec-Fetch-Dest");

  if (request->destination == BULLA_DESTINATION_PREFETCH)
    return "prefetch";
  if (request->destination == BULLA_DESTINATION_NAVIGATION)
    return request->frame ? "frame" : "document";
  if (dest == NULL)
    return NULL;
  return *dest == '\0' || g_str_equal (dest, "empty") ? "fetch" : dest;
}

static void
set_field (BullaGatewayRequest *request, const char *name, const char *value)
{
  if (value != NULL)
    soup_message_headers_replace (request->headers, name, value);
  else
    soup_message_headers_remove (request->headers, name);
}

/* A script's fetch has the Accept that the script sets, or else that of every fetch. */
static gboolean
has_own_accept (BullaGatewayRequest *request, const char *destination)
{
  const char *accept = bulla_gateway_request_get_header (request, "Accept");

  return g_str_equal (destination, "fetch") && accept != NULL && !g_str_equal (accept, "*/*");
}

/**
 * bulla_gateway_apply_client:
 * @request: a request whose initiator is identified
 *
 * Replaces what the engine asks for by what the client of the view would ask for, except for what
 * the page itself asks for, and for content codings that Bulla cannot decode. Cookies are left
 * alone: they are the user's.
 */
void
bulla_gateway_apply_client (BullaGatewayRequest *request)
{
  const BullaClient *client = request->view != NULL ? request->view->client : NULL;
  const char *destination = client != NULL ? find_destination (request) : NULL;
  BullaRequestFacts facts;

  if (client == NULL || request->speculative)
    return;
  if (destination != NULL) {
    /* a resource that the client never asks for is asked for as by the engine */
    if (bulla_client_fill_request (client, destination, request->url, &facts)
        && !has_own_accept (request, destination))
      set_field (request, "Accept", facts.accept);
    g_autofree char *codings = bulla_content_codings_dup_readable (facts.accept_encoding, TRUE);
    set_field (request, "Accept-Encoding", codings);
  }
  set_field (request, "Accept-Language", client->languages);
  for (guint i = 0; client->fields[i] != NULL; i += 2)
    set_field (request, client->fields[i], client->fields[i + 1]);
}
