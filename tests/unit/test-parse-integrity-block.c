/* test-parse-integrity-block.c - parses the integrity block in front of a signed bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-integrity-block.h"
#include "test-cbor-bytes.h"

#define MAGIC "48 f09f968bf09f93a6"
#define V2 "84" MAGIC "44 32620000"
#define V1 "83" MAGIC "44 31620000"
#define ID "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqaaic"
#define ID_HEX                                                                                     \
  "78 38 6161617165617965617564616f63616a626966717964696f62346962"                                 \
  "6365717463716b726d66797964656e62776861356479707161616963"
#define WEB_BUNDLE_ID "6b 77656242756e646c654964"
#define ATTRIBUTES "a1" WEB_BUNDLE_ID ID_HEX
#define BYTES_8 "0001020304050607"
#define BYTES_32 BYTES_8 BYTES_8 BYTES_8 BYTES_8
#define ED25519 "70 656432353531395075626c69634b6579"
#define P256 "78 18 6563647361503235365348413235365075626c69634b6579"
#define ED25519_ATTRIBUTES "a1" ED25519 "58 20" BYTES_32
#define ED25519_SIGNATURE "58 40" BYTES_32 BYTES_32
#define P256_ATTRIBUTES "a1" P256 "58 21 02" BYTES_32
#define ONE "82" ED25519_ATTRIBUTES ED25519_SIGNATURE
#define TWO "82" P256_ATTRIBUTES ED25519_SIGNATURE
#define UNKNOWN "82 a1 6161 01 40"
#define GOOD V2 ATTRIBUTES "82" ONE TWO
#define OLD V1 "82" ONE ONE

typedef struct {
  BullaFacts *facts;
  BullaIntegrityBlock *block;
  gboolean wants_more;
} Read;

static void
read_clear (Read *self)
{
  g_clear_pointer (&self->block, bulla_integrity_block_free);
  bulla_facts_unref (self->facts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Read, read_clear)

static Read
read_block (const guint8 *data, size_t length, gboolean at_end)
{
  Read self = {.facts = bulla_facts_new ()};
  g_autoptr (ExactBytes) bytes = exact_copy (data, length);
  const BullaIntegrityFacts *facts = &self.facts->integrity;

  self.block = bulla_integrity_block_read ((BullaSpan){bytes, length, 0}, at_end, self.facts,
                                           &self.wants_more);
  g_assert_cmpint (facts->present, ==, self.wants_more ? BULLA_UNKNOWN : BULLA_YES);
  g_assert_cmpint (facts->block.read == BULLA_UNKNOWN, ==, self.wants_more);
  g_assert_cmpint (facts->block.read == BULLA_NO, ==, facts->block.reason != BULLA_REASON_NONE);
  g_assert_true (facts->block.read != BULLA_YES || self.block != NULL);
  g_assert_cmpuint (facts->block.range.offset + facts->block.range.length, <=, length);
  return self;
}

static Read
read_hex (const char *hex)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (hex);

  return read_block (bytes->data, bytes->len, TRUE);
}

static void
assert_span (const BullaIntegrityBlock *block, BullaSpan span, const char *hex)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (hex);
  const guint8 *start = g_bytes_get_data (block->bytes, NULL);

  g_assert_cmpmem (span.data, span.length, bytes->data, bytes->len);
  g_assert_true (span.data == start + span.offset);
}

static void
test_good (void)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (GOOD);
  size_t size = bytes->len;

  put_filling (bytes, 200, 'b'); /* the bundle */
  g_auto (Read) read = read_block (bytes->data, bytes->len, FALSE);
  const BullaIntegrityFacts *facts = &read.facts->integrity;

  g_assert_false (read.wants_more);
  g_assert_cmpint (facts->block.read, ==, BULLA_YES);
  g_assert_cmpuint (g_bytes_get_size (read.block->bytes), ==, size);
  g_assert_cmpuint (read.block->version, ==, 2);
  g_assert_cmpstr (read.block->web_bundle_id, ==, ID);
  g_assert_cmpuint (read.block->n_signatures, ==, 2);
  assert_span (read.block, read.block->head, V2);
  assert_span (read.block, read.block->attributes, ATTRIBUTES);
  const BullaIntegritySignature *first = &read.block->signatures[0];
  g_assert_cmpint (first->kind, ==, BULLA_WEB_BUNDLE_KEY_ED25519);
  assert_span (read.block, first->key, BYTES_32);
  assert_span (read.block, first->attributes, ED25519_ATTRIBUTES);
  assert_span (read.block, first->signature, BYTES_32 BYTES_32);
  assert_span (read.block, first->whole, ONE);
  g_assert_cmpint (read.block->signatures[1].kind, ==, BULLA_WEB_BUNDLE_KEY_P256);
  assert_span (read.block, read.block->signatures[1].key, "02" BYTES_32);
  g_assert_cmpstr (facts->version, ==, "2b");
  g_assert_cmpstr (facts->web_bundle_id, ==, ID);
  g_assert_cmpuint (facts->n_signatures, ==, 2);
  g_assert_cmpuint (facts->n_known, ==, 2);
  g_assert_cmpint (facts->first_known, ==, BULLA_YES);
  g_assert_cmpuint (facts->n_valid, ==, 0);
  g_assert_cmpuint (facts->entries_range.offset + facts->entries_range.length, ==, size);
}

