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
  BullaClient *client;         /* owned; what the view stands for; NULL for the engine itself */
  gboolean lenient;            /* whether the user accepts other variants */
  gboolean has_page;           /* whether a page was committed */
  gboolean revealed;           /* whether the view is, or was, visible in its window */
  GPtrArray *unreported;       /* owned; of BullaProvenance; pages shown before it was visible */
  BullaBundle *bundle;         /* owned; the only bundle of a package view; NULL in a web view */
  BullaHandover *apart;        /* owned; package of a view of one substituted page, or NULL */
  char *page;                  /* owned; last shown address of the bundle; NULL before one */
  BullaViewEvents *events;     /* owned */
  BullaProvenance *provenance; /* owned */
  BullaProvenance *expected;   /* owned; provenance of the page being loaded; NULL if not known */
  BullaNavigationState *navigation; /* owned */
  char *told;                       /* owned; last address of bulla_view_open(); NULL if none */
  char *placeholder;                /* owned; URL of the empty page being loaded; NULL if none */
  char *start;                      /* owned; URL of the start page, which leads on; NULL if none */
  gboolean at_start;                /* whether the start page is shown */
  gboolean holds_place;             /* whether an empty page stands for a package view */
  GCancellable *opening;            /* owned; opening of a package in progress; NULL if none is */
  gint64 started;          /* g_get_monotonic_time() of the last load, which accepts one answer */
  gint64 allowed;          /* time of the last allowed navigation of the view or a frame */
  gint64 asked;            /* time of the last announced request for a main page */
  guint contacts_at_start; /* id of the ledger's last contact when the last load began */

  WebKitBackForwardListItem *way;       /* owned; target entry of the next load; NULL if none */
  WebKitBackForwardListItem *restoring; /* owned; target entry of the last load; NULL if none */

  GHashTable *frames;   /* owned; hosts of pages -> hosts of their frames */
  guint n_frames;       /* number of hosts in @frames */
  gboolean lost_frames; /* whether hosts are missing from @frames: there were too many */

  /* state of the shown page, until it was compared with the answer */
  WebKitWebResource *resource;   /* owned; main resource of the page; NULL if not known */
  BullaNavigationAnswer *answer; /* owned; the gateway's answer for the page; NULL if not known */
  gboolean restored;             /* whether the history brought the page back */
  gboolean stale;                /* whether the page has the answer's id of another load */
  BullaStanding claimed;         /* standing of the page if the comparison succeeds */
  GCancellable *check;           /* owned; comparison in progress; NULL if none is */
  gboolean early;                /* whether the page is still loading and will be compared again */
  gboolean arrived;              /* whether the document has arrived; its parts may be missing */
  gboolean doubted;              /* whether an early comparison failed */
  gsize n_shown;                 /* bytes of the page at the last comparison; G_MAXSIZE if none */
  guint next_check;              /* source id of the next comparison; 0 if none */
  guint wait;                    /* milliseconds until the next comparison */
};

/* bulla-view-placeholder.c */
void bulla_view_settle_placeholder (BullaView *self, const char *url);

/* bulla-view-load.c */
void bulla_view_follow_loads (BullaView *self);

/* bulla-view-requests.c */
GHashTable *bulla_view_frames_new (void);
gboolean bulla_view_has_other_frames (BullaView *self);
void bulla_view_follow_requests (BullaView *self, WebKitWebContext *context);

/* bulla-view-history.c */
void bulla_view_follow_history (BullaView *self);
WebKitBackForwardListItem *bulla_view_get_entry (BullaView *self);
BullaNavigationAnswer *bulla_view_get_kept (BullaView *self);
void bulla_view_keep_answer (BullaView *self);

#define BULLA_ANSWER_FIELD "Bulla-Answer" /* the header field with the id of an answer */

/* bulla-view-answer.c */
BullaStanding bulla_answer_get_standing (BullaNavigationAnswer *answer, const char *url);
GHashTable *bulla_response_list_fields (WebKitURIResponse *response);

/* bulla-view-compare.c */
void bulla_view_begin_load (BullaView *self);
BullaProvenance *bulla_view_begin_check (BullaView *self, const char *url);
void bulla_view_end_check (BullaView *self);
void bulla_view_check_later (BullaView *self);
void bulla_view_check (BullaView *self);

/* bulla-view-report.c */
void bulla_view_report (BullaView *self);
void bulla_view_report_left (BullaView *self);

/* bulla-view-data-rights.c */
void bulla_view_describe_data (BullaView *self, BullaProvenance *provenance);
gboolean bulla_view_is_substituted (BullaView *self);
gboolean bulla_view_may_ask (BullaView *self);
void bulla_view_enter_apart (BullaView *self, BullaHandover *handover);
void bulla_view_leave_apart (BullaView *self);

/* bulla-view-permissions.c */
void bulla_view_follow_permissions (BullaView *self);

/* emitters: bulla-view.c */
void bulla_view_notify_busy (BullaView *self);
void bulla_view_set_provenance (BullaView *self, BullaProvenance *provenance);

G_END_DECLS
