/* fuzz-bundle-signatures.c - reads the signatures section, and looks up the URLs of its subsets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-signatures.h"
#include "fuzz.h"

static void
check_span (BullaSpan span, const uint8_t *data, size_t size)
{
  g_assert_cmpuint (span.offset, <=, size);
  g_assert_cmpuint (span.length, <=, size - span.offset);
  g_assert_true (span.length == 0 || span.data == data + span.offset);
}

static void
check_subset (const BullaSubset *subset, const uint8_t *data, size_t size)
{
  check_span (subset->sig, data, size);
  check_span (subset->signed_bytes, data, size);
  check_span (subset->auth_sha256, data, size);
  check_span (subset->validity_url_span, data, size);
  g_assert_nonnull (subset->validity_url);
  g_assert_cmpint (subset->date, >=, 0);
  g_assert_cmpint (subset->expires, >=, 0);
  g_assert_cmpuint (subset->n_entries, >, 0);
  for (guint i = 0; i < subset->n_entries; i++) {
    const BullaSubsetEntry *entry = &subset->entries[i];
    const BullaSubsetEntry *found =
        bulla_subset_find (subset, (const char *)entry->url.data, entry->url.length);
    g_assert_nonnull (found);
    g_assert_true (found <= entry);
    g_assert_true (bulla_span_equal (found->url, entry->url.data, entry->url.length));
    check_span (entry->variants, data, size);
    for (guint j = 0; j < entry->n_hashes; j++) {
      check_span (subset->hashes[entry->first + j].header_sha256, data, size);
      check_span (subset->hashes[entry->first + j].payload_integrity, data, size);
    }
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const BullaVariantsReadings readings = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaBundleSignatures) signatures =
      bulla_bundle_signatures_read ((BullaSpan){data, size, 0}, &readings, &error);

  g_assert_cmpint (signatures == NULL, ==, error != NULL);
  if (error != NULL) {
    fuzz_check_fault (error, size);
    return 0;
  }
  for (guint i = 0; i < signatures->n_authorities; i++) {
    check_span (signatures->authorities[i].cert, data, size);
    check_span (signatures->authorities[i].ocsp, data, size);
    check_span (signatures->authorities[i].sct, data, size);
  }
  for (guint i = 0; i < signatures->n_subsets; i++) {
    g_assert_cmpuint (signatures->subsets[i].authority, <, signatures->n_authorities);
    check_subset (&signatures->subsets[i], data, size);
  }
  return 0;
}
