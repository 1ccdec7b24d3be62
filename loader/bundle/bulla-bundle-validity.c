/* bulla-bundle-validity.c - asks the publisher about the vouched subsets of a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The publisher is asked once for each subset, when the first response that it covers has passed
 * every other rule. New signatures are defined for exchanges alone (IMPL 3.6). */
#include "bulla-supplier.h"
#include "bulla-bundle-private.h"
#include "bulla-outer-internal.h"
#include "bulla-refresh.h"
#include "bulla-settings.h"

/**
 * bulla_bundle_get_validity: (skip)
 * @self: a bundle
 *
 * Returns: (transfer none): the publisher's answer for its first subset, or for the first that was
 *   withdrawn; without a URL if nobody was asked
 */
const BullaValidityFacts *
bulla_bundle_get_validity (BullaBundle *self)
{
  return &self->facts->validity;
}

/* Returns: the subset that covers the response and has passed every rule; -1 if none has */
static gint
find_subset (BullaLoad *load)
{
  const BullaFacts *facts = bulla_load_get_facts (load);
  gboolean accepted =
      bulla_verdict_get_outcome (bulla_load_get_verdict (load)) == BULLA_OUTCOME_SUBSTITUTE;

  return accepted && facts->response.vouched == BULLA_YES ? (gint)facts->response.subset : -1;
}

static void
note_answer (BullaBundle *self, BullaRefresh *refresh, gint64 decided)
{
  BullaValidityFacts former = self->facts->validity;

  bulla_refresh_fill_facts (refresh, self->facts, decided);
  if (former.url != NULL && self->facts->validity.outcome != BULLA_VALIDITY_WITHDRAWN)
    self->facts->validity = former;
}

/* --- beside the verdict */

typedef struct {
  BullaBundle *bundle; /* owned */
  gint64 decided;      /* when the verdict was given, monotonic time in µs */
  BullaSupplier supplier;
} Beside;

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Beside *self = user_data;

  if (!bulla_supplier_run_finish (&self->supplier, result, NULL)) /* only if it was cancelled */
    bulla_refresh_abandon (BULLA_REFRESH (source));
  note_answer (self->bundle, BULLA_REFRESH (source), self->decided);
  bulla_supplier_clear (&self->supplier);
  g_object_unref (self->bundle);
  g_free (self);
}

static void
ask_beside (BullaBundle *self, BullaRefresh *refresh)
{
  Beside *beside = g_new (Beside, 1);

  beside->bundle = g_object_ref (self);
  beside->decided = g_get_monotonic_time ();
  bulla_supplier_init (&beside->supplier, self->context, BULLA_WANTER (refresh), NULL);
  bulla_supplier_run_async (&beside->supplier, NULL, asked_cb, beside);
}

/**
 * bulla_bundle_is_asking: (skip)
 * @self: a bundle
 *
 * Returns: whether a publisher's answer is still to come
 */
gboolean
bulla_bundle_is_asking (BullaBundle *self)
{
  guint n = self->vouchings != NULL ? bulla_bundle_get_n_subsets (self) : 0;

  for (guint i = 0; i < n; i++)
    if (self->vouchings[i].refresh != NULL && !bulla_refresh_is_done (self->vouchings[i].refresh))
      return TRUE;
  return FALSE;
}

/* --- before the verdict */

/**
 * bulla_bundle_begin_refresh: (skip)
 * @self: a bundle
 * @load: a response in it that was judged
 *
 * Asks the publisher, if the profile wants that and nobody has asked about the subset yet.
 *
 * Returns: (transfer full) (nullable): the question, if the verdict has to wait for the answer
 */
BullaRefresh *
bulla_bundle_begin_refresh (BullaBundle *self, BullaLoad *load)
{
  BullaValidityChoice choice = bulla_profile_get_settings (self->profile)->validity;
  gint subset = find_subset (load);

  if (choice == BULLA_VALIDITY_CHOICE_NEVER || self->context->offline || subset < 0
      || bulla_outer_is_prefetch (self->outer) || self->vouchings[subset].refresh != NULL)
    return NULL;
  gboolean blocking = choice == BULLA_VALIDITY_CHOICE_BLOCKING;
  const char *url = bulla_load_get_validity_url (load);
  g_autoptr (BullaRefresh) refresh = bulla_refresh_new_for_subset (self->outer, url, blocking);
  if (blocking)
    return g_steal_pointer (&refresh);
  self->vouchings[subset].refresh = g_object_ref (refresh);
  ask_beside (self, refresh);
  return NULL;
}

/**
 * bulla_bundle_end_refresh: (skip)
 * @self: a bundle
 * @load: the response that was judged before the answer
 * @refresh: the question, which is done
 *
 * From now on every response of that subset is judged with the answer, and the bundle is once more.
 */
void
bulla_bundle_end_refresh (BullaBundle *self, BullaLoad *load, BullaRefresh *refresh)
{
  gint subset = find_subset (load);

  g_set_object (&self->vouchings[subset].refresh, refresh);
  note_answer (self, refresh, g_get_monotonic_time ());
  bulla_bundle_judge (self);
}
