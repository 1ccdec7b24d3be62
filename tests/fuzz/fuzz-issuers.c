/* fuzz-issuers.c - parses tables of authorities and their CAA domains: lines, and CCADB's list
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-ccadb.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (BullaIssuers) issuers = bulla_issuers_new (), again = bulla_issuers_new ();
  const char *text = (const char *)data;
  g_autoptr (GError) error = NULL;
  gboolean is_ccadb = bulla_ccadb_is_caa_list (text, size);
  gboolean read = is_ccadb ? bulla_ccadb_read (issuers, text, size, "x", &error)
                           : bulla_issuers_add_lines (issuers, text, size, TRUE, "x", &error);

  g_assert_true (read == (error == NULL));
  if (!read)
    return 0;
  g_autofree char *lines = bulla_issuers_dup_lines (issuers, TRUE);
  bulla_issuers_add_lines (again, lines, strlen (lines), TRUE, "x", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bulla_issuers_get_n (again), ==, bulla_issuers_get_n (issuers));
  for (guint i = 0; i < bulla_issuers_get_n (issuers); i++) {
    const BullaIssuer *issuer = bulla_issuers_get (issuers, i);
    BullaIssuerNames names = {NULL, NULL, NULL};
    *(issuer->kind == BULLA_ISSUER_SKI  ? &names.ski
      : issuer->kind == BULLA_ISSUER_DN ? &names.dn
                                        : &names.o) = issuer->value;
    g_assert_true (bulla_issuers_find (again, &names) != NULL);
  }
  return 0;
}
