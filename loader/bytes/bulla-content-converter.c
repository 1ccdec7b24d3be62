/* bulla-content-converter.c - removes a content coding from a body as it is read
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Its reader decides how much is decoded at a time, so a few coded bytes never become a large
 * buffer. */
#include "bulla-content-converter.h"

#include <brotli/decode.h>
#include <string.h>

struct _BullaContentConverter {
  GObject parent_instance;
  GConverter *zlib;           /* owned; decodes gzip or deflate; NULL for br, and for deflate until
                                 its wrapper is recognised */
  BrotliDecoderState *brotli; /* owned; NULL for the others */
  gboolean is_gzip;           /* the coding is gzip */
  gboolean is_deflate;        /* the coding is deflate */
  gboolean between;           /* a member of gzip has ended, and the next has not begun */
  gboolean begun;             /* the body has at least one byte */
};

static void converter_init (GConverterIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaContentConverter, bulla_content_converter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_CONVERTER, converter_init))

static void
bulla_content_converter_finalize (GObject *object)
{
  BullaContentConverter *self = BULLA_CONTENT_CONVERTER (object);

  g_clear_object (&self->zlib);
  g_clear_pointer (&self->brotli, BrotliDecoderDestroyInstance);
  G_OBJECT_CLASS (bulla_content_converter_parent_class)->finalize (object);
}

static void
bulla_content_converter_class_init (BullaContentConverterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_content_converter_finalize;
}

static void
bulla_content_converter_init (BullaContentConverter *self)
{
}

static GConverterResult
set_conversion_error (GError **error, GIOErrorEnum code, const char *message)
{
  g_set_error_literal (error, G_IO_ERROR, (gint)code, message);
  return G_CONVERTER_ERROR;
}

static GConverterResult
convert_brotli (BullaContentConverter *self, const void *in, gsize in_size, void *out,
                gsize out_size, gsize *read, gsize *written, GError **error)
{
  const guint8 *next_in = in;
  guint8 *next_out = out;
  gsize left_in = in_size, left_out = out_size;
  BrotliDecoderResult result =
      BrotliDecoderDecompressStream (self->brotli, &left_in, &next_in, &left_out, &next_out, NULL);

  *read = in_size - left_in;
  *written = out_size - left_out;
  switch (result) {
  case BROTLI_DECODER_RESULT_SUCCESS:
    return G_CONVERTER_FINISHED;
  case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
    if (*written > 0 || *read > 0)
      return G_CONVERTER_CONVERTED;
    return set_conversion_error (error, G_IO_ERROR_PARTIAL_INPUT, "more input is needed");
  case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
    return G_CONVERTER_CONVERTED;
  case BROTLI_DECODER_RESULT_ERROR:
  default:
    return set_conversion_error (error, G_IO_ERROR_INVALID_DATA, "the body does not decode as br");
  }
}

/* Looks for another member of gzip behind the last one. Spec: RFC 1952 section 2.2
 *
 * Returns: CONVERTED if one begins; FINISHED if none does; ERROR if more input is needed */
static GConverterResult
begin_member (BullaContentConverter *self, const void *in, gsize size, GConverterFlags flags,
              GError **error)
{
  static const guint8 MAGIC[] = {0x1f, 0x8b};
  gboolean begins = size == 0 || memcmp (in, MAGIC, MIN (size, sizeof MAGIC)) == 0;

  if (begins && size < sizeof MAGIC && (flags & G_CONVERTER_INPUT_AT_END) == 0)
    return set_conversion_error (error, G_IO_ERROR_PARTIAL_INPUT, "more input is needed");
  if (!begins || size < sizeof MAGIC)
    return G_CONVERTER_FINISHED;
  self->between = FALSE;
  g_converter_reset (self->zlib);
  return G_CONVERTER_CONVERTED;
}

