/* forge-subset.c - writes the signatures section of a web bundle: one authority, one signed subset
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md section 6 */
#include "forge-bundle.h"

#include <string.h>

#define CHAIN_HEAD_SIZE 9 /* bytes of the array head and the magic of a cert-chain */
#define PADDING 64

static void
hash_free (ForgeHash *self)
{
  g_bytes_unref (self->url);
  g_bytes_unref (self->header_sha256);
  g_free (self->integrity);
  g_free (self);
}

static GBytes *
hash_bytes (GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint8 digest[BULLA_WRITE_SHA256];

  if (!bulla_write_sha256 (data, size, digest, error))
    return NULL;
  return g_bytes_new (digest, sizeof digest);
}

static GPtrArray *
make_hashes (ForgeBundle *self, GError **error)
{
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func ((GDestroyNotify)hash_free);

  for (guint i = 0; i + 1 < self->resources->len; i++) {
    const ForgeResource *resource = g_ptr_array_index (self->resources, i);
    GBytes *digest = hash_bytes (resource->headers, error);
    if (digest == NULL)
      return NULL;
    ForgeHash *hash = g_new0 (ForgeHash, 1);
    hash->url = g_bytes_ref (resource->url);
    hash->header_sha256 = digest;
    hash->integrity = g_strdup ("digest/mi-sha256-03");
    g_ptr_array_insert (hashes, resource->target ? 0 : -1, hash);
  }
  return g_steal_pointer (&hashes);
}

static BullaCborWriter *
write_hashes (const ForgeSubset *subset)
{
  BullaCborWriter *cbor = bulla_cbor_writer_new ();
  g_autoptr (GPtrArray) map =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

  for (guint i = 0; i < subset->hashes->len; i++) {
    const ForgeHash *hash = g_ptr_array_index (subset->hashes, i);
    BullaCborEntry *entry = bulla_cbor_entry_new ();
    g_ptr_array_add (
        entry->key->tokens,
        bulla_cbor_write_token (BULLA_CBOR_TEXT, g_bytes_get_size (hash->url), hash->url));
    bulla_cbor_writer_add_array (entry->value, 3);
    bulla_cbor_writer_add_bytes (entry->value, empty);
    bulla_cbor_writer_add_bytes (entry->value, hash->header_sha256);
    bulla_cbor_writer_add_text (entry->value, hash->integrity);
    g_ptr_array_add (map, entry);
  }
  bulla_cbor_writer_add_map (cbor, map);
  return cbor;
}

static BullaCborWriter *
new_unsigned (uint64_t value)
{
  BullaCborWriter *cbor = bulla_cbor_writer_new ();

  bulla_cbor_writer_add_unsigned (cbor, value);
  return cbor;
}

static BullaCborWriter *
new_bytes (GBytes *bytes)
{
  BullaCborWriter *cbor = bulla_cbor_writer_new ();

  bulla_cbor_writer_add_bytes (cbor, bytes);
  return cbor;
}

static BullaCborWriter *
new_text (const char *text)
{
  BullaCborWriter *cbor = bulla_cbor_writer_new ();

  bulla_cbor_writer_add_text (cbor, text);
  return cbor;
}

static GBytes *
write_signed (ForgeBundle *self, const ForgeSubset *subset, GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  g_autoptr (GPtrArray) map =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);

  forge_add_text_entry (map, "validity-url", new_text (subset->validity_url));
  forge_add_text_entry (map, "auth-sha256", new_bytes (subset->auth_sha256));
  forge_add_text_entry (map, "date", new_unsigned (subset->date));
  forge_add_text_entry (map, "expires", new_unsigned (subset->expires));
  forge_add_text_entry (map, "subset-hashes", write_hashes (subset));
  if (subset->unknown_key != NULL)
    forge_add_text_entry (map, subset->unknown_key, new_unsigned (1));
  bulla_cbor_writer_add_map (cbor, map);
  if (!bulla_mutate (&self->mutator->hook, (BullaStage)FORGE_STAGE_SIGNED_CBOR, cbor, error))
    return NULL;
  return bulla_cbor_writer_finish (cbor);
}

