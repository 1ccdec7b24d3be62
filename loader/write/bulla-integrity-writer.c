/* bulla-integrity-writer.c - writes the integrity block in front of a signed web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md sections 9.1 to 9.3
 *
 * Signatures of version 2 do not cover each other, so one can be added or removed without
 * changing the others. */
#include "bulla-integrity-writer-private.h"

#include <string.h>

#define MAGIC "\xf0\x9f\x96\x8b\xf0\x9f\x93\xa6" /* U+1F58B U+1F4E6 */
#define VERSION_SIZE 4
#define ARRAY_OF_THREE 0x83
#define ARRAY_OF_FOUR 0x84
#define BUFFER_SIZE (64 * 1024)

struct _BullaIntegrityWriter {
  GObject parent_instance;
  BullaIntegrityPlan plan; /* owns its members */
  BullaMutation *mutation; /* borrowed; NULL except in tests */
};

G_DEFINE_FINAL_TYPE (BullaIntegrityWriter, bulla_integrity_writer, G_TYPE_OBJECT)

static void
signature_plan_free (BullaIntegritySignaturePlan *self)
{
  g_clear_pointer (&self->attributes, g_bytes_unref);
  g_clear_pointer (&self->digest, g_bytes_unref);
  g_clear_pointer (&self->block, g_bytes_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  EVP_PKEY_free (self->key);
  g_free (self);
}

static void
bulla_integrity_writer_finalize (GObject *object)
{
  BullaIntegrityWriter *self = BULLA_INTEGRITY_WRITER (object);

  g_clear_pointer (&self->plan.magic, g_bytes_unref);
  g_clear_pointer (&self->plan.version_bytes, g_bytes_unref);
  g_clear_pointer (&self->plan.attributes, g_bytes_unref);
  g_clear_pointer (&self->plan.signatures, g_ptr_array_unref);
  G_OBJECT_CLASS (bulla_integrity_writer_parent_class)->finalize (object);
}

static void
bulla_integrity_writer_class_init (BullaIntegrityWriterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_integrity_writer_finalize;
}

static void
bulla_integrity_writer_init (BullaIntegrityWriter *self)
{
  self->plan.signatures = g_ptr_array_new_with_free_func ((GDestroyNotify)signature_plan_free);
  self->plan.magic = g_bytes_new_static (MAGIC, strlen (MAGIC));
  bulla_integrity_writer_set_version (self, 2);
}

static GBytes *
write_attributes (const char *web_bundle_id)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);
  BullaCborEntry *entry = bulla_cbor_entry_new ();

  bulla_cbor_writer_add_text (entry->key, "webBundleId");
  bulla_cbor_writer_add_text (entry->value, web_bundle_id);
  g_ptr_array_add (entries, entry);
  bulla_cbor_writer_add_map (cbor, entries);
  return bulla_cbor_writer_finish (cbor);
}

/**
 * bulla_integrity_writer_new:
 * @web_bundle_id: the ID of the bundle, derived from one of the keys, unless readers pin another
 *   key for it
 *
 * Returns: (transfer full): a writer for one block of version 2, without signatures
 */
BullaIntegrityWriter *
bulla_integrity_writer_new (const char *web_bundle_id)
{
  g_return_val_if_fail (web_bundle_id != NULL, NULL);

  BullaIntegrityWriter *self = g_object_new (BULLA_TYPE_INTEGRITY_WRITER, NULL);
  self->plan.attributes = write_attributes (web_bundle_id);
  return self;
}

/**
 * bulla_integrity_writer_set_attributes:
 * @self: a writer
 * @attributes: the attributes of an existing block, as encoded in it
 *
 * Every signature covers the attributes, so existing signatures stay valid only with the same
 * attributes.
 */
void
bulla_integrity_writer_set_attributes (BullaIntegrityWriter *self, GBytes *attributes)
{
  g_return_if_fail (BULLA_IS_INTEGRITY_WRITER (self) && attributes != NULL);

  g_bytes_ref (attributes);
  g_bytes_unref (self->plan.attributes);
  self->plan.attributes = attributes;
}

