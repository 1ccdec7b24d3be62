/* bulla-bundle-check.c - reads every response of a bundle to its end, and says what holds
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-check.h"

BullaBundleCheck *
bulla_bundle_check (BullaBundle *bundle, BullaBundleProgress progress, gpointer user_data,
                    GError **error)
{
  return NULL;
}

void
bulla_bundle_check_free (BullaBundleCheck *self)
{
  g_clear_object (&self->decisive);
  g_array_unref (self->findings);
  g_free (self);
}
