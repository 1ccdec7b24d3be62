/* bulla-gateway-prefetched.c - a click that finds what its page prefetched, and the parts of that
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-private.h"
#include "bulla-load-private.h"

/* --- the page */

typedef struct {
  SoupMessageHeaders *to; /* borrowed */
  gboolean decoded;       /* its codings are undone */
} Copy;

static void
add_plain_header (const char *name, const char *value, gpointer user_data)
{
  static const char *const ours[] = {"content-length", "cache-control", "set-cookie", "alt-svc",
                                     NULL};
  const Copy *copy = user_data;

  if (!g_strv_contains (ours, name) && !bulla_gateway_is_hop_by_hop (copy->to, name)
      && !(copy->decoded && g_str_equal (name, "content-encoding")))
    soup_message_headers_append (copy->to, name, value);
}

/* @prefetch: an ordinary response, status 200; @decoded: its body is without its codings */
void
bulla_gateway_serve_kept (BullaGatewayRequest *request, BullaPrefetch *prefetch, gboolean decoded)
{
  Copy copy = {soup_server_message_get_response_headers (request->message), decoded};
  BullaSpool *spool = bulla_prefetch_get_spool (prefetch);
  g_autoptr (GInputStream) body = bulla_spool_open (spool);
  gboolean whole = bulla_prefetch_is_finished (prefetch);

  bulla_gateway_ledger_reuse (request);
  bulla_gateway_reply_start (request, SOUP_STATUS_OK, NULL);
  bulla_outer_foreach_header (bulla_prefetch_get_outer (prefetch), add_plain_header, &copy);
  soup_message_headers_replace (copy.to, "Cache-Control", "no-store");
  bulla_gateway_reply_stream (request, body, whole ? (goffset)bulla_spool_get_length (spool) : -1);
}

/* LOAD, "process a navigate fetch": the exchange goes with the navigation, and so do its parts */
static gboolean
use_exchange (BullaGatewayRequest *request, BullaPrefetch *prefetch)
{
  BullaGateway *gateway = request->gateway;
  BullaLoad *load = bulla_prefetch_get_load (prefetch);
  gint64 now = bulla_loader_get_time (gateway->loader);
  BullaRequestFacts facts;
  BullaPrefetchFacts kept;

  if (bulla_spool_get_error (bulla_prefetch_get_spool (prefetch)) != NULL)
    return FALSE;
  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load);
  if (!bulla_gateway_same_url (request->url, facts.url))
    facts.cookie = NULL; /* the deliverer's; the publisher's come with the next request */
  bulla_prefetch_fill (prefetch, &kept);
  facts.prefetch = &kept;
  g_autoptr (BullaVerdict) verdict = bulla_load_judge_request (load, &facts, now);
  if (bulla_verdict_get_reply (verdict) != BULLA_REPLY_SERVE)
    return FALSE;
  bulla_gateway_emit_decided (gateway, request->view, load);
  bulla_stash_put_prefetched (gateway->stash, request->session->id, request->view, load,
                              bulla_prefetch_get_spool (prefetch), G_OBJECT (prefetch), now);
  if (bulla_gateway_same_url (request->url, facts.url))
    return bulla_gateway_exchange_answer (request) == BULLA_GATEWAY_ANSWERED;
  bulla_gateway_redirect (request, facts.url, bulla_prefetch_get_outer (prefetch));
  return TRUE;
}

static gboolean
use_plain (BullaGatewayRequest *request, BullaGatewayPage *from, BullaPrefetch *prefetch)
{
  g_autoptr (BullaPrefetches) carried = g_object_ref (from->prefetches);
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  if (!bulla_prefetch_may_answer (prefetch, &facts,
                                  bulla_loader_get_time (request->gateway->loader)))
    return FALSE;
  soup_server_message_pause (request->message);
  bulla_gateway_serve_kept (request, prefetch, TRUE);
  BullaGatewayPage *page = bulla_gateway_pages_note (request, NULL, -1);
  if (page != NULL)
    page->carried = g_steal_pointer (&carried);
  return TRUE;
}

/**
 * bulla_gateway_prefetched_navigate:
 * @request: a navigation of a known view
 *
 * Only what the page prefetched that led here counts.
 *
 * Returns: whether it is answered; what could not be used is forgotten
 */
gboolean
bulla_gateway_prefetched_navigate (BullaGatewayRequest *request)
{
  BullaGatewayPage *page = bulla_gateway_pages_find (request);
  BullaPrefetch *found = page != NULL && page->prefetches != NULL
                             ? bulla_prefetches_find (page->prefetches, request->url)
                             : NULL;

  if (found == NULL)
    return FALSE;
  g_autoptr (BullaPrefetch) prefetch = g_object_ref (found);
  gboolean answered = bulla_prefetch_get_load (prefetch) != NULL
                          ? use_exchange (request, prefetch)
                          : use_plain (request, page, prefetch);
  if (!answered)
    bulla_prefetches_drop (page->prefetches, request->url);
  return answered;
}

