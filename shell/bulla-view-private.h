/* bulla-view-private.h - the fields of a view, for the files that implement it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway.h"
#include "bulla-view.h"

G_BEGIN_DECLS

struct _BullaView {
  WebKitWebView parent_instance;

  BullaEngine *engine; /* owned */
  char *token;         /* owned; a secret */
  guint number;        /* in the ledger; a package view has that of its window's web view */
  guint click;         /* id of the ledger's last click when the page was committed */
  gboolean private_window;
  gboolean has_page;           /* a page was committed */
  gboolean revealed;           /* it is shown in its window, or was */
  GPtrArray *unreported;       /* owned; of BullaProvenance: pages before it was revealed */
  BullaBundle *bundle;         /* owned; nullable: of a package view, which shows nothing else */
  char *page;                  /* owned; nullable: the last address shown that is the bundle's */
  BullaNotes *notes;           /* owned */
  BullaProvenance *provenance; /* owned */
  BullaProvenance *expected;   /* owned; nullable: of the page that is being loaded, where known */
  BullaItinerary *itinerary;   /* owned */
  char *told;                  /* owned; nullable: the address that it was told to open last */
  char *placeholder;           /* owned; nullable: of the empty page that is being loaded */
  char *start;                 /* owned; nullable: of the empty page that leads on from it */
  gboolean started;            /* it is shown */
  gboolean holds_place;        /* shows an empty page, which stands for a package view */
  GCancellable *opening;       /* owned; nullable: a package is being opened by its address */

  GHashTable *frames;   /* owned; see bulla-view-requests.c */
  guint n_frames;       /* hosts in it */
  gboolean lost_frames; /* some are not in it: there were too many */

  /* of the page that is shown, until what it consists of was compared with what was sent */
  WebKitWebResource *resource; /* owned; nullable */
  BullaAnswer *answer;         /* owned; nullable: what the gateway sent for it */
  GCancellable *check;         /* owned; nullable: its bytes are being read */
};

/* bulla-view-load.c */
void bulla_view_follow_loads (BullaView *self);

/* bulla-view-requests.c */
GHashTable *bulla_view_frames_new (void);
gboolean bulla_view_has_other_frames (BullaView *self);
void bulla_view_announce (BullaView *self, GVariant *message);

/* bulla-view-check.c */
BullaProvenance *bulla_view_begin_check (BullaView *self, const char *url);
void bulla_view_end_check (BullaView *self);
void bulla_view_keep_answer (BullaView *self);
void bulla_view_check (BullaView *self);

/* bulla-view-load.c */
void bulla_view_report (BullaView *self);

/* emitters: bulla-view.c */
void bulla_view_set_provenance (BullaView *self, BullaProvenance *provenance);

G_END_DECLS
