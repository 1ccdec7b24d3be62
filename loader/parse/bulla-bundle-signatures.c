/* bulla-bundle-signatures.c - reads the signatures section: authorities and the subsets they signed
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Signatures are not verified here. Spec: SIGX; B1ALG "signatures". */
#include "bulla-bundle-signatures.h"

#include <string.h>

#include "bulla-bundle-index.h"
#include "bulla-bundle-url.h"
#include "bulla-variants.h"

static const BullaCborReasons reasons = {
    BULLA_REASON_SUBSET_MALFORMED,
    BULLA_REASON_SUBSET_NOT_CANONICAL,
    BULLA_REASON_SUBSET_TYPE,
    BULLA_REASON_NONE,
};

/* State while the section is being read. */
typedef struct {
  const BullaVariantsReadings *variants;
  guint64 n_entries, n_hashes; /* of all subsets */
} Reading;

static gboolean
expect_key (BullaCursor *in, BullaCborKeys *keys, BullaCborItem *key)
{
  return bulla_cbor_expect (in, &reasons, BULLA_CBOR_TEXT, "a key that is not text", key)
         && bulla_cbor_check_key (in, &reasons, keys, key->whole);
}

static gboolean
expect_bytes (BullaCursor *in, BullaSpan *bytes)
{
  BullaCborItem item;
  gboolean fine = bulla_cbor_expect (in, &reasons, BULLA_CBOR_BYTES,
                                     "something that is not a byte string", &item);

  *bytes = item.bytes;
  return fine;
}

/* Reads the head of an array or map, which cannot have more items than bytes remain. */
static gboolean
expect_container (BullaCursor *in, BullaCborType type, const char *what, guint64 max,
                  BullaCborItem *item)
{
  return bulla_cbor_expect (in, &reasons, type, what, item)
         && bulla_cursor_require (in, item->number <= in->rest.length, item->whole,
                                  BULLA_REASON_SUBSET_MALFORMED, "more items than it has room for")
         && bulla_cursor_require (in, item->number <= max, item->whole,
                                  BULLA_REASON_SUBSET_MALFORMED, "more items than Bulla reads");
}

static void
read_authorities (BullaCursor *in, BullaBundleSignatures *self)
{
  BullaCborItem array;

  if (!expect_container (in, BULLA_CBOR_ARRAY, "authorities that are not an array",
                         BULLA_BUNDLE_AUTHORITIES_MAX, &array))
    return;
  self->authorities = g_new0 (BullaAugmentedCertificate, array.number + 1);
  for (guint64 i = 0; i < array.number && in->fault == NULL; i++) {
    BullaAugmentedCertificate *entry = &self->authorities[self->n_authorities++];
    bulla_augmented_certificate_read (in, &reasons, entry);
    bulla_cursor_require (in, entry->cert.length > 0, entry->head, BULLA_REASON_SUBSET_MALFORMED,
                          "an authority without a certificate");
  }
}

/* Returns the required number of hash pairs. */
static gboolean
read_variants (BullaCursor *in, BullaSubsetEntry *entry, const BullaVariantsReadings *variants,
               guint64 *n)
{
  BullaVariantsSyntax syntax;
  BullaSpan bytes;

  *n = 1;
  if (!expect_bytes (in, &bytes))
    return FALSE;
  entry->variants = bytes;
  if (bytes.length == 0)
    return TRUE;
  g_autofree char *text = g_strndup ((const char *)bytes.data, bytes.length);
  gboolean fine =
      strlen (text) == bytes.length && bulla_variants_count (text, variants, &syntax, n);
  return bulla_cursor_require (in, fine, bytes, BULLA_REASON_SUBSET_MALFORMED,
                               "a variants-value that cannot be read");
}

