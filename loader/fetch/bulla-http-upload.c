/* bulla-http-upload.c - the body of a request, sent as it comes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-error.h"
#include "bulla-http-message-private.h"
#include "bulla-http-transfer-private.h"

#define CHUNK_SIZE 65536

static void
fail (BullaHttpTransfer *self, const char *why)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (BULLA_ERROR, BULLA_ERROR_NETWORK, why);
}

/* what was read; where there is nothing curl waits, and the next chunk is read once it returned */
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
      fail (self, "the request body ended early");
    else if (length == 0 && self->left > 0)
      fail (self, "the request body is shorter than its Content-Length");
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

/* reads the next chunk, and no more than was promised */
void
bulla_http_transfer_feed (BullaHttpTransfer *self)
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
