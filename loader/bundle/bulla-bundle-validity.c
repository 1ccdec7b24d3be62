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
#include "bulla-waiters.h"

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

/* A question whose answer decides about a subset. Every response of the subset that is loaded
 * meanwhile waits for it. */
typedef struct _BullaBundleQuestion {
  BullaBundle *bundle; /* owned */
  guint subset;
  BullaRefresh *refresh; /* owned */
  BullaWaiters *waiters; /* owned */
  BullaSupplier supplier;
} Question;

static void
question_free (Question *self)
{
  bulla_supplier_clear (&self->supplier);
  bulla_waiters_free (self->waiters);
  g_object_unref (self->refresh);
  g_object_unref (self->bundle);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/**
 * bulla_bundle_begin_question: (skip)
 * @self: a bundle
 * @load: a response in it that was judged
 *
 * Asks the publisher beside the verdict, if the profile wants that and nobody has asked about the
 * subset yet.
 *
 * Returns: whether the verdict has to wait: bulla_bundle_ask_publisher_async() then brings the
 *   answer
 */
gboolean
bulla_bundle_begin_question (BullaBundle *self, BullaLoad *load)
{
  BullaValidityChoice choice = bulla_profile_get_settings (self->profile)->validity;
  gint subset = find_subset (load);

  if (choice == BULLA_VALIDITY_CHOICE_NEVER || self->context->offline || subset < 0
      || bulla_outer_is_prefetch (self->outer) || self->vouchings[subset].refresh != NULL)
    return FALSE;
  if (choice == BULLA_VALIDITY_CHOICE_BLOCKING)
    return TRUE;
  self->vouchings[subset].refresh =
      bulla_refresh_new_for_subset (self->outer, bulla_load_get_validity_url (load), FALSE);
  ask_beside (self, self->vouchings[subset].refresh);
  return FALSE;
}

/* Everybody has left: who comes now asks again. */
static void
left_cb (GCancellable *cancellable, gpointer user_data)
{
  Question *self = user_data;

  self->bundle->vouchings[self->subset].question = NULL;
}

static Question *
question_new (BullaBundle *bundle, guint subset, const char *url)
{
  Question *self = g_new (Question, 1);

  self->bundle = g_object_ref (bundle);
  self->subset = subset;
  self->refresh = bulla_refresh_new_for_subset (bundle->outer, url, TRUE);
  self->waiters = bulla_waiters_new ();
  bulla_supplier_init (&self->supplier, bundle->context, BULLA_WANTER (self->refresh), NULL);
  g_signal_connect (bulla_waiters_get_cancellable (self->waiters), "cancelled",
                    G_CALLBACK (left_cb), self);
  bundle->vouchings[subset].question = self;
  return self;
}

/* From now on every response of the subset is judged with the answer, and the bundle is once more.
 */
static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) self = user_data;
  BullaBundleVouching *vouching = &self->bundle->vouchings[self->subset];
  gboolean brought = bulla_supplier_run_finish (&self->supplier, result, NULL);

  if (!brought || g_cancellable_is_cancelled (bulla_waiters_get_cancellable (self->waiters)))
    return;
  vouching->question = NULL;
  g_set_object (&vouching->refresh, self->refresh);
  note_answer (self->bundle, self->refresh, g_get_monotonic_time ());
  bulla_bundle_judge (self->bundle);
  bulla_waiters_end (self->waiters);
}

/**
 * bulla_bundle_ask_publisher_async: (skip)
 * @self: a bundle
 * @load: a response in it, for which bulla_bundle_begin_question() was true
 * @cancellable: (nullable): to stop waiting; the question goes on while others wait
 * @callback: (scope async): called when the answer is there
 * @user_data: for @callback
 *
 * The publisher is asked once for a subset, however many of its responses wait.
 */
void
bulla_bundle_ask_publisher_async (BullaBundle *self, BullaLoad *load, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  guint subset = bulla_load_get_facts (load)->response.subset;
  Question *question = self->vouchings[subset].question;

  g_task_set_source_tag (task, bulla_bundle_ask_publisher_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->vouchings[subset].refresh != NULL) { /* answered since */
    g_task_return_boolean (task, TRUE);
    return;
  }
  if (question != NULL) {
    bulla_waiters_add (question->waiters, g_steal_pointer (&task));
    return;
  }
  question = question_new (self, subset, bulla_load_get_validity_url (load));
  bulla_waiters_add (question->waiters, g_steal_pointer (&task));
  bulla_supplier_run_async (&question->supplier, bulla_waiters_get_cancellable (question->waiters),
                            answered_cb, question);
}

gboolean
bulla_bundle_ask_publisher_finish (BullaBundle *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Returns: (transfer none) (nullable): the question about the subset; NULL before it is answered,
 * or asked beside the verdict */
BullaRefresh *
bulla_bundle_peek_refresh (BullaBundle *self, guint subset)
{
  return self->vouchings[subset].refresh;
}
