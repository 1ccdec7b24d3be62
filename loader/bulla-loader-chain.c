/* bulla-loader-chain.c - judges certificate chains without an exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-judge.h"
#include "bulla-loader-internal.h"
#include "bulla-trust-internal.h"

static BullaChain *
verify (BullaLoader *self, GBytes *bytes, gboolean stapled, gint64 now, GError **fault)
{
  BullaTrust *trust = bulla_loader_get_trust (self);

  if (stapled)
    return bulla_trust_verify_chain (trust, bytes, now, fault);
  g_autoptr (BullaCertChain) chain = bulla_cert_chain_parse_unstapled (bytes, fault);
  return chain != NULL ? bulla_trust_verify_parsed (trust, chain, now, fault) : NULL;
}

/**
 * bulla_loader_add_chain: (skip)
 * @self: a loader
 * @chain: an `application/cert-chain+cbor` resource
 * @error: set if it is not a certificate chain
 *
 * Uses the chain for the exchanges that are signed with its leaf (cert-sha256), instead of what
 * their cert-url serves. It is judged like a chain that was fetched.
 *
 * Returns: whether the chain was added
 */
gboolean
bulla_loader_add_chain (BullaLoader *self, GBytes *chain, GError **error)
{
  g_autoptr (BullaCertChain) parsed = bulla_cert_chain_parse (chain, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;

  if (parsed == NULL)
    return FALSE;
  g_checksum_update (checksum, parsed->entries[0].cert.data,
                     (gssize)parsed->entries[0].cert.length);
  g_checksum_get_digest (checksum, digest, &length);
  g_hash_table_insert (bulla_loader_get_context (self)->given_chains, g_bytes_new (digest, length),
                       g_bytes_ref (chain));
  return TRUE;
}

/**
 * bulla_loader_judge_chain: (skip)
 * @self: a loader
 * @chain: an `application/cert-chain+cbor` resource of any length
 * @stapled: whether it has what a cert-url must serve with the certificates; otherwise only these
 *   are judged
 * @facts: (out) (optional) (transfer full): what was learnt about the chain
 *
 * Judges a chain with the loader's roots, logs, profile and time; see bulla_judge_chain(). The
 * network is not used, so CAA records are not judged. Spec: IMPL sections 3.3 and 4(7).
 *
 * Returns: (transfer full): the verdict
 */
BullaVerdict *
bulla_loader_judge_chain (BullaLoader *self, GBytes *chain, gboolean stapled, BullaFacts **facts)
{
  g_autoptr (BullaFacts) known = bulla_facts_new ();
  gint64 now = bulla_loader_get_time (self);
  GError *fault = NULL;
  g_autoptr (BullaChain) verified = verify (self, chain, stapled, now, &fault);

  if (verified != NULL)
    bulla_chain_fill_facts (verified, known);
  else
    bulla_facts_take_fault (known, &known->chain, fault);
  BullaVerdict *verdict = bulla_judge_chain (known, stapled, bulla_loader_get_profile (self), now);
  if (facts != NULL)
    *facts = g_steal_pointer (&known);
  return verdict;
}
