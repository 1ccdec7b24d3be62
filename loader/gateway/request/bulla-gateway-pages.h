/* bulla-gateway-pages.h - the pages of a view: which bundle each is from, and what it prefetched
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"
#include "bulla-prefetch.h"

G_BEGIN_DECLS

typedef struct {
  char *key, *host;      /* owned; key and host of the page's URL */
  char *origin;          /* owned; nullable: an opaque origin */
  char *answer;          /* owned; nullable; the id of the answer that was sent for the page */
  BullaKeptBundle *kept; /* owned; nullable; the bundle that the page was served from */
  gint subset;           /* the signed subset of the page; -1: the page is in the bundle's scope */
  guint64 serial;        /* unique for each showing */
  guint64 top;           /* the serial of the main page around a frame; for a main page its own */
  gboolean frame;        /* the page is in a frame, or was only prefetched */

  BullaPrefetches *prefetches; /* owned; nullable; the page's prefetches */
  BullaPrefetches *carried;    /* owned; nullable; the prefetches of the page that led here */
  BullaPrefetch *prefetched;   /* owned; nullable; the exchange that the page was served from */
  gboolean parts_stand;        /* all parts that the page allows as exchanges have arrived */
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