/* IB-002: version 1 is read for inspection, and refused */
static void
test_version_1 (void)
{
  g_auto (Read) read = read_hex (OLD);

  g_assert_cmpint (read.facts->integrity.block.reason, ==, BULLA_REASON_INTEGRITY_VERSION);
  g_assert_cmpstr (read.facts->integrity.version, ==, "1b");
  g_assert_nonnull (read.block);
  g_assert_cmpuint (read.block->version, ==, 1);
  g_assert_cmpuint (read.block->n_signatures, ==, 2);
  g_assert_null (read.block->web_bundle_id);
  g_assert_cmpuint (read.block->attributes.length, ==, 0);
  assert_span (read.block, read.block->head, V1);
  assert_span (read.block, read.block->signatures[1].whole, ONE);
}

/* IB-009 to IB-011: unknown keys are read; the rules decide whether they are ignored */
static void
test_unknown_keys (void)
{
  static const char *const unknown[] = {
      "82 a0 40",
      UNKNOWN,
      "82 a2" ED25519 "58 20" BYTES_32 P256 "58 21 02" BYTES_32 ED25519_SIGNATURE,
      "82 a1" ED25519 "6161 40",
      "82 a1" P256 "f5 40",
      "82 a1 70 656432353531397075626c69636b6579 58 20" BYTES_32 ED25519_SIGNATURE,
  };

  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++) {
    g_autofree char *first = g_strconcat (V2 ATTRIBUTES "82", unknown[i], ONE, NULL);
    g_autofree char *later = g_strconcat (V2 ATTRIBUTES "82" ONE, unknown[i], NULL);
    g_autofree char *alone = g_strconcat (V2 ATTRIBUTES "81", unknown[i], NULL);
    g_auto (Read) one = read_hex (first);
    g_auto (Read) two = read_hex (later);
    g_auto (Read) three = read_hex (alone);
    g_assert_cmpint (one.facts->integrity.block.read, ==, BULLA_YES);
    g_assert_cmpint (one.facts->integrity.first_known, ==, BULLA_NO);
    g_assert_cmpuint (one.facts->integrity.n_known, ==, 1);
    g_assert_cmpint (one.block->signatures[0].kind, ==, BULLA_WEB_BUNDLE_KEY_UNKNOWN);
    g_assert_cmpuint (one.block->signatures[0].key.length, ==, 0);
    g_assert_cmpint (two.facts->integrity.first_known, ==, BULLA_YES);
    g_assert_cmpuint (two.facts->integrity.n_known, ==, 1);
    g_assert_cmpint (three.facts->integrity.block.read, ==, BULLA_YES);
    g_assert_cmpuint (three.facts->integrity.n_known, ==, 0);
  }
}

/* with incomplete input the reader asks for more; at the end of the file the block is truncated */
static void
test_every_truncation (void)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (GOOD);

  for (size_t length = 0; length < bytes->len; length++) {
    g_auto (Read) coming = read_block (bytes->data, length, FALSE);
    g_auto (Read) ended = read_block (bytes->data, length, TRUE);
    g_assert_true (coming.wants_more);
    g_assert_null (coming.block);
    g_assert_cmpint (ended.facts->integrity.block.reason, ==, BULLA_REASON_INTEGRITY_TRUNCATED);
  }
}

