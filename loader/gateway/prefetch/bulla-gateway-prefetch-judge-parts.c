/* bulla-gateway-prefetch-judge-parts.c - judges whether a page may use its parts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-prefetch-judge-parts.h"

#include "bulla-gateway-emit.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-request.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"

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

/* LOAD, "canLoadAlternateSxg": decided before the page is shown, and independently of caches */
static gboolean
all_parts_are_here (BullaGatewayRequest *request, const BullaGatewayPage *page,
                    BullaPrefetch *whole)
{
  BullaGateway *gateway = request->gateway;
  BullaGatewayPage with = {
      .dated = page->dated, .earliest = page->earliest, .latest = page->latest};

  for (guint i = 0; i < bulla_prefetch_get_n_parts (whole); i++) {
    BullaPrefetch *part = bulla_prefetch_get_part (whole, i);
    const char *url = bulla_prefetch_get_plan (whole, i)->url;
    /* The facts of the page's later request, except for those that only its elements determine. */
    BullaRequestFacts facts = {
        .method = "GET",
        .accept_language = bulla_gateway_request_get_header (request, "Accept-Language"),
        .accept_encoding = bulla_gateway_request_get_header (request, "Accept-Encoding")};
    if (!bulla_client_find_accept (bulla_gateway_view_get_client (request->view),
                                   bulla_prefetch_get_plan (whole, i)->destination, &facts.accept))
      facts.accept = "*/*";
    if (part == NULL) {
      g_autofree char *why =
          g_strdup_printf ("%s: not available, so no part of the page comes from the aggregator",
                           bulla_reason_get_nick (BULLA_REASON_ALTERNATE_MISSING));
      bulla_gateway_emit_refused (gateway, request->view_token, url, NULL, why, NULL);
      return FALSE;
    }
    bulla_gateway_page_fill_dates (&with, &facts);
    g_autoptr (BullaVerdict) verdict = bulla_gateway_parts_judge (request, whole, i, &facts);
    if (bulla_verdict_get_reply (verdict) != BULLA_REPLY_SERVE) {
      g_autofree char *why = bulla_verdict_describe (verdict, FALSE);
      bulla_gateway_emit_refused (gateway, request->view_token, url, bulla_prefetch_get_load (part),
                                  why, verdict);
      return FALSE;
    }
    bulla_gateway_page_take_date (&with, bulla_gateway_find_date (bulla_prefetch_get_load (part)));
  }
  return TRUE;
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
  g_set_object (&page->prefetched, prefetched);
  page->parts_stand = all_parts_are_here (request, page, prefetched);
}
