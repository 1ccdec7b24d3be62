/* bulla-loader-load.c - loads exchanges, and supplies each load with what it needs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-load-again.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-outer-internal.h"
#include "bulla-supplier.h"

static BullaLoad *
begin (BullaSupplier *supplier, BullaLoader *self, BullaOuter *outer, GInputStream *stream,
       GBytes *chain)
{
  BullaLoad *load = bulla_load_new (bulla_loader_get_profile (self), bulla_loader_get_trust (self),
                                    outer, chain, bulla_loader_get_time (self));
  BullaContext *context = bulla_loader_get_context (self);

  bulla_load_set_asks_dns (load, context->caa != NULL);
  bulla_load_set_asks_validity (load, !context->offline && !bulla_outer_is_prefetch (outer));
  bulla_load_set_asks_store (load, context->store != NULL);
  bulla_supplier_init (supplier, context, BULLA_WANTER (load), stream);
  return load;
}

/* Bytes that were read beyond the head belong to the body. */
static void
leave_rest (BullaSupplier *supplier)
{
  bulla_load_set_rest (BULLA_LOAD (supplier->wanter), supplier->input,
                       supplier->buffer + supplier->start, supplier->end - supplier->start);
}

static void
brought_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BullaSupplier *supplier = g_task_get_task_data (task);
  GError *error = NULL;

  if (!bulla_supplier_run_finish (supplier, result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  leave_rest (supplier);
  bulla_loader_ask_beside (g_task_get_source_object (task), BULLA_LOAD (source));
  g_task_return_pointer (task, g_object_ref (BULLA_LOAD (source)), g_object_unref);
}

/**
 * bulla_loader_load_async:
 * @self: a loader
 * @outer: the response or file that contains the exchange
 * @stream: its body
 * @chain: (nullable): a certificate chain to use instead of the one at cert-url
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when the head is judged; the body is not read yet
 * @user_data: for @callback
 */
void
bulla_loader_load_async (BullaLoader *self, BullaOuter *outer, GInputStream *stream, GBytes *chain,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  BullaSupplier *supplier = g_new (BullaSupplier, 1);

  g_task_set_source_tag (task, bulla_loader_load_async);
  g_autoptr (BullaLoad) load = begin (supplier, self, outer, stream, chain);
  g_task_set_task_data (task, supplier, bulla_supplier_free);
  bulla_supplier_run_async (supplier, cancellable, brought_cb, task);
}

/**
 * bulla_loader_load_finish:
 * @self: a loader
 * @result: the result of bulla_loader_load_async()
 * @error: only %G_IO_ERROR_CANCELLED; faults of the package are in the verdict
 *
 * Returns: (transfer full): the load
 */
BullaLoad *
bulla_loader_load_finish (BullaLoader *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bulla_loader_load:
 * @self: a loader
 * @outer: the response or file that contains the exchange
 * @stream: its body
 * @chain: (nullable): a certificate chain to use instead of the one at cert-url
 * @cancellable: (nullable): cancels the call
 * @error: only %G_IO_ERROR_CANCELLED; faults of the package are in the verdict
 *
 * Like bulla_loader_load_async(), but blocks.
 *
 * Returns: (transfer full): the load
 */
BullaLoad *
bulla_loader_load (BullaLoader *self, BullaOuter *outer, GInputStream *stream, GBytes *chain,
                   GCancellable *cancellable, GError **error)
{
  BullaSupplier supplier;
  BullaLoad *load = begin (&supplier, self, outer, stream, chain);

  bulla_supplier_run (&supplier, cancellable);
  leave_rest (&supplier);
  bulla_supplier_clear (&supplier);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    g_clear_object (&load);
  else
    bulla_loader_ask_beside (self, load);
  return load;
}

/* --- an exchange that was kept */

/**
 * bulla_loader_has_current_trust: (skip)
 * @self: a loader
 *
 * Returns: whether a kept package can be judged at once; otherwise the user has changed the
 *   revocation list or the log list, and bulla_loader_update_trust_async() reads it
 */
gboolean
bulla_loader_has_current_trust (BullaLoader *self)
{
  return bulla_context_has_current_trust (bulla_loader_get_context (self));
}

/**
 * bulla_loader_update_trust_async: (skip)
 * @self: a loader for which bulla_loader_has_current_trust() is false
 * @cancellable: (nullable): to stop waiting
 * @callback: (scope async): called when the lists are read, as far as they can be
 * @user_data: for @callback
 */
void
bulla_loader_update_trust_async (BullaLoader *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  bulla_context_update_trust_async (bulla_loader_get_context (self), cancellable, callback,
                                    user_data);
}

/**
 * bulla_loader_update_trust_finish: (skip)
 * @result: of bulla_loader_update_trust_async()
 * @error: only %G_IO_ERROR_CANCELLED
 */
gboolean
bulla_loader_update_trust_finish (GAsyncResult *result, GError **error)
{
  return bulla_context_update_trust_finish (result, error);
}

/**
 * bulla_loader_judge_again: (skip)
 * @self: a loader
 * @load: a load that is judged, and was kept since; it is about to be used
 *
 * The lists of the user count as they were read last; nothing is read here.
 *
 * Returns: (transfer none): its verdict now, as of bulla_load_judge_again()
 */
BullaVerdict *
bulla_loader_judge_again (BullaLoader *self, BullaLoad *load)
{
  return bulla_load_judge_again (load, bulla_loader_get_context (self));
}