static void
message_plan_clear (BullaMessagePlan *self)
{
  g_free (self->context);
  g_clear_pointer (&self->cert_sha256, g_bytes_unref);
  g_clear_pointer (&self->url, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaMessagePlan, message_plan_clear)

static GBytes *
write_message (ForgeBundle *self, GBytes *signed_bytes, GError **error)
{
  /* the message begins like that of an exchange */
  g_auto (BullaMessagePlan) plan = {
      .context = g_strconcat ("Web Package 1 ", self->base->version, NULL),
  };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  if (!bulla_mutate (&self->mutator->hook, BULLA_STAGE_MESSAGE, &plan, error))
    return NULL;
  g_byte_array_set_size (out, PADDING);
  memset (out->data, ' ', PADDING);
  g_byte_array_append (out, (const guint8 *)plan.context, strlen (plan.context) + 1);
  bulla_write_bytes (out, signed_bytes);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static void
signing_plan_clear (BullaSigningPlan *self)
{
  g_clear_pointer (&self->message, g_bytes_unref);
  g_clear_pointer (&self->key, EVP_PKEY_free);
  g_clear_pointer (&self->hash, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaSigningPlan, signing_plan_clear)

static GBytes *
sign (ForgeBundle *self, GBytes *message, GError **error)
{
  BullaMutation *hook = &self->mutator->hook;
  g_auto (BullaSigningPlan) plan = {
      .message = g_bytes_ref (message),
      .key = bulla_credential_get_key (self->leaf),
      .hash = g_strdup ("SHA256"),
  };

  EVP_PKEY_up_ref (plan.key);
  if (!bulla_mutate (hook, BULLA_STAGE_SIGNING, &plan, error))
    return NULL;
  GBytes *signature = bulla_write_signature (plan.key, plan.hash, plan.message, error);
  if (signature == NULL)
    return NULL;
  g_autoptr (GByteArray) der = g_bytes_unref_to_array (signature);
  if (!bulla_mutate (hook, BULLA_STAGE_SIGNATURE_DER, der, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&der));
}

/* Writes the maps of the chain, which are the authorities, under a new array head. */
static gboolean
add_authorities (ForgeBundle *self, BullaCborWriter *cbor, GError **error)
{
  gsize size;
  const guint8 *chain = g_bytes_get_data (self->forge->chain, &size);

  if (size < CHAIN_HEAD_SIZE || (chain[0] & 0x1f) == 0)
    return argument_fail ("the chain", error);
  bulla_cbor_writer_add_array (cbor, (chain[0] & 0x1f) - 1);
  forge_add_raw (cbor, g_bytes_new (chain + CHAIN_HEAD_SIZE, size - CHAIN_HEAD_SIZE));
  return TRUE;
}

static GBytes *
write_section (ForgeBundle *self, const ForgeSubset *subset, GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  g_autoptr (GPtrArray) map =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);
  g_autoptr (GBytes) signed_bytes = write_signed (self, subset, error);

  if (signed_bytes == NULL)
    return NULL;
  g_autoptr (GBytes) message = write_message (self, signed_bytes, error);
  g_autoptr (GBytes) signature = message != NULL ? sign (self, message, error) : NULL;
  if (signature == NULL)
    return NULL;
  bulla_cbor_writer_add_array (cbor, 2);
  if (!add_authorities (self, cbor, error))
    return NULL;
  bulla_cbor_writer_add_array (cbor, 1);
  forge_add_text_entry (map, "authority", new_unsigned (subset->authority));
  forge_add_text_entry (map, "sig", new_bytes (signature));
  forge_add_text_entry (map, "signed", new_bytes (signed_bytes));
  bulla_cbor_writer_add_map (cbor, map);
  if (!bulla_mutate (&self->mutator->hook, (BullaStage)FORGE_STAGE_SIGNATURES_CBOR, cbor, error))
    return NULL;
  return bulla_cbor_writer_finish (cbor);
}

static void
subset_clear (ForgeSubset *self)
{
  g_clear_pointer (&self->auth_sha256, g_bytes_unref);
  g_clear_pointer (&self->hashes, g_ptr_array_unref);
  g_clear_pointer (&self->validity_url, g_free);
  g_clear_pointer (&self->unknown_key, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ForgeSubset, subset_clear)

GBytes *
forge_bundle_write_signatures (ForgeBundle *self, GError **error)
{
  g_autoptr (GBytes) leaf = bulla_credential_dup_leaf (self->leaf);
  g_auto (ForgeSubset) subset = {
      .validity_url = g_strdup (self->plan.validity_url),
      .auth_sha256 = hash_bytes (leaf, error),
      .date = self->plan.date,
      .expires = self->plan.expires,
  };

  if (subset.auth_sha256 == NULL)
    return NULL;
  subset.hashes = make_hashes (self, error);
  if (subset.hashes == NULL
      || !bulla_mutate (&self->mutator->hook, (BullaStage)FORGE_STAGE_SUBSET, &subset, error))
    return NULL;
  return write_section (self, &subset, error);
}
