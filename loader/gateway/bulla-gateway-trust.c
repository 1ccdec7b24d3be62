/* bulla-gateway-trust.c - has a request wait until the user's lists are read
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A kept package is judged again when it is used. If the revocation list or the log list has
 * changed, a thread reads it; only requests that a kept package answers wait for that. */
#include "bulla-gateway-trust.h"

#include "bulla-gateway-decision.h"
#include "bulla-gateway-internal.h"
#include "bulla-loader-internal.h"

static void
updated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaGatewayRequest) request = user_data;
  const BullaGatewayDecision again = {request->brought ? BULLA_DECISION_STASHED
                                                       : BULLA_DECISION_NEXT};

  if (!bulla_loader_update_trust_finish (result, NULL)) /* the client has left */
    return;
  bulla_gateway_decide (request, &again);
}

/**
 * bulla_gateway_trust_wait:
 * @request: a request whose handler has found a kept package for it
 *
 * A request waits once: a list that cannot be read counts as it was.
 *
 * Returns: whether the request has to wait; the same handler is then called again
 */
gboolean
bulla_gateway_trust_wait (BullaGatewayRequest *request)
{
  BullaLoader *loader = request->gateway->loader;

  if (request->trust_read || bulla_loader_has_current_trust (loader))
    return FALSE;
  request->trust_read = TRUE;
  if (!request->brought)
    request->turn--;
  bulla_loader_update_trust_async (loader, request->cancellable, updated_cb,
                                   bulla_gateway_request_ref (request));
  return TRUE;
}
