/* test-parse-bundle-plain-entry.c - compares the two parsers of index entries, on drawn entries
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-plain-entry.h"
#include "bulla-bundle-url.h"
#include "bulla-cbor.h"
#include "test-bundle-index-read.h"

#define N_DRAWN 200000

static void
assert_reads_alike (const BullaBundlePlainEntry *plain, BullaSpan rest, const char *origin)
{
  static const BullaCborReasons reasons = {BULLA_REASON_BUNDLE_MALFORMED,
                                           BULLA_REASON_BUNDLE_NOT_CANONICAL,
                                           BULLA_REASON_BUNDLE_TYPE, BULLA_REASON_NONE};
  static const BullaBundleUrlOptions absolute = {NULL, FALSE};
  g_auto (BullaCursor) in = bulla_cursor_over (rest, BULLA_REASON_BUNDLE_MALFORMED);
  BullaCborItem key, array, offset, length;
  g_auto (BullaBundleUrl) url = {0};
  BullaReason reason;
  const char *detail = NULL;

  g_assert_true (bulla_cbor_expect (&in, &reasons, BULLA_CBOR_TEXT, "key", &key)
                 && bulla_cbor_expect (&in, &reasons, BULLA_CBOR_ARRAY, "array", &array)
                 && bulla_cbor_expect (&in, &reasons, BULLA_CBOR_UNSIGNED, "offset", &offset)
                 && bulla_cbor_expect (&in, &reasons, BULLA_CBOR_UNSIGNED, "length", &length));
  g_assert_cmpuint (array.number, ==, 2);
  g_assert_cmpuint (offset.number, ==, plain->offset);
  g_assert_cmpuint (length.number, ==, plain->size);
  g_assert_cmpuint (rest.length - in.rest.length, ==, plain->length);
  g_assert_cmpmem (key.bytes.data, key.bytes.length, plain->key.data, plain->key.length);
  g_assert_cmpmem (key.whole.data, key.whole.length, plain->whole_key.data,
                   plain->whole_key.length);
  g_assert_true (bulla_bundle_url_read (&url, key.bytes, &absolute, &reason, &detail));
  g_assert_cmpstr (url.origin, ==, origin);
  g_assert_cmpmem (url.url, strlen (url.url), key.bytes.data, key.bytes.length);
  bulla_cursor_take (&in, in.rest.length);
  g_assert_true (bulla_cursor_close (&in, BULLA_REASON_BUNDLE_MALFORMED, NULL));
}

/* Writes an entry with a drawn path, and one behind it; sometimes with a wrong bit. */
static GByteArray *
draw_entry (GRand *random, const char *origin)
{
  static const char characters[] = "a/./..%2e%2f?#@:;A\\\x80\xc3 \"<`{|}^[]~$&'()*+,=!_-0";
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (GString) url = g_string_new (g_rand_int_range (random, 0, 20) > 0 ? origin : "");
  gint length = g_rand_int_range (random, 0, 6), kinds = g_rand_int_range (random, 1, 4);

  g_string_append_c (url, '/');
  for (gint c = 0; c < length; c++)
    g_string_append_c (
        url,
        characters[g_rand_int_range (random, 0, kinds == 1 ? 4 : (gint)sizeof characters - 1)]);
  put_entry (bytes, url->str, g_rand_int (random) >> g_rand_int_range (random, 0, 32),
             g_rand_int (random) >> g_rand_int_range (random, 0, 32));
  put_entry (bytes, "https://a.test/zzzzz", 0, 0);
  if (g_rand_int_range (random, 0, 10) == 0)
    bytes->data[g_rand_int_range (random, 0, (gint)bytes->len)] ^=
        (guint8)(1 << g_rand_int_range (random, 0, 8));
  return bytes;
}

/* What the shorter parser accepts, the parser of URLs and the decoder of CBOR read alike. */
static void
test_alike (void)
{
  static const char origin[] = "https://a.test";
  g_autoptr (GRand) random = g_rand_new_with_seed (13);
  guint n_accepted = 0;

  for (guint i = 0; i < N_DRAWN; i++) {
    g_autoptr (GByteArray) bytes = draw_entry (random, origin);
    g_autoptr (ExactBytes) exact = exact_copy (bytes->data, bytes->len);
    BullaSpan span = {exact, bytes->len, 0};
    BullaBundlePlainEntry plain;
    if (!bulla_bundle_plain_entry_read (&plain, span, TRUE, origin, strlen (origin)))
      continue;
    n_accepted++;
    assert_reads_alike (&plain, span, origin);
  }
  g_assert_cmpuint (n_accepted, >, N_DRAWN / 10);
}

/* an ordinary entry of either version is accepted, and no part of it alone */
static void
test_truncated (void)
{
  for (guint is_b2 = 0; is_b2 < 2; is_b2++) {
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    BullaBundlePlainEntry plain;

    put_text (bytes, "https://a.test/page.html");
    put_head (bytes, BULLA_CBOR_ARRAY, is_b2 ? 2 : 3);
    if (!is_b2)
      put_head (bytes, BULLA_CBOR_BYTES, 0);
    put_location (bytes, 70000, 300);
    guint whole = bytes->len;
    put_filling (bytes, 4, 0); /* bytes of the next entry */
    for (guint length = 0; length <= bytes->len; length++) {
      g_autoptr (ExactBytes) exact = exact_copy (bytes->data, length);
      gboolean fine = bulla_bundle_plain_entry_read (&plain, (BullaSpan){exact, length, 0}, is_b2,
                                                     "https://a.test", 14);
      g_assert_true (!fine || length >= whole);
      g_assert_true (fine || length < bytes->len);
    }
    g_assert_cmpuint (plain.length, ==, whole);
    g_assert_cmpuint (plain.offset, ==, 70000);
    g_assert_cmpuint (plain.size, ==, 300);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/bundle-plain-entry/alike", test_alike);
  g_test_add_func ("/parse/bundle-plain-entry/truncated", test_truncated);
  return g_test_run ();
}
