/* bulla-handover-internal.h - creates handovers, and puts their packages into stashes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-handover.h"
#include "bulla-stash.h"

G_BEGIN_DECLS

BullaHandover *bulla_handover_new (const char *url, BullaLoad *load, BullaSpool *spool,
                                   BullaPrefetch *prefetch, BullaKeptBundle *kept);
BullaSpool *bulla_handover_get_spool (BullaHandover *self);
void bulla_handover_set_typed (BullaHandover *self, gboolean typed);
gboolean bulla_handover_is_typed (BullaHandover *self);
void bulla_handover_put (BullaHandover *self, BullaStash *stash, gint64 now);
gboolean bulla_handover_holds (BullaHandover *self, BullaLoad *load, BullaKeptBundle *kept);

G_END_DECLS
