/* bulla-cli-inspect-expiry.c - shows the first time in a package at which its trust would end
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Nothing is judged: only the times that the package states are compared. */
#include "bulla-bundle-signatures.h"
#include "bulla-cli-inspect-bundle.h"
#include "bulla-cli-json.h"
#include "bulla-trust-internal.h"

/**
 * bulla_cli_inspect_add_expiry: (skip)
 * @builder: a builder inside the object of the package
 * @expiry: the first time, and its cause
 * @now: Unix time in s
 */
void
bulla_cli_inspect_add_expiry (JsonBuilder *builder, const BullaExpiry *expiry, gint64 now)
{
  bulla_cli_json_expiry (builder, expiry->time, now, bulla_expires_by_get_nick (expiry->by));
}

/* Fills in the times of a subset and of the certificates that vouch for it. */
static void
fill_facts (const BullaBundleSignatures *signatures, const BullaSubset *subset, BullaTrust *trust,
            gint64 now, BullaFacts *facts)
{
  g_autoptr (BullaCertChain) certificates = bulla_cert_chain_pick (
      signatures->authorities, signatures->n_authorities, subset->authority, NULL);
  g_autoptr (BullaChain) chain =
      certificates != NULL ? bulla_trust_verify_parsed (trust, certificates, now, NULL) : NULL;

  bulla_part_set_ok (&facts->signature.read);
  facts->signature.expires = subset->expires;
  if (chain != NULL)
    bulla_chain_fill_facts (chain, facts);
}

/**
 * bulla_cli_bundle_layout_find_expiry: (skip)
 * @self: a bundle
 * @now: Unix time in s
 * @expiry: (out caller-allocates): the first time of all its vouched subsets
 */
void
bulla_cli_bundle_layout_find_expiry (const BullaCliBundleLayout *self, gint64 now,
                                     BullaExpiry *expiry)
{
  const BullaBundleSignatures *signatures =
      self->reader != NULL ? bulla_bundle_reader_get_signatures (self->reader) : NULL;
  g_autoptr (BullaTrust) trust = bulla_trust_new ();

  *expiry = (BullaExpiry){-1, BULLA_EXPIRES_BY_NONE};
  for (guint i = 0; signatures != NULL && i < signatures->n_subsets; i++) {
    g_autoptr (BullaFacts) facts = bulla_facts_new ();
    BullaExpiry one;
    fill_facts (signatures, &signatures->subsets[i], trust, now, facts);
    bulla_facts_find_expiry (facts, bulla_profile_get_settings (self->profile), now, &one);
    if (one.time >= 0 && (expiry->time < 0 || one.time < expiry->time))
      *expiry = one;
  }
}
