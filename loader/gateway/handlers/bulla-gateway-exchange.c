/* bulla-gateway-exchange.c - judges signed exchanges, and stashes each for the request that it
 * answers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-exchange.h"

#include "bulla-gateway-decision.h"
#include "bulla-gateway-emit.h"
#include "bulla-gateway-live-cache.h"
#include "bulla-gateway-report.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-trust.h"
#include "bulla-judge.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-settings.h"
#include "bulla-url-key.h"

static void
exchange_serve (BullaGatewayRequest *request, BullaLoad *load, BullaVerdict *verdict,
                BullaSpool *spool, BullaPrefetch *prefetch)
{
  const BullaGatewayDecision serve = {BULLA_DECISION_SERVE, .load = load, .spool = spool,
                                      .prefetch = prefetch, .verdict = verdict};

  bulla_gateway_decide (request, &serve);
}

/* Says whether the request that is sent instead accepts no packages. An exchange that is valid, but
 * does not match the request, is passed over in LOAD, and falls back in Chromium. */
static gboolean
goes_plainly (BullaGatewayRequest *request, const BullaVerdict *verdict)
{
  BullaProfile *profile = bulla_loader_get_profile (request->gateway->loader);

  return !bulla_verdict_is_on_request (verdict)
         || bulla_verdict_get_reason (verdict) == BULLA_REASON_REQUEST_LIVE_COPY
         || bulla_profile_get_settings (profile)->mismatch == BULLA_MISMATCH_FALL_BACK;
}

static void
exchange_go_live (BullaGatewayRequest *request, BullaLoad *load, BullaVerdict *verdict)
{
  const BullaGatewayDecision live = {BULLA_DECISION_LIVE, .load = load, .verdict = verdict,
                                     .plainly = goes_plainly (request, verdict)};

  if (bulla_verdict_get_reason (verdict) != BULLA_REASON_REQUEST_LIVE_COPY
      || !bulla_gateway_live_cache_handle (request, load, verdict))
    bulla_gateway_decide (request, &live);
}

/**
 * bulla_gateway_exchange_handle:
 * @request: a navigation of a known view
 *
 * Returns: whether an exchange is stashed for it, which decides now or later
 */
gboolean
bulla_gateway_exchange_handle (BullaGatewayRequest *request)
{
  gint64 now = bulla_loader_get_time (request->gateway->loader);
  g_autoptr (BullaSpool) spool = NULL;
  g_autoptr (BullaPrefetch) prefetch = NULL;
  BullaStashAsk ask;
  BullaRequestFacts facts;

  bulla_gateway_request_ask (request, &ask);
  if (bulla_stash_has (request->view->stash, &ask) && bulla_gateway_trust_wait (request))
    return TRUE;
  g_autoptr (BullaLoad) load =
      bulla_stash_lookup (request->view->stash, &ask, now, &spool, &prefetch);
  if (load == NULL)
    return FALSE;
  BullaVerdict *today = bulla_loader_judge_again (request->gateway->loader, load);
  /* A fault in the body is delivered: who clicked must not get another version unnoticed. */
  if (bulla_verdict_get_outcome (today) != BULLA_OUTCOME_SUBSTITUTE
      && !bulla_verdict_fails_by_body (today)) {
    bulla_gateway_emit_decided (request->gateway, request->view_token, load);
    exchange_go_live (request, load, today);
    return TRUE;
  }
  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load); /* the same URL in the publisher's spelling */
  bulla_gateway_live_cache_fill (request, facts.url, &facts);
  g_autoptr (BullaVerdict) verdict = bulla_load_judge_request (load, &facts, now);
  switch (bulla_verdict_get_reply (verdict)) {
  case BULLA_REPLY_SERVE:
    exchange_serve (request, load, verdict, spool, prefetch);
    break;
  case BULLA_REPLY_NETWORK:
    exchange_go_live (request, load, verdict);
    break;
  case BULLA_REPLY_ASK:
  case BULLA_REPLY_REFUSE:
  default:
    bulla_gateway_decide_refuse_by_verdict (request, load, verdict);
  }
  return TRUE;
}

/* --- an exchange that arrives */

static void
exchange_fall_back (BullaGatewayRequest *request, BullaHttpMessage *message, GPtrArray *chain,
                    BullaLoad *load, BullaVerdict *verdict)
{
  const BullaGatewayDecision fall_back = {BULLA_DECISION_FALL_BACK,
                                          .load = load,
                                          .verdict = verdict,
                                          .chain = chain,
                                          .url = bulla_load_get_url (load),
                                          .message = message,
                                          .plainly = goes_plainly (request, verdict)};

  bulla_gateway_decide (request, &fall_back);
}

static void
exchange_substitute (BullaGatewayRequest *request, BullaHttpMessage *message, BullaLoad *load,
                     gint64 now)
{
  const char *url = bulla_load_get_url (load);
  gboolean same = bulla_url_same (request->url, url);
  const BullaGatewayDecision decision = {same ? BULLA_DECISION_STASHED : BULLA_DECISION_REDIRECT,
                                         .url = url, .message = message};

  if (same)
    g_set_object (&request->delivery, message);
  bulla_gateway_request_detach (request);
  bulla_stash_put (request->view->stash, load, request->url, request->frame, now);
  bulla_gateway_decide (request, &decision);
}

static void
exchange_judge_request (BullaGatewayRequest *request, BullaHttpMessage *message, GPtrArray *chain,
                        BullaLoad *load)
{
  gint64 now = bulla_loader_get_time (request->gateway->loader);
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load);
  if (!bulla_url_same (request->url, facts.url))
    facts.cookie = NULL; /* sent to the distributor; the next request sends the publisher's */
  g_autoptr (BullaVerdict) verdict = bulla_load_judge_request (load, &facts, now);
  if (bulla_verdict_get_reply (verdict) == BULLA_REPLY_SERVE) {
    exchange_substitute (request, message, load, now);
    return;
  }
  bulla_load_drop_body (load);
  if (bulla_verdict_get_reply (verdict) == BULLA_REPLY_NETWORK) {
    bulla_gateway_report_mismatch (request, message, load, verdict);
    exchange_fall_back (request, message, chain, load, verdict);
  } else {
    bulla_gateway_decide_refuse_by_verdict (request, load, verdict);
  }
}

/**
 * bulla_gateway_exchange_judge:
 * @request: a navigation whose client is connected
 * @message: the server's response
 * @chain: URLs that fell back before it, as bulla_gateway_fallback_guard_add() adds them
 * @load: the exchange in @message
 *
 * Decides about the request by the verdict on the exchange.
 */
void
bulla_gateway_exchange_judge (BullaGatewayRequest *request, BullaHttpMessage *message,
                              GPtrArray *chain, BullaLoad *load)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);

  bulla_gateway_emit_decided (request->gateway, request->view_token, load);
  bulla_gateway_report_exchange (request, message, load);
  if (bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SUBSTITUTE)
    bulla_load_drop_body (load);
  switch (bulla_verdict_get_outcome (verdict)) {
  case BULLA_OUTCOME_SUBSTITUTE:
    exchange_judge_request (request, message, chain, load);
    break;
  case BULLA_OUTCOME_FALL_BACK:
    exchange_fall_back (request, message, chain, load, verdict);
    break;
  case BULLA_OUTCOME_SEPARATE_ORIGIN: /* impossible here: the gateway serves true origins only */
  case BULLA_OUTCOME_REFUSE:
  case BULLA_OUTCOME_NOT_A_PACKAGE:
  default:
    bulla_gateway_decide_refuse_by_verdict (request, load, verdict);
  }
}
