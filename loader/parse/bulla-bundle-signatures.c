/* bulla-bundle-signatures.c - the signatures section: authorities, and what they vouch for
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-signatures.h"

BullaBundleSignatures *
bulla_bundle_signatures_read (BullaSpan section, GError **error)
{
  bulla_fault_set (error, BULLA_REASON_SUBSET_MALFORMED, bulla_span_range (section), "not read");
  return NULL;
}

void
bulla_bundle_signatures_free (BullaBundleSignatures *self)
{
  g_free (self);
}

const BullaSubsetEntry *
bulla_subset_find (const BullaSubset *self, const char *url, size_t length)
{
  return NULL;
}
