/* test-verify-integrity.c - verifies the signatures of integrity blocks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-hasher.h"
#include "bulla-integrity-writer-private.h"
#include "bulla-integrity.h"

typedef struct {
  GBytes *bytes;              /* owned; bytes of the file */
  BullaFacts *facts;          /* owned */
  BullaIntegrityBlock *block; /* owned */
  guint8 sha512[BULLA_HASH_MAX];
} Signed;

static void
signed_clear (Signed *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->facts, bulla_facts_unref);
  g_clear_pointer (&self->block, bulla_integrity_block_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signed, signed_clear)

static void
signed_read (Signed *self, GBytes *file)
{
  gboolean wants_more = FALSE;
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (file, &length);

  self->bytes = g_bytes_ref (file);
  self->facts = bulla_facts_new ();
  self->block =
      bulla_integrity_block_read ((BullaSpan){data, length, 0}, TRUE, self->facts, &wants_more);
  g_assert_nonnull (self->block);
  gsize start = g_bytes_get_size (self->block->bytes);
  g_assert_cmpuint (
      bulla_hash_bytes (BULLA_HASH_SHA512, data + start, length - start, self->sha512), ==,
      BULLA_SHA512_SIZE);
}

static GBytes *
sign (BullaSigningKey **keys, guint n_keys, const char *id, const char *bundle)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream =
      g_memory_input_stream_new_from_data (bundle, (gssize)strlen (bundle), NULL);
  g_autoptr (GBytes) digest = bulla_integrity_writer_digest (stream, NULL, &error);
  g_autoptr (BullaIntegrityWriter) writer = bulla_integrity_writer_new (id);

  for (guint i = 0; i < n_keys; i++)
    bulla_integrity_writer_add_key (writer, keys[i]);
  g_autoptr (GBytes) block = bulla_integrity_writer_write (writer, digest, &error);
  g_assert_no_error (error);
  GByteArray *file = g_byte_array_new ();
  g_byte_array_append (file, g_bytes_get_data (block, NULL), (guint)g_bytes_get_size (block));
  g_byte_array_append (file, (const guint8 *)bundle, (guint)strlen (bundle));
  return g_byte_array_free_to_bytes (file);
}

static void
test_both_kinds (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaSigningKey) ed = bulla_signing_key_generate (BULLA_SIGNING_KEY_ED25519, &error);
  g_autoptr (BullaSigningKey) p256 = bulla_signing_key_generate (BULLA_SIGNING_KEY_P256, &error);

  g_assert_no_error (error);
  BullaSigningKey *keys[] = {ed, p256};
  g_autoptr (GBytes) file =
      sign (keys, 2, bulla_signing_key_get_web_bundle_id (p256), "any bytes at all");
  g_auto (Signed) it = {0};
  signed_read (&it, file);
  bulla_integrity_verify (it.block, it.sha512, it.facts);
  g_assert_cmpuint (it.facts->integrity.n_valid, ==, 2);
  g_assert_cmpint (it.facts->integrity.signatures.read, ==, BULLA_YES);
  /* each signature covers the whole bundle */
  it.sha512[63] ^= 1;
  bulla_integrity_verify (it.block, it.sha512, it.facts);
  g_assert_cmpuint (it.facts->integrity.n_valid, ==, 0);
  g_assert_cmpint (it.facts->integrity.signatures.reason, ==, BULLA_REASON_INTEGRITY_SIGNATURE);
  g_assert_cmpuint (it.facts->integrity.signatures.range.length, ==, 64);
}

static void
test_one_of_two (void)
{
  g_autoptr (BullaSigningKey) ed = bulla_signing_key_generate (BULLA_SIGNING_KEY_ED25519, NULL);
  g_autoptr (BullaSigningKey) p256 = bulla_signing_key_generate (BULLA_SIGNING_KEY_P256, NULL);
  BullaSigningKey *keys[] = {ed, p256};
  g_autoptr (GBytes) file = sign (keys, 2, bulla_signing_key_get_web_bundle_id (ed), "bytes");
  g_auto (Signed) it = {0};

  signed_read (&it, file);
  guint8 *second = (guint8 *)it.block->signatures[1].signature.data;
  second[it.block->signatures[1].signature.length - 1] ^= 1;
  bulla_integrity_verify (it.block, it.sha512, it.facts);
  g_assert_cmpuint (it.facts->integrity.n_valid, ==, 1);
  g_assert_cmpint (it.facts->integrity.signatures.read, ==, BULLA_NO);
  g_assert_cmpuint (it.facts->integrity.signatures.range.offset, ==,
                    it.block->signatures[1].signature.offset);
}

