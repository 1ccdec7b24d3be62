/* bulla-gateway-bundle-room.c - limits the bytes of all bundles that are kept for a view
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Any page can have bundles fetched, in frames and by script elements, and each may be large. All
 * bundles of a view share one quota. Before the next one is fetched, old ones are dropped. */
#include "bulla-gateway-bundle-room.h"

#include "bulla-gateway-fallback-guard.h"
#include "bulla-gateway-listener.h"
#include "bulla-gateway-pages.h"

/* Returns: whether a bundle was dropped, or at least a reference to one */
static gboolean
drop_one (BullaGatewayRequest *request)
{
  BullaGatewayView *view = request->view;
  gboolean whole = request->destination == BULLA_DESTINATION_NAVIGATION && !request->frame;

  return (view->drop_script != NULL && view->drop_script (view))
         || bulla_gateway_pages_drop_bundle (view, FALSE) || bulla_gateway_view_drop_package (view)
         || bulla_stash_drop_old_bundle (view->stash)
         || bulla_gateway_fallback_guard_drop_bundle (view)
         || (whole && bulla_gateway_pages_drop_bundle (view, TRUE));
}

/**
 * bulla_gateway_make_bundle_room:
 * @request: a request of a known view, for which a bundle is about to be received
 *
 * Drops bundles that are not shown, the oldest first, until a quarter of the quota is free.
 *
 * Returns: (transfer none): the quota for all bundles of the view
 */
BullaQuota *
bulla_gateway_make_bundle_room (BullaGatewayRequest *request)
{
  BullaGatewayView *view = request->view;
  const BullaGatewayLimits *limits = bulla_gateway_listener_get_limits (request->gateway->listener);

  if (view->bundle_bytes == NULL)
    view->bundle_bytes = bulla_quota_new (limits->bundle_bytes);
  BullaQuota *quota = view->bundle_bytes;
  while (bulla_quota_get_left (quota) < bulla_quota_get_max (quota) / 4 && drop_one (request)) {
  }
  return quota;
}
