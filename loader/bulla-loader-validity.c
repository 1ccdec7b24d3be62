/* bulla-loader-validity.c - asks publishers about packages that were judged already
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-supplier.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-refresh.h"

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

/**
 * bulla_loader_has_question: (skip)
 * @self: a loader
 * @load: a load that is judged, and perhaps was prefetched
 *
 * Returns: whether the profile requires asking the publisher, and nobody has asked yet
 */
gboolean
bulla_loader_has_question (BullaLoader *self, BullaLoad *load)
{
  return !bulla_loader_get_offline (self) && bulla_load_has_question (load);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BullaSupplier *supplier = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (BullaLoad) load = g_object_steal_data (G_OBJECT (task), "load");

  if (!bulla_supplier_run_finish (supplier, result, &error)) {
    bulla_refresh_abandon (BULLA_REFRESH (source));
    bulla_load_end_late_answer (load);
    g_task_return_error (task, error);
    return;
  }
  bulla_load_end_late_answer (load);
  g_task_return_boolean (task, TRUE);
}

/**
 * bulla_loader_ask_publisher_async: (skip)
 * @self: a loader
 * @load: a load with a question, as bulla_loader_has_question() says
 * @cancellable: (nullable): to stop it
 * @callback: (scope async): called when the verdict of @load counts: at once, or after the answer
 *   if the profile waits for it
 * @user_data: for @callback
 */
void
bulla_loader_ask_publisher_async (BullaLoader *self, BullaLoad *load, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, bulla_loader_ask_publisher_async);
  if (!bulla_load_begin_question (load)) {
    bulla_loader_ask_beside (self, load);
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  BullaSupplier *supplier = g_new (BullaSupplier, 1);
  bulla_supplier_init (supplier, bulla_loader_get_context (self),
                       BULLA_WANTER (bulla_load_peek_refresh (load)), NULL);
  g_task_set_task_data (task, supplier, bulla_supplier_free);
  g_object_set_data_full (G_OBJECT (task), "load", g_object_ref (load), g_object_unref);
  bulla_supplier_run_async (supplier, cancellable, answered_cb, task);
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
