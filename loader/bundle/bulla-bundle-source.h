/* bulla-bundle-source.h - reads the bytes of a bundle from a file or from a stream
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-facts.h"
#include "bulla-hasher.h"
#include "bulla-quota.h"

G_BEGIN_DECLS

#define BULLA_BUNDLE_STREAM_MAX (G_GUINT64_CONSTANT (1) << 32) /* most bytes kept of a stream */

#define BULLA_TYPE_BUNDLE_SOURCE (bulla_bundle_source_get_type ())
G_DECLARE_FINAL_TYPE (BullaBundleSource, bulla_bundle_source, BULLA, BUNDLE_SOURCE, GObject)

BullaBundleSource *bulla_bundle_source_new_for_file (const char *path, GError **error);
BullaBundleSource *bulla_bundle_source_new_for_stream (GInputStream *stream, BullaQuota *quota);
gboolean bulla_bundle_source_is_file (BullaBundleSource *self);
guint64 bulla_bundle_source_get_length (BullaBundleSource *self);
gboolean bulla_bundle_source_is_complete (BullaBundleSource *self);
const GError *bulla_bundle_source_get_error (BullaBundleSource *self);
gboolean bulla_bundle_source_has (BullaBundleSource *self, guint64 until);
void bulla_bundle_source_set_ahead (BullaBundleSource *self, gboolean ahead);
gssize bulla_bundle_source_read_at (BullaBundleSource *self, guint64 offset, void *buffer,
                                    gsize size, GError **error);
void bulla_bundle_source_wait_async (BullaBundleSource *self, guint64 until,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
void bulla_bundle_source_continue (BullaBundleSource *self, guint64 until, GTask *task,
                                   void (*step) (GTask *task));
gboolean bulla_bundle_source_wait_finish (BullaBundleSource *self, GAsyncResult *result,
                                          GError **error);
gboolean bulla_bundle_source_wait (BullaBundleSource *self, guint64 until,
                                   GCancellable *cancellable, GError **error);
gboolean bulla_bundle_source_hash (BullaBundleSource *self, BullaHash hash, guint64 offset,
                                   GCancellable *cancellable, guint8 into[BULLA_HASH_MAX],
                                   GError **error);

GInputStream *bulla_bundle_source_open (BullaBundleSource *self, guint64 offset, guint64 length,
                                        BullaFacts *facts, gboolean coded);

G_END_DECLS
