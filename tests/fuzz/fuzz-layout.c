/* fuzz-layout.c - locates the parts of an exchange of any version, for inspection
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-sxg-layout.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  BullaSxgLayout layout;

  if (!bulla_sxg_layout_read (&layout, bytes, &error)) {
    fuzz_check_fault (error, size);
    return 0;
  }
  BullaRange parts[] = {layout.signature, layout.headers, layout.body};
  for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
    g_assert_true (parts[i].offset <= size && parts[i].length <= size - parts[i].offset);
  g_autoptr (GArray) fields = bulla_sxg_layout_read_fields (&layout, bytes);
  g_assert_cmpuint (fields->len, <, 10000);
  return 0;
}
