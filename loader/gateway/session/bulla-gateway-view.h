/* bulla-gateway-view.h - what the gateway keeps for one view of a network session
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-answer.h"
#include "bulla-gateway-session.h"
#include "bulla-stash.h"

G_BEGIN_DECLS

#define BULLA_GATEWAY_VIEWS_MAX 1024 /* registered in one session */
#define BULLA_GATEWAY_ONLY_VIEW "*"  /* of a client that announces nothing */

/* what the gateway keeps for one view of a session; no view takes room from another's */
typedef struct _BullaGatewayView {
  gatomicrefcount count;
  BullaGateway *gateway;     /* borrowed; not to be used when it is closed */
  char *token;               /* owned; a secret of the shell's */
  BullaStash *stash;         /* owned */
  GQueue pages;              /* owned; see bulla-gateway-pages.c */
  GQueue fallback_guard;     /* owned; see bulla-gateway-fallback-guard.c */
  GHashTable *live_cache;    /* owned; see bulla-gateway-live-cache.c */
  GQueue scripts;            /* owned; see bulla-gateway-script.c */
  GQueue answers;            /* owned BullaAnswer, the newest first */
  BullaAnswer *shown_answer; /* owned; nullable; of the page that is shown */
  BullaViewport *viewport;   /* owned; nullable */
  GQueue brought;          /* owned; redirects to what a package is for; of a client of one view */
  GQueue redirects;        /* owned; see bulla-gateway-redirects.c */
  GQueue expected;         /* owned; where the shell lets the view, or frames in it, go next */
  char *typed, *typed_url; /* owned; nullable; the shell's own next navigation */
  guint64 n_pages;         /* the highest serial of one */
  guint64 shown;           /* the serial of the page that is shown; or one that no page has */
  gboolean closed;
  /* set by whoever keeps something in them */
  void (*clear_pages) (struct _BullaGatewayView *view);
  void (*clear_scripts) (struct _BullaGatewayView *view);
  void (*clear_fallback_guard) (struct _BullaGatewayView *view);
  void (*clear_redirects) (struct _BullaGatewayView *view);
} BullaGatewayView;

void bulla_gateway_view_expect (BullaGatewayView *self, const char *url, BullaNavigationKind kind,
                                const char *answer);
BullaGatewayView *bulla_gateway_view_ref (BullaGatewayView *self);
void bulla_gateway_view_unref (BullaGatewayView *self);
void bulla_gateway_view_close (gpointer view);
BullaGatewayView *bulla_gateway_view_find (BullaGatewaySession *session, const char *token);
BullaGatewayView *bulla_gateway_view_register (BullaGateway *gateway, BullaGatewaySession *session,
                                               const char *token);
void bulla_gateway_view_add_answer (BullaGatewayView *self, BullaAnswer *answer);
BullaAnswer *bulla_gateway_view_find_answer (BullaGatewayView *self, const char *id);
const char *bulla_gateway_view_find_frame_answer (BullaGatewayView *self, const char *entry,
                                                  const char *url);
void bulla_gateway_view_note_shown (BullaGatewayView *self, const char *answer);
void bulla_gateway_view_note_brought (BullaGatewayView *self, const char *url,
                                      const char *initiator, gboolean frame);
gboolean bulla_gateway_view_was_brought (BullaGatewayView *self, const char *url,
                                         const char *initiator, gboolean frame);
gboolean bulla_gateway_view_take_expected (BullaGatewayView *self, const char *url,
                                           BullaNavigationKind *kind, char **answer);
void bulla_gateway_view_end_page (BullaGatewayView *self);
gboolean bulla_gateway_view_take_typed (BullaGatewayView *self, const char *value, const char *url);

G_END_DECLS
