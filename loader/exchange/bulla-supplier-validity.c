/* bulla-supplier-validity.c - fetches the answer at a validity URL, within a time of its own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-supplier-private.h"
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
  self->started = g_get_real_time () / G_USEC_PER_SEC;
  self->began = g_get_monotonic_time ();
  guint own = self->context->question_ms;
  return bulla_supplier_begin_deadline (
      self, own > 0 ? own : (guint)settings->validity_timeout * 1000, cancellable);
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
