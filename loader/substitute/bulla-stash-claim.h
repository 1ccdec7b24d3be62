/* bulla-stash-claim.h - identifies the navigations that a stashed exchange or bundle may answer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-stash.h"

G_BEGIN_DECLS

typedef struct {
  char *from; /* owned; NULL for a navigation of the shell; else the initiator of the redirect */
  char *to;   /* owned; NULL for any URL; else the key of the URL to which the shell navigates */
  gboolean frame;     /* the navigation takes place in a frame */
  gboolean waiting;   /* the navigation has not been requested yet */
  gint64 since;       /* monotonic time in µs at which it began to wait */
  GPtrArray *answers; /* owned; ids of the answers that displayed it */
} BullaStashClaim;

void bulla_stash_claim_init (BullaStashClaim *claim, const char *from, gboolean frame);
void bulla_stash_claim_clear (BullaStashClaim *claim);
gboolean bulla_stash_claim_matches (const BullaStashClaim *claim, const BullaStashAsk *ask);
void bulla_stash_claim_note_shown (BullaStashClaim *claim, const char *answer);

G_END_DECLS
