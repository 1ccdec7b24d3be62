/* fuzz-cbor.c - decodes canonical CBOR with a cursor
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cbor.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const BullaCborReasons reasons = {BULLA_REASON_CHAIN_MALFORMED, BULLA_REASON_CHAIN_NOT_CANONICAL,
                                    BULLA_REASON_CHAIN_TYPE};
  g_auto (BullaCursor) in =
      bulla_cursor_over ((BullaSpan){data, size, 0}, BULLA_REASON_CHAIN_MALFORMED);
  g_autoptr (GError) error = NULL;
  gboolean fine = bulla_cbor_skip (&in, &reasons);

  g_assert_cmpint (fine, ==, in.fault == NULL);
  gboolean closed = bulla_cursor_close (&in, BULLA_REASON_HEADERS_TRAILING_BYTES, &error);
  g_assert_cmpint (closed, ==, error == NULL);
  if (error != NULL)
    fuzz_check_fault (error, size);
  return 0;
}
