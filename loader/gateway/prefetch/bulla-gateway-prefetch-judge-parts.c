/* bulla-gateway-prefetch-judge-parts.c - judges whether a page may use its parts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-prefetch-judge-parts.h"

#include "bulla-gateway-emit.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-request.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-verdict-text.h"

/* @facts: (inout): facts about the request for the part. Returns: (transfer full): the verdict on
 * the part itself if that may not be substituted any more, else the one on the request */
BullaVerdict *
bulla_gateway_parts_judge (BullaGatewayRequest *request, BullaPrefetch *whole, guint part,
                           BullaRequestFacts *facts)
{
  BullaPrefetch *prefetch = bulla_prefetch_get_part (whole, part);
  BullaLoad *load = bulla_prefetch_get_load (prefetch);
  g_auto (BullaPartFacts) facts_of_part = {NULL};
  BullaPrefetchFacts kept;
  BullaVerdict *today = bulla_loader_judge_again (request->gateway->loader, load);

  if (bulla_verdict_get_outcome (today) != BULLA_OUTCOME_SUBSTITUTE)
    return bulla_verdict_ref (today);
  facts->url = bulla_load_get_url (load);
  facts->destination = BULLA_DESTINATION_SUBRESOURCE;
  bulla_prefetch_fill (prefetch, &kept);
  bulla_prefetch_fill_part (whole, part, prefetch, &facts_of_part);
  facts->prefetch = &kept;
  facts->part = &facts_of_part;
  return bulla_load_judge_request (load, facts, bulla_loader_get_time (request->gateway->loader));
}

/**
 * bulla_gateway_parts_note_unused:
 * @request: the request at which it turned out
 * @prefetch: a prefetched exchange
 * @url: the URL that it would have answered
 * @reason: the rule that it breaks
 * @why: the reason in words
 *
 * Says in the ledger, and to those who follow the gateway, why the exchange is not used.
 */
void
bulla_gateway_parts_note_unused (BullaGatewayRequest *request, BullaPrefetch *prefetch,
                                 const char *url, BullaReason reason, const char *why)
{
  bulla_gateway_ledger_note_unused (request, url, reason, why);
  bulla_gateway_emit_unused (request->gateway, request->view_token, url,
                             bulla_prefetch_get_load (prefetch), why);
}

/* Returns: (transfer full): the reason of a verdict, what was observed, and what is required */
char *
bulla_gateway_parts_dup_why (BullaVerdict *verdict)
{
  const char *nick = bulla_reason_get_nick (bulla_verdict_get_reason (verdict));
  gint step = bulla_verdict_find_deciding_step (verdict);

  if (step < 0)
    return g_strdup (nick);
  g_autofree char *observed = bulla_verdict_dup_observed (verdict, (guint)step);
  g_autofree char *required = bulla_verdict_dup_required (verdict, (guint)step);
  return g_strdup_printf ("%s: %s; required: %s", nick, observed != NULL ? observed : "absent",
                          required);
}

/* what keeps the page from using its parts */
typedef struct {
  guint part;
  BullaReason reason;
  char *why;             /* owned */
  BullaVerdict *verdict; /* owned; on the request for the part; NULL if that is missing */
} Obstacle;

static void
obstacle_clear (Obstacle *self)
{
  g_free (self->why);
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Obstacle, obstacle_clear)

/* Returns: (transfer full): the verdict on the request that the page will send for a part */
static BullaVerdict *
judge_later_request (BullaGatewayRequest *request, const BullaGatewayPage *with,
                     BullaPrefetch *whole, guint part)
{
  /* The facts of the page's later request, except for those that only its elements determine. */
  BullaRequestFacts facts = {
      .method = "GET",
      .accept_language = bulla_gateway_request_get_header (request, "Accept-Language"),
      .accept_encoding = bulla_gateway_request_get_header (request, "Accept-Encoding")};

  if (!bulla_client_find_accept (bulla_gateway_view_get_client (request->view, request->gateway),
                                 bulla_prefetch_get_plan (whole, part)->destination, &facts.accept))
    facts.accept = "*/*";
  bulla_gateway_page_fill_dates (with, &facts);
  return bulla_gateway_parts_judge (request, whole, part, &facts);
}

