/* test-parse-bundle-reader.c - parses bundles up to their responses: all truncations, and input in
 * pieces
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bundle-read.h"

#define BASE "https://a.test/x.wbn"

static const SectionBytes PLAIN[] = {{"index", INDEX_2}, {"responses", RESPONSES}};
static const SectionBytes PLAIN_1[] = {{"index", INDEX_1}, {"responses", RESPONSES}};
static const SectionBytes RICH[] = {
    {"critical", "82 65696e646578 677072696d617279"},
    {"primary", X},
    {"x-unknown", "a2 01 02 6161 83 01 02 f4"},
    {"index", INDEX_2},
    {"manifest", ROOT},
    {"signatures", "82 80 80"},
    {"responses", RESPONSES},
};

static void
test_b2 (void)
{
  BundleBytes bundle = {.sections = RICH, .n_sections = G_N_ELEMENTS (RICH)};
  g_auto (Read) read = read_bundle (&bundle);
  const BullaBundleFacts *facts = &read.facts->bundle;
  guint n;

  assert_head (&read, BULLA_REASON_NONE);
  g_assert_cmpuint (read.used, ==, bundle.head_size);
  g_assert_cmpstr (facts->version, ==, "b2");
  g_assert_cmpstr (facts->primary_url, ==, "https://a.test/x");
  g_assert_cmpint (facts->primary_found, ==, BULLA_YES);
  g_assert_cmpuint (facts->primary_range.length, ==, 16);
  g_assert_cmpstr (facts->manifest_url, ==, "https://a.test/");
  g_assert_cmpint (facts->manifest_found, ==, BULLA_YES);
  g_assert_cmpstr (facts->unknown_sections, ==, "x-unknown");
  g_assert_cmpstr (facts->claimed_origins, ==, "https://a.test");
  g_assert_cmpuint (facts->n_resources, ==, 2);
  g_assert_null (read.facts->request_url);
  const BullaBundleSection *sections = bulla_bundle_reader_get_sections (read.reader, &n);
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (RICH));
  for (guint i = 0; i < n; i++)
    g_assert_cmpstr (sections[i].name, ==, RICH[i].name);
  BullaRange responses = bulla_bundle_reader_get_responses (read.reader);
  g_assert_cmpuint (responses.offset + 1, ==, bundle.head_size);
  g_assert_cmpuint (responses.length, ==, 33);
  g_assert_cmpuint (sections[n - 1].offset, ==, responses.offset);
  g_assert_nonnull (bulla_bundle_reader_get_index (read.reader));
  g_assert_nonnull (bulla_bundle_reader_get_signatures (read.reader));
}

/* with a profile that knows only Chromium's sections, others are ignored */
static void
test_b2_sections_unknown (void)
{
  BundleBytes bundle = {.sections = RICH, .n_sections = G_N_ELEMENTS (RICH)};
  g_autoptr (GByteArray) bytes = write_bundle (&bundle);
  g_auto (Read) read = read_as (bytes->data, bytes->len, bytes->len, "chromium", 0, NULL);

  assert_head (&read, BULLA_REASON_NONE);
  g_assert_null (read.facts->bundle.manifest_url);
  g_assert_null (bulla_bundle_reader_get_signatures (read.reader));
  g_assert_cmpstr (read.facts->bundle.unknown_sections, ==, "x-unknown, manifest, signatures");
}

static void
test_b1 (void)
{
  BundleBytes bundle = {"86", B1, "https://a.test/x", PLAIN_1, 2};
  g_auto (Read) read = read_bundle (&bundle);

  assert_head (&read, BULLA_REASON_NONE);
  g_assert_cmpuint (read.used, ==, bundle.head_size);
  g_assert_cmpstr (read.facts->bundle.version, ==, "b1");
  g_assert_cmpstr (read.facts->bundle.primary_url, ==, "https://a.test/x");
  g_assert_cmpint (read.facts->bundle.primary_found, ==, BULLA_YES);
  g_assert_null (read.facts->request_url);
}