static GConverterResult
bulla_content_converter_convert (GConverter *converter, const void *in, gsize in_size, void *out,
                                 gsize out_size, GConverterFlags flags, gsize *read, gsize *written,
                                 GError **error)
{
  BullaContentConverter *self = BULLA_CONTENT_CONVERTER (converter);
  g_autoptr (GError) found = NULL;

  self->begun |= in_size > 0;
  if (!self->begun && (flags & G_CONVERTER_INPUT_AT_END) != 0) { /* an empty body has no coding */
    *read = *written = 0;
    return G_CONVERTER_FINISHED;
  }
  if (self->brotli == NULL && self->zlib == NULL) { /* deflate */
    if (in_size < BULLA_DEFLATE_SNIFF_SIZE && (flags & G_CONVERTER_INPUT_AT_END) == 0)
      return set_conversion_error (error, G_IO_ERROR_PARTIAL_INPUT, "more input is needed");
    self->zlib = bulla_deflate_converter_new (in, in_size);
  }
  if (self->between) {
    GConverterResult next = begin_member (self, in, in_size, flags, error);
    *read = *written = 0;
    if (next != G_CONVERTER_CONVERTED)
      return next;
  }
  GConverterResult result =
      self->brotli != NULL
          ? convert_brotli (self, in, in_size, out, out_size, read, written, &found)
          : g_converter_convert (self->zlib, in, in_size, out, out_size, flags, read, written,
                                 &found);

  self->between = self->is_gzip && result == G_CONVERTER_FINISHED;
  if (self->between)
    return G_CONVERTER_CONVERTED;
  if (result != G_CONVERTER_ERROR)
    return result;
  /* zlib asks for more even where nothing follows */
  if (g_error_matches (found, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)
      && (flags & G_CONVERTER_INPUT_AT_END) != 0)
    return set_conversion_error (error, G_IO_ERROR_INVALID_DATA,
                                 "the body ends before its content coding does");
  g_propagate_error (error, g_steal_pointer (&found));
  return result;
}

static void
bulla_content_converter_reset (GConverter *converter)
{
  BullaContentConverter *self = BULLA_CONTENT_CONVERTER (converter);

  self->begun = self->between = FALSE;
  if (self->is_deflate)
    g_clear_object (&self->zlib);
  else if (self->zlib != NULL)
    g_converter_reset (self->zlib);
  if (self->brotli == NULL)
    return;
  BrotliDecoderDestroyInstance (self->brotli);
  self->brotli = BrotliDecoderCreateInstance (NULL, NULL, NULL);
}

static void
converter_init (GConverterIface *iface)
{
  iface->convert = bulla_content_converter_convert;
  iface->reset = bulla_content_converter_reset;
}

static gboolean
is_coding (const char *element, const char *coding)
{
  size_t length = strlen (coding);

  return g_ascii_strncasecmp (element, coding, length) == 0
         && strchr ("; \t", element[length]) != NULL;
}

/**
 * bulla_content_codings_dup_readable: (skip)
 * @accept_encoding: (nullable): an `Accept-Encoding` field
 * @brotli: whether br counts as readable
 *
 * Returns: (transfer full) (nullable): the elements of the field that name codings which can be
 *   removed, with their weights; `identity` if there are none; %NULL if @accept_encoding is
 */
