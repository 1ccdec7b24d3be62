/* bulla-chain-writer.c - writes certificate chains (application/cert-chain+cbor)
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: sxg.md section 7.1 (IMPL 3.3) */
#include "bulla-cbor-writer.h"
#include "bulla-chain-writer-private.h"
#include "bulla-credential-private.h"

#define MAGIC "\xf0\x9f\x93\x9c\xe2\x9b\x93" /* U+1F4DC U+26D3 */

BullaChainCertificate *
bulla_chain_certificate_new (GBytes *cert, GBytes *ocsp, GBytes *scts)
{
  BullaChainCertificate *self = g_new0 (BullaChainCertificate, 1);

  self->cert = cert != NULL ? g_bytes_ref (cert) : NULL;
  self->ocsp = ocsp != NULL ? g_bytes_ref (ocsp) : NULL;
  self->scts = scts != NULL ? g_bytes_ref (scts) : NULL;
  return self;
}

void
bulla_chain_certificate_free (BullaChainCertificate *self)
{
  g_clear_pointer (&self->cert, g_bytes_unref);
  g_clear_pointer (&self->ocsp, g_bytes_unref);
  g_clear_pointer (&self->scts, g_bytes_unref);
  g_free (self);
}

static void
add_entry (GPtrArray *entries, const char *key, GBytes *value)
{
  if (value == NULL)
    return;
  BullaCborEntry *entry = bulla_cbor_entry_new ();
  bulla_cbor_writer_add_text (entry->key, key);
  bulla_cbor_writer_add_bytes (entry->value, value);
  g_ptr_array_add (entries, entry);
}

GBytes *
bulla_chain_plan_write (BullaChainPlan *plan, BullaMutation *mutation, GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();

  if (!bulla_mutate (mutation, BULLA_STAGE_CHAIN, plan, error))
    return NULL;
  bulla_cbor_writer_add_array (cbor, plan->certificates->len + 1);
  bulla_cbor_writer_add_text (cbor, MAGIC);
  for (guint i = 0; i < plan->certificates->len; i++) {
    const BullaChainCertificate *certificate = g_ptr_array_index (plan->certificates, i);
    g_autoptr (GPtrArray) entries =
        g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);
    add_entry (entries, "cert", certificate->cert);
    add_entry (entries, "ocsp", certificate->ocsp);
    add_entry (entries, "sct", certificate->scts);
    bulla_cbor_writer_add_map (cbor, entries);
  }
  if (!bulla_mutate (mutation, BULLA_STAGE_CHAIN_CBOR, cbor, error))
    return NULL;

  g_autoptr (GByteArray) out = g_bytes_unref_to_array (bulla_cbor_writer_finish (cbor));
  if (!bulla_mutate (mutation, BULLA_STAGE_CHAIN_BYTES, out, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/**
 * bulla_chain_write:
 * @certificates: one or more certificates in PEM, the leaf first, at most 16
 * @ocsp: (nullable): the OCSP response about the leaf, in DER; readers require one
 * @scts: (nullable): a SignedCertificateTimestampList about the leaf (RFC 6962 section 3.3)
 * @error: a `G_IO_ERROR`
 *
 * Creates the response body for a `cert-url`, `application/cert-chain+cbor`. Spec: IMPL section
 * 3.3.
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL with @error set
 */
GBytes *
bulla_chain_write (const char *certificates, GBytes *ocsp, GBytes *scts, GError **error)
{
  g_return_val_if_fail (certificates != NULL, NULL);

  g_autoptr (GPtrArray) list = bulla_write_parse_certificates (certificates, error);
  if (list == NULL)
    return NULL;
  g_autoptr (GPtrArray) chain =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_chain_certificate_free);
  for (guint i = 0; i < list->len; i++) {
    g_autoptr (GBytes) der = bulla_write_certificate_der (g_ptr_array_index (list, i));
    g_ptr_array_add (chain,
                     bulla_chain_certificate_new (der, i == 0 ? ocsp : NULL, i == 0 ? scts : NULL));
  }
  BullaChainPlan plan = {chain};
  return bulla_chain_plan_write (&plan, NULL, error);
}