/* a fault is reported as soon as it is found, and does not change when more bytes arrive */
static void
test_every_bit (void)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (GOOD);

  for (guint bit = 0; bit < 8 * bytes->len; bit++) {
    bytes->data[bit / 8] ^= (guint8)(1 << bit % 8);
    g_auto (Read) whole = read_block (bytes->data, bytes->len, TRUE);
    for (size_t length = 1; length < bytes->len; length += 5) {
      g_auto (Read) part = read_block (bytes->data, length, FALSE);
      if (!part.wants_more)
        g_assert_cmpint (part.facts->integrity.block.reason, ==,
                         whole.facts->integrity.block.reason);
    }
    bytes->data[bit / 8] ^= (guint8)(1 << bit % 8);
  }
}

typedef struct {
  const char *name, *hex;
  BullaReason reason;
} Sample;

#define NONE BULLA_REASON_NONE
#define MALFORMED BULLA_REASON_INTEGRITY_MALFORMED
#define CANONICAL BULLA_REASON_INTEGRITY_NOT_CANONICAL
#define TYPE BULLA_REASON_INTEGRITY_TYPE
#define ATTRIBUTE BULLA_REASON_INTEGRITY_ATTRIBUTES
#define BUNDLE_ID BULLA_REASON_INTEGRITY_WEB_BUNDLE_ID
#define KEY BULLA_REASON_INTEGRITY_KEY

