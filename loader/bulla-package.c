/* bulla-package.c - what kind of package is it? opens it as such
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-package.h"

BullaPackageKind
bulla_package_sniff (const guint8 *data, gsize length)
{
  return BULLA_PACKAGE_UNKNOWN;
}

BullaPackageKind
bulla_package_from_content_type (const char *content_type)
{
  return BULLA_PACKAGE_UNKNOWN;
}

void
bulla_loader_open_url_async (BullaLoader *self, const char *url, GBytes *chain,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
}

void
bulla_loader_open_file_async (BullaLoader *self, const char *path, BullaOuter *outer, GBytes *chain,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
}

void
bulla_loader_open_stream_async (BullaLoader *self, BullaPackageKind kind, BullaOuter *outer,
                                GInputStream *stream, GBytes *chain, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
}

GObject *
bulla_loader_open_finish (BullaLoader *self, GAsyncResult *result, GError **error)
{
  return NULL;
}

GObject *
bulla_loader_open_file (BullaLoader *self, const char *path, BullaOuter *outer, GBytes *chain,
                        GCancellable *cancellable, GError **error)
{
  return NULL;
}

GObject *
bulla_loader_open_stream (BullaLoader *self, BullaOuter *outer, GInputStream *stream, GBytes *chain,
                          GCancellable *cancellable, GError **error)
{
  return NULL;
}
