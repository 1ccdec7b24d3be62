/* bulla-gateway-prefetch-job.h - one response that a page wants ahead: fetched, judged, kept
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"
#include "bulla-prefetch.h"

G_BEGIN_DECLS

typedef struct {
  BullaGateway *gateway;                /* owned */
  BullaGatewaySession *session;         /* owned */
  struct _BullaGatewayRequest *request; /* owned; NULL: a header asked for it, or it is a part */
  BullaGatewayView *view;               /* owned */
  const char *view_token;               /* its token */
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
} BullaGatewayPrefetchJob;

void bulla_gateway_prefetch_job_free (BullaGatewayPrefetchJob *self);
void bulla_gateway_prefetch_job_start (BullaGatewayPrefetchJob *self);
void bulla_gateway_prefetch_job_fill (BullaGatewayPrefetchJob *self, const char *url,
                                      BullaRequestFacts *facts);
void bulla_gateway_prefetch_job_load (BullaGatewayPrefetchJob *self, GInputStream *body);
void bulla_gateway_prefetch_job_reply (BullaGatewayRequest *request, BullaPrefetch *prefetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayPrefetchJob, bulla_gateway_prefetch_job_free)

G_END_DECLS
