/* bulla-gateway-prefetching.h - one response that a page wants ahead: fetched, judged, kept
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"
#include "bulla-prefetch.h"

G_BEGIN_DECLS

typedef struct {
  BullaGateway *gateway;                /* owned */
  BullaGatewaySession *session;         /* owned */
  struct _BullaGatewayRequest *request; /* owned; NULL: a header asked for it, or it is a part */
  BullaGatewayView *place;              /* owned */
  const char *view;                     /* its token */
  char *url;                            /* owned */
  char *accept_language;                /* owned; nullable */
  char *user_agent;                     /* owned; nullable */
  char *referrer;                       /* owned; nullable */
  char *page, *page_host;               /* owned; the page's URL, and its host */
  guint view_number;                    /* in the ledger */
  gint64 started;                       /* g_get_monotonic_time() */
  gboolean from_private;                /* the page is of this machine or its network */
  gboolean begun;                       /* it is one of those that @into counts */
  BullaPrefetches *into;                /* owned; of the page that asks */
  BullaPrefetch *whole;                 /* owned; nullable: the exchange that this is a part of */
  guint part;                           /* which one */
  BullaOuter *outer;                    /* owned; nullable until it comes */
  BullaTurn *turn;                      /* owned; nullable: it waits, or its body is coming */
  GCancellable *cancellable;            /* owned; its own */
} BullaGatewayPrefetching;

void bulla_gateway_prefetching_free (BullaGatewayPrefetching *self);
void bulla_gateway_prefetching_start (BullaGatewayPrefetching *self);
void bulla_gateway_prefetching_fill (BullaGatewayPrefetching *self, const char *url,
                                     BullaRequestFacts *facts);
void bulla_gateway_prefetching_load (BullaGatewayPrefetching *self, GInputStream *body);
void bulla_gateway_prefetching_tell (BullaGatewayRequest *request, BullaPrefetch *prefetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayPrefetching, bulla_gateway_prefetching_free)

G_END_DECLS
