/* bulla-spool-wait.c - waits for bytes that are still to come into a spool
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-spool.h"

typedef struct {
  GTask *task; /* owned until it has returned */
  guint64 until;
  gulong grew;
  GSource *cancelled; /* owned; nullable */
} Wait;

static void
wait_free (Wait *wait)
{
  g_clear_pointer (&wait->cancelled, g_source_unref);
  g_free (wait);
}

/* takes the task that is kept */
static void
end_wait (BullaSpool *self, Wait *wait)
{
  g_autoptr (GTask) task = wait->task;
  g_clear_signal_handler (&wait->grew, self);
  if (wait->cancelled != NULL)
    g_source_destroy (wait->cancelled);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

static void
wait_grew_cb (BullaSpool *self, gpointer user_data)
{
  Wait *wait = user_data;
  if (bulla_spool_has (self, wait->until))
    end_wait (self, wait);
}

static gboolean
wait_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;
  end_wait (g_task_get_source_object (task), g_task_get_task_data (task));
  return G_SOURCE_REMOVE;
}

/**
 * bulla_spool_wait_async: (skip)
 * @self: a spool
 * @until: from the first byte
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async): called when all before @until is there, or nothing more will come
 * @user_data: for @callback
 */
void
bulla_spool_wait_async (BullaSpool *self, guint64 until, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Wait *wait = g_new0 (Wait, 1);

  *wait = (Wait){.task = task, .until = until};
  g_task_set_task_data (task, wait, (GDestroyNotify)wait_free);
  if (bulla_spool_has (self, until) || g_cancellable_is_cancelled (cancellable)) {
    end_wait (self, wait);
    return;
  }
  wait->grew = g_signal_connect (self, "grew", G_CALLBACK (wait_grew_cb), wait);
  if (cancellable != NULL) {
    wait->cancelled = g_cancellable_source_new (cancellable);
    g_task_attach_source (task, wait->cancelled, G_SOURCE_FUNC (wait_cancelled_cb));
  }
}

gboolean
bulla_spool_wait_finish (BullaSpool *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
