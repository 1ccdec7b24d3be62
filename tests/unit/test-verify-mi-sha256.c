/* test-verify-mi-sha256.c - verifies the records of a body, each by its proof
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-mi-sha256.h"
#include "test-bytes.h"
#include "write/bulla-merkle-writer.h"

#define TEXT "When I grow up, I want to be a watermelon"
#define OFFSET 1000

typedef struct {
  GByteArray *out; /* owned */
  BullaReason reason;
  BullaRange range;
  gboolean finished;
  guint64 record_size;
} Decoded;

static void
decoded_clear (Decoded *self)
{
  g_byte_array_unref (self->out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Decoded, decoded_clear)

/* Calls the converter with heap copies of the exact size. Returns FALSE at the end, with a fault
 * or without. */
static gboolean
convert (GConverter *decoder, const guint8 *in, size_t n_in, size_t n_out, gboolean at_end,
         gsize *used, Decoded *into)
{
  g_autoptr (ExactBytes) from = exact_copy (in, n_in);
  g_autoptr (ExactBytes) to = calloc (1, n_out);
  g_autoptr (GError) error = NULL;
  gsize written = 0;

  *used = 0;
  GConverterResult result =
      g_converter_convert (decoder, from, n_in, to, n_out, at_end ? G_CONVERTER_INPUT_AT_END : 0,
                           used, &written, &error);

  g_assert_cmpuint (*used, <=, n_in);
  g_assert_cmpuint (written, <=, n_out);
  g_assert_cmpint (result == G_CONVERTER_ERROR, ==, error != NULL);
  if (result != G_CONVERTER_ERROR)
    g_byte_array_append (into->out, to, (guint)written);
  into->finished = result == G_CONVERTER_FINISHED;
  if (error == NULL)
    return !into->finished;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)) {
    g_assert_false (at_end);
    return TRUE;
  }
  g_assert_true (bulla_fault_get_range (error, &into->range));
  into->reason = error->code;
  return FALSE;
}

/* @piece: bytes of further input for each call; @room: bytes for output */
static void
decode (const guint8 *coded, size_t length, const guint8 *proof, size_t piece, size_t room,
        Decoded *into)
{
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (BullaMiSha256) decoder = bulla_mi_sha256_new (proof, OFFSET, facts);
  size_t start = 0, end = 0;

  *into = (Decoded){.out = g_byte_array_new ()};
  for (gboolean more = TRUE; more;) {
    gsize used;
    gboolean at_end = end == length;
    size_t before = into->out->len;
    more = convert (G_CONVERTER (decoder), coded + start, end - start, room, at_end, &used, into);
    start += used;
    g_assert_true (!more || !at_end || used > 0 || into->out->len > before); /* it advances */
    if (used == 0 && into->out->len == before)
      end = MIN (end + piece, length);
  }
  into->record_size = facts->record_size;
  g_assert_cmpint (facts->body.read, ==, into->finished ? BULLA_YES : BULLA_NO);
  g_assert_cmpint (facts->body.reason, ==, into->reason);
  g_assert_cmpuint (facts->body_length, ==, into->out->len);
  if (into->finished)
    g_assert_cmpuint (start, ==, length);
}

static GBytes *
encode (const void *text, size_t length, guint64 record_size, guint8 *proof)
{
  g_autoptr (GBytes) body = g_bytes_new (text, length);
  g_autofree char *digest = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *coded = bulla_merkle_encode (body, record_size, &digest, &error);

  g_assert_no_error (error);
  g_assert_cmpint (bulla_field_read_digest (digest, FALSE, proof), ==, BULLA_DIGEST_FOUND);
  return coded;
}

typedef struct {
  const char *text;
  guint64 record_size;
  size_t coded;
  const char *proof;
} Vector;

#define WATERMELON "dcRDgR2GM35DluAV13PzgnG6+pvQwPywfFvAu1UeFrs="

