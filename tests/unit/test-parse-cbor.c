/* test-parse-cbor.c - parses canonical CBOR: all faults, all truncations, huge counts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cbor.h"
#include "test-bytes.h"

#define MALFORMED BULLA_REASON_HEADERS_MALFORMED
#define NOT_CANONICAL BULLA_REASON_HEADERS_NOT_CANONICAL
#define TYPE BULLA_REASON_HEADERS_TYPE
#define LEFT_OVER BULLA_REASON_HEADERS_TRAILING_BYTES

static const BullaCborReasons reasons = {MALFORMED, NOT_CANONICAL, TYPE};

/* Reads one item with its contents. Returns BULLA_REASON_NONE without a fault. */
static BullaReason
skip_all (const guint8 *data, size_t length)
{
  g_autoptr (ExactBytes) bytes = exact_copy (data, length);
  g_auto (BullaCursor) in = bulla_cursor_over (span_over (bytes, length), MALFORMED);
  g_autoptr (GError) error = NULL;
  gboolean skipped = bulla_cbor_skip (&in, &reasons);
  gboolean closed = bulla_cursor_close (&in, LEFT_OVER, &error);

  g_assert_cmpint (closed, ==, error == NULL);
  g_assert_true (skipped || !closed);
  if (error == NULL)
    return BULLA_REASON_NONE;
  BullaRange range;
  g_assert_true (bulla_fault_get_range (error, &range));
  g_assert_cmpuint (range.offset, <=, length);
  g_assert_cmpuint (range.length, <=, length - range.offset);
  return error->code;
}

typedef struct {
  const char *name;
  const char *hex;
  BullaReason reason;
} Sample;

static const Sample SAMPLES[] = {
    /* valid items */
    {"zero", "00", BULLA_REASON_NONE},
    {"one-byte-head", "1818", BULLA_REASON_NONE},
    {"largest-number", "1bffffffffffffffff", BULLA_REASON_NONE},
    {"smallest-number", "3bffffffffffffffff", BULLA_REASON_NONE},
    {"empty-bytes", "40", BULLA_REASON_NONE},
    {"bytes", "43010203", BULLA_REASON_NONE},
    {"text", "63e282ac", BULLA_REASON_NONE},
    {"empty-array", "80", BULLA_REASON_NONE},
    {"nested", "8301820203820405", BULLA_REASON_NONE},
    {"map", "a2010202 03", BULLA_REASON_NONE},
    {"tag", "c074323031332d30332d32315432303a30343a30305a", BULLA_REASON_NONE},
    {"half", "f93c00", BULLA_REASON_NONE},
    {"not-a-number", "f97e00", BULLA_REASON_NONE},
    {"infinite", "fb7ff0000000000000", BULLA_REASON_NONE},
    {"null", "f6", BULLA_REASON_NONE},
    {"true", "f5", BULLA_REASON_NONE},
    /* not in shortest form */
    {"number-in-two", "1817", NOT_CANONICAL},
    {"number-in-three", "1900ff", NOT_CANONICAL},
    {"number-in-five", "1a0000ffff", NOT_CANONICAL},
    {"number-in-nine", "1b00000000ffffffff", NOT_CANONICAL},
    {"negative-in-two", "3800", NOT_CANONICAL},
    {"length-in-two", "580100", NOT_CANONICAL},
    {"length-in-nine", "5b000000000000000100", NOT_CANONICAL},
    {"text-length-in-three", "79000161", NOT_CANONICAL},
    {"array-in-two", "980100", NOT_CANONICAL},
    {"map-in-three", "b900010102", NOT_CANONICAL},
    {"tag-in-two", "d80000", NOT_CANONICAL},
    /* not of definite length */
    {"indefinite-bytes", "5f4101ff", NOT_CANONICAL},
    {"indefinite-text", "7f6161ff", NOT_CANONICAL},
    {"indefinite-array", "9f01ff", NOT_CANONICAL},
    {"indefinite-map", "bf0102ff", NOT_CANONICAL},
    {"break-alone", "ff", NOT_CANONICAL},
    /* order of keys */
    {"keys-out-of-order", "a202000100", NOT_CANONICAL},
    {"key-twice", "a201000100", NOT_CANONICAL},
    {"longer-key-first", "a2426162004163 00", NOT_CANONICAL},
    {"nested-keys-out-of-order", "a101a202000100", NOT_CANONICAL},
    {"keys-in-two-maps", "82a10100a10100", BULLA_REASON_NONE},
    {"map-as-key", "a1a1010002", BULLA_REASON_NONE},
    /* not CBOR */
    {"nothing", "", MALFORMED},
    {"reserved-head", "1c", MALFORMED},
    {"reserved-bytes", "5d", MALFORMED},
    {"reserved-array", "9e", MALFORMED},
    {"not-utf-8", "62c328", MALFORMED},
    {"overlong-utf-8", "62c0af", MALFORMED},
    {"surrogate", "63eda080", MALFORMED},
    /* lengths that overflow */
    {"bytes-2^63", "5b8000000000000000", MALFORMED},
    {"bytes-2^64-1", "5bffffffffffffffff", MALFORMED},
    {"bytes-2^64-8", "5bfffffffffffffff8", MALFORMED},
    {"bytes-2^32-1", "5affffffff", MALFORMED},
    {"text-2^63", "7b8000000000000000", MALFORMED},
    {"text-2^64-1", "7bffffffffffffffff", MALFORMED},
    {"array-2^63", "9b8000000000000000", MALFORMED},
    {"array-2^64-1", "9bffffffffffffffff", MALFORMED},
    {"map-2^63", "bb8000000000000000", MALFORMED},
    {"map-2^64-1", "bbffffffffffffffff", MALFORMED},
    {"array-4097", "991001", MALFORMED},
    {"array-without-items", "9903e8", MALFORMED},
    {"map-without-value", "a101", MALFORMED},
    {"trailing", "0000", LEFT_OVER},
};

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (GByteArray) bytes = bytes_from_hex (sample->hex);

  g_assert_cmpint (skip_all (bytes->data, bytes->len), ==, sample->reason);
  if (sample->reason != BULLA_REASON_NONE)
    return;
  for (guint length = 0; length < bytes->len; length++)
    g_assert_cmpint (skip_all (bytes->data, length), !=, BULLA_REASON_NONE);
}

