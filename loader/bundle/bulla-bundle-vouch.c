/* bulla-bundle-vouch.c - verifies the subset signatures that cover a response of a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: SIGX; certificate chains are verified as for exchanges. */
#include <string.h>

#include "bulla-bundle-private.h"
#include "bulla-hasher.h"
#include "bulla-judge.h"
#include "bulla-refresh.h"
#include "bulla-settings.h"
#include "bulla-signed-subset.h"
#include "bulla-trust-internal.h"
#include "bulla-url.h"
#include "bulla-version-memory.h"

#define SHA256_SIZE 32

const BullaBundleSignatures *
bulla_bundle_get_signatures (BullaBundle *self)
{
  return self->reader != NULL ? bulla_bundle_reader_get_signatures (self->reader) : NULL;
}

/**
 * bulla_bundle_get_caa: (skip)
 * @self: a bundle
 * @authority: a place among its authorities
 *
 * Returns: (transfer none) (nullable): facts with the CAA records of the names of the authority's
 *   leaf; %NULL if they were not needed
 */
const BullaFacts *
bulla_bundle_get_caa (BullaBundle *self, guint authority)
{
  return self->caa != NULL ? self->caa[authority] : NULL;
}

/* --- the chain of an authority */

/* Chains that were verified with other roots, logs or revocations become invalid. */
static void
forget_chains_of_before (BullaBundle *self, const BullaBundleSignatures *signatures)
{
  guint generation = bulla_trust_get_generation (self->context->trust);

  if (generation == self->trust_generation)
    return;
  self->trust_generation = generation;
  for (guint i = 0; i < signatures->n_authorities; i++)
    g_clear_pointer (&self->chains[i], bulla_chain_unref);
}

/* The section lists leaves and intermediates side by side: all certificates but the leaf are
 * candidates for intermediates. A chain is verified once for all subsets that name its leaf, and
 * again if the time matters. */
static BullaChain *
find_chain (BullaBundle *self, guint authority, gint64 now, GError **error)
{
  BullaChain **known = &self->chains[authority];

  if (*known != NULL && bulla_chain_is_good_for (*known, now))
    return *known;
  const BullaBundleSignatures *signatures = bulla_bundle_get_signatures (self);
  g_autoptr (BullaCertChain) certificates =
      bulla_cert_chain_pick (signatures->authorities, signatures->n_authorities, authority, error);
  g_clear_pointer (known, bulla_chain_unref);
  if (certificates != NULL)
    *known = bulla_trust_verify_parsed (self->context->trust, certificates, now, error);
  return *known;
}

/* --- a subset that contains the URL */

typedef struct {
  BullaBundle *self;
  BullaFacts *facts;
  guint variant;
  guint8 header_sha256[BULLA_HASH_MAX];
  gboolean hashed;
  gint64 now;
  gint wanted; /* authority whose names have to be looked up in DNS first; -1 if there is none */
} Asked;

/* Names the version as for exchanges: by the digest of its header map. */
static void
fill_header_integrity (const Asked *asked)
{
  if (!asked->hashed || asked->facts->header_integrity != NULL)
    return;
  g_autofree char *base64 = g_base64_encode (asked->header_sha256, SHA256_SIZE);
  g_autofree char *integrity = g_strconcat ("sha256-", base64, NULL);
  asked->facts->header_integrity = bulla_facts_intern (asked->facts, integrity);
}

static void
fill_hash_facts (const Asked *asked, const BullaSubset *subset, const BullaSubsetEntry *entry)
{
  BullaFacts *facts = asked->facts;
  BullaResponseFacts *response = &facts->response;
  BullaSubsetHash none = {0};
  const BullaSubsetHash *hash =
      asked->variant < entry->n_hashes ? &subset->hashes[entry->first + asked->variant] : &none;
  gboolean same =
      asked->hashed && bulla_span_equal (hash->header_sha256, asked->header_sha256, SHA256_SIZE);

  response->header_matches = same ? BULLA_YES : BULLA_NO;
  response->header_hash_range = bulla_span_range (hash->header_sha256);
  response->payload_integrity_range = bulla_span_range (hash->payload_integrity);
  g_autofree char *integrity =
      g_strndup ((const char *)hash->payload_integrity.data, hash->payload_integrity.length);
  response->payload_integrity = bulla_facts_intern (facts, integrity);
  facts->signature.integrity = response->payload_integrity;
  facts->signature.integrity_range = response->payload_integrity_range;
}

