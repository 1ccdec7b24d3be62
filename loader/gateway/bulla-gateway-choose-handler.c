/* bulla-gateway-choose-handler.c - chooses the handler of each request, and applies its decision
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A handler returns whether it takes a request; if so, it decides about it, now or later. A request
 * that no handler takes is forwarded unchanged. */
#include "bulla-gateway-choose-handler.h"

#include "bulla-gateway-bundle-subresource.h"
#include "bulla-gateway-bundle.h"
#include "bulla-gateway-client-fields.h"
#include "bulla-gateway-emit.h"
#include "bulla-gateway-exchange.h"
#include "bulla-gateway-execute.h"
#include "bulla-gateway-fallback-guard.h"
#include "bulla-gateway-frame-worker.h"
#include "bulla-gateway-guessed-icon.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-navigation.h"
#include "bulla-gateway-network-permission.h"
#include "bulla-gateway-pages.h"
#include "bulla-gateway-prefetch-handler.h"
#include "bulla-gateway-prefetch-use.h"
#include "bulla-gateway-preflight.h"
#include "bulla-gateway-script.h"
#include "bulla-gateway-substituted-session.h"
#include "bulla-gateway-upload.h"
#include "bulla-gateway-upstream.h"
#include "bulla-gateway-websocket.h"
#include "bulla-url-key.h"

#define CHAIN_MAX 20 /* most consecutive fallbacks, as many as Fetch allows redirects */

typedef gboolean (*Handler) (BullaGatewayRequest *request);

static gboolean
is_get (BullaGatewayRequest *request)
{
  return g_str_equal (request->method, "GET");
}

static gboolean
is_navigation (BullaGatewayRequest *request)
{
  return request->destination == BULLA_DESTINATION_NAVIGATION;
}

/* A worker whose page came from a package must not get a live version of URLs in that package. */
static gboolean
handle_worker (BullaGatewayRequest *request)
{
  if (request->view_token != NULL || !bulla_gateway_pages_cover (request))
    return FALSE;
  g_autofree char *why = g_strdup_printf (
      "%s: a page from a package is shown that has %s; a worker does not get another version",
      bulla_reason_get_nick (BULLA_REASON_REQUEST_NOT_IN_BUNDLE), request->url);
  bulla_gateway_decide_refuse (request, NULL, why);
  return TRUE;
}

/* Only forwards requests without a known initiator, and those that may change data. */
static gboolean
handle_foreign (BullaGatewayRequest *request)
{
  gboolean head = g_str_equal (request->method, "HEAD");

  if (request->view_token != NULL && request->package == NULL && !request->uploads
      && (is_get (request) || head))
    return FALSE;
  bulla_gateway_decide_pass (request);
  return TRUE;
}

static gboolean
handle_hard_reload (BullaGatewayRequest *request)
{
  if (request->speculative || !bulla_gateway_request_is_hard_reload (request))
    return FALSE;
  bulla_gateway_decide_live (request, TRUE, NULL);
  return TRUE;
}

static gboolean
handle_part (BullaGatewayRequest *request)
{
  if (is_navigation (request))
    return FALSE;
  if (is_get (request) && bulla_gateway_prefetch_use_handle_part (request))
    return TRUE;
  if (bulla_gateway_script_handle (request) || bulla_gateway_bundle_subresource_handle (request)
      || bulla_gateway_guessed_icon_handle (request))
    return TRUE;
  if (request->speculative && is_get (request))
    bulla_gateway_navigation_speculate (request);
  else
    bulla_gateway_decide_pass (request);
  return TRUE;
}

static gboolean
handle_partial_navigation (BullaGatewayRequest *request)
{
  if (is_get (request) && bulla_gateway_request_get_header (request, "Range") == NULL)
    return FALSE;
  bulla_gateway_decide_pass (request);
  return TRUE;
}

/* Prefetches are answered from the package of the initiating page, or from a package that was just
 * prefetched, before any server is contacted. */
static gboolean
handle_speculation (BullaGatewayRequest *request)
{
  if (!request->speculative)
    return FALSE;
  bulla_gateway_navigation_speculate (request);
  return TRUE;
}

static gboolean
handle_live (BullaGatewayRequest *request)
{
  bulla_gateway_decide_live (request, FALSE, NULL);
  return TRUE;
}

static const Handler handlers[] = {
    bulla_gateway_preflight_handle,
    bulla_gateway_network_permission_handle,
    handle_worker,
    bulla_gateway_frame_worker_handle,
    bulla_gateway_live_worker_handle,
    bulla_gateway_websocket_handle,
    bulla_gateway_prefetch_handle,
    handle_foreign,
    handle_hard_reload,
    handle_part,
    handle_partial_navigation,
    bulla_gateway_prefetch_use_handle_navigation,
    bulla_gateway_bundle_handle_covered,
    bulla_gateway_exchange_handle,
    bulla_gateway_bundle_handle,
    handle_speculation,
    handle_live,
};

/* Offers the request to the handlers, from the current one on. */
static void
route_on (BullaGatewayRequest *request)
{
  gboolean taken = FALSE;

  while (!taken && request->turn < G_N_ELEMENTS (handlers))
    taken = handlers[request->turn++](request);
  if (!taken)
    bulla_gateway_decide_pass (request);
}

