/* bulla-view-private.h - the fields of a view, for the files that implement it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-engine.h"
#include "bulla-gateway.h"
#include "bulla-view-registry.h"
#include "bulla-view.h"

G_BEGIN_DECLS

struct _BullaView {
  WebKitWebView parent_instance;

  BullaViewRegistry *registry; /* owned */
  BullaEngine *engine;         /* owned */
  BullaViewId id;
  guint click; /* id of the ledger's last click when the page was committed */
  gboolean private_window;
  gboolean has_page;           /* a page was committed */
  gboolean revealed;           /* it is, or was, visible in its window */
  GPtrArray *unreported;       /* owned; of BullaProvenance: pages before it was revealed */
  BullaBundle *bundle;         /* owned; nullable: of a package view, which shows nothing else */
  char *page;                  /* owned; nullable: the last address shown that is the bundle's */
  BullaViewEvents *events;     /* owned */
  BullaProvenance *provenance; /* owned */
  BullaProvenance *expected;   /* owned; nullable: of the page that is being loaded, where known */
  BullaNavigationState *navigation; /* owned */
  char *told;                       /* owned; nullable: the address that it was told to open last */
  char *placeholder;                /* owned; nullable: of the empty page that is being loaded */
  char *start;                      /* owned; nullable: of the empty page that leads on from it */
  gboolean at_start;                /* the start page is shown */
  gboolean holds_place;             /* shows an empty page, which stands for a package view */
  GCancellable *opening;            /* owned; nullable: a package is being opened by its address */
  gint64 started;          /* of the last load: g_get_monotonic_time(); it takes one answer */
  gint64 allowed;          /* time of the last allowed navigation of the view or a frame */
  gint64 asked;            /* time of the last announced request for a main page */
  guint contacts_at_start; /* id of the ledger's last contact when the last load began */

  WebKitBackForwardListItem *way;       /* owned; nullable: history entry of the next load */
  WebKitBackForwardListItem *restoring; /* owned; nullable: history entry of the last load */

  GHashTable *frames;   /* owned; see bulla-view-requests.c */
  guint n_frames;       /* hosts in it */
  gboolean lost_frames; /* too many frames: some are missing */

  /* of the page that is shown, until what it consists of was compared with what was sent */
  WebKitWebResource *resource; /* owned; nullable */
  BullaAnswer *answer;         /* owned; nullable: the gateway's answer for the page */
  gboolean restored;           /* the history brought the page back */
  gboolean stale;              /* the page has the answer's id of another load */
  BullaStanding claimed;       /* the standing if the comparison succeeds */
  GCancellable *check;         /* owned; nullable: a comparison in progress */
  gboolean early;              /* the page is still loading, so it is compared again */
  gboolean arrived;            /* the document has arrived, though perhaps not all of its parts */
  gboolean doubted;            /* an early comparison failed */
  gsize n_shown;               /* bytes that it had when it was compared last; G_MAXSIZE: none */
  guint next_check;            /* a source; 0: none */
  guint wait;                  /* milliseconds until then */
};

/* bulla-view-load.c */
void bulla_view_follow_loads (BullaView *self);

/* bulla-view-requests.c */
GHashTable *bulla_view_frames_new (void);
gboolean bulla_view_has_other_frames (BullaView *self);
void bulla_view_follow_requests (BullaView *self, WebKitWebContext *context);

/* bulla-view-history.c */
void bulla_view_follow_history (BullaView *self);
WebKitBackForwardListItem *bulla_view_get_entry (BullaView *self);
BullaAnswer *bulla_view_get_kept (BullaView *self);
void bulla_view_keep_answer (BullaView *self);

/* bulla-view-badge.c */
void bulla_view_begin_load (BullaView *self);
BullaProvenance *bulla_view_begin_check (BullaView *self, const char *url);
void bulla_view_end_check (BullaView *self);
void bulla_view_check_later (BullaView *self);
void bulla_view_check (BullaView *self);

/* bulla-view-report.c */
void bulla_view_report (BullaView *self);
void bulla_view_report_left (BullaView *self);

/* emitters: bulla-view.c */
void bulla_view_notify_busy (BullaView *self);
void bulla_view_set_provenance (BullaView *self, BullaProvenance *provenance);

G_END_DECLS
