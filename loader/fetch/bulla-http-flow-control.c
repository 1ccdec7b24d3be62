/* bulla-http-flow-control.c - keeps what of a response was not read yet; pauses a server meanwhile
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <curl/curl.h>
#include <string.h>

#include "bulla-http-client.h"
#include "bulla-http-transfer-private.h"

#define BLOCK_SIZE 32768 /* bytes */

/* Pauses or resumes both directions according to the flags. */
void
bulla_http_transfer_resume (BullaHttpTransfer *self)
{
  if (self->stream != NULL && !self->wanted)
    bulla_http2_stream_resume (self->stream);
  if (self->easy != NULL)
    curl_easy_pause (self->easy, (self->held_back ? CURLPAUSE_RECV : CURLPAUSE_RECV_CONT)
                                     | (self->wanted ? CURLPAUSE_SEND : CURLPAUSE_SEND_CONT));
}

/* Keeps bytes of the body until they are read. */
void
bulla_http_transfer_append (BullaHttpTransfer *self, const guint8 *bytes, gsize length)
{
  GByteArray *last = g_queue_peek_tail (&self->blocks);

  if (last == NULL || last->len + length > BLOCK_SIZE) {
    last = g_byte_array_sized_new (last == NULL ? length : BLOCK_SIZE);
    g_queue_push_tail (&self->blocks, last);
  }
  g_byte_array_append (last, bytes, length);
  self->ahead += length;
  self->received += length;
}

/* A CURLOPT_WRITEFUNCTION; @user_data: the transfer */
size_t
bulla_http_transfer_write_cb (char *bytes, size_t size, size_t count, void *user_data)
{
  BullaHttpTransfer *self = user_data;
  gsize length = size * count;

  if (self->ahead >= BULLA_HTTP_AHEAD_MAX) {
    self->held_back = TRUE;
    return CURL_WRITEFUNC_PAUSE;
  }
  bulla_http_transfer_append (self, (const guint8 *)bytes, length);
  ++*bulla_http_client_get_steps (self->client);
  return length;
}

/* Returns: whether a read would not block */
gboolean
bulla_http_transfer_is_readable (BullaHttpTransfer *self)
{
  return self->ahead > 0 || self->ended;
}

static gsize
take_blocks (BullaHttpTransfer *self, guint8 *buffer, gsize size)
{
  gsize taken = 0;

  while (taken < size && self->blocks.head != NULL) {
    GByteArray *first = self->blocks.head->data;
    gsize part = MIN (size - taken, first->len - self->offset);
    memcpy (buffer + taken, first->data + self->offset, part);
    taken += part;
    self->offset += part;
    if (self->offset == first->len) {
      g_byte_array_unref (g_queue_pop_head (&self->blocks));
      self->offset = 0;
    }
  }
  self->ahead -= taken;
  return taken;
}

/* Returns: the number of bytes; 0 at the end; -1 with %G_IO_ERROR_WOULD_BLOCK, or with the error of
 * the transfer */
gssize
bulla_http_transfer_read (BullaHttpTransfer *self, guint8 *buffer, gsize size, GError **error)
{
  gsize taken = take_blocks (self, buffer, size);

  if (self->stream != NULL)
    bulla_http2_stream_consume (self->stream, taken);
  if (self->held_back && self->ahead <= BULLA_HTTP_AHEAD_MAX / 2) {
    self->held_back = FALSE;
    bulla_http_transfer_resume (self);
  }
  if (taken > 0 || size == 0)
    return taken;
  if (!self->ended) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "nothing is there yet");
    return -1;
  }
  if (self->error == NULL)
    return 0;
  if (error != NULL)
    *error = g_error_copy (self->error);
  return -1;
}
