/* bulla-variants-headers.c - finds the pair of fields that a profile reads for Variants
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-variants-headers.h"

/**
 * bulla_variants_names_get: (skip)
 * @choice: the setting `request.variants-headers`
 *
 * Drafts 04 and 05 have lists, draft 06 and the plain names have the dictionary. Names of different
 * pairs are never combined.
 *
 * Returns: (transfer none): the pair
 */
const BullaVariantsNames *
bulla_variants_names_get (BullaVariantsChoice choice)
{
  static const BullaVariantsNames names[] = {
      [BULLA_VARIANTS_04] = {"variants-04", "variant-key-04", BULLA_VARIANTS_SYNTAX_LISTS},
      [BULLA_VARIANTS_05] = {"variants-05", "variant-key-05", BULLA_VARIANTS_SYNTAX_LISTS},
      [BULLA_VARIANTS_06] = {"variants-06", "variant-key-06", BULLA_VARIANTS_SYNTAX_DICTIONARY},
      [BULLA_VARIANTS_PLAIN] = {"variants", "variant-key", BULLA_VARIANTS_SYNTAX_DICTIONARY},
  };

  g_return_val_if_fail (choice < G_N_ELEMENTS (names), &names[0]);
  return &names[choice];
}

static const char *
find_value (const BullaFacts *facts, const char *name)
{
  const BullaHeader *header = bulla_facts_find_header (facts, name);

  return header != NULL ? header->value : NULL;
}

/**
 * bulla_variants_fields_of: (skip)
 * @facts: facts of a response whose headers were read
 * @settings: settings of the profile
 *
 * Returns: the values of the pair that the profile reads; they borrow from both arguments
 */
BullaVariantsFields
bulla_variants_fields_of (const BullaFacts *facts, const BullaSettings *settings)
{
  const BullaVariantsNames *names = bulla_variants_names_get (settings->variants_headers);

  return (BullaVariantsFields){find_value (facts, names->variants),
                               find_value (facts, names->variant_key), names->syntax,
                               &settings->variants};
}

/**
 * bulla_variants_request_for: (skip)
 * @request: a request
 * @settings: settings of the profile
 *
 * Returns: the request with the Accept-Encoding by which the profile matches exchanges
 */
BullaRequestFacts
bulla_variants_request_for (const BullaRequestFacts *request, const BullaSettings *settings)
{
  BullaRequestFacts matched = *request;

  if (settings->variants_encoding == BULLA_ENCODING_MI_SHA256)
    matched.accept_encoding = BULLA_CODING_MI_SHA256;
  return matched;
}
