/* bulla-bundle-survey.h - how the locations in an index lie beside each other
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-index.h"

G_BEGIN_DECLS

typedef struct {
  guint n_distinct;
  guint n_aliases;      /* locations that repeat another one */
  guint n_overlaps;     /* others that share some bytes with one before */
  guint64 first, end;   /* the bytes covered by all locations; both 0: none */
  guint64 gap_capacity; /* the most responses that could fit into the gaps */
} BullaBundleSurvey;

BullaBundleSurvey bulla_bundle_survey_take (const BullaBundleLocation *locations, guint n);
gboolean bulla_bundle_survey_fits (const BullaBundleSurvey *self, guint64 n_responses,
                                   guint64 start, guint64 end);

G_END_DECLS
