/* bulla-http-transfer.c - transfers one request and its response with curl
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * While curl runs, its callbacks only set members of the transfer; deliver_events() and
 * end_transfer() act on them later. The client holds a reference while curl uses the transfer, and
 * the returned body holds another. */
#include <string.h>

#include "bulla-error.h"
#include "bulla-http-body.h"
#include "bulla-http-message-private.h"
#include "bulla-http-transfer-private.h"

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

/* Gives curl the bytes of the current chunk. Without any it pauses curl, and the next chunk is read
 * once curl has returned. */
static size_t
read_cb (char *buffer, size_t size, size_t count, void *user_data)
{
  BullaHttpTransfer *self = user_data;
  gsize length = 0;

  if (self->error != NULL)
    return CURL_READFUNC_ABORT;
  if (self->chunk == NULL && self->drained)
    return 0;
  if (self->chunk == NULL) {
    self->wanted = TRUE;
    bulla_http_transfer_note (self);
    return CURL_READFUNC_PAUSE;
  }
  const char *bytes = g_bytes_get_data (self->chunk, &length);
  gsize part = MIN (size * count, length - self->sent);
  memcpy (buffer, bytes + self->sent, part);
  self->sent += part;
  if (self->sent == length) {
    g_clear_pointer (&self->chunk, g_bytes_unref);
    self->sent = 0;
  }
  return part;
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
  if (self->easy != NULL) {
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

  self->uploading = TRUE;
  g_input_stream_read_bytes_async (self->upload, size, G_PRIORITY_DEFAULT, self->upload_cancelled,
                                   fed_cb, bulla_http_transfer_ref (self));
}

void
bulla_http_transfer_set_up_upload (BullaHttpTransfer *self)
{
  BullaHttpMessage *message = self->message;

  self->left = message->body != NULL ? message->length : 0;
  self->drained = self->left == 0;
  if (!self->drained) {
    self->upload = g_object_ref (message->body);
    self->upload_cancelled = g_cancellable_new ();
  }
  curl_easy_setopt (self->easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (self->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)self->left);
  curl_easy_setopt (self->easy, CURLOPT_READFUNCTION, read_cb);
  curl_easy_setopt (self->easy, CURLOPT_READDATA, self);
}

/* --- end of the transfer */

/* Removes the transfer from curl, which no longer refers to it. */
static void
detach_easy (BullaHttpTransfer *self)
{
  CURL *easy = g_steal_pointer (&self->easy);

  if (easy == NULL)
    return;
  bulla_http_client_remove (self->client, easy);
  curl_easy_cleanup (easy);
  if (self->upload_cancelled != NULL)
    g_cancellable_cancel (self->upload_cancelled);
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
  bulla_http_transfer_unref (self);
}

static void
record_sizes (BullaHttpTransfer *self)
{
  curl_off_t sent = 0;
  long head = 0;

  curl_easy_getinfo (self->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
  curl_easy_getinfo (self->easy, CURLINFO_REQUEST_SIZE, &head);
  bulla_contact_recorder_finish (self->message->recorder, sent + head,
                                 (gint64)(self->head.bytes + self->received));
}

/* curl counts milliseconds, and may be early by one. */
static gboolean
is_over (BullaHttpTransfer *self)
{
  return self->deadline != 0
         && g_get_monotonic_time () + 2 * G_TIME_SPAN_MILLISECOND >= self->deadline;
}

static GError *
explain (BullaHttpTransfer *self, CURLcode result)
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
  if (result == CURLE_OUT_OF_MEMORY && !self->head.complete) /* GLib would abort the process */
    return g_error_new (BULLA_ERROR, BULLA_ERROR_LIMIT,
                        "%s: a header field of the response is larger than 100 kB", host);
  if (self->refused && !self->tried)
    return g_error_new (BULLA_ERROR, BULLA_ERROR_REFUSED,
                        "%s is on this computer or its network, which a public page may not reach",
                        host);
  if (result == CURLE_OPERATION_TIMEDOUT && is_over (self))
    return g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK,
                        "%s: the response was not complete in time; see --timeout", host);
  g_autofree char *text =
      bulla_http_escape (*self->text != '\0' ? self->text : curl_easy_strerror (result));
  return g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK, "%s: %s", host, text);
}