static void
read_hashes (BullaCursor *in, BullaSubsetEntry *entry, Reading *reading, GArray *hashes)
{
  BullaCborItem array, integrity;
  guint64 n = 0;

  if (!expect_container (in, BULLA_CBOR_ARRAY, "hashes that are not an array", G_MAXUINT32, &array)
      || !read_variants (in, entry, reading->variants, &n)
      || !bulla_cursor_require (in, array.number % 2 == 1 && array.number / 2 == n, array.whole,
                                BULLA_REASON_SUBSET_MALFORMED,
                                "not as many pairs of hashes as there are responses")
      || !bulla_cursor_require (in, n <= BULLA_BUNDLE_RESOURCES_MAX - reading->n_hashes,
                                array.whole, BULLA_REASON_SUBSET_MALFORMED,
                                "more hashes than Bulla reads"))
    return;
  reading->n_hashes += n;
  entry->first = hashes->len;
  entry->n_hashes = (guint)n;
  for (guint64 i = 0; i < n; i++) {
    BullaSubsetHash hash = {0};
    if (!expect_bytes (in, &hash.header_sha256)
        || !bulla_cbor_expect (in, &reasons, BULLA_CBOR_TEXT,
                               "a payload-integrity-header that is not text", &integrity))
      return;
    hash.payload_integrity = integrity.bytes;
    g_array_append_val (hashes, hash);
  }
}

/* Stores a URL in serialised form, by which it is looked up. */
static void
read_url (BullaCursor *in, BullaSpan key, BullaSubset *self, BullaSubsetEntry *entry)
{
  const BullaBundleUrlOptions absolute = {NULL, FALSE};
  BullaReason why;
  const char *detail = NULL;
  g_auto (BullaBundleUrl) url = {0};
  gboolean fine = bulla_bundle_url_read (&url, key, &absolute, &why, &detail);

  if (!bulla_cursor_require (in, fine, key, BULLA_REASON_SUBSET_URL, detail))
    return;
  entry->url = key;
  if (!bulla_span_equal (key, url.url, strlen (url.url))) {
    entry->url.data = (const guint8 *)g_string_chunk_insert (self->strings, url.url);
    entry->url.length = strlen (url.url);
  }
}

static int
compare_urls (const guint8 *a, size_t a_length, const guint8 *b, size_t b_length)
{
  if (a_length != b_length)
    return a_length < b_length ? -1 : 1;
  return memcmp (a, b, a_length);
}

static int
compare_entries (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const BullaSubsetEntry *first = a, *second = b;

  return compare_urls (first->url.data, first->url.length, second->url.data, second->url.length);
}

static void
read_subset_hashes (BullaCursor *in, BullaSubset *self, Reading *reading)
{
  BullaCborItem map, key;
  BullaCborKeys keys = {0};

  if (!expect_container (in, BULLA_CBOR_MAP, "subset-hashes that are not a map",
                         BULLA_BUNDLE_RESOURCES_MAX - reading->n_entries, &map)
      || !bulla_cursor_require (in, map.number > 0, map.whole, BULLA_REASON_SUBSET_MALFORMED,
                                "an empty subset"))
    return;
  reading->n_entries += map.number;
  GArray *hashes = g_array_new (FALSE, FALSE, sizeof (BullaSubsetHash));
  self->entries = g_new0 (BullaSubsetEntry, map.number);
  for (guint64 i = 0; i < map.number && expect_key (in, &keys, &key); i++) {
    BullaSubsetEntry *entry = &self->entries[self->n_entries++];
    read_url (in, key.bytes, self, entry);
    if (in->fault == NULL)
      read_hashes (in, entry, reading, hashes);
    if (in->fault != NULL)
      break;
  }
  self->hashes = (BullaSubsetHash *)(void *)g_array_free (hashes, FALSE);
  /* The sort is stable: the first of two equal URLs is found. */
  g_qsort_with_data (self->entries, (int)self->n_entries, sizeof *self->entries, compare_entries,
                     NULL);
}

