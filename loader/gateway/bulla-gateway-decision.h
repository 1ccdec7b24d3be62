/* bulla-gateway-decision.h - decides to serve, redirect, forward or refuse a request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

/**
 * BullaGatewayDecisionKind:
 * @BULLA_DECISION_NEXT: this handler does not decide; the next one is called
 * @BULLA_DECISION_STASHED: an exchange was stashed to answer this same request
 * @BULLA_DECISION_PREFLIGHT: a CORS preflight that asks only for Bulla's own header fields: it is
 *   answered here
 * @BULLA_DECISION_SERVE: sends a package's response
 * @BULLA_DECISION_KEPT: sends a kept response that is not from a package
 * @BULLA_DECISION_REDIRECT: redirects the client to the URL of the package's response
 * @BULLA_DECISION_FALL_BACK: the package is not usable: the request goes to its publisher
 * @BULLA_DECISION_REFUSE: fails the request with a network error
 * @BULLA_DECISION_SEPARATE: the response is a bundle that must be shown in its own origin
 * @BULLA_DECISION_LIVE: sends a navigation to its server, ignoring what is kept
 * @BULLA_DECISION_PASS: sends the request to its server unchanged
 * @BULLA_DECISION_RESPONSE: sends the server's own response
 */
typedef enum {
  BULLA_DECISION_NEXT,
  BULLA_DECISION_STASHED,
  BULLA_DECISION_PREFLIGHT,
  BULLA_DECISION_SERVE,
  BULLA_DECISION_KEPT,
  BULLA_DECISION_REDIRECT,
  BULLA_DECISION_FALL_BACK,
  BULLA_DECISION_REFUSE,
  BULLA_DECISION_SEPARATE,
  BULLA_DECISION_LIVE,
  BULLA_DECISION_PASS,
  BULLA_DECISION_RESPONSE,
} BullaGatewayDecisionKind;

/* Each kind of decision sets only the fields whose comment names it. All pointers are borrowed
 * during the call. */
typedef struct _BullaGatewayDecision {
  BullaGatewayDecisionKind kind;
  BullaLoad *load;          /* SERVE: the package; FALL_BACK, REFUSE: nullable; the package */
  BullaSpool *spool;        /* SERVE: NULL if the load provides the body */
  BullaKeptBundle *kept;    /* SERVE, LIVE: nullable; the bundle that contains the response */
  BullaPrefetch *prefetch;  /* KEPT: the response; SERVE: nullable; the prefetched exchange */
  BullaPrefetches *carried; /* KEPT: nullable; the prefetches of the previous page */
  gboolean decoded;         /* KEPT: the content codings were removed from the body */
  BullaBundle *bundle;      /* SEPARATE: the bundle to show in its own origin; FALL_BACK, LIVE:
                               nullable; the bundle without a variant for the request */
  /* FALL_BACK: the verdict on the package or the request; LIVE, SERVE, REFUSE: nullable; the same
   */
  BullaVerdict *verdict;
  GPtrArray *chain; /* FALL_BACK, RESPONSE: nullable; keys of the URLs requested without packages */
  const char *url;  /* REDIRECT, FALL_BACK: the target; SEPARATE: nullable; the navigation's URL */
  const char *why;  /* REFUSE: the reason in words */
  const char *referrer_policy; /* REDIRECT: nullable; used if @message is NULL */
  /* LIVE, FALL_BACK: the request that is sent does not accept packages */
  gboolean plainly;
  BullaHttpMessage *message; /* RESPONSE; REDIRECT, FALL_BACK: nullable; the server's response */
  GInputStream *body;        /* RESPONSE: the response body */
} BullaGatewayDecision;

void bulla_gateway_decide (BullaGatewayRequest *request, const BullaGatewayDecision *decision);
void bulla_gateway_decide_refuse (BullaGatewayRequest *request, BullaLoad *load, const char *why);
void bulla_gateway_decide_refuse_by_verdict (BullaGatewayRequest *request, BullaLoad *load,
                                             BullaVerdict *verdict);
void bulla_gateway_decide_refuse_absent_variant (BullaGatewayRequest *request, BullaBundle *bundle,
                                                 guint resource, const BullaRequestFacts *facts);
void bulla_gateway_decide_pass (BullaGatewayRequest *request);
void bulla_gateway_decide_live (BullaGatewayRequest *request, gboolean plainly,
                                BullaKeptBundle *spare);
void bulla_gateway_decide_next (BullaGatewayRequest *request);

G_END_DECLS
