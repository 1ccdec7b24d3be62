/* bulla-chain-cache.h - caches the certificate chains that each view has fetched
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_CHAIN_CACHE_MAX 64

typedef struct _BullaChainCache BullaChainCache;

BullaChainCache *bulla_chain_cache_new (void);
void bulla_chain_cache_free (BullaChainCache *self);
void bulla_chain_cache_put (BullaChainCache *self, guint view, const char *url, GBytes *chain,
                            const char *address, const char *cache_control, gint64 now);
GBytes *bulla_chain_cache_find (BullaChainCache *self, guint view, const char *url, gint64 now,
                                char **address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaChainCache, bulla_chain_cache_free)

G_END_DECLS
