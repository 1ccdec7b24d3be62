/* vector-bundle.h - a recipe that makes a web bundle, delivered and judged as `bulla verify` would
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-loader.h"
#include "vector.h"

G_BEGIN_DECLS

/* @folder: for a file, where the bundle is to be one
 * @now: when it is judged, Unix seconds */
gboolean vector_judge_bundle (VectorResult *self, Vector *vector, BullaLoader *loader,
                              BullaOuter *outer, GInputStream *stream, const char *folder,
                              GError **error);

/* for both forms */
void vector_take_step (VectorResult *self, BullaVerdict *verdict);
BullaVerdict *vector_judge_request (Vector *vector, BullaLoad *load);

G_END_DECLS
