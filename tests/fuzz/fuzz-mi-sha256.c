/* fuzz-mi-sha256.c - decodes a body with its proof: bytes and end must not depend on the sizes of
 * reads
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < BULLA_PROOF_SIZE)
    return 0;
  const uint8_t *coded = data + BULLA_PROOF_SIZE;
  g_autoptr (BullaFacts) facts = bulla_facts_new (), whole_facts = bulla_facts_new ();
  g_autoptr (GByteArray) whole =
      fuzz_read_body (data, coded, size - BULLA_PROOF_SIZE, FALSE, whole_facts);
  g_autoptr (GByteArray) out = fuzz_read_body (data, coded, size - BULLA_PROOF_SIZE, TRUE, facts);
  g_assert_cmpmem (out->data, out->len, whole->data, whole->len);
  g_assert_cmpint (facts->body.reason, ==, whole_facts->body.reason);
  g_assert_cmpuint (facts->body.range.offset, ==, whole_facts->body.range.offset);
  g_assert_cmpuint (facts->body_length, ==, out->len);
  return 0;
}