/* LOAD, "canLoadAlternateSxg": decided before the page is shown, and independently of caches.
 * Returns: whether a part is missing, or may not be used */
static gboolean
find_obstacle (BullaGatewayRequest *request, const BullaGatewayPage *page, BullaPrefetch *whole,
               Obstacle *obstacle)
{
  BullaGatewayPage with = {
      .dated = page->dated, .earliest = page->earliest, .latest = page->latest};

  for (guint i = 0; i < bulla_prefetch_get_n_parts (whole); i++) {
    BullaPrefetch *part = bulla_prefetch_get_part (whole, i);
    obstacle->part = i;
    /* of a part that came after the click, the publisher was not asked in time */
    if (part == NULL
        || bulla_loader_has_question (request->gateway->loader, bulla_prefetch_get_load (part))) {
      obstacle->reason = BULLA_REASON_ALTERNATE_MISSING;
      obstacle->why =
          g_strdup_printf ("%s: not available, so no part of the page comes from the aggregator",
                           bulla_reason_get_nick (obstacle->reason));
      return TRUE;
    }
    g_autoptr (BullaVerdict) verdict = judge_later_request (request, &with, whole, i);
    if (bulla_verdict_get_reply (verdict) != BULLA_REPLY_SERVE) {
      obstacle->reason = bulla_verdict_get_reason (verdict);
      obstacle->why = bulla_gateway_parts_dup_why (verdict);
      obstacle->verdict = bulla_verdict_ref (verdict);
      return TRUE;
    }
    bulla_gateway_page_take_date (&with, bulla_gateway_find_date (bulla_prefetch_get_load (part)));
  }
  return FALSE;
}

/* Says why none of the parts is used; those that are here were downloaded for nothing. */
static void
note_obstacle (BullaGatewayRequest *request, BullaPrefetch *whole, const Obstacle *obstacle)
{
  g_autofree char *described =
      obstacle->verdict != NULL ? bulla_verdict_describe (obstacle->verdict, FALSE) : NULL;
  const char *blamed = bulla_prefetch_get_plan (whole, obstacle->part)->url;

  bulla_gateway_emit_refused (
      request->gateway, request->view_token, blamed,
      bulla_prefetch_get_part (whole, obstacle->part) != NULL
          ? bulla_prefetch_get_load (bulla_prefetch_get_part (whole, obstacle->part))
          : NULL,
      described != NULL ? described : obstacle->why, obstacle->verdict);
  for (guint i = 0; i < bulla_prefetch_get_n_parts (whole); i++) {
    BullaPrefetch *part = bulla_prefetch_get_part (whole, i);
    const char *url = bulla_prefetch_get_plan (whole, i)->url;
    g_autofree char *why =
        i == obstacle->part
            ? g_strdup (obstacle->why)
            : g_strdup_printf ("a page uses all prefetched parts or none; %s is not usable (%s)",
                               blamed, bulla_reason_get_nick (obstacle->reason));
    if (part != NULL)
      bulla_gateway_parts_note_unused (request, part, url, obstacle->reason, why);
  }
}

/**
 * bulla_gateway_parts_show:
 * @request: a navigation that is being answered
 * @page: the page that the response shows
 * @prefetched: (nullable): the prefetched exchange that the response is from
 */
void
bulla_gateway_parts_show (BullaGatewayRequest *request, BullaGatewayPage *page,
                          BullaPrefetch *prefetched)
{
  if (page == NULL || prefetched == NULL)
    return;
  g_auto (Obstacle) obstacle = {.why = NULL};
  g_set_object (&page->prefetched, prefetched);
  page->parts_stand = !find_obstacle (request, page, prefetched, &obstacle);
  page->parts_reason = page->parts_stand ? BULLA_REASON_NONE : obstacle.reason;
  if (!page->parts_stand)
    note_obstacle (request, prefetched, &obstacle);
}
