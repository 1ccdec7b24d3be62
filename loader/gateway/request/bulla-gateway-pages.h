/* bulla-gateway-pages.h - records the pages of a view, the bundle of each, and their prefetches
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"
#include "bulla-prefetch.h"

G_BEGIN_DECLS

typedef struct {
  char *key, *host;      /* owned; key and host of the page's URL */
  char *origin;          /* owned; NULL for an opaque origin */
  char *answer;          /* owned; NULL if not recorded; id of the answer sent for the page */
  BullaKeptBundle *kept; /* owned; NULL unless the page was served from a bundle; that bundle */
  gboolean lost;         /* the bundle was dropped to make room, and the page's parts with it */
  gint subset;           /* signed subset of the page; -1 if the page is in the bundle's scope */
  guint64 serial;        /* unique for each showing */
  guint64 top;           /* serial of the main page around a frame, or of the main page itself */
  gboolean frame;        /* the page is in a frame or was only prefetched */
  gboolean substituted;  /* the page is from a package */

  BullaPrefetches *prefetches; /* owned; NULL if there are none; the page's prefetches */
  BullaPrefetches *carried;    /* owned; NULL if there are none; prefetches of the previous page */
  BullaPrefetch *prefetched;   /* owned; NULL unless the page is from a prefetched exchange */
  gboolean parts_stand;        /* all parts that the page allows as exchanges have arrived */
  BullaReason parts_reason;    /* why its parts are not used; NONE if they are */
  gboolean dated;              /* whether the next two are known */
  gint64 earliest, latest;     /* Unix time in s: dates of what the page is made of so far */
} BullaGatewayPage;

BullaGatewayPage *bulla_gateway_pages_note (BullaGatewayRequest *request, BullaKeptBundle *kept,
                                            gint subset);
gboolean bulla_gateway_pages_shows (BullaGatewayView *view, guint64 serial);
gboolean bulla_gateway_pages_drop_bundle (BullaGatewayView *view, gboolean frames);
void bulla_gateway_pages_note_shown (BullaGatewayView *view, const char *answer);
gboolean bulla_gateway_pages_cover (BullaGatewayRequest *request);
BullaGatewayPage *bulla_gateway_pages_find (BullaGatewayRequest *request);
BullaPrefetches *bulla_gateway_pages_get_prefetches (BullaGatewayRequest *request,
                                                     BullaGatewayPage *page);
void bulla_gateway_page_take_date (BullaGatewayPage *page, gint64 date);
void bulla_gateway_page_fill_dates (const BullaGatewayPage *page, BullaRequestFacts *facts);
void bulla_gateway_pages_take_part (BullaGatewayRequest *request, gint64 date);
char *bulla_gateway_dup_full (void);

G_END_DECLS
