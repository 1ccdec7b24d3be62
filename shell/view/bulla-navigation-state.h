/* bulla-navigation-state.h - tracks the navigations of a view, and the bundle pages that it has
 * shown
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-provenance.h"

G_BEGIN_DECLS

typedef struct {
  GHashTable *pages;   /* owned; URL -> BullaProvenance of bundle pages that may come back */
  GHashTable *led;     /* owned; URL that the page, or a frame, may navigate to -> number */
  guint n_led;         /* number given last */
  char *hop;           /* owned; next target of the shell, claimed by a bundle; NULL if none */
  char *whole;         /* owned; URL of the last request for a main page; NULL if none */
  guint n_whole;       /* highest number in @led of such a request */
  char *redirect_from; /* owned; URL that redirected to @redirect_to; NULL if none did */
  char *redirect_to;   /* owned; redirect target of the main page; NULL if there was no redirect */
  char *arriving;      /* owned; bundle address that will be shown in another view; NULL if none */
  gboolean waiting;    /* whether the request for the next page is still expected */
  gboolean again;      /* whether the navigation is a reload, or along the history */
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
