/* bulla-gateway-exchange.c - signed exchanges: kept for the request that they answer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-private.h"
#include "bulla-load-private.h"

static void
serve (BullaGatewayRequest *request, BullaLoad *load, BullaSpool *spool, GObject *companion)
{
  g_autoptr (GInputStream) body = bulla_spool_open (spool);
  gboolean whole = bulla_spool_is_complete (spool);

  bulla_gateway_request_begin_answer (request, BULLA_ANSWER_SUBSTITUTED, load, NULL);
  bulla_stash_note_shown (request->place->stash, load,
                          bulla_gateway_request_get_answer_id (request));
  bulla_gateway_emit_served (request->gateway, request->view, load);
  BullaGatewayPage *page = bulla_gateway_pages_note (request, NULL, -1);
  bulla_gateway_prefetched_show (request, page, (BullaPrefetch *)companion);
  bulla_gateway_serve (request, load, body, whole ? (goffset)bulla_spool_get_length (spool) : -1);
  /* Parts that WebKit has kept of a live visit are another version: it is not to mix them in. Other
   * browsers keep their caches, in which there is more than what came through the gateway. */
  if (page != NULL && page->parts_stand && (request->session->flags & BULLA_GATEWAY_ONE_VIEW) == 0)
    soup_message_headers_replace (soup_server_message_get_response_headers (request->message),
                                  "Clear-Site-Data", "\"cache\"");
  bulla_gateway_prefetch_links (
      request, page,
      soup_message_headers_get_list (soup_server_message_get_response_headers (request->message),
                                     "Link"));
}

/**
 * bulla_gateway_exchange_answer:
 * @request: a navigation of a known view
 * @own: whether it is one that came as the response to this very request
 *
 * Returns: whether an exchange that is kept for it has answered it, or what else is to be done
 */
BullaGatewayFromStash
bulla_gateway_exchange_answer (BullaGatewayRequest *request, gboolean own)
{
  BullaGateway *gateway = request->gateway;
  gint64 now = bulla_loader_get_time (gateway->loader);
  g_autoptr (BullaSpool) spool = NULL;
  g_autoptr (GObject) companion = NULL;
  BullaStashAsk ask;
  BullaRequestFacts facts;

  bulla_gateway_request_ask (request, &ask);
  if (own) /* it came just now, in place of the page itself */
    ask.redirected = request->url;
  g_autoptr (BullaLoad) load =
      bulla_stash_lookup (request->place->stash, &ask, now, &spool, &companion);

  if (load == NULL)
    return BULLA_GATEWAY_NOT_THERE;
  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load); /* the same, in the publisher's spelling */
  bulla_gateway_live_fill (request, facts.url, &facts);
  g_autoptr (BullaVerdict) verdict = bulla_load_judge_request (load, &facts, now);
  switch (bulla_verdict_get_reply (verdict)) {
  case BULLA_REPLY_SERVE:
    serve (request, load, spool, companion);
    return BULLA_GATEWAY_ANSWERED;
  case BULLA_REPLY_NETWORK:
    if (request->speculative) {
      bulla_gateway_refuse_by_verdict (request, load, verdict);
      return BULLA_GATEWAY_ANSWERED;
    }
    bulla_gateway_ledger_blame (request, verdict);
    bulla_gateway_emit_fell_back (gateway, request->view, load, request->url);
    if (bulla_verdict_get_reason (verdict) == BULLA_REASON_REQUEST_LIVE_COPY
        && bulla_gateway_live_answer (request))
      return BULLA_GATEWAY_ANSWERED;
    return BULLA_GATEWAY_GO_LIVE;
  case BULLA_REPLY_REFUSE:
  default:
    bulla_gateway_refuse_by_verdict (request, load, verdict);
    return BULLA_GATEWAY_ANSWERED;
  }
}

/* @navigation: (transfer full) */
static void
substitute (BullaGatewayNavigation *navigation, BullaLoad *load)
{
  BullaGatewayRequest *request = navigation->request;
  BullaGateway *gateway = request->gateway;
  gint64 now = bulla_loader_get_time (gateway->loader);
  gboolean same = bulla_gateway_same_url (request->url, bulla_load_get_url (load));
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load);
  if (!same) /* the aggregator's cookies; the publisher's come with the next request */
    facts.cookie = NULL;
  g_autoptr (BullaVerdict) verdict = bulla_load_judge_request (load, &facts, now);
  if (bulla_verdict_get_reply (verdict) != BULLA_REPLY_SERVE)
    bulla_load_drop_body (load);
  if (bulla_verdict_get_reply (verdict) == BULLA_REPLY_NETWORK) {
    bulla_gateway_report_mismatch (request, navigation->message, load, verdict);
    bulla_gateway_navigation_fall_back (navigation, load, verdict, facts.url);
    return;
  }
  if (bulla_verdict_get_reply (verdict) == BULLA_REPLY_SERVE) {
    bulla_gateway_request_detach (request);
    bulla_stash_put (request->place->stash, load, request->url, request->frame, now);
    if (!same)
      bulla_gateway_navigation_redirect (navigation, facts.url, TRUE);
    else
      bulla_gateway_exchange_answer (request, TRUE);
  } else {
    bulla_gateway_refuse_by_verdict (request, load, verdict);
  }
  bulla_gateway_navigation_free (navigation);
}

/**
 * bulla_gateway_exchange_decide:
 * @navigation: (transfer full): a navigation
 * @load: the exchange that it led to
 */
void
bulla_gateway_exchange_decide (BullaGatewayNavigation *navigation, BullaLoad *load)
{
  BullaGatewayRequest *request = navigation->request;
  BullaVerdict *verdict = bulla_load_get_verdict (load);

  bulla_gateway_emit_decided (request->gateway, request->view, load);
  bulla_gateway_report_exchange (request, navigation->message, load);
  if (bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SUBSTITUTE)
    bulla_load_drop_body (load);
  switch (bulla_verdict_get_outcome (verdict)) {
  case BULLA_OUTCOME_SUBSTITUTE:
    substitute (navigation, load);
    break;
  case BULLA_OUTCOME_FALL_BACK:
    bulla_gateway_navigation_fall_back (navigation, load, verdict, bulla_load_get_url (load));
    break;
  case BULLA_OUTCOME_SEPARATE_ORIGIN: /* not in this door, which has true origins only */
  case BULLA_OUTCOME_REFUSE:
  case BULLA_OUTCOME_NOT_A_PACKAGE:
  default:
    bulla_gateway_refuse_by_verdict (request, load, verdict);
    bulla_gateway_navigation_free (navigation);
  }
}
