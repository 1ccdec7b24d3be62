/* bulla-context.c - settings and network objects that a loader shares with the packages it opened
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The packages use the context to fetch their certificate chains and CAA records. */
#include "bulla-context.h"

/**
 * bulla_context_new: (skip)
 * @profile: the profile that decides about packages
 * @trust: the trusted roots and logs
 *
 * Returns: (transfer full): a context that uses the current time, with a network of its own that
 *   belongs to the thread-default main context
 */
BullaContext *
bulla_context_new (BullaProfile *profile, BullaTrust *trust)
{
  BullaContext *self = g_atomic_rc_box_new0 (BullaContext);

  self->profile = bulla_profile_ref (profile);
  self->trust = g_object_ref (trust);
  self->time = -1;
  self->ledger = bulla_ledger_new ();
  self->fetcher = bulla_fetcher_new (trust, self->ledger);
  self->chains = bulla_fetched_chains_new ();
  self->given_chains = g_hash_table_new_full (
      g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, (GDestroyNotify)g_bytes_unref);
  return self;
}

BullaContext *
bulla_context_ref (BullaContext *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
bulla_context_clear (gpointer data)
{
  BullaContext *self = data;

  g_clear_object (&self->caa);
  g_clear_object (&self->store);
  g_clear_pointer (&self->files, bulla_trust_files_free);
  g_object_unref (self->fetcher);
  bulla_fetched_chains_free (self->chains);
  g_hash_table_unref (self->given_chains);
  g_object_unref (self->ledger);
  bulla_profile_unref (self->profile);
  g_object_unref (self->trust);
}

void
bulla_context_unref (BullaContext *self)
{
  g_atomic_rc_box_release_full (self, bulla_context_clear);
}

/**
 * bulla_context_get_time: (skip)
 * @self: a context
 *
 * Returns: the Unix time in seconds at which packages are judged
 */
gint64
bulla_context_get_time (const BullaContext *self)
{
  return self->time >= 0 ? self->time : g_get_real_time () / G_USEC_PER_SEC;
}

/* --- the lists that the user keeps */

/**
 * bulla_context_update_trust: (skip)
 * @self: a context
 *
 * Called before packages are judged by who may block: the user may have changed the revocation list
 * or the log list since.
 */
void
bulla_context_update_trust (BullaContext *self)
{
  if (self->files != NULL)
    bulla_trust_files_update (self->files, bulla_context_get_time (self), self->trust);
}

/**
 * bulla_context_has_current_trust: (skip)
 * @self: a context
 *
 * Returns: whether packages can be judged at once; otherwise bulla_context_update_trust_async()
 *   reads what has changed
 */
gboolean
bulla_context_has_current_trust (BullaContext *self)
{
  return self->files == NULL
         || bulla_trust_files_are_current (self->files, bulla_context_get_time (self));
}

/**
 * bulla_context_update_trust_async: (skip)
 * @self: a context for which bulla_context_has_current_trust() is false
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async): called when its trust has what the user's lists say
 * @user_data: for @callback
 *
 * Like bulla_context_update_trust(), but a thread reads the lists.
 */
void
bulla_context_update_trust_async (BullaContext *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  bulla_trust_files_update_async (self->files, bulla_context_get_time (self), self->trust,
                                  cancellable, callback, user_data);
}

/**
 * bulla_context_update_trust_finish: (skip)
 * @result: of bulla_context_update_trust_async()
 * @error: only %G_IO_ERROR_CANCELLED
 */
gboolean
bulla_context_update_trust_finish (GAsyncResult *result, GError **error)
{
  return bulla_trust_files_update_finish (result, error);
}

typedef struct {
  GTask *task; /* owned */
  BullaContextTaskFunc run;
} Waiting;

static void
trust_updated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Waiting *waiting = user_data;
  GError *error = NULL;

  if (bulla_context_update_trust_finish (result, &error)) {
    waiting->run (waiting->task);
    return;
  }
  g_task_return_error (waiting->task, error);
  g_object_unref (waiting->task);
}

/**
 * bulla_context_run_with_current_trust: (skip)
 * @self: a context
 * @task: (transfer full): a task that judges packages
 * @run: (scope async): takes over @task
 *
 * Calls @run: at once if the user's lists are as they were read, or else after a thread has read
 * them. If @task is cancelled meanwhile, it returns that error, and @run is not called.
 */
void
bulla_context_run_with_current_trust (BullaContext *self, GTask *task, BullaContextTaskFunc run)
{
  if (bulla_context_has_current_trust (self)) {
    run (task);
    return;
  }
  Waiting *waiting = g_new (Waiting, 1);
  *waiting = (Waiting){task, run};
  bulla_context_update_trust_async (self, g_task_get_cancellable (task), trust_updated_cb, waiting);
}
