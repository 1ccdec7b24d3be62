/* vector-bundle.h - builds the web bundle of a recipe, and judges it like `bulla verify`
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-loader.h"
#include "vector.h"

G_BEGIN_DECLS

/* @folder: for bundles of local files, folder of the file; @now: Unix seconds at which the
 * bundle is judged */
gboolean vector_judge_bundle (VectorResult *self, Vector *vector, BullaLoader *loader,
                              BullaOuter *outer, GInputStream *stream, const char *folder,
                              GError **error);

/* also used for exchanges */
void vector_take_step (VectorResult *self, BullaVerdict *verdict);
BullaVerdict *vector_judge_request (Vector *vector, BullaLoad *load);

G_END_DECLS
