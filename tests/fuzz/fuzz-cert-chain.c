/* fuzz-cert-chain.c - parses certificate chains (application/cert-chain+cbor)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cert-chain.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCertChain) chain = bulla_cert_chain_parse (bytes, &error);

  g_assert_cmpint (chain == NULL, ==, error != NULL);
  if (error != NULL)
    fuzz_check_fault (error, size);
  for (guint i = 0; chain != NULL && i < chain->n_entries; i++) {
    BullaSpan cert = chain->entries[i].cert;
    g_assert_cmpuint (cert.length, >, 0);
    g_assert_true (cert.data == data + cert.offset && cert.offset + cert.length <= size);
    g_assert_cmpint (chain->entries[i].ocsp.length > 0, ==, i == 0);
  }
  return 0;
}
