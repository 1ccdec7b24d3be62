/* test-parse-cert-chain.c - parses application/cert-chain+cbor
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cert-chain.h"
#include "test-bytes.h"

/* Returns NULL if the input is malformed; the range of the fault is then within the input. */
static BullaCertChain *
parse (const guint8 *data, size_t length, BullaReason *reason)
{
  ExactBytes *copy = exact_copy (data, length);
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (copy, length, free, copy);
  g_autoptr (GError) error = NULL;
  BullaRange range;
  BullaCertChain *chain = bulla_cert_chain_parse (bytes, &error);

  *reason = BULLA_REASON_NONE;
  g_assert_cmpint (chain == NULL, ==, error != NULL);
  if (chain == NULL) {
    g_assert_true (bulla_fault_get_range (error, &range));
    g_assert_cmpuint (range.offset, <=, length);
    g_assert_cmpuint (range.length, <=, length - range.offset);
    *reason = error->code;
    return NULL;
  }
  g_assert_cmpuint (chain->n_entries, >=, 1);
  for (guint i = 0; i < chain->n_entries; i++) {
    const BullaAugmentedCertificate *entry = &chain->entries[i];
    g_assert_cmpuint (entry->cert.offset + entry->cert.length, <=, length);
    g_assert_true (entry->cert.data == copy + entry->cert.offset);
    g_assert_cmpuint (entry->cert.length, >, 0);
    g_assert_cmpint (entry->ocsp.length > 0, ==, i == 0);
  }
  return chain;
}

#define MAGIC "67f09f939ce29b93"
#define CERT "6463657274 43aabbcc"
#define OCSP "646f637370 42dd00"
#define SCT "63736374 41ee"

typedef struct {
  const char *name;
  const char *hex;
  BullaReason reason;
} Sample;

static const Sample SAMPLES[] = {
    {"one", "82" MAGIC "a2" CERT OCSP, BULLA_REASON_NONE},
    {"two", "83" MAGIC "a3" SCT CERT OCSP "a1" CERT, BULLA_REASON_NONE},
    {"sct-on-second", "83" MAGIC "a2" CERT OCSP "a2" SCT CERT, BULLA_REASON_NONE},
    {"unknown-key", "82" MAGIC "a3" CERT OCSP "65 6f74686572 a1 01 82 02 f6", BULLA_REASON_NONE},
    {"empty", "", BULLA_REASON_CHAIN_MALFORMED},
    {"not-an-array", "a0", BULLA_REASON_CHAIN_TYPE},
    {"array-of-none", "80", BULLA_REASON_CHAIN_EMPTY},
    {"magic-alone", "81" MAGIC, BULLA_REASON_CHAIN_EMPTY},
    {"magic-bytes", "82 47f09f939ce29b93 a2" CERT OCSP, BULLA_REASON_CHAIN_MAGIC},
    {"variation-selector", "82 6af09f939ce29b93efb88f a2" CERT OCSP, BULLA_REASON_CHAIN_MAGIC},
    {"other-magic", "82 6161 a2" CERT OCSP, BULLA_REASON_CHAIN_MAGIC},
    {"entry-no-map", "82" MAGIC "43aabbcc", BULLA_REASON_CHAIN_TYPE},
    {"key-bytes", "82" MAGIC "a1 4463657274 43aabbcc", BULLA_REASON_CHAIN_TYPE},
    {"cert-text", "82" MAGIC "a2 6463657274 6161" OCSP, BULLA_REASON_CHAIN_TYPE},
    {"ocsp-text", "82" MAGIC "a2" CERT "646f637370 6161", BULLA_REASON_CHAIN_TYPE},
    {"sct-array", "82" MAGIC "a3 63736374 80" CERT OCSP, BULLA_REASON_CHAIN_TYPE},
    {"no-cert", "82" MAGIC "a1" OCSP, BULLA_REASON_CHAIN_CERT_MISSING},
    {"empty-cert", "82" MAGIC "a2 6463657274 40" OCSP, BULLA_REASON_CHAIN_CERT_MISSING},
    {"empty-map", "82" MAGIC "a0", BULLA_REASON_CHAIN_CERT_MISSING},
    {"no-cert-on-second", "83" MAGIC "a2" CERT OCSP "a0", BULLA_REASON_CHAIN_CERT_MISSING},
    {"no-ocsp", "82" MAGIC "a1" CERT, BULLA_REASON_CHAIN_OCSP_MISSING},
    {"empty-ocsp", "82" MAGIC "a2" CERT "646f637370 40", BULLA_REASON_CHAIN_OCSP_MISSING},
    {"ocsp-on-second", "83" MAGIC "a2" CERT OCSP "a2" CERT OCSP,
     BULLA_REASON_CHAIN_OCSP_UNEXPECTED},
    {"empty-ocsp-on-second", "83" MAGIC "a2" CERT OCSP "a2" CERT "646f637370 40",
     BULLA_REASON_CHAIN_OCSP_UNEXPECTED},
    {"empty-sct", "82" MAGIC "a3 63736374 40" CERT OCSP, BULLA_REASON_CHAIN_SCT_EMPTY},
    {"keys-out-of-order", "82" MAGIC "a2" OCSP CERT, BULLA_REASON_CHAIN_NOT_CANONICAL},
    {"key-twice", "82" MAGIC "a3" CERT CERT OCSP, BULLA_REASON_CHAIN_NOT_CANONICAL},
    {"unknown-not-canonical", "82" MAGIC "a3" CERT OCSP "656f74686572 1801",
     BULLA_REASON_CHAIN_NOT_CANONICAL},
    {"unknown-keys-out-of-order", "82" MAGIC "a3" CERT OCSP "656f74686572 a202000100",
     BULLA_REASON_CHAIN_NOT_CANONICAL},
    {"long-array-head", "9802" MAGIC "a2" CERT OCSP, BULLA_REASON_CHAIN_NOT_CANONICAL},
    {"long-length", "82" MAGIC "a2 6463657274 5803aabbcc" OCSP, BULLA_REASON_CHAIN_NOT_CANONICAL},
    {"indefinite-array", "9f" MAGIC "a2" CERT OCSP "ff", BULLA_REASON_CHAIN_NOT_CANONICAL},
    {"indefinite-map", "82" MAGIC "bf" CERT OCSP "ff", BULLA_REASON_CHAIN_NOT_CANONICAL},
    {"trailing", "82" MAGIC "a2" CERT OCSP "00", BULLA_REASON_CHAIN_MALFORMED},
    {"count-too-high", "83" MAGIC "a2" CERT OCSP, BULLA_REASON_CHAIN_MALFORMED},
    {"huge-count", "9bffffffffffffffff" MAGIC "a2" CERT OCSP, BULLA_REASON_CHAIN_MALFORMED},
    {"huge-map", "82" MAGIC "bbffffffffffffffff" CERT OCSP, BULLA_REASON_CHAIN_MALFORMED},
    {"huge-cert", "82" MAGIC "a2 6463657274 5bffffffffffffffff" OCSP, BULLA_REASON_CHAIN_MALFORMED},
};

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (GByteArray) bytes = bytes_from_hex (sample->hex);
  BullaReason reason;
  BullaCertChain *chain = parse (bytes->data, bytes->len, &reason);

  g_clear_pointer (&chain, bulla_cert_chain_free);
  g_assert_cmpstr (bulla_reason_get_nick (reason), ==, bulla_reason_get_nick (sample->reason));
}

