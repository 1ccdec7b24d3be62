/* bulla-gateway-frame-worker.c - keeps workers of packages out of origins where they would stay
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * WebKit keeps the service workers of a frame by the origin of the page around it, and has no call
 * that removes those of an ephemeral session. A worker that Bulla could not remove must not be
 * registered: the gateway refuses the script of the worker. Packages that do not share the data of
 * live pages have opaque origins in frames, and cannot register service workers at all.
 *
 * Spec: policy.md C12. */
#include "bulla-gateway-frame-worker.h"

#include "bulla-data-rights.h"
#include "bulla-gateway-decision.h"
#include "bulla-gateway-pages.h"
#include "bulla-url.h"

/* WebKit writes the field when it fetches a service worker's script, as Service Workers says. */
static gboolean
is_worker_script (BullaGatewayRequest *request)
{
  return g_strcmp0 (bulla_gateway_request_get_header (request, "Service-Worker"), "script") == 0;
}

/* Says whether the page around the frame has the worker's origin: then forgetting removes it. */
static gboolean
can_be_removed (BullaGatewayRequest *request)
{
  return request->document != NULL && bulla_url_same_origin (request->document, request->url);
}

/* Says whether @frame is in the page that the view shows, or is about to show. */
static gboolean
is_in_shown (BullaGatewayView *view, const BullaGatewayPage *frame)
{
  return frame->top == view->shown || bulla_gateway_pages_shows (view, frame->top);
}

/* Says whether that page has had a package of the worker's origin in a frame; a frame that has left
 * its package counts, because another one may still show it. */
static gboolean
is_framed (BullaGatewayRequest *request)
{
  g_autofree char *origin = bulla_url_dup_origin (request->url);

  for (GList *each = request->view->pages.head; origin != NULL && each != NULL; each = each->next) {
    const BullaGatewayPage *page = each->data;
    if (page->frame && page->substituted && g_strcmp0 (page->origin, origin) == 0
        && is_in_shown (request->view, page))
      return TRUE;
  }
  return FALSE;
}

/**
 * bulla_gateway_frame_worker_handle:
 * @request: a request
 *
 * Returns: whether the request is for the script of a service worker, whose origin has a package in
 *   a frame of the shown page, which is of another origin; it is then refused
 */
gboolean
bulla_gateway_frame_worker_handle (BullaGatewayRequest *request)
{
  if (!is_worker_script (request) || request->view_token == NULL
      || (request->session->flags & BULLA_GATEWAY_ONE_VIEW) != 0 || can_be_removed (request)
      || !is_framed (request))
    return FALSE;
  g_autofree char *why = g_strdup_printf (
      "%s: a package in a frame of another origin cannot register a service worker, because the "
      "browser could not remove it",
      request->url);
  bulla_gateway_decide_refuse (request, NULL, why);
  return TRUE;
}

/* Says whether the request is for the script of a worker that several pages share. */
static gboolean
is_shared_worker (BullaGatewayRequest *request)
{
  const char *dest = bulla_gateway_request_get_header (request, "Sec-Fetch-Dest");

  return is_worker_script (request) || g_strcmp0 (dest, "serviceworker") == 0
         || g_strcmp0 (dest, "sharedworker") == 0;
}

/**
 * bulla_gateway_live_worker_handle:
 * @request: a request
 *
 * Another browser than the shell has one session for all pages. Where the profile keeps the data of
 * packages apart, a sandbox keeps their pages from starting a worker that outlives them: only a
 * live page can have asked for its script, whichever version of that page was shown last.
 *
 * Returns: whether the request is for such a worker; its server then answers
 */
gboolean
bulla_gateway_live_worker_handle (BullaGatewayRequest *request)
{
  BullaProfile *profile = bulla_loader_get_profile (request->gateway->loader);

  if ((request->session->flags & BULLA_GATEWAY_ONE_VIEW) == 0 || !is_shared_worker (request)
      || bulla_data_get_choice (profile) == BULLA_DATA_ALLOW)
    return FALSE;
  bulla_gateway_decide_pass (request);
  return TRUE;
}
