/* bulla-bundle-signatures.h - the signatures section: authorities, and what they vouch for
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cert-chain.h"

G_BEGIN_DECLS

#define BULLA_BUNDLE_AUTHORITIES_MAX 64
#define BULLA_BUNDLE_SUBSETS_MAX 1024

/* The hashes of one response; a URL has one for each location in the index. */
typedef struct {
  BullaSpan header_sha256;
  BullaSpan payload_integrity; /* text */
} BullaSubsetHash;

typedef struct {
  BullaSpan url; /* serialised; its offset is where the key stands */
  BullaSpan variants;
  guint first, n_hashes; /* into BullaSubset.hashes */
} BullaSubsetEntry;

typedef struct {
  guint authority; /* less than n_authorities */
  BullaSpan sig, signed_bytes;
  char *validity_url; /* owned */
  BullaSpan validity_url_span, auth_sha256;
  gint64 date, expires; /* Unix seconds */
  BullaRange date_range, expires_range;
  BullaSubsetEntry *entries; /* owned; in the order of their URLs: by length, then by bytes */
  guint n_entries;
  BullaSubsetHash *hashes; /* owned */
  guint n_unknown;         /* keys that nobody knows */
  GStringChunk *strings;   /* owned; URLs that stand there otherwise */
} BullaSubset;

/* the other spans point into the section's bytes */
typedef struct {
  BullaAugmentedCertificate *authorities; /* owned */
  guint n_authorities;
  BullaSubset *subsets; /* owned */
  guint n_subsets;
} BullaBundleSignatures;

BullaBundleSignatures *bulla_bundle_signatures_read (BullaSpan section, GError **error);
void bulla_bundle_signatures_free (BullaBundleSignatures *self);
const BullaSubsetEntry *bulla_subset_find (const BullaSubset *self, const char *url, size_t length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaBundleSignatures, bulla_bundle_signatures_free)

G_END_DECLS
