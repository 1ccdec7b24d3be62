/* bulla-loader.h - loads packages with one profile, one trust and one clock
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-ledger.h"
#include "bulla-load.h"
#include "bulla-outer.h"
#include "bulla-package-kind.h"
#include "bulla-profile.h"
#include "bulla-store.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

#define BULLA_TYPE_LOADER (bulla_loader_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaLoader, bulla_loader, BULLA, LOADER, GObject)

BULLA_API BullaLoader *bulla_loader_new (BullaProfile *profile, BullaTrust *trust);
BULLA_API BullaProfile *bulla_loader_get_profile (BullaLoader *self);
BULLA_API BullaTrust *bulla_loader_get_trust (BullaLoader *self);
BULLA_API BullaLedger *bulla_loader_get_ledger (BullaLoader *self);
BULLA_API void bulla_loader_set_offline (BullaLoader *self, gboolean offline);
BULLA_API void bulla_loader_set_time (BullaLoader *self, gint64 time);
BULLA_API void bulla_loader_set_question_time (BullaLoader *self, guint milliseconds);
BULLA_API void bulla_loader_set_deadline (BullaLoader *self, gint64 deadline);
BULLA_API void bulla_loader_set_languages (BullaLoader *self, const char *accept_language);
BULLA_API gint64 bulla_loader_get_time (BullaLoader *self);
BULLA_API gboolean bulla_loader_add_resolve (BullaLoader *self, const char *host_port_address,
                                             GError **error);

BULLA_API gboolean bulla_loader_set_dns (BullaLoader *self, const char *const *resolvers,
                                         const char *anchor_file, const char *const *evidence,
                                         const char *store, GError **error);
BULLA_API void bulla_loader_set_store (BullaLoader *self, BullaStore *store);

BULLA_API void bulla_loader_load_async (BullaLoader *self, BullaOuter *outer, GInputStream *stream,
                                        GBytes *chain, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
BULLA_API BullaLoad *bulla_loader_load_finish (BullaLoader *self, GAsyncResult *result,
                                               GError **error);
BULLA_API BullaLoad *bulla_loader_load (BullaLoader *self, BullaOuter *outer, GInputStream *stream,
                                        GBytes *chain, GCancellable *cancellable, GError **error);

/* Each of these finishes with a BullaLoad or a BullaBundle; its verdict states any fault of the
 * package. */
BULLA_API void bulla_loader_open_url_async (BullaLoader *self, const char *url, GBytes *chain,
                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data);
BULLA_API void bulla_loader_open_file_async (BullaLoader *self, const char *path,
                                             BullaPackageKind kind, BullaOuter *outer,
                                             GBytes *chain, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
BULLA_API void bulla_loader_open_stream_async (BullaLoader *self, BullaPackageKind kind,
                                               BullaOuter *outer, GInputStream *stream,
                                               GBytes *chain, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
BULLA_API GObject *bulla_loader_open_finish (BullaLoader *self, GAsyncResult *result,
                                             GError **error);
BULLA_API GObject *bulla_loader_open_file (BullaLoader *self, const char *path,
                                           BullaPackageKind kind, BullaOuter *outer, GBytes *chain,
                                           GCancellable *cancellable, GError **error);
BULLA_API GObject *bulla_loader_open_stream (BullaLoader *self, BullaPackageKind kind,
                                             BullaOuter *outer, GInputStream *stream, GBytes *chain,
                                             GCancellable *cancellable, GError **error);

BULLA_API BullaProfile *bulla_profile_load (const char *name_or_file, GError **error);
BULLA_API BullaProfile *bulla_profile_load_with (const char *name_or_file, const char *caa,
                                                 const char *dnssec, const char *const *changes,
                                                 GError **error);
BULLA_API char **bulla_profile_list (void);

G_END_DECLS