static void
test_b1_primary (void)
{
  static const struct {
    const char *url;
    BullaReason reason;
    BullaKnown found;
  } urls[] = {
      {"https://a.test", BULLA_REASON_NONE, BULLA_YES},
      {"https://a.test/y", BULLA_REASON_NONE, BULLA_NO},
      {"", BULLA_REASON_NONE, BULLA_UNKNOWN},
      {"https://a.test/#x", BULLA_REASON_BUNDLE_PRIMARY, BULLA_UNKNOWN},
      {"https://u@a.test/", BULLA_REASON_BUNDLE_PRIMARY, BULLA_UNKNOWN},
      {"/x", BULLA_REASON_BUNDLE_PRIMARY, BULLA_UNKNOWN},
      {"ftp://a.test/", BULLA_REASON_BUNDLE_PRIMARY, BULLA_UNKNOWN},
      {"https://a.test/\xff", BULLA_REASON_BUNDLE_PRIMARY, BULLA_UNKNOWN},
  };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    BundleBytes bundle = {"86", B1, urls[i].url, PLAIN_1, 2};
    g_auto (Read) read = read_bundle (&bundle);
    assert_head (&read, urls[i].reason);
    g_assert_cmpint (read.facts->bundle.primary_found, ==, urls[i].found);
  }
}

/* in a later version with the layout of b1, the fallback URL is still read */
static void
test_unknown_version (void)
{
  BundleBytes bundle = {"86", "44 62390000", "https://a.test:443/x", PLAIN, 2};
  g_autoptr (GByteArray) bytes = write_bundle (&bundle);
  size_t url_end = 15 + 1 + strlen (bundle.primary);

  for (size_t length = 15; length <= bytes->len; length++) {
    g_auto (Read) read = read_as (bytes->data, length, length, "draft-b3", 0, NULL);
    assert_head (&read, BULLA_REASON_BUNDLE_VERSION);
    g_assert_cmpstr (read.facts->bundle.version, ==, "b9");
    g_assert_cmpuint (read.facts->bundle.head.range.offset, ==, 10);
    g_assert_cmpstr (read.facts->request_url, ==, length >= url_end ? "https://a.test/x" : NULL);
    g_assert_cmpstr (read.facts->request_host, ==, length >= url_end ? "a.test" : NULL);
  }
  BundleBytes bad = {"86", "44 62390000", "https://a.test/#", PLAIN, 2};
  g_auto (Read) no_url = read_bundle (&bad);
  assert_head (&no_url, BULLA_REASON_BUNDLE_VERSION);
  g_assert_null (no_url.facts->request_url);
  /* a later version with the layout of b2 has no fallback URL */
  BundleBytes later = {"85", "44 31000000", NULL, PLAIN, 2};
  g_auto (Read) rfc = read_bundle (&later);
  assert_head (&rfc, BULLA_REASON_BUNDLE_VERSION);
  g_assert_cmpstr (rfc.facts->bundle.version, ==, "1");
  g_assert_null (rfc.facts->request_url);
}

static void
test_every_truncation (void)
{
  BundleBytes bundle = {.sections = RICH, .n_sections = G_N_ELEMENTS (RICH)};
  g_autoptr (GByteArray) bytes = write_bundle (&bundle);
  BundleBytes bundle_1 = {"86", B1, "https://a.test/x", PLAIN_1, 2};
  g_autoptr (GByteArray) bytes_1 = write_bundle (&bundle_1);

  for (size_t length = 0; length < bundle.head_size; length++) {
    g_auto (Read) read = read_as (bytes->data, length, length + 1, "draft-b3", 0, NULL);
    assert_head (&read, BULLA_REASON_BUNDLE_TRUNCATED);
    g_assert_cmpuint (read.facts->bundle.head.range.offset, ==, length);
  }
  for (size_t length = 0; length < bundle_1.head_size; length++) {
    g_auto (Read) read = read_as (bytes_1->data, length, length + 1, "draft-b3", 0, NULL);
    assert_head (&read, BULLA_REASON_BUNDLE_TRUNCATED);
  }
}

static void
assert_same (const Read *a, const Read *b)
{
  const BullaBundleFacts *one = &a->facts->bundle, *two = &b->facts->bundle;

  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpuint (a->used, ==, b->used);
  g_assert_cmpint (one->head.reason, ==, two->head.reason);
  g_assert_cmpuint (one->head.range.offset, ==, two->head.range.offset);
  g_assert_cmpuint (one->head.range.length, ==, two->head.range.length);
  g_assert_cmpstr (one->head.detail, ==, two->head.detail);
  g_assert_cmpstr (one->primary_url, ==, two->primary_url);
  g_assert_cmpstr (one->unknown_sections, ==, two->unknown_sections);
  g_assert_cmpuint (one->n_resources, ==, two->n_resources);
  g_assert_cmpuint (bulla_bundle_reader_get_responses (a->reader).offset, ==,
                    bulla_bundle_reader_get_responses (b->reader).offset);
}

