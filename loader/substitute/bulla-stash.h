/* bulla-stash.h - exchanges and bundles that wait for their requests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-kept-bundle.h"
#include "bulla-load.h"
#include "bulla-spool.h"

G_BEGIN_DECLS

#define BULLA_STASH_ENTRIES_MAX 64
#define BULLA_STASH_BUNDLES_MAX 16
#define BULLA_STASH_BYTES_MAX ((guint64)1 << 30)

#define BULLA_TYPE_STASH (bulla_stash_get_type ())
G_DECLARE_FINAL_TYPE (BullaStash, bulla_stash, BULLA, STASH, GObject)

char *bulla_stash_dup_key (const char *url);

BullaStash *bulla_stash_new (void);
void bulla_stash_put (BullaStash *self, const char *session, const char *view, BullaLoad *load,
                      gint64 now);
void bulla_stash_put_prefetched (BullaStash *self, const char *session, const char *view,
                                 BullaLoad *load, BullaSpool *spool, GObject *companion,
                                 gint64 now);
GObject *bulla_stash_dup_companion (BullaStash *self, const char *session, const char *view,
                                    const char *url);
BullaLoad *bulla_stash_lookup (BullaStash *self, const char *session, const char *view,
                               const char *url, gint64 now, BullaSpool **spool);
void bulla_stash_put_bundle (BullaStash *self, const char *session, const char *view,
                             BullaKeptBundle *kept);
GPtrArray *bulla_stash_find_bundles (BullaStash *self, const char *session, const char *view,
                                     const char *url);
gboolean bulla_stash_has_bundle (BullaStash *self, const char *session, const char *view,
                                 BullaKeptBundle *kept);
gboolean bulla_stash_drop (BullaStash *self, const char *session, const char *view,
                           const char *url);
void bulla_stash_drop_view (BullaStash *self, const char *session, const char *view);
guint bulla_stash_get_n_entries (BullaStash *self);
guint64 bulla_stash_get_n_bytes (BullaStash *self);

G_END_DECLS
