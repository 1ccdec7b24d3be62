/* bulla-prefetch.h - responses that a page prefetched for a later click
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-alternates.h"
#include "bulla-load.h"
#include "bulla-spool.h"

G_BEGIN_DECLS

#define BULLA_PREFETCHES_BYTES_MAX (64 << 20) /* most bytes for one page, including parts */

/* A prefetched response, with the parts of its page. */
#define BULLA_TYPE_PREFETCH (bulla_prefetch_get_type ())
G_DECLARE_FINAL_TYPE (BullaPrefetch, bulla_prefetch, BULLA, PREFETCH, GObject)

/* The prefetches of one page. */
#define BULLA_TYPE_PREFETCHES (bulla_prefetches_get_type ())
G_DECLARE_FINAL_TYPE (BullaPrefetches, bulla_prefetches, BULLA, PREFETCHES, GObject)

BullaPrefetch *bulla_prefetch_new (BullaOuter *outer, BullaLoad *load, BullaSpool *body,
                                   gint64 now);
BullaOuter *bulla_prefetch_get_outer (BullaPrefetch *self);
BullaLoad *bulla_prefetch_get_load (BullaPrefetch *self);
BullaSpool *bulla_prefetch_get_spool (BullaPrefetch *self);
gboolean bulla_prefetch_is_finished (BullaPrefetch *self);
void bulla_prefetch_fill (BullaPrefetch *self, BullaPrefetchFacts *facts);
gboolean bulla_prefetch_may_answer (BullaPrefetch *self, const BullaRequestFacts *request,
                                    gint64 now);

gboolean bulla_prefetch_is_usable (BullaPrefetch *self, const BullaRequestFacts *request,
                                   gint64 now);
gboolean bulla_prefetch_is_fresh (BullaPrefetch *self, gint64 now);

void bulla_prefetch_plan (BullaPrefetch *self, const BullaRequestFacts *request,
                          const BullaClient *client, const BullaViewport *viewport,
                          const BullaSettings *settings);
guint bulla_prefetch_get_n_parts (BullaPrefetch *self);
const BullaAlternate *bulla_prefetch_get_plan (BullaPrefetch *self, guint part);
gint bulla_prefetch_find_part (BullaPrefetch *self, const char *url);
BullaPrefetch *bulla_prefetch_get_part (BullaPrefetch *self, guint part);
void bulla_prefetch_set_part (BullaPrefetch *self, guint part, BullaPrefetch *prefetch);
void bulla_prefetch_fill_part (BullaPrefetch *self, guint part, BullaPrefetch *prefetch,
                               BullaPartFacts *facts);
void bulla_part_facts_clear (BullaPartFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaPartFacts, bulla_part_facts_clear)

BullaPrefetches *bulla_prefetches_new (void);
GCancellable *bulla_prefetches_get_cancellable (BullaPrefetches *self);
void bulla_prefetches_cancel (BullaPrefetches *self);
BullaSpool *bulla_prefetches_spool (BullaPrefetches *self, GInputStream *body);
void bulla_prefetches_put (BullaPrefetches *self, const char *url, BullaPrefetch *prefetch);
BullaPrefetch *bulla_prefetches_find (BullaPrefetches *self, const char *url);
gboolean bulla_prefetches_share_part (BullaPrefetches *self, BullaPrefetch *whole, guint part);
gboolean bulla_prefetches_drop (BullaPrefetches *self, const char *url);
guint bulla_prefetches_get_n_entries (BullaPrefetches *self);
guint64 bulla_prefetches_get_bytes_left (BullaPrefetches *self);

/* Pending prefetches count towards the limit. */
void bulla_prefetches_begin (BullaPrefetches *self);
void bulla_prefetches_end (BullaPrefetches *self);
guint bulla_prefetches_get_n_underway (BullaPrefetches *self);

G_END_DECLS