/* --- its parts */

static BullaVerdict *
judge_part (BullaGatewayRequest *request, BullaPrefetch *whole, guint part,
            BullaRequestFacts *facts)
{
  BullaPrefetch *prefetch = bulla_prefetch_get_part (whole, part);
  BullaLoad *load = bulla_prefetch_get_load (prefetch);
  g_auto (BullaPartFacts) facts_of_part = {NULL};
  BullaPrefetchFacts kept;

  facts->url = bulla_load_get_url (load);
  facts->destination = BULLA_DESTINATION_SUBRESOURCE;
  bulla_prefetch_fill (prefetch, &kept);
  bulla_prefetch_fill_part (whole, part, prefetch, &facts_of_part);
  facts->prefetch = &kept;
  facts->part = &facts_of_part;
  return bulla_load_judge_request (load, facts, bulla_loader_get_time (request->gateway->loader));
}

/* LOAD, "canLoadAlternateSxg": before the page is shown, and without a look at what anybody caches
 */
static gboolean
all_parts_are_here (BullaGatewayRequest *request, BullaPrefetch *whole)
{
  BullaGateway *gateway = request->gateway;

  for (guint i = 0; i < bulla_prefetch_get_n_parts (whole); i++) {
    BullaPrefetch *part = bulla_prefetch_get_part (whole, i);
    const char *url = bulla_prefetch_get_plan (whole, i)->url;
    BullaRequestFacts facts = {.method = "GET"};
    if (part == NULL) {
      g_autofree char *why =
          g_strdup_printf ("%s: it is not here, so no part of the page comes from the aggregator",
                           bulla_reason_get_nick (BULLA_REASON_ALTERNATE_MISSING));
      bulla_gateway_emit_refused (gateway, request->view, url, NULL, why);
      return FALSE;
    }
    g_autoptr (BullaVerdict) verdict = judge_part (request, whole, i, &facts);
    if (bulla_verdict_get_reply (verdict) != BULLA_REPLY_SERVE
        && bulla_verdict_get_reason (verdict) != BULLA_REASON_REQUEST_VARIANTS) {
      g_autofree char *why = bulla_verdict_describe (verdict, FALSE);
      bulla_gateway_emit_refused (gateway, request->view, url, bulla_prefetch_get_load (part), why);
      return FALSE;
    }
  }
  return TRUE;
}

/**
 * bulla_gateway_prefetched_show:
 * @request: a navigation that is being answered
 * @page: what it shows then
 * @prefetched: (nullable): the exchange that was prefetched for it
 */
void
bulla_gateway_prefetched_show (BullaGatewayRequest *request, BullaGatewayPage *page,
                               BullaPrefetch *prefetched)
{
  if (page == NULL || prefetched == NULL)
    return;
  g_set_object (&page->prefetched, prefetched);
  page->parts_stand = all_parts_are_here (request, prefetched);
}

static gboolean
answer_part (BullaGatewayRequest *request, BullaPrefetch *whole, guint part)
{
  BullaPrefetch *prefetch = bulla_prefetch_get_part (whole, part);
  BullaLoad *load = bulla_prefetch_get_load (prefetch);
  BullaSpool *spool = bulla_prefetch_get_spool (prefetch);
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  g_autoptr (BullaVerdict) verdict = judge_part (request, whole, part, &facts);
  if (bulla_verdict_get_reply (verdict) != BULLA_REPLY_SERVE)
    return FALSE;
  g_autoptr (GInputStream) body = bulla_spool_open (spool);
  soup_server_message_pause (request->message);
  bulla_gateway_emit_resource_served (request->gateway, request->view, load);
  g_set_object (&request->load, load);
  bulla_gateway_serve (request, load, body, (goffset)bulla_spool_get_length (spool));
  return TRUE;
}

/**
 * bulla_gateway_prefetched_answer:
 * @request: of a known view, no navigation
 *
 * Returns: whether it is a part of its page that was prefetched with it, and is answered
 */
gboolean
bulla_gateway_prefetched_answer (BullaGatewayRequest *request)
{
  BullaGatewayPage *page = bulla_gateway_pages_find (request);
  BullaRequestFacts facts;

  if (page == NULL)
    return FALSE;
  if (page->prefetched != NULL && page->parts_stand) {
    gint part = bulla_prefetch_find_part (page->prefetched, request->url);
    return part >= 0 && answer_part (request, page->prefetched, (guint)part);
  }
  BullaPrefetch *plain =
      page->carried != NULL ? bulla_prefetches_find (page->carried, request->url) : NULL;
  bulla_gateway_request_fill (request, &facts);
  if (plain == NULL || bulla_prefetch_get_load (plain) != NULL
      || !bulla_prefetch_may_answer (plain, &facts,
                                     bulla_loader_get_time (request->gateway->loader)))
    return FALSE;
  soup_server_message_pause (request->message);
  bulla_gateway_serve_kept (request, plain, TRUE);
  return TRUE;
}
