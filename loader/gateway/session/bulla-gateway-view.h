/* bulla-gateway-view.h - state that the gateway keeps for one view of a network session
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-client.h"
#include "bulla-gateway-session.h"
#include "bulla-handover.h"
#include "bulla-navigation-answer.h"
#include "bulla-quota.h"
#include "bulla-stash.h"

G_BEGIN_DECLS

#define BULLA_GATEWAY_VIEWS_MAX 1024 /* most views registered in one session */
#define BULLA_GATEWAY_ONLY_VIEW "*"  /* token of the view of a client without announcements */

/* The state of one view of a session. Each view has its own quotas. */
typedef struct _BullaGatewayView {
  gatomicrefcount count;
  BullaGateway *gateway;  /* borrowed; invalid once the view is closed */
  char *token;            /* owned; a secret shared with the shell */
  BullaStash *stash;      /* owned */
  GQueue pages;           /* owned; see bulla-gateway-pages.c */
  GQueue fallback_guard;  /* owned; see bulla-gateway-fallback-guard.c */
  GHashTable *live_cache; /* owned; see bulla-gateway-live-cache.c */
  GQueue scripts;         /* owned; see bulla-gateway-script.c */
  GQueue answers;         /* owned BullaNavigationAnswer, the newest first */
  BullaNavigationAnswer
      *shown_answer;       /* owned; the answer that the view shows; NULL before the first */
  BullaHandover *handover; /* owned; NULL but in a session of substituted pages; its package */
  BullaViewport *viewport; /* owned; nullable */
  BullaQuota
      *bundle_bytes;   /* owned; NULL before the first bundle; see bulla-gateway-bundle-room.c */
  BullaClient *client; /* owned; NULL for the engine itself; what the view asks for */
  gboolean lenient;    /* whether the user accepts other variants in the view */
  GQueue brought;      /* owned; redirects to the URLs of packages, for clients of one view */
  GQueue redirects;    /* owned; see bulla-gateway-redirects.c */
  GQueue expected;     /* owned; navigations that the shell allowed for the view and its frames */
  char *typed, *typed_url; /* owned; nullable; token and URL of the shell's next navigation */
  guint64 n_pages;         /* highest serial number so far */
  guint64 shown;           /* serial number of the shown page, or one that no page has */
  gboolean closed;
  /* set by the code that fills the queues, to clear them */
  void (*clear_pages) (struct _BullaGatewayView *view);
  void (*clear_scripts) (struct _BullaGatewayView *view);
  /* drops one bundle of a script element, of a page that is not shown; whether there was one */
  gboolean (*drop_script) (struct _BullaGatewayView *view);
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
void bulla_gateway_view_add_answer (BullaGatewayView *self, BullaNavigationAnswer *answer);
gboolean bulla_gateway_view_drop_package (BullaGatewayView *self);
BullaNavigationAnswer *bulla_gateway_view_find_answer (BullaGatewayView *self, const char *id);
const char *bulla_gateway_view_find_frame_answer (BullaGatewayView *self, const char *entry,
                                                  const char *url);
void bulla_gateway_view_note_shown (BullaGatewayView *self, const char *answer);
void bulla_gateway_view_note_brought (BullaGatewayView *self, const char *url,
                                      const char *initiator, gboolean frame);
BullaClient *bulla_gateway_view_get_client (const BullaGatewayView *self, BullaGateway *gateway);
gboolean bulla_gateway_view_was_brought (BullaGatewayView *self, const char *url,
                                         const char *initiator, gboolean frame);
gboolean bulla_gateway_view_take_expected (BullaGatewayView *self, const char *url,
                                           BullaNavigationKind *kind, char **answer);
void bulla_gateway_view_forget (BullaGatewayView *self);
void bulla_gateway_view_end_page (BullaGatewayView *self);
gboolean bulla_gateway_view_take_typed (BullaGatewayView *self, const char *value, const char *url);

G_END_DECLS
