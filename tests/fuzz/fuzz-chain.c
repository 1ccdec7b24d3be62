/* fuzz-chain.c - verifies a certificate chain without trusted roots
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-chain.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  FUZZ_ONCE (BullaAnchors, anchors, bulla_anchors_new ());
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaChain) chain = bulla_chain_verify (bytes, anchors, FUZZ_NOW, &error);
  g_assert_cmpint (chain == NULL, ==, error != NULL);
  if (chain == NULL) {
    fuzz_check_fault (error, size);
    return 0;
  }
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  facts->request_host = "publisher.test";
  bulla_chain_fill_facts (chain, facts);
  g_assert_true ((facts->cert.flags & BULLA_CERT_FLAG_UNTRUSTED) != 0);
  g_assert_cmpuint (facts->sct.n_valid, ==, 0);
  return 0;
}
