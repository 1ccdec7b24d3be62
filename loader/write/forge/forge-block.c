/* forge-block.c - writes the integrity block in front of a web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md section 9 */
#include "forge-bundle.h"

#include <openssl/core_names.h>
#include <string.h>

#define MAGIC "\xf0\x9f\x96\x8b\xf0\x9f\x93\xa6" /* U+1F58B U+1F4E6 */
#define MAGIC_SIZE 8
#define ED25519_SIZE 32
#define P256_SIZE 33
#define SUFFIX_SIZE 3
#define SHA512_SIZE 64

typedef struct {
  EVP_PKEY *key;    /* owned */
  const char *kind; /* name of the key's attribute */
  guint8 raw[P256_SIZE + SUFFIX_SIZE];
  size_t size;                    /* bytes of the key in the attribute; the suffix follows it */
  GBytes *attributes, *signature; /* owned */
} Signer;

static void
signer_free (Signer *self)
{
  EVP_PKEY_free (self->key);
  g_clear_pointer (&self->attributes, g_bytes_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Signer, signer_free)

/* Makes a key that is the same in every recipe, from the bytes 00, 01, … */
static gboolean
make_ed25519 (Signer *self, GError **error)
{
  guint8 secret[ED25519_SIZE];

  for (size_t i = 0; i < sizeof secret; i++)
    secret[i] = i;
  self->kind = "ed25519PublicKey";
  self->key = EVP_PKEY_new_raw_private_key_ex (NULL, "ED25519", NULL, secret, sizeof secret);
  self->size = ED25519_SIZE;
  return bulla_write_check (self->key != NULL
                                && EVP_PKEY_get_raw_public_key (self->key, self->raw, &self->size),
                            error, "Making a key");
}

static gboolean
make_p256 (Signer *self, GError **error)
{
  self->kind = "ecdsaP256SHA256PublicKey";
  self->key = bulla_write_new_key (error);
  return self->key != NULL
         && bulla_write_check (
             EVP_PKEY_set_utf8_string_param (self->key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                             "compressed")
                 && EVP_PKEY_get_octet_string_param (self->key, OSSL_PKEY_PARAM_PUB_KEY, self->raw,
                                                     P256_SIZE, &self->size),
             error, "Writing a key");
}

static Signer *
signer_new (char kind, GError **error)
{
  static const guint8 SUFFIXES[2][SUFFIX_SIZE] = {{0, 1, 2}, {0, 2, 2}};
  g_autoptr (Signer) self = g_new0 (Signer, 1);

  if (!(kind == 'e' ? make_ed25519 : make_p256) (self, error))
    return NULL;
  memcpy (self->raw + self->size, SUFFIXES[kind == 'e' ? 0 : 1], SUFFIX_SIZE);
  return g_steal_pointer (&self);
}

/* Encodes base32 as in RFC 4648, lower case, without padding. */
static char *
encode_base32 (const guint8 *data, size_t size)
{
  GString *out = g_string_new (NULL);
  guint bits = 0, n_bits = 0;

  for (size_t i = 0; i < size; i++) {
    bits = bits << 8 | data[i];
    for (n_bits += 8; n_bits >= 5; n_bits -= 5)
      g_string_append_c (out, "abcdefghijklmnopqrstuvwxyz234567"[bits >> (n_bits - 5) & 31]);
    bits &= (1u << n_bits) - 1;
  }
  if (n_bits > 0)
    g_string_append_c (out, "abcdefghijklmnopqrstuvwxyz234567"[bits << (5 - n_bits) & 31]);
  return g_string_free (out, FALSE);
}

static GBytes *
write_map (ForgeBundle *self, int stage, const char *key, BullaCborWriter *value, GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  g_autoptr (GPtrArray) map =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);

  forge_add_text_entry (map, key, value);
  bulla_cbor_writer_add_map (cbor, map);
  if (stage != 0 && !bulla_mutate (&self->mutator->hook, (BullaStage)stage, cbor, error))
    return NULL;
  return bulla_cbor_writer_finish (cbor);
}

static GBytes *
write_block_attributes (ForgeBundle *self, const ForgeBlock *block, GError **error)
{
  BullaCborWriter *id = bulla_cbor_writer_new ();

  bulla_cbor_writer_add_text (id, block->id);
  return write_map (self, FORGE_STAGE_ATTRIBUTES_CBOR, "webBundleId", id, error);
}

static gboolean
write_signer_attributes (ForgeBundle *self, Signer *signer, gboolean target, GError **error)
{
  BullaCborWriter *key = bulla_cbor_writer_new ();
  g_autoptr (GBytes) raw = g_bytes_new (signer->raw, signer->size);

  bulla_cbor_writer_add_bytes (key, raw);
  signer->attributes =
      write_map (self, target ? FORGE_STAGE_SIGNER_CBOR : 0, signer->kind, key, error);
  return signer->attributes != NULL;
}

static void
add_head (BullaCborWriter *cbor, const ForgeBlock *block, GBytes *attributes)
{
  bulla_cbor_writer_add_array (cbor, block->v1 ? 3 : 4);
  bulla_cbor_writer_add_bytes (cbor, block->magic);
  bulla_cbor_writer_add_bytes (cbor, block->version);
  if (!block->v1)
    forge_add_raw (cbor, g_bytes_ref (attributes));
}

