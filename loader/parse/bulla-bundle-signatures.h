/* bulla-bundle-signatures.h - reads the signatures section: authorities and the subsets they signed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cert-chain.h"
#include "bulla-variants-readings.h"

G_BEGIN_DECLS

#define BULLA_BUNDLE_AUTHORITIES_MAX 64
#define BULLA_BUNDLE_SUBSETS_MAX 1024

/* The hashes of one response; a URL has one for each location in the index. */
typedef struct {
  BullaSpan header_sha256;
  BullaSpan payload_integrity; /* text: the integrity header of the payload */
} BullaSubsetHash;

typedef struct {
  BullaSpan url; /* serialised; its offset is that of the key */
  BullaSpan variants;
  guint first, n_hashes; /* range in BullaSubset.hashes */
} BullaSubsetEntry;

typedef struct {
  guint authority; /* index of the authority; less than n_authorities */
  BullaSpan sig, signed_bytes;
  char *validity_url; /* owned */
  BullaSpan validity_url_span, auth_sha256;
  gint64 date, expires; /* Unix seconds */
  BullaRange date_range, expires_range;
  BullaSubsetEntry *entries; /* owned; sorted by URL: by length, then by bytes */
  guint n_entries;
  BullaSubsetHash *hashes; /* owned */
  guint n_unknown;         /* number of unknown keys */
  GStringChunk *strings;   /* owned; serialised URLs that differ from their keys */
} BullaSubset;

/* The other spans point into the bytes of the section. */
typedef struct {
  BullaAugmentedCertificate *authorities; /* owned */
  guint n_authorities;
  BullaSubset *subsets; /* owned */
  guint n_subsets;
} BullaBundleSignatures;

BullaBundleSignatures *bulla_bundle_signatures_read (BullaSpan section,
                                                     const BullaVariantsReadings *variants,
                                                     GError **error);
void bulla_bundle_signatures_free (BullaBundleSignatures *self);
const BullaSubsetEntry *bulla_subset_find (const BullaSubset *self, const char *url, size_t length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaBundleSignatures, bulla_bundle_signatures_free)

G_END_DECLS
