/* bulla-content-decoder.c - decodes a content coding, piece by piece
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-content-decoder.h"

#include <brotli/decode.h>
#include <string.h>

#include "bulla-content-converter.h"
#include "bulla-error.h"

#define BUFFER_SIZE 32768

static const guint8 GZIP_MAGIC[] = {0x1f, 0x8b};

struct _BullaContentDecoder {
  GConverter *converter;      /* owned; decodes gzip or deflate; NULL for other codings, and for
                                 deflate until its wrapper is recognised */
  BrotliDecoderState *brotli; /* owned; nullable */
  GByteArray *rest;           /* owned; input that the converter has not consumed yet */
  gboolean is_deflate;        /* the coding is deflate */
  gboolean finished;          /* the coded stream has ended */
  gboolean used;              /* the decoder has received input */
};

/**
 * bulla_content_decoder_new:
 * @content_encoding: (nullable): the whole `Content-Encoding` field; %NULL for none
 *
 * Returns: (transfer full) (nullable): a decoder for gzip, deflate, br or identity; %NULL for
 *   another coding, or for more than one
 */
BullaContentDecoder *
bulla_content_decoder_new (const char *content_encoding)
{
  g_autoptr (BullaContentDecoder) self = g_new0 (BullaContentDecoder, 1);

  self->rest = g_byte_array_new ();
  switch (bulla_content_coding_parse (content_encoding)) {
  case BULLA_CODING_IDENTITY:
    return g_steal_pointer (&self);
  case BULLA_CODING_BROTLI:
    self->brotli = BrotliDecoderCreateInstance (NULL, NULL, NULL);
    break;
  case BULLA_CODING_GZIP:
    self->converter = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    break;
  case BULLA_CODING_DEFLATE:
    self->is_deflate = TRUE;
    break;
  case BULLA_CODING_OTHER:
  default:
    break;
  }
  return self->brotli != NULL || self->converter != NULL || self->is_deflate
             ? g_steal_pointer (&self)
             : NULL;
}

void
bulla_content_decoder_free (BullaContentDecoder *self)
{
  g_clear_object (&self->converter);
  g_clear_pointer (&self->brotli, BrotliDecoderDestroyInstance);
  g_byte_array_unref (self->rest);
  g_free (self);
}

static gboolean
push_brotli (BullaContentDecoder *self, const guint8 *data, gsize length, BullaDecodedFunc func,
             gpointer user_data)
{
  BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;

  while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
    guint8 buffer[BUFFER_SIZE], *at = buffer;
    size_t left = sizeof buffer;
    result = BrotliDecoderDecompressStream (self->brotli, &length, &data, &left, &at, NULL);
    if (!func (buffer, sizeof buffer - left, user_data))
      return FALSE;
  }
  self->finished = result == BROTLI_DECODER_RESULT_SUCCESS;
  return result != BROTLI_DECODER_RESULT_ERROR;
}

static gboolean
convert (BullaContentDecoder *self, GConverterFlags flags, BullaDecodedFunc func,
         gpointer user_data)
{
  gboolean at_end = flags != G_CONVERTER_NO_FLAGS;

  if (self->converter == NULL && self->rest->len < BULLA_DEFLATE_SNIFF_SIZE && !at_end)
    return TRUE;
  if (self->converter == NULL)
    self->converter = bulla_deflate_converter_new (self->rest->data, self->rest->len);
  while (!self->finished) {
    guint8 buffer[BUFFER_SIZE];
    gsize read = 0, written = 0;
    g_autoptr (GError) error = NULL;
    GConverterResult result =
        g_converter_convert (self->converter, self->rest->data, self->rest->len, buffer,
                             sizeof buffer, flags, &read, &written, &error);
    if (result == G_CONVERTER_ERROR)
      return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)
             && flags == G_CONVERTER_NO_FLAGS;
    if (!func (buffer, written, user_data))
      return FALSE;
    g_byte_array_remove_range (self->rest, 0, (guint)read);
    self->finished = result == G_CONVERTER_FINISHED;
    if (self->rest->len == 0 && flags == G_CONVERTER_NO_FLAGS && written < sizeof buffer)
      return TRUE;
  }
  return TRUE;
}

