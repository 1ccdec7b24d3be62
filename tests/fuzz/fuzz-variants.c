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
  for (int syntax = 0; syntax <= BULLA_VARIANTS_SYNTAX_DICTIONARY; syntax++) {
    const char *why = NULL;
    gboolean match = bulla_variants_match (values[0], values[1], syntax, &request, &why);
    g_assert_true (why != NULL && (!match || (values[0] == NULL) == (values[1] == NULL)));
  }
  return 0;
}
