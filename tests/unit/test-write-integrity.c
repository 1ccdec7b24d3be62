/* test-write-integrity.c - writes integrity blocks and signing keys, and reads them back by hand
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bytes.h"
#include "write/bulla-integrity-writer-private.h"

#define LOCKED "ENCRYPTED PRIVATE KEY"
#define DIGEST_BYTE 0x5a /* byte that fills a SHA-512 digest */

static GBytes *
new_digest (void)
{
  g_autofree char *digest = g_strnfill (BULLA_INTEGRITY_DIGEST_SIZE, DIGEST_BYTE);

  return g_bytes_new (digest, BULLA_INTEGRITY_DIGEST_SIZE);
}

static BullaSigningKey *
read_key (const char *pem)
{
  g_autoptr (GError) error = NULL;
  BullaSigningKey *key = bulla_signing_key_new_from_pem (pem, NULL, &error);

  g_assert_no_error (error);
  return key;
}

static BullaSigningKey *
generate (BullaSigningKeyKind kind)
{
  g_autoptr (GError) error = NULL;
  BullaSigningKey *key = bulla_signing_key_generate (kind, &error);

  g_assert_no_error (error);
  return key;
}

/* a key is the same after saving as PEM, and its public half has the same ID */
static void
test_keys (gconstpointer data)
{
  BullaSigningKeyKind kind = GPOINTER_TO_INT (data);
  gboolean is_ed25519 = kind == BULLA_SIGNING_KEY_ED25519;
  g_autoptr (BullaSigningKey) key = generate (kind);
  g_autofree char *pem = bulla_signing_key_dup_pem (key);
  g_autofree char *public_pem = bulla_signing_key_dup_public_pem (key);
  g_autoptr (BullaSigningKey) again = read_key (pem);
  g_autoptr (BullaSigningKey) half = read_key (public_pem);
  const char *id = bulla_signing_key_get_web_bundle_id (key);
  GBytes *raw = bulla_signing_key_get_public (key);

  g_assert_cmpint (bulla_signing_key_get_kind (again), ==, (int)kind);
  g_assert_cmpstr (bulla_signing_key_get_web_bundle_id (again), ==, id);
  g_assert_cmpstr (bulla_signing_key_get_web_bundle_id (half), ==, id);
  g_assert_true (bulla_signing_key_is_private (again));
  g_assert_false (bulla_signing_key_is_private (half));
  g_assert_cmpuint (strlen (id), ==, is_ed25519 ? 56 : 58);
  g_assert_cmpuint (g_bytes_get_size (raw), ==, is_ed25519 ? 32 : 33);
  g_assert_true (g_bytes_equal (raw, bulla_signing_key_get_public (half)));
  if (!is_ed25519)
    g_assert_cmpint (*(const guint8 *)g_bytes_get_data (raw, NULL) & ~1, ==, 2);
}

