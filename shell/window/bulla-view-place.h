/* bulla-view-place.h - the history entries that stand for package views and substituted pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-package-door.h"
#include "bulla-view.h"

G_BEGIN_DECLS

/* the data of a history entry that stands for a view of its own */
typedef struct {
  BullaBundle *bundle;     /* owned; NULL unless it is a package view; its bundle */
  BullaHandover *handover; /* owned; NULL if @bundle is not; package of the substituted page */
  char *url;               /* owned; address of the entry, which loads nothing in a web view */
  char *first;             /* owned; URL of the first page */
  GWeakRef view;           /* BullaView, owned by the stack */
} BullaViewPlace;

BullaViewPlace *bulla_view_place_new (BullaView *view);
void bulla_view_place_free (gpointer data);
BullaViewPlace *bulla_view_place_of (WebKitBackForwardListItem *entry);
void bulla_view_place_attach (BullaViewPlace *self, WebKitBackForwardListItem *entry);
void bulla_view_place_forget (WebKitWebView *web);

G_END_DECLS
