/* bulla-signing-key.c - signing key of web bundles, and the bundle ID derived from it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md section 9.5 */
#include "bulla-signing-key.h"

#include "bulla-credential-private.h"
#include "bulla-integrity-writer-private.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#define ED25519_SIZE 32
#define COORDINATE_SIZE 32
#define POINT_SIZE 33 /* bytes of a compressed point: its sign and x */

struct _BullaSigningKey {
  GObject parent_instance;
  EVP_PKEY *key; /* owned */
  gboolean is_private;
  BullaSigningKeyKind kind;
  GBytes *public_key; /* owned; the raw public key */
  char *id;           /* owned */
};

G_DEFINE_FINAL_TYPE (BullaSigningKey, bulla_signing_key, G_TYPE_OBJECT)

static void
bulla_signing_key_finalize (GObject *object)
{
  BullaSigningKey *self = BULLA_SIGNING_KEY (object);

  g_clear_pointer (&self->key, EVP_PKEY_free);
  g_clear_pointer (&self->public_key, g_bytes_unref);
  g_clear_pointer (&self->id, g_free);
  G_OBJECT_CLASS (bulla_signing_key_parent_class)->finalize (object);
}

static void
bulla_signing_key_class_init (BullaSigningKeyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_signing_key_finalize;
}

static void
bulla_signing_key_init (BullaSigningKey *self)
{
}

static GBytes *
get_point (EVP_PKEY *key, GError **error)
{
  g_autoptr (BIGNUM) x = NULL;
  g_autoptr (BIGNUM) y = NULL;
  guint8 point[POINT_SIZE];

  if (!bulla_write_check (EVP_PKEY_get_bn_param (key, OSSL_PKEY_PARAM_EC_PUB_X, &x)
                              && EVP_PKEY_get_bn_param (key, OSSL_PKEY_PARAM_EC_PUB_Y, &y)
                              && BN_bn2binpad (x, point + 1, COORDINATE_SIZE) == COORDINATE_SIZE,
                          error, "Reading the public key"))
    return NULL;
  point[0] = BN_is_odd (y) ? 3 : 2;
  return g_bytes_new (point, sizeof point);
}

static GBytes *
get_ed25519 (EVP_PKEY *key, GError **error)
{
  guint8 raw[ED25519_SIZE];
  size_t size = sizeof raw;

  if (!bulla_write_check (EVP_PKEY_get_raw_public_key (key, raw, &size), error,
                          "Reading the public key"))
    return NULL;
  return g_bytes_new (raw, size);
}

/* RFC 4648 section 6, in lower case and without padding */
static char *
base32 (const GByteArray *bytes)
{
  static const char ALPHABET[] = "abcdefghijklmnopqrstuvwxyz234567";
  GString *out = g_string_new (NULL);
  guint32 bits = 0;
  unsigned n = 0;

  for (guint i = 0; i < bytes->len; i++) {
    bits = bits << 8 | bytes->data[i];
    for (n += 8; n >= 5; n -= 5)
      g_string_append_c (out, ALPHABET[bits >> (n - 5) & 31]);
  }
  if (n > 0)
    g_string_append_c (out, ALPHABET[bits << (5 - n) & 31]);
  return g_string_free (out, FALSE);
}

static char *
derive_id (BullaSigningKeyKind kind, GBytes *public_key)
{
  static const guint8 SUFFIXES[][3] = {
      [BULLA_SIGNING_KEY_ED25519] = {0x00, 0x01, 0x02},
      [BULLA_SIGNING_KEY_P256] = {0x00, 0x02, 0x02},
  };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  bulla_write_bytes (bytes, public_key);
  g_byte_array_append (bytes, SUFFIXES[kind], sizeof SUFFIXES[kind]);
  return base32 (bytes);
}

/* @key: (transfer full) */
static BullaSigningKey *
new_from_key (EVP_PKEY *key, gboolean is_private, GError **error)
{
  g_autoptr (BullaSigningKey) self = g_object_new (BULLA_TYPE_SIGNING_KEY, NULL);
  char group[16] = "";

  self->key = key;
  self->is_private = is_private;
  EVP_PKEY_get_group_name (key, group, sizeof group, NULL);
  ERR_clear_error (); /* an Ed25519 key has no group, which is an error to OpenSSL */
  if (EVP_PKEY_is_a (key, "ED25519")) {
    self->kind = BULLA_SIGNING_KEY_ED25519;
    self->public_key = get_ed25519 (key, error);
  } else if (strcmp (group, "prime256v1") == 0) {
    self->kind = BULLA_SIGNING_KEY_P256;
    self->public_key = get_point (key, error);
  } else {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 "The key is neither an Ed25519 key nor an ECDSA key on the curve P-256");
  }
  if (self->public_key == NULL)
    return NULL;
  self->id = derive_id (self->kind, self->public_key);
  return g_steal_pointer (&self);
}

/**
 * bulla_signing_key_generate:
 * @kind: kind of the key
 * @error: a `G_IO_ERROR`
 *
 * Returns: (transfer full) (nullable): a new key, or %NULL with @error set
 */
BullaSigningKey *
bulla_signing_key_generate (BullaSigningKeyKind kind, GError **error)
{
  EVP_PKEY *key = kind == BULLA_SIGNING_KEY_ED25519 ? EVP_PKEY_Q_keygen (NULL, NULL, "ED25519")
                                                    : bulla_write_new_key (NULL);

  if (!bulla_write_check (key != NULL, error, "Making a key"))
    return NULL;
  return new_from_key (key, TRUE, error);
}

