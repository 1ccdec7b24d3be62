/* test-parse-bundle-index.c - parses bundle indexes: both versions, all truncations, many entries
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-survey.h"
#include "test-bundle-index-read.h"

#define UUID "uuid-in-package:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"

static void
assert_url (const BullaBundleIndex *index, guint i, const char *url, const char *origin)
{
  size_t length;
  const char *found = bulla_bundle_index_get_url (index, i, &length);

  g_assert_cmpmem (found, length, url, strlen (url));
  g_assert_cmpstr (bulla_bundle_index_get_origin (index, i), ==, origin);
}

static void
assert_location (const BullaBundleIndex *index, guint i, guint which, guint64 offset,
                 guint64 length)
{
  BullaBundleLocation location = bulla_bundle_index_get_location (index, i, which);

  g_assert_cmpuint (location.offset, ==, offset);
  g_assert_cmpuint (location.length, ==, length);
}

static gssize
find_resource (const BullaBundleIndex *index, const char *url)
{
  g_autoptr (ExactBytes) bytes = exact_copy (url, strlen (url));

  return bulla_bundle_index_find (index, (const char *)bytes, strlen (url));
}

static GByteArray *
write_good (void)
{
  GByteArray *out = g_byte_array_new ();

  put_head (out, BULLA_CBOR_MAP, 6);
  put_entry (out, "/x", 1, 10);
  put_entry (out, "https://a.test/", 11, 20);
  put_entry (out, "https://a.test/b", 31, 30);
  put_entry (out, "https://a.test/b?c", 11, 20);
  put_entry (out, "https://b.test:8443/", 61, 900);
  put_entry (out, UUID, 990, 10);
  return out;
}

static void
test_b2 (void)
{
  g_autoptr (GByteArray) bytes = write_good ();
  g_auto (Read) read = read_index (bytes, TRUE);
  g_autoptr (BullaFacts) facts = bulla_facts_new ();

  g_assert_no_error (read.error);
  g_assert_cmpuint (bulla_bundle_index_get_n_urls (read.index), ==, 6);
  assert_url (read.index, 0, "/x", "");
  assert_url (read.index, 1, "https://a.test/", "https://a.test");
  assert_url (read.index, 4, "https://b.test:8443/", "https://b.test:8443");
  assert_url (read.index, 5, UUID, UUID);
  assert_location (read.index, 4, 0, 61, 900);
  g_assert_null (bulla_bundle_index_get_variants (read.index, 4));
  g_assert_cmpuint (bulla_bundle_index_get_n_locations (read.index, 4), ==, 1);
  g_assert_cmpint (find_resource (read.index, "https://a.test/b?c"), ==, 3);
  g_assert_cmpint (find_resource (read.index, UUID), ==, 5);
  g_assert_cmpint (find_resource (read.index, "/x"), ==, 0);
  g_assert_cmpint (find_resource (read.index, "https://a.test/c"), ==, -1);
  g_assert_cmpint (find_resource (read.index, ""), ==, -1);
  bulla_bundle_index_fill_facts (read.index, facts);
  g_assert_cmpuint (facts->bundle.n_resources, ==, 6);
  g_assert_cmpuint (facts->bundle.n_aliases, ==, 1);
  g_assert_cmpuint (facts->bundle.n_overlaps, ==, 0);
  g_assert_cmpuint (facts->bundle.n_ambiguous, ==, 0);
  g_assert_cmpstr (facts->bundle.claimed_origins, ==, "https://a.test, https://b.test:8443, " UUID);
}

static void
test_every_truncation (void)
{
  g_autoptr (GByteArray) bytes = write_good ();

  for (size_t length = 0; length < bytes->len; length++) {
    g_auto (Read) read = read_as (bytes->data, length, TRUE, NULL);
    assert_fault (read.error, BULLA_REASON_BUNDLE_MALFORMED);
  }
}

/* whichever byte is changed, all entries that were read are found */
static void
test_every_bit (void)
{
  g_autoptr (GByteArray) bytes = write_good ();

  for (guint bit = 0; bit < 8 * bytes->len; bit++) {
    bytes->data[bit / 8] ^= (guint8)(1 << bit % 8);
    g_auto (Read) read = read_index (bytes, TRUE);
    for (guint i = 0; read.index != NULL && i < bulla_bundle_index_get_n_urls (read.index); i++) {
      size_t length;
      const char *url = bulla_bundle_index_get_url (read.index, i, &length);
      gssize found = bulla_bundle_index_find (read.index, url, length);
      g_assert_cmpint (found, >=, 0);
      g_assert_cmpint (found, <=, i);
    }
    bytes->data[bit / 8] ^= (guint8)(1 << bit % 8);
  }
}

