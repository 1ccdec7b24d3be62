/* bulla-sct-writer.c - writes signed certificate timestamps of a test log
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 6962 sections 3.2 and 3.3 */
#include "bulla-sct-writer.h"

#define SIGNATURE_TYPE_TIMESTAMP 0
#define HASH_SHA256 4
#define SIGNATURE_ECDSA 3

GBytes *
bulla_write_spki (EVP_PKEY *key)
{
  unsigned char *der = NULL;
  int size = i2d_PUBKEY (key, &der);
  GBytes *bytes = g_bytes_new (der, MAX (size, 0));

  OPENSSL_free (der);
  return bytes;
}

GBytes *
bulla_write_spki_hash (EVP_PKEY *key, GError **error)
{
  g_autoptr (GBytes) spki = bulla_write_spki (key);
  uint8_t digest[BULLA_WRITE_SHA256];

  if (!bulla_write_sha256 (g_bytes_get_data (spki, NULL), g_bytes_get_size (spki), digest, error))
    return NULL;
  return g_bytes_new (digest, sizeof digest);
}

gboolean
bulla_sct_plan_init (BullaSctPlan *self, EVP_PKEY *log_key, X509 *issuer,
                     BullaSctEntryType entry_type, GBytes *entry, int64_t time, GError **error)
{
  *self = (BullaSctPlan){
      .log_id = bulla_write_spki_hash (log_key, error),
      .timestamp = (uint64_t)time * 1000,
      .entry_type = entry_type,
      .entry = g_bytes_ref (entry),
      .extensions = g_bytes_new (NULL, 0),
      .hash = HASH_SHA256,
      .signature = SIGNATURE_ECDSA,
  };
  EVP_PKEY_up_ref (log_key);
  self->key = log_key;
  if (self->log_id == NULL)
    return FALSE;
  self->issuer_hash = bulla_write_spki_hash (X509_get0_pubkey (issuer), error);
  return self->issuer_hash != NULL;
}

void
bulla_sct_plan_clear (BullaSctPlan *self)
{
  g_clear_pointer (&self->log_id, g_bytes_unref);
  g_clear_pointer (&self->issuer_hash, g_bytes_unref);
  g_clear_pointer (&self->entry, g_bytes_unref);
  g_clear_pointer (&self->extensions, g_bytes_unref);
  g_clear_pointer (&self->key, EVP_PKEY_free);
}

static void
append_counted (GByteArray *out, GBytes *bytes, unsigned width)
{
  bulla_write_be (out, g_bytes_get_size (bytes), width);
  bulla_write_bytes (out, bytes);
}

/* Returns the digitally-signed struct of RFC 6962 3.2. */
static GBytes *
signed_bytes (const BullaSctPlan *plan)
{
  GByteArray *out = g_byte_array_new ();

  bulla_write_be (out, plan->version, 1);
  bulla_write_be (out, SIGNATURE_TYPE_TIMESTAMP, 1);
  bulla_write_be (out, plan->timestamp, 8);
  bulla_write_be (out, plan->entry_type, 2);
  if (plan->entry_type == BULLA_SCT_PRECERT)
    bulla_write_bytes (out, plan->issuer_hash);
  append_counted (out, plan->entry, 3);
  append_counted (out, plan->extensions, 2);
  return g_byte_array_free_to_bytes (out);
}

/* Returns: (transfer full): one SCT as in a list, without its length */
GBytes *
bulla_write_sct (const BullaSctPlan *plan, GError **error)
{
  g_autoptr (GBytes) message = signed_bytes (plan);
  g_autoptr (GBytes) signature = bulla_write_signature (plan->key, "SHA256", message, error);

  if (signature == NULL)
    return NULL;
  GByteArray *out = g_byte_array_new ();
  bulla_write_be (out, plan->version, 1);
  bulla_write_bytes (out, plan->log_id);
  bulla_write_be (out, plan->timestamp, 8);
  append_counted (out, plan->extensions, 2);
  bulla_write_be (out, plan->hash, 1);
  bulla_write_be (out, plan->signature, 1);
  append_counted (out, signature, 2);
  return g_byte_array_free_to_bytes (out);
}

/* @scts: (element-type GBytes): encoded SCTs */
GBytes *
bulla_write_sct_list (GPtrArray *scts)
{
  g_autoptr (GByteArray) items = g_byte_array_new ();
  GByteArray *out = g_byte_array_new ();

  for (guint i = 0; i < scts->len; i++)
    append_counted (items, g_ptr_array_index (scts, i), 2);
  bulla_write_be (out, items->len, 2);
  g_byte_array_append (out, items->data, items->len);
  return g_byte_array_free_to_bytes (out);
}
