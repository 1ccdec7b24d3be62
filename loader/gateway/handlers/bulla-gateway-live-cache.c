/* bulla-gateway-live-cache.c - caches live pages, which may replace older exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: LOAD 2.4: a copy that is as new as an exchange is used in its place. WebKit's caches,
 * one in each of its processes, cannot be queried, so small pages are cached here as well. */
#include "bulla-gateway-live-cache.h"

#include "bulla-client.h"
#include "bulla-field.h"
#include "bulla-gateway-decision.h"
#include "bulla-gateway-upstream.h"
#include "bulla-url-key.h"

#define COPIES_MAX 64 /* most copies in one view */

static gint64
now_of (BullaGatewayRequest *request)
{
  return bulla_loader_get_time (request->gateway->loader);
}

/* RFC 9111 section 3; a response without an explicit lifetime is not kept. */
static gboolean
may_keep (BullaGatewayRequest *request, BullaHttpMessage *message)
{
  SoupMessageHeaders *headers = bulla_http_message_get_response_headers (message);
  goffset length = soup_message_headers_get_content_length (headers);
  gint64 lifetime = 0;

  return request->view_token != NULL && request->destination == BULLA_DESTINATION_NAVIGATION
         && g_str_equal (request->method, "GET")
         && bulla_http_message_get_status (message) == SOUP_STATUS_OK
         && bulla_field_get_lifetime (soup_message_headers_get_list (headers, "Cache-Control"),
                                      &lifetime)
         && lifetime > 0
         && bulla_field_names_only (soup_message_headers_get_list (headers, "Vary"),
                                    "accept-encoding")
         && soup_message_headers_get_list (headers, "Set-Cookie") == NULL
         && soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
         && length > 0 && length <= BULLA_QUOTA_MEMORY_MAX;
}

/**
 * bulla_gateway_live_cache_keep:
 * @request: a request
 * @message: its server's response
 * @body: the body of the response
 *
 * Returns: (transfer full): a stream of the body; reading it also fills the cache if caching is
 *   allowed
 */
GInputStream *
bulla_gateway_live_cache_keep (BullaGatewayRequest *request, BullaHttpMessage *message,
                               GInputStream *body)
{
  GHashTable *live = request->view != NULL ? request->view->live_cache : NULL;
  g_autofree char *key = bulla_url_dup_key (request->url);

  if (live != NULL && request->destination == BULLA_DESTINATION_NAVIGATION)
    g_hash_table_remove (live, key);
  if (live == NULL || !may_keep (request, message))
    return g_object_ref (body);
  g_autoptr (BullaOuter) outer = bulla_gateway_make_outer (request->url, message);
  g_autoptr (BullaSpool) spool = bulla_spool_new (body, BULLA_QUOTA_MEMORY_MAX);
  BullaPrefetch *copy = bulla_prefetch_new (outer, NULL, spool, now_of (request));
  if (g_hash_table_size (live) >= COPIES_MAX)
    g_hash_table_remove_all (live);
  g_hash_table_insert (live, g_steal_pointer (&key), copy);
  return bulla_spool_open (bulla_prefetch_get_spool (copy));
}

/* Says whether the client takes the copy in the coding in which it was received: Vary may name
 * Accept-Encoding. */
static gboolean
is_readable (BullaGatewayRequest *request, BullaPrefetch *copy)
{
  const char *coding = bulla_outer_get_header (bulla_prefetch_get_outer (copy), "content-encoding");
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  return coding == NULL || bulla_client_accepts_coding (&facts, coding);
}

/* Says whether the whole body has arrived: one that still arrives may never end. */
static gboolean
is_whole (BullaPrefetch *copy)
{
  const char *length = bulla_outer_get_header (bulla_prefetch_get_outer (copy), "content-length");
  guint64 whole = 0;

  return length != NULL && g_ascii_string_to_unsigned (length, 10, 1, G_MAXINT64, &whole, NULL)
         && bulla_spool_get_length (bulla_prefetch_get_spool (copy)) == whole;
}

/* Returns: (nullable): a fresh copy that may answer */
static BullaPrefetch *
find_copy (BullaGatewayRequest *request, const char *url)
{
  g_autofree char *key = bulla_url_dup_key (url);
  BullaPrefetch *copy = g_hash_table_lookup (request->view->live_cache, key);

  return copy != NULL && is_whole (copy) && bulla_prefetch_is_fresh (copy, now_of (request))
                 && is_readable (request, copy)
             ? copy
             : NULL;
}

/* @facts: facts about a navigation to @url */
void
bulla_gateway_live_cache_fill (BullaGatewayRequest *request, const char *url,
                               BullaRequestFacts *facts)
{
  BullaPrefetch *copy = find_copy (request, url);
  const char *date =
      copy != NULL ? bulla_outer_get_header (bulla_prefetch_get_outer (copy), "date") : NULL;

  facts->has_live_copy = copy != NULL;
  facts->live_date = G_MININT64; /* older than any date */
  if (date != NULL)
    bulla_field_read_date (date, &facts->live_date);
}

/**
 * bulla_gateway_live_cache_handle:
 * @request: a navigation
 * @load: the exchange that a live copy may replace
 * @verdict: the verdict that permits the replacement
 *
 * Returns: whether a cached copy answers, so that no server is contacted
 */
gboolean
bulla_gateway_live_cache_handle (BullaGatewayRequest *request, BullaLoad *load,
                                 BullaVerdict *verdict)
{
  BullaPrefetch *copy = find_copy (request, request->url);
  const BullaGatewayDecision kept = {BULLA_DECISION_KEPT, .prefetch = copy, .load = load,
                                     .verdict = verdict};

  if (copy == NULL)
    return FALSE;
  bulla_gateway_decide (request, &kept);
  return TRUE;
}