#define ROOT "6f 68747470733a2f2f612e746573742f"              /* https://a.test/ */
#define X "70 68747470733a2f2f612e746573742f78"               /* https://a.test/x */
#define FR_EN "55 6163636570742d6c616e67756167653b656e3b6672" /* accept-language;en;fr */
#define FR_EN_06 "57 6163636570742d6c616e67756167653d28656e20667229"

typedef struct {
  const char *name, *hex;
  gboolean is_b2;
  BullaReason reason;
} Sample;

static const Sample SAMPLES[] = {
    {"empty", "a0", TRUE, BULLA_REASON_NONE},
    {"empty-b1", "a0", FALSE, BULLA_REASON_NONE},
    {"one", "a1" ROOT "8200 01", TRUE, BULLA_REASON_NONE},
    {"no-bytes", "", TRUE, BULLA_REASON_BUNDLE_MALFORMED},
    {"array", "80", TRUE, BULLA_REASON_BUNDLE_TYPE},
    {"bytes", "40", TRUE, BULLA_REASON_BUNDLE_TYPE},
    {"byte-key", "a1 4161 820001", TRUE, BULLA_REASON_BUNDLE_TYPE},
    {"number-key", "a1 01 820001", TRUE, BULLA_REASON_BUNDLE_TYPE},
    {"not-utf8", "a1 6161 820001", TRUE, BULLA_REASON_NONE},
    {"bad-utf8", "a1 61ff 820001", TRUE, BULLA_REASON_BUNDLE_MALFORMED},
    {"twice", "a2" ROOT "820001" ROOT "820001", TRUE, BULLA_REASON_BUNDLE_NOT_CANONICAL},
    {"order", "a2" X "820001" ROOT "820001", TRUE, BULLA_REASON_BUNDLE_NOT_CANONICAL},
    {"long-map-head", "b801" ROOT "820001", TRUE, BULLA_REASON_BUNDLE_NOT_CANONICAL},
    {"long-key-head", "a1 780161 820001", TRUE, BULLA_REASON_BUNDLE_NOT_CANONICAL},
    {"long-offset", "a1" ROOT "82 1801 01", TRUE, BULLA_REASON_BUNDLE_NOT_CANONICAL},
    {"long-length", "a1" ROOT "82 01 190001", TRUE, BULLA_REASON_BUNDLE_NOT_CANONICAL},
    {"long-array-head", "a1" ROOT "9802 0101", TRUE, BULLA_REASON_BUNDLE_NOT_CANONICAL},
    {"indefinite", "bf" ROOT "820001 ff", TRUE, BULLA_REASON_BUNDLE_NOT_CANONICAL},
    {"indefinite-array", "a1" ROOT "9f0001ff", TRUE, BULLA_REASON_BUNDLE_NOT_CANONICAL},
    {"left-over", "a1" ROOT "820001 00", TRUE, BULLA_REASON_BUNDLE_TRAILING_BYTES},
    {"huge-count", "bbffffffffffffffff" ROOT "820001", TRUE, BULLA_REASON_BUNDLE_MALFORMED},
    {"value-number", "a1" ROOT "01 00 00 00", TRUE, BULLA_REASON_BUNDLE_TYPE},
    {"value-map", "a1" ROOT "a1 0001", TRUE, BULLA_REASON_BUNDLE_TYPE},
    {"three", "a1" ROOT "83000100", TRUE, BULLA_REASON_INDEX_ENTRY},
    {"one-number", "a1" ROOT "8100", TRUE, BULLA_REASON_INDEX_ENTRY},
    {"no-number", "a1" ROOT "80 00 00", TRUE, BULLA_REASON_INDEX_ENTRY},
    {"b1-in-b2", "a1" ROOT "83400001", TRUE, BULLA_REASON_INDEX_ENTRY},
    {"b2-in-b1", "a1" ROOT "820001", FALSE, BULLA_REASON_INDEX_ENTRY},
    {"negative-offset", "a1" ROOT "82 20 01", TRUE, BULLA_REASON_BUNDLE_TYPE},
    {"text-length", "a1" ROOT "82 00 6131", TRUE, BULLA_REASON_BUNDLE_TYPE},
    {"float-offset", "a1" ROOT "82 f90000 01", TRUE, BULLA_REASON_BUNDLE_TYPE},
    /* the responses section has 1000 bytes */
    {"all", "a1" ROOT "82 00 1903e8", TRUE, BULLA_REASON_NONE},
    {"one-more", "a1" ROOT "82 00 1903e9", TRUE, BULLA_REASON_INDEX_RANGE},
    {"one-further", "a1" ROOT "82 01 1903e8", TRUE, BULLA_REASON_INDEX_RANGE},
    {"at-the-end", "a1" ROOT "82 1903e8 00", TRUE, BULLA_REASON_NONE},
    {"behind-the-end", "a1" ROOT "82 1903e9 00", TRUE, BULLA_REASON_INDEX_RANGE},
    {"overflow", "a1" ROOT "82 1bffffffffffffffff 02", TRUE, BULLA_REASON_INDEX_RANGE},
    {"overflow-length", "a1" ROOT "82 02 1bffffffffffffffff", TRUE, BULLA_REASON_INDEX_RANGE},
    {"sign", "a1" ROOT "82 1b8000000000000000 1b8000000000000000", TRUE, BULLA_REASON_INDEX_RANGE},
    {"fragment", "a1 71 68747470733a2f2f612e746573742f2378 820001", TRUE, BULLA_REASON_INDEX_URL},
    {"credentials", "a1 71 68747470733a2f2f7540612e746573742f 820001", TRUE,
     BULLA_REASON_INDEX_URL},
    {"scheme", "a1 6d 6674703a2f2f612e746573742f 820001", TRUE, BULLA_REASON_INDEX_URL},
    {"relative-b1", "a1 612f 83400001", FALSE, BULLA_REASON_INDEX_URL_RELATIVE},
    /* indexes of b1 */
    {"b1", "a1" ROOT "83 40 00 01", FALSE, BULLA_REASON_NONE},
    {"b1-empty-array", "a1" ROOT "80 00 00", FALSE, BULLA_REASON_INDEX_ENTRY},
    {"b1-no-pair", "a1" ROOT "81 40", FALSE, BULLA_REASON_INDEX_ENTRY},
    {"b1-half-a-pair", "a1" ROOT "82 40 00", FALSE, BULLA_REASON_INDEX_ENTRY},
    {"b1-and-a-half", "a1" ROOT "84 40 000100", FALSE, BULLA_REASON_INDEX_ENTRY},
    {"b1-two-pairs", "a1" ROOT "85 40 0001 0001", FALSE, BULLA_REASON_INDEX_VARIANTS},
    {"b1-text-variants", "a1" ROOT "83 60 00 01", FALSE, BULLA_REASON_BUNDLE_TYPE},
    {"b1-variants", "a1" ROOT "85" FR_EN "0001 0102", FALSE, BULLA_REASON_NONE},
    {"b1-variants-06", "a1" ROOT "85" FR_EN_06 "0001 0102", FALSE, BULLA_REASON_NONE},
    {"b1-too-few", "a1" ROOT "83" FR_EN "0001", FALSE, BULLA_REASON_INDEX_VARIANTS},
    {"b1-too-many", "a1" ROOT "87" FR_EN "0001 0102 0203", FALSE, BULLA_REASON_INDEX_VARIANTS},
    {"b1-absent", "a1" ROOT "85" FR_EN "0000 0102", FALSE, BULLA_REASON_NONE},
    {"b1-garbage", "a1" ROOT "83 4122 0001", FALSE, BULLA_REASON_INDEX_VARIANTS},
    {"b1-nul", "a1" ROOT "83 4100 0001", FALSE, BULLA_REASON_INDEX_VARIANTS},
    {"b1-no-values", "a1" ROOT "83 4161 0001", FALSE, BULLA_REASON_INDEX_VARIANTS},
    {"b1-variant-range", "a1" ROOT "85" FR_EN "0001 02 1903e7", FALSE, BULLA_REASON_INDEX_RANGE},
    {"b1-huge-array", "a1" ROOT "9bffffffffffffffff 40 0001", FALSE, BULLA_REASON_INDEX_VARIANTS},
};

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (GByteArray) bytes = bytes_from_hex (sample->hex);
  g_auto (Read) read = read_index (bytes, sample->is_b2);

  g_assert_cmpstr (read.error == NULL ? "none" : bulla_reason_get_nick (read.error->code), ==,
                   sample->reason == BULLA_REASON_NONE ? "none"
                                                       : bulla_reason_get_nick (sample->reason));
}

