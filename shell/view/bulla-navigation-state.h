/* bulla-navigation-state.h - where a view is going, and the pages of bundles that it has been to
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-provenance.h"

G_BEGIN_DECLS

typedef struct {
  GHashTable *pages;   /* owned; URL -> BullaProvenance: pages of bundles, to come back to */
  GHashTable *led;     /* owned; URL -> number: where the page, or a frame in it, may go */
  guint n_led;         /* the last number */
  char *hop;           /* owned; nullable: the shell's own next target, as claimed by a bundle */
  char *whole;         /* owned; nullable: URL of the last request for a main page */
  guint n_whole;       /* the number of that request in @led */
  char *redirect_from; /* owned; nullable: URL that redirected the main page to @redirect_to */
  char *redirect_to;   /* owned; nullable */
  char *arriving;      /* owned; nullable: the address of a bundle that is to be shown elsewhere */
  gboolean waiting;    /* a page is to be asked for */
  gboolean again;      /* the history leads there, or a reload */
} BullaNavigationState;

BullaNavigationState *bulla_navigation_state_new (void);
void bulla_navigation_state_free (BullaNavigationState *self);
void bulla_navigation_state_remember (BullaNavigationState *self, BullaProvenance *provenance);
BullaProvenance *bulla_navigation_state_recall (BullaNavigationState *self, const char *url);
void bulla_navigation_state_begin (BullaNavigationState *self);
void bulla_navigation_state_lead (BullaNavigationState *self, const char *url);
void bulla_navigation_state_redirect (BullaNavigationState *self, const char *url);
void bulla_navigation_state_ask (BullaNavigationState *self, const char *url);
const char *bulla_navigation_state_find_redirect (BullaNavigationState *self, const char *url,
                                                  const char *redirected);
gboolean bulla_navigation_state_take_wait (BullaNavigationState *self, const char *shown,
                                           const char *url);
void bulla_navigation_state_arrive (BullaNavigationState *self);

G_END_DECLS
