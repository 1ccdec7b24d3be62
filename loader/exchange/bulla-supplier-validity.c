/* bulla-supplier-validity.c - fetches the answer at a validity URL, within a time of its own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-supplier-private.h"
#include "bulla-error.h"
#include "bulla-settings.h"
#include "bulla-validity.h"

/**
 * bulla_supplier_prepare_validity: (skip)
 * @self: what brings it
 * @options: (inout): of the fetch
 * @cancellable: (nullable): the caller's
 *
 * Validity data is small, and a redirect would tell another host.
 *
 * Returns: (transfer none): what cancels the fetch, also when its time is over
 */
GCancellable *
bulla_supplier_prepare_validity (BullaSupplier *self, BullaFetchOptions *options,
                                 GCancellable *cancellable)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->context->profile);

  options->cause.rule = "validity.not-withdrawn";
  options->follow_redirects = FALSE;
  options->max_size = BULLA_VALIDITY_SIZE_MAX;
  options->keep_status = TRUE;
  g_clear_pointer (&self->deadline, bulla_deadline_free);
  self->deadline = bulla_deadline_new (cancellable, (guint)settings->validity_timeout);
  self->started = g_get_real_time () / G_USEC_PER_SEC;
  self->began = g_get_monotonic_time ();
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
  gint64 seconds = bulla_profile_get_settings (self->context->profile)->validity_timeout;
  g_clear_error (error);
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK,
               "no answer within %" G_GINT64_FORMAT " seconds", seconds);
}

/* Returns: (transfer full) (nullable): why the response is not validity data; NULL if it may be */
static char *
dup_fault (const BullaFetchResult *result)
{
  if (result->status == 200)
    return result->body == NULL ? g_strdup_printf ("more than %d bytes", BULLA_VALIDITY_SIZE_MAX)
                                : NULL;
  if (result->status / 100 == 3)
    return g_strdup_printf ("status %u: redirects are not followed", result->status);
  return g_strdup_printf ("status %u", result->status);
}

/**
 * bulla_supplier_give_validity: (skip)
 * @self: what brought it
 * @result: (nullable): the response; %NULL if the fetch failed with @error
 * @error: why
 */
void
bulla_supplier_give_validity (BullaSupplier *self, const BullaFetchResult *result,
                              const GError *error)
{
  g_autofree char *fault = result != NULL ? dup_fault (result) : g_strdup (error->message);
  const BullaBrought brought = {
      .body = fault == NULL ? result->body : NULL,
      .detail = fault,
      .status = result != NULL ? result->status : 0,
      .too_large = result != NULL && result->status == 200 && result->body == NULL,
      .started = self->started,
      .began = self->began,
      .ended = g_get_monotonic_time (),
  };

  self->dns_end = 0; /* new signatures may have another certificate, with a time of its own */
  bulla_wanter_take (self->wanter, BULLA_WANT_VALIDITY, &brought);
}
