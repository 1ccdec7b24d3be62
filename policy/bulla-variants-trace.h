/* bulla-variants-trace.h - describes how each axis of Variants was ranked for a request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-variants-rank.h"
#include "bulla-verdict-text.h"

G_BEGIN_DECLS

char *bulla_variants_describe_ranking (const BullaVariantsRanking *ranking,
                                       const BullaVariantsRequest *request,
                                       BullaTranslateFunc translate);

G_END_DECLS