static const Sample SAMPLES[] = {
    {"good", GOOD, NONE},
    {"same-twice", V2 ATTRIBUTES "82" ONE ONE, NONE},
    {"more-attributes", V2 "a5 6161 01 6162 20 6163 f4 6164 40" WEB_BUNDLE_ID ID_HEX "81" ONE,
     NONE},
    {"more-in-signature",
     V2 ATTRIBUTES "81 82 a2 6161 f5" ED25519 "58 20" BYTES_32 ED25519_SIGNATURE, NONE},
    {"map", "a2" MAGIC "44 32620000", TYPE},
    {"magic", "84 48 f09f968bf09f93a7 44 32620000" ATTRIBUTES "81" ONE,
     BULLA_REASON_INTEGRITY_MAGIC},
    {"magic-of-bundle", "84 48 f09f8c90f09f93a6 44 32620000" ATTRIBUTES "81" ONE,
     BULLA_REASON_INTEGRITY_MAGIC},
    {"short-magic", "84 44 f09f968b 44 32620000", BULLA_REASON_INTEGRITY_MAGIC},
    {"text-magic", "84 63 616263 44 32620000", TYPE},
    {"version-3", "84" MAGIC "44 33620000" ATTRIBUTES "81" ONE, BULLA_REASON_INTEGRITY_VERSION},
    {"version-2", "84" MAGIC "44 32000000" ATTRIBUTES "81" ONE, BULLA_REASON_INTEGRITY_VERSION},
    {"version-short", "84" MAGIC "42 3262" ATTRIBUTES "81" ONE, TYPE},
    {"version-text", "84" MAGIC "64 32620000" ATTRIBUTES "81" ONE, TYPE},
    /* IB-004 */
    {"three", "83" MAGIC "44 32620000" ATTRIBUTES, TYPE},
    {"five", "85" MAGIC "44 32620000" ATTRIBUTES "81" ONE "00", TYPE},
    {"v1-of-four", "84" MAGIC "44 31620000" ATTRIBUTES "81" ONE, TYPE},
    {"indefinite", "9f" MAGIC "44 32620000" ATTRIBUTES "81" ONE "ff", CANONICAL},
    {"long-head", "9804" MAGIC "44 32620000" ATTRIBUTES "81" ONE, CANONICAL},
    /* IB-005 */
    {"attributes-array", V2 "80 81" ONE, TYPE},
    {"attribute-twice", V2 "a2" WEB_BUNDLE_ID ID_HEX WEB_BUNDLE_ID ID_HEX "81" ONE, CANONICAL},
    {"attribute-order", V2 "a2" WEB_BUNDLE_ID ID_HEX "6161 01 81" ONE, CANONICAL},
    {"attribute-nested", V2 "a2 6161 80" WEB_BUNDLE_ID ID_HEX "81" ONE, ATTRIBUTE},
    {"attribute-map", V2 "a2 6161 a0" WEB_BUNDLE_ID ID_HEX "81" ONE, ATTRIBUTE},
    {"attribute-null", V2 "a2 6161 f6" WEB_BUNDLE_ID ID_HEX "81" ONE, ATTRIBUTE},
    {"attribute-float", V2 "a2 6161 f90000" WEB_BUNDLE_ID ID_HEX "81" ONE, ATTRIBUTE},
    {"attribute-tag", V2 "a2 6161 c000" WEB_BUNDLE_ID ID_HEX "81" ONE, ATTRIBUTE},
    {"attribute-key-bytes", V2 "a2 4161 01" WEB_BUNDLE_ID ID_HEX "81" ONE, TYPE},
    {"attributes-huge", V2 "bbffffffffffffffff" WEB_BUNDLE_ID ID_HEX "81" ONE, TYPE},
    /* IB-006 */
    {"no-id", V2 "a0 81" ONE, BUNDLE_ID},
    {"other-attribute", V2 "a1 6161 01 81" ONE, BUNDLE_ID},
    {"id-empty", V2 "a1" WEB_BUNDLE_ID "60 81" ONE, BUNDLE_ID},
    {"id-bytes", V2 "a1" WEB_BUNDLE_ID "4161 81" ONE, BUNDLE_ID},
    {"id-garbage", V2 "a1" WEB_BUNDLE_ID "6161 81" ONE, BUNDLE_ID},
    {"id-nul", V2 "a1" WEB_BUNDLE_ID "6100 81" ONE, BUNDLE_ID},
    /* IB-007, IB-008 */
    {"no-signatures", V2 ATTRIBUTES "80", BULLA_REASON_INTEGRITY_NO_SIGNATURES},
    {"v1-no-signatures", V1 "80", BULLA_REASON_INTEGRITY_NO_SIGNATURES},
    {"signatures-map", V2 ATTRIBUTES "a0", TYPE},
    {"signatures-huge", V2 ATTRIBUTES "9bffffffffffffffff" ONE, BULLA_REASON_INTEGRITY_TOO_LARGE},
    {"entry-of-one", V2 ATTRIBUTES "81 81" ED25519_ATTRIBUTES, TYPE},
    {"entry-of-three", V2 ATTRIBUTES "81 83" ED25519_ATTRIBUTES ED25519_SIGNATURE "00", TYPE},
    {"entry-map", V2 ATTRIBUTES "81 a1 6161 40", TYPE},
    {"entry-without-map", V2 ATTRIBUTES "81 82 80 40", TYPE},
    {"entry-text-signature", V2 ATTRIBUTES "81 82 a0 60", TYPE},
    {"entry-nested", V2 ATTRIBUTES "81 82 a1 6161 80 40", ATTRIBUTE},
    {"key-twice",
     V2 ATTRIBUTES "81 82 a2" ED25519 "58 20" BYTES_32 ED25519 "58 20" BYTES_32 ED25519_SIGNATURE,
     CANONICAL},
    /* IB-012, IB-013 */
    {"key-31",
     V2 ATTRIBUTES "81 82 a1" ED25519 "57" BYTES_8 BYTES_8 "00010203040506" ED25519_SIGNATURE, KEY},
    {"key-33", V2 ATTRIBUTES "81 82 a1" ED25519 "58 21 02" BYTES_32 ED25519_SIGNATURE, KEY},
    {"signature-63",
     V2 ATTRIBUTES "81 82" ED25519_ATTRIBUTES "58 3f" BYTES_32 BYTES_8 BYTES_8 BYTES_8
                   "00010203040506",
     KEY},
    {"signature-65", V2 ATTRIBUTES "81 82" ED25519_ATTRIBUTES "58 41 00" BYTES_32 BYTES_32, KEY},
    {"p256-32", V2 ATTRIBUTES "81 82 a1" P256 "58 20" BYTES_32 ED25519_SIGNATURE, KEY},
    {"p256-65", V2 ATTRIBUTES "81 82 a1" P256 "58 41 04" BYTES_32 BYTES_32 ED25519_SIGNATURE, KEY},
    {"p256-signature-63",
     V2 ATTRIBUTES "81 82" P256_ATTRIBUTES "58 3f" BYTES_32 BYTES_8 BYTES_8 BYTES_8
                   "00010203040506",
     KEY},
    {"p256-signature-72", V2 ATTRIBUTES "81 82" P256_ATTRIBUTES "58 48" BYTES_32 BYTES_32 BYTES_8,
     NONE},
    {"p256-signature-73",
     V2 ATTRIBUTES "81 82" P256_ATTRIBUTES "58 49 00" BYTES_32 BYTES_32 BYTES_8, KEY},
    {"second-key-wrong", V2 ATTRIBUTES "82" ONE "82 a1" ED25519 "40" ED25519_SIGNATURE, KEY},
    {"malformed", V2 "fc", MALFORMED},
    {"reserved", V2 "1c", MALFORMED},
    {"empty", "", BULLA_REASON_INTEGRITY_TRUNCATED},
};

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_auto (Read) read = read_hex (sample->hex);
  const BullaPart *block = &read.facts->integrity.block;

  g_assert_cmpstr (block->read == BULLA_YES ? NULL : bulla_reason_get_nick (block->reason), ==,
                   sample->reason == NONE ? NULL : bulla_reason_get_nick (sample->reason));
  g_assert_cmpint (read.block != NULL, ==, sample->reason == NONE);
}

