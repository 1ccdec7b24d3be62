/* bulla-gateway-prefetch-use.c - answers navigations and parts from the previous page's prefetches
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-prefetch-use.h"

#include "bulla-field.h"
#include "bulla-gateway-decision.h"
#include "bulla-gateway-emit.h"
#include "bulla-gateway-fallback-guard.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-pages.h"
#include "bulla-gateway-prefetch-judge-parts.h"
#include "bulla-gateway-prefetch-question.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-trust.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-url-key.h"

/* --- the page */

/* Reloads and authenticated requests never use the shared copy. */
static gboolean
may_reuse (BullaGatewayRequest *request, BullaPrefetch *prefetch)
{
  const char *caching = bulla_gateway_request_get_header (request, "Cache-Control");
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  return !bulla_field_has_directive (caching, "no-cache")
         && bulla_gateway_request_get_header (request, "Pragma") == NULL
         && bulla_gateway_request_get_header (request, "Authorization") == NULL
         && bulla_prefetch_may_answer (prefetch, &facts,
                                       bulla_loader_get_time (request->gateway->loader));
}

/* A click showed the page, so requests for it and its parts lose the deadline of prefetches. */
static void
end_turns (BullaPrefetch *prefetch)
{
  bulla_turn_end_for (bulla_prefetch_get_spool (prefetch));
  for (guint i = 0; i < bulla_prefetch_get_n_parts (prefetch); i++)
    if (bulla_prefetch_get_part (prefetch, i) != NULL)
      bulla_turn_end_for (bulla_prefetch_get_spool (bulla_prefetch_get_part (prefetch, i)));
}

static void
note_unused_by_verdict (BullaGatewayRequest *request, BullaPrefetch *prefetch, const char *url,
                        BullaVerdict *verdict)
{
  g_autofree char *why = bulla_gateway_parts_dup_why (verdict);

  bulla_gateway_parts_note_unused (request, prefetch, url, bulla_verdict_get_reason (verdict), why);
}

/* Judges the exchange by the time, the trust and the memory of the click. Returns: whether it may
 * be substituted; if not, the decision says why */
static gboolean
is_still_accepted (BullaGatewayRequest *request, BullaPrefetch *prefetch)
{
  BullaLoad *load = bulla_prefetch_get_load (prefetch);
  BullaVerdict *verdict = bulla_loader_judge_again (request->gateway->loader, load);

  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE)
    return TRUE;
  bulla_gateway_emit_decided (request->gateway, request->view_token, load);
  note_unused_by_verdict (request, prefetch, bulla_load_get_url (load), verdict);
  return FALSE;
}

/* Judges whether the exchange answers the click. Returns: (transfer full) */
static BullaVerdict *
judge_click (BullaGatewayRequest *request, BullaPrefetch *prefetch)
{
  BullaLoad *load = bulla_prefetch_get_load (prefetch);
  BullaRequestFacts facts;
  BullaPrefetchFacts kept;

  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load);
  if (!bulla_url_same (request->url, facts.url))
    facts.cookie = NULL; /* sent to the distributor; the next request sends the publisher's */
  bulla_prefetch_fill (prefetch, &kept);
  facts.prefetch = &kept;
  return bulla_load_judge_request (load, &facts, bulla_loader_get_time (request->gateway->loader));
}

/* Says whether the answers of publishers can matter: nothing else keeps the page from being used. A
 * signature that has ended does not, because the answer may bring another one. */
static gboolean
is_worth_a_question (BullaGatewayRequest *request, BullaPrefetch *prefetch)
{
  if (bulla_spool_get_error (bulla_prefetch_get_spool (prefetch)) != NULL
      || !bulla_loader_is_worth_a_question (request->gateway->loader,
                                            bulla_prefetch_get_load (prefetch)))
    return FALSE;
  g_autoptr (BullaVerdict) verdict = judge_click (request, prefetch);
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (bulla_verdict_get_state (verdict, i) == BULLA_STATE_BROKEN
        && bulla_verdict_get_step_reason (verdict, i) != BULLA_REASON_REQUEST_EXPIRED)
      return FALSE;
  return TRUE;
}

