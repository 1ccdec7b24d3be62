/* bulla-http-transfer-end.c - ends a transfer: complete, failed, late or abandoned
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-error.h"
#include "bulla-http-message-internal.h"
#include "bulla-http-transfer-private.h"
#include "bulla-main-loop-source.h"

/* Removes the transfer from curl, which forgets it. */
void
bulla_http_transfer_detach_easy (BullaHttpTransfer *self)
{
  CURL *easy = g_steal_pointer (&self->easy);

  if (easy == NULL)
    return;
  if (self->pool != NULL)
    bulla_http_pool_remove (self->pool, easy);
  curl_easy_cleanup (easy);
  g_clear_pointer (&self->pool, bulla_http_pool_unref);
  g_clear_pointer (&self->fields, curl_slist_free_all);
  g_clear_pointer (&self->addresses, curl_slist_free_all);
}

/* The transfer has ended: neither curl, nghttp2 nor a source refers to it any more. */
static void
stop_running (BullaHttpTransfer *self)
{
  BullaHttp2Stream *stream = g_steal_pointer (&self->stream);

  if (!self->running)
    return;
  self->running = FALSE;
  if (stream != NULL)
    bulla_http2_stream_cancel (stream);
  bulla_http_transfer_detach_easy (self);
  bulla_http_transfer_leave_route (self);
  if (self->upload_cancelled != NULL)
    g_cancellable_cancel (self->upload_cancelled);
  bulla_clear_source (&self->cancelled);
  bulla_clear_source (&self->timer);
  bulla_http_client_end (self->client);
  bulla_http_transfer_unref (self);
}

static void
record_sizes (BullaHttpTransfer *self)
{
  long head = 0;

  if (self->easy != NULL)
    curl_easy_getinfo (self->easy, CURLINFO_REQUEST_SIZE, &head);
  bulla_contact_recorder_finish (self->message->recorder,
                                 (gint64)(self->uploaded + self->head_sent) + head,
                                 (gint64)(self->head.bytes + self->received));
}

static gboolean
is_late (const BullaHttpTransfer *self)
{
  return self->deadline != 0 && g_get_monotonic_time () >= self->deadline;
}

static GError *
new_late_error (BullaHttpTransfer *self)
{
  return g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK,
                      "%s: the response was not complete in time; see --timeout",
                      g_uri_get_host (self->message->uri));
}

/* @why: what curl or nghttp2 says. Returns: (transfer full): an error that names the host */
GError *
bulla_http_transfer_explain (BullaHttpTransfer *self, const char *why)
{
  const char *host = g_uri_get_host (self->message->uri);
  GError *refused = self->tls != NULL ? bulla_http_tls_dup_error (self->tls) : NULL;

  if (refused != NULL)
    return refused;
  if (self->error != NULL && self->error->domain == BULLA_ERROR
      && self->error->code != BULLA_ERROR_REFUSED)
    return g_error_new (BULLA_ERROR, self->error->code, "%s: %s", host, self->error->message);
  if (self->error != NULL)
    return g_error_copy (self->error);
  if (self->refused && !self->tried)
    return g_error_new (BULLA_ERROR, BULLA_ERROR_REFUSED,
                        "%s is on this computer or its network, which a public page may not reach",
                        host);
  g_autofree char *text = bulla_http_escape (why);
  return g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK, "%s: %s", host, text);
}

/* @result: curl's result. Returns: (transfer full): an error that names the host */
GError *
bulla_http_transfer_explain_result (BullaHttpTransfer *self, CURLcode result)
{
  if (result == CURLE_OUT_OF_MEMORY && !self->head.complete
      && self->error == NULL) /* GLib would abort the process */
    return g_error_new (BULLA_ERROR, BULLA_ERROR_LIMIT,
                        "%s: a header field of the response is larger than 100 kB",
                        g_uri_get_host (self->message->uri));
  if (result == CURLE_OPERATION_TIMEDOUT && is_late (self) && self->error == NULL)
    return new_late_error (self);
  return bulla_http_transfer_explain (self, *self->text != '\0' ? self->text
                                                                : curl_easy_strerror (result));
}

/* @error: (transfer full) (nullable): why the transfer ended early; NULL if it is complete */
static void
finish (BullaHttpTransfer *self, GError *error)
{
  bulla_http_transfer_ref (self);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    bulla_contact_recorder_fail (self->message->recorder, error);
  record_sizes (self);
  stop_running (self);
  g_clear_error (&self->error);
  self->error = error;
  self->ended = TRUE;
  if (error != NULL && self->task != NULL) {
    g_autoptr (GTask) task = g_steal_pointer (&self->task);
    g_task_return_error (task, g_error_copy (error));
  }
  bulla_http_transfer_unref (self);
}

/* @error: (transfer full) (nullable): why the response is not complete; NULL if it is */
void
bulla_http_transfer_end (BullaHttpTransfer *self, GError *error)
{
  if (error == NULL && !self->head.complete)
    error = g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK, "%s: the response has no header",
                         g_uri_get_host (self->message->uri));
  if (error == NULL && self->chunked && self->received > 0
      && self->chunks.state != BULLA_CHUNKS_OVER)
    error = g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK,
                         "%s: the chunks of the response are malformed",
                         g_uri_get_host (self->message->uri));
  if (error != NULL && self->head.complete) { /* after the head, an error belongs to the body */
    g_clear_error (&self->error);
    self->error = error;
    bulla_contact_recorder_fail (self->message->recorder, error);
  }
  bulla_http_transfer_ref (self);
  if (error != NULL && !self->head.complete) {
    finish (self, error);
  } else {
    record_sizes (self);
    stop_running (self);
    self->ended = TRUE;
    bulla_http_transfer_note (self);
    bulla_http_client_wake (self->client);
  }
  bulla_http_transfer_unref (self);
}

static gboolean
timer_cb (gpointer user_data)
{
  BullaHttpTransfer *self = user_data;

  bulla_clear_source (&self->timer);
  if (self->running && self->easy == NULL)
    bulla_http_transfer_end (self, new_late_error (self));
  return G_SOURCE_REMOVE;
}

/* Ends the transfer at the deadline, while curl does not run it. */
void
bulla_http_transfer_start_timer (BullaHttpTransfer *self)
{
  if (self->deadline == 0 || self->timer != NULL)
    return;
  self->timer = g_timeout_source_new (bulla_http_transfer_get_time_left (self));
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, bulla_http_client_get_context (self->client));
}

/* The reader has closed the body. */
void
bulla_http_transfer_abandon (BullaHttpTransfer *self)
{
  if (self->running)
    finish (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the body is closed"));
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  BullaHttpTransfer *self = user_data;

  if (self->running && self->task != NULL)
    finish (self,
            g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the request was cancelled"));
  return G_SOURCE_REMOVE;
}

/* Ends the transfer if its caller cancels it before the head has arrived. */
void
bulla_http_transfer_watch_caller (BullaHttpTransfer *self, GCancellable *cancellable)
{
  if (cancellable == NULL)
    return;
  self->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
  g_source_attach (self->cancelled, bulla_http_client_get_context (self->client));
}
