/* bulla-variants-rank.h - ranks the values of each axis by what a request accepts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-variants-field.h"
#include "bulla-variants-request.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_VARIANTS_BECAUSE_RANGE,    /* a range without a star matches, or a cookie has this value */
  BULLA_VARIANTS_BECAUSE_WILDCARD, /* only a range with a star does */
  BULLA_VARIANTS_BECAUSE_DEFAULT,  /* the axis's first value, where nothing else matches */
  BULLA_VARIANTS_BECAUSE_ADDED,    /* the coding `identity`, which the request does not name */
} BullaVariantsBecause;

/* a value that the request accepts */
typedef struct {
  const char *value; /* borrowed from the axis or the request */
  guint16 place;     /* its place among the values of the axis, as in BullaVariantKeys */
  BullaVariantsBecause because;
  gint preference; /* the element of the field that matches it; -1 if none does */
} BullaVariantsRanked;

typedef struct {
  const BullaVariantsAxis *axis; /* borrowed from the Variants */
  BullaVariantsRanked *ranked;   /* owned; @n_ranked acceptable values, the best first */
  guint n_ranked;
  guint16 *ranks; /* owned; by place: the rank of a value, or BULLA_VARIANTS_PLACE_NONE */
  gboolean default_taken;
} BullaVariantsFacet;

/* what one request accepts of one Variants; both must outlive it */
typedef struct {
  guint n_axes;
  BullaVariantsFacet facets[BULLA_VARIANTS_AXES_MAX];
} BullaVariantsRanking;

BullaVariantsRanking *bulla_variants_rank (const BullaVariants *variants,
                                           const BullaVariantsRequest *request,
                                           const BullaVariantsReadings *readings);
void bulla_variants_ranking_free (BullaVariantsRanking *self);
const BullaPreferences *bulla_variants_request_get_preferences (const BullaVariantsRequest *self,
                                                                BullaVariantsMechanism mechanism);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaVariantsRanking, bulla_variants_ranking_free)

G_END_DECLS
