/* bulla-content-converter.h - removes a content coding from a body as it is read
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The content codings that can be removed, as a value of Accept-Encoding. */
#define BULLA_CONTENT_CODINGS "gzip, deflate, br"

#define BULLA_TYPE_CONTENT_CONVERTER (bulla_content_converter_get_type ())
G_DECLARE_FINAL_TYPE (BullaContentConverter, bulla_content_converter, BULLA, CONTENT_CONVERTER,
                      GObject)

char *bulla_content_codings_dup_readable (const char *accept_encoding, gboolean brotli);
GConverter *bulla_content_converter_new (const char *coding);

G_END_DECLS
