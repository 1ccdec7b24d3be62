/* fuzz-integrity-block.c - parses an integrity block, whole and while it arrives
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-integrity-block.h"
#include "fuzz.h"

static void
check_span (const BullaIntegrityBlock *block, BullaSpan span)
{
  size_t size = 0;
  const guint8 *data = g_bytes_get_data (block->bytes, &size);

  g_assert_cmpuint (span.offset, <=, size);
  g_assert_cmpuint (span.length, <=, size - span.offset);
  g_assert_true (span.length == 0 || span.data == data + span.offset);
}

static void
check_block (const BullaIntegrityBlock *block, const BullaIntegrityFacts *facts)
{
  guint n_known = 0;

  check_span (block, block->head);
  check_span (block, block->attributes);
  g_assert_cmpint (block->version == 2, ==, block->web_bundle_id != NULL);
  g_assert_cmpint (block->version == 1, ==, facts->block.read == BULLA_NO);
  g_assert_cmpuint (block->n_signatures, >, 0);
  g_assert_cmpuint (block->n_signatures, ==, facts->n_signatures);
  for (guint i = 0; i < block->n_signatures; i++) {
    const BullaIntegritySignature *signature = &block->signatures[i];
    gboolean known = signature->kind != BULLA_WEB_BUNDLE_KEY_UNKNOWN;
    check_span (block, signature->attributes);
    check_span (block, signature->key);
    check_span (block, signature->signature);
    check_span (block, signature->whole);
    g_assert_cmpint (known, ==, signature->key.length > 0);
    g_assert_true (i > 0 || (facts->first_known == BULLA_YES) == known);
    n_known += known;
  }
  g_assert_cmpuint (n_known, ==, facts->n_known);
}

/* An early result must not change when more bytes arrive. */
static void
check_growing (const uint8_t *data, size_t size, const BullaFacts *whole)
{
  FuzzSplit split = fuzz_split_new (data, size);
  gboolean wants_more = TRUE;

  for (size_t at = 0; at < size && wants_more;) {
    at += fuzz_split_next (&split, size - at);
    g_autoptr (BullaFacts) facts = bulla_facts_new ();
    g_autoptr (BullaIntegrityBlock) block =
        bulla_integrity_block_read ((BullaSpan){data, at, 0}, FALSE, facts, &wants_more);
    g_assert_true (!wants_more || block == NULL);
    if (wants_more)
      continue;
    g_assert_cmpint (facts->integrity.block.reason, ==, whole->integrity.block.reason);
    g_assert_cmpuint (facts->integrity.n_signatures, ==, whole->integrity.n_signatures);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  gboolean wants_more = TRUE;
  g_autoptr (BullaIntegrityBlock) block =
      bulla_integrity_block_read ((BullaSpan){data, size, 0}, TRUE, facts, &wants_more);

  g_assert_false (wants_more);
  fuzz_check_part (&facts->integrity.block, size);
  if (block != NULL)
    check_block (block, &facts->integrity);
  else
    g_assert_cmpint (facts->integrity.block.read, ==, BULLA_NO);
  if (size <= 4096)
    check_growing (data, size, facts);
  return 0;
}
