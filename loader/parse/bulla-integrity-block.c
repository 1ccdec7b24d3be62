/* bulla-integrity-block.c - the signatures in front of a signed web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-integrity-block.h"

gboolean
bulla_integrity_block_recognise (const guint8 *data, size_t length)
{
  return FALSE;
}

BullaIntegrityBlock *
bulla_integrity_block_read (BullaSpan start, gboolean at_end, const BullaSettings *settings,
                            BullaFacts *facts, gboolean *wants_more)
{
  *wants_more = FALSE;
  return NULL;
}

void
bulla_integrity_block_free (BullaIntegrityBlock *self)
{
  g_free (self);
}
