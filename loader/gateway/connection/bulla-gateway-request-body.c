/* bulla-gateway-request-body.c - reads the body of a request from its connection
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each read asks for a full TLS record, even if less of the body is left, because the socket
 * does not poll as readable for bytes that TLS has already buffered. Bytes after the body are
 * put back for the next request. */
#include <string.h>

#include "bulla-gateway-connection.h"

/* Returns: whether a part of the request body has not been read yet */
gboolean
bulla_gateway_connection_is_receiving (BullaGatewayConnection *self)
{
  return self->chunked ? self->chunks.state != BULLA_CHUNKS_OVER : self->left > 0;
}

/* Reads from the buffered bytes first, then from the connection. Returns: the number of bytes; -1
 * with @error set */
static gssize
fetch (BullaGatewayConnection *self, guint8 *buffer, gsize size, GError **error)
{
  GInputStream *input = g_io_stream_get_input_stream (self->base);
  gsize taken = MIN (size, self->ahead->len);

  if (taken > 0) {
    memcpy (buffer, self->ahead->data, taken);
    g_byte_array_remove_range (self->ahead, 0, taken);
    return taken;
  }
  gssize got = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), buffer,
                                                         size, NULL, error);
  if (got == 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "the body was cut short");
    return -1;
  }
  return got;
}

/* @got: the number of bytes in @buffer */
static gssize
take_chunks (BullaGatewayConnection *self, guint8 *buffer, gsize got, GError **error)
{
  gsize kept = 0;
  gsize used = bulla_chunks_filter (&self->chunks, buffer, got, &kept);

  if (self->chunks.state == BULLA_CHUNKS_FAULTY) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the chunks are malformed");
    return -1;
  }
  g_byte_array_prepend (self->ahead, buffer + used, got - used);
  return kept;
}

static gssize
take_counted (BullaGatewayConnection *self, guint8 *buffer, gsize got)
{
  gsize kept = MIN (got, (guint64)self->left);

  self->left -= (goffset)kept;
  g_byte_array_prepend (self->ahead, buffer + kept, got - kept);
  return kept;
}

/**
 * bulla_gateway_connection_receive:
 * @self: a connection whose request has a body
 * @buffer: (out): receives the next bytes of the body, without chunk framing
 * @size: size of @buffer in bytes; at least 16 KiB, the maximum of a TLS record
 * @error: %G_IO_ERROR_WOULD_BLOCK if no byte has arrived, or why the body is incomplete
 *
 * Spec: RFC 9112 section 7.1
 *
 * Returns: the number of bytes; 0 if there are none now (bulla_gateway_connection_is_receiving()
 *   says whether more may follow); -1 with @error set
 */
gssize
bulla_gateway_connection_receive (BullaGatewayConnection *self, guint8 *buffer, gsize size,
                                  GError **error)
{
  gssize got = fetch (self, buffer, size, error);

  if (got < 0)
    return -1;
  return self->chunked ? take_chunks (self, buffer, got, error) : take_counted (self, buffer, got);
}