static BullaReason
read_many (guint n)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (V2 ATTRIBUTES);

  put_head (bytes, BULLA_CBOR_ARRAY, n);
  for (guint i = 0; i < n; i++)
    put_hex (bytes, UNKNOWN);
  g_auto (Read) read = read_block (bytes->data, bytes->len, TRUE);
  return read.facts->integrity.block.reason;
}

static void
test_count (void)
{
  g_assert_cmpint (read_many (BULLA_INTEGRITY_SIGNATURES_MAX), ==, NONE);
  g_assert_cmpint (read_many (BULLA_INTEGRITY_SIGNATURES_MAX + 1), ==,
                   BULLA_REASON_INTEGRITY_TOO_LARGE);
}

/* a block of the maximum size, with one long attribute, and a longer one */
static void
test_size (void)
{
  for (size_t more = 0; more < 2; more++) {
    g_autoptr (GByteArray) bytes = bytes_from_hex (V2 "a2 6161");
    g_autoptr (GByteArray) rest = bytes_from_hex (WEB_BUNDLE_ID ID_HEX "81" UNKNOWN);
    size_t filling = BULLA_INTEGRITY_BLOCK_MAX + more - bytes->len - rest->len - 5;
    put_head (bytes, BULLA_CBOR_BYTES, filling);
    put_filling (bytes, filling, 'x');
    g_byte_array_append (bytes, rest->data, rest->len);
    g_assert_cmpuint (bytes->len, ==, BULLA_INTEGRITY_BLOCK_MAX + more);
    for (int at_end = 0; at_end < 2; at_end++) {
      g_auto (Read) read = read_block (bytes->data, bytes->len, at_end);
      g_assert_false (read.wants_more);
      g_assert_cmpint (read.facts->integrity.block.reason, ==,
                       more == 0 ? NONE : BULLA_REASON_INTEGRITY_TOO_LARGE);
    }
  }
}

static void
test_recognise (void)
{
  static const char *const blocks[] = {V2, V1, "9f" MAGIC "44", "9804" MAGIC, "85" MAGIC "61"};
  static const char *const others[] = {"",
                                       "84",
                                       "84 48 f09f968bf09f93",
                                       "84 48 f09f8c90f09f93a6 44",
                                       "a4" MAGIC "44",
                                       "44" MAGIC "44",
                                       "98" MAGIC "44"};

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++) {
    g_autoptr (GByteArray) hex = bytes_from_hex (blocks[i]);
    g_autoptr (ExactBytes) bytes = exact_copy (hex->data, hex->len);
    g_autoptr (ExactBytes) few = exact_copy (hex->data, BULLA_INTEGRITY_MAGIC_SIZE);
    g_assert_true (bulla_integrity_block_recognise (bytes, hex->len));
    g_assert_true (bulla_integrity_block_recognise (few, BULLA_INTEGRITY_MAGIC_SIZE));
    g_assert_false (bulla_integrity_block_recognise (few, BULLA_INTEGRITY_MAGIC_SIZE - 1));
  }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autoptr (GByteArray) hex = bytes_from_hex (others[i]);
    g_autoptr (ExactBytes) bytes = exact_copy (hex->data, hex->len);
    g_assert_false (bulla_integrity_block_recognise (bytes, hex->len));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/integrity-block/whole", test_good);
  g_test_add_func ("/parse/integrity-block/version-1", test_version_1);
  g_test_add_func ("/parse/integrity-block/unknown-keys", test_unknown_keys);
  g_test_add_func ("/parse/integrity-block/every-truncation", test_every_truncation);
  g_test_add_func ("/parse/integrity-block/every-bit", test_every_bit);
  g_test_add_func ("/parse/integrity-block/count", test_count);
  g_test_add_func ("/parse/integrity-block/size", test_size);
  g_test_add_func ("/parse/integrity-block/recognise", test_recognise);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/parse/integrity-block/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_sample);
  }
  return g_test_run ();
}
