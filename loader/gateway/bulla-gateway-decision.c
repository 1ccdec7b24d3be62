/* bulla-gateway-decision.c - decides to serve, redirect, forward or refuse a request
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A handler only decides about a request, now or later; bulla-gateway-choose-handler.c applies the
 * decision. A request whose client has left needs no decision. */
#include "bulla-gateway-decision.h"

#include "bulla-bundle-internal.h"
#include "bulla-gateway-internal.h"

/**
 * bulla_gateway_decide:
 * @request: a request
 * @decision: what to do with the request
 */
void
bulla_gateway_decide (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  if (!request->over)
    request->decided (request, decision);
}

/* @load: (nullable): the package because of which the request is refused */
void
bulla_gateway_decide_refuse (BullaGatewayRequest *request, BullaLoad *load, const char *why)
{
  const BullaGatewayDecision refuse = {BULLA_DECISION_REFUSE, .load = load, .why = why};

  bulla_gateway_decide (request, &refuse);
}

/* @load: (nullable): the package because of which the request is refused
 * @verdict: the verdict on the package, or on the request */
void
bulla_gateway_decide_refuse_by_verdict (BullaGatewayRequest *request, BullaLoad *load,
                                        BullaVerdict *verdict)
{
  g_autofree char *why = bulla_verdict_describe (verdict, FALSE);
  const BullaGatewayDecision refuse = {BULLA_DECISION_REFUSE, .load = load, .verdict = verdict,
                                       .why = why};

  bulla_gateway_decide (request, &refuse);
}

/* @bundle: has @resource, but no variant of it for @request, whose @facts say what it asks for */
void
bulla_gateway_decide_refuse_absent_variant (BullaGatewayRequest *request, BullaBundle *bundle,
                                            guint resource, const BullaRequestFacts *facts)
{
  g_autoptr (BullaVerdict) verdict = bulla_bundle_judge_absent_variant (
      bundle, resource, facts, bulla_loader_get_time (request->gateway->loader));

  bulla_gateway_decide_refuse_by_verdict (request, NULL, verdict);
}

void
bulla_gateway_decide_pass (BullaGatewayRequest *request)
{
  const BullaGatewayDecision pass = {BULLA_DECISION_PASS};

  bulla_gateway_decide (request, &pass);
}

/* @spare: (nullable): the bundle to show in its own origin if the network fails */
void
bulla_gateway_decide_live (BullaGatewayRequest *request, gboolean plainly, BullaKeptBundle *spare)
{
  const BullaGatewayDecision live = {BULLA_DECISION_LIVE, .plainly = plainly, .kept = spare};

  bulla_gateway_decide (request, &live);
}

void
bulla_gateway_decide_next (BullaGatewayRequest *request)
{
  const BullaGatewayDecision next = {BULLA_DECISION_NEXT};

  bulla_gateway_decide (request, &next);
}
