/* fuzz-bundle-head.c - reads a bundle up to its responses: the facts must not depend on how the
 * input is split
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The first byte of the input selects the profile and the base URL. */
#include "bulla-bundle-reader.h"
#include "bulla-loader.h"
#include "fuzz.h"

#define START 1000 /* offset of the bundle in its file */

static const char *const bases[] = {NULL, "", "https://a.test/b/c.wbn?d", "http://a.test/"};

static const BullaSettings *
get_settings (gboolean chromium)
{
  FUZZ_ONCE (BullaProfile, draft, bulla_profile_load ("draft-b3", NULL));
  FUZZ_ONCE (BullaProfile, other, bulla_profile_load ("chromium", NULL));
  return bulla_profile_get_settings (chromium ? other : draft);
}

static BullaBundleReader *
read_head (BullaFacts *facts, uint8_t how, const uint8_t *data, size_t size, gboolean in_pieces,
           size_t *at)
{
  BullaBundleReader *reader =
      bulla_bundle_reader_new (facts, get_settings (how & 1), START, bases[how >> 1 & 3]);
  FuzzSplit split = fuzz_split_new (data, size);
  size_t used = 1;

  for (*at = 0; *at < size && used > 0; *at += used) {
    size_t piece = in_pieces ? fuzz_split_next (&split, size - *at) : size - *at;
    used = bulla_bundle_reader_push (reader, data + *at, piece);
    g_assert_cmpuint (used, <=, piece);
  }
  bulla_bundle_reader_end (reader);
  return reader;
}

static void
check_same (const BullaBundleFacts *a, const BullaBundleFacts *b)
{
  g_assert_cmpint (a->head.read, ==, b->head.read);
  g_assert_cmpint (a->head.reason, ==, b->head.reason);
  g_assert_cmpuint (a->head.range.offset, ==, b->head.range.offset);
  g_assert_cmpuint (a->head.range.length, ==, b->head.range.length);
  g_assert_cmpstr (a->head.detail, ==, b->head.detail);
  g_assert_cmpstr (a->version, ==, b->version);
  g_assert_cmpstr (a->primary_url, ==, b->primary_url);
  g_assert_cmpstr (a->manifest_url, ==, b->manifest_url);
  g_assert_cmpint (a->primary_found, ==, b->primary_found);
  g_assert_cmpstr (a->unknown_sections, ==, b->unknown_sections);
  g_assert_cmpstr (a->claimed_origins, ==, b->claimed_origins);
  g_assert_cmpuint (a->n_resources, ==, b->n_resources);
  g_assert_cmpuint (a->n_aliases, ==, b->n_aliases);
  g_assert_cmpuint (a->n_overlaps, ==, b->n_overlaps);
}

static void
check_sections (const BullaBundleReader *reader)
{
  guint n = 0;
  const BullaBundleSection *sections = bulla_bundle_reader_get_sections (reader, &n);
  BullaRange responses = bulla_bundle_reader_get_responses (reader);

  g_assert_cmpuint (n, >=, 2);
  for (guint i = 0; i < n; i++) {
    g_assert_true (g_utf8_validate (sections[i].name, -1, NULL));
    g_assert_true (i == 0 || sections[i].offset == sections[i - 1].offset + sections[i - 1].length);
  }
  g_assert_cmpuint (responses.offset, ==, sections[n - 1].offset);
  g_assert_cmpuint (responses.length, ==, sections[n - 1].length);
  g_assert_cmpuint (responses.offset + responses.length, >, responses.offset);
  g_assert_nonnull (bulla_bundle_reader_get_index (reader));
}

static void
check_length (BullaBundleReader *reader, BullaFacts *facts, const uint8_t *data, size_t size)
{
  BullaRange responses = bulla_bundle_reader_get_responses (reader);
  guint64 end = responses.offset + responses.length - START;
  size_t left = end < size ? size - (size_t)end : 0;

  bulla_bundle_reader_check_length (reader, (BullaSpan){data + size - left, left, START + end},
                                    size);
  fuzz_check_part (&facts->bundle.length, START + size);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  uint8_t how = size > 0 ? data[0] : 0;
  const uint8_t *bundle = size > 0 ? data + 1 : data;
  size_t length = size > 0 ? size - 1 : 0, whole_used, used;
  g_autoptr (BullaFacts) whole_facts = bulla_facts_new ();
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (BullaBundleReader) whole =
      read_head (whole_facts, how, bundle, length, FALSE, &whole_used);
  g_autoptr (BullaBundleReader) reader = read_head (facts, how, bundle, length, TRUE, &used);

  fuzz_check_part (&facts->bundle.head, START + length);
  check_same (&facts->bundle, &whole_facts->bundle);
  g_assert_cmpuint (used, ==, whole_used);
  g_assert_cmpstr (facts->request_url, ==, whole_facts->request_url);
  g_assert_true (facts->request_url == NULL
                 || facts->bundle.head.reason == BULLA_REASON_BUNDLE_VERSION);
  BullaBundleState state = bulla_bundle_reader_get_state (reader);
  g_assert_cmpint (state, ==,
                   facts->bundle.head.read == BULLA_YES ? BULLA_BUNDLE_HEAD : BULLA_BUNDLE_FAULTED);
  if (state == BULLA_BUNDLE_HEAD) {
    check_sections (reader);
    check_length (reader, facts, bundle, length);
  }
  return 0;
}
