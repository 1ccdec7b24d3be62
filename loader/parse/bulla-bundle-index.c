/* bulla-bundle-index.c - the index of a web bundle: which URL is where
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-index.h"

struct _BullaBundleIndex {
  guint n_urls;
};

BullaBundleIndex *
bulla_bundle_index_read (BullaSpan section, const BullaBundleIndexOptions *options, GError **error)
{
  bulla_fault_set (error, BULLA_REASON_BUNDLE_MALFORMED, bulla_span_range (section), "not read");
  return NULL;
}

void
bulla_bundle_index_free (BullaBundleIndex *self)
{
  g_free (self);
}

void
bulla_bundle_index_tell (BullaBundleIndex *self, BullaFacts *facts)
{
  facts->bundle.n_resources = self->n_urls;
}

guint
bulla_bundle_index_get_n_urls (const BullaBundleIndex *self)
{
  return self->n_urls;
}

const char *
bulla_bundle_index_get_url (const BullaBundleIndex *self, guint i, size_t *length)
{
  return NULL;
}

const char *
bulla_bundle_index_get_origin (const BullaBundleIndex *self, guint i)
{
  return NULL;
}

gssize
bulla_bundle_index_find (const BullaBundleIndex *self, const char *url, size_t length)
{
  return -1;
}

const char *
bulla_bundle_index_get_variants (const BullaBundleIndex *self, guint i)
{
  return NULL;
}

guint
bulla_bundle_index_get_n_locations (const BullaBundleIndex *self, guint i)
{
  return 0;
}

BullaBundleLocation
bulla_bundle_index_get_location (const BullaBundleIndex *self, guint i, guint location)
{
  return (BullaBundleLocation){0};
}
