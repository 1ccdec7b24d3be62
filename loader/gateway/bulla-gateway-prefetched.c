/* bulla-gateway-prefetched.c - a click that finds what its page prefetched, and the parts of that
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-field.h"
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
  static const char *const ours[] = {"content-length", "cache-control", "set-cookie", NULL};
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
  bulla_gateway_request_begin_answer (request, BULLA_ANSWER_LIVE, NULL, NULL);
  bulla_gateway_reply_start (request, SOUP_STATUS_OK, NULL);
  bulla_outer_foreach_header (bulla_prefetch_get_outer (prefetch), add_plain_header, &copy);
  soup_message_headers_replace (copy.to, "Cache-Control", "no-store");
  bulla_gateway_reply_stream (request, body, whole ? (goffset)bulla_spool_get_length (spool) : -1);
}

/* who reloads, or is somebody to the server, is not answered with what was kept for others */
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
  bulla_stash_put_prefetched (request->place->stash, load, bulla_prefetch_get_spool (prefetch),
                              G_OBJECT (prefetch), request->url, request->frame, now);
  if (bulla_gateway_same_url (request->url, facts.url))
    return bulla_gateway_exchange_answer (request, TRUE) == BULLA_GATEWAY_ANSWERED;
  bulla_gateway_redirect (request, facts.url, bulla_prefetch_get_outer (prefetch));
  return TRUE;
}

static gboolean
use_plain (BullaGatewayRequest *request, BullaPrefetches *from, BullaPrefetch *prefetch)
{
  if (!may_reuse (request, prefetch))
    return FALSE;
  soup_server_message_pause (request->message);
  bulla_gateway_serve_kept (request, prefetch, TRUE);
  BullaGatewayPage *page = bulla_gateway_pages_note (request, NULL, -1);
  if (page != NULL)
    g_set_object (&page->carried, from);
  bulla_gateway_prefetch_links (
      request, page, bulla_outer_get_header (bulla_prefetch_get_outer (prefetch), "link"));
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

  /* a fallback is the publisher's live page */
  if (page == NULL || page->prefetches == NULL || bulla_gateway_plain_has (request))
    return FALSE;
  g_autoptr (BullaPrefetches) from = g_object_ref (page->prefetches);
  BullaPrefetch *found = bulla_prefetches_find (from, request->url);
  if (found == NULL)
    return FALSE;
  g_autoptr (BullaPrefetch) prefetch = g_object_ref (found);
  gboolean answered = bulla_prefetch_get_load (prefetch) != NULL
                          ? use_exchange (request, prefetch)
                          : use_plain (request, from, prefetch);
  if (!answered)
    bulla_prefetches_drop (from, request->url);
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
    /* as the page will ask for it, but for what only its elements know */
    BullaRequestFacts facts = {
        .method = "GET",
        .accept = "*/*",
        .accept_language = bulla_gateway_request_get_header (request, "Accept-Language"),
        .accept_encoding = bulla_gateway_request_get_header (request, "Accept-Encoding")};
    if (part == NULL) {
      g_autofree char *why =
          g_strdup_printf ("%s: it is not here, so no part of the page comes from the aggregator",
                           bulla_reason_get_nick (BULLA_REASON_ALTERNATE_MISSING));
      bulla_gateway_emit_refused (gateway, request->view, url, NULL, why);
      return FALSE;
    }
    g_autoptr (BullaVerdict) verdict = judge_part (request, whole, i, &facts);
    if (bulla_verdict_get_reply (verdict) != BULLA_REPLY_SERVE) {
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

  if (page == NULL)
    return FALSE;
  if (page->prefetched != NULL && page->parts_stand) {
    gint part = bulla_prefetch_find_part (page->prefetched, request->url);
    return part >= 0 && bulla_prefetch_get_part (page->prefetched, (guint)part) != NULL
           && answer_part (request, page->prefetched, (guint)part);
  }
  /* of what the page before prefetched only what is of this page's own host: by the rest it could
   * tell where the user was */
  BullaPrefetch *plain =
      page->carried != NULL && g_str_equal (page->host, g_uri_get_host (request->uri))
          ? bulla_prefetches_find (page->carried, request->url)
          : NULL;
  if (plain == NULL || bulla_prefetch_get_load (plain) != NULL || !may_reuse (request, plain))
    return FALSE;
  soup_server_message_pause (request->message);
  bulla_gateway_serve_kept (request, plain, TRUE);
  return TRUE;
}
