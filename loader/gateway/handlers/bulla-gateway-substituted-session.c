/* bulla-gateway-substituted-session.c - keeps the data of substituted pages apart
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where `substituted.data` is not `allow`, a package's page is shown in a network session of its
 * own: the gateway hands the package over to the client, which goes to the same URL there. Every
 * other page is shown in the session of live pages: a session of substituted pages contacts no
 * server for a whole page. A client that cannot do that, and a frame, which shares the session of
 * its page, gets the package with a sandbox policy: an opaque origin stores nothing.
 *
 * Spec: policy.md R61, R62 and R64 (C12). */
#include "bulla-gateway-substituted-session.h"

#include "bulla-data-rights.h"
#include "bulla-gateway-emit.h"
#include "bulla-gateway-fallback-guard.h"
#include "bulla-gateway-reply.h"
#include "bulla-handover-internal.h"
#include "bulla-url.h"

static gboolean
is_allowed (BullaGatewayRequest *request)
{
  return bulla_data_get_choice (bulla_loader_get_profile (request->gateway->loader))
         == BULLA_DATA_ALLOW;
}

static gboolean
is_apart (BullaGatewayRequest *request)
{
  return (request->session->flags & BULLA_GATEWAY_APART) != 0;
}

/* Says whether the session was made for this package and this publisher: one bundle can have
 * vouched pages of several. */
static gboolean
is_own (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  BullaHandover *own = request->view->handover;

  return is_apart (request) && own != NULL
         && bulla_handover_holds (own, decision->load, decision->kept)
         && bulla_url_same_origin (request->url, bulla_handover_get_url (own));
}

/* In the session of a package the shell itself goes to the page, which does not mean that the user
 * has typed its URL. Returns: whether the user did */
static gboolean
was_typed (BullaGatewayRequest *request)
{
  BullaHandover *own = is_apart (request) ? request->view->handover : NULL;
  gboolean of_shell = own != NULL && g_str_equal (request->url, bulla_handover_get_url (own));

  return request->typed && (!of_shell || bulla_handover_is_typed (own));
}

/* Answers with a closed connection; the client goes to the URL in another session. */
static void
hand_over (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  g_autoptr (BullaHandover) handover = bulla_handover_new (
      request->url, decision->load, decision->spool, decision->prefetch, decision->kept);

  bulla_handover_set_typed (handover, was_typed (request));

  bulla_gateway_request_detach (request); /* the package continues to be received */
  bulla_gateway_emit_apart (request->gateway, request->view_token, handover);
  bulla_gateway_reply_refuse (request, "the page is shown in a session of its own");
}

/* Keeps why the package is set aside for the view that requests the page instead. */
static void
remember_reason (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  const BullaGatewayFallback fallback = {.url = request->url,
                                         .load = decision->load,
                                         .bundle = decision->bundle,
                                         .verdict = decision->verdict,
                                         .offers = !decision->plainly};

  if (decision->kind == BULLA_DECISION_LIVE && decision->verdict != NULL)
    bulla_gateway_fallback_guard_remember (request->view, &fallback);
}

static void
leave (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  static const char why[] = "a page from a package may not send data in a navigation: its session "
                            "contacts no server for a page";

  if (g_str_equal (request->method, "GET") && !request->uploads) {
    remember_reason (request, decision);
    bulla_gateway_emit_leave (request->gateway, request->view_token, request->url,
                              was_typed (request));
    bulla_gateway_reply_refuse (request, "the page is shown in the session of live pages");
  } else {
    bulla_gateway_emit_refused (request->gateway, request->view_token, request->url, NULL, why,
                                NULL);
    bulla_gateway_reply_refuse (request, why);
  }
}

/**
 * bulla_gateway_apart_decide:
 * @request: a request whose client is there
 * @decision: what a handler decided about it
 *
 * Returns: whether the navigation goes on in another session, and @decision is not executed
 */
gboolean
bulla_gateway_apart_decide (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  BullaGatewayFlags flags = request->session->flags;

  if (request->destination != BULLA_DESTINATION_NAVIGATION || request->frame
      || request->view == NULL || request->speculative || request->package != NULL)
    return FALSE;
  switch (decision->kind) {
  case BULLA_DECISION_SERVE:
    if (is_allowed (request) || is_own (request, decision)
        || (flags & (BULLA_GATEWAY_APART | BULLA_GATEWAY_PARTS)) == 0)
      return FALSE;
    hand_over (request, decision);
    return TRUE;
  case BULLA_DECISION_KEPT:
  case BULLA_DECISION_LIVE:
  case BULLA_DECISION_PASS:
  case BULLA_DECISION_FALL_BACK:
  case BULLA_DECISION_SEPARATE:
    if (!is_apart (request))
      return FALSE;
    leave (request, decision);
    return TRUE;
  case BULLA_DECISION_NEXT:
  case BULLA_DECISION_STASHED:
  case BULLA_DECISION_PREFLIGHT:
  case BULLA_DECISION_REDIRECT:
  case BULLA_DECISION_REFUSE:
  case BULLA_DECISION_RESPONSE:
  default:
    return FALSE;
  }
}

/**
 * bulla_gateway_apart_sandboxes:
 * @request: a request
 * @decision: serves a package
 *
 * Returns: whether the document must not have the publisher's storage, and a sandbox policy keeps
 *   it from that
 */
gboolean
bulla_gateway_apart_sandboxes (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  if (request->destination != BULLA_DESTINATION_NAVIGATION || is_allowed (request))
    return FALSE;
  /* in a frame the page's own bundle counts as the page */
  return !is_own (request, decision) || (request->frame && decision->kept == NULL);
}