static void
test_every_split (void)
{
  BundleBytes bundle = {.sections = RICH, .n_sections = G_N_ELEMENTS (RICH)};
  g_autoptr (GByteArray) bytes = write_bundle (&bundle);
  g_auto (Read) whole = read_as (bytes->data, bytes->len, bytes->len, "draft-b3", 0, NULL);

  for (size_t piece = 1; piece < bytes->len; piece++) {
    g_auto (Read) read = read_as (bytes->data, bytes->len, piece, "draft-b3", 0, NULL);
    assert_same (&read, &whole);
  }
}

/* the result for a damaged bundle does not depend on how its bytes are split */
static void
test_every_bit (void)
{
  BundleBytes bundle = {.sections = RICH, .n_sections = G_N_ELEMENTS (RICH)};
  g_autoptr (GByteArray) bytes = write_bundle (&bundle);

  for (guint bit = 0; bit < 8 * bundle.head_size; bit++) {
    bytes->data[bit / 8] ^= (guint8)(1 << bit % 8);
    g_auto (Read) whole = read_as (bytes->data, bytes->len, bytes->len, "draft-b3", 0, NULL);
    g_auto (Read) pieces = read_as (bytes->data, bytes->len, 1, "draft-b3", 0, NULL);
    assert_same (&whole, &pieces);
    bytes->data[bit / 8] ^= (guint8)(1 << bit % 8);
  }
}

/* after other data, all offsets are larger */
static void
test_start (void)
{
  BundleBytes bundle = {.sections = PLAIN, .n_sections = 2};
  g_autoptr (GByteArray) bytes = write_bundle (&bundle);
  g_auto (Read) read = read_as (bytes->data, bytes->len, 7, "draft-b3", 5000, NULL);
  g_auto (Read) cut = read_as (bytes->data, 40, 7, "draft-b3", 5000, NULL);
  g_auto (Read) far = read_as (bytes->data, bytes->len, 7, "draft-b3", G_MAXINT64 - 50, NULL);
  guint n;

  assert_head (&read, BULLA_REASON_NONE);
  g_assert_cmpuint (bulla_bundle_reader_get_start (read.reader), ==, 5000);
  g_assert_cmpuint (bulla_bundle_reader_get_responses (read.reader).offset, ==,
                    5000 + bundle.head_size - 1);
  g_assert_cmpuint (bulla_bundle_reader_get_sections (read.reader, &n)[0].offset, >, 5000);
  g_assert_cmpuint (cut.facts->bundle.head.range.offset, ==, 5040);
  assert_head (&far, BULLA_REASON_BUNDLE_SECTION_RANGE);
}

static void
test_relative (void)
{
  static const SectionBytes sections[] = {
      {"primary", "6179"}, {"index", "a2 612f 82 01 10 6179 82 11 10"}, {"responses", RESPONSES}};
  BundleBytes bundle = {.sections = sections, .n_sections = 3};
  g_autoptr (GByteArray) bytes = write_bundle (&bundle);
  size_t length = bytes->len;
  g_auto (Read) homeless = read_as (bytes->data, length, length, "draft-b3", 0, NULL);
  g_auto (Read) based = read_as (bytes->data, length, length, "draft-b3", 0, BASE);
  g_auto (Read) nowhere = read_as (bytes->data, length, length, "draft-b3", 0, "");
  g_auto (Read) chromium = read_as (bytes->data, length, length, "chromium", 0, BASE);

  assert_head (&homeless, BULLA_REASON_NONE);
  g_assert_cmpstr (homeless.facts->bundle.primary_url, ==, "/y");
  g_assert_cmpint (homeless.facts->bundle.primary_found, ==, BULLA_YES);
  g_assert_null (homeless.facts->bundle.url);
  assert_head (&based, BULLA_REASON_NONE);
  g_assert_cmpstr (based.facts->bundle.primary_url, ==, "https://a.test/y");
  g_assert_cmpstr (based.facts->bundle.url, ==, BASE);
  assert_head (&nowhere, BULLA_REASON_BUNDLE_PRIMARY);
  assert_head (&chromium, BULLA_REASON_BUNDLE_PRIMARY);
}

