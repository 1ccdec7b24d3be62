/* bulla-view-place.h - the history entries that stand for package views and substituted pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-handovers.h"
#include "bulla-package-door.h"
#include "bulla-view.h"

G_BEGIN_DECLS

/* the data of a history entry that stands for a view of its own */
typedef struct {
  BullaBundle *bundle;       /* owned; NULL unless it is a package view; its bundle */
  BullaHandovers *handovers; /* owned; NULL if @bundle is not; those of the window */
  guint handover;            /* id of the package of the substituted page; 0 if there is none */
  char *url;                 /* owned; address of the entry, which loads nothing in a web view */
  char *first;               /* owned; URL of the first page */
  GWeakRef view;             /* BullaView, owned by the stack */
} BullaViewPlace;

BullaViewPlace *bulla_view_place_new (BullaView *view, BullaHandovers *handovers);
BullaHandover *bulla_view_place_find_handover (BullaViewPlace *self);
gboolean bulla_view_place_is_substituted (const char *url);
void bulla_view_place_free (gpointer data);
BullaViewPlace *bulla_view_place_of (WebKitBackForwardListItem *entry);
void bulla_view_place_attach (BullaViewPlace *self, WebKitBackForwardListItem *entry);
void bulla_view_place_forget (WebKitWebView *web);

G_END_DECLS
