/* bulla-gateway-prefetch-job.h - fetches, judges and keeps one response that a page prefetches
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"
#include "bulla-prefetch.h"

G_BEGIN_DECLS

typedef struct {
  BullaGateway *gateway;                /* owned */
  BullaGatewaySession *session;         /* owned */
  struct _BullaGatewayRequest *request; /* owned; NULL if a Link header or a part caused the job */
  BullaGatewayView *view;               /* owned */
  const char *view_token;               /* borrowed from the view */
  char *url;                            /* owned */
  char *accept_language;                /* owned; nullable */
  char *user_agent;                     /* owned; nullable */
  char *referrer;                       /* owned; nullable */
  char *page, *page_host;               /* owned; URL and host of the page that prefetches */
  guint view_number;                    /* number of the view in the ledger */
  gint64 started;                       /* g_get_monotonic_time() at the start */
  gboolean from_private;                /* the page comes from this machine or its network */
  gboolean begun;                       /* @into counts this prefetch as pending */
  BullaPrefetches *into;                /* owned; the prefetches of the page */
  BullaPrefetch *whole; /* owned; NULL unless the job fetches a part; its exchange */
  guint part;           /* index of the part */
  BullaOuter *outer;    /* owned; NULL before the response arrives */
  BullaTurn *turn;      /* owned; NULL unless the job waits in the queue or receives its body */
  GCancellable *cancellable; /* owned; cancels only this job */
} BullaGatewayPrefetchJob;

void bulla_gateway_prefetch_job_free (BullaGatewayPrefetchJob *self);
void bulla_gateway_prefetch_job_start (BullaGatewayPrefetchJob *self);
BullaClient *bulla_gateway_prefetch_job_get_client (BullaGatewayPrefetchJob *self);
void bulla_gateway_prefetch_job_fill (BullaGatewayPrefetchJob *self, const char *url,
                                      BullaRequestFacts *facts);
void bulla_gateway_prefetch_job_load (BullaGatewayPrefetchJob *self, GInputStream *body);
void bulla_gateway_prefetch_job_reply (BullaGatewayRequest *request, BullaPrefetch *prefetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayPrefetchJob, bulla_gateway_prefetch_job_free)

G_END_DECLS
