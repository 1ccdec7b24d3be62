/* bulla-content-decoder.h - decodes a content coding, piece by piece
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BullaContentDecoder BullaContentDecoder;

/* Returns: whether to continue; a few coded bytes may decode to gigabytes */
typedef gboolean (*BullaDecodedFunc) (const guint8 *data, gsize length, gpointer user_data);

BullaContentDecoder *bulla_content_decoder_new (const char *content_encoding);
void bulla_content_decoder_free (BullaContentDecoder *self);
gboolean bulla_content_decoder_push (BullaContentDecoder *self, const guint8 *data, gsize length,
                                     BullaDecodedFunc func, gpointer user_data);
gboolean bulla_content_decoder_end (BullaContentDecoder *self, BullaDecodedFunc func,
                                    gpointer user_data);
gboolean bulla_content_decoder_has_rest (const BullaContentDecoder *self);

/* Bytes in memory that decoded pieces are appended to. */
typedef struct {
  GByteArray *bytes; /* borrowed */
  gsize max;         /* most bytes, less than 4 GiB */
  gboolean is_over;  /* more were decoded than that */
} BullaDecodedBytes;

gboolean bulla_decoded_bytes_append (const guint8 *data, gsize length, gpointer decoded_bytes);
GBytes *bulla_content_decode (const char *content_encoding, GBytes *bytes, gsize max,
                              gboolean *has_rest, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaContentDecoder, bulla_content_decoder_free)

G_END_DECLS
