/* test-parse-sxg-headers.c - parses the signed headers of an exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-header-map.h"
#include "test-bytes.h"

static BullaFacts *
read_headers (const guint8 *data, size_t length)
{
  g_autoptr (ExactBytes) bytes = exact_copy (data, length);
  BullaFacts *facts = bulla_facts_new ();

  bulla_header_map_read ((BullaSpan){bytes, length, 500}, facts);
  g_assert_cmpint (facts->headers.read, !=, BULLA_UNKNOWN);
  if (facts->headers.read == BULLA_NO) {
    g_assert_cmpint (facts->headers.reason, !=, BULLA_REASON_NONE);
    g_assert_cmpuint (facts->headers.range.offset, >=, 500);
    g_assert_cmpuint (facts->headers.range.offset + facts->headers.range.length, <=, 500 + length);
    g_assert_cmpuint (facts->n_headers, ==, 0);
  }
  return facts;
}

/* sxg.md 5.3 */
static const char VECTOR[] = "a44664696765737458396d692d7368613235362d30333d64635244675232474d"
                             "3335446c7541563133507a676e47362b7076517750797766467641753155654672"
                             "733d473a737461747573433230304c636f6e74656e742d7479706549746578742f"
                             "68746d6c50636f6e74656e742d656e636f64696e674c6d692d7368613235362d3033";

static void
test_vector (void)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (VECTOR);
  g_autoptr (BullaFacts) facts = read_headers (bytes->data, bytes->len);

  g_assert_cmpuint (bytes->len, ==, 132);
  g_assert_cmpint (facts->headers.read, ==, BULLA_YES);
  g_assert_cmpuint (facts->status, ==, 200);
  g_assert_cmpuint (facts->n_headers, ==, 3);
  g_assert_cmpstr (facts->header[0].name, ==, "digest");
  g_assert_cmpstr (facts->header[0].value, ==,
                   "mi-sha256-03=dcRDgR2GM35DluAV13PzgnG6+pvQwPywfFvAu1UeFrs=");
  const BullaHeader *type = bulla_facts_find_header (facts, "content-type");
  g_assert_cmpstr (type->value, ==, "text/html");
  g_assert_cmpmem (bytes->data + type->range.offset - 500, type->range.length, "text/html", 9);
  g_assert_null (bulla_facts_find_header (facts, "Content-Type"));
  g_assert_null (bulla_facts_find_header (facts, ":status"));
}

static void
test_every_truncation (void)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (VECTOR);

  for (size_t length = 0; length < bytes->len; length++) {
    g_autoptr (BullaFacts) facts = read_headers (bytes->data, length);
    g_assert_cmpint (facts->headers.reason, ==, BULLA_REASON_HEADERS_MALFORMED);
  }
}

typedef struct {
  const char *name;
  const char *hex;
  BullaReason reason;
} Sample;

#define STATUS "473a737461747573 43323030"

