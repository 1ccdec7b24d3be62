/* bulla-cli-gunzip.c - decompresses a gzip file member by member, as far as it is good
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * libarchive drops what it has decompressed of a piece when the file breaks off in it.
 * Spec: RFC 1952; WARC 1.1 annex D */
#include "bulla-cli-gunzip.h"

#include <glib/gi18n.h>
#include <string.h>

struct _BullaCliGunzip {
  GBytes *bytes;    /* owned */
  GConverter *zlib; /* owned; decompresses one member */
  gsize at;         /* offset of the next byte in @bytes */
  gboolean inside;  /* a member has begun */
};

/**
 * bulla_cli_gunzip_new: (skip)
 * @bytes: the bytes of a file
 *
 * Returns: (transfer full) (nullable): a decompressor; %NULL if the file does not begin as gzip
 */
BullaCliGunzip *
bulla_cli_gunzip_new (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (size < 2 || data[0] != 0x1f || data[1] != 0x8b)
    return NULL;
  BullaCliGunzip *self = g_new0 (BullaCliGunzip, 1);
  self->bytes = g_bytes_ref (bytes);
  self->zlib = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  return self;
}

void
bulla_cli_gunzip_free (BullaCliGunzip *self)
{
  g_bytes_unref (self->bytes);
  g_object_unref (self->zlib);
  g_free (self);
}

/**
 * bulla_cli_gunzip_read: (skip)
 * @self: a decompressor
 * @into: (out caller-allocates): receives decompressed bytes
 * @size: size of @into
 * @error: set if the compressed data breaks off or is damaged; what comes before was returned
 *
 * Zero bytes behind a member are padding.
 *
 * Returns: the number of bytes; 0 at the end, -1 with @error set
 */
gssize
bulla_cli_gunzip_read (BullaCliGunzip *self, guint8 *into, gsize size, GError **error)
{
  gsize total;
  const guint8 *data = g_bytes_get_data (self->bytes, &total);

  for (;;) {
    gsize used = 0, written = 0;
    g_autoptr (GError) failure = NULL;
    while (!self->inside && self->at < total && data[self->at] == 0)
      self->at++;
    if (!self->inside && self->at == total)
      return 0;
    self->inside = TRUE;
    GConverterResult result =
        g_converter_convert (self->zlib, data + self->at, total - self->at, into, size,
                             G_CONVERTER_INPUT_AT_END, &used, &written, &failure);
    self->at += used;
    if (result == G_CONVERTER_ERROR) {
      gboolean cut = g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
      g_set_error_literal (
          error, G_IO_ERROR, cut ? G_IO_ERROR_PARTIAL_INPUT : G_IO_ERROR_INVALID_DATA,
          cut ? _ ("the compressed data ends too early") : _ ("the compressed data is damaged"));
      return -1;
    }
    if (result == G_CONVERTER_FINISHED) {
      g_converter_reset (self->zlib);
      self->inside = FALSE;
    }
    if (written > 0)
      return (gssize)written;
  }
}
