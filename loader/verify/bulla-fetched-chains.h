/* bulla-fetched-chains.h - caches the certificate chains that each view has fetched
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_FETCHED_CHAINS_MAX 64

typedef struct _BullaFetchedChains BullaFetchedChains;

BullaFetchedChains *bulla_fetched_chains_new (void);
void bulla_fetched_chains_free (BullaFetchedChains *self);
void bulla_fetched_chains_put (BullaFetchedChains *self, guint view, const char *url, GBytes *chain,
                               const char *address, const char *cache_control, gint64 now);
GBytes *bulla_fetched_chains_find (BullaFetchedChains *self, guint view, const char *url,
                                   gint64 now, char **address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaFetchedChains, bulla_fetched_chains_free)

G_END_DECLS
