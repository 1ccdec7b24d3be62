/* bulla-http-flow-control.c - keeps what of a response was not read yet; pauses a server meanwhile
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <curl/curl.h>
#include <string.h>

#include "bulla-error.h"
#include "bulla-http-client.h"
#include "bulla-http-transfer-private.h"

#define BLOCK_SIZE 32768                      /* bytes */
#define UNSEEN_MAX (4 * BULLA_HTTP_AHEAD_MAX) /* bytes after which curl pauses for other events */

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

/* Sets the error of a transfer whose trailer is longer than %BULLA_CHUNK_TRAILER_MAX. */
void
bulla_http_transfer_set_trailer_error (BullaHttpTransfer *self)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (BULLA_ERROR, BULLA_ERROR_LIMIT,
                                       "the trailer of the response is too long");
}

/* Returns: (transfer none): the block to which bytes are appended */
static GByteArray *
find_block (BullaHttpTransfer *self, gsize length)
{
  GByteArray *last = g_queue_peek_tail (&self->blocks);

  if (last == NULL || last->len + length > BLOCK_SIZE) {
    last = g_byte_array_sized_new (last == NULL ? length : BLOCK_SIZE);
    g_queue_push_tail (&self->blocks, last);
  }
  return last;
}

/**
 * bulla_http_transfer_append:
 * @self: a transfer
 * @bytes: (array length=length): received bytes of the body, without the framing of chunks
 * @length: number of bytes
 *
 * Keeps them until they are read.
 */
void
bulla_http_transfer_append (BullaHttpTransfer *self, const guint8 *bytes, gsize length)
{
  g_byte_array_append (find_block (self, length), bytes, length);
  self->ahead += length;
  self->received += length;
}

/* Takes bytes out of their chunks. Returns: FALSE with the transfer's error set if the framing is
 * malformed */
static gboolean
append_chunks (BullaHttpTransfer *self, const guint8 *bytes, gsize length)
{
  GByteArray *last = find_block (self, length);
  gsize before = last->len, kept = 0;

  g_byte_array_append (last, bytes, length);
  bulla_chunks_filter (&self->chunks, last->data + before, length, &kept);
  g_byte_array_set_size (last, before + kept);
  self->ahead += kept;
  self->received += length;
  if (self->chunks.state != BULLA_CHUNKS_FAULTY)
    return TRUE;
  if (self->chunks.dropped > BULLA_CHUNK_TRAILER_MAX)
    bulla_http_transfer_set_trailer_error (self);
  else if (self->error == NULL)
    self->error = g_error_new_literal (BULLA_ERROR, BULLA_ERROR_NETWORK,
                                       "the chunks of the response are malformed");
  return FALSE;
}

/**
 * bulla_http_transfer_keep: (skip)
 * @self: a transfer
 * @bytes: what curl has received of the body
 * @length: number of bytes
 *
 * curl reads for as long as bytes arrive, and hands over the framing of chunks as well. A server
 * that sends framing and hardly any content would keep it busy. So it pauses from time to time even
 * if nobody has to wait for a reader; then the transfer is resting, and the main loop has to run.
 *
 * Returns: the result of a CURLOPT_WRITEFUNCTION
 */
size_t
bulla_http_transfer_keep (BullaHttpTransfer *self, const char *bytes, size_t length)
{
  self->resting = self->unseen >= UNSEEN_MAX;
  if (self->resting || self->ahead >= BULLA_HTTP_AHEAD_MAX) {
    self->held_back = TRUE;
    return CURL_WRITEFUNC_PAUSE;
  }
  if (!self->chunked)
    bulla_http_transfer_append (self, (const guint8 *)bytes, length);
  else if (!append_chunks (self, (const guint8 *)bytes, length))
    return 0;
  self->unseen += length;
  ++*bulla_http_client_get_steps (self->client);
  return length;
}

/* Called when the main loop has run: lets curl go on that was paused for its sake. */
void
bulla_http_transfer_end_rest (BullaHttpTransfer *self)
{
  self->unseen = 0;
  if (!self->resting)
    return;
  self->resting = FALSE;
  self->held_back = self->ahead >= BULLA_HTTP_AHEAD_MAX;
  if (!self->held_back)
    bulla_http_transfer_resume (self);
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

  self->unseen = 0;
  if (self->stream != NULL)
    bulla_http2_stream_consume (self->stream, taken);
  if (self->held_back && !self->resting && self->ahead <= BULLA_HTTP_AHEAD_MAX / 2) {
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
