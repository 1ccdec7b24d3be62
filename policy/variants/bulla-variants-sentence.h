/* bulla-variants-sentence.h - describes what a request asks of Variants and what it selects
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-variants-choose.h"

G_BEGIN_DECLS

char *bulla_variants_describe_unknown_axes (const BullaVariants *variants,
                                            const BullaVariantsReadings *readings);
char *bulla_variants_describe_mismatch (const BullaVariantsRanking *ranking,
                                        const BullaVariantKeys *keys,
                                        const BullaRequestFacts *request);
char *bulla_variants_describe_choices (const BullaVariantsRanking *ranking,
                                       const BullaVariants *variants, const gboolean *there,
                                       guint n, const BullaRequestFacts *request);
char *bulla_variants_describe_match (const BullaVariantKeys *keys, guint key,
                                     BullaVariantsGrade grade);

G_END_DECLS
