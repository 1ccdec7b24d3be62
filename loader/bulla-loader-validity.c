/* bulla-loader-validity.c - asks publishers about packages that were judged already
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-supplier.h"
#include "bulla-load-again.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-refresh.h"
#include "bulla-waiters.h"

/* --- beside the verdict */

/* A question goes on when the request that brought the package has ended, but not longer than the
 * package is kept. */
typedef struct {
  BullaContext *context;     /* owned */
  GCancellable *cancellable; /* owned */
  BullaLoad *load;           /* borrowed; NULL once it is gone */
  BullaSupplier supplier;
} Beside;

static void
load_gone_cb (gpointer user_data, GObject *load)
{
  Beside *self = user_data;

  self->load = NULL;
  g_cancellable_cancel (self->cancellable);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Beside *self = user_data;

  if (!bulla_supplier_run_finish (&self->supplier, result, NULL)) /* only if it was cancelled */
    bulla_refresh_abandon (BULLA_REFRESH (source));
  if (self->load != NULL) {
    g_object_weak_unref (G_OBJECT (self->load), load_gone_cb, self);
    bulla_load_end_late_answer (self->load);
  }
  bulla_supplier_clear (&self->supplier);
  g_object_unref (self->cancellable);
  bulla_context_unref (self->context);
  g_free (self);
}

/**
 * bulla_loader_ask_beside: (skip)
 * @self: a loader
 * @load: a load that is judged
 *
 * Sends its question to the publisher, if it has one; the answer comes later.
 */
void
bulla_loader_ask_beside (BullaLoader *self, BullaLoad *load)
{
  if (bulla_load_get_state (load) != BULLA_LOAD_JUDGED || !bulla_load_is_asking (load))
    return;
  Beside *beside = g_new (Beside, 1);
  beside->context = bulla_context_ref (bulla_loader_get_context (self));
  beside->cancellable = g_cancellable_new ();
  beside->load = load;
  g_object_weak_ref (G_OBJECT (load), load_gone_cb, beside);
  bulla_supplier_init (&beside->supplier, beside->context,
                       BULLA_WANTER (bulla_load_peek_refresh (load)), NULL);
  bulla_supplier_run_async (&beside->supplier, beside->cancellable, asked_cb, beside);
}

/* --- before a package is used that was judged earlier */

/* A question whose answer decides. All who want to use the package wait for the same one. */
typedef struct {
  BullaContext *context; /* owned */
  BullaLoad *load;       /* owned */
  BullaWaiters *waiters; /* owned */
  BullaSupplier supplier;
} Question;

static const char question_key[] = "bulla-question";

/**
 * bulla_loader_has_question: (skip)
 * @self: a loader
 * @load: a load that is judged, and perhaps was prefetched
 *
 * Returns: whether the profile requires asking the publisher, and nobody has asked yet, or the
 *   verdict has to wait for an answer that has not come
 */
gboolean
bulla_loader_has_question (BullaLoader *self, BullaLoad *load)
{
  return !bulla_loader_get_offline (self) && bulla_load_has_question (load);
}

/**
 * bulla_loader_is_worth_a_question: (skip)
 * @self: a loader
 * @load: a load with a question, as bulla_loader_has_question() says
 *
 * Returns: whether the answer can matter: otherwise the package is not accepted today whatever the
 *   publisher answers, and a question would only tell it that somebody has the package
 */
gboolean
bulla_loader_is_worth_a_question (BullaLoader *self, BullaLoad *load)
{
  return bulla_load_is_worth_a_question (load, bulla_loader_get_context (self));
}

static void
question_free (Question *self)
{
  bulla_supplier_clear (&self->supplier);
  bulla_waiters_free (self->waiters);
  g_object_unref (self->load);
  bulla_context_unref (self->context);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/* Returns: (nullable): the question that somebody still waits for */
static Question *
find_question (BullaLoad *load)
{
  return g_object_get_data (G_OBJECT (load), question_key);
}

/* When the last one leaves, the load has no question any more, whenever its fetch ends. */
static void
left_cb (GCancellable *cancellable, gpointer user_data)
{
  BullaLoad *load = user_data;

  g_object_set_data (G_OBJECT (load), question_key, NULL);
  bulla_load_withdraw_question (load);
}

static Question *
question_new (BullaContext *context, BullaLoad *load)
{
  Question *self = g_new (Question, 1);

  self->context = bulla_context_ref (context);
  self->load = g_object_ref (load);
  self->waiters = bulla_waiters_new ();
  bulla_supplier_init (&self->supplier, context, BULLA_WANTER (bulla_load_peek_refresh (load)),
                       NULL);
  g_signal_connect_object (bulla_waiters_get_cancellable (self->waiters), "cancelled",
                           G_CALLBACK (left_cb), load, 0);
  g_object_set_data (G_OBJECT (load), question_key, self);
  return self;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) self = user_data;

  if (!bulla_supplier_run_finish (&self->supplier, result, NULL)) /* only if all have left */
    return;
  if (g_cancellable_is_cancelled (bulla_waiters_get_cancellable (self->waiters)))
    return;
  g_object_set_data (G_OBJECT (self->load), question_key, NULL);
  bulla_load_end_late_answer (self->load);
  bulla_waiters_end (self->waiters);
}

/**
 * bulla_loader_ask_publisher_async: (skip)
 * @self: a loader
 * @load: a load with a question, as bulla_loader_has_question() says
 * @cancellable: (nullable): to stop waiting; the question goes on while others wait
 * @callback: (scope async): called when the verdict of @load counts: at once, or after the answer
 *   if the profile waits for it
 * @user_data: for @callback
 *
 * The publisher is asked once, whoever waits for the answer.
 */
void
bulla_loader_ask_publisher_async (BullaLoader *self, BullaLoad *load, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Question *question = find_question (load);

  g_task_set_source_tag (task, bulla_loader_ask_publisher_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (question != NULL) {
    bulla_waiters_add (question->waiters, g_steal_pointer (&task));
    return;
  }
  if (!bulla_load_begin_question (load, bulla_loader_get_time (self))) {
    bulla_loader_ask_beside (self, load);
    g_task_return_boolean (task, TRUE);
    return;
  }
  question = question_new (bulla_loader_get_context (self), load);
  bulla_waiters_add (question->waiters, g_steal_pointer (&task));
  bulla_supplier_run_async (&question->supplier, bulla_waiters_get_cancellable (question->waiters),
                            answered_cb, question);
}

/**
 * bulla_loader_ask_publisher_finish: (skip)
 * @self: a loader
 * @result: of bulla_loader_ask_publisher_async()
 * @error: only %G_IO_ERROR_CANCELLED
 *
 * Returns: whether the verdict counts
 */
gboolean
bulla_loader_ask_publisher_finish (BullaLoader *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
