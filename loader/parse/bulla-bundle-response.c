/* bulla-bundle-response.c - one response in a web bundle: its headers, and where its payload is
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-response.h"

size_t
bulla_bundle_response_want (BullaSpan start, guint64 item_length)
{
  return 0;
}

gboolean
bulla_bundle_response_read (BullaBundleResponse *self, BullaSpan start, guint64 item_length,
                            BullaFacts *facts)
{
  return FALSE;
}
