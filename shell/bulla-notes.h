/* bulla-notes.h - what the gateway did for a view since its last page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-provenance.h"

G_BEGIN_DECLS

/**
 * BullaEvent:
 * @BULLA_EVENT_DECIDED: a package was judged
 * @BULLA_EVENT_SERVED: a package answered the request for the URL
 * @BULLA_EVENT_FELL_BACK: the network answers instead
 * @BULLA_EVENT_REFUSED: nothing answers
 * @BULLA_EVENT_PREFETCHED: something came that a page of the view prefetched
 * @BULLA_EVENT_TRUNCATED: a package that was being delivered was broken off
 */
typedef enum {
  BULLA_EVENT_DECIDED,
  BULLA_EVENT_SERVED,
  BULLA_EVENT_FELL_BACK,
  BULLA_EVENT_REFUSED,
  BULLA_EVENT_TRUNCATED,
  BULLA_EVENT_PREFETCHED,
} BullaEvent;

typedef struct {
  BullaEvent kind;
  char *url;           /* owned */
  BullaLoad *load;     /* owned; nullable */
  BullaBundle *bundle; /* owned; nullable */
  char *message;       /* owned; nullable */
} BullaNote;

typedef struct {
  GPtrArray *notes; /* owned; of BullaNote */
} BullaNotes;

BullaNotes *bulla_notes_new (void);
void bulla_notes_free (BullaNotes *self);
void bulla_notes_clear (BullaNotes *self);
void bulla_notes_add (BullaNotes *self, BullaEvent kind, const char *url, BullaLoad *load,
                      const char *message);
void bulla_notes_add_bundle (BullaNotes *self, BullaBundle *bundle);
BullaBundle *bulla_notes_get_bundle (BullaNotes *self);
const BullaNote *bulla_notes_find (BullaNotes *self, BullaEvent kind, const char *url);

G_END_DECLS