static void
read_time (BullaCursor *in, gint64 *time, BullaRange *range)
{
  BullaCborItem item;

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_UNSIGNED, "a time that is not a number", &item)
      || !bulla_cursor_require (in, item.number <= G_MAXINT64, item.whole,
                                BULLA_REASON_SUBSET_MALFORMED, "a time that is out of range"))
    return;
  *time = (gint64)item.number;
  *range = bulla_span_range (item.whole);
}

static void
read_validity_url (BullaCursor *in, BullaSubset *self)
{
  BullaCborItem item;

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_TEXT, "a validity-url that is not text", &item))
    return;
  self->validity_url_span = item.bytes;
  self->validity_url = g_strndup ((const char *)item.bytes.data, item.bytes.length);
  bulla_cursor_require (in, strlen (self->validity_url) == item.bytes.length, item.whole,
                        BULLA_REASON_SUBSET_URL, "a NUL in the validity-url");
}

enum { DATE = 1, EXPIRES = 2, AUTH_SHA256 = 4, VALIDITY_URL = 8, SUBSET_HASHES = 16, ALL = 31 };

/* Reads the value of one key of the signed map; returns 0 for an unknown key. */
static guint
read_signed_value (BullaCursor *in, BullaSpan key, BullaSubset *self, Reading *reading)
{
  if (bulla_span_equal (key, "date", 4))
    return read_time (in, &self->date, &self->date_range), DATE;
  if (bulla_span_equal (key, "expires", 7))
    return read_time (in, &self->expires, &self->expires_range), EXPIRES;
  if (bulla_span_equal (key, "auth-sha256", 11))
    return expect_bytes (in, &self->auth_sha256), AUTH_SHA256;
  if (bulla_span_equal (key, "validity-url", 12))
    return read_validity_url (in, self), VALIDITY_URL;
  if (bulla_span_equal (key, "subset-hashes", 13))
    return read_subset_hashes (in, self, reading), SUBSET_HASHES;
  bulla_cbor_skip_within (in, &reasons, in->rest.length);
  self->n_unknown++;
  return 0;
}

static gboolean
read_signed (BullaSubset *self, Reading *reading, GError **error)
{
  g_auto (BullaCursor) in = bulla_cursor_over (self->signed_bytes, BULLA_REASON_SUBSET_MALFORMED);
  BullaCborItem map, key;
  BullaCborKeys keys = {0};
  guint seen = 0;

  if (bulla_cbor_expect (&in, &reasons, BULLA_CBOR_MAP, "a signed subset that is not a map",
                         &map)) {
    for (guint64 i = 0; i < map.number && expect_key (&in, &keys, &key); i++)
      seen |= read_signed_value (&in, key.bytes, self, reading);
    bulla_cursor_require (&in, seen == ALL, map.whole, BULLA_REASON_SUBSET_MALFORMED,
                          "a signed subset that lacks one of its five keys");
  }
  return bulla_cursor_close (&in, BULLA_REASON_SUBSET_MALFORMED, error);
}

/* Reads the map around the signed bytes, which has exactly these three keys. */
static void
read_vouched (BullaCursor *in, BullaSubset *self, guint n_authorities, Reading *reading)
{
  BullaCborItem map, key, authority;
  BullaCborKeys keys = {0};

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_MAP, "a vouched subset that is not a map", &map)
      || !bulla_cursor_require (in, map.number == 3, map.whole, BULLA_REASON_SUBSET_MALFORMED,
                                "not sig, signed and authority")
      || !expect_key (in, &keys, &key)
      || !bulla_cursor_require (in, bulla_span_equal (key.bytes, "sig", 3), key.whole,
                                BULLA_REASON_SUBSET_MALFORMED, "no sig")
      || !expect_bytes (in, &self->sig) || !expect_key (in, &keys, &key)
      || !bulla_cursor_require (in, bulla_span_equal (key.bytes, "signed", 6), key.whole,
                                BULLA_REASON_SUBSET_MALFORMED, "no signed")
      || !expect_bytes (in, &self->signed_bytes) || !expect_key (in, &keys, &key)
      || !bulla_cursor_require (in, bulla_span_equal (key.bytes, "authority", 9), key.whole,
                                BULLA_REASON_SUBSET_MALFORMED, "no authority")
      || !bulla_cbor_expect (in, &reasons, BULLA_CBOR_UNSIGNED, "an authority that is not a number",
                             &authority)
      || !bulla_cursor_require (in, authority.number < n_authorities, authority.whole,
                                BULLA_REASON_SUBSET_AUTHORITY, "no such authority"))
    return;
  self->authority = (guint)authority.number;
  if (in->fault == NULL)
    read_signed (self, reading, &in->fault);
}

