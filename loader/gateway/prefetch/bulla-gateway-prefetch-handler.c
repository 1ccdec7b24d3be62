/* bulla-gateway-prefetch-handler.c - handles requests that are prefetches
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-prefetch-handler.h"

#include "bulla-gateway-decision.h"
#include "bulla-gateway-pages.h"
#include "bulla-gateway-prefetch-job.h"
#include "bulla-gateway-prefetch-start.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-upstream.h"

/**
 * bulla_gateway_prefetch_take:
 * @request: a prefetch of a browser that does not announce requests
 * @message: the server's response, an exchange
 * @body: the body of the response
 *
 * Judges the exchange, and keeps it for the page that prefetched it.
 *
 * Returns: whether the page that prefetched it is known
 */
gboolean
bulla_gateway_prefetch_take (BullaGatewayRequest *request, BullaHttpMessage *message,
                             GInputStream *body)
{
  BullaGatewayPage *page = bulla_gateway_pages_find (request);

  if (page == NULL)
    return FALSE;
  BullaGatewayPrefetchJob *self = bulla_gateway_prefetch_new (
      request, page, request->url, bulla_gateway_request_get_header (request, "Referer"));
  self->request = bulla_gateway_request_ref (request);
  self->outer = bulla_gateway_make_outer (request->url, message);
  self->started = g_get_monotonic_time ();
  g_set_object (&self->cancellable, request->cancellable);
  bulla_outer_set_status (self->outer, bulla_http_message_get_status (message));
  g_autoptr (GInputStream) decoded = bulla_http_message_decode (message, body);
  bulla_gateway_prefetch_job_load (self, decoded);
  return TRUE;
}

/**
 * bulla_gateway_prefetch_handle:
 * @request: a request
 *
 * Fetches without credentials, and keeps the response for the initiating page only. A prefetch
 * without a known initiator, with a body, or a method other than GET is refused.
 *
 * Returns: whether the web process announced the request as a prefetch, and the bundle of the page
 *   does not contain the URL
 */
gboolean
bulla_gateway_prefetch_handle (BullaGatewayRequest *request)
{
  if (request->destination != BULLA_DESTINATION_PREFETCH)
    return FALSE;
  BullaGatewayPage *page = request->view_token != NULL ? bulla_gateway_pages_find (request) : NULL;
  if (!g_str_equal (request->method, "GET") || request->uploads || page == NULL) {
    bulla_gateway_decide_refuse (request, NULL,
                                 request->uploads ? "a prefetch does not send anything"
                                                  : "the prefetch does not belong to a page");
    return TRUE;
  }
  if (page->kept != NULL && bulla_kept_bundle_find (page->kept, request->url) >= 0)
    return FALSE;
  BullaPrefetch *kept = bulla_gateway_prefetch_find (request, page, request->url);
  if (kept != NULL) {
    bulla_gateway_prefetch_job_reply (request, kept);
    return TRUE;
  }
  const char *referrer = bulla_gateway_request_get_header (request, "Referer");
  BullaGatewayPrefetchJob *self =
      bulla_gateway_prefetch_new (request, page, request->url, referrer);
  self->request = bulla_gateway_request_ref (request);
  request->passed = TRUE;
  g_set_object (&self->cancellable, request->cancellable);
  bulla_gateway_prefetch_job_start (self);
  return TRUE;
}