static BullaIntegritySignaturePlan *
add_signature (BullaIntegrityWriter *self)
{
  BullaIntegritySignaturePlan *plan = g_new0 (BullaIntegritySignaturePlan, 1);

  plan->number = self->plan.signatures->len;
  g_ptr_array_add (self->plan.signatures, plan);
  return plan;
}

/**
 * bulla_integrity_writer_keep:
 * @self: a writer
 * @attributes: the attributes of an existing signature, as encoded in the block
 * @signature: the bytes of the signature
 *
 * Signatures are written in the order in which they are kept and added.
 */
void
bulla_integrity_writer_keep (BullaIntegrityWriter *self, GBytes *attributes, GBytes *signature)
{
  g_return_if_fail (BULLA_IS_INTEGRITY_WRITER (self));
  g_return_if_fail (attributes != NULL && signature != NULL);

  BullaIntegritySignaturePlan *plan = add_signature (self);
  plan->attributes = g_bytes_ref (attributes);
  plan->signature = g_bytes_ref (signature);
}

/**
 * bulla_integrity_writer_add_key:
 * @self: a writer
 * @key: a private key that will sign
 */
void
bulla_integrity_writer_add_key (BullaIntegrityWriter *self, BullaSigningKey *key)
{
  g_return_if_fail (BULLA_IS_INTEGRITY_WRITER (self));
  g_return_if_fail (BULLA_IS_SIGNING_KEY (key) && bulla_signing_key_is_private (key));

  BullaIntegritySignaturePlan *plan = add_signature (self);
  plan->attributes = bulla_signing_key_dup_attributes (key);
  plan->key = bulla_signing_key_get_key (key);
  EVP_PKEY_up_ref (plan->key);
}

void
bulla_integrity_writer_set_mutation (BullaIntegrityWriter *self, BullaMutation *mutation)
{
  self->mutation = mutation;
}

/* @version: 2; readers refuse 1 */
void
bulla_integrity_writer_set_version (BullaIntegrityWriter *self, guint version)
{
  self->plan.version = version;
  self->plan.array_head = version == 1 ? ARRAY_OF_THREE : ARRAY_OF_FOUR;
  g_clear_pointer (&self->plan.version_bytes, g_bytes_unref);
  self->plan.version_bytes = g_bytes_new_static (version == 1 ? "1b\0\0" : "2b\0\0", VERSION_SIZE);
}

/**
 * bulla_integrity_writer_digest:
 * @bundle: the whole web bundle without an integrity block
 * @cancellable: (nullable): cancels the call
 * @error: a `G_IO_ERROR`
 *
 * Reads the bundle piece by piece, so that its size does not matter.
 *
 * Returns: (transfer full) (nullable): the SHA-512 of the bundle, which signatures cover, or %NULL
 *   with @error set
 */
GBytes *
bulla_integrity_writer_digest (GInputStream *bundle, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (G_IS_INPUT_STREAM (bundle), NULL);

  g_autoptr (EVP_MD) algorithm = EVP_MD_fetch (NULL, "SHA512", NULL);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  guint8 digest[BULLA_INTEGRITY_DIGEST_SIZE];
  gboolean held = EVP_DigestInit_ex2 (context, algorithm, NULL);
  gssize n = 1;

  while (held && n > 0) {
    n = g_input_stream_read (bundle, buffer, BUFFER_SIZE, cancellable, error);
    if (n < 0)
      return NULL;
    held = EVP_DigestUpdate (context, buffer, n);
  }
  if (!bulla_write_check (held && EVP_DigestFinal_ex (context, digest, NULL), error, "SHA-512"))
    return NULL;
  return g_bytes_new (digest, sizeof digest);
}