static const Vector VECTORS[] = {
    {TEXT, 41, 49, WATERMELON},
    {TEXT, 4096, 49, WATERMELON},
    {TEXT, 16384, 49, WATERMELON},
    {TEXT, 16, 113, "IVa9shfs0nyKEhHqtB3WVNANJ2Njm5KjQLjRtnbkYJ4="},
    {TEXT, 40, 81, "mKDd62Kr0lYF8Q4JJgKRFnkLzT+YFudYb8PrPPMPv6c="},
    {TEXT, 1, 1329, "hacZP7Fp482KeG1u64k6nkQnWxnUiqwbdccOqFkLYNI="},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 16, 72, "S/0kayq94GB1feHxkN4919pmG0jidK7OdU3fCGXEQiQ="},
    {"", 16, 0, "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="},
};

static void
test_vectors (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (VECTORS); i++) {
    const Vector *vector = &VECTORS[i];
    guint8 proof[BULLA_PROOF_SIZE], wanted[BULLA_PROOF_SIZE];
    g_autofree char *digest = g_strconcat (BULLA_CODING_MI_SHA256 "=", vector->proof, NULL);
    g_autoptr (GBytes) coded =
        encode (vector->text, strlen (vector->text), vector->record_size, proof);
    gsize length;
    const guint8 *data = g_bytes_get_data (coded, &length);
    bulla_field_read_digest (digest, FALSE, wanted);
    g_assert_cmpmem (proof, sizeof proof, wanted, sizeof wanted);
    g_assert_cmpuint (length, ==, vector->coded);
    for (size_t piece = 1; piece < 100; piece += 7)
      for (size_t room = 1; room < 60; room += 13) {
        g_auto (Decoded) decoded = {0};
        decode (data, length, wanted, piece, room, &decoded);
        g_assert_true (decoded.finished);
        g_assert_cmpmem (decoded.out->data, decoded.out->len, vector->text, strlen (vector->text));
        g_assert_cmpuint (decoded.record_size, ==, length > 0 ? vector->record_size : 0);
      }
  }
}

/* for every truncation of a body, the output is a prefix of whole records, followed by a fault */
static void
test_every_truncation (void)
{
  guint8 proof[BULLA_PROOF_SIZE];
  g_autoptr (GBytes) coded = encode (TEXT, 41, 8, proof);
  gsize length;
  const guint8 *data = g_bytes_get_data (coded, &length);

  for (size_t cut = 0; cut < length; cut++)
    for (size_t piece = 1; piece <= length; piece += 50) {
      g_auto (Decoded) decoded = {0};
      decode (data, cut, proof, piece, 7, &decoded);
      g_assert_false (decoded.finished);
      size_t records = cut < 8 ? 0 : (cut - 8) / 40;
      /* a record is verified only when the bytes after it are known */
      if (cut >= 8 && (cut - 8) % 40 == 0 && records > 0)
        records--;
      g_assert_cmpuint (decoded.out->len, ==, records * 8);
      g_assert_cmpmem (decoded.out->data, decoded.out->len, TEXT, records * 8);
      g_assert_cmpuint (decoded.range.offset, ==, OFFSET + (cut < 8 ? 0 : 8 + records * 40));
    }
}

static void
test_every_bit (void)
{
  guint8 proof[BULLA_PROOF_SIZE];
  g_autoptr (GBytes) coded = encode (TEXT, 41, 8, proof);
  gsize length;
  const guint8 *data = g_bytes_get_data (coded, &length);

  for (size_t at = 0; at < length; at++)
    for (int bit = 0; bit < 8; bit += 3) {
      g_autofree guint8 *copy = g_memdup2 (data, length);
      g_auto (Decoded) decoded = {0};
      copy[at] ^= (guint8)(1 << bit);
      decode (copy, length, proof, 64, 64, &decoded);
      g_assert_false (decoded.finished);
      size_t whole = at < 8 ? 0 : (at - 8) / 40 * 8;
      g_assert_cmpuint (decoded.out->len, ==, whole);
      g_assert_cmpmem (decoded.out->data, whole, TEXT, whole);
    }
}

typedef struct {
  const char *name;
  const char *hex;
  BullaReason reason;
} Fault;