/* nested arrays: 15 levels are read, the 16th is refused */
static void
test_depth (void)
{
  guint8 bytes[400];

  memset (bytes, 0x81, sizeof bytes);
  for (size_t depth = 1; depth < 300; depth++) {
    bytes[depth] = 0x80;
    g_assert_cmpint (skip_all (bytes, depth + 1), ==, depth < 15 ? BULLA_REASON_NONE : MALFORMED);
    bytes[depth] = 0x81;
  }
  memset (bytes, 0xc1, sizeof bytes); /* tags count as levels, too */
  g_assert_cmpint (skip_all (bytes, sizeof bytes), ==, MALFORMED);
}

/* arrays that each contain the maximum number of arrays of the same size */
static void
test_total (void)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex ("990fff");
  g_autoptr (GByteArray) inner = bytes_from_hex ("8100");

  for (int i = 0; i < 4095; i++)
    g_byte_array_append (bytes, inner->data, inner->len);
  g_assert_cmpint (skip_all (bytes->data, bytes->len), ==, MALFORMED);

  g_autoptr (GByteArray) flat = bytes_from_hex ("990fff");
  guint8 zero = 0;
  for (int i = 0; i < 4095; i++)
    g_byte_array_append (flat, &zero, 1);
  g_assert_cmpint (skip_all (flat->data, flat->len), ==, BULLA_REASON_NONE);
}

