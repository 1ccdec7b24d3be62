/* bulla-content-decoder.c - decodes content codings, piece by piece
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-content-decoder.h"

#include <brotli/decode.h>
#include <string.h>

#include "bulla-content-converter.h"
#include "bulla-error.h"

#define BUFFER_SIZE 32768
#define LAYER_MAX (G_GUINT64_CONSTANT (256) << 20) /* most bytes between two codings */

static const guint8 GZIP_MAGIC[] = {0x1f, 0x8b};

struct _BullaContentDecoder {
  GConverter *converter;      /* owned; decodes gzip or deflate; NULL for other codings, and for
                                 deflate until its wrapper is recognised */
  BrotliDecoderState *brotli; /* owned; nullable */
  BullaContentDecoder *inner; /* owned; decodes what this one has decoded; nullable */
  guint64 n_passed;           /* bytes that @inner has received */
  GByteArray *rest;           /* owned; input that the converter has not consumed yet */
  gboolean is_gzip;           /* the coding is gzip */
  gboolean is_deflate;        /* the coding is deflate */
  gboolean between;           /* a member of gzip has ended, and the next has not begun */
  gboolean finished;          /* the coded stream has ended */
  gboolean has_rest;          /* bytes follow that end */
  gboolean used;              /* the decoder has received input */
};

/* Returns: (transfer full): a decoder for one coding; identity if it is %NULL */
static BullaContentDecoder *
new_layer (const char *coding)
{
  BullaContentDecoder *self = g_new0 (BullaContentDecoder, 1);
  BullaCoding parsed = bulla_content_coding_parse (coding);

  self->rest = g_byte_array_new ();
  if (parsed == BULLA_CODING_BROTLI)
    self->brotli = BrotliDecoderCreateInstance (NULL, NULL, NULL);
  else if (parsed == BULLA_CODING_GZIP)
    self->converter = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  self->is_gzip = parsed == BULLA_CODING_GZIP;
  self->is_deflate = parsed == BULLA_CODING_DEFLATE;
  return self;
}

/**
 * bulla_content_decoder_new:
 * @content_encoding: (nullable): the whole `Content-Encoding` field; %NULL for none
 *
 * Returns: (transfer full) (nullable): a decoder for gzip, deflate, br or identity, or for up to
 *   %BULLA_CODINGS_MAX of them; %NULL for another coding, or for more
 */
BullaContentDecoder *
bulla_content_decoder_new (const char *content_encoding)
{
  g_auto (GStrv) codings = bulla_content_codings_split (content_encoding);

  if (codings == NULL)
    return NULL;
  BullaContentDecoder *self = new_layer (codings[0]), *last = self;
  for (guint i = 1; codings[0] != NULL && codings[i] != NULL; i++, last = last->inner)
    last->inner = new_layer (codings[i]);
  return self;
}

void
bulla_content_decoder_free (BullaContentDecoder *self)
{
  g_clear_object (&self->converter);
  g_clear_pointer (&self->brotli, BrotliDecoderDestroyInstance);
  g_clear_pointer (&self->inner, bulla_content_decoder_free);
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
  self->has_rest = self->finished && length > 0;
  return result != BROTLI_DECODER_RESULT_ERROR;
}

/* Says whether the stream goes on at the byte @at of the rest. After a member of gzip, another one
 * may follow; its first bytes may not be here yet. Spec: RFC 1952 section 2.2 */
static gboolean
goes_on (BullaContentDecoder *self, gsize at, gboolean at_end)
{
  gsize left = self->rest->len - at, length = MIN (left, sizeof GZIP_MAGIC);

  if (!self->between)
    return !self->finished;
  gboolean begins = memcmp (self->rest->data + at, GZIP_MAGIC, length) == 0;
  if (begins && left < sizeof GZIP_MAGIC && !at_end)
    return FALSE;
  self->between = FALSE;
  self->finished = !begins || left < sizeof GZIP_MAGIC;
  if (!self->finished)
    g_converter_reset (self->converter);
  return !self->finished;
}

/* Decodes the rest. @at: (inout): offset of its first byte that was not consumed */
static gboolean
convert_rest (BullaContentDecoder *self, gsize *at, GConverterFlags flags, BullaDecodedFunc func,
              gpointer user_data)
{
  gboolean at_end = flags != G_CONVERTER_NO_FLAGS;

  while (goes_on (self, *at, at_end)) {
    guint8 buffer[BUFFER_SIZE];
    gsize read = 0, written = 0;
    g_autoptr (GError) error = NULL;
    GConverterResult result =
        g_converter_convert (self->converter, self->rest->data + *at, self->rest->len - *at, buffer,
                             sizeof buffer, flags, &read, &written, &error);
    if (result == G_CONVERTER_ERROR)
      return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) && !at_end;
    if (!func (buffer, written, user_data))
      return FALSE;
    *at += read;
    self->between = self->is_gzip && result == G_CONVERTER_FINISHED;
    self->finished = !self->is_gzip && result == G_CONVERTER_FINISHED;
    if (*at == self->rest->len && !at_end && written < sizeof buffer)
      return TRUE;
  }
  return TRUE;
}

