/* bulla-validity-writer.c - writes validity data, and signs the headers of an exchange anew
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: sxg.md sections 2, 3 and 10 */
#include "bulla-validity-writer.h"

#include "bulla-cbor-writer.h"
#include "bulla-credential-private.h"
#include "bulla-exchange-writer-private.h"

/**
 * bulla_new_signature_write:
 * @self: what to sign
 * @credential: the certificate and its key
 * @error: a `G_IO_ERROR`: what was given cannot make a signature that readers accept
 *
 * Returns: (transfer full) (nullable): one member of a Signature header field
 */
GBytes *
bulla_new_signature_write (const BullaNewSignature *self, BullaCredential *credential,
                           GError **error)
{
  g_autofree char *cert_url = g_strdup (self->cert_url);
  g_autofree char *validity_url = g_strdup (self->validity_url);
  const BullaExchangePlan plan = {
      .url = self->url,
      .cert_url = cert_url,
      .validity_url = validity_url,
      .date = self->date,
      .expires = self->expires,
  };

  if (!(self->unchecked ? bulla_exchange_plan_check_signature_form (&plan, error)
                        : bulla_exchange_plan_check_signature (
                            &plan, bulla_credential_get_key (credential), error)))
    return NULL;
  g_autoptr (GBytes) message = bulla_write_message (&plan, credential, self->headers, NULL, error);
  if (message == NULL)
    return NULL;
  g_autoptr (GBytes) signature =
      bulla_write_signature_value (&plan, credential, message, NULL, error);
  if (signature == NULL
      || !bulla_exchange_plan_check_lengths (signature, self->headers, self->unchecked, error))
    return NULL;
  return g_steal_pointer (&signature);
}

static BullaCborEntry *
new_entry (const char *key)
{
  BullaCborEntry *entry = bulla_cbor_entry_new ();

  bulla_cbor_writer_add_text (entry->key, key);
  return entry;
}

/**
 * bulla_validity_write:
 * @signatures: (element-type GBytes): members of Signature header fields; may be empty, and then
 *   the data says that the publisher has withdrawn the version
 * @update: whether to announce a newer version of the exchange
 * @update_size: its size in bytes; -1 to leave it open
 *
 * Returns: (transfer full): validity data in canonical CBOR; `A0` if there is nothing to say
 */
GBytes *
bulla_validity_write (GPtrArray *signatures, gboolean update, gint64 update_size)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);
  g_autoptr (GPtrArray) sizes =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);

  if (signatures->len > 0) {
    BullaCborEntry *entry = new_entry ("signatures");
    bulla_cbor_writer_add_array (entry->value, signatures->len);
    for (guint i = 0; i < signatures->len; i++)
      bulla_cbor_writer_add_bytes (entry->value, signatures->pdata[i]);
    g_ptr_array_add (entries, entry);
  }
  if (update) {
    BullaCborEntry *entry = new_entry ("update");
    if (update_size >= 0) {
      BullaCborEntry *size = new_entry ("size");
      bulla_cbor_writer_add_unsigned (size->value, (uint64_t)update_size);
      g_ptr_array_add (sizes, size);
    }
    bulla_cbor_writer_add_map (entry->value, sizes);
    g_ptr_array_add (entries, entry);
  }
  bulla_cbor_writer_add_map (cbor, entries);
  return bulla_cbor_writer_finish (cbor);
}
