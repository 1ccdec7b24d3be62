/* fuzz-structured-field.c - parses the value of a Signature field, its members and their parameters
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-sxg-signature.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) members = bulla_sf_parse_parameterised_list (
      (BullaSpan){data, size, 0}, BULLA_REASON_SIGNATURE_SYNTAX, &error);

  g_assert_cmpint (members == NULL, ==, error != NULL);
  if (error != NULL)
    fuzz_check_fault (error, size);
  for (guint i = 0; members != NULL && i < members->len; i++) {
    g_autoptr (BullaFacts) facts = bulla_facts_new ();
    g_auto (BullaSxgSignature) signature = {0};
    bulla_sxg_signature_read (&signature, members->pdata[i], facts);
    fuzz_check_part (&facts->signature.read, size);
  }
  return 0;
}
