/* bulla-http-transfer.c - transfers one request and its response
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * curl runs a transfer over HTTP/1.1 (bulla-http1-transfer.c), or nghttp2 as a stream of HTTP/2
 * (bulla-http2-transfer.c). While curl or
 * nghttp2 runs, callbacks only set members of the transfer; deliver_events() and end_easy() act on
 * them later. A running transfer holds a reference to itself, and the returned body holds
 * another. */
#include "bulla-http-body.h"
#include "bulla-http-message-internal.h"
#include "bulla-http-transfer-private.h"
#include "bulla-main-loop-source.h"

/* @result: curl's result of the transfer */
static void
end_easy (BullaHttpTransfer *self, CURLcode result)
{
  if (self->stale) {
    self->stale = FALSE;
    bulla_http_transfer_limit_time (self);
    if (bulla_http_pool_restart (self->pool, self->easy))
      return;
  }
  if (result == CURLE_OK && bulla_http_transfer_take_over (self))
    return;
  self->failed = result != CURLE_OK;
  bulla_http_transfer_end (
      self, result != CURLE_OK ? bulla_http_transfer_explain_result (self, result) : NULL);
}

/* Delivers the queued events. */
static void
deliver_events (BullaHttpTransfer *self)
{
  self->told = FALSE;
  if (self->head.complete && self->task != NULL) {
    g_autoptr (GTask) task = g_steal_pointer (&self->task);
    bulla_clear_source (&self->cancelled);
    g_task_return_pointer (task, bulla_http_body_new (self), g_object_unref);
  }
  if (self->running && self->opening && self->origin->protocol != NULL && self->wire == NULL
      && !self->spare)
    bulla_http_transfer_stop_opening (self);
  if (self->running && self->ready) {
    self->ready = FALSE;
    bulla_http_transfer_begin (self);
  }
  if (self->running && self->stream_over)
    bulla_http2_transfer_end (self);
  bulla_http_transfer_end_rest (self);
  if (self->running && self->wanted && !self->uploading)
    bulla_http_transfer_feed (self);
}

const BullaHttpTransferFuncs bulla_http_transfer_funcs = {end_easy, deliver_events,
                                                          bulla_http_transfer_unref};

/* --- starting a transfer */

/**
 * bulla_http_transfer_start:
 * @client: a client whose main context the caller runs
 * @message: a message that was not sent yet and has a recorder
 * @options: options of the transfer
 * @task: (transfer full): returns the body as a #GInputStream once the head has arrived, or an
 *   error
 */
void
bulla_http_transfer_start (BullaHttpClient *client, BullaHttpMessage *message,
                           const BullaHttpTransferOptions *options, GTask *task)
{
  BullaHttpTransfer *self = g_new0 (BullaHttpTransfer, 1);
  GCancellable *cancellable = g_task_get_cancellable (task);

  self->count = 1;
  self->client = g_object_ref (client);
  self->message = g_object_ref (message);
  self->task = task;
  self->given = options->given != NULL ? g_ptr_array_ref (options->given) : NULL;
  self->tls = options->tls != NULL ? bulla_http_tls_ref (options->tls) : NULL;
  self->allow_private = options->allow_private;
  self->timeout = options->timeout;
  self->deadline = options->deadline;
  bulla_http_head_init (&self->head, message);
  g_queue_init (&self->blocks);
  message->started = g_get_monotonic_time ();
  GError *error = bulla_http_transfer_check (self);
  if (error == NULL && g_cancellable_set_error_if_cancelled (cancellable, &error))
    g_assert (error != NULL);
  if (error != NULL) {
    bulla_contact_recorder_fail (message->recorder, error);
    g_task_return_error (g_steal_pointer (&self->task), error);
    g_object_unref (task);
    bulla_http_transfer_unref (self);
    return;
  }
  bulla_http_client_begin (client);
  self->running = TRUE;
  bulla_http_transfer_prepare_upload (self);
  bulla_http_transfer_watch_caller (self, cancellable);
  bulla_http_transfer_set_route (self);
  bulla_http_transfer_begin (self);
}