/* LOAD, "process a navigate fetch": the exchange and its parts accompany the navigation. */
static gboolean
use_exchange (BullaGatewayRequest *request, BullaPrefetch *prefetch)
{
  BullaGateway *gateway = request->gateway;
  BullaLoad *load = bulla_prefetch_get_load (prefetch);
  const char *url = bulla_load_get_url (load);

  if (bulla_spool_get_error (bulla_prefetch_get_spool (prefetch)) != NULL
      || !is_still_accepted (request, prefetch))
    return FALSE;
  g_autoptr (BullaVerdict) verdict = judge_click (request, prefetch);
  if (bulla_verdict_get_reply (verdict) != BULLA_REPLY_SERVE) {
    note_unused_by_verdict (request, prefetch, url, verdict);
    return FALSE;
  }
  bulla_gateway_emit_decided (gateway, request->view_token, load);
  end_turns (prefetch);
  bulla_stash_put_prefetched (request->view->stash, load, bulla_prefetch_get_spool (prefetch),
                              prefetch, request->url, request->frame,
                              bulla_loader_get_time (gateway->loader));
  const BullaGatewayDecision decision = {
      bulla_url_same (request->url, url) ? BULLA_DECISION_STASHED : BULLA_DECISION_REDIRECT,
      .url = url,
      .referrer_policy =
          bulla_outer_get_header (bulla_prefetch_get_outer (prefetch), "referrer-policy")};
  bulla_gateway_decide (request, &decision);
  return TRUE;
}

/* A click whose package publishers are asked about before it is used. */
typedef struct {
  BullaGatewayRequest *request; /* owned */
  BullaPrefetches *from;        /* owned */
  BullaPrefetch *prefetch;      /* owned */
} Question;

static void
question_free (Question *self)
{
  bulla_gateway_request_unref (self->request);
  g_object_unref (self->from);
  g_object_unref (self->prefetch);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) self = user_data;

  if (!bulla_gateway_prefetch_ask_finish (result) || self->request->over)
    return;
  self->request->trust_read = FALSE; /* the lists may have changed meanwhile */
  if (bulla_gateway_trust_wait (self->request) || use_exchange (self->request, self->prefetch))
    return;
  /* Another click may have dropped it, and the page may have prefetched the URL again. */
  if (bulla_prefetches_find (self->from, self->request->url) == self->prefetch)
    bulla_prefetches_drop (self->from, self->request->url);
  bulla_gateway_decide_next (self->request);
}

/* Publishers hear of a prefetched package and its parts only now that somebody has clicked. A part
 * that arrives later is missing from the page, because its publisher was not asked. */
static void
ask_publishers (BullaGatewayRequest *request, BullaPrefetches *from, BullaPrefetch *prefetch)
{
  Question *question = g_new (Question, 1);

  *question =
      (Question){bulla_gateway_request_ref (request), g_object_ref (from), g_object_ref (prefetch)};
  bulla_gateway_prefetch_ask_async (request, prefetch, answered_cb, question);
}

static gboolean
use_plain (BullaGatewayRequest *request, BullaPrefetches *from, BullaPrefetch *prefetch)
{
  if (!may_reuse (request, prefetch))
    return FALSE;
  end_turns (prefetch);
  const BullaGatewayDecision kept = {BULLA_DECISION_KEPT, .prefetch = prefetch, .carried = from,
                                     .decoded = TRUE};
  bulla_gateway_decide (request, &kept);
  return TRUE;
}

/**
 * bulla_gateway_prefetch_use_handle_navigation:
 * @request: a navigation of a known view
 *
 * Uses only prefetches of the page from which the navigation started, so never for reloads and
 * navigations back or forward.
 *
 * Returns: whether the request is answered; a prefetch that could not be used is dropped
 */
