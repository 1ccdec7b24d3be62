/* fuzz-merkle.c - encodes and decodes a body; after a changed byte only the records before it may
 * be returned
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"
#include "write/bulla-merkle-writer.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 5)
    return 0;
  guint8 proof[BULLA_PROOF_SIZE];
  g_autofree char *digest = NULL;
  g_autoptr (BullaFacts) facts = bulla_facts_new (), spoilt_facts = bulla_facts_new ();
  g_autoptr (GBytes) body = g_bytes_new_static (data + 4, size - 4);
  GBytes *coded = bulla_merkle_encode (body, 1 + data[0] * 8, &digest, NULL);
  g_autoptr (GByteArray) bytes = g_bytes_unref_to_array (coded);
  bulla_field_read_digest (digest, FALSE, proof);
  g_autoptr (GByteArray) out = fuzz_read_body (proof, bytes->data, bytes->len, TRUE, facts);
  g_assert_cmpmem (out->data, out->len, data + 4, size - 4);
  bytes->data[8 + (data[1] << 8 | data[2]) % (bytes->len - 8)] ^= data[3] | 1;
  g_autoptr (GByteArray) part = fuzz_read_body (proof, bytes->data, bytes->len, TRUE, spoilt_facts);
  g_assert_true (spoilt_facts->body.read == BULLA_NO && part->len < size - 4);
  g_assert_cmpmem (part->data, part->len, data + 4, part->len);
  return 0;
}
