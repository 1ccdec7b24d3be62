/* bulla-variants-headers.h - finds the pair of fields that a profile reads for Variants
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-facts.h"
#include "bulla-settings.h"
#include "bulla-variants.h"

G_BEGIN_DECLS

/* A pair of fields and its wire form; the names are in lower case. */
typedef struct {
  const char *variants, *variant_key; /* static */
  BullaVariantsSyntax syntax;
} BullaVariantsNames;

const BullaVariantsNames *bulla_variants_names_get (BullaVariantsChoice choice);
BullaVariantsFields bulla_variants_fields_of (const BullaFacts *facts,
                                              const BullaSettings *settings);
BullaRequestFacts bulla_variants_request_for (const BullaRequestFacts *request,
                                              const BullaSettings *settings);

G_END_DECLS
