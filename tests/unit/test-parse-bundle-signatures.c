/* test-parse-bundle-signatures.c - parses the signatures section: authorities and signed subsets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-signatures.h"
#include "test-cbor-bytes.h"

#define ROOT "6f 68747470733a2f2f612e746573742f" /* https://a.test/ */
#define X "70 68747470733a2f2f612e746573742f78"
#define HASHES "83 40 42 aabb 61 64"
#define DATE "64 64617465 0a"
#define EXPIRES "67 65787069726573 14"
#define AUTH "6b 617574682d736861323536 43 010203"
#define VALIDITY "6c 76616c69646974792d75726c" ROOT
#define SUBSET "6d 7375627365742d686173686573"
#define SIGNED "a5" DATE EXPIRES AUTH VALIDITY SUBSET "a1" ROOT HASHES
#define CERT "a1 64 63657274 42 3000"
#define LEAF "a3 63 736374 41 73 64 63657274 42 3001 64 6f637370 41 6f"

typedef struct {
  ExactBytes *bytes;
  BullaBundleSignatures *signatures;
  GError *error;
} Read;

static void
read_clear (Read *self)
{
  g_clear_pointer (&self->signatures, bulla_bundle_signatures_free);
  exact_free (self->bytes);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Read, read_clear)

static Read
read_section (const guint8 *data, size_t length)
{
  static const BullaVariantsReadings readings = {0};
  Read self = {.bytes = exact_copy (data, length)};
  BullaRange range;

  self.signatures =
      bulla_bundle_signatures_read ((BullaSpan){self.bytes, length, 900}, &readings, &self.error);
  g_assert_cmpint (self.signatures == NULL, ==, self.error != NULL);
  if (self.error != NULL) {
    g_assert_true (bulla_fault_get_range (self.error, &range));
    g_assert_cmpuint (range.offset, >=, 900);
    g_assert_cmpuint (range.offset + range.length, <=, 900 + length);
  }
  return self;
}

/* Writes the section with a signed subset around @signed_hex. */
static void
put_vouched (GByteArray *out, const char *signed_hex, guint authority)
{
  g_autoptr (GByteArray) content = bytes_from_hex (signed_hex);

  put_head (out, BULLA_CBOR_MAP, 3);
  put_text (out, "sig");
  put_string (out, "signature");
  put_text (out, "signed");
  put_bytes (out, content->data, content->len);
  put_text (out, "authority");
  put_head (out, BULLA_CBOR_UNSIGNED, authority);
}

static GByteArray *
write_section (const char *signed_hex, guint authority)
{
  GByteArray *out = bytes_from_hex ("82 82" LEAF CERT "81");

  put_vouched (out, signed_hex, authority);
  return out;
}

static const BullaSubsetEntry *
find_entry (const BullaSubset *subset, const char *url)
{
  g_autoptr (ExactBytes) bytes = exact_copy (url, strlen (url));

  return bulla_subset_find (subset, (const char *)bytes, strlen (url));
}

static void
test_good (void)
{
  g_autoptr (GByteArray) bytes = write_section (SIGNED, 1);
  g_auto (Read) read = read_section (bytes->data, bytes->len);

  g_assert_no_error (read.error);
  g_assert_cmpuint (read.signatures->n_authorities, ==, 2);
  const BullaAugmentedCertificate *leaf = &read.signatures->authorities[0];
  g_assert_true (bulla_span_equal (leaf->cert, "\x30\x01", 2));
  g_assert_true (bulla_span_equal (leaf->ocsp, "o", 1));
  g_assert_true (bulla_span_equal (leaf->sct, "s", 1));
  g_assert_cmpuint (read.signatures->authorities[1].ocsp.length, ==, 0);
  g_assert_cmpuint (read.signatures->n_subsets, ==, 1);
  const BullaSubset *subset = &read.signatures->subsets[0];
  g_assert_cmpuint (subset->authority, ==, 1);
  g_assert_true (bulla_span_equal (subset->sig, "signature", 9));
  g_assert_true (bulla_span_equal (subset->auth_sha256, "\1\2\3", 3));
  g_assert_cmpint (subset->date, ==, 10);
  g_assert_cmpint (subset->expires, ==, 20);
  g_assert_cmpuint (bytes->data[subset->date_range.offset - 900], ==, 10);
  g_assert_cmpstr (subset->validity_url, ==, "https://a.test/");
  g_assert_cmpuint (subset->n_unknown, ==, 0);
  g_assert_cmpuint (subset->n_entries, ==, 1);
  const BullaSubsetEntry *entry = find_entry (subset, "https://a.test/");
  g_assert_nonnull (entry);
  g_assert_cmpuint (entry->n_hashes, ==, 1);
  g_assert_true (bulla_span_equal (subset->hashes[entry->first].header_sha256, "\xaa\xbb", 2));
  g_assert_true (bulla_span_equal (subset->hashes[entry->first].payload_integrity, "d", 1));
  g_assert_null (find_entry (subset, "https://a.test/x"));
  g_assert_null (find_entry (subset, ""));
}