/* @error: (transfer full) (nullable): why the transfer ended early; NULL if it is complete */
static void
finish (BullaHttpTransfer *self, GError *error)
{
  bulla_http_transfer_ref (self);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    bulla_contact_recorder_fail (self->message->recorder, error);
  record_sizes (self);
  detach_easy (self);
  g_clear_error (&self->error);
  self->error = error;
  self->ended = TRUE;
  if (error != NULL && self->task != NULL) {
    g_autoptr (GTask) task = g_steal_pointer (&self->task);
    g_task_return_error (task, g_error_copy (error));
  }
  bulla_http_transfer_unref (self);
}

/* @result: curl's result of the transfer */
static void
end_transfer (BullaHttpTransfer *self, CURLcode result)
{
  if (self->stale) {
    self->stale = FALSE;
    bulla_http_transfer_limit_time (self);
    if (bulla_http_client_restart (self->client, self->easy))
      return;
  }
  GError *error = result != CURLE_OK ? explain (self, result) : NULL;
  if (error == NULL && !self->head.complete)
    error = g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK, "%s: the response has no header",
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
    detach_easy (self);
    self->ended = TRUE;
    bulla_http_transfer_note (self);
  }
  bulla_http_transfer_unref (self);
}

/* The reader has closed the body. */
void
bulla_http_transfer_abandon (BullaHttpTransfer *self)
{
  if (self->easy != NULL)
    finish (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the body is closed"));
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  BullaHttpTransfer *self = user_data;

  if (self->easy != NULL && self->task != NULL)
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
    if (self->cancelled != NULL)
      g_source_destroy (self->cancelled);
    g_clear_pointer (&self->cancelled, g_source_unref);
    g_task_return_pointer (task, bulla_http_body_new (self), g_object_unref);
  }
  if (self->easy != NULL && self->wanted && !self->uploading)
    feed (self);
}

const BullaHttpTransferFuncs bulla_http_transfer_funcs = {end_transfer, deliver_events,
                                                          bulla_http_transfer_unref};

/* --- receiving the response */

static size_t
header_cb (char *line, size_t size, size_t count, void *user_data)
{
  BullaHttpTransfer *self = user_data;
  gsize length = size * count;

  if (self->head.complete) /* curl keeps trailers until the end of the transfer */
    return bulla_http_head_take_trailer (&self->head, length, &self->error) ? length : 0;
  if (!bulla_http_head_take (&self->head, line, length, &self->error))
    return 0;
  if (self->head.complete) {
    bulla_contact_recorder_answer (
        self->message->recorder, self->message->status,
        soup_message_headers_get_one (self->message->response_headers, "Date"));
    bulla_http_transfer_note (self);
  }
  return length;
}

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
  self->deadline = options->deadline;
  self->easy = curl_easy_init ();
  bulla_http_head_init (&self->head, message);
  g_queue_init (&self->blocks);
  message->started = g_get_monotonic_time ();
  GError *error = bulla_http_transfer_set_up (self, options->timeout);
  curl_easy_setopt (self->easy, CURLOPT_HEADERFUNCTION, header_cb);
  curl_easy_setopt (self->easy, CURLOPT_HEADERDATA, self);
  curl_easy_setopt (self->easy, CURLOPT_WRITEFUNCTION, bulla_http_transfer_write_cb);
  curl_easy_setopt (self->easy, CURLOPT_WRITEDATA, self);
  if (error == NULL && g_cancellable_set_error_if_cancelled (cancellable, &error))
    g_assert (error != NULL);
  else if (error == NULL && !bulla_http_client_add (client, self->easy))
    error =
        g_error_new_literal (BULLA_ERROR, BULLA_ERROR_NETWORK, "the request could not be created");
  if (error != NULL) {
    curl_easy_cleanup (g_steal_pointer (&self->easy));
    bulla_contact_recorder_fail (message->recorder, error);
    g_task_return_error (task, error);
    bulla_http_transfer_unref (self);
    return;
  }
  if (cancellable != NULL) {
    self->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
    g_source_attach (self->cancelled, bulla_http_client_get_context (client));
  }
}