/* with two axes, the first one varies slowest */
static void
test_row_major (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  put_head (bytes, BULLA_CBOR_MAP, 1);
  put_text (bytes, "https://a.test/");
  put_head (bytes, BULLA_CBOR_ARRAY, 13);
  put_string (bytes, "accept-encoding;gzip;br, accept-language;en;fr;de");
  for (guint i = 0; i < 6; i++)
    put_location (bytes, i == 4 ? 0 : 10 * i, i == 4 ? 0 : 10);
  g_auto (Read) read = read_index (bytes, FALSE);
  g_autoptr (BullaFacts) facts = bulla_facts_new ();

  g_assert_no_error (read.error);
  g_assert_cmpuint (bulla_bundle_index_get_n_locations (read.index, 0), ==, 6);
  g_assert_cmpstr (bulla_bundle_index_get_variants (read.index, 0), ==,
                   "accept-encoding;gzip;br, accept-language;en;fr;de");
  assert_location (read.index, 0, 3, 30, 10);
  assert_location (read.index, 0, 4, 0, 0);
  assert_location (read.index, 0, 5, 50, 10);
  bulla_bundle_index_fill_facts (read.index, facts);
  g_assert_cmpuint (facts->bundle.n_aliases + facts->bundle.n_overlaps, ==, 0);
}

