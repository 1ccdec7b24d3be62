/* bulla-stash-claim.h - which navigations something that is kept may answer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-stash.h"

G_BEGIN_DECLS

typedef struct {
  char *from; /* owned; nullable: a navigation of the shell; else the initiator of the redirect */
  char *to;   /* owned; nullable: any URL; else a key: where the shell goes */
  gboolean frame;     /* the navigation is that of a frame */
  gboolean waiting;   /* the navigation has not been requested yet */
  gint64 since;       /* monotonic time, microseconds; when it began to wait */
  GPtrArray *answers; /* owned; ids of the answers that showed it */
} BullaStashClaim;

void bulla_stash_claim_init (BullaStashClaim *claim, const char *from, gboolean frame);
void bulla_stash_claim_clear (BullaStashClaim *claim);
gboolean bulla_stash_claim_matches (const BullaStashClaim *claim, const BullaStashAsk *ask);
void bulla_stash_claim_note_shown (BullaStashClaim *claim, const char *answer);

G_END_DECLS