/**
 * bulla_signing_key_pem_is_encrypted:
 * @pem: a key in PEM
 *
 * Returns: whether reading it requires a passphrase
 */
gboolean
bulla_signing_key_pem_is_encrypted (const char *pem)
{
  g_return_val_if_fail (pem != NULL, FALSE);

  return strstr (pem, "BEGIN ENCRYPTED PRIVATE KEY") != NULL
         || strstr (pem, "Proc-Type: 4,ENCRYPTED") != NULL;
}

/**
 * bulla_signing_key_new_from_pem:
 * @pem: a private key, or a public key, which can only identify bundles
 * @passphrase: (nullable): passphrase of an encrypted key
 * @error: a `G_IO_ERROR`; `G_IO_ERROR_PERMISSION_DENIED` if the passphrase is missing or wrong
 *
 * Returns: (transfer full) (nullable): a key of a known kind, or %NULL with @error set
 */
BullaSigningKey *
bulla_signing_key_new_from_pem (const char *pem, const char *passphrase, GError **error)
{
  g_return_val_if_fail (pem != NULL, NULL);

  gboolean is_private = strstr (pem, "PRIVATE KEY") != NULL;
  g_autoptr (BIO) in = BIO_new_mem_buf (pem, -1);
  EVP_PKEY *key = is_private ? PEM_read_bio_PrivateKey (in, NULL, bulla_write_give_passphrase,
                                                        (char *)passphrase)
                             : PEM_read_bio_PUBKEY (in, NULL, NULL, NULL);
  if (key != NULL)
    return new_from_key (key, is_private, error);
  if (bulla_signing_key_pem_is_encrypted (pem))
    bulla_write_blame_encryption (passphrase, error);
  else
    bulla_write_fail_crypto (error, "Reading a key in PEM");
  return NULL;
}

/**
 * bulla_signing_key_get_kind:
 * @self: a key
 *
 * Returns: the kind of the key
 */
BullaSigningKeyKind
bulla_signing_key_get_kind (BullaSigningKey *self)
{
  g_return_val_if_fail (BULLA_IS_SIGNING_KEY (self), BULLA_SIGNING_KEY_ED25519);

  return self->kind;
}

/**
 * bulla_signing_key_is_private:
 * @self: a key
 *
 * Returns: whether the key can sign
 */
gboolean
bulla_signing_key_is_private (BullaSigningKey *self)
{
  g_return_val_if_fail (BULLA_IS_SIGNING_KEY (self), FALSE);

  return self->is_private;
}

/**
 * bulla_signing_key_get_public:
 * @self: a key
 *
 * Returns: (transfer none): the public key as encoded in an integrity block: 32 bytes for Ed25519,
 *   33 of a compressed point for P-256
 */
GBytes *
bulla_signing_key_get_public (BullaSigningKey *self)
{
  g_return_val_if_fail (BULLA_IS_SIGNING_KEY (self), NULL);

  return self->public_key;
}

/**
 * bulla_signing_key_get_web_bundle_id:
 * @self: a key
 *
 * Returns: the web bundle ID that is derived from this key
 */
const char *
bulla_signing_key_get_web_bundle_id (BullaSigningKey *self)
{
  g_return_val_if_fail (BULLA_IS_SIGNING_KEY (self), NULL);

  return self->id;
}

/**
 * bulla_signing_key_dup_pem:
 * @self: a private key
 *
 * Returns: (transfer full): the key in PEM (PKCS #8), not encrypted: keep it secret
 */
char *
bulla_signing_key_dup_pem (BullaSigningKey *self)
{
  g_return_val_if_fail (BULLA_IS_SIGNING_KEY (self) && self->is_private, NULL);

  return bulla_write_format_key (self->key);
}

/**
 * bulla_signing_key_dup_public_pem:
 * @self: a key
 *
 * Returns: (transfer full): the public key in PEM
 */
char *
bulla_signing_key_dup_public_pem (BullaSigningKey *self)
{
  g_return_val_if_fail (BULLA_IS_SIGNING_KEY (self), NULL);

  g_autoptr (BIO) out = BIO_new (BIO_s_mem ());
  char *data = NULL;
  PEM_write_bio_PUBKEY (out, self->key);
  long size = BIO_get_mem_data (out, &data);
  return g_strndup (data, size);
}

/* Returns: (transfer none): the OpenSSL key */
EVP_PKEY *
bulla_signing_key_get_key (BullaSigningKey *self)
{
  return self->key;
}

/* Returns: (transfer full): the attributes of a signature, which contain the public key */
GBytes *
bulla_signing_key_dup_attributes (BullaSigningKey *self)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);
  BullaCborEntry *entry = bulla_cbor_entry_new ();

  bulla_cbor_writer_add_text (entry->key, self->kind == BULLA_SIGNING_KEY_ED25519
                                              ? "ed25519PublicKey"
                                              : "ecdsaP256SHA256PublicKey");
  bulla_cbor_writer_add_bytes (entry->value, self->public_key);
  g_ptr_array_add (entries, entry);
  bulla_cbor_writer_add_map (cbor, entries);
  return bulla_cbor_writer_finish (cbor);
}
