/* bulla-http1-transfer.c - transfers one request and its response over HTTP/1.1, with curl
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-error.h"
#include "bulla-http-message-internal.h"
#include "bulla-http-transfer-private.h"

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

/* Has curl run the transfer, in its pool. */
void
bulla_http1_transfer_start (BullaHttpTransfer *self)
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