/* a section name is made safe to display */
static void
test_names (void)
{
  const SectionBytes sections[] = {
      {"a,b\x1b[", "00"}, {"index", INDEX_2}, {"responses", RESPONSES}};
  BundleBytes bundle = {.sections = sections, .n_sections = 3};
  g_auto (Read) read = read_bundle (&bundle);
  guint n;

  assert_head (&read, BULLA_REASON_NONE);
  g_assert_cmpstr (read.facts->bundle.unknown_sections, ==, "a?b?[");
  g_assert_cmpstr (bulla_bundle_reader_get_sections (read.reader, &n)[0].name, ==, "a?b?[");
}

static void
check_length (gint64 stated, size_t missing, size_t more, guint8 head, BullaReason reason)
{
  BundleBytes bundle = {.sections = PLAIN, .n_sections = 2, .total = stated};
  g_autoptr (GByteArray) bytes = write_bundle (&bundle);
  size_t right = bytes->len;

  bytes->data[right - 9] = head;
  put_filling (bytes, more, '\0');
  g_byte_array_set_size (bytes, (guint)(bytes->len - missing));
  g_auto (Read) read = read_as (bytes->data, bytes->len, bytes->len, "draft-b3", 100, NULL);
  BullaRange responses = bulla_bundle_reader_get_responses (read.reader);
  size_t end = (size_t)(responses.offset + responses.length) - 100;
  size_t left = bytes->len > end ? bytes->len - end : 0;
  g_autoptr (ExactBytes) trailer = exact_copy (bytes->data + bytes->len - left, left);
  const BullaPart *part = &read.facts->bundle.length;

  assert_head (&read, BULLA_REASON_NONE);
  bulla_bundle_reader_check_length (read.reader, (BullaSpan){trailer, left, 100 + end}, bytes->len);
  g_assert_cmpint (part->read, ==, reason == BULLA_REASON_NONE ? BULLA_YES : BULLA_NO);
  g_assert_cmpint (part->reason, ==, reason);
  g_assert_cmpuint (part->range.offset + part->range.length, <=, 100 + bytes->len);
  if (reason == BULLA_REASON_NONE)
    g_assert_cmpuint (read.facts->bundle.total_length, ==, right);
}

static void
test_trailing_length (void)
{
  check_length (0, 0, 0, 0x48, BULLA_REASON_NONE);
  check_length (1, 0, 0, 0x48, BULLA_REASON_BUNDLE_LENGTH);
  check_length (7, 0, 0, 0x48, BULLA_REASON_BUNDLE_LENGTH);
  check_length (-1, 0, 0, 0x48, BULLA_REASON_BUNDLE_LENGTH);
  check_length (0, 0, 1, 0x48, BULLA_REASON_BUNDLE_LENGTH);
  check_length (0, 0, 0, 0x47, BULLA_REASON_BUNDLE_LENGTH);
  check_length (0, 0, 0, 0x68, BULLA_REASON_BUNDLE_LENGTH);
  for (size_t missing = 1; missing <= 9 + 2 * BUNDLE_RESPONSE_SIZE; missing++)
    check_length (0, missing, 0, 0x48, BULLA_REASON_BUNDLE_TRUNCATED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/bundle-reader/b2", test_b2);
  g_test_add_func ("/parse/bundle-reader/b2-sections-unknown", test_b2_sections_unknown);
  g_test_add_func ("/parse/bundle-reader/b1", test_b1);
  g_test_add_func ("/parse/bundle-reader/b1-primary", test_b1_primary);
  g_test_add_func ("/parse/bundle-reader/unknown-version", test_unknown_version);
  g_test_add_func ("/parse/bundle-reader/every-truncation", test_every_truncation);
  g_test_add_func ("/parse/bundle-reader/every-split", test_every_split);
  g_test_add_func ("/parse/bundle-reader/every-bit", test_every_bit);
  g_test_add_func ("/parse/bundle-reader/start", test_start);
  g_test_add_func ("/parse/bundle-reader/relative", test_relative);
  g_test_add_func ("/parse/bundle-reader/names", test_names);
  g_test_add_func ("/parse/bundle-reader/trailing-length", test_trailing_length);
  return g_test_run ();
}
