/* bulla-variants-choose.h - chooses the existing variant that a request selects
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-variants-rank.h"

G_BEGIN_DECLS

/* How good a choice is, the best first. */
typedef enum {
  BULLA_VARIANTS_GRADE_FIRST_CHOICE, /* the first possible key, by ranges without a star */
  BULLA_VARIANTS_GRADE_LATER_CHOICE, /* an earlier possible key does not exist */
  BULLA_VARIANTS_GRADE_WILDCARD,     /* a value matches only a range with a star */
  BULLA_VARIANTS_GRADE_DEFAULT,      /* a value is the default of its axis: nothing matched */
  BULLA_VARIANTS_GRADE_NOTHING,      /* no possible key exists */
} BullaVariantsGrade;

typedef struct {
  guint chosen; /* number of the key or of the combination; only if @grade is not NOTHING */
  guint ranks[BULLA_VARIANTS_AXES_MAX]; /* for each axis the rank of the chosen value */
  BullaVariantsGrade grade;
} BullaVariantsSelection;

gboolean bulla_variants_ranking_choose_key (const BullaVariantsRanking *self,
                                            const BullaVariantKeys *const *keys, guint n_keys,
                                            BullaVariantsSelection *selection);
gboolean bulla_variants_ranking_choose_combination (const BullaVariantsRanking *self,
                                                    const gboolean *there, guint n,
                                                    BullaAbsentCombination absent,
                                                    BullaVariantsSelection *selection);
guint64 bulla_variants_ranking_count_before (const BullaVariantsRanking *self,
                                             const BullaVariantsSelection *selection);
gboolean bulla_variants_ranking_begin (const BullaVariantsRanking *self, guint *ranks);
gboolean bulla_variants_ranking_advance (const BullaVariantsRanking *self, guint *ranks);
const char *bulla_variants_grade_get_nick (BullaVariantsGrade grade);

G_END_DECLS