static void
append_string (GByteArray *out, GBytes *bytes)
{
  g_autoptr (GBytes) token =
      bulla_cbor_write_token (BULLA_CBOR_BYTES, g_bytes_get_size (bytes), bytes);

  bulla_write_bytes (out, token);
}

/* Serialises the block with the first @count signatures, in reverse order for version 1. */
static GBytes *
serialize (const BullaIntegrityPlan *plan, guint count)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GBytes) head = bulla_cbor_write_token (BULLA_CBOR_ARRAY, count, NULL);

  bulla_write_be (out, plan->array_head, 1);
  append_string (out, plan->magic);
  append_string (out, plan->version_bytes);
  if (plan->version != 1)
    bulla_write_bytes (out, plan->attributes);
  bulla_write_bytes (out, head);
  for (guint i = 0; i < count; i++) {
    /* In version 1, the newest signature comes first. */
    const BullaIntegritySignaturePlan *signature =
        g_ptr_array_index (plan->signatures, plan->version == 1 ? count - 1 - i : i);
    bulla_write_be (out, 0x82, 1);
    bulla_write_bytes (out, signature->attributes);
    append_string (out, signature->signature);
  }
  return g_byte_array_free_to_bytes (out);
}

static void
append_counted (GByteArray *out, GBytes *bytes)
{
  bulla_write_be (out, g_bytes_get_size (bytes), 8);
  bulla_write_bytes (out, bytes);
}

static gboolean
sign (BullaIntegrityWriter *self, BullaIntegritySignaturePlan *plan, GBytes *digest, GBytes *block,
      GError **error)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();

  if (plan->key == NULL)
    return TRUE;
  g_clear_pointer (&plan->digest, g_bytes_unref);
  g_clear_pointer (&plan->block, g_bytes_unref);
  g_clear_pointer (&plan->signature, g_bytes_unref);
  plan->digest = g_bytes_ref (digest);
  plan->block = g_bytes_ref (block);
  if (!bulla_mutate (self->mutation, BULLA_STAGE_INTEGRITY_SIGNATURE, plan, error))
    return FALSE;
  append_counted (message, plan->digest);
  append_counted (message, plan->block);
  append_counted (message, plan->attributes);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&message));
  plan->signature = bulla_write_signature (plan->key, "SHA256", bytes, error);
  return plan->signature != NULL
         && bulla_mutate (self->mutation, BULLA_STAGE_INTEGRITY_SIGNED, plan, error);
}

/**
 * bulla_integrity_writer_write:
 * @self: a writer with at least one signature kept or key added
 * @digest: the SHA-512 of the web bundle from bulla_integrity_writer_digest()
 * @error: a `G_IO_ERROR`
 *
 * Signs and writes the block. In the file, the unchanged bundle follows it.
 *
 * Returns: (transfer full) (nullable): the block, or %NULL with @error set
 */
GBytes *
bulla_integrity_writer_write (BullaIntegrityWriter *self, GBytes *digest, GError **error)
{
  g_return_val_if_fail (BULLA_IS_INTEGRITY_WRITER (self) && digest != NULL, NULL);
  g_return_val_if_fail (g_bytes_get_size (digest) == BULLA_INTEGRITY_DIGEST_SIZE, NULL);

  BullaIntegrityPlan *plan = &self->plan;
  if (!bulla_mutate (self->mutation, BULLA_STAGE_INTEGRITY, plan, error))
    return NULL;
  if (self->mutation == NULL && plan->signatures->len == 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "An integrity block must contain a signature");
    return NULL;
  }
  for (guint i = 0; i < plan->signatures->len; i++) {
    g_autoptr (GBytes) block = serialize (plan, plan->version == 1 ? i : 0);
    if (!sign (self, g_ptr_array_index (plan->signatures, i), digest, block, error))
      return NULL;
  }
  g_autoptr (GByteArray) out = g_bytes_unref_to_array (serialize (plan, plan->signatures->len));
  if (!bulla_mutate (self->mutation, BULLA_STAGE_INTEGRITY_BYTES, out, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