static void
fill_signature_facts (const Asked *asked, const BullaSubset *subset, guint i, guint n)
{
  BullaFacts *facts = asked->facts;
  BullaSignatureFacts *signature = &facts->signature;
  g_auto (BullaUrl) validity = {0};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  bulla_part_set_ok (&signature->read);
  signature->index = i;
  signature->count = n;
  signature->validity_url = bulla_facts_intern (facts, subset->validity_url);
  signature->validity_url_range = bulla_span_range (subset->validity_url_span);
  signature->date = subset->date;
  signature->expires = subset->expires;
  signature->date_range = subset->date_range;
  signature->expires_range = subset->expires_range;
  signature->cert_sha256_range = bulla_span_range (subset->auth_sha256);
  signature->sig_range = bulla_span_range (subset->sig);
  gboolean same = bulla_url_parse (&validity, subset->validity_url, strlen (subset->validity_url),
                                   &reason, &detail)
                  && g_strcmp0 (validity.origin, facts->request_origin) == 0;
  signature->validity_same_origin = same ? BULLA_YES : BULLA_NO;
}

/* A signature is verified once for all responses that it covers. */
static gboolean
is_valid (BullaBundle *self, const BullaSubset *subset, guint i, const EVP_MD_CTX *verifier)
{
  BullaBundleVouching *known = &self->vouchings[i];

  if (known->valid == BULLA_UNKNOWN) {
    gboolean valid = bulla_signed_subset_verify (self->facts->bundle.version, subset->signed_bytes,
                                                 verifier, subset->sig.data, subset->sig.length);
    known->valid = valid ? BULLA_YES : BULLA_NO;
  }
  return known->valid == BULLA_YES;
}

static void
fill_chain_facts (const Asked *asked, const BullaSubset *subset, guint i)
{
  BullaFacts *facts = asked->facts;
  GError *fault = NULL;
  BullaChain *chain = find_chain (asked->self, subset->authority, asked->now, &fault);

  if (chain == NULL) {
    bulla_facts_take_fault (facts, &facts->chain, fault);
    return;
  }
  bulla_chain_fill_facts (chain, facts);
  gboolean same =
      bulla_span_equal (subset->auth_sha256, bulla_chain_get_leaf_sha256 (chain), SHA256_SIZE);
  facts->signature.hash_matches = same ? BULLA_YES : BULLA_NO;
  const EVP_MD_CTX *verifier = bulla_chain_get_verifier (chain);
  if (verifier != NULL)
    facts->signature.valid = is_valid (asked->self, subset, i, verifier) ? BULLA_YES : BULLA_NO;
  bulla_chain_note_signed (chain, facts);
}

/* Asks the store about this version, whose date is that of the subset's signature. */
static void
fill_memory_facts (const Asked *asked)
{
  BullaFacts *facts = asked->facts;
  BullaStore *store = asked->self->context->store;
  g_autoptr (GError) error = NULL;
  g_auto (BullaVersionMemory) memory = {0};

  if (store == NULL)
    return;
  g_autofree char *digest = bulla_facts_dup_body_digest (facts);
  const BullaVersion version = {.url = facts->request_url,
                                .header_integrity = facts->header_integrity,
                                .body_digest = digest};
  gboolean recalled = bulla_version_memory_recall (store, &version, &memory, &error);
  bulla_version_memory_fill_facts (recalled ? &memory : NULL, recalled ? NULL : error->message,
                                   facts);
}