static gboolean
convert (BullaContentDecoder *self, GConverterFlags flags, BullaDecodedFunc func,
         gpointer user_data)
{
  gboolean at_end = flags != G_CONVERTER_NO_FLAGS;
  gsize at = 0;

  if (self->converter == NULL && self->rest->len < BULLA_DEFLATE_SNIFF_SIZE && !at_end)
    return TRUE;
  if (self->converter == NULL)
    self->converter = bulla_deflate_converter_new (self->rest->data, self->rest->len);
  gboolean good = convert_rest (self, &at, flags, func, user_data);
  g_byte_array_remove_range (self->rest, 0, (guint)at);
  self->has_rest |= self->finished && self->rest->len > 0;
  return good;
}

static gboolean
push_layer (BullaContentDecoder *self, const guint8 *data, gsize length, BullaDecodedFunc func,
            gpointer user_data)
{
  self->used |= length > 0;
  self->has_rest |= length > 0 && self->finished;
  if (length == 0 || self->finished)
    return TRUE;
  if (self->brotli != NULL)
    return push_brotli (self, data, length, func, user_data);
  if (self->converter == NULL && !self->is_deflate)
    return func (data, length, user_data);
  g_byte_array_append (self->rest, data, (guint)length);
  return convert (self, G_CONVERTER_NO_FLAGS, func, user_data);
}

static gboolean
end_layer (BullaContentDecoder *self, BullaDecodedFunc func, gpointer user_data)
{
  gboolean is_zlib = self->converter != NULL || self->is_deflate;

  if (!self->used || (!is_zlib && self->brotli == NULL))
    return TRUE;
  return is_zlib ? convert (self, G_CONVERTER_INPUT_AT_END, func, user_data) : self->finished;
}

/* Passes what an outer coding had around it to the decoder of the inner one. */
typedef struct {
  BullaContentDecoder *outer; /* borrowed */
  BullaDecodedFunc func;
  gpointer user_data;
} Passage;

/* A #BullaDecodedFunc. */
static gboolean
pass_inwards (const guint8 *data, gsize length, gpointer user_data)
{
  const Passage *self = user_data;

  self->outer->n_passed += length;
  return self->outer->n_passed <= LAYER_MAX
         && bulla_content_decoder_push (self->outer->inner, data, length, self->func,
                                        self->user_data);
}

/**
 * bulla_content_decoder_push:
 * @self: a decoder
 * @data: coded bytes
 * @length: number of bytes
 * @func: called with the decoded bytes, in pieces of at most 32 KiB, until it returns %FALSE
 * @user_data: for @func
 *
 * All members of a gzip stream are decoded. Bytes after the end of the coded stream are ignored, as
 * in WebKit; bulla_content_decoder_has_rest() returns whether there were any. Of several codings,
 * at most 256 MiB are passed from one to the next.
 *
 * Returns: whether @data is valid, and @func accepted all decoded bytes
 */
gboolean
bulla_content_decoder_push (BullaContentDecoder *self, const guint8 *data, gsize length,
                            BullaDecodedFunc func, gpointer user_data)
{
  Passage passage = {self, func, user_data};

  return self->inner != NULL ? push_layer (self, data, length, pass_inwards, &passage)
                             : push_layer (self, data, length, func, user_data);
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
  Passage passage = {self, func, user_data};

  if (self->inner == NULL)
    return end_layer (self, func, user_data);
  return end_layer (self, pass_inwards, &passage)
         && bulla_content_decoder_end (self->inner, func, user_data);
}

/**
 * bulla_content_decoder_has_rest:
 * @self: a decoder that has received all its input, and whose end was reached
 *
 * Returns: whether bytes follow the end of the coded stream, or of one inside another
 */
gboolean
bulla_content_decoder_has_rest (const BullaContentDecoder *self)
{
  return self->has_rest || (self->inner != NULL && bulla_content_decoder_has_rest (self->inner));
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
 * @has_rest: (out) (optional): whether bytes follow the end of the coded stream; they are ignored
 * @error: %G_IO_ERROR_NOT_SUPPORTED for an unknown coding; %BULLA_ERROR_LIMIT for more than @max
 *   bytes; %G_IO_ERROR_PARTIAL_INPUT if @bytes begin in that coding, and break off or are damaged;
 *   %G_IO_ERROR_INVALID_DATA if they are in another one. Callers say it in their own words
 *
 * Returns: (transfer full) (nullable): the decoded bytes
 */
GBytes *
bulla_content_decode (const char *content_encoding, GBytes *bytes, gsize max, gboolean *has_rest,
                      GError **error)
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
  gboolean good =
      bulla_content_decoder_push (decoder, data, length, bulla_decoded_bytes_append, &into)
      && bulla_content_decoder_end (decoder, bulla_decoded_bytes_append, &into);
  gboolean rest = bulla_content_decoder_has_rest (decoder);
  if (has_rest != NULL)
    *has_rest = rest;
  if (good && (!rest || begins_in_coding (data, length, decoded->len)))
    return g_byte_array_free_to_bytes (g_steal_pointer (&decoded));
  if (into.is_over)
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_LIMIT, "too many decoded bytes");
  else if (begins_in_coding (data, length, decoded->len))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "damaged coded bytes");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "another content coding");
  return NULL;
}
