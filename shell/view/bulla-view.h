/* bulla-view.h - a web view with its token, its navigations, and the provenance of its page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

#include "bulla-client.h"
#include "bulla-engine.h"
#include "bulla-navigation-state.h"
#include "bulla-view-events.h"

G_BEGIN_DECLS

typedef struct _BullaViewRegistry BullaViewRegistry;

/* the initiator of a navigation out of a package view */
typedef enum {
  BULLA_LEAVE_FOLLOWED, /* a page of the package led to the URL */
  BULLA_LEAVE_TYPED,    /* the user entered the address */
  BULLA_LEAVE_LIVE,     /* the user wants the publisher's page in place of the package's */
  BULLA_LEAVE_LISTED,   /* the user chose the URL in the list of the package's resources */
} BullaLeave;

#define BULLA_TYPE_VIEW (bulla_view_get_type ())
G_DECLARE_FINAL_TYPE (BullaView, bulla_view, BULLA, VIEW, WebKitWebView)

BullaView *bulla_view_new (BullaViewRegistry *registry, gboolean private_window);
BullaView *bulla_view_new_for_package (BullaView *web, BullaBundle *bundle, BullaView *opener);
BullaView *bulla_view_new_apart (BullaView *web, BullaHandover *handover);
const BullaViewId *bulla_view_get_id (BullaView *self);
const char *bulla_view_get_token (BullaView *self);
guint bulla_view_get_number (BullaView *self);
gboolean bulla_view_is_private (BullaView *self);
BullaBundle *bulla_view_get_bundle (BullaView *self);
BullaHandover *bulla_view_get_apart (BullaView *self);
void bulla_view_take_reason (BullaView *self, BullaView *from, const char *url);
char *bulla_view_dup_package (BullaView *self);
const char *bulla_view_get_package_page (BullaView *self);
BullaViewRegistry *bulla_view_get_registry (BullaView *self);
BullaEngine *bulla_view_get_engine (BullaView *self);
BullaProvenance *bulla_view_get_provenance (BullaView *self);

/* actions of the user */
void bulla_view_open (BullaView *self, const char *url);
void bulla_view_open_apart (BullaView *self);
gboolean bulla_view_was_told_to_open (BullaView *self, const char *url);
void bulla_view_follow (BullaView *self, BullaView *opener, const char *url);
gboolean bulla_view_starts (BullaView *self);
void bulla_view_reload (BullaView *self);
void bulla_view_load_live (BullaView *self);
void bulla_view_stop (BullaView *self);
GCancellable *bulla_view_begin_opening (BullaView *self);
void bulla_view_end_opening (BullaView *self, GCancellable *opening);
gboolean bulla_view_is_busy (BullaView *self);

/* the client that the view stands for: bulla-view-client.c */
void bulla_view_set_client (BullaView *self, BullaClient *client, gboolean lenient);
BullaClient *bulla_view_get_client (BullaView *self);
gboolean bulla_view_is_lenient (BullaView *self);
BullaClient *bulla_view_dup_own_client (GError **error);
void bulla_view_report_comparison (BullaView *self, const BullaClient *client, GListModel *rows);

/* signals to its window */
void bulla_view_give_notice (BullaView *self, const char *text);
void bulla_view_show_package (BullaView *self, BullaBundle *bundle, const char *url);
void bulla_view_show_apart (BullaView *self, BullaHandover *handover);
void bulla_view_open_window (BullaView *self, const char *url);
void bulla_view_leave_package (BullaView *self, const char *url, BullaLeave how);

/* the expected page */
void bulla_view_expect_way (BullaView *self, gboolean history);
const char *bulla_view_get_answer (BullaView *self);
void bulla_view_expect (BullaView *self, BullaProvenance *provenance);
gboolean bulla_view_has_page (BullaView *self);
void bulla_view_reveal (BullaView *self);
void bulla_view_hold_place (BullaView *self, const char *url);
gboolean bulla_view_holds_place (BullaView *self);
gboolean bulla_view_takes_place (BullaView *self);
BullaNavigationState *bulla_view_get_navigation_state (BullaView *self);
gboolean bulla_view_take_wait (BullaView *self, const char *url);
void bulla_view_announce_refusal (BullaView *self, const char *address, BullaLoad *load);
void bulla_view_show_refusal (BullaView *self, const char *address, BullaLoad *load,
                              const GError *error);
void bulla_view_show_refused_bundle (BullaView *self, const char *address, BullaBundle *bundle);
void bulla_view_forget (BullaView *self, const char *url);
void bulla_view_note_truncated (BullaView *self, BullaLoad *load);

/* events of the gateway, recorded for the next page */
void bulla_view_add_event (BullaView *self, BullaViewEventKind kind, const char *url,
                           BullaLoad *load, const char *message, BullaVerdict *verdict);
void bulla_view_add_bundle_event (BullaView *self, BullaBundle *bundle);
void bulla_view_report_bundle (BullaView *self, BullaBundle *bundle);
void bulla_view_report_refused (BullaView *self, const char *url, BullaVerdict *verdict,
                                const char *message);

G_END_DECLS
