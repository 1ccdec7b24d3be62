/* fuzz-bundle-index.c - reads the index of a bundle: each entry must be found, and read again as
 * the same
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The first byte of the input selects the options. */
#include "bulla-bundle-index.h"
#include "bulla-bundle-url.h"
#include "fuzz.h"

#define RESPONSES 65536
#define BASE "https://a.test/b/c.wbn?d"

/* Locations that were accepted without a check must pass that check. */
static void
check_url (const BullaBundleIndex *index, guint i, gboolean relative)
{
  size_t length;
  const char *text = bulla_bundle_index_get_url (index, i, &length);
  const BullaBundleUrlOptions options = {NULL, relative};
  g_auto (BullaBundleUrl) url = {0};
  BullaReason reason;
  const char *detail;
  gboolean fine = bulla_bundle_url_read (&url, (BullaSpan){(const guint8 *)text, length, 0},
                                         &options, &reason, &detail);

  g_assert_true (fine);
  g_assert_cmpmem (text, length, url.url, strlen (url.url));
  g_assert_cmpstr (bulla_bundle_index_get_origin (index, i), ==, url.origin);
  gssize found = bulla_bundle_index_find (index, text, length);
  g_assert_cmpint (found, >=, 0);
  g_assert_cmpint (found, <=, i);
}

static guint
check_locations (const BullaBundleIndex *index, guint i)
{
  guint n = bulla_bundle_index_get_n_locations (index, i);

  g_assert_cmpuint (n, >, 0);
  g_assert_true (n == 1 || bulla_bundle_index_get_variants (index, i) != NULL);
  for (guint j = 0; j < n; j++) {
    BullaBundleLocation location = bulla_bundle_index_get_location (index, i, j);
    g_assert_cmpuint (location.offset, <=, RESPONSES);
    g_assert_cmpuint (location.length, <=, RESPONSES - location.offset);
  }
  return n;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  uint8_t how = size > 0 ? data[0] : 0;
  BullaSpan section = {size > 0 ? data + 1 : data, size > 0 ? size - 1 : 0, size > 0};
  gboolean has_base = (how & 2) != 0;
  const BullaBundleIndexOptions options = {how & 1, has_base ? BASE : NULL, (how & 4) != 0,
                                           RESPONSES};
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (BullaBundleIndex) index = bulla_bundle_index_read (section, &options, &error);
  guint n_locations = 0;

  g_assert_cmpint (index == NULL, ==, error != NULL);
  if (error != NULL) {
    fuzz_check_fault (error, size);
    return 0;
  }
  for (guint i = 0; i < bulla_bundle_index_get_n_urls (index); i++) {
    check_url (index, i, !has_base && (how & 4) != 0);
    n_locations += check_locations (index, i);
  }
  bulla_bundle_index_fill_facts (index, facts);
  g_assert_cmpuint (facts->bundle.n_aliases + facts->bundle.n_overlaps, <=, n_locations);
  return 0;
}
