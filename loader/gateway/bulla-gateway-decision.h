/* bulla-gateway-decision.h - what to do with a request: serve, redirect, fall back, pass or refuse
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

/**
 * BullaGatewayDecisionKind:
 * @BULLA_DECISION_NEXT: the handler that was asked has nothing to say: the next one is asked
 * @BULLA_DECISION_STASHED: an exchange was put into the stash for this very request
 * @BULLA_DECISION_PREFLIGHT: a CORS preflight that asks for nothing but our own fields
 * @BULLA_DECISION_SERVE: a package's response answers
 * @BULLA_DECISION_KEPT: an ordinary response answers that was kept
 * @BULLA_DECISION_REDIRECT: the client is sent to the URL that the package is for
 * @BULLA_DECISION_FALL_BACK: the package does not serve: its publisher is asked instead
 * @BULLA_DECISION_REFUSE: a network error
 * @BULLA_DECISION_SEPARATE: a bundle, which has its place in another door
 * @BULLA_DECISION_LIVE: a navigation goes to its server, whatever is kept
 * @BULLA_DECISION_PASS: the request goes to its server as it is
 * @BULLA_DECISION_RESPONSE: the server's own response answers
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
  BullaBundle *bundle;      /* SEPARATE: the bundle to show in its own origin */
  BullaVerdict *verdict;    /* FALL_BACK: the verdict on the package; LIVE: nullable; the same */
  GPtrArray *chain; /* FALL_BACK, RESPONSE: nullable; keys of the URLs requested without packages */
  const char *url;  /* REDIRECT, FALL_BACK: the target; SEPARATE: nullable; the navigation's URL */
  const char *why;  /* REFUSE: the reason in words */
  const char *referrer_policy; /* REDIRECT: nullable; used if @message is NULL */
  gboolean plainly;            /* LIVE: the forwarded request does not accept packages */
  BullaHttpMessage *message;   /* RESPONSE; REDIRECT, FALL_BACK: nullable; the server's response */
  GInputStream *body;          /* RESPONSE: the response body */
} BullaGatewayDecision;

void bulla_gateway_decide (BullaGatewayRequest *request, const BullaGatewayDecision *decision);
void bulla_gateway_decide_refuse (BullaGatewayRequest *request, BullaLoad *load, const char *why);
void bulla_gateway_decide_refuse_by_verdict (BullaGatewayRequest *request, BullaLoad *load,
                                             BullaVerdict *verdict);
void bulla_gateway_decide_pass (BullaGatewayRequest *request);
void bulla_gateway_decide_live (BullaGatewayRequest *request, gboolean plainly,
                                BullaKeptBundle *spare);
void bulla_gateway_decide_next (BullaGatewayRequest *request);

G_END_DECLS