/* Returns the CAA records that are known of the names of the authority's leaf. */
static BullaFacts *
find_caa (const Asked *asked, guint authority)
{
  const BullaCaaFacts *names = &asked->facts->caa;
  BullaFacts **known = &asked->self->caa[authority];

  if (*known != NULL) {
    bulla_facts_drop_ended_caa (*known, asked->now);
    return *known;
  }
  *known = bulla_facts_new ();
  (*known)->caa.hosts = g_strdupv (names->hosts);
  (*known)->caa.issuers = g_strdupv (names->issuers);
  (*known)->caa.issuer = bulla_facts_intern (*known, names->issuer);
  (*known)->caa.matched_by = names->matched_by;
  if (asked->self->context->caa == NULL)
    bulla_facts_take_caa (*known, NULL, BULLA_REASON_CAA_OFFLINE, asked->now);
  return *known;
}

/* Judges by what is known. Returns NULL if DNS has to be asked first; a failed rule makes the
 * look-ups unnecessary, which would disclose the publisher. */
static BullaVerdict *
judge (Asked *asked, guint authority)
{
  BullaFacts *facts = asked->facts;
  BullaProfile *profile = asked->self->profile;
  BullaFacts *known = NULL;

  if (facts->cert.known == BULLA_YES
      && bulla_profile_get_settings (profile)->caa != BULLA_CAA_OFF) {
    known = find_caa (asked, authority);
    bulla_facts_share_caa (facts, known);
  }
  g_autoptr (BullaVerdict) verdict = bulla_judge_response (facts, profile, asked->now);
  if (known == NULL || bulla_facts_find_next_caa_host (known) == NULL
      || bulla_verdict_is_broken (verdict))
    return g_steal_pointer (&verdict);
  asked->wanted = (gint)authority;
  return NULL;
}

/* Returns NULL if the subset does not contain the URL, or if DNS has to be asked first. */
static BullaVerdict *
judge_by_subset (Asked *asked, const BullaBundleSignatures *signatures, guint i)
{
  BullaFacts *facts = asked->facts;
  const BullaSubset *subset = &signatures->subsets[i];
  const BullaSubsetEntry *entry =
      bulla_subset_find (subset, facts->request_url, strlen (facts->request_url));

  if (entry == NULL)
    return NULL;
  bulla_facts_forget_signature (facts);
  bulla_facts_forget_chain (facts);
  facts->response.vouched = BULLA_YES;
  facts->response.subset = i;
  fill_signature_facts (asked, subset, i, signatures->n_subsets);
  fill_header_integrity (asked);
  fill_hash_facts (asked, subset, entry);
  fill_chain_facts (asked, subset, i);
  facts->validity = (BullaValidityFacts)BULLA_VALIDITY_FACTS_NONE; /* of the subset before */
  BullaRefresh *refresh = asked->self->vouchings[i].refresh;
  if (refresh != NULL && bulla_refresh_is_done (refresh))
    bulla_refresh_fill_facts (refresh, facts, -1);
  fill_memory_facts (asked);
  return judge (asked, subset->authority);
}

/**
 * bulla_bundle_judge_response: (skip)
 * @self: a bundle
 * @facts: facts about a response in it; receive the subset that covers it
 * @variant: which of its locations
 * @headers: its header map, byte for byte; empty if it was not found
 * @authority: (out): the authority for whose names CAA records have to be looked up first; -1 if
 *   there is none
 *
 * If several subsets contain the URL, the first valid one decides; if none is valid, the first one.
 *
 * Returns: (transfer full) (nullable): the verdict; %NULL if CAA records have to be looked up first
 */