static void
read_subsets (BullaCursor *in, BullaBundleSignatures *self, Reading *reading)
{
  BullaCborItem array;

  if (!expect_container (in, BULLA_CBOR_ARRAY, "vouched subsets that are not an array",
                         BULLA_BUNDLE_SUBSETS_MAX, &array))
    return;
  self->subsets = g_new0 (BullaSubset, array.number + 1);
  for (guint64 i = 0; i < array.number && in->fault == NULL; i++) {
    BullaSubset *subset = &self->subsets[self->n_subsets++];
    subset->strings = g_string_chunk_new (64);
    read_vouched (in, subset, self->n_authorities, reading);
  }
}

/**
 * bulla_bundle_signatures_read: (skip)
 * @section: the signatures section; it must outlive the result
 * @variants: the readings by which variants-values are counted
 * @error: a %BULLA_FAULT
 *
 * Returns: (transfer full) (nullable): its authorities and subsets
 */
BullaBundleSignatures *
bulla_bundle_signatures_read (BullaSpan section, const BullaVariantsReadings *variants,
                              GError **error)
{
  g_autoptr (BullaBundleSignatures) self = g_new0 (BullaBundleSignatures, 1);
  g_auto (BullaCursor) in = bulla_cursor_over (section, BULLA_REASON_SUBSET_MALFORMED);
  Reading reading = {.variants = variants};
  BullaCborItem array;

  if (bulla_cbor_expect (&in, &reasons, BULLA_CBOR_ARRAY, "not an array", &array)
      && bulla_cursor_require (&in, array.number == 2, array.whole, BULLA_REASON_SUBSET_MALFORMED,
                               "not authorities and vouched subsets")) {
    read_authorities (&in, self);
    if (in.fault == NULL)
      read_subsets (&in, self, &reading);
  }
  if (!bulla_cursor_close (&in, BULLA_REASON_SUBSET_MALFORMED, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
bulla_bundle_signatures_free (BullaBundleSignatures *self)
{
  for (guint i = 0; i < self->n_subsets; i++) {
    g_free (self->subsets[i].validity_url);
    g_free (self->subsets[i].entries);
    g_free (self->subsets[i].hashes);
    g_string_chunk_free (self->subsets[i].strings);
  }
  g_free (self->subsets);
  g_free (self->authorities);
  g_free (self);
}

/**
 * bulla_subset_find: (skip)
 * @self: a subset
 * @url: a serialised URL
 * @length: bytes of @url
 *
 * Returns: (transfer none) (nullable): its entry for that URL
 */
const BullaSubsetEntry *
bulla_subset_find (const BullaSubset *self, const char *url, size_t length)
{
  guint from = 0, to = self->n_entries;

  while (from < to) {
    guint middle = from + (to - from) / 2;
    const BullaSubsetEntry *entry = &self->entries[middle];
    if (compare_urls (entry->url.data, entry->url.length, (const guint8 *)url, length) < 0)
      from = middle + 1;
    else
      to = middle;
  }
  const BullaSubsetEntry *found = from < self->n_entries ? &self->entries[from] : NULL;
  return found != NULL && bulla_span_equal (found->url, url, length) ? found : NULL;
}
