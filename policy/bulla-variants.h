/* bulla-variants.h - matches Variants and Variant-Key with the headers of a request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-request-facts.h"

G_BEGIN_DECLS

typedef enum { BULLA_VARIANTS_SYNTAX_LISTS, BULLA_VARIANTS_SYNTAX_DICTIONARY } BullaVariantsSyntax;

gboolean bulla_variants_match (const char *variants, const char *variant_key,
                               BullaVariantsSyntax syntax, const BullaRequestFacts *request,
                               const char **why);
gboolean bulla_variants_count (const char *variants, BullaVariantsSyntax *syntax, guint64 *product);
gboolean bulla_variants_choose (const char *variants, const BullaRequestFacts *request,
                                const gboolean *there, guint n, guint *chosen);

G_END_DECLS