/**
 * bulla_content_decoder_push:
 * @self: a decoder
 * @data: coded bytes
 * @length: number of bytes
 * @func: called with the decoded bytes, in pieces of at most 32 KiB, until it returns %FALSE
 * @user_data: for @func
 *
 * Bytes after the end of the coded stream are ignored, as in WebKit.
 *
 * Returns: whether @data is valid, and @func accepted all decoded bytes
 */
gboolean
bulla_content_decoder_push (BullaContentDecoder *self, const guint8 *data, gsize length,
                            BullaDecodedFunc func, gpointer user_data)
{
  self->used |= length > 0;
  if (length == 0 || self->finished)
    return TRUE;
  if (self->brotli != NULL)
    return push_brotli (self, data, length, func, user_data);
  if (self->converter == NULL && !self->is_deflate)
    return func (data, length, user_data);
  g_byte_array_append (self->rest, data, (guint)length);
  return convert (self, G_CONVERTER_NO_FLAGS, func, user_data);
}

/**
 * bulla_content_decoder_end:
 * @self: a decoder that has received all its input
 * @func: as in bulla_content_decoder_push()
 * @user_data: for @func
 *
 * Returns: whether the coded stream is complete, and @func accepted all decoded bytes; an empty
 *   stream counts as complete
 */
gboolean
bulla_content_decoder_end (BullaContentDecoder *self, BullaDecodedFunc func, gpointer user_data)
{
  gboolean is_zlib = self->converter != NULL || self->is_deflate;

  if (!self->used || (!is_zlib && self->brotli == NULL))
    return TRUE;
  return is_zlib ? convert (self, G_CONVERTER_INPUT_AT_END, func, user_data) : self->finished;
}

/**
 * bulla_decoded_bytes_append:
 * @data: decoded bytes
 * @length: number of bytes
 * @decoded_bytes: a `BullaDecodedBytes`
 *
 * A #BullaDecodedFunc that keeps the decoded bytes in memory.
 *
 * Returns: %FALSE, and nothing is appended, if there would be more than the maximum
 */
gboolean
bulla_decoded_bytes_append (const guint8 *data, gsize length, gpointer decoded_bytes)
{
  BullaDecodedBytes *self = decoded_bytes;

  self->is_over |= length > self->max - self->bytes->len;
  if (self->is_over)
    return FALSE;
  g_byte_array_append (self->bytes, data, (guint)length);
  return TRUE;
}

/* Says whether bytes that cannot be decoded to their end are nevertheless in the coding: they begin
 * as gzip does, or some were decoded and they are not text. Text may decode to a few bytes by
 * accident, because brotli has no signature. */
static gboolean
begins_in_coding (const guint8 *data, gsize length, gsize n_decoded)
{
  if (length >= sizeof GZIP_MAGIC && memcmp (data, GZIP_MAGIC, sizeof GZIP_MAGIC) == 0)
    return TRUE;
  return n_decoded > 0 && !g_utf8_validate_len ((const char *)data, length, NULL);
}

/**
 * bulla_content_decode:
 * @content_encoding: (nullable): the whole `Content-Encoding` field; %NULL for none
 * @bytes: the coded bytes
 * @max: most decoded bytes, less than 4 GiB
 * @error: %G_IO_ERROR_NOT_SUPPORTED for an unknown coding; %BULLA_ERROR_LIMIT for more than @max
 *   bytes; %G_IO_ERROR_PARTIAL_INPUT if @bytes begin in that coding, and break off or are damaged;
 *   %G_IO_ERROR_INVALID_DATA if they are in another one. Callers say it in their own words
 *
 * Returns: (transfer full) (nullable): the decoded bytes
 */
GBytes *
bulla_content_decode (const char *content_encoding, GBytes *bytes, gsize max, GError **error)
{
  g_autoptr (BullaContentDecoder) decoder = bulla_content_decoder_new (content_encoding);
  g_autoptr (GByteArray) decoded = g_byte_array_new ();
  BullaDecodedBytes into = {.bytes = decoded, .max = max};
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (decoder == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "unknown content coding");
    return NULL;
  }
  if (bulla_content_decoder_push (decoder, data, length, bulla_decoded_bytes_append, &into)
      && bulla_content_decoder_end (decoder, bulla_decoded_bytes_append, &into))
    return g_byte_array_free_to_bytes (g_steal_pointer (&decoded));
  if (into.is_over)
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_LIMIT, "too many decoded bytes");
  else if (begins_in_coding (data, length, decoded->len))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "damaged coded bytes");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "another content coding");
  return NULL;
}
