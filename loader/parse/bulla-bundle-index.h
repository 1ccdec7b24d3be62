/* bulla-bundle-index.h - index of a web bundle: finds the location of each URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-facts.h"
#include "bulla-variants-readings.h"

G_BEGIN_DECLS

/* Most URLs in an index, and most locations of all URLs together. */
#define BULLA_BUNDLE_RESOURCES_MAX 1048576
/* Most bytes of URLs that are not kept as they stand in the index. */
#define BULLA_BUNDLE_COPIED_URLS_MAX (128 * 1024 * 1024)
/* Such URLs may have this many bytes in any index, and more in a long one: as many times the bytes
 * of the section. */
#define BULLA_BUNDLE_COPIED_URLS_FREE (1024 * 1024)
#define BULLA_BUNDLE_COPIED_URLS_RATIO 16
/* Most origins of the URLs in an index; an opaque URL has an origin of its own. */
#define BULLA_BUNDLE_ORIGINS_MAX 131072

/* Offset from the first byte of the responses section; both members are 0 if b1 lacks the
 * response. */
typedef struct {
  guint64 offset, length;
} BullaBundleLocation;

typedef struct _BullaBundleIndex BullaBundleIndex;

/* Options for reading the index. */
typedef struct {
  gboolean is_b2;
  const char *base_url; /* NULL if relative keys stay paths without a claimed origin */
  gboolean relative;    /* relative keys are allowed */
  guint64 responses_length;
  BullaUrlReading reading;
  gboolean skip_odd; /* leave out keys that are not URLs, instead of refusing the index */
  BullaVariantsReadings variants; /* by which the variants-values of b1 are counted */
} BullaBundleIndexOptions;

BullaBundleIndex *bulla_bundle_index_read (BullaSpan section,
                                           const BullaBundleIndexOptions *options, GError **error);
const GPtrArray *bulla_bundle_index_get_odd (const BullaBundleIndex *self);
void bulla_bundle_index_free (BullaBundleIndex *self);
gboolean bulla_bundle_index_fits (const BullaBundleIndex *self, guint64 n_responses,
                                  size_t head_width);
void bulla_bundle_index_fill_facts (const BullaBundleIndex *self, BullaFacts *facts);
guint bulla_bundle_index_get_n_urls (const BullaBundleIndex *self);
const char *bulla_bundle_index_get_url (const BullaBundleIndex *self, guint i, size_t *length);
const char *bulla_bundle_index_get_origin (const BullaBundleIndex *self, guint i);
guint32 bulla_bundle_index_hash (const char *text, size_t length);
gssize bulla_bundle_index_find (const BullaBundleIndex *self, const char *url, size_t length);
const char *bulla_bundle_index_get_variants (const BullaBundleIndex *self, guint i);
guint bulla_bundle_index_get_n_locations (const BullaBundleIndex *self, guint i);
BullaBundleLocation bulla_bundle_index_get_location (const BullaBundleIndex *self, guint i,
                                                     guint location);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaBundleIndex, bulla_bundle_index_free)

G_END_DECLS
