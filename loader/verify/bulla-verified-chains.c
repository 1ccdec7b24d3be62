/* bulla-verified-chains.c - remembers certificate chains that were verified, by their bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-verified-chains.h"

#define MAX_CHAINS 256
#define MAX_CHAIN_BYTES (8 << 20) /* largest total size of remembered chains, in bytes */

struct _BullaVerifiedChains {
  GHashTable *chains; /* owned; GBytes -> BullaChain */
  BullaChain *latest; /* borrowed from @chains; NULL before the first chain is found or added */
  gsize n_bytes;      /* total size of the chains' bytes */
};

BullaVerifiedChains *
bulla_verified_chains_new (void)
{
  BullaVerifiedChains *self = g_new0 (BullaVerifiedChains, 1);

  self->chains = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref,
                                        (GDestroyNotify)bulla_chain_unref);
  return self;
}

void
bulla_verified_chains_free (BullaVerifiedChains *self)
{
  g_hash_table_unref (self->chains);
  g_free (self);
}

/**
 * bulla_verified_chains_find: (skip)
 * @self: chains; the caller locks them
 * @bytes: an `application/cert-chain+cbor` resource
 * @now: Unix seconds
 *
 * A thousand exchanges of one publisher name the same chain, mostly in the same GBytes.
 *
 * Returns: (transfer full) (nullable): the chain, if it was added and its result holds at @now
 */
BullaChain *
bulla_verified_chains_find (BullaVerifiedChains *self, GBytes *bytes, gint64 now)
{
  BullaChain *chain = self->latest;

  if (chain == NULL || bulla_chain_get_bytes (chain) != bytes)
    chain = g_hash_table_lookup (self->chains, bytes);
  if (chain == NULL || !bulla_chain_is_good_for (chain, now))
    return NULL;
  self->latest = chain;
  return bulla_chain_ref (chain);
}

/**
 * bulla_verified_chains_add: (skip)
 * @self: chains; the caller locks them
 * @bytes: an `application/cert-chain+cbor` resource
 * @chain: the result of its verification
 *
 * Forgets all earlier chains if there are too many, or if they are too large together.
 */
void
bulla_verified_chains_add (BullaVerifiedChains *self, GBytes *bytes, BullaChain *chain)
{
  if (g_hash_table_size (self->chains) >= MAX_CHAINS || self->n_bytes > MAX_CHAIN_BYTES)
    bulla_verified_chains_forget (self);
  self->n_bytes += g_bytes_get_size (bytes);
  g_hash_table_replace (self->chains, g_bytes_ref (bytes), bulla_chain_ref (chain));
  self->latest = chain;
}

/* Chains that were verified with other anchors become invalid. */
void
bulla_verified_chains_forget (BullaVerifiedChains *self)
{
  g_hash_table_remove_all (self->chains);
  self->latest = NULL;
  self->n_bytes = 0;
}
