/* bulla-gateway-pages.h - the pages of a view: which bundle each is from, and what it prefetched
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"
#include "bulla-prefetch.h"

G_BEGIN_DECLS

typedef struct {
  char *key, *host;      /* owned; of its URL */
  char *origin;          /* owned; of its URL; nullable: an opaque one */
  char *answer;          /* owned; nullable; the id of what was sent for it */
  BullaKeptBundle *kept; /* owned; what it was served from; nullable: not from a bundle */
  gint subset;           /* its own; -1: it is within the bundle's scope */
  guint64 serial;        /* no two showings have the same */
  guint64 top;           /* the serial of the page that it is in a frame of; else its own */
  gboolean frame;        /* it is in one, or was only prefetched */

  BullaPrefetches *prefetches; /* owned; nullable; what it prefetched */
  BullaPrefetches *carried;    /* owned; nullable; what the page that led here prefetched */
  BullaPrefetch *prefetched;   /* owned; nullable; the exchange that it was served from */
  gboolean parts_stand;        /* all that it allows as exchanges are here */
} BullaGatewayPage;

BullaGatewayPage *bulla_gateway_pages_note (BullaGatewayRequest *request, BullaKeptBundle *kept,
                                            gint subset);
void bulla_gateway_pages_note_shown (BullaGatewayView *view, const char *answer);
gboolean bulla_gateway_pages_cover (BullaGatewayRequest *request);
BullaGatewayPage *bulla_gateway_pages_find (BullaGatewayRequest *request);
BullaPrefetches *bulla_gateway_pages_get_prefetches (BullaGatewayRequest *request,
                                                     BullaGatewayPage *page);
char *bulla_gateway_dup_full (void);

G_END_DECLS