gboolean
bulla_gateway_prefetch_use_handle_navigation (BullaGatewayRequest *request)
{
  BullaGatewayPage *page = bulla_gateway_pages_find (request);

  /* Prefetches do not answer a fallback: it is the publisher's live page. */
  if (page == NULL || page->prefetches == NULL || request->again
      || bulla_gateway_fallback_guard_has (request))
    return FALSE;
  g_autoptr (BullaPrefetches) from = g_object_ref (page->prefetches);
  BullaPrefetch *found = bulla_prefetches_find (from, request->url);
  if (found == NULL)
    return FALSE;
  g_autoptr (BullaPrefetch) prefetch = g_object_ref (found);
  BullaLoad *load = bulla_prefetch_get_load (prefetch);
  if (load != NULL && bulla_gateway_trust_wait (request))
    return TRUE;
  if (load != NULL && bulla_gateway_prefetch_has_question (request, prefetch)
      && is_worth_a_question (request, prefetch)) {
    ask_publishers (request, from, prefetch);
    return TRUE;
  }
  gboolean answered =
      load != NULL ? use_exchange (request, prefetch) : use_plain (request, from, prefetch);
  if (!answered)
    bulla_prefetches_drop (from, request->url);
  return answered;
}

/* --- its parts */

/* Says whether the request wants what the part is not, so that the publisher answers it. Any other
 * reason is about the part itself, which could be of another version if it came live. */
static gboolean
wants_another (const BullaVerdict *verdict)
{
  switch (bulla_verdict_get_reason (verdict)) {
  case BULLA_REASON_REQUEST_METHOD:
  case BULLA_REASON_REQUEST_COOKIE:
  case BULLA_REASON_REQUEST_VARIANTS:
    return TRUE;
  default:
    return FALSE;
  }
}

/* A part that must not be used any more is missing from the page. */
static gboolean
answer_part (BullaGatewayRequest *request, BullaPrefetch *whole, guint part)
{
  BullaPrefetch *prefetch = bulla_prefetch_get_part (whole, part);
  BullaLoad *load = bulla_prefetch_get_load (prefetch);
  BullaSpool *spool = bulla_prefetch_get_spool (prefetch);
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  bulla_gateway_page_fill_dates (bulla_gateway_pages_find (request), &facts);
  g_autoptr (BullaVerdict) verdict = bulla_gateway_parts_judge (request, whole, part, &facts);
  if (wants_another (verdict)) {
    note_unused_by_verdict (request, prefetch, bulla_load_get_url (load), verdict);
    bulla_gateway_ledger_blame (request, verdict);
    return FALSE;
  }
  if (bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SUBSTITUTE) {
    bulla_gateway_decide_refuse_by_verdict (request, load, verdict);
    return TRUE;
  }
  const BullaGatewayDecision serve = {BULLA_DECISION_SERVE, .load = load, .spool = spool};
  bulla_gateway_decide (request, &serve);
  return TRUE;
}

/**
 * bulla_gateway_prefetch_use_handle_part:
 * @request: a request of a known view, not a navigation
 *
 * Returns: whether the request is for a part that was prefetched with its page; it is then answered
 */
gboolean
bulla_gateway_prefetch_use_handle_part (BullaGatewayRequest *request)
{
  BullaGatewayPage *page = bulla_gateway_pages_find (request);

  if (page == NULL)
    return FALSE;
  gint part =
      page->prefetched != NULL ? bulla_prefetch_find_part (page->prefetched, request->url) : -1;
  if (part >= 0 && !page->parts_stand)
    bulla_gateway_ledger_blame_reason (request, page->parts_reason);
  if (page->prefetched != NULL && page->parts_stand) {
    return part >= 0 && bulla_prefetch_get_part (page->prefetched, (guint)part) != NULL
           && (bulla_gateway_trust_wait (request)
               || answer_part (request, page->prefetched, (guint)part));
  }
  /* Of the previous page's prefetches, this page may use only those of its own host: the others
   * would reveal which page the user came from. */
  BullaPrefetch *plain =
      page->carried != NULL && g_str_equal (page->host, g_uri_get_host (request->uri))
          ? bulla_prefetches_find (page->carried, request->url)
          : NULL;
  if (plain == NULL || bulla_prefetch_get_load (plain) != NULL || !may_reuse (request, plain))
    return FALSE;
  end_turns (plain);
  const BullaGatewayDecision kept = {BULLA_DECISION_KEPT, .prefetch = plain, .decoded = TRUE};
  bulla_gateway_decide (request, &kept);
  return TRUE;
}
