/* bulla-bundle-survey.h - counts overlaps, repetitions and gaps in the locations of an index
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-index.h"

G_BEGIN_DECLS

typedef struct {
  guint n_distinct;
  guint n_aliases;      /* locations that repeat an earlier one */
  guint n_overlaps;     /* other locations that share bytes with an earlier one */
  guint64 first, end;   /* range covered by all locations; both 0 if there are none */
  guint64 gap_capacity; /* most responses that could fit into the gaps */
} BullaBundleSurvey;

BullaBundleSurvey bulla_bundle_survey_take (const BullaBundleLocation *locations, guint n);
gboolean bulla_bundle_survey_fits (const BullaBundleSurvey *self, guint64 n_responses,
                                   guint64 start, guint64 end);

G_END_DECLS
