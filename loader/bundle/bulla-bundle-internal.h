/* bulla-bundle-internal.h - opens bundles and reads their parts, for other folders of the loader
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-reader.h"
#include "bulla-bundle-source.h"
#include "bulla-bundle.h"
#include "bulla-context.h"
#include "bulla-integrity-block.h"
#include "bulla-package-kind.h"

G_BEGIN_DECLS

/* The result of sniffing a file, done once. */
typedef struct {
  BullaPackageKind kind; /* kind by the first bytes; UNKNOWN for another file format */
  guint64 appended;      /* offset of a bundle at the end of another file; 0 if there is none */
} BullaBundlePlace;

gboolean bulla_bundle_find_place (BullaBundleSource *source, BullaPackageKind kind,
                                  BullaBundlePlace *place, GError **error);

BullaBundle *bulla_bundle_new (BullaContext *context, BullaOuter *outer, BullaBundleSource *source,
                               BullaBundlePlace place);

void bulla_bundle_open_async (BullaBundle *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean bulla_bundle_open_finish (BullaBundle *self, GAsyncResult *result, GError **error);
gboolean bulla_bundle_open (BullaBundle *self, GCancellable *cancellable, GError **error);

BullaVerdict *bulla_bundle_judge_absent_variant (BullaBundle *self, guint resource,
                                                 const BullaRequestFacts *request, gint64 now);

const BullaFacts *bulla_bundle_get_facts (BullaBundle *self);
gboolean bulla_bundle_is_passed_over (BullaBundle *self, guint resource);
const BullaBundleSignatures *bulla_bundle_get_signatures (BullaBundle *self);
const BullaFacts *bulla_bundle_get_caa (BullaBundle *self, guint authority);
const BullaBundleIndex *bulla_bundle_get_index (BullaBundle *self);
BullaBundleReader *bulla_bundle_get_reader (BullaBundle *self);
BullaIntegrityBlock *bulla_bundle_get_block (BullaBundle *self);
BullaBundleSource *bulla_bundle_get_source (BullaBundle *self);
const BullaValidityFacts *bulla_bundle_get_validity (BullaBundle *self);
gboolean bulla_bundle_is_asking (BullaBundle *self);

G_END_DECLS
