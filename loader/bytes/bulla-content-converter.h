/* bulla-content-converter.h - removes a content coding from a body as it is read
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The content codings that can be removed, as a value of Accept-Encoding. */
#define BULLA_CONTENT_CODINGS "gzip, deflate, br"

typedef enum {
  BULLA_CODING_IDENTITY, /* also for a missing field */
  BULLA_CODING_GZIP,
  BULLA_CODING_DEFLATE, /* with the zlib wrapper, or without it, as browsers accept */
  BULLA_CODING_BROTLI,
  BULLA_CODING_OTHER, /* also for more than one, and an empty field */
} BullaCoding;

#define BULLA_TYPE_CONTENT_CONVERTER (bulla_content_converter_get_type ())
G_DECLARE_FINAL_TYPE (BullaContentConverter, bulla_content_converter, BULLA, CONTENT_CONVERTER,
                      GObject)

#define BULLA_CODINGS_MAX 3 /* most codings that a body may have, one around the other */

#define BULLA_DEFLATE_SNIFF_SIZE 2 /* bytes by which the wrapper is recognised */

GConverter *bulla_deflate_converter_new (const guint8 *data, gsize length);
BullaCoding bulla_content_coding_parse (const char *content_encoding);
char **bulla_content_codings_split (const char *content_encoding);
char *bulla_content_codings_dup_readable (const char *accept_encoding, gboolean brotli);
GConverter *bulla_content_converter_new (const char *coding);

G_END_DECLS
