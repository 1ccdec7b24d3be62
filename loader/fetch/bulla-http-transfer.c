/* bulla-http-transfer.c - transfers one request and its response with curl
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A transfer is run by curl, or as a stream of HTTP/2 (bulla-http2-transfer.c). While curl or
 * nghttp2 runs, callbacks only set members of the transfer; deliver_events() and end_easy() act on
 * them later. A running transfer holds a reference to itself, and the returned body holds
 * another. */
#include <string.h>

#include "bulla-error.h"
#include "bulla-http-body.h"
#include "bulla-http-message-private.h"
#include "bulla-http-transfer-private.h"
#include "bulla-main-loop-source.h"

#define CHUNK_SIZE 65536 /* bytes that one read of the request body asks for */

BullaHttpTransfer *
bulla_http_transfer_ref (BullaHttpTransfer *self)
{
  self->count++;
  return self;
}

void
bulla_http_transfer_unref (BullaHttpTransfer *self)
{
  if (--self->count > 0)
    return;
  curl_slist_free_all (self->fields);
  curl_slist_free_all (self->addresses);
  g_clear_pointer (&self->given, g_ptr_array_unref);
  g_clear_pointer (&self->tls, bulla_http_tls_unref);
  g_clear_error (&self->error);
  bulla_http_head_clear (&self->head);
  g_queue_clear_full (&self->blocks, (GDestroyNotify)g_byte_array_unref);
  g_clear_object (&self->upload);
  g_clear_pointer (&self->chunk, g_bytes_unref);
  g_clear_object (&self->upload_cancelled);
  g_clear_object (&self->task);
  g_free (self->host);
  g_free (self->target);
  g_object_unref (self->message);
  g_object_unref (self->client);
  g_free (self);
}

/* Queues the transfer: it has events to deliver once curl has returned. */
void
bulla_http_transfer_note (BullaHttpTransfer *self)
{
  if (self->told)
    return;
  self->told = TRUE;
  bulla_http_client_queue_event (self->client, bulla_http_transfer_ref (self));
}

/* --- sending the body of the request while it arrives */

static void
upload_fail (BullaHttpTransfer *self, const char *why)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (BULLA_ERROR, BULLA_ERROR_NETWORK, why);
}

/* Copies bytes of the current chunk. Returns: their number; 0 at the end; -1 if the next chunk must
 * be read first, which happens once curl or nghttp2 has returned; -2 after an error */
gssize
bulla_http_transfer_take_chunk (BullaHttpTransfer *self, guint8 *buffer, gsize size)
{
  gsize length = 0;

  if (self->error != NULL)
    return -2;
  if (self->chunk == NULL && self->drained)
    return 0;
  if (self->chunk == NULL) {
    self->wanted = TRUE;
    bulla_http_transfer_note (self);
    return -1;
  }
  const guint8 *bytes = g_bytes_get_data (self->chunk, &length);
  gsize part = MIN (size, length - self->sent);
  memcpy (buffer, bytes + self->sent, part);
  self->sent += part;
  self->uploaded += part;
  if (self->sent == length) {
    g_clear_pointer (&self->chunk, g_bytes_unref);
    self->sent = 0;
  }
  return (gssize)part;
}

static size_t
read_cb (char *buffer, size_t size, size_t count, void *user_data)
{
  gssize part = bulla_http_transfer_take_chunk (user_data, (guint8 *)buffer, size * count);

  return part >= 0 ? (size_t)part : part == -1 ? CURL_READFUNC_PAUSE : CURL_READFUNC_ABORT;
}

static void
fed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  BullaHttpTransfer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  gsize length = chunk != NULL ? g_bytes_get_size (chunk) : 0;

  self->uploading = FALSE;
  if (self->running) {
    if (chunk == NULL)
      upload_fail (self, "the request body ended early");
    else if (length == 0 && self->left > 0)
      upload_fail (self, "the request body is shorter than its Content-Length");
    if (length > 0) {
      self->chunk = g_steal_pointer (&chunk);
      self->left -= self->left > 0 ? (goffset)length : 0;
    }
    self->drained = length == 0 || self->left == 0;
    self->wanted = FALSE;
    bulla_http_transfer_resume (self);
  }
  bulla_http_transfer_unref (self);
}

/* Reads the next chunk, but not more than the announced length. */
static void
feed (BullaHttpTransfer *self)
{
  gsize size = self->left > 0 ? (gsize)MIN (self->left, CHUNK_SIZE) : CHUNK_SIZE;

  self->uploading = self->fed = TRUE;
  g_input_stream_read_bytes_async (self->upload, size, G_PRIORITY_DEFAULT, self->upload_cancelled,
                                   fed_cb, bulla_http_transfer_ref (self));
}

