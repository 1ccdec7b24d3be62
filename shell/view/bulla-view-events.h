/* bulla-view-events.h - stores the gateway's events for a view until its next page is shown
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-provenance.h"

G_BEGIN_DECLS

/**
 * BullaViewEventKind:
 * @BULLA_VIEW_EVENT_DECIDED: a package was judged
 * @BULLA_VIEW_EVENT_SERVED: a package answered the request for the URL
 * @BULLA_VIEW_EVENT_FELL_BACK: the server answers instead of a package
 * @BULLA_VIEW_EVENT_REFUSED: the request was refused
 * @BULLA_VIEW_EVENT_PREFETCHED: a response that a page of the view prefetched has arrived
 * @BULLA_VIEW_EVENT_TRUNCATED: the body of a package was cut short while it was delivered
 * @BULLA_VIEW_EVENT_UNUSED: an exchange that was prefetched may not answer the request for the URL
 */
typedef enum {
  BULLA_VIEW_EVENT_DECIDED,
  BULLA_VIEW_EVENT_SERVED,
  BULLA_VIEW_EVENT_FELL_BACK,
  BULLA_VIEW_EVENT_REFUSED,
  BULLA_VIEW_EVENT_TRUNCATED,
  BULLA_VIEW_EVENT_PREFETCHED,
  BULLA_VIEW_EVENT_UNUSED,
} BullaViewEventKind;

typedef struct {
  BullaViewEventKind kind;
  char *url;             /* owned; URL of the request */
  BullaLoad *load;       /* owned; package; NULL if there is none */
  BullaBundle *bundle;   /* owned; bundle; NULL if there is none */
  char *message;         /* owned; explanation; NULL if there is none */
  BullaVerdict *verdict; /* owned; verdict on the request; NULL if there is none */
} BullaViewEvent;

typedef struct {
  GPtrArray *events; /* owned; of BullaViewEvent */
} BullaViewEvents;

BullaViewEvents *bulla_view_events_new (void);
void bulla_view_events_free (BullaViewEvents *self);
void bulla_view_events_clear (BullaViewEvents *self);
void bulla_view_events_add (BullaViewEvents *self, BullaViewEventKind kind, const char *url,
                            BullaLoad *load, const char *message, BullaVerdict *verdict);
void bulla_view_events_add_bundle (BullaViewEvents *self, BullaBundle *bundle);
const BullaViewEvent *bulla_view_events_find (BullaViewEvents *self, BullaViewEventKind kind,
                                              const char *url);

G_END_DECLS
