/* bulla-bundle.h - an open web bundle: its index, its verdict and access to its responses
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-load.h"
#include "bulla-outer.h"
#include "bulla-request-facts.h"
#include "bulla-verdict.h"

G_BEGIN_DECLS

#define BULLA_TYPE_BUNDLE (bulla_bundle_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaBundle, bulla_bundle, BULLA, BUNDLE, GObject)

/* getters for the bundle itself */
BULLA_API BullaOuter *bulla_bundle_get_outer (BullaBundle *self);
BULLA_API BullaVerdict *bulla_bundle_get_verdict (BullaBundle *self);
BULLA_API const char *bulla_bundle_get_version (BullaBundle *self);
BULLA_API const char *bulla_bundle_get_primary_url (BullaBundle *self);
BULLA_API const char *bulla_bundle_get_manifest_url (BullaBundle *self);
BULLA_API const char *bulla_bundle_get_web_bundle_id (BullaBundle *self);
BULLA_API gboolean bulla_bundle_is_signed (BullaBundle *self);
BULLA_API const char *bulla_bundle_get_digest (BullaBundle *self);

/* the index of resources */
BULLA_API guint bulla_bundle_get_n_resources (BullaBundle *self);
BULLA_API char *bulla_bundle_dup_url (BullaBundle *self, guint resource);
BULLA_API const char *bulla_bundle_get_origin (BullaBundle *self, guint resource);
BULLA_API gint bulla_bundle_find (BullaBundle *self, const char *url);
BULLA_API guint bulla_bundle_get_n_variants (BullaBundle *self, guint resource);
BULLA_API gboolean bulla_bundle_get_range (BullaBundle *self, guint resource, guint variant,
                                           BullaRange *range);
BULLA_API gint bulla_bundle_choose_variant (BullaBundle *self, guint resource,
                                            const BullaRequestFacts *request);

/* signed subsets */
BULLA_API guint bulla_bundle_get_n_subsets (BullaBundle *self);
BULLA_API gint bulla_bundle_get_subset (BullaBundle *self, guint resource);
BULLA_API const char *bulla_bundle_get_subset_id (BullaBundle *self, guint subset);

/* Functions that load responses; each load has its own verdict and body. */
BULLA_API void bulla_bundle_load_async (BullaBundle *self, guint resource, guint variant,
                                        GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
BULLA_API BullaLoad *bulla_bundle_load_finish (BullaBundle *self, GAsyncResult *result,
                                               GError **error);
BULLA_API BullaLoad *bulla_bundle_load_there (BullaBundle *self, guint resource, guint variant,
                                              GError **error);
BULLA_API BullaLoad *bulla_bundle_load (BullaBundle *self, guint resource, guint variant,
                                        GCancellable *cancellable, GError **error);

BULLA_API BullaBundle *bulla_load_get_bundle (BullaLoad *self);

/* The origin in which the bundle is shown without substitution. Both functions need its digest, and
 * therefore all of its bytes. */
BULLA_API void bulla_bundle_read_digest_async (BullaBundle *self, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
BULLA_API gboolean bulla_bundle_read_digest_finish (BullaBundle *self, GAsyncResult *result,
                                                    GError **error);
BULLA_API char *bulla_bundle_dup_package_id (BullaBundle *self, const char *claimed_origin);
BULLA_API char *bulla_bundle_dup_package_url (BullaBundle *self, const char *url);

G_END_DECLS
