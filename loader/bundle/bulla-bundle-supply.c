/* bulla-bundle-supply.c - supplies bytes and hashes to a bundle that is being opened
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-private.h"

/* --- CAA records of whoever vouches for the primary resource */

static guint
find_wanting_variant (BullaBundle *self)
{
  BullaRange range;

  return (guint)MAX (bulla_bundle_find_variant (self, (guint)self->wanting, &range), 0);
}

/**
 * bulla_bundle_bring_records: (skip)
 * @self: a bundle that was judged
 * @cancellable: (nullable): to stop it
 * @error: if a response could not be read, or this was stopped
 *
 * Looks up the CAA records that the verdict waits for, and judges again, while the caller waits.
 *
 * Returns: whether the verdict waits for nothing more
 */
gboolean
bulla_bundle_bring_records (BullaBundle *self, GCancellable *cancellable, GError **error)
{
  while (self->wanting >= 0) {
    g_autoptr (BullaLoad) load = bulla_bundle_load (
        self, (guint)self->wanting, find_wanting_variant (self), cancellable, error);
    if (load == NULL)
      return FALSE;
    bulla_bundle_judge (self);
  }
  return TRUE;
}

static void
bring_records_async (BullaBundle *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  bulla_bundle_load_async (self, (guint)self->wanting, find_wanting_variant (self), cancellable,
                           callback, user_data);
}

/* --- the primary resource of a stream */

static void
records_there_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BullaBundle *self = BULLA_BUNDLE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_bundle_load_finish (self, result, &error);

  if (load == NULL) /* the verdict without the records stays */
    return;
  bulla_bundle_judge (self);
  if (self->wanting >= 0)
    bring_records_async (self, self->waiting, records_there_cb, NULL);
}

static void
primary_there_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree GWeakRef *bundle = user_data;
  g_autoptr (BullaBundle) self = g_weak_ref_get (bundle);

  if (self != NULL
      && bulla_bundle_source_wait_finish (BULLA_BUNDLE_SOURCE (source), result, NULL)) {
    bulla_bundle_judge_again (self);
    if (self->wanting >= 0)
      bring_records_async (self, self->waiting, records_there_cb, NULL);
  }
  g_weak_ref_clear (bundle);
}

/* A streamed bundle is judged before its primary resource has arrived, and again afterwards. */
static void
await_primary (BullaBundle *self)
{
  if (self->primary_end == 0)
    return;
  GWeakRef *bundle = g_new (GWeakRef, 1);
  g_weak_ref_init (bundle, self);
  bulla_bundle_source_wait_async (self->source, self->primary_end, self->waiting, primary_there_cb,
                                  bundle);
}

static void serve_next_want (GTask *task);

typedef struct {
  guint64 start;
  guint8 hash[BULLA_HASH_MAX];
} Hashing;

static void
hash_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Hashing *hashing = task_data;
  GError *error = NULL;

  if (bulla_bundle_source_hash (source, BULLA_HASH_SHA512, hashing->start, cancellable,
                                hashing->hash, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
hashed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  Hashing *hashing = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    g_task_return_error (task, error);
    return;
  }
  bulla_bundle_give_hash (g_task_get_source_object (task), hashing->hash);
  serve_next_want (g_steal_pointer (&task));
}

static void
hash (BullaBundle *self, GTask *task, guint64 start)
{
  g_autoptr (GTask) inner =
      g_task_new (self->source, g_task_get_cancellable (task), hashed_cb, task);
  Hashing *hashing = g_new0 (Hashing, 1);

  hashing->start = start;
  g_task_set_task_data (inner, hashing, g_free);
  g_task_run_in_thread (inner, hash_in_thread);
}

static void end_opening (GTask *task);

static void
records_brought_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BullaBundle *self = BULLA_BUNDLE (source);
  GError *error = NULL;
  g_autoptr (BullaLoad) load = bulla_bundle_load_finish (self, result, &error);

  if (load == NULL) {
    g_task_return_error (task, error);
    return;
  }
  bulla_bundle_judge (self);
  end_opening (g_steal_pointer (&task));
}

/* The bundle is judged, perhaps but for CAA records. @task: (transfer full) */
static void
end_opening (GTask *task)
{
  BullaBundle *self = g_task_get_source_object (task);

  if (self->wanting >= 0) {
    bring_records_async (self, g_task_get_cancellable (task), records_brought_cb, task);
    return;
  }
  await_primary (self);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* Supplies what the bundle wants until it is judged. @task: (transfer full) */
static void
serve_next_want (GTask *task)
{
  BullaBundle *self = g_task_get_source_object (task);
  BullaBundleWants wants = BULLA_BUNDLE_JUDGED;
  guint64 until = 0;
  GError *error = NULL;

  if (!bulla_bundle_step (self, &wants, &until, &error)) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  switch (wants) {
  case BULLA_BUNDLE_WANTS_BYTES:
    bulla_bundle_source_continue (self->source, until, task, serve_next_want);
    break;
  case BULLA_BUNDLE_WANTS_HASH:
    hash (self, task, until);
    break;
  case BULLA_BUNDLE_JUDGED:
  default:
    end_opening (task);
  }
}

/**
 * bulla_bundle_open_async: (skip)
 * @self: a bundle that wants to be opened
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when the bundle is judged; its responses are not read yet
 * @user_data: for @callback
 *
 * If the user has changed the revocation list or the log list, it is read first.
 */
void
bulla_bundle_open_async (BullaBundle *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, bulla_bundle_open_async);
  bulla_context_run_with_current_trust (self->context, task, serve_next_want);
}

gboolean
bulla_bundle_open_finish (BullaBundle *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bulla_bundle_open: (skip)
 * @self: a bundle that wants to be opened
 * @cancellable: (nullable): cancels the call
 * @error: set if the bundle could not be read, or the call was cancelled
 *
 * Like bulla_bundle_open_async(), but blocks.
 */
gboolean
bulla_bundle_open (BullaBundle *self, GCancellable *cancellable, GError **error)
{
  BullaBundleWants wants = BULLA_BUNDLE_WANTS_BYTES;
  gboolean fine = TRUE;

  bulla_context_update_trust (self->context);
  while (fine && wants != BULLA_BUNDLE_JUDGED) {
    guint64 until = 0;
    guint8 sha512[BULLA_HASH_MAX];
    fine = bulla_bundle_step (self, &wants, &until, error);
    if (fine && wants == BULLA_BUNDLE_WANTS_BYTES) {
      fine = bulla_bundle_source_wait (self->source, until, cancellable, error);
    } else if (fine && wants == BULLA_BUNDLE_WANTS_HASH) {
      fine = bulla_bundle_source_hash (self->source, BULLA_HASH_SHA512, until, cancellable, sha512,
                                       error);
      if (fine)
        bulla_bundle_give_hash (self, sha512);
    }
  }
  fine = fine && bulla_bundle_bring_records (self, cancellable, error);
  if (fine)
    await_primary (self);
  return fine;
}