/* --- decisions */

static void
route_answered (BullaGatewayRequest *request, BullaHttpMessage *message, GInputStream *body,
                const GError *error, gpointer user_data)
{
  const BullaGatewayDecision response = {BULLA_DECISION_RESPONSE, .message = message, .body = body};

  if (error != NULL)
    bulla_gateway_decide_refuse (request, NULL, error->message);
  else
    bulla_gateway_decide (request, &response);
}

static void
route_pass (BullaGatewayRequest *request)
{
  if (request->uploads)
    bulla_gateway_upload_send (request, route_answered);
  else
    bulla_gateway_upstream_send (request, BULLA_GATEWAY_AS_IS, route_answered, NULL);
}

static void
route_blame (BullaGatewayRequest *request, const BullaGatewayDecision *decision, const char *url)
{
  if (decision->verdict == NULL)
    return;
  bulla_gateway_ledger_blame (request, decision->verdict);
  bulla_gateway_request_take_verdict (request, decision->verdict, decision->bundle);
  bulla_gateway_emit_fell_back (request->gateway, request->view_token, decision->load, url,
                                decision->verdict, request->frame);
}

/* A prefetch that no package answers is not sent to the publisher, because the click has not
 * happened yet. */
static void
route_live (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  if (!request->speculative) {
    route_blame (request, decision, request->url);
    bulla_gateway_navigation_go_live (request, decision->plainly, decision->kept, decision->load);
  } else if (decision->verdict != NULL) {
    bulla_gateway_decide_refuse_by_verdict (request, decision->load, decision->verdict);
  } else {
    g_autofree char *why =
        g_strdup_printf ("%s: the package does not contain this prefetch, and prefetches are not "
                         "sent to the publisher",
                         bulla_reason_get_nick (BULLA_REASON_REQUEST_NOT_IN_BUNDLE));
    bulla_gateway_decide_refuse (request, decision->load, why);
  }
}

/* Repeating a request of a chain of fallbacks would give the same result. */
static gboolean
leads_back (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  const char *url = decision->url;
  gboolean offers = !decision->plainly && !bulla_url_same (request->url, url);

  return bulla_gateway_fallback_guard_contains (decision->chain, url, FALSE)
         || (offers && bulla_gateway_fallback_guard_contains (decision->chain, url, TRUE))
         || decision->chain->len >= CHAIN_MAX;
}

/* The stash does not answer a fallback: it is the publisher's live page. */
static void
route_fall_back (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  const char *url = decision->url;

  if (url == NULL || request->speculative) {
    bulla_gateway_decide_refuse_by_verdict (request, decision->load, decision->verdict);
    return;
  }
  if (leads_back (request, decision)) {
    g_autofree char *why =
        g_strdup_printf ("%s: the fallback URL leads back to the same package",
                         bulla_reason_get_nick (BULLA_REASON_REQUEST_FALLBACK_LOOP));
    bulla_gateway_decide_refuse (request, decision->load, why);
    return;
  }
  route_blame (request, decision, url);
  if (bulla_url_same (request->url, url))
    bulla_gateway_navigation_go_again (request, decision->chain, decision->load);
  else
    bulla_gateway_execute (request, decision);
}

static void
decided (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  if (bulla_gateway_apart_decide (request, decision))
    return;
  switch (decision->kind) {
  case BULLA_DECISION_NEXT:
    route_on (request);
    break;
  case BULLA_DECISION_STASHED:
    request->brought = TRUE;
    if (!bulla_gateway_exchange_handle (request))
      bulla_gateway_decide_live (request, TRUE, NULL);
    break;
  case BULLA_DECISION_LIVE:
    route_live (request, decision);
    break;
  case BULLA_DECISION_PASS:
    route_pass (request);
    break;
  case BULLA_DECISION_FALL_BACK:
    route_fall_back (request, decision);
    break;
  case BULLA_DECISION_KEPT:
    route_blame (request, decision, request->url);
    bulla_gateway_execute (request, decision);
    break;
  case BULLA_DECISION_PREFLIGHT:
  case BULLA_DECISION_SERVE:
  case BULLA_DECISION_REDIRECT:
  case BULLA_DECISION_REFUSE:
  case BULLA_DECISION_SEPARATE:
  case BULLA_DECISION_RESPONSE:
  default:
    bulla_gateway_execute (request, decision);
  }
}

/* Releases the requests of a closed view, which nothing waits for any more. */
static void
route_begin_navigation (BullaGatewayRequest *request)
{
  gboolean known = request->view != NULL && (request->session->flags & BULLA_GATEWAY_ONE_VIEW) == 0;

  if (known && is_navigation (request) && !request->frame && !request->moved && !request->typed)
    bulla_stash_stop_waiting (request->view->stash, FALSE);
}

/**
 * bulla_gateway_choose_handler:
 * @request: a request whose initiator is identified
 *
 * Asks the handlers for a decision and executes it, at once or later.
 */
void
bulla_gateway_choose_handler (BullaGatewayRequest *request)
{
  request->decided = decided;
  bulla_gateway_preflight_strip (request);
  bulla_gateway_apply_client (request);
  route_begin_navigation (request);
  route_on (request);
}