/* of keys that resolve to the same URL, the first one is found */
static void
test_ambiguous (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  put_head (bytes, BULLA_CBOR_MAP, 4);
  put_entry (bytes, "/b", 1, 10);
  put_entry (bytes, "./b", 11, 10);
  put_entry (bytes, "https://a.test/b", 21, 10);
  put_entry (bytes, "https://a.test:443/b", 31, 10);
  g_auto (Read) read = read_as (bytes->data, bytes->len, TRUE, "https://a.test/x.wbn");
  g_autoptr (BullaFacts) facts = bulla_facts_new ();

  g_assert_no_error (read.error);
  bulla_bundle_index_fill_facts (read.index, facts);
  g_assert_cmpuint (facts->bundle.n_resources, ==, 4);
  g_assert_cmpuint (facts->bundle.n_ambiguous, ==, 3);
  g_assert_cmpint (find_resource (read.index, "https://a.test/b"), ==, 0);
  assert_url (read.index, 3, "https://a.test/b", "https://a.test");
}

/* a key that is left out takes its location with it */
static void
test_left_out (void)
{
  const BullaBundleIndexOptions options = {.is_b2 = TRUE,
                                           .base_url = "https://a.test/x.wbn",
                                           .relative = TRUE,
                                           .responses_length = RESPONSES,
                                           .skip_odd = TRUE};
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (GError) error = NULL;

  put_head (bytes, BULLA_CBOR_MAP, 3);
  put_entry (bytes, "/b", 1, 10);
  put_entry (bytes, "/cc", 11, 10);
  put_entry (bytes, "https://a b/", 1, 10);
  g_autoptr (BullaBundleIndex) index =
      bulla_bundle_index_read ((BullaSpan){bytes->data, bytes->len, 0}, &options, &error);
  g_assert_no_error (error);
  bulla_bundle_index_fill_facts (index, facts);
  g_assert_cmpuint (facts->bundle.n_resources, ==, 2);
  g_assert_cmpuint (bulla_bundle_index_get_odd (index)->len, ==, 1);
  g_assert_cmpuint (facts->bundle.n_aliases, ==, 0);
}

/* an opaque URL is its own origin, which no later URL shares */
static void
test_opaque (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  put_head (bytes, BULLA_CBOR_MAP, 2);
  put_entry (bytes, UUID, 1, 10);
  put_entry (bytes, UUID "/x", 11, 10);
  g_auto (Read) read = read_index (bytes, TRUE);

  assert_fault (read.error, BULLA_REASON_INDEX_URL);
}

static void
test_many_origins (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (BullaFacts) facts = bulla_facts_new ();

  put_head (bytes, BULLA_CBOR_MAP, 20);
  for (guint i = 0; i < 20; i++) {
    g_autofree char *url = g_strdup_printf ("https://%c.test/", 'a' + i);
    put_entry (bytes, url, 10 * i, 10);
  }
  g_auto (Read) read = read_index (bytes, TRUE);

  g_assert_no_error (read.error);
  bulla_bundle_index_fill_facts (read.index, facts);
  g_assert_true (
      g_str_has_prefix (facts->bundle.claimed_origins, "https://a.test, https://b.test"));
  g_assert_true (g_str_has_suffix (facts->bundle.claimed_origins, "https://p.test, …"));
}