static void
append_measured (GByteArray *out, const void *data, size_t size)
{
  bulla_write_be (out, size, 8);
  g_byte_array_append (out, data, size);
}

static void
append_bytes (GByteArray *out, GBytes *bytes)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  append_measured (out, data, size);
}

static GBytes *
write_message (const ForgeBlock *block, GBytes *attributes, const Signer *signer, GBytes *bundle,
               GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint8 digest[SHA512_SIZE];
  gsize size;
  const void *data = g_bytes_get_data (bundle, &size);

  if (!bulla_write_check (EVP_Q_digest (NULL, "SHA512", NULL, data, size, digest, NULL), error,
                          "SHA-512"))
    return NULL;
  add_head (cbor, block, attributes);
  bulla_cbor_writer_add_array (cbor, 0);
  g_autoptr (GBytes) stripped = bulla_cbor_writer_finish (cbor);
  append_measured (out, digest, sizeof digest);
  append_bytes (out, stripped);
  append_bytes (out, signer->attributes);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* @hook: (nullable) */
static gboolean
sign (Signer *self, GBytes *message, BullaMutation *hook, GError **error)
{
  GBytes *signature = bulla_write_signature (self->key, "SHA256", message, error);

  if (signature == NULL)
    return FALSE;
  g_autoptr (GByteArray) bytes = g_bytes_unref_to_array (signature);
  if (!bulla_mutate (hook, BULLA_STAGE_SIGNATURE_DER, bytes, error))
    return FALSE;
  self->signature = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  return TRUE;
}

static void
add_unknown (BullaCborWriter *cbor)
{
  static const char ENTRY[] = "\x82\xa1\x6aunknownKey\x41\x00\x41\x00";

  forge_add_raw (cbor, g_bytes_new_static (ENTRY, sizeof ENTRY - 1));
}

static GBytes *
finish_block (ForgeBundle *self, const ForgeBlock *block, GBytes *attributes, GPtrArray *signers,
              GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  guint n_signers = block->unsigned_ ? 0 : signers->len;

  add_head (cbor, block, attributes);
  bulla_cbor_writer_add_array (cbor, n_signers + (block->unknown >= 0 ? 1 : 0));
  for (guint i = 0; i < n_signers; i++) {
    const Signer *signer = g_ptr_array_index (signers, i);
    if (block->unknown == (int)i)
      add_unknown (cbor);
    bulla_cbor_writer_add_array (cbor, 2);
    forge_add_raw (cbor, g_bytes_ref (signer->attributes));
    bulla_cbor_writer_add_bytes (cbor, signer->signature);
  }
  if (block->unknown >= (int)n_signers)
    add_unknown (cbor);
  if (!bulla_mutate (&self->mutator->hook, (BullaStage)FORGE_STAGE_BLOCK_CBOR, cbor, error))
    return NULL;
  return bulla_cbor_writer_finish (cbor);
}

static GPtrArray *
make_signers (const char *kinds, GError **error)
{
  g_autoptr (GPtrArray) signers = g_ptr_array_new_with_free_func ((GDestroyNotify)signer_free);

  for (; *kinds != '\0'; kinds++) {
    Signer *signer = signer_new (*kinds, error);
    if (signer == NULL)
      return NULL;
    g_ptr_array_add (signers, signer);
  }
  return g_steal_pointer (&signers);
}

static void
block_clear (ForgeBlock *self)
{
  g_clear_pointer (&self->magic, g_bytes_unref);
  g_clear_pointer (&self->version, g_bytes_unref);
  g_clear_pointer (&self->id, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ForgeBlock, block_clear)

GBytes *
forge_bundle_write_block (ForgeBundle *self, GBytes *bundle, GError **error)
{
  g_autoptr (GPtrArray) signers = make_signers (self->base->signers, error);

  if (signers == NULL)
    return NULL;
  const Signer *first = g_ptr_array_index (signers, 0);
  g_auto (ForgeBlock) block = {
      .magic = g_bytes_new_static (MAGIC, MAGIC_SIZE),
      .version = g_bytes_new_static ("2b\0", 4),
      .id = encode_base32 (first->raw, first->size + SUFFIX_SIZE),
      .unknown = -1,
  };
  BullaMutation *hook = &self->mutator->hook;
  if (!bulla_mutate (hook, (BullaStage)FORGE_STAGE_BLOCK, &block, error))
    return NULL;
  g_autoptr (GBytes) attributes = write_block_attributes (self, &block, error);
  for (guint i = 0; attributes != NULL && i < signers->len; i++) {
    Signer *signer = g_ptr_array_index (signers, i);
    if (!write_signer_attributes (self, signer, i == 0, error))
      return NULL;
    g_autoptr (GBytes) message = write_message (&block, attributes, signer, bundle, error);
    if (message == NULL || !sign (signer, message, i == 0 ? hook : NULL, error))
      return NULL;
  }
  return attributes != NULL ? finish_block (self, &block, attributes, signers, error) : NULL;
}
