/* bulla-http-upload.c - sends the body of a request while it arrives
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-error.h"
#include "bulla-http-message-internal.h"
#include "bulla-http-transfer-private.h"

#define CHUNK_SIZE 65536 /* bytes that one read of the request body asks for */

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

/* Keeps the first chunk for as long as it is the only one. */
static void
keep_first (BullaHttpTransfer *self, GBytes *chunk)
{
  if (self->first == NULL && !self->past_first) {
    self->first = g_bytes_ref (chunk);
    return;
  }
  self->past_first = TRUE;
  g_clear_pointer (&self->first, g_bytes_unref);
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
      keep_first (self, chunk);
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
void
bulla_http_transfer_feed (BullaHttpTransfer *self)
{
  gsize size = self->left > 0 ? (gsize)MIN (self->left, CHUNK_SIZE) : CHUNK_SIZE;

  self->uploading = TRUE;
  g_input_stream_read_bytes_async (self->upload, size, G_PRIORITY_DEFAULT, self->upload_cancelled,
                                   fed_cb, bulla_http_transfer_ref (self));
}

/* Begins the body anew. Returns: whether that is possible: at most one chunk of it was read */
gboolean
bulla_http_transfer_rewind_upload (BullaHttpTransfer *self)
{
  if (self->past_first || self->uploading)
    return FALSE;
  g_clear_pointer (&self->chunk, g_bytes_unref);
  self->chunk = self->first != NULL ? g_bytes_ref (self->first) : NULL;
  self->sent = 0;
  self->uploaded = 0;
  self->wanted = FALSE;
  return TRUE;
}

/* Notes what there is to send. */
void
bulla_http_transfer_prepare_upload (BullaHttpTransfer *self)
{
  BullaHttpMessage *message = self->message;

  self->left = self->announced = message->body != NULL ? message->length : 0;
  self->drained = self->left == 0;
  if (!self->drained) {
    self->upload = g_object_ref (message->body);
    self->upload_cancelled = g_cancellable_new ();
  }
}

/* Has curl send the body. */
void
bulla_http_transfer_set_up_upload (BullaHttpTransfer *self)
{
  curl_easy_setopt (self->easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (self->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)self->announced);
  curl_easy_setopt (self->easy, CURLOPT_READFUNCTION, read_cb);
  curl_easy_setopt (self->easy, CURLOPT_READDATA, self);
}
