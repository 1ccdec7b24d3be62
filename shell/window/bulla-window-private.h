/* bulla-window-private.h - the fields of a window, for the files that implement it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-find-bar.h"
#include "bulla-ledger-panel.h"
#include "bulla-provenance.h"
#include "bulla-start-page.h"
#include "bulla-variants-panel.h"
#include "bulla-verdict-panel.h"
#include "bulla-view-stack.h"
#include "bulla-window.h"

G_BEGIN_DECLS

struct _BullaWindow {
  AdwApplicationWindow parent_instance;

  BullaViewStack *views;       /* owned */
  BullaView *view;             /* owned; visible view, whose changes are followed */
  BullaProvenance *provenance; /* owned; provenance of its page */
  gboolean page_wants_screen;  /* whether the page has asked to fill the screen */
  gboolean page_fullscreen;    /* whether the page fills the screen, without address and badge */

  AdwToastOverlay *toasts;
  GtkWidget *header;
  AdwSqueezer *title;             /* shows @address_beside where it has room */
  AdwBin *address_beside;         /* room of @address_box between the buttons of the header bar */
  GtkWindowHandle *address_below; /* its room below them, in a narrow window */
  GtkWidget *address_box;         /* badge and address */
  guint placing;                  /* id of the callback that moves @address_box; 0 if none waits */
  GtkBox *page;
  GtkWidget *screen_scroll;
  BullaStartPage *start; /* above @screen_scroll before the first page */
  GtkWidget *drop_hint;  /* above both while something is dragged over the window */
  GtkBox *screen;        /* holds the views; scrolls where a client is wider than the window */
  GtkInfoBar *banner;
  GtkLabel *banner_text;
  GtkWidget *retry;
  BullaFindBar *find_bar;
  GtkWidget *downloads;
  GtkEntry *address;
  GtkButton *reload;
  GtkToggleButton *badge;
  GtkImage *badge_icon;
  GtkLabel *badge_label;
  GtkWidget *private_label;
  AdwFlap *flap; /* holds @page and the panels, which cover it where the window is narrow */
  BullaVerdictPanel *panel;
  BullaLedgerPanel *ledger;
  BullaVariantsPanel *variants;
};

/* bulla-window-parts.c */
void bulla_window_hide_start (BullaWindow *self);
void bulla_window_update_side (BullaWindow *self);

/* bulla-window-header.c */
void bulla_window_place_address (BullaWindow *self);

/* bulla-window-fullscreen.c */
void bulla_window_update_fullscreen (BullaWindow *self);
void bulla_window_follow_fullscreen (BullaWindow *self, BullaView *view);
void bulla_window_leave_page_fullscreen (BullaWindow *self);

G_END_DECLS
