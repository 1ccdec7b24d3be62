/* fuzz-validity.c - parses validity data
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-validity.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaValidity) validity = bulla_validity_parse (bytes, &error);
  gsize total = 0;

  g_assert_cmpint (validity == NULL, ==, error != NULL);
  if (validity == NULL)
    return 0;
  g_assert_cmpint (validity->has_signatures == BULLA_YES, ==, validity->signatures->len > 0);
  g_assert_cmpuint (validity->signatures->len, <=, BULLA_VALIDITY_SIGNATURES_MAX);
  g_assert_true (validity->update == BULLA_YES || validity->update_size == -1);
  g_assert_cmpint (validity->update_size, >=, -1);
  for (guint i = 0; i < validity->signatures->len; i++)
    total += g_bytes_get_size (validity->signatures->pdata[i]);
  g_assert_cmpuint (total, <, size);
  return 0;
}
