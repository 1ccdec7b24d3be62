/* bulla-waiters.c - several tasks that wait for the end of one operation
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each task can be cancelled for itself. The operation is cancelled when the last one was. */
#include "bulla-waiters.h"

struct _BullaWaiters {
  GQueue waiting;            /* owned Waiter, the first one first */
  GCancellable *cancellable; /* owned; for the operation */
};

typedef struct {
  BullaWaiters *waiters; /* borrowed; owns the waiter */
  GTask *task;           /* owned */
  GSource *left;         /* owned; NULL if the task cannot be cancelled */
} Waiter;

/* Returns: (transfer full): the task of the waiter, which is freed */
static GTask *
waiter_steal_task (Waiter *waiter)
{
  GTask *task = waiter->task;

  if (waiter->left != NULL) {
    g_source_destroy (waiter->left);
    g_source_unref (waiter->left);
  }
  g_free (waiter);
  return task;
}

/**
 * bulla_waiters_new: (skip)
 *
 * Returns: (transfer full): waiters of an operation that is about to begin
 */
BullaWaiters *
bulla_waiters_new (void)
{
  BullaWaiters *self = g_new0 (BullaWaiters, 1);

  g_queue_init (&self->waiting);
  self->cancellable = g_cancellable_new ();
  return self;
}

/**
 * bulla_waiters_free: (skip)
 * @self: waiters that were ended by bulla_waiters_end(), or who have all left
 */
void
bulla_waiters_free (BullaWaiters *self)
{
  g_return_if_fail (g_queue_is_empty (&self->waiting));
  g_object_unref (self->cancellable);
  g_free (self);
}

/**
 * bulla_waiters_get_cancellable: (skip)
 * @self: waiters
 *
 * Returns: (transfer none): cancels the operation; cancelled when the last waiter has left, and
 *   from then on nobody may be added
 */
GCancellable *
bulla_waiters_get_cancellable (BullaWaiters *self)
{
  return self->cancellable;
}

static gboolean
left_cb (GCancellable *cancellable, gpointer user_data)
{
  Waiter *waiter = user_data;
  BullaWaiters *self = waiter->waiters;

  g_queue_remove (&self->waiting, waiter);
  g_autoptr (GTask) task = waiter_steal_task (waiter);
  if (g_queue_is_empty (&self->waiting))
    g_cancellable_cancel (self->cancellable); /* @self may be freed from here on */
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/**
 * bulla_waiters_add: (skip)
 * @self: waiters of an operation that was not cancelled
 * @task: (transfer full): a task whose result is a boolean; it returns %TRUE at the end of the
 *   operation, or %G_IO_ERROR_CANCELLED as soon as its own cancellable is cancelled
 */
void
bulla_waiters_add (BullaWaiters *self, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiter *waiter = g_new0 (Waiter, 1);

  g_return_if_fail (!g_cancellable_is_cancelled (self->cancellable));
  waiter->waiters = self;
  waiter->task = task;
  g_queue_push_tail (&self->waiting, waiter);
  if (cancellable == NULL)
    return;
  waiter->left = g_cancellable_source_new (cancellable);
  g_source_set_callback (waiter->left, G_SOURCE_FUNC (left_cb), waiter, NULL);
  g_source_attach (waiter->left, g_task_get_context (task));
}

/**
 * bulla_waiters_end: (skip)
 * @self: waiters of an operation that has ended
 *
 * Every task returns. Their callbacks may do anything, except for freeing @self.
 */
void
bulla_waiters_end (BullaWaiters *self)
{
  Waiter *waiter;

  while ((waiter = g_queue_pop_head (&self->waiting)) != NULL) {
    g_autoptr (GTask) task = waiter_steal_task (waiter);
    g_task_return_boolean (task, TRUE);
  }
}
