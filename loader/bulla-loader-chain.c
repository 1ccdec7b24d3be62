/* bulla-loader-chain.c - judges certificate chains without an exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-judge.h"
#include "bulla-loader-internal.h"
#include "bulla-trust-internal.h"

/**
 * bulla_loader_judge_chain: (skip)
 * @self: a loader
 * @chain: an `application/cert-chain+cbor` resource of any length
 * @facts: (out) (optional) (transfer full): what was learnt about the chain
 *
 * Judges a chain with the loader's roots, logs, profile and time; see bulla_judge_chain(). The
 * network is not used, so CAA records are not judged. Spec: IMPL sections 3.3 and 4(7).
 *
 * Returns: (transfer full): the verdict
 */
BullaVerdict *
bulla_loader_judge_chain (BullaLoader *self, GBytes *chain, BullaFacts **facts)
{
  g_autoptr (BullaFacts) known = bulla_facts_new ();
  gint64 now = bulla_loader_get_time (self);
  GError *fault = NULL;
  g_autoptr (BullaChain) verified =
      bulla_trust_verify_chain (bulla_loader_get_trust (self), chain, now, &fault);

  if (verified != NULL)
    bulla_chain_fill_facts (verified, known);
  else
    bulla_facts_take_fault (known, &known->chain, fault);
  BullaVerdict *verdict = bulla_judge_chain (known, bulla_loader_get_profile (self), now);
  if (facts != NULL)
    *facts = g_steal_pointer (&known);
  return verdict;
}
