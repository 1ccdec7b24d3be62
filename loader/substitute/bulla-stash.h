/* bulla-stash.h - keeps exchanges and bundles for their navigations in one view
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-kept-bundle.h"
#include "bulla-load.h"
#include "bulla-prefetch.h"
#include "bulla-spool.h"

G_BEGIN_DECLS

#define BULLA_STASH_ENTRIES_MAX 64
#define BULLA_STASH_BUNDLES_MAX 16
#define BULLA_STASH_BYTES_MAX ((guint64)1 << 30)
#define BULLA_STASH_WAIT_SECONDS 60 /* seconds from a redirect to the request that follows it */

#define BULLA_TYPE_STASH (bulla_stash_get_type ())
G_DECLARE_FINAL_TYPE (BullaStash, bulla_stash, BULLA, STASH, GObject)

/**
 * BullaStashAsk:
 * @url: the requested URL; its fragment is ignored
 * @redirected: (nullable): the URL whose response redirected to @url
 * @answer: (nullable): the id of the answer that the history entry showed, for a reload or a
 *   history navigation
 * @typed: whether the shell itself navigates
 * @frame: whether the navigation is for a frame
 * @next: whether the client does not tell these cases apart, so that any entry that waits for the
 *   URL may answer
 * @any: whether any entry for the URL may answer (`request.reuse = view`)
 *
 * Describes a navigation by the data that select the stashed exchange.
 */
typedef struct {
  const char *url;
  const char *redirected;
  const char *answer;
  gboolean typed, frame, next, any;
} BullaStashAsk;

BullaStash *bulla_stash_new (void);
void bulla_stash_put (BullaStash *self, BullaLoad *load, const char *from, gboolean frame,
                      gint64 now);
void bulla_stash_put_prefetched (BullaStash *self, BullaLoad *load, BullaSpool *spool,
                                 BullaPrefetch *prefetch, const char *from, gboolean frame,
                                 gint64 now);
gboolean bulla_stash_has (BullaStash *self, const BullaStashAsk *ask);
BullaLoad *bulla_stash_lookup (BullaStash *self, const BullaStashAsk *ask, gint64 now,
                               BullaSpool **spool, BullaPrefetch **prefetch);
void bulla_stash_note_shown (BullaStash *self, BullaLoad *load, const char *answer);
void bulla_stash_put_bundle (BullaStash *self, BullaKeptBundle *kept, const char *from,
                             gboolean frame);
void bulla_stash_put_bundle_for (BullaStash *self, BullaKeptBundle *kept, const char *url);
GPtrArray *bulla_stash_find_bundles (BullaStash *self, const BullaStashAsk *ask);
void bulla_stash_note_bundle_shown (BullaStash *self, BullaKeptBundle *kept, const char *answer);
gboolean bulla_stash_drop_old_bundle (BullaStash *self);
gboolean bulla_stash_has_bundle (BullaStash *self, BullaKeptBundle *kept);
void bulla_stash_stop_waiting (BullaStash *self, gboolean frame);
gboolean bulla_stash_drop (BullaStash *self, const char *url);
guint bulla_stash_get_n_entries (BullaStash *self);
guint64 bulla_stash_get_n_bytes (BullaStash *self);

G_END_DECLS
