/* bulla-variants.h - matches Variants and Variant-Key with the headers of a request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-request-facts.h"
#include "bulla-variants-readings.h"

G_BEGIN_DECLS

/* The fields of one response, and how they are read. */
typedef struct {
  const char *variants, *variant_key; /* nullable */
  BullaVariantsSyntax syntax;
  const BullaVariantsReadings *readings;
} BullaVariantsFields;

gboolean bulla_variants_match (const BullaVariantsFields *fields, const BullaRequestFacts *request,
                               const char **words, char **text);
char *bulla_variants_find_obstacle (const BullaVariantsFields *fields);
gboolean bulla_variants_are_known (const BullaVariantsFields *fields);
gboolean bulla_variants_count (const char *variants, const BullaVariantsReadings *readings,
                               BullaVariantsSyntax *syntax, guint64 *product);
gboolean bulla_variants_choose (const char *variants, const BullaVariantsReadings *readings,
                                const BullaRequestFacts *request, const gboolean *there, guint n,
                                guint *chosen);
char *bulla_variants_explain_absent (const char *variants, const BullaVariantsReadings *readings,
                                     const BullaRequestFacts *request, const gboolean *there,
                                     guint n);

G_END_DECLS
