/* bulla-gateway-fallback-guard.h - recognises requests for live pages after a fallback redirect
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

/* A request that follows a package which was set aside; all pointers are borrowed. */
typedef struct {
  const char *url;       /* URL of the next request */
  const char *from;      /* nullable; URL whose response redirects to it; NULL for the shell */
  gboolean frame;        /* whether the redirect is for a frame, not for the main page */
  GPtrArray *chain;      /* nullable; see bulla_gateway_fallback_guard_add() */
  BullaLoad *load;       /* nullable; the package that was not usable */
  BullaBundle *bundle;   /* nullable; the bundle that has no variant for the request */
  BullaVerdict *verdict; /* nullable; why: on the package, or on the request */
  gboolean offers;       /* whether the next request accepts packages */
} BullaGatewayFallback;

void bulla_gateway_fallback_guard_add (GPtrArray *chain, const char *url, gboolean offers);
gboolean bulla_gateway_fallback_guard_contains (GPtrArray *chain, const char *url, gboolean offers);
void bulla_gateway_fallback_guard_remember (BullaGatewayView *view,
                                            const BullaGatewayFallback *fallback);
void bulla_gateway_fallback_guard_move (BullaGatewayView *from, BullaGatewayView *to,
                                        const char *url);
gboolean bulla_gateway_fallback_guard_has (BullaGatewayRequest *request);
GStrv bulla_gateway_fallback_guard_take (BullaGatewayRequest *request, BullaLoad **load,
                                         gboolean *offers);
gboolean bulla_gateway_fallback_guard_drop_bundle (BullaGatewayView *view);

G_END_DECLS