static void
test_next (void)
{
  g_autoptr (GByteArray) wire = bytes_from_hex ("a2 4161 58 18"
                                                "0102030405060708090a0b0c0d0e0f101112131415161718"
                                                "6162 20");
  g_autoptr (ExactBytes) bytes = exact_copy (wire->data, wire->len);
  g_auto (BullaCursor) in = bulla_cursor_over ((BullaSpan){bytes, wire->len, 100}, MALFORMED);
  BullaCborItem item;

  g_assert_true (bulla_cbor_expect (&in, &reasons, BULLA_CBOR_MAP, "map", &item));
  g_assert_cmpuint (item.number, ==, 2);
  g_assert_cmpuint (item.whole.offset, ==, 100);
  g_assert_true (bulla_cbor_expect (&in, &reasons, BULLA_CBOR_BYTES, "key", &item));
  g_assert_true (bulla_span_equal (item.bytes, "a", 1));
  g_assert_cmpuint (item.bytes.offset, ==, 102);
  g_assert_true (bulla_cbor_next (&in, &reasons, &item));
  g_assert_cmpuint (item.bytes.length, ==, 24);
  g_assert_cmpuint (item.bytes.offset, ==, 105);
  g_assert_cmpuint (item.whole.offset, ==, 103);
  g_assert_cmpuint (item.whole.length, ==, 26);
  g_assert_true (bulla_cbor_expect (&in, &reasons, BULLA_CBOR_TEXT, "text", &item));
  g_assert_true (bulla_span_equal (item.bytes, "b", 1));
  g_assert_true (bulla_cbor_next (&in, &reasons, &item));
  g_assert_cmpint (item.type, ==, BULLA_CBOR_NEGATIVE);
  g_assert_true (bulla_cursor_close (&in, LEFT_OVER, NULL));
}

static void
test_expect_other (void)
{
  static const char *const items[] = {"00", "20", "40", "60", "80", "a0", "c000", "f5"};

  for (int is = BULLA_CBOR_UNSIGNED; is <= BULLA_CBOR_SIMPLE; is++)
    for (int wanted = BULLA_CBOR_UNSIGNED; wanted <= BULLA_CBOR_SIMPLE; wanted++) {
      g_autoptr (GByteArray) wire = bytes_from_hex (items[is]);
      g_autoptr (ExactBytes) bytes = exact_copy (wire->data, wire->len);
      g_auto (BullaCursor) in = bulla_cursor_over (span_over (bytes, wire->len), MALFORMED);
      g_autoptr (GError) error = NULL;
      BullaCborItem item;
      gboolean fits = bulla_cbor_expect (&in, &reasons, wanted, "another type", &item);
      g_assert_cmpint (fits, ==, is == wanted);
      bulla_cursor_close (&in, LEFT_OVER, &error);
      if (!fits)
        assert_fault (error, TYPE);
    }
}

static void
test_after_fault (void)
{
  g_autoptr (ExactBytes) bytes = exact_copy ("\x00\x00", 2);
  g_auto (BullaCursor) in = bulla_cursor_over (span_over (bytes, 2), MALFORMED);
  BullaCborItem item;
  BullaCborKeys keys = {0};

  bulla_cursor_require (&in, FALSE, in.rest, TYPE, "before");
  g_assert_false (bulla_cbor_next (&in, &reasons, &item));
  g_assert_false (bulla_cbor_skip (&in, &reasons));
  g_assert_false (bulla_cbor_check_key (&in, &reasons, &keys, in.rest));
  g_assert_cmpuint (in.rest.length, ==, 2);
  g_assert_false (bulla_cursor_close (&in, LEFT_OVER, NULL));
}