static void
prepare_upload (BullaHttpTransfer *self)
{
  BullaHttpMessage *message = self->message;

  self->left = message->body != NULL ? message->length : 0;
  self->drained = self->left == 0;
  if (!self->drained) {
    self->upload = g_object_ref (message->body);
    self->upload_cancelled = g_cancellable_new ();
  }
}

void
bulla_http_transfer_set_up_upload (BullaHttpTransfer *self)
{
  curl_easy_setopt (self->easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (self->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)self->left);
  curl_easy_setopt (self->easy, CURLOPT_READFUNCTION, read_cb);
  curl_easy_setopt (self->easy, CURLOPT_READDATA, self);
}

/* --- end of the transfer */

/* Removes the transfer from curl, which no longer refers to it. */
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

/* curl counts milliseconds, and may be early by one. */
gboolean
bulla_http_transfer_is_late (BullaHttpTransfer *self)
{
  return self->deadline != 0
         && g_get_monotonic_time () + 2 * G_TIME_SPAN_MILLISECOND >= self->deadline;
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

static GError *
explain_result (BullaHttpTransfer *self, CURLcode result)
{
  if (result == CURLE_OUT_OF_MEMORY && !self->head.complete
      && self->error == NULL) /* GLib would abort the process */
    return g_error_new (BULLA_ERROR, BULLA_ERROR_LIMIT,
                        "%s: a header field of the response is larger than 100 kB",
                        g_uri_get_host (self->message->uri));
  if (result == CURLE_OPERATION_TIMEDOUT && bulla_http_transfer_is_late (self)
      && self->error == NULL)
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
  bulla_http_transfer_end (self, result != CURLE_OK ? explain_result (self, result) : NULL);
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
  gint64 left = self->deadline - g_get_monotonic_time ();

  if (self->deadline == 0 || self->timer != NULL)
    return;
  self->timer = g_timeout_source_new ((guint)CLAMP (left / G_TIME_SPAN_MILLISECOND, 1, G_MAXINT));
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
    feed (self);
}

const BullaHttpTransferFuncs bulla_http_transfer_funcs = {end_easy, deliver_events,
                                                          bulla_http_transfer_unref};

/* --- receiving the response */

/* Notes a head that is complete. */
void
bulla_http_transfer_finish_head (BullaHttpTransfer *self)
{
  if (!self->head.complete)
    return;
  bulla_contact_recorder_answer (
      self->message->recorder, self->message->status,
      soup_message_headers_get_one (self->message->response_headers, "Date"));
  bulla_http_transfer_note (self);
}

static size_t
header_cb (char *line, size_t size, size_t count, void *user_data)
{
  BullaHttpTransfer *self = user_data;
  gsize length = size * count;

  if (self->head.complete) /* of a trailer, which comes with the chunks */
    return length;
  if (!bulla_http_head_take (&self->head, line, length, &self->error))
    return 0;
  if (self->head.complete) {
    self->chunked =
        soup_message_headers_get_one (self->message->response_headers, "Transfer-Encoding") != NULL;
    self->chunks = (BullaChunks){.may_pad = TRUE};
  }
  bulla_http_transfer_finish_head (self);
  return length;
}

static size_t
write_cb (char *bytes, size_t size, size_t count, void *user_data)
{
  BullaHttpTransfer *self = user_data;
  size_t kept = bulla_http_transfer_keep (self, bytes, size * count);

  if (self->resting)
    bulla_http_transfer_note (self);
  return kept;
}

/* --- starting a transfer */

/* Has curl run the transfer, in its pool. */
void
bulla_http_transfer_run_easy (BullaHttpTransfer *self)
{
  self->easy = curl_easy_init ();
  bulla_http_transfer_set_up (self);
  curl_easy_setopt (self->easy, CURLOPT_HEADERFUNCTION, header_cb);
  curl_easy_setopt (self->easy, CURLOPT_HEADERDATA, self);
  curl_easy_setopt (self->easy, CURLOPT_WRITEFUNCTION, write_cb);
  curl_easy_setopt (self->easy, CURLOPT_WRITEDATA, self);
  if (!bulla_http_pool_add (self->pool, self->easy)) {
    curl_easy_cleanup (g_steal_pointer (&self->easy));
    g_clear_pointer (&self->pool, bulla_http_pool_unref);
    bulla_http_transfer_end (self, g_error_new_literal (BULLA_ERROR, BULLA_ERROR_NETWORK,
                                                        "the request could not be created"));
  }
}

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
  prepare_upload (self);
  if (cancellable != NULL) {
    self->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
    g_source_attach (self->cancelled, bulla_http_client_get_context (client));
  }
  bulla_http_transfer_set_route (self);
  bulla_http_transfer_begin (self);
}