static const Fault FAULTS[] = {
    {"nothing", "", BULLA_REASON_BODY_RECORD},
    {"one-byte", "00", BULLA_REASON_BODY_TRUNCATED},
    {"seven-bytes", "00000000000000", BULLA_REASON_BODY_TRUNCATED},
    {"size-alone", "0000000000000010", BULLA_REASON_BODY_TRUNCATED},
    {"size-0", "0000000000000000 61", BULLA_REASON_BODY_RECORD_SIZE},
    {"size-0-alone", "0000000000000000", BULLA_REASON_BODY_RECORD_SIZE},
    {"size-16385", "0000000000004001 61", BULLA_REASON_BODY_RECORD_SIZE},
    {"size-2^63", "8000000000000000 61", BULLA_REASON_BODY_RECORD_SIZE},
    {"size-2^64-1", "ffffffffffffffff 61", BULLA_REASON_BODY_RECORD_SIZE},
    {"size-2^32", "0000000100000000 61", BULLA_REASON_BODY_RECORD_SIZE},
    {"other-byte", "0000000000000010 61", BULLA_REASON_BODY_RECORD},
    {"longer-than-record", "0000000000000001 6161", BULLA_REASON_BODY_TRUNCATED},
};

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  g_autoptr (GByteArray) coded = bytes_from_hex (fault->hex);
  guint8 proof[BULLA_PROOF_SIZE] = {1};

  for (size_t piece = 1; piece < 20; piece++) {
    g_auto (Decoded) decoded = {0};
    decode (coded->data, coded->len, proof, piece, 16, &decoded);
    g_assert_cmpstr (bulla_reason_get_nick (decoded.reason), ==,
                     bulla_reason_get_nick (fault->reason));
    g_assert_cmpuint (decoded.out->len, ==, 0);
  }
}

/* SX-173: the size of a single record is not authenticated */
static void
test_other_size (void)
{
  guint8 proof[BULLA_PROOF_SIZE];
  g_autoptr (GBytes) coded = encode (TEXT, 41, 41, proof);

  static const guint sizes[] = {40, 41, 42, 256, 4096, 16383, 16384, 16385, 65535};

  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++) {
    guint size = sizes[i];
    gsize length;
    g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (coded, &length), 49);
    g_auto (Decoded) decoded = {0};
    copy[6] = (guint8)(size >> 8);
    copy[7] = (guint8)size;
    decode (copy, 49, proof, 100, 100, &decoded);
    g_assert_cmpint (decoded.finished, ==, size >= 41 && size <= 16384);
  }
}

static void
test_random_splits (void)
{
  g_autofree guint8 *body = g_malloc (100000);

  for (size_t i = 0; i < 100000; i++)
    body[i] = (guint8)g_test_rand_int_range (0, 256);
  for (int round = 0; round < 60; round++) {
    guint8 proof[BULLA_PROOF_SIZE];
    size_t size = (size_t)g_test_rand_int_range (1, round % 2 == 0 ? 17000 : 16384 * 2 + 2);
    guint64 record_size = (guint64)g_test_rand_int_range (1, round % 3 == 0 ? 16385 : 300);
    if (round % 4 == 0)
      size = MIN (100000, record_size * (guint64)g_test_rand_int_range (1, 4));
    g_autoptr (GBytes) coded = encode (body, size, record_size, proof);
    gsize length;
    const guint8 *data = g_bytes_get_data (coded, &length);
    g_auto (Decoded) decoded = {0};
    decode (data, length, proof, (size_t)g_test_rand_int_range (16, 20000),
            (size_t)g_test_rand_int_range (16, 20000), &decoded);
    g_assert_true (decoded.finished);
    g_assert_cmpmem (decoded.out->data, decoded.out->len, body, size);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verify/mi-sha256/vectors", test_vectors);
  g_test_add_func ("/verify/mi-sha256/every-truncation", test_every_truncation);
  g_test_add_func ("/verify/mi-sha256/every-bit", test_every_bit);
  g_test_add_func ("/verify/mi-sha256/other-size", test_other_size);
  g_test_add_func ("/verify/mi-sha256/random-splits", test_random_splits);
  for (size_t i = 0; i < G_N_ELEMENTS (FAULTS); i++) {
    g_autofree char *path = g_strdup_printf ("/verify/mi-sha256/fault/%s", FAULTS[i].name);
    g_test_add_data_func (path, &FAULTS[i], test_fault);
  }
  return g_test_run ();
}
