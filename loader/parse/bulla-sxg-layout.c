/* bulla-sxg-layout.c - where the parts of an exchange lie, also in versions that are not trusted
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * For looking only: nothing that is read here is ever judged. Spec: IMPL 5.3; draft-yasskin-
 * httpbis-origin-signed-exchanges-impl-00 and -01 for b1 and b2. */
#include "bulla-sxg-layout.h"

#include <string.h>

#include "bulla-sxg-reader.h"

static BullaRange
take_part (BullaCursor *in, size_t length)
{
  return bulla_span_range (bulla_cursor_take (in, length));
}

/**
 * bulla_sxg_layout_read: (skip)
 * @self: (out caller-allocates): filled only when this returns %TRUE
 * @bytes: an exchange, or at least its head
 * @error: a %BULLA_FAULT
 */
gboolean
bulla_sxg_layout_read (BullaSxgLayout *self, GBytes *bytes, GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  BullaSxgLayout found = {0};
  g_auto (BullaCursor) in =
      bulla_cursor_over ((BullaSpan){data, length, 0}, BULLA_REASON_SXG_TRUNCATED);
  BullaSpan magic = bulla_cursor_take (&in, 8);
  gboolean known = magic.length == 8 && memcmp (magic.data, "sxg1-b", 6) == 0
                   && magic.data[6] >= '1' && magic.data[6] <= '3' && magic.data[7] == 0;
  bulla_cursor_require (&in, known, magic, BULLA_REASON_SXG_MAGIC, "another magic");
  if (known)
    memcpy (found.version, magic.data + 5, 2);
  if (known && magic.data[6] != '1')
    found.url = take_part (&in, (size_t)bulla_cursor_take_be (&in, 2));
  size_t signature = bulla_cursor_take_length (&in, 3, BULLA_SXG_SIGNATURE_MAX,
                                               BULLA_REASON_SXG_SIGNATURE_TOO_LONG);
  size_t headers =
      bulla_cursor_take_length (&in, 3, BULLA_SXG_HEADERS_MAX, BULLA_REASON_SXG_HEADERS_TOO_LONG);
  found.signature = take_part (&in, signature);
  found.headers = take_part (&in, headers);
  found.body = take_part (&in, in.rest.length);
  if (!bulla_cursor_close (&in, BULLA_REASON_SXG_TRUNCATED, error))
    return FALSE;
  *self = found;
  return TRUE;
}