/* a string may be read without its contents; its head is checked as usual */
static void
test_expect_head (void)
{
  static const struct {
    const char *hex;
    int reason; /* reason of the fault; -1 if there is none */
    guint64 number;
  } heads[] = {
      {"40", -1, 0},
      {"57", -1, 23},
      {"5818", -1, 24},
      {"590100", -1, 256},
      {"5a00010000", -1, 65536},
      {"5bffffffffffffffff", -1, G_MAXUINT64},
      {"5817", NOT_CANONICAL, 0},
      {"5900ff", NOT_CANONICAL, 0},
      {"5a0000ffff", NOT_CANONICAL, 0},
      {"5b00000000ffffffff", NOT_CANONICAL, 0},
      {"5f", NOT_CANONICAL, 0},
      {"5c", MALFORMED, 0},
      {"5e", MALFORMED, 0},
      {"60", TYPE, 0},
      {"f6", TYPE, 0},
      {"ff", TYPE, 0},
      {"", MALFORMED, 0},
      {"58", MALFORMED, 0},
      {"5bffffffffffffff", MALFORMED, 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++) {
    g_autoptr (GByteArray) wire = bytes_from_hex (heads[i].hex);
    g_autoptr (ExactBytes) bytes = exact_copy (wire->data, wire->len);
    g_auto (BullaCursor) in = bulla_cursor_over (span_over (bytes, wire->len), MALFORMED);
    g_autoptr (GError) error = NULL;
    BullaCborItem item;
    gboolean fine = bulla_cbor_expect_head (&in, &reasons, BULLA_CBOR_BYTES, "other", &item);
    g_assert_cmpint (fine, ==, heads[i].reason == -1);
    g_assert_cmpint (bulla_cursor_close (&in, LEFT_OVER, &error), ==, fine);
    if (fine) {
      g_assert_cmpuint (item.number, ==, heads[i].number);
      g_assert_cmpuint (item.whole.length, ==, bulla_cbor_head_width (wire->data[0]));
    } else {
      assert_fault (error, (BullaReason)heads[i].reason);
    }
  }
}

/* in a part that may still grow, missing bytes are not a fault of the format */
static void
test_truncated (void)
{
  static const BullaCborReasons growing = {MALFORMED, NOT_CANONICAL, TYPE,
                                           BULLA_REASON_INTEGRITY_TRUNCATED};

  static const struct {
    const char *hex;
    BullaReason reason;
  } parts[] = {{"", BULLA_REASON_INTEGRITY_TRUNCATED},
               {"19 00", BULLA_REASON_INTEGRITY_TRUNCATED},
               {"43 6161", BULLA_REASON_INTEGRITY_TRUNCATED},
               {"5b ffffffffffffffff", BULLA_REASON_INTEGRITY_TRUNCATED},
               {"1c", MALFORMED}};

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autoptr (GByteArray) wire = bytes_from_hex (parts[i].hex);
    g_autoptr (ExactBytes) bytes = exact_copy (wire->data, wire->len);
    g_auto (BullaCursor) in = bulla_cursor_over (span_over (bytes, wire->len), MALFORMED);
    g_autoptr (GError) error = NULL;
    BullaCborItem item;
    g_assert_false (bulla_cbor_next (&in, &growing, &item));
    g_assert_false (bulla_cursor_close (&in, LEFT_OVER, &error));
    assert_fault (error, parts[i].reason);
  }
}

/* an array of @n small numbers */
static gboolean
skip_many (guint n, guint64 max)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  const guint8 head[] = {0x9a, (guint8)(n >> 24), (guint8)(n >> 16), (guint8)(n >> 8), (guint8)n};

  g_byte_array_append (wire, head, sizeof head);
  g_byte_array_set_size (wire, (guint)sizeof head + n);
  memset (wire->data + sizeof head, 0, n);
  g_auto (BullaCursor) in = bulla_cursor_over ((BullaSpan){wire->data, wire->len, 0}, MALFORMED);
  bulla_cbor_skip_within (&in, &reasons, max);
  return bulla_cursor_close (&in, LEFT_OVER, NULL);
}

static void
test_skip_within (void)
{
  g_assert_true (skip_many (99999, 100000));
  g_assert_false (skip_many (100000, 100000));
  g_assert_false (skip_many (100001, 100000));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/parse/cbor/skip/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_sample);
  }
  g_test_add_func ("/parse/cbor/depth", test_depth);
  g_test_add_func ("/parse/cbor/total", test_total);
  g_test_add_func ("/parse/cbor/next/spans", test_next);
  g_test_add_func ("/parse/cbor/expect/every-type", test_expect_other);
  g_test_add_func ("/parse/cbor/after-fault", test_after_fault);
  g_test_add_func ("/parse/cbor/expect-head", test_expect_head);
  g_test_add_func ("/parse/cbor/truncated", test_truncated);
  g_test_add_func ("/parse/cbor/skip-within", test_skip_within);
  return g_test_run ();
}
