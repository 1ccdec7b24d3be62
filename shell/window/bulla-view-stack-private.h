/* bulla-view-stack-private.h - the fields of a stack of views, for the files that implement it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-view-place.h"
#include "bulla-view-stack.h"

G_BEGIN_DECLS

struct _BullaViewStack {
  GObject parent_instance;

  GtkBox *box;           /* borrowed; the window owns box and stack */
  BullaView *web;        /* owned; web view */
  BullaView *shown;      /* owned; visible view */
  BullaView *coming;     /* owned; package view whose first page is being loaded; NULL if none */
  BullaViewPlace *place; /* owned; for the entry that the web view is about to add; NULL if none */
  GPtrArray *packages;   /* owned; of BullaView, the least recently shown first */
  BullaVisits *visits;   /* owned */
  BullaHandovers *handovers; /* owned; packages of the substituted pages in the history */
};

/* bulla-view-stack.c */
void bulla_view_stack_drop_coming (BullaViewStack *self);

G_END_DECLS