static void
test_contents (void)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex ("83" MAGIC "a3" SCT CERT OCSP "a1" CERT);
  BullaReason reason;
  g_autoptr (BullaCertChain) chain = parse (bytes->data, bytes->len, &reason);

  g_assert_cmpuint (chain->n_entries, ==, 2);
  g_assert_true (bulla_span_equal (chain->entries[0].cert, "\xaa\xbb\xcc", 3));
  g_assert_true (bulla_span_equal (chain->entries[0].ocsp, "\xdd\x00", 2));
  g_assert_true (bulla_span_equal (chain->entries[0].sct, "\xee", 1));
  g_assert_true (bulla_span_equal (chain->entries[1].cert, "\xaa\xbb\xcc", 3));
  g_assert_cmpuint (chain->entries[1].sct.length, ==, 0);
}

static void
test_every_truncation (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autoptr (GByteArray) bytes = bytes_from_hex (SAMPLES[i].hex);
    for (size_t length = 0; length < bytes->len; length++) {
      BullaReason reason;
      BullaCertChain *chain = parse (bytes->data, length, &reason);
      /* Without its trailing bytes that sample is complete. */
      if (!g_str_equal (SAMPLES[i].name, "trailing"))
        g_assert_null (chain);
      g_clear_pointer (&chain, bulla_cert_chain_free);
    }
  }
}

static void
test_count (void)
{
  for (guint n = BULLA_CERT_CHAIN_MAX; n <= BULLA_CERT_CHAIN_MAX + 1; n++) {
    g_autofree char *head = g_strdup_printf ("98%02x" MAGIC "a2" CERT OCSP, n + 1);
    g_autoptr (GString) hex = g_string_new (head);
    for (guint i = 1; i < n; i++)
      g_string_append (hex, "a1" CERT);
    g_autoptr (GByteArray) bytes = bytes_from_hex (hex->str);
    BullaReason reason;
    BullaCertChain *chain = parse (bytes->data, bytes->len, &reason);
    g_assert_cmpint (chain != NULL, ==, n <= BULLA_CERT_CHAIN_MAX);
    g_clear_pointer (&chain, bulla_cert_chain_free);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/cert-chain/contents", test_contents);
  g_test_add_func ("/parse/cert-chain/every-truncation", test_every_truncation);
  g_test_add_func ("/parse/cert-chain/count", test_count);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/parse/cert-chain/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_sample);
  }
  return g_test_run ();
}