static void
test_id (void)
{
  g_autoptr (BullaSigningKey) one = bulla_signing_key_generate (BULLA_SIGNING_KEY_ED25519, NULL);
  g_autoptr (BullaSigningKey) other = bulla_signing_key_generate (BULLA_SIGNING_KEY_P256, NULL);
  g_autoptr (GBytes) own = sign (&one, 1, bulla_signing_key_get_web_bundle_id (one), "bytes");
  g_autoptr (GBytes) rotated = sign (&other, 1, bulla_signing_key_get_web_bundle_id (one), "bytes");
  g_auto (Signed) mine = {0}, theirs = {0};

  signed_read (&mine, own);
  signed_read (&theirs, rotated);
  bulla_integrity_check_id (mine.block, BULLA_WEB_BUNDLE_KEY_UNKNOWN, NULL, mine.facts);
  g_assert_cmpint (mine.facts->integrity.id_derived, ==, BULLA_YES);
  g_assert_cmpint (mine.facts->integrity.pinned, ==, BULLA_NO);
  bulla_integrity_check_id (theirs.block, BULLA_WEB_BUNDLE_KEY_UNKNOWN, NULL, theirs.facts);
  g_assert_cmpint (theirs.facts->integrity.id_derived, ==, BULLA_NO);
  GBytes *pin = bulla_signing_key_get_public (other);
  bulla_integrity_check_id (theirs.block, BULLA_WEB_BUNDLE_KEY_P256, pin, theirs.facts);
  g_assert_cmpint (theirs.facts->integrity.pin_found, ==, BULLA_YES);
  bulla_integrity_check_id (mine.block, BULLA_WEB_BUNDLE_KEY_P256, pin, mine.facts);
  g_assert_cmpint (mine.facts->integrity.pin_found, ==, BULLA_NO);
  /* the bytes of a key are not valid for the other kind */
  bulla_integrity_check_id (theirs.block, BULLA_WEB_BUNDLE_KEY_ED25519, pin, theirs.facts);
  g_assert_cmpint (theirs.facts->integrity.pin_found, ==, BULLA_NO);
}

/* IB: the three signed parts with their lengths */
static void
test_message (void)
{
  g_autoptr (BullaSigningKey) key = bulla_signing_key_generate (BULLA_SIGNING_KEY_ED25519, NULL);
  g_autoptr (GBytes) file = sign (&key, 1, bulla_signing_key_get_web_bundle_id (key), "bytes");
  g_auto (Signed) it = {0};

  signed_read (&it, file);
  g_autoptr (GBytes) message = bulla_integrity_build_message (it.block, it.sha512, 0);
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (message, &length);
  gsize n_block = it.block->head.length + it.block->attributes.length + 1;
  g_assert_cmpuint (length, ==, 3 * 8 + 64 + n_block + it.block->signatures[0].attributes.length);
  g_assert_cmpuint (data[7], ==, 64);
  g_assert_cmpmem (data + 8, 64, it.sha512, 64);
  g_assert_cmpuint (data[79], ==, n_block);
  g_assert_cmpmem (data + 80, it.block->head.length, g_bytes_get_data (file, NULL),
                   it.block->head.length);
  g_assert_cmpuint (data[80 + n_block - 1], ==, 0x80);
}

/* blocks that were written by other tools */
static void
test_vectors (void)
{
  static const struct {
    const char *name;
    guint n_valid;
  } rows[] = {{"ib2-ed25519.swbn", 1}, {"ib2-p256.swbn", 1}, {"ib2-three.swbn", 3},
              {"ib2-many.swbn", 20},   {"go-ib1.swbn", 1},   {"ib2-tampered-bundle.swbn", 0}};
  const char *folder = g_getenv ("BULLA_VECTORS");
  if (folder == NULL) {
    g_test_skip ("BULLA_VECTORS is not set");
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_build_filename (folder, "visible", "wbn", rows[i].name, NULL);
    g_autofree char *data = NULL;
    gsize length = 0;
    g_assert_true (g_file_get_contents (path, &data, &length, NULL));
    g_autoptr (GBytes) file = g_bytes_new (data, length);
    g_auto (Signed) it = {0};
    g_test_message ("%s", rows[i].name);
    signed_read (&it, file);
    bulla_integrity_verify (it.block, it.sha512, it.facts);
    g_assert_cmpuint (it.facts->integrity.n_valid, ==, rows[i].n_valid);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verify-integrity/both-kinds", test_both_kinds);
  g_test_add_func ("/verify-integrity/one-of-two", test_one_of_two);
  g_test_add_func ("/verify-integrity/id", test_id);
  g_test_add_func ("/verify-integrity/message", test_message);
  g_test_add_func ("/verify-integrity/vectors", test_vectors);
  return g_test_run ();
}
