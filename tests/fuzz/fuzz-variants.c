/* fuzz-variants.c - matches Variants and Variant-Key with three request fields, one on each line
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-variants.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 5);
  const char *values[5] = {NULL};

  for (int i = 0; lines[i] != NULL; i++)
    values[i] = lines[i];
  BullaRequestFacts request = {.accept = values[2],
                               .accept_language = values[2],
                               .accept_encoding = values[3],
                               .cookie = values[4]};
  for (guint i = 0; i < 6; i++) {
    BullaVariantsReadings readings = {
        .default_value = i % 2,
        .zero_weight = i % 2,
        .precedence = i % 2,
        .type_parameters = i % 2,
        .identity = i % 2,
        .coding_wildcard = i % 2,
        .languages = i % 3,
        .list_tokens = i % 3,
        .member_parameters = i % 2,
        .duplicate_axes = i % 3,
        .unknown_axis = i % 2,
    };
    BullaVariantsFields fields = {values[0], values[1], i / 3, &readings};
    const char *words = NULL;
    g_autofree char *found = NULL;
    gboolean match = bulla_variants_match (&fields, &request, &words, &found);
    g_assert_true ((words == NULL) != (found == NULL)
                   && (!match || (values[0] == NULL) == (values[1] == NULL)));
  }
  return 0;
}
