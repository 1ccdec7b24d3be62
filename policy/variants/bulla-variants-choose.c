/* bulla-variants-choose.c - chooses the existing variant that a request selects
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: draft-ietf-httpbis-variants-06 section 4. Possible keys are ordered by the ranks of their
 * values, the first axis before the others. */
#include "bulla-variants-choose.h"

#include <string.h>

/* Returns the rank of a value; BULLA_VARIANTS_PLACE_NONE if the request does not accept it. */
static guint
rank_of (const BullaVariantsFacet *facet, guint16 place, const char *value)
{
  if (facet->axis->mechanism == BULLA_VARIANTS_MECHANISM_IGNORED)
    return 0;
  if (facet->axis->mechanism != BULLA_VARIANTS_MECHANISM_COOKIE)
    return place == BULLA_VARIANTS_PLACE_NONE ? place : facet->ranks[place];
  for (guint i = 0; i < facet->n_ranked; i++)
    if (strcmp (facet->ranked[i].value, value) == 0)
      return i;
  return BULLA_VARIANTS_PLACE_NONE;
}

static BullaVariantsGrade
grade_of (const BullaVariantsRanking *self, const guint *ranks)
{
  BullaVariantsGrade grade = BULLA_VARIANTS_GRADE_FIRST_CHOICE;

  for (guint i = 0; i < self->n_axes; i++) {
    const BullaVariantsFacet *facet = &self->facets[i];
    BullaVariantsGrade here =
        ranks[i] > 0 ? BULLA_VARIANTS_GRADE_LATER_CHOICE : BULLA_VARIANTS_GRADE_FIRST_CHOICE;
    if (ranks[i] < facet->n_ranked) {
      if (facet->ranked[ranks[i]].because == BULLA_VARIANTS_BECAUSE_DEFAULT)
        here = BULLA_VARIANTS_GRADE_DEFAULT;
      else if (facet->ranked[ranks[i]].because == BULLA_VARIANTS_BECAUSE_WILDCARD)
        here = BULLA_VARIANTS_GRADE_WILDCARD;
    }
    grade = MAX (grade, here);
  }
  return grade;
}

/* Ranks a key; FALSE if it is not possible, or not better than @best, if that is given. */
static gboolean
rank_key (const BullaVariantsRanking *self, const BullaVariantKeys *keys, guint key,
          const guint *best, guint *ranks)
{
  gsize first = (gsize)key * self->n_axes;
  gboolean better = best == NULL;

  for (guint i = 0; i < self->n_axes; i++) {
    ranks[i] = rank_of (&self->facets[i], keys->places[first + i], keys->values[first + i]);
    if (ranks[i] == BULLA_VARIANTS_PLACE_NONE || (!better && ranks[i] > best[i]))
      return FALSE;
    better = better || ranks[i] < best[i];
  }
  return better && self->n_axes > 0;
}

/**
 * bulla_variants_ranking_choose_key: (skip)
 * @self: what the request accepts
 * @keys: (array length=n_keys): the keys of the responses that exist; %NULL for one without keys
 * @n_keys: number of elements of @keys
 * @selection: (out): the choice; `chosen` numbers the keys of all elements together
 *
 * Of two equal keys the first is chosen.
 *
 * Returns: whether one of the keys is possible
 */
gboolean
bulla_variants_ranking_choose_key (const BullaVariantsRanking *self,
                                   const BullaVariantKeys *const *keys, guint n_keys,
                                   BullaVariantsSelection *selection)
{
  guint ranks[BULLA_VARIANTS_AXES_MAX], number = 0;
  gboolean found = FALSE;

  selection->grade = BULLA_VARIANTS_GRADE_NOTHING;
  for (guint i = 0; i < n_keys; i++) {
    guint n = keys[i] != NULL && keys[i]->n_axes == self->n_axes ? keys[i]->n_keys : 0;
    for (guint j = 0; j < n; j++, number++) {
      if (!rank_key (self, keys[i], j, found ? selection->ranks : NULL, ranks))
        continue;
      found = TRUE;
      selection->chosen = number;
      memcpy (selection->ranks, ranks, self->n_axes * sizeof ranks[0]);
    }
  }
  if (found)
    selection->grade = grade_of (self, selection->ranks);
  return found;
}

/**
 * bulla_variants_ranking_begin: (skip)
 * @self: what the request accepts
 * @ranks: (out): the ranks of the first possible key, one for each axis
 *
 * Returns: whether any key is possible
 */
gboolean
bulla_variants_ranking_begin (const BullaVariantsRanking *self, guint *ranks)
{
  for (guint i = 0; i < self->n_axes; i++) {
    ranks[i] = 0;
    if (self->facets[i].n_ranked == 0)
      return FALSE;
  }
  return self->n_axes > 0;
}

/**
 * bulla_variants_ranking_advance: (skip)
 * @self: what the request accepts
 * @ranks: (inout): the ranks of a possible key; those of the next one
 *
 * Returns: whether there is a next one
 */