static void
test_every_truncation (void)
{
  g_autoptr (GByteArray) bytes = write_section (SIGNED, 0);

  for (size_t length = 0; length < bytes->len; length++) {
    g_auto (Read) read = read_section (bytes->data, length);
    g_assert_nonnull (read.error);
  }
}

static void
test_every_bit (void)
{
  g_autoptr (GByteArray) bytes = write_section (SIGNED, 0);

  for (guint bit = 0; bit < 8 * bytes->len; bit++) {
    bytes->data[bit / 8] ^= (guint8)(1 << bit % 8);
    g_auto (Read) read = read_section (bytes->data, bytes->len);
    if (read.signatures != NULL && read.signatures->n_subsets > 0)
      g_assert_cmpuint (read.signatures->subsets[0].authority, <, read.signatures->n_authorities);
    bytes->data[bit / 8] ^= (guint8)(1 << bit % 8);
  }
}

/* many URLs, some of which are not in serialised form */
static void
test_find (void)
{
  g_autoptr (GByteArray) content = bytes_from_hex ("a5" DATE EXPIRES AUTH VALIDITY SUBSET);
  g_autoptr (GByteArray) out = bytes_from_hex ("82 81" CERT "81 a3");

  put_head (content, BULLA_CBOR_MAP, 101);
  put_text (content, "https://a.test/\xc3\xa9");
  put_hex (content, HASHES);
  for (guint i = 0; i < 100; i++) {
    g_autofree char *url = g_strdup_printf ("https://a.test/%03u", i);
    put_text (content, url);
    put_hex (content, HASHES);
  }
  put_text (out, "sig");
  put_string (out, "");
  put_text (out, "signed");
  put_bytes (out, content->data, content->len);
  put_text (out, "authority");
  put_hex (out, "00");
  g_auto (Read) read = read_section (out->data, out->len);
  g_assert_no_error (read.error);
  const BullaSubset *subset = &read.signatures->subsets[0];
  for (guint i = 0; i < 101; i++) {
    g_autofree char *url = g_strdup_printf ("https://a.test/%03u", i);
    g_assert_cmpint (find_entry (subset, url) != NULL, ==, i < 100);
  }
  g_assert_nonnull (find_entry (subset, "https://a.test/%C3%A9"));
  g_assert_null (find_entry (subset, "https://a.test/\xc3\xa9"));
}

typedef struct {
  const char *name, *hex; /* hex of the signed bytes */
  BullaReason reason;
} Sample;

#define BEFORE DATE EXPIRES AUTH VALIDITY SUBSET
#define NONE BULLA_REASON_NONE
#define FR_EN "55 6163636570742d6c616e67756167653b656e3b6672"

