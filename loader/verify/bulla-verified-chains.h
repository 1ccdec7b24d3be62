/* bulla-verified-chains.h - remembers certificate chains that were verified, by their bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-chain.h"

G_BEGIN_DECLS

typedef struct _BullaVerifiedChains BullaVerifiedChains;

BullaVerifiedChains *bulla_verified_chains_new (void);
void bulla_verified_chains_free (BullaVerifiedChains *self);
BullaChain *bulla_verified_chains_find (BullaVerifiedChains *self, GBytes *bytes, gint64 now);
void bulla_verified_chains_add (BullaVerifiedChains *self, GBytes *bytes, BullaChain *chain);
void bulla_verified_chains_forget (BullaVerifiedChains *self);

G_END_DECLS
