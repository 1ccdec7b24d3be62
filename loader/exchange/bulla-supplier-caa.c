/* bulla-supplier-caa.c - supplies a wanter with the CAA records of a name
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-outer-internal.h"
#include "bulla-settings.h"
#include "bulla-supplier-private.h"

/* Returns: the time limit for all names of a package together, in µs; short where the answers only
 * go into the trace */
static gint64
get_dns_time (const BullaContext *context)
{
  const BullaSettings *settings = bulla_profile_get_settings (context->profile);
  gint64 time = context->question_ms > 0 ? context->question_ms * G_TIME_SPAN_MILLISECOND
                                         : settings->dns_timeout * G_TIME_SPAN_SECOND;

  return settings->caa == BULLA_CAA_REPORT
             ? MIN (time, BULLA_CAA_FINDER_REPORT_WAIT * G_TIME_SPAN_SECOND)
             : time;
}

/**
 * bulla_supplier_ask_dns: (skip)
 * @self: what was begun
 * @want: a name whose CAA records are wanted
 * @wait: how long to wait for another thread that looks up the same name, in µs
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called with the result of bulla_caa_finder_ask_async()
 * @user_data: for @callback
 *
 * All names of a package together have the time that the profile gives.
 */
void
bulla_supplier_ask_dns (BullaSupplier *self, const BullaWant *want, gint64 wait,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  gint64 now = g_get_monotonic_time ();

  if (self->dns_end == 0)
    self->dns_end = now + get_dns_time (self->context);
  gint64 end = self->dns_end;
  if (self->context->deadline != 0)
    end = MIN (end, self->context->deadline);
  gint64 left = MAX (end - now, G_TIME_SPAN_MILLISECOND);
  BullaDnsClimbOptions options = {.cause =
                                      bulla_outer_get_cause (bulla_wanter_get_outer (self->wanter)),
                                  .timeout_ms = (guint)(left / G_TIME_SPAN_MILLISECOND)};
  options.cause.purpose = "caa";
  bulla_caa_finder_ask_async (self->context->caa, want->host, &options, MIN (wait, left),
                              cancellable, callback, user_data);
}

/* @climb: (nullable): the DNS answers; NULL if DNS was not queried */
void
bulla_supplier_give_climb (BullaWanter *wanter, BullaCaaClimb *climb)
{
  const BullaBrought brought = {.climb = climb, .reason = BULLA_REASON_CAA_OFFLINE};

  bulla_wanter_take (wanter, BULLA_WANT_CAA, &brought);
}

/**
 * bulla_supplier_give_known_climb: (skip)
 * @context: whose answers are used
 * @wanter: what wants CAA records
 * @want: its want
 *
 * Supplies what DNS said a short time ago, or why DNS cannot be asked.
 *
 * Returns: whether either was supplied; otherwise DNS has to be asked
 */
gboolean
bulla_supplier_give_known_climb (BullaContext *context, BullaWanter *wanter, const BullaWant *want)
{
  BullaCaaFinder *finder = context->caa;
  gboolean can_ask = finder != NULL && bulla_caa_finder_can_ask (finder, want->host);
  g_autoptr (BullaCaaClimb) kept = can_ask ? bulla_caa_finder_find (finder, want->host) : NULL;

  if (can_ask && kept == NULL)
    return FALSE;
  bulla_supplier_give_climb (wanter, kept);
  return TRUE;
}