/* a thousand URLs with the same hash in a table of that size */
static void
test_crowded (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GPtrArray) urls = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BullaFacts) facts = bulla_facts_new ();

  for (guint i = 0; urls->len < 1000; i++) {
    char *url = g_strdup_printf ("https://a.test/%08u", i);
    if ((bulla_bundle_index_hash (url, strlen (url)) & 2047) == 7)
      g_ptr_array_add (urls, url);
    else
      g_free (url);
  }
  put_head (bytes, BULLA_CBOR_MAP, 1001);
  for (guint i = 0; i < 1000; i++)
    put_entry (bytes, urls->pdata[i], i % 100, 0);
  /* one of these keys resolves to the URL of another one */
  g_autofree char *again = g_strdup_printf ("https://a.test:443/%s", (char *)urls->pdata[500] + 15);
  put_entry (bytes, again, 0, 0);
  g_auto (Read) read = read_index (bytes, TRUE);

  g_assert_no_error (read.error);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (find_resource (read.index, urls->pdata[i]), ==, i);
  g_assert_cmpint (find_resource (read.index, "https://a.test/"), ==, -1);
  g_assert_cmpint (find_resource (read.index, "https://a.test/99999999"), ==, -1);
  g_assert_cmpint (find_resource (read.index, "https://a.test/999999990"), ==, -1);
  bulla_bundle_index_fill_facts (read.index, facts);
  g_assert_cmpuint (facts->bundle.n_ambiguous, ==, 1);
}

/* --- overlaps and gaps of locations --- */

static BullaBundleSurvey
survey (guint n, const guint64 (*pairs)[2])
{
  g_autofree BullaBundleLocation *locations = g_new (BullaBundleLocation, n + 1);

  for (guint i = 0; i < n; i++)
    locations[i] = (BullaBundleLocation){pairs[i][0], pairs[i][1]};
  return bulla_bundle_survey_take (locations, n);
}

static void
test_survey_order (void)
{
  static const guint64 mixed[][2] = {{70000, 10}, {1, 9},   {300, 5},  {10, 290}, {0, 0},
                                     {300, 5},    {300, 4}, {305, 10}, {310, 1}};
  BullaBundleSurvey all = survey (G_N_ELEMENTS (mixed), mixed);

  g_assert_cmpuint (all.n_aliases, ==, 1);
  g_assert_cmpuint (all.n_overlaps, ==, 2);
  g_assert_cmpuint (all.n_distinct, ==, 7);
  g_assert_cmpuint (all.first, ==, 1);
  g_assert_cmpuint (all.end, ==, 70010);
  g_assert_cmpuint (all.gap_capacity, ==, (70000 - 315) / 3);
}

/* the stated number of responses, compared with the number that the index allows */
static void
test_survey_fits (void)
{
  static const guint64 tiled[][2] = {{1, 10}, {11, 10}, {21, 10}};
  static const guint64 gap[][2] = {{1, 10}, {41, 10}};
  static const guint64 overlap[][2] = {{1, 10}, {5, 10}};
  BullaBundleSurvey three = survey (3, tiled), two = survey (2, gap), odd = survey (2, overlap);
  BullaBundleSurvey none = survey (0, NULL);

  for (guint64 n = 0; n < 30; n++) {
    g_assert_cmpint (bulla_bundle_survey_fits (&three, n, 1, 31), ==, n == 3);
    g_assert_cmpint (bulla_bundle_survey_fits (&three, n, 1, 37), ==, n >= 3 && n <= 5);
    g_assert_cmpint (bulla_bundle_survey_fits (&two, n, 1, 51), ==, n >= 2 && n <= 12);
    g_assert_cmpint (bulla_bundle_survey_fits (&none, n, 1, 1), ==, n == 0);
    g_assert_cmpint (bulla_bundle_survey_fits (&none, n, 1, 16), ==, n <= 5);
    g_assert_true (bulla_bundle_survey_fits (&odd, n, 1, 15));
  }
  g_assert_false (bulla_bundle_survey_fits (&three, G_MAXUINT64, 1, 31));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/bundle-index/b2", test_b2);
  g_test_add_func ("/parse/bundle-index/every-truncation", test_every_truncation);
  g_test_add_func ("/parse/bundle-index/every-bit", test_every_bit);
  g_test_add_func ("/parse/bundle-index/row-major", test_row_major);
  g_test_add_func ("/parse/bundle-index/ambiguous", test_ambiguous);
  g_test_add_func ("/parse/bundle-index/left-out", test_left_out);
  g_test_add_func ("/parse/bundle-index/opaque", test_opaque);
  g_test_add_func ("/parse/bundle-index/many-origins", test_many_origins);
  g_test_add_func ("/parse/bundle-index/crowded", test_crowded);
  g_test_add_func ("/parse/bundle-index/survey-order", test_survey_order);
  g_test_add_func ("/parse/bundle-index/survey-fits", test_survey_fits);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/parse/bundle-index/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_sample);
  }
  return g_test_run ();
}