gboolean
bulla_variants_ranking_advance (const BullaVariantsRanking *self, guint *ranks)
{
  for (guint i = self->n_axes; i-- > 0;) {
    if (++ranks[i] < self->facets[i].n_ranked)
      return TRUE;
    ranks[i] = 0;
  }
  return FALSE;
}

/**
 * bulla_variants_ranking_count_before: (skip)
 * @self: what the request accepts
 * @selection: a choice
 *
 * Returns: the number of possible keys before the chosen one; of all if nothing was chosen; at most
 *   G_MAXUINT64
 */
guint64
bulla_variants_ranking_count_before (const BullaVariantsRanking *self,
                                     const BullaVariantsSelection *selection)
{
  gboolean nothing = selection->grade == BULLA_VARIANTS_GRADE_NOTHING;
  guint64 n = nothing && self->n_axes > 0 ? 1 : 0;

  for (guint i = 0; i < self->n_axes; i++)
    if (!g_uint64_checked_mul (&n, n, self->facets[i].n_ranked)
        || !g_uint64_checked_add (&n, n, nothing ? 0 : selection->ranks[i]))
      return G_MAXUINT64;
  return n;
}

/* Converts the ranks to a place in row-major order; FALSE if a value is not in the axis. */
static gboolean
locate (const BullaVariantsRanking *self, const guint *ranks, guint n, guint *place)
{
  guint64 at = 0;

  for (guint i = 0; i < self->n_axes; i++) {
    const BullaVariantsFacet *facet = &self->facets[i];
    guint16 value = facet->ranked[ranks[i]].place;
    if (value >= facet->axis->n_values)
      return FALSE;
    at = at * facet->axis->n_values + value;
    if (at >= n)
      return FALSE;
  }
  *place = (guint)at;
  return TRUE;
}

/* Advances past all keys that share the value at the first axis whose value is not listed, because
 * none of them has a place. */
static gboolean
advance_listed (const BullaVariantsRanking *self, guint *ranks)
{
  for (guint i = 0; i < self->n_axes; i++) {
    if (self->facets[i].ranked[ranks[i]].place < self->facets[i].axis->n_values)
      continue;
    for (guint j = i + 1; j < self->n_axes; j++)
      ranks[j] = self->facets[j].n_ranked - 1;
    break;
  }
  return bulla_variants_ranking_advance (self, ranks);
}

static gboolean
choose_listed (const BullaVariantsRanking *self, const gboolean *there, guint n,
               BullaAbsentCombination absent, BullaVariantsSelection *selection)
{
  if (!bulla_variants_ranking_begin (self, selection->ranks))
    return FALSE;
  do {
    if (locate (self, selection->ranks, n, &selection->chosen) && there[selection->chosen])
      return TRUE;
  } while (absent == BULLA_ABSENT_COMBINATION_NEXT && advance_listed (self, selection->ranks));
  return FALSE;
}

/**
 * bulla_variants_ranking_choose_combination: (skip)
 * @self: what the request accepts
 * @there: (array length=n): whether each combination exists, in row-major order, the first axis
 *   slowest
 * @n: the number of combinations, bulla_variants_get_product()
 * @absent: what happens if the best combination does not exist
 * @selection: (out): the choice
 *
 * Spec: B1, “Parsing the index section”. A value that the axis does not list, such as the implicit
 * `identity`, has no place in an index.
 *
 * Returns: whether a combination was chosen
 */
gboolean
bulla_variants_ranking_choose_combination (const BullaVariantsRanking *self, const gboolean *there,
                                           guint n, BullaAbsentCombination absent,
                                           BullaVariantsSelection *selection)
{
  selection->grade = BULLA_VARIANTS_GRADE_NOTHING;
  for (guint i = 0; i < self->n_axes; i++)
    if (self->facets[i].axis->mechanism == BULLA_VARIANTS_MECHANISM_COOKIE)
      return FALSE;
  if (choose_listed (self, there, n, absent, selection)) {
    selection->grade = grade_of (self, selection->ranks);
    return TRUE;
  }
  if (absent != BULLA_ABSENT_COMBINATION_FIRST || n == 0 || !there[0])
    return FALSE;
  memset (selection->ranks, 0, sizeof selection->ranks);
  selection->chosen = 0;
  selection->grade = BULLA_VARIANTS_GRADE_DEFAULT;
  return TRUE;
}

/**
 * bulla_variants_grade_get_nick: (skip)
 * @grade: a grade
 *
 * Returns: `first-choice`, `later-choice`, `wildcard`, `default` or `nothing`
 */
const char *
bulla_variants_grade_get_nick (BullaVariantsGrade grade)
{
  static const char *const nicks[] = {"first-choice", "later-choice", "wildcard", "default",
                                      "nothing"};

  g_return_val_if_fail (grade < G_N_ELEMENTS (nicks), NULL);
  return nicks[grade];
}
