/* test-parse-bundle-sections.c - parses bundles with valid and invalid section layouts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bundle-read.h"

#define MIB (1024 * 1024)

static const SectionBytes PLAIN_1[] = {{"index", INDEX_1}, {"responses", RESPONSES}};

typedef struct {
  const char *name;
  BullaReason reason;
  BundleBytes bundle;
} Sample;

#define SECTIONS(...)                                                                              \
  .sections = (const SectionBytes[]){__VA_ARGS__},                                                 \
  .n_sections = sizeof ((const SectionBytes[]){__VA_ARGS__}) / sizeof (SectionBytes)
#define ENDING                                                                                     \
  {"index", INDEX_2},                                                                              \
  {                                                                                                \
    "responses", RESPONSES                                                                         \
  }

static const Sample SAMPLES[] = {
    {"plain", BULLA_REASON_NONE, {SECTIONS (ENDING)}},
    {"empty", BULLA_REASON_NONE, {SECTIONS ({"index", "a0"}, {"responses", "80"})}},
    {"b1-empty-primary", BULLA_REASON_NONE, {"86", B1, "", PLAIN_1, 2}},
    {"array-of-4", BULLA_REASON_BUNDLE_TYPE, {"84", SECTIONS (ENDING)}},
    {"map", BULLA_REASON_BUNDLE_MAGIC, {"a5", SECTIONS (ENDING)}},
    {"long-head", BULLA_REASON_BUNDLE_MAGIC, {"9805", SECTIONS (ENDING)}},
    {"indefinite", BULLA_REASON_BUNDLE_TYPE, {"9f", SECTIONS (ENDING)}},
    {"b2-as-b1", BULLA_REASON_BUNDLE_TYPE, {"86", SECTIONS (ENDING)}},
    {"b1-as-b2", BULLA_REASON_BUNDLE_TYPE, {"85", B1, NULL, PLAIN_1, 2}},
    {"short-version", BULLA_REASON_BUNDLE_TYPE, {"85", "43 623200", SECTIONS (ENDING)}},
    {"text-version", BULLA_REASON_BUNDLE_TYPE, {"85", "64 62320000", SECTIONS (ENDING)}},
    {"version-b3", BULLA_REASON_BUNDLE_VERSION, {"85", "44 62330000", SECTIONS (ENDING)}},
    {"version-b2-and-more", BULLA_REASON_BUNDLE_VERSION, {"85", "44 62320001", SECTIONS (ENDING)}},
    {"odd", BULLA_REASON_BUNDLE_SECTION_LENGTHS, {SECTIONS (ENDING), .n_lengths = 3}},
    {"fewer-lengths", BULLA_REASON_BUNDLE_TRAILING_BYTES, {SECTIONS (ENDING), .n_lengths = 2}},
    {"more-lengths", BULLA_REASON_BUNDLE_MALFORMED, {SECTIONS (ENDING), .n_lengths = 6}},
    {"huge-lengths",
     BULLA_REASON_BUNDLE_MALFORMED,
     {SECTIONS (ENDING), .n_lengths = G_MAXINT64 - 1}},
    {"fewer-items", BULLA_REASON_BUNDLE_SECTION_COUNT, {SECTIONS (ENDING), .n_items = 1}},
    {"more-items", BULLA_REASON_BUNDLE_SECTION_COUNT, {SECTIONS (ENDING), .n_items = 3}},
    {"duplicate", BULLA_REASON_BUNDLE_SECTION_DUPLICATE, {SECTIONS ({"index", INDEX_2}, ENDING)}},
    {"duplicate-unknown",
     BULLA_REASON_BUNDLE_SECTION_DUPLICATE,
     {SECTIONS ({"x", "00"}, {"x", "00"}, ENDING)}},
    {"no-index", BULLA_REASON_BUNDLE_SECTION_MISSING, {SECTIONS ({"responses", "80"})}},
    {"no-responses", BULLA_REASON_BUNDLE_SECTION_MISSING, {SECTIONS ({"index", "a0"})}},
    {"not-last",
     BULLA_REASON_BUNDLE_SECTION_ORDER,
     {SECTIONS ({"responses", RESPONSES}, {"index", INDEX_2})}},
    {"unknown-last", BULLA_REASON_BUNDLE_SECTION_ORDER, {SECTIONS (ENDING, {"x", "00"})}},
    {"length-1", BULLA_REASON_BUNDLE_TRUNCATED, {SECTIONS ({"x", "00", 1000}, ENDING)}},
    {"length-too-short", BULLA_REASON_BUNDLE_TYPE, {SECTIONS ({"x", "4100", 1}, ENDING)}},
    {"length-too-long", BULLA_REASON_BUNDLE_TRAILING_BYTES, {SECTIONS ({"x", "00", 2}, ENDING)}},
    {"length-huge", BULLA_REASON_BUNDLE_SECTION_TOO_LONG, {SECTIONS ({"x", "00", -1}, ENDING)}},
    {"responses-huge",
     BULLA_REASON_BUNDLE_SECTION_RANGE,
     {SECTIONS ({"index", INDEX_2}, {"responses", RESPONSES, -1})}},
    {"responses-2^63",
     BULLA_REASON_BUNDLE_SECTION_RANGE,
     {SECTIONS ({"index", INDEX_2}, {"responses", RESPONSES, G_MAXINT64})}},
    {"responses-too-short",
     BULLA_REASON_INDEX_RANGE,
     {SECTIONS ({"index", INDEX_2}, {"responses", RESPONSES, 32})}},
    {"responses-map", BULLA_REASON_BUNDLE_TYPE, {SECTIONS ({"index", "a0"}, {"responses", "a0"})}},
    {"responses-indefinite",
     BULLA_REASON_BUNDLE_NOT_CANONICAL,
     {SECTIONS ({"index", "a0"}, {"responses", "9fff"})}},
    {"responses-long-head",
     BULLA_REASON_BUNDLE_NOT_CANONICAL,
     {SECTIONS ({"index", "a0"}, {"responses", "9800"})}},
    {"responses-head-cut",
     BULLA_REASON_BUNDLE_MALFORMED,
     {SECTIONS ({"index", "a0"}, {"responses", "9818 00", 1})}},
    {"responses-fewer",
     BULLA_REASON_BUNDLE_MALFORMED,
     {SECTIONS ({"index", INDEX_2}, {"responses", "81" BUNDLE_RESPONSE BUNDLE_RESPONSE})}},
    {"responses-more",
     BULLA_REASON_BUNDLE_MALFORMED,
     {SECTIONS ({"index", INDEX_2}, {"responses", "83" BUNDLE_RESPONSE BUNDLE_RESPONSE})}},
    {"responses-not-indexed",
     BULLA_REASON_NONE,
     {SECTIONS ({"index", "a1" ROOT "82 01 10"}, {"responses", RESPONSES})}},
    {"index-map", BULLA_REASON_BUNDLE_TYPE, {SECTIONS ({"index", "80"}, {"responses", "80"})}},
    {"critical-unknown",
     BULLA_REASON_BUNDLE_CRITICAL,
     {SECTIONS ({"critical", "81 66782d6d757374"}, {"x-must", "00"}, ENDING)}},
    {"critical-nowhere",
     BULLA_REASON_BUNDLE_CRITICAL,
     {SECTIONS ({"critical", "81 6178"}, ENDING)}},
    {"critical-known-absent",
     BULLA_REASON_NONE,
     {SECTIONS ({"critical", "82 677072696d617279 686d616e6966657374"}, ENDING)}},
    {"critical-empty", BULLA_REASON_NONE, {SECTIONS ({"critical", "80"}, ENDING)}},
    {"critical-last",
     BULLA_REASON_BUNDLE_CRITICAL,
     {SECTIONS ({"index", INDEX_2}, {"critical", "81 6178"}, {"responses", RESPONSES})}},
    {"critical-bytes", BULLA_REASON_BUNDLE_TYPE, {SECTIONS ({"critical", "81 4178"}, ENDING)}},
    {"critical-map", BULLA_REASON_BUNDLE_TYPE, {SECTIONS ({"critical", "a0"}, ENDING)}},
    {"critical-left-over",
     BULLA_REASON_BUNDLE_TRAILING_BYTES,
     {SECTIONS ({"critical", "8000"}, ENDING)}},
    {"critical-b1-primary",
     BULLA_REASON_BUNDLE_CRITICAL,
     {"86", B1, "",
      SECTIONS ({"critical", "81 677072696d617279"}, {"index", INDEX_1},
                {"responses", RESPONSES})}},
    {"primary-empty", BULLA_REASON_NONE, {SECTIONS ({"primary", "60"}, ENDING)}},
    {"primary-bytes", BULLA_REASON_BUNDLE_TYPE, {SECTIONS ({"primary", "40"}, ENDING)}},
    {"primary-garbage",
     BULLA_REASON_BUNDLE_PRIMARY,
     {SECTIONS ({"primary", "68 687474703a2f2f5b"}, ENDING)}},
    {"primary-fragment", BULLA_REASON_BUNDLE_PRIMARY, {SECTIONS ({"primary", "622f23"}, ENDING)}},
    {"primary-left-over",
     BULLA_REASON_BUNDLE_TRAILING_BYTES,
     {SECTIONS ({"primary", "612f00"}, ENDING)}},
    {"manifest-bytes", BULLA_REASON_BUNDLE_TYPE, {SECTIONS ({"manifest", "40"}, ENDING)}},
    {"manifest-fragment",
     BULLA_REASON_BUNDLE_MANIFEST,
     {SECTIONS ({"manifest", "622f23"}, ENDING)}},
    {"signatures-map", BULLA_REASON_SUBSET_TYPE, {SECTIONS ({"signatures", "a0"}, ENDING)}},
    {"unknown-malformed", BULLA_REASON_BUNDLE_MALFORMED, {SECTIONS ({"x", "1c"}, ENDING)}},
    {"unknown-break", BULLA_REASON_BUNDLE_NOT_CANONICAL, {SECTIONS ({"x", "ff"}, ENDING)}},
    {"unknown-long-number", BULLA_REASON_BUNDLE_NOT_CANONICAL, {SECTIONS ({"x", "1801"}, ENDING)}},
    {"unknown-empty", BULLA_REASON_BUNDLE_MALFORMED, {SECTIONS ({"x", ""}, ENDING)}},
    {"unknown-two", BULLA_REASON_BUNDLE_TRAILING_BYTES, {SECTIONS ({"x", "0000"}, ENDING)}},
    {"unknown-large",
     BULLA_REASON_NONE,
     {SECTIONS ({"x", .filling = BULLA_BUNDLE_SECTION_CAP - 5}, ENDING)}},
    {"unknown-too-large",
     BULLA_REASON_BUNDLE_SECTION_TOO_LONG,
     {SECTIONS ({"x", "00", BULLA_BUNDLE_SECTION_CAP + 1}, ENDING)}},
};

static void
test_sample (gconstpointer data)
{
  BundleBytes bundle = ((const Sample *)data)->bundle;
  g_auto (Read) read = read_bundle (&bundle);

  assert_head (&read, ((const Sample *)data)->reason);
}

/* section-lengths of 8191 bytes, and one byte more */
static void
test_longest_lengths (void)
{
  for (size_t size = 8190; size <= 8193; size++) {
    /* array head 86, a head of 3 bytes, hundreds of entries, and 00 */
    size_t others = 1 + (6 + 2) + (10 + 2) + 1;
    g_autofree char *name = g_strnfill (size - others - 3, 'n');
    const SectionBytes sections[] = {{name, "00"}, {"index", INDEX_2}, {"responses", RESPONSES}};
    BundleBytes bundle = {.sections = sections, .n_sections = 3};
    g_autoptr (GByteArray) lengths = write_lengths (&bundle);
    g_auto (Read) read = read_bundle (&bundle);
    g_assert_cmpuint (lengths->len, ==, size);
    assert_head (&read, size < 8192 ? BULLA_REASON_NONE : BULLA_REASON_BUNDLE_SECTION_LENGTHS);
  }
}