BullaVerdict *
bulla_bundle_judge_response (BullaBundle *self, BullaFacts *facts, guint variant, BullaSpan headers,
                             gint *authority)
{
  const BullaBundleSignatures *signatures = bulla_bundle_get_signatures (self);
  Asked asked = {
      self, facts, variant, {0}, headers.length > 0, bulla_context_get_time (self->context), -1};
  guint n = signatures != NULL ? signatures->n_subsets : 0;
  guint first = n, n_asked = 0;

  *authority = -1;
  if (n > 0) /* once for all subsets, so that one trust judges the response */
    forget_chains_of_before (self, signatures);
  if (n > 0 && asked.hashed)
    bulla_hash_bytes (BULLA_HASH_SHA256, headers.data, headers.length, asked.header_sha256);
  g_autoptr (BullaVerdict) verdict = NULL;
  for (guint i = 0; i < n; i++) {
    g_autoptr (BullaVerdict) next = judge_by_subset (&asked, signatures, i);
    *authority = asked.wanted;
    if (asked.wanted >= 0)
      return NULL;
    if (next == NULL)
      continue;
    if (bulla_verdict_get_outcome (next) == BULLA_OUTCOME_SUBSTITUTE)
      return g_steal_pointer (&next);
    first = MIN (first, i);
    n_asked++;
    g_clear_pointer (&verdict, bulla_verdict_unref);
    verdict = g_steal_pointer (&next);
  }
  if (n_asked == 1)
    return g_steal_pointer (&verdict);
  if (n_asked > 1)
    return judge_by_subset (&asked, signatures, first);
  facts->response.vouched = BULLA_NO;
  return bulla_judge_response (facts, self->profile, asked.now);
}

/* --- which subset covers a response */

/**
 * bulla_bundle_get_n_subsets:
 * @self: a bundle
 *
 * Returns: the number of signed subsets, verified or not
 */
guint
bulla_bundle_get_n_subsets (BullaBundle *self)
{
  const BullaBundleSignatures *signatures = bulla_bundle_get_signatures (self);

  return signatures != NULL ? signatures->n_subsets : 0;
}

/* Goes through the URLs of the subsets once, because a bundle may have very many resources, and as
 * many subsets. */
static void
find_subsets (BullaBundle *self, const BullaBundleSignatures *signatures)
{
  const BullaBundleIndex *index = bulla_bundle_get_index (self);
  guint n = bulla_bundle_get_n_resources (self);

  self->subset_of = g_new (gint32, n + 1);
  for (guint i = 0; i < n; i++)
    self->subset_of[i] = -1;
  for (guint i = 0; i < signatures->n_subsets; i++)
    for (guint j = 0; j < signatures->subsets[i].n_entries; j++) {
      const BullaSpan *url = &signatures->subsets[i].entries[j].url;
      gssize resource = bulla_bundle_index_find (index, (const char *)url->data, url->length);
      if (resource >= 0 && self->subset_of[resource] < 0)
        self->subset_of[resource] = (gint32)i;
    }
}

/**
 * bulla_bundle_get_subset:
 * @self: a bundle
 * @resource: index of the resource
 *
 * Returns: the first signed subset that contains the resource's URL, verified or not; -1 if there
 *   is none
 */
gint
bulla_bundle_get_subset (BullaBundle *self, guint resource)
{
  const BullaBundleSignatures *signatures = bulla_bundle_get_signatures (self);

  g_return_val_if_fail (resource < bulla_bundle_get_n_resources (self), -1);
  if (signatures == NULL || signatures->n_subsets == 0)
    return -1;
  if (self->subset_of == NULL)
    find_subsets (self, signatures);
  size_t length = 0;
  const char *url = bulla_bundle_index_get_url (bulla_bundle_get_index (self), resource, &length);
  gssize first = bulla_bundle_index_find (bulla_bundle_get_index (self), url, length);
  return first >= 0 ? self->subset_of[first] : -1; /* the first of several with that URL */
}

/**
 * bulla_bundle_get_subset_id:
 * @self: a bundle
 * @subset: index of a signed subset
 *
 * Returns: the SHA-256 of the signed bytes in hexadecimal, which identifies this version of the
 *   subset
 */
const char *
bulla_bundle_get_subset_id (BullaBundle *self, guint subset)
{
  g_return_val_if_fail (subset < bulla_bundle_get_n_subsets (self), NULL);
  BullaSpan bytes = bulla_bundle_get_signatures (self)->subsets[subset].signed_bytes;
  if (self->vouchings[subset].id == NULL)
    self->vouchings[subset].id =
        g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes.data, bytes.length);
  return self->vouchings[subset].id;
}
