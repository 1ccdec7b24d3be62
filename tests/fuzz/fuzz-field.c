/* fuzz-field.c - parses header fields: media types, directives, digests, codings
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-field.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  guint8 proof[BULLA_PROOF_SIZE];
  g_autofree char *essence = bulla_field_dup_essence (text);
  g_autofree char *version = bulla_field_dup_parameter (text, "v");
  g_autofree char *names = bulla_field_dup_no_cache_names (text);
  g_autofree char *inner = bulla_field_dup_inner_codings (text);

  g_assert_true (essence == NULL || strchr (essence, '/') != NULL);
  if (bulla_field_ask_cache (text, FALSE) == BULLA_CACHE_NOT_SHARED)
    g_assert_cmpint (bulla_field_ask_cache (text, TRUE), ==, BULLA_CACHE_NOT_SHARED);
  if (bulla_field_read_digest (text, TRUE, proof) == BULLA_DIGEST_FOUND)
    g_assert_cmpint (bulla_field_read_digest (text, FALSE, proof), ==, BULLA_DIGEST_FOUND);
  if (bulla_field_codings_are_decodable (text, TRUE))
    g_assert_true (inner == NULL && bulla_field_codings_are_decodable (text, FALSE));
  return 0;
}