static const Sample SIGNED_SAMPLES[] = {
    {"unknown-key", "a6 6161 f6" BEFORE "a1" ROOT HASHES, NONE},
    {"unknown-nested", "a6 6161 82 a1 0102 80" BEFORE "a1" ROOT HASHES, NONE},
    {"two-urls", "a5" BEFORE "a2" ROOT HASHES X HASHES, NONE},
    {"variants", "a5" BEFORE "a1" ROOT "85" FR_EN "42aabb 6164 42aabb 6164", NONE},
    {"empty-signed", "", BULLA_REASON_SUBSET_MALFORMED},
    {"array", "80", BULLA_REASON_SUBSET_TYPE},
    {"no-date", "a4" EXPIRES AUTH VALIDITY SUBSET "a1" ROOT HASHES, BULLA_REASON_SUBSET_MALFORMED},
    {"no-expires", "a4" DATE AUTH VALIDITY SUBSET "a1" ROOT HASHES, BULLA_REASON_SUBSET_MALFORMED},
    {"no-auth", "a4" DATE EXPIRES VALIDITY SUBSET "a1" ROOT HASHES, BULLA_REASON_SUBSET_MALFORMED},
    {"no-validity", "a4" DATE EXPIRES AUTH SUBSET "a1" ROOT HASHES, BULLA_REASON_SUBSET_MALFORMED},
    {"no-hashes", "a4" DATE EXPIRES AUTH VALIDITY, BULLA_REASON_SUBSET_MALFORMED},
    {"date-twice", "a6" DATE DATE EXPIRES AUTH VALIDITY SUBSET "a1" ROOT HASHES,
     BULLA_REASON_SUBSET_NOT_CANONICAL},
    {"order", "a5" EXPIRES DATE AUTH VALIDITY SUBSET "a1" ROOT HASHES,
     BULLA_REASON_SUBSET_NOT_CANONICAL},
    {"left-over", SIGNED "00", BULLA_REASON_SUBSET_MALFORMED},
    {"negative-date", "a5 64 64617465 20" EXPIRES AUTH VALIDITY SUBSET "a1" ROOT HASHES,
     BULLA_REASON_SUBSET_TYPE},
    {"text-date", "a5 64 64617465 6131" EXPIRES AUTH VALIDITY SUBSET "a1" ROOT HASHES,
     BULLA_REASON_SUBSET_TYPE},
    {"far-date", "a5 64 64617465 1b7fffffffffffffff" EXPIRES AUTH VALIDITY SUBSET "a1" ROOT HASHES,
     NONE},
    {"too-far-date",
     "a5 64 64617465 1b8000000000000000" EXPIRES AUTH VALIDITY SUBSET "a1" ROOT HASHES,
     BULLA_REASON_SUBSET_MALFORMED},
    {"number-key", "a6 00 00" BEFORE "a1" ROOT HASHES, BULLA_REASON_SUBSET_TYPE},
    {"no-urls", "a5" BEFORE "a0", BULLA_REASON_SUBSET_MALFORMED},
    {"hashes-array", "a5" BEFORE "80", BULLA_REASON_SUBSET_TYPE},
    {"huge-hashes", "a5" BEFORE "bbffffffffffffffff" ROOT HASHES, BULLA_REASON_SUBSET_MALFORMED},
    {"url-twice", "a5" BEFORE "a2" ROOT HASHES ROOT HASHES, BULLA_REASON_SUBSET_NOT_CANONICAL},
    {"url-order", "a5" BEFORE "a2" X HASHES ROOT HASHES, BULLA_REASON_SUBSET_NOT_CANONICAL},
    {"url-relative", "a5" BEFORE "a1 612f" HASHES, BULLA_REASON_SUBSET_URL},
    {"url-fragment", "a5" BEFORE "a1 70 68747470733a2f2f612e746573742f23" HASHES,
     BULLA_REASON_SUBSET_URL},
    {"url-bytes", "a5" BEFORE "a1 4161" HASHES, BULLA_REASON_SUBSET_TYPE},
    {"pair-missing", "a5" BEFORE "a1" ROOT "81 40", BULLA_REASON_SUBSET_MALFORMED},
    {"half-a-pair", "a5" BEFORE "a1" ROOT "82 40 42 aabb", BULLA_REASON_SUBSET_MALFORMED},
    {"two-pairs", "a5" BEFORE "a1" ROOT "85 40 42aabb 6164 42aabb 6164",
     BULLA_REASON_SUBSET_MALFORMED},
    {"one-variant-only", "a5" BEFORE "a1" ROOT "83" FR_EN "42aabb 6164",
     BULLA_REASON_SUBSET_MALFORMED},
    {"variants-garbage", "a5" BEFORE "a1" ROOT "83 4122 42aabb 6164",
     BULLA_REASON_SUBSET_MALFORMED},
    {"variants-text", "a5" BEFORE "a1" ROOT "83 60 42aabb 6164", BULLA_REASON_SUBSET_TYPE},
    {"hash-text", "a5" BEFORE "a1" ROOT "83 40 6161 6164", BULLA_REASON_SUBSET_TYPE},
    {"integrity-bytes", "a5" BEFORE "a1" ROOT "83 40 42aabb 4164", BULLA_REASON_SUBSET_TYPE},
    {"validity-nul",
     "a5" DATE EXPIRES AUTH "6c 76616c69646974792d75726c 6100" SUBSET "a1" ROOT HASHES,
     BULLA_REASON_SUBSET_URL},
    {"validity-bytes",
     "a5" DATE EXPIRES AUTH "6c 76616c69646974792d75726c 4161" SUBSET "a1" ROOT HASHES,
     BULLA_REASON_SUBSET_TYPE},
};

static void
assert_reason (const Read *read, BullaReason reason)
{
  g_assert_cmpstr (read->error == NULL ? NULL : bulla_reason_get_nick (read->error->code), ==,
                   reason == NONE ? NULL : bulla_reason_get_nick (reason));
}

static void
test_signed (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (GByteArray) bytes = write_section (sample->hex, 0);
  g_auto (Read) read = read_section (bytes->data, bytes->len);

  assert_reason (&read, sample->reason);
  if (read.signatures != NULL && g_str_has_prefix (sample->name, "unknown"))
    g_assert_cmpuint (read.signatures->subsets[0].n_unknown, ==, 1);
}

