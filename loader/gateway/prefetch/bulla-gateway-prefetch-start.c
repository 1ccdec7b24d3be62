/* bulla-gateway-prefetch-start.c - starts prefetches of URLs, and those of parts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-prefetch-start.h"

#include "bulla-gateway-emit.h"
#include "bulla-gateway-pages.h"
#include "bulla-gateway-prefetch-job.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-session.h"
#include "bulla-gateway-view.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-private-address.h"
#include "bulla-url.h"

/* The Link header comes from the page's own server, but a request may come from any frame; so the
 * document that sent it decides. */
static gboolean
is_from_private (BullaGatewayRequest *request, BullaGatewayPage *page)
{
  gboolean asks = request->destination == BULLA_DESTINATION_PREFETCH || request->speculative;

  return asks ? request->private_page
              : bulla_gateway_host_is_private (request->gateway, page->host);
}

/* Creates a job for the document that issued this request. */
BullaGatewayPrefetchJob *
bulla_gateway_prefetch_new (BullaGatewayRequest *request, BullaGatewayPage *page, const char *url,
                            const char *referrer)
{
  BullaGatewayPrefetchJob *self = g_new0 (BullaGatewayPrefetchJob, 1);

  self->gateway = g_object_ref (request->gateway);
  self->session = bulla_gateway_session_ref (request->session);
  self->view = bulla_gateway_view_ref (request->view);
  self->view_token = self->view->token;
  self->url = g_strdup (url);
  self->page = g_strdup (page->key);
  self->page_host = g_strdup (page->host);
  self->view_number = request->view_number;
  self->accept_language = g_strdup (bulla_gateway_request_get_header (request, "Accept-Language"));
  self->user_agent = g_strdup (bulla_gateway_request_get_header (request, "User-Agent"));
  self->referrer = g_strdup (referrer);
  self->from_private = is_from_private (request, page);
  self->into = g_object_ref (bulla_gateway_pages_get_prefetches (request, page));
  self->cancellable = g_object_ref (bulla_prefetches_get_cancellable (self->into));
  return self;
}

/* --- the parts of a page */

/* Alternates may be on any host, with two exceptions: the publisher must not learn of a prefetch,
 * unless it delivers the page itself; and a profile may allow the page's distributor only. */
static gboolean
may_ask (BullaGatewayPrefetchJob *self, BullaPrefetch *whole, const BullaAlternate *plan)
{
  BullaProfile *profile = bulla_loader_get_profile (self->gateway->loader);
  const char *deliverer = bulla_outer_get_url (bulla_prefetch_get_outer (whole));
  const char *page = bulla_load_get_url (bulla_prefetch_get_load (whole));

  if (!g_str_has_prefix (plan->package_url, "https:"))
    return FALSE;
  if (bulla_url_same_origin (plan->package_url, deliverer))
    return TRUE;
  return bulla_profile_get_settings (profile)->same_deliverer == BULLA_CHOICE_NO
         && !bulla_url_same_origin (plan->package_url, page)
         && !bulla_url_same_origin (plan->package_url, plan->url);
}

static void
prefetch_part (BullaGatewayPrefetchJob *self, BullaPrefetch *whole, guint i)
{
  BullaGatewayPrefetchJob *part = g_new0 (BullaGatewayPrefetchJob, 1);

  part->gateway = g_object_ref (self->gateway);
  part->session = bulla_gateway_session_ref (self->session);
  part->view = bulla_gateway_view_ref (self->view);
  part->view_token = part->view->token;
  part->url = g_strdup (bulla_prefetch_get_plan (whole, i)->package_url);
  part->page = g_strdup (self->page);
  part->page_host = g_strdup (self->page_host);
  part->view_number = self->view_number;
  part->accept_language = g_strdup (self->accept_language);
  part->user_agent = g_strdup (self->user_agent);
  part->from_private = self->from_private;
  part->into = g_object_ref (self->into);
  part->whole = g_object_ref (whole);
  part->part = i;
  part->cancellable = g_object_ref (bulla_prefetches_get_cancellable (self->into));
  bulla_gateway_prefetch_job_start (part);
}

/**
 * bulla_gateway_prefetch_parts:
 * @self: what brought an exchange
 * @whole: the prefetched exchange whose parts to fetch
 *
 * Fetches the parts that the page allows as exchanges, from the URLs that its distributor names.
 */
void
bulla_gateway_prefetch_parts (BullaGatewayPrefetchJob *self, BullaPrefetch *whole)
{
  BullaLoader *loader = self->gateway->loader;
  const BullaViewport *viewport = self->view != NULL ? self->view->viewport : NULL;
  BullaRequestFacts facts;

  bulla_gateway_prefetch_job_fill (self, bulla_load_get_url (bulla_prefetch_get_load (whole)),
                                   &facts);
  bulla_prefetch_plan (whole, &facts, bulla_gateway_prefetch_job_get_client (self), viewport,
                       bulla_profile_get_settings (bulla_loader_get_profile (loader)));
  for (guint i = 0; i < bulla_prefetch_get_n_parts (whole); i++) {
    const BullaAlternate *plan = bulla_prefetch_get_plan (whole, i);
    if (plan->package_url == NULL || bulla_prefetches_share_part (self->into, whole, i))
      continue;
    if (may_ask (self, whole, plan)) {
      prefetch_part (self, whole, i);
      continue;
    }
    g_autofree char *why =
        g_strdup_printf ("%s: not requested before the click",
                         bulla_reason_get_nick (BULLA_REASON_ALTERNATE_DELIVERER));
    bulla_gateway_emit_refused (self->gateway, self->view_token, plan->package_url, NULL, why,
                                NULL);
  }
}

/* --- a page */

/* Returns the prefetch if it may still be used at the time of the request; otherwise drops it. */
BullaPrefetch *
bulla_gateway_prefetch_find (BullaGatewayRequest *request, BullaGatewayPage *page, const char *url)
{
  BullaPrefetch *kept =
      page->prefetches != NULL ? bulla_prefetches_find (page->prefetches, url) : NULL;
  BullaRequestFacts facts = {.method = "GET", .url = url};

  if (kept == NULL
      || bulla_prefetch_is_usable (kept, &facts, bulla_loader_get_time (request->gateway->loader)))
    return kept;
  bulla_prefetches_drop (page->prefetches, url);
  return NULL;
}

/**
 * bulla_gateway_prefetch_for_page:
 * @request: the navigation that shows @page
 * @page: a page
 * @url: the URL to prefetch
 * @referrer: (nullable): the Referer to send
 *
 * Like bulla_gateway_prefetch_answer(), for prefetches that the page does not request itself.
 */
void
bulla_gateway_prefetch_for_page (BullaGatewayRequest *request, BullaGatewayPage *page,
                                 const char *url, const char *referrer)
{
  if (bulla_gateway_prefetch_find (request, page, url) == NULL)
    bulla_gateway_prefetch_job_start (bulla_gateway_prefetch_new (request, page, url, referrer));
}