/* Chromium's limit: a section of 1 MiB, and one byte more */
static void
test_longest_section (void)
{
  for (guint more = 0; more < 2; more++) {
    const SectionBytes sections[] = {{"x", .filling = MIB - 5 + more}, ENDING};
    BundleBytes bundle = {.sections = sections, .n_sections = 3};
    g_auto (Read) read = read_bundle_as (&bundle, "chromium");
    assert_head (&read, more == 0 ? BULLA_REASON_NONE : BULLA_REASON_BUNDLE_SECTION_TOO_LONG);
  }
}

/* 16 sections of 1 MiB, which is the most with that limit, and one byte more */
static void
test_all_metadata (void)
{
  for (guint more = 0; more < 2; more++) {
    SectionBytes sections[18] = {0};
    char names[16][2] = {{0}};
    size_t left = MIB + BULLA_BUNDLE_OTHER_SECTIONS_MAX - strlen ("a0") / 2 + more;
    for (guint i = 0; i < 16; i++) {
      size_t size = MIN (left, MIB);
      names[i][0] = (char)('a' + i);
      sections[i] = (SectionBytes){names[i], NULL, 0, size - 5};
      left -= size;
    }
    sections[16] = (SectionBytes){"index", "a0"};
    sections[17] = (SectionBytes){"responses", "80"};
    BundleBytes bundle = {.sections = sections, .n_sections = 18};
    g_auto (Read) read = read_bundle_as (&bundle, "chromium");
    assert_head (&read, more == 0 ? BULLA_REASON_NONE : BULLA_REASON_BUNDLE_TOO_LARGE);
  }
}

/* two sections as long as the profile allows, of which no byte is waited for */
static void
test_two_longest (void)
{
  const SectionBytes sections[] = {
      {"x", "00", BULLA_BUNDLE_SECTION_CAP}, {"y", "00", BULLA_BUNDLE_SECTION_CAP}, ENDING};
  BundleBytes bundle = {.sections = sections, .n_sections = 4};
  g_auto (Read) read = read_bundle (&bundle);

  assert_head (&read, BULLA_REASON_BUNDLE_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/bundle-sections/longest-lengths", test_longest_lengths);
  g_test_add_func ("/parse/bundle-sections/longest-section", test_longest_section);
  g_test_add_func ("/parse/bundle-sections/all-metadata", test_all_metadata);
  g_test_add_func ("/parse/bundle-sections/two-longest", test_two_longest);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/parse/bundle-sections/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_sample);
  }
  return g_test_run ();
}
