/* bulla-gateway-ledger.c - finds the view, page and cause of each request for the ledger
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-ledger.h"

#include "bulla-gateway-pages.h"
#include "bulla-gateway-request.h"
#include "bulla-load-internal.h"
#include "bulla-uri-text.h"

static BullaLedger *
ledger_of (BullaGatewayRequest *request)
{
  return bulla_loader_get_ledger (request->gateway->loader);
}

/* All requests of a client without tags belong to one view; each such client has its own. */
static guint
number_of_view (BullaGatewayRequest *request)
{
  gboolean one_view = (request->session->flags & BULLA_GATEWAY_ONE_VIEW) != 0;

  if (request->view_token == NULL)
    return 0;
  return bulla_ledger_number_view (ledger_of (request),
                                   one_view ? request->session->id : request->view_token);
}

/* Returns the URL of the page as it was served, or its host if the request has no referrer. */
static char *
dup_page (BullaGatewayRequest *request)
{
  const BullaGatewayPage *page = request->typed ? NULL : bulla_gateway_pages_find (request);
  const char *referrer = bulla_gateway_request_get_header (request, "Referer");

  if (page != NULL)
    return g_strdup (page->key);
  if (request->package != NULL)
    return g_strconcat ("webpkg://", request->package, "/", NULL);
  return g_strdup (referrer != NULL ? referrer : request->page_host);
}

/**
 * bulla_gateway_ledger_arrive:
 * @request: a request that has just arrived
 *
 * A navigation begins a click in the ledger, or continues the previous click after a redirect.
 */
void
bulla_gateway_ledger_arrive (BullaGatewayRequest *request)
{
  request->view_number = number_of_view (request);
  request->page = dup_page (request);
  if (request->view_token == NULL || request->destination != BULLA_DESTINATION_NAVIGATION)
    return;
  request->rule = bulla_ledger_navigate (ledger_of (request), request->view_number, request->url,
                                         request->page, request->frame);
  BullaContact *click = bulla_ledger_find_click (ledger_of (request), request->view_number);
  if (click != NULL && !request->frame)
    request->click = bulla_contact_get_id (click);
}

/* @verdict: the verdict that sends the request to the network instead of a package */
void
bulla_gateway_ledger_blame (BullaGatewayRequest *request, BullaVerdict *verdict)
{
  bulla_gateway_ledger_blame_reason (request, bulla_verdict_get_reason (verdict));
}

/* @reason: why a package does not answer the request */
void
bulla_gateway_ledger_blame_reason (BullaGatewayRequest *request, BullaReason reason)
{
  g_free (request->rule);
  request->rule = g_strdup (bulla_reason_get_nick (reason));
}

/**
 * bulla_gateway_ledger_cause:
 * @request: a request
 * @purpose: (nullable): purpose to record; %NULL for the request's own
 *
 * Returns: the cause to record for contacting the server; borrows from the request
 */
BullaCause
bulla_gateway_ledger_cause (BullaGatewayRequest *request, const char *purpose)
{
  const char *own = request->destination == BULLA_DESTINATION_NAVIGATION ? "page"
                    : request->destination == BULLA_DESTINATION_PREFETCH ? "prefetch"
                                                                         : "resource";
  gboolean whole = request->destination == BULLA_DESTINATION_NAVIGATION && !request->frame;

  return (BullaCause){request->view_number,
                      request->page,
                      purpose != NULL ? purpose : own,
                      request->rule,
                      whole ? NULL : request->document,
                      request->why};
}

/**
 * bulla_gateway_ledger_answer:
 * @request: a request whose response has all of its header fields
 *
 * If the response redirects a navigation, later requests count towards the same click.
 */
void
bulla_gateway_ledger_answer (BullaGatewayRequest *request)
{
  guint status = request->status;
  const char *location = soup_message_headers_get_one (request->response, "Location");

  if (request->view_token == NULL || location == NULL
      || request->destination != BULLA_DESTINATION_NAVIGATION
      || !SOUP_STATUS_IS_REDIRECTION (status))
    return;
  g_autofree char *url = bulla_url_resolve (request->url, location, SOUP_HTTP_URI_FLAGS);
  if (url != NULL)
    bulla_ledger_send_on (ledger_of (request), request->view_number, url, request->rule);
}

/**
 * bulla_gateway_find_date:
 * @load: what answers a request
 *
 * Returns: the date of its signature, Unix seconds; -1 if it is not signed
 */
gint64
bulla_gateway_find_date (BullaLoad *load)
{
  const BullaFacts *facts = bulla_load_get_facts (load);

  return facts->signature.read.read == BULLA_YES ? facts->signature.date : -1;
}

/**
 * bulla_gateway_ledger_serve:
 * @request: a request
 * @load: the package's response that answers instead of the server
 */
void
bulla_gateway_ledger_serve (BullaGatewayRequest *request, BullaLoad *load)
{
  const BullaCause cause = bulla_gateway_ledger_cause (request, NULL);
  const BullaPackageContact package = {
      bulla_load_get_status (load), bulla_outer_get_url (bulla_load_get_outer (load)),
      bulla_load_get_cert_url (load), bulla_gateway_find_date (load)};

  bulla_ledger_add_package (ledger_of (request), &cause, request->method, request->url, &package);
}

/**
 * bulla_gateway_ledger_reuse:
 * @request: a request answered with an earlier response that is not a package
 * @date: its Date, Unix seconds; -1 if it has none
 */
void
bulla_gateway_ledger_reuse (BullaGatewayRequest *request, gint64 date)
{
  const BullaCause cause = bulla_gateway_ledger_cause (request, NULL);

  bulla_ledger_add_cached (ledger_of (request), &cause, request->method, request->url,
                           SOUP_STATUS_OK, date);
}

/**
 * bulla_gateway_ledger_note_unused:
 * @request: the request at which the prefetched exchange turned out not to be usable
 * @url: the URL that the exchange would have answered
 * @reason: the rule that it breaks
 * @why: the reason in words
 */
void
bulla_gateway_ledger_note_unused (BullaGatewayRequest *request, const char *url, BullaReason reason,
                                  const char *why)
{
  BullaCause cause = bulla_gateway_ledger_cause (request, "prefetch");

  cause.rule = bulla_reason_get_nick (reason);
  cause.why = NULL;
  bulla_ledger_add_unused (ledger_of (request), &cause, url, why);
}

/**
 * bulla_gateway_ledger_note_package:
 * @message: the request to a server; the response is a package
 *
 * Sets the purpose of the contact to `package`, unless it is a prefetch.
 */
void
bulla_gateway_ledger_note_package (BullaHttpMessage *message)
{
  BullaContact *contact = bulla_contact_recorder_get_request (message);

  if (contact != NULL && g_strcmp0 (bulla_contact_get_purpose (contact), "prefetch") != 0)
    bulla_contact_set_purpose (contact, "package");
}