char *
bulla_content_codings_dup_readable (const char *accept_encoding, gboolean brotli)
{
  g_auto (GStrv) elements = g_strsplit (accept_encoding != NULL ? accept_encoding : "", ",", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  if (accept_encoding == NULL)
    return NULL;
  for (guint i = 0; elements[i] != NULL; i++) {
    const char *element = g_strstrip (elements[i]);
    if (is_coding (element, "gzip") || is_coding (element, "x-gzip")
        || is_coding (element, "deflate") || is_coding (element, "identity")
        || (brotli && is_coding (element, "br")))
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", element);
  }
  if (text->len == 0)
    g_string_append (text, "identity");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * bulla_content_coding_parse: (skip)
 * @content_encoding: (nullable): the whole `Content-Encoding` field; %NULL for none
 *
 * Returns: the content coding
 */
BullaCoding
bulla_content_coding_parse (const char *content_encoding)
{
  static const struct {
    const char *name;
    BullaCoding coding;
  } rows[] = {{"identity", BULLA_CODING_IDENTITY},
              {"gzip", BULLA_CODING_GZIP},
              {"x-gzip", BULLA_CODING_GZIP},
              {"deflate", BULLA_CODING_DEFLATE},
              {"br", BULLA_CODING_BROTLI}};
  g_autofree char *name = g_strdup (content_encoding != NULL ? content_encoding : "identity");

  g_strstrip (name);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_ascii_strcasecmp (name, rows[i].name) == 0)
      return rows[i].coding;
  return BULLA_CODING_OTHER;
}

/**
 * bulla_content_codings_split: (skip)
 * @content_encoding: (nullable): the whole `Content-Encoding` field; %NULL for none
 *
 * Spec: RFC 9110 section 8.4: the codings are listed in the order in which they were applied.
 *
 * Returns: (transfer full) (array zero-terminated=1) (nullable): the codings in the order in which
 *   they are removed, without identity; %NULL if one of them cannot be removed, or if there are
 *   more than %BULLA_CODINGS_MAX
 */
char **
bulla_content_codings_split (const char *content_encoding)
{
  g_auto (GStrv) names = g_strsplit (content_encoding != NULL ? content_encoding : "identity", ",",
                                     BULLA_CODINGS_MAX + 1);
  g_autoptr (GStrvBuilder) codings = g_strv_builder_new ();
  guint n = g_strv_length (names);

  if (n == 0 || n > BULLA_CODINGS_MAX)
    return NULL;
  for (guint i = n; i > 0; i--) {
    BullaCoding coding = bulla_content_coding_parse (names[i - 1]);
    if (coding == BULLA_CODING_OTHER)
      return NULL;
    if (coding != BULLA_CODING_IDENTITY)
      g_strv_builder_add (codings, g_strstrip (names[i - 1]));
  }
  return g_strv_builder_end (codings);
}

/**
 * bulla_deflate_converter_new: (skip)
 * @data: the start of a body in the coding deflate
 * @length: bytes of @data: %BULLA_DEFLATE_SNIFF_SIZE or more, or else the whole body
 *
 * Some servers leave out the zlib wrapper that deflate has to have, and all browsers accept that.
 * Spec: RFC 9110 section 8.4.1.2; RFC 1950 section 2.2
 *
 * Returns: (transfer full): a converter that decodes the body
 */
GConverter *
bulla_deflate_converter_new (const guint8 *data, gsize length)
{
  gboolean wrapped = length < BULLA_DEFLATE_SNIFF_SIZE
                     || ((data[0] & 0x0f) == 8 && ((guint)data[0] << 8 | data[1]) % 31 == 0);

  return G_CONVERTER (g_zlib_decompressor_new (wrapped ? G_ZLIB_COMPRESSOR_FORMAT_ZLIB
                                                       : G_ZLIB_COMPRESSOR_FORMAT_RAW));
}

/**
 * bulla_content_converter_new: (skip)
 * @coding: (nullable): the whole `Content-Encoding` field
 *
 * All members of a gzip body are decoded. Bytes after the end of the coded stream are ignored.
 *
 * Returns: (transfer full) (nullable): a converter that removes gzip, deflate or br; %NULL for no
 *   coding, another one, or more than one
 */
GConverter *
bulla_content_converter_new (const char *coding)
{
  BullaCoding parsed = bulla_content_coding_parse (coding);

  if (parsed == BULLA_CODING_IDENTITY || parsed == BULLA_CODING_OTHER)
    return NULL;
  BullaContentConverter *self = g_object_new (BULLA_TYPE_CONTENT_CONVERTER, NULL);
  if (parsed == BULLA_CODING_BROTLI)
    self->brotli = BrotliDecoderCreateInstance (NULL, NULL, NULL);
  else if (parsed == BULLA_CODING_GZIP)
    self->zlib = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  self->is_gzip = parsed == BULLA_CODING_GZIP;
  self->is_deflate = parsed == BULLA_CODING_DEFLATE;
  return G_CONVERTER (self);
}