static const Sample SAMPLES[] = {
    {"status-alone", "a1" STATUS, BULLA_REASON_NONE},
    {"empty-value", "a2 4161 40" STATUS, BULLA_REASON_NONE},
    {"high-bytes-in-value", "a2 4161 42c3ff" STATUS, BULLA_REASON_NONE},
    {"tab-inside", "a2 4161 43410942" STATUS, BULLA_REASON_NONE},
    {"every-token-mark",
     "a2 46212324252627"
     "4161" STATUS,
     BULLA_REASON_NONE},
    {"nothing", "", BULLA_REASON_HEADERS_MALFORMED},
    {"array", "81" STATUS, BULLA_REASON_HEADERS_TYPE},
    {"b2-array", "82a0a0", BULLA_REASON_HEADERS_TYPE},
    {"bytes", "40", BULLA_REASON_HEADERS_TYPE},
    {"tagged", "d9d9f7a1" STATUS, BULLA_REASON_HEADERS_TYPE},
    {"text-name", "a2 6161 4162" STATUS, BULLA_REASON_HEADERS_TYPE},
    {"text-value", "a2 4161 6162" STATUS, BULLA_REASON_HEADERS_TYPE},
    {"number-value", "a2 4161 01" STATUS, BULLA_REASON_HEADERS_TYPE},
    {"map-value", "a2 4161 a0" STATUS, BULLA_REASON_HEADERS_TYPE},
    {"out-of-order", "a2" STATUS "4161 4162", BULLA_REASON_HEADERS_NOT_CANONICAL},
    {"lexical-order", "a2 47636f6e6e656374 40 4161 40", BULLA_REASON_HEADERS_NOT_CANONICAL},
    {"twice", "a3 4161 40 4161 40" STATUS, BULLA_REASON_HEADERS_NOT_CANONICAL},
    {"status-twice", "a2" STATUS STATUS, BULLA_REASON_HEADERS_NOT_CANONICAL},
    {"indefinite-map", "bf" STATUS "ff", BULLA_REASON_HEADERS_NOT_CANONICAL},
    {"indefinite-value", "a2 4161 5f4162ff" STATUS, BULLA_REASON_HEADERS_NOT_CANONICAL},
    {"long-map-head", "b801" STATUS, BULLA_REASON_HEADERS_NOT_CANONICAL},
    {"long-name-head", "a1 580161 40", BULLA_REASON_HEADERS_NOT_CANONICAL},
    {"trailing", "a1" STATUS "00", BULLA_REASON_HEADERS_TRAILING_BYTES},
    {"one-pair-too-few", "a2" STATUS, BULLA_REASON_HEADERS_MALFORMED},
    {"one-pair-too-many", "a1 4161 40" STATUS, BULLA_REASON_HEADERS_TRAILING_BYTES},
    {"huge-map", "bbffffffffffffffff" STATUS, BULLA_REASON_HEADERS_MALFORMED},
    {"map-2^63", "bb8000000000000000" STATUS, BULLA_REASON_HEADERS_MALFORMED},
    {"huge-name", "a1 5bffffffffffffffff 40", BULLA_REASON_HEADERS_MALFORMED},
    {"empty-map", "a0", BULLA_REASON_HEADERS_STATUS_SYNTAX},
    {"no-status", "a1 4161 40", BULLA_REASON_HEADERS_STATUS_SYNTAX},
    {"status-20", "a1 473a737461747573 423230", BULLA_REASON_HEADERS_STATUS_SYNTAX},
    {"status-2000", "a1 473a737461747573 4432303030", BULLA_REASON_HEADERS_STATUS_SYNTAX},
    {"status-empty", "a1 473a737461747573 40", BULLA_REASON_HEADERS_STATUS_SYNTAX},
    {"status-+20", "a1 473a737461747573 432b3230", BULLA_REASON_HEADERS_STATUS_SYNTAX},
    {"status-099", "a1 473a737461747573 43303939", BULLA_REASON_HEADERS_STATUS_SYNTAX},
    {"status-2x0", "a1 473a737461747573 43327830", BULLA_REASON_HEADERS_STATUS_SYNTAX},
    {"method", "a2" STATUS "473a6d6574686f 43474554", BULLA_REASON_HEADERS_NOT_CANONICAL},
    {"url", "a2 443a75726c 4161" STATUS, BULLA_REASON_HEADERS_PSEUDO},
    {"colon", "a2 413a 4161" STATUS, BULLA_REASON_HEADERS_PSEUDO},
    {"upper-case", "a2 4141 40" STATUS, BULLA_REASON_HEADERS_UPPER_CASE},
    {"empty-name", "a2 40 40" STATUS, BULLA_REASON_HEADERS_NAME},
    {"name-with-space", "a2 426120 40" STATUS, BULLA_REASON_HEADERS_NAME},
    {"name-with-colon", "a2 42613a 40" STATUS, BULLA_REASON_HEADERS_NAME},
    {"name-with-nul", "a2 426100 40" STATUS, BULLA_REASON_HEADERS_NAME},
    {"name-not-ascii", "a2 42c3a9 40" STATUS, BULLA_REASON_HEADERS_NAME},
    {"value-with-nul", "a2 4161 4100" STATUS, BULLA_REASON_HEADERS_VALUE},
    {"value-with-cr", "a2 4161 43610d62" STATUS, BULLA_REASON_HEADERS_VALUE},
    {"value-with-lf", "a2 4161 43610a62" STATUS, BULLA_REASON_HEADERS_VALUE},
    {"value-begins-with-space", "a2 4161 422061" STATUS, BULLA_REASON_HEADERS_VALUE},
    {"value-ends-with-tab", "a2 4161 426109" STATUS, BULLA_REASON_HEADERS_VALUE},
    {"value-of-space", "a2 4161 4120" STATUS, BULLA_REASON_HEADERS_VALUE},
};

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (GByteArray) bytes = bytes_from_hex (sample->hex);
  g_autoptr (BullaFacts) facts = read_headers (bytes->data, bytes->len);

  g_assert_cmpstr (bulla_reason_get_nick (facts->headers.reason), ==,
                   bulla_reason_get_nick (sample->reason));
}

static void
append_pair (GByteArray *map, guint number)
{
  guint8 name[] = {0x44, '0', '0', '0', '0', 0x40};

  for (int i = 4; i >= 1; i--, number /= 10)
    name[i] = (guint8)('0' + number % 10);
  g_byte_array_append (map, name, sizeof name);
}

static void
test_count (void)
{
  for (guint n = BULLA_HEADER_MAP_COUNT_MAX; n <= BULLA_HEADER_MAP_COUNT_MAX + 1; n++) {
    g_autoptr (GByteArray) map = g_byte_array_new ();
    g_autoptr (GByteArray) status = bytes_from_hex (STATUS);
    const guint8 head[] = {0xb9, (guint8)(n >> 8), (guint8)n};
    g_byte_array_append (map, head, sizeof head);
    for (guint i = 0; i < n - 1; i++)
      append_pair (map, i);
    g_byte_array_append (map, status->data, status->len);
    g_autoptr (BullaFacts) facts = read_headers (map->data, map->len);
    gboolean fits = n == BULLA_HEADER_MAP_COUNT_MAX;
    g_assert_cmpint (facts->headers.read, ==, fits ? BULLA_YES : BULLA_NO);
    g_assert_cmpuint (facts->n_headers, ==, fits ? n - 1 : 0);
  }
}

static void
test_every_byte (void)
{
  g_autoptr (GByteArray) good = bytes_from_hex (VECTOR);

  for (guint at = 0; at < good->len; at++)
    for (guint bit = 0; bit < 8; bit++) {
      g_autoptr (GByteArray) bytes = bytes_from_hex (VECTOR);
      bytes->data[at] ^= (guint8)(1 << bit);
      g_autoptr (BullaFacts) facts = read_headers (bytes->data, bytes->len);
      g_assert_cmpint (facts->headers.read == BULLA_YES, ==,
                       facts->headers.reason == BULLA_REASON_NONE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/sxg-headers/vector", test_vector);
  g_test_add_func ("/parse/sxg-headers/every-truncation", test_every_truncation);
  g_test_add_func ("/parse/sxg-headers/every-bit", test_every_byte);
  g_test_add_func ("/parse/sxg-headers/count", test_count);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/parse/sxg-headers/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_sample);
  }
  return g_test_run ();
}
