/* bulla-visits.h - where a window has been, with the standing of each page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-view.h"

G_BEGIN_DECLS

#define BULLA_VISITS_MAX 500 /* most visits kept of one window */

typedef struct {
  char *url;                        /* owned; address of the page */
  char *title;                      /* owned; valid UTF-8; "" if it has none */
  const char *label;                /* word of the badge, translated */
  const char *icon_name;            /* icon of the badge */
  const char *style;                /* CSS class of the badge */
  gboolean is_from_package;         /* whether the bytes were those of a package */
  gint64 time;                      /* Unix seconds of the visit */
  GWeakRef view;                    /* BullaView that showed it */
  WebKitBackForwardListItem *entry; /* owned; its entry in that view's history; NULL if none */
  WebKitBackForwardListItem *place; /* owned; its entry in the window's history; NULL if none */
} BullaVisit;

typedef struct _BullaVisits BullaVisits;

BullaVisits *bulla_visits_new (void);
void bulla_visits_free (BullaVisits *self);
void bulla_visits_add (BullaVisits *self, BullaView *shown, BullaView *web);
void bulla_visits_update (BullaVisits *self, BullaView *shown, BullaView *web);
guint bulla_visits_get_n (BullaVisits *self);
const BullaVisit *bulla_visits_get (BullaVisits *self, guint index);
void bulla_visits_forget_packages (BullaVisits *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaVisits, bulla_visits_free)

G_END_DECLS
