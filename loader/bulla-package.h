/* bulla-package.h - what kind of package is it? opens it as such
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle.h"
#include "bulla-loader.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_PACKAGE_UNKNOWN,
  BULLA_PACKAGE_EXCHANGE,
  BULLA_PACKAGE_BUNDLE, /* with or without an integrity block */
} BullaPackageKind;

#define BULLA_PACKAGE_SNIFF_SIZE 12

BULLA_API BullaPackageKind bulla_package_sniff (const guint8 *data, gsize length);
BULLA_API BullaPackageKind bulla_package_from_content_type (const char *content_type);

/* each of these ends with a BullaLoad or a BullaBundle, and whatever is wrong with the package is
 * in its verdict */
BULLA_API void bulla_loader_open_url_async (BullaLoader *self, const char *url, GBytes *chain,
                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data);
BULLA_API void bulla_loader_open_file_async (BullaLoader *self, const char *path, BullaOuter *outer,
                                             GBytes *chain, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
BULLA_API void bulla_loader_open_stream_async (BullaLoader *self, BullaPackageKind kind,
                                               BullaOuter *outer, GInputStream *stream,
                                               GBytes *chain, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
BULLA_API GObject *bulla_loader_open_finish (BullaLoader *self, GAsyncResult *result,
                                             GError **error);
BULLA_API GObject *bulla_loader_open_file (BullaLoader *self, const char *path, BullaOuter *outer,
                                           GBytes *chain, GCancellable *cancellable,
                                           GError **error);
BULLA_API GObject *bulla_loader_open_stream (BullaLoader *self, BullaOuter *outer,
                                             GInputStream *stream, GBytes *chain,
                                             GCancellable *cancellable, GError **error);

G_END_DECLS
