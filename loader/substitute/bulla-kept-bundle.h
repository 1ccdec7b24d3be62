/* bulla-kept-bundle.h - keeps a bundle open, and finds its responses by URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle.h"

G_BEGIN_DECLS

typedef struct _BullaKeptBundle BullaKeptBundle;

BullaKeptBundle *bulla_kept_bundle_new (BullaBundle *bundle);
BullaKeptBundle *bulla_kept_bundle_ref (BullaKeptBundle *self);
void bulla_kept_bundle_unref (BullaKeptBundle *self);
BullaBundle *bulla_kept_bundle_get_bundle (BullaKeptBundle *self);
gint bulla_kept_bundle_find (BullaKeptBundle *self, const char *url);
gint bulla_kept_bundle_get_subset (BullaKeptBundle *self, const char *url);
gboolean bulla_kept_bundle_covers (BullaKeptBundle *self, gint subset, const char *url);
gint bulla_kept_bundle_subset_of (BullaLoad *response);
gboolean bulla_kept_bundle_supersedes (BullaKeptBundle *self, BullaKeptBundle *older);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaKeptBundle, bulla_kept_bundle_unref)

G_END_DECLS