static void
test_no_keys (void)
{
  static const char P384[] = "-----BEGIN PUBLIC KEY-----\n"
                             "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEZK+eW+H/IAxU+Q70dEVk4oRh297S3fKK\n"
                             "q7E6h5o2DigO2JeAUtuhfIHnp1c5x0ttk2ttX+oPYRfrGr1PjB50je92xTCNQQdV\n"
                             "2E7p+mf3AvPoo+IAljLAiyErqVhFYYaH\n-----END PUBLIC KEY-----\n";
  g_autofree char *encrypted =
      g_strdup_printf ("-----BEGIN %s-----\nMA==\n-----END %s-----\n", LOCKED, LOCKED);
  g_autoptr (GError) error = NULL;

  g_assert_null (bulla_signing_key_new_from_pem ("nothing", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_true (bulla_signing_key_pem_is_encrypted (encrypted));
  g_assert_false (bulla_signing_key_pem_is_encrypted (P384));
  g_assert_null (bulla_signing_key_new_from_pem (encrypted, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_null (bulla_signing_key_new_from_pem (P384, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

/* bundles.md section 9.3 */
static void
verify (BullaSigningKey *key, GBytes *block, GBytes *attributes, GBytes *signature)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  g_autoptr (GBytes) digest = new_digest ();
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  GBytes *const parts[] = {digest, block, attributes};
  gboolean is_p256 = bulla_signing_key_get_kind (key) == BULLA_SIGNING_KEY_P256;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    bulla_write_be (message, g_bytes_get_size (parts[i]), 8);
    bulla_write_bytes (message, parts[i]);
  }
  g_assert_cmpint (EVP_DigestVerifyInit (context, NULL, is_p256 ? EVP_sha256 () : NULL, NULL,
                                         bulla_signing_key_get_key (key)),
                   ==, 1);
  g_assert_cmpint (EVP_DigestVerify (context, g_bytes_get_data (signature, NULL),
                                     g_bytes_get_size (signature), message->data, message->len),
                   ==, 1);
}

/* Checks 84, magic, version, attributes and a signature with @key; returns the signature. */
static GBytes *
read_single (GBytes *written, BullaSigningKey *key, const char *id)
{
  g_autoptr (GByteArray) head = bytes_from_hex ("8448f09f968bf09f93a64432620000a16b"
                                                "77656242756e646c6549647838");
  g_autoptr (GBytes) attributes = bulla_signing_key_dup_attributes (key);
  gsize size;
  const guint8 *data = g_bytes_get_data (written, &size);

  g_byte_array_append (head, (const guint8 *)id, strlen (id));
  g_assert_cmpuint (size, >, head->len);
  g_assert_cmpmem (data, head->len, head->data, head->len);
  gsize at = head->len;
  g_assert_cmpuint (data[at++], ==, 0x81);
  g_assert_cmpuint (data[at++], ==, 0x82);
  g_assert_cmpmem (data + at, g_bytes_get_size (attributes), g_bytes_get_data (attributes, NULL),
                   g_bytes_get_size (attributes));
  at += g_bytes_get_size (attributes);
  g_assert_cmpuint (data[at++], ==, 0x58);
  g_assert_cmpuint (data[at], ==, size - at - 1);
  at++;
  GBytes *signature = g_bytes_new (data + at, size - at);
  g_byte_array_append (head, (const guint8 *)"\x80", 1);
  g_autoptr (GBytes) block = g_bytes_new (head->data, head->len);
  verify (key, block, attributes, signature);
  return signature;
}

static GBytes *
write_block (BullaIntegrityWriter *writer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) digest = new_digest ();
  GBytes *block = bulla_integrity_writer_write (writer, digest, &error);

  g_assert_no_error (error);
  return block;
}

static void
test_single (void)
{
  g_autoptr (BullaSigningKey) key = generate (BULLA_SIGNING_KEY_ED25519);
  const char *id = bulla_signing_key_get_web_bundle_id (key);
  g_autoptr (BullaIntegrityWriter) writer = bulla_integrity_writer_new (id);

  bulla_integrity_writer_add_key (writer, key);
  g_autoptr (GBytes) first = write_block (writer);
  g_autoptr (GBytes) again = write_block (writer);
  g_autoptr (GBytes) signature = read_single (first, key, id);
  g_assert_cmpuint (g_bytes_get_size (signature), ==, 64);
  g_assert_true (g_bytes_equal (first, again));
}

/* existing signatures stay unchanged when another is added */
static void
test_keep (void)
{
  static const guint8 OLD[] = {0xa0};
  g_autoptr (BullaSigningKey) key = generate (BULLA_SIGNING_KEY_ED25519);
  g_autoptr (BullaSigningKey) other = generate (BULLA_SIGNING_KEY_P256);
  const char *id = bulla_signing_key_get_web_bundle_id (key);
  g_autoptr (BullaIntegrityWriter) writer = bulla_integrity_writer_new ("another");
  g_autoptr (GByteArray) attributes = bytes_from_hex ("a16b77656242756e646c6549647838");
  g_autoptr (GBytes) old = g_bytes_new_static (OLD, sizeof OLD);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("old", 3);

  g_byte_array_append (attributes, (const guint8 *)id, strlen (id));
  g_autoptr (GBytes) kept = g_bytes_new (attributes->data, attributes->len);
  bulla_integrity_writer_set_attributes (writer, kept);
  bulla_integrity_writer_keep (writer, old, bytes);
  bulla_integrity_writer_add_key (writer, other);
  g_autoptr (GBytes) block = write_block (writer);
  g_autoptr (GByteArray) start = bytes_from_hex ("8448f09f968bf09f93a64432620000");
  g_byte_array_append (start, attributes->data, attributes->len);
  g_autoptr (GByteArray) list = bytes_from_hex ("82 82a0436f6c64 82");
  g_byte_array_append (start, list->data, list->len);
  g_assert_cmpuint (g_bytes_get_size (block), >, start->len);
  g_assert_cmpmem (g_bytes_get_data (block, NULL), start->len, start->data, start->len);
}

/* A signature of version 1 covers the signatures after it. */
static void
test_version_1 (void)
{
  g_autoptr (BullaSigningKey) first = generate (BULLA_SIGNING_KEY_ED25519);
  g_autoptr (BullaSigningKey) second = generate (BULLA_SIGNING_KEY_ED25519);
  g_autoptr (BullaIntegrityWriter) alone = bulla_integrity_writer_new ("unused");
  g_autoptr (BullaIntegrityWriter) writer = bulla_integrity_writer_new ("unused");
  g_autoptr (GByteArray) start = bytes_from_hex ("8348f09f968bf09f93a64431620000 82 82");
  g_autoptr (GBytes) attributes = bulla_signing_key_dup_attributes (second);

  bulla_integrity_writer_set_version (alone, 1);
  bulla_integrity_writer_add_key (alone, first);
  g_autoptr (GBytes) before = write_block (alone);
  bulla_integrity_writer_set_version (writer, 1);
  bulla_integrity_writer_add_key (writer, first);
  bulla_integrity_writer_add_key (writer, second);
  g_autoptr (GBytes) block = write_block (writer);

  bulla_write_bytes (start, attributes);
  const guint8 *data = g_bytes_get_data (block, NULL);
  g_assert_cmpmem (data, start->len, start->data, start->len);
  g_autoptr (GBytes) signature = g_bytes_new_from_bytes (block, start->len + 2, 64);
  verify (second, before, attributes, signature);
}

static gboolean
spoil_cb (BullaMutation *mutation, BullaStage stage, gpointer subject, GError **error)
{
  if (stage == BULLA_STAGE_INTEGRITY)
    ((BullaIntegrityPlan *)subject)->array_head = 0x9f;
  else if (stage == BULLA_STAGE_INTEGRITY_BYTES)
    g_byte_array_append (subject, (const guint8 *)"\xff", 1);
  return TRUE;
}

static void
test_mutation (void)
{
  BullaMutation mutation = {spoil_cb};
  g_autoptr (BullaIntegrityWriter) writer = bulla_integrity_writer_new ("x");
  gsize size;

  bulla_integrity_writer_set_mutation (writer, &mutation);
  g_autoptr (GBytes) block = write_block (writer);
  const guint8 *data = g_bytes_get_data (block, &size);
  g_assert_cmpuint (data[0], ==, 0x9f);
  g_assert_cmpuint (data[size - 2], ==, 0x80);
  g_assert_cmpuint (data[size - 1], ==, 0xff);
}

static void
test_empty (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) digest = new_digest ();
  g_autoptr (BullaIntegrityWriter) writer = bulla_integrity_writer_new ("x");

  g_assert_null (bulla_integrity_writer_write (writer, digest, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* FIPS 180-2: "abc" */
static void
test_digest (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data ("abc", 3, NULL);
  g_autoptr (GBytes) digest = bulla_integrity_writer_digest (in, NULL, &error);
  g_autoptr (GByteArray) wanted =
      bytes_from_hex ("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (digest, NULL), g_bytes_get_size (digest), wanted->data,
                   wanted->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/write/integrity/keys/ed25519",
                        GINT_TO_POINTER (BULLA_SIGNING_KEY_ED25519), test_keys);
  g_test_add_data_func ("/write/integrity/keys/p256", GINT_TO_POINTER (BULLA_SIGNING_KEY_P256),
                        test_keys);
  g_test_add_func ("/write/integrity/keys/none", test_no_keys);
  g_test_add_func ("/write/integrity/single", test_single);
  g_test_add_func ("/write/integrity/keep", test_keep);
  g_test_add_func ("/write/integrity/version-1", test_version_1);
  g_test_add_func ("/write/integrity/mutation", test_mutation);
  g_test_add_func ("/write/integrity/empty", test_empty);
  g_test_add_func ("/write/integrity/digest", test_digest);
  return g_test_run ();
}