static const Sample SECTION_SAMPLES[] = {
    {"empty", "82 80 80", NONE},
    {"authorities-only", "82 81" CERT "80", NONE},
    {"map", "a0", BULLA_REASON_SUBSET_TYPE},
    {"one", "81 80", BULLA_REASON_SUBSET_MALFORMED},
    {"three", "83 80 80 80", BULLA_REASON_SUBSET_MALFORMED},
    {"left-over", "82 80 80 00", BULLA_REASON_SUBSET_MALFORMED},
    {"indefinite", "9f 80 80 ff", BULLA_REASON_SUBSET_NOT_CANONICAL},
    {"authority-bytes", "82 81 4161 80", BULLA_REASON_SUBSET_TYPE},
    {"authority-empty", "82 81 a0 80", BULLA_REASON_SUBSET_MALFORMED},
    {"authority-without-cert", "82 81 a1 64 6f637370 41 6f 80", BULLA_REASON_SUBSET_MALFORMED},
    {"authority-text-cert", "82 81 a1 64 63657274 62 3000 80", BULLA_REASON_SUBSET_TYPE},
    {"authorities-huge", "82 9bffffffffffffffff" CERT "80", BULLA_REASON_SUBSET_MALFORMED},
    {"subsets-map", "82 80 a0", BULLA_REASON_SUBSET_TYPE},
    {"subsets-huge", "82 80 9bffffffffffffffff", BULLA_REASON_SUBSET_MALFORMED},
    {"subset-empty", "82 81" CERT "81 a0", BULLA_REASON_SUBSET_MALFORMED},
    {"subset-number", "82 81" CERT "81 00", BULLA_REASON_SUBSET_TYPE},
    {"subset-sig-text", "82 81" CERT "81 a3 63736967 60", BULLA_REASON_SUBSET_TYPE},
    {"subset-other-key", "82 81" CERT "81 a3 63736966 40", BULLA_REASON_SUBSET_MALFORMED},
};

static void
test_section (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (GByteArray) bytes = bytes_from_hex (sample->hex);
  g_auto (Read) read = read_section (bytes->data, bytes->len);

  assert_reason (&read, sample->reason);
}

/* BS-001 */
static void
test_authority (void)
{
  for (guint authority = 0; authority < 4; authority++) {
    g_autoptr (GByteArray) bytes = write_section (SIGNED, authority);
    g_auto (Read) read = read_section (bytes->data, bytes->len);
    assert_reason (&read, authority < 2 ? NONE : BULLA_REASON_SUBSET_AUTHORITY);
  }
}

static BullaReason
read_many (guint n_authorities, guint n_subsets)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex ("82");

  put_head (bytes, BULLA_CBOR_ARRAY, n_authorities);
  for (guint i = 0; i < n_authorities; i++)
    put_hex (bytes, CERT);
  put_head (bytes, BULLA_CBOR_ARRAY, n_subsets);
  for (guint i = 0; i < n_subsets; i++)
    put_vouched (bytes, SIGNED, 0);
  g_auto (Read) read = read_section (bytes->data, bytes->len);
  return read.error != NULL ? (BullaReason)read.error->code : NONE;
}

static void
test_counts (void)
{
  const guint authorities = BULLA_BUNDLE_AUTHORITIES_MAX, subsets = BULLA_BUNDLE_SUBSETS_MAX;

  g_assert_cmpint (read_many (authorities, subsets), ==, NONE);
  g_assert_cmpint (read_many (authorities + 1, 1), ==, BULLA_REASON_SUBSET_MALFORMED);
  g_assert_cmpint (read_many (1, subsets + 1), ==, BULLA_REASON_SUBSET_MALFORMED);
}

static void
add_samples (const char *folder, const Sample *samples, size_t n, GTestDataFunc test)
{
  for (size_t i = 0; i < n; i++) {
    g_autofree char *path =
        g_strdup_printf ("/parse/bundle-signatures/%s/%s", folder, samples[i].name);
    g_test_add_data_func (path, &samples[i], test);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/bundle-signatures/good", test_good);
  g_test_add_func ("/parse/bundle-signatures/every-truncation", test_every_truncation);
  g_test_add_func ("/parse/bundle-signatures/every-bit", test_every_bit);
  g_test_add_func ("/parse/bundle-signatures/find", test_find);
  g_test_add_func ("/parse/bundle-signatures/authority", test_authority);
  g_test_add_func ("/parse/bundle-signatures/counts", test_counts);
  add_samples ("signed", SIGNED_SAMPLES, G_N_ELEMENTS (SIGNED_SAMPLES), test_signed);
  add_samples ("section", SECTION_SAMPLES, G_N_ELEMENTS (SECTION_SAMPLES), test_section);
  return g_test_run ();
}
