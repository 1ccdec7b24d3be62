/* bulla-supplier-deadline.c - ends fetches that have a time of their own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-error.h"
#include "bulla-supplier-private.h"

/**
 * bulla_supplier_begin_deadline: (skip)
 * @self: what begins to fetch something
 * @milliseconds: the time that the fetch has; 0 for no limit
 * @cancellable: (nullable): the caller's
 *
 * Returns: (transfer none) (nullable): what cancels the fetch, also when its time is over
 */
GCancellable *
bulla_supplier_begin_deadline (BullaSupplier *self, guint milliseconds, GCancellable *cancellable)
{
  g_clear_pointer (&self->deadline, bulla_deadline_free);
  if (milliseconds == 0)
    return cancellable;
  self->deadline_ms = milliseconds;
  self->deadline = bulla_deadline_new (cancellable, milliseconds);
  return bulla_deadline_get_cancellable (self->deadline);
}

/**
 * bulla_supplier_end_deadline: (skip)
 * @self: what brought something
 * @error: (inout): why the fetch failed; says that its time was over, rather than that it was
 *   cancelled
 */
void
bulla_supplier_end_deadline (BullaSupplier *self, GError **error)
{
  g_autoptr (BullaDeadline) deadline = g_steal_pointer (&self->deadline);

  if (deadline == NULL || !bulla_deadline_is_over (deadline)
      || !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_error (error);
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK, "no answer within %g seconds",
               self->deadline_ms / 1000.0);
}
