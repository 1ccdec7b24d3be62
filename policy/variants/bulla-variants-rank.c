/* bulla-variants-rank.c - ranks the values of each axis by what a request accepts
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: draft-ietf-httpbis-variants-06 section 5, and the readings of a profile where it leaves a
 * choice. */
#include "bulla-variants-rank.h"

#include <string.h>

#include "bulla-variants-matches.h"

#define IDENTITY "identity"
#define LOOKUP_SUBTAGS_MAX 16 /* most subtags of a range that Lookup compares */

/* One axis while it is ranked. */
typedef struct {
  BullaVariantsFacet *facet;
  const BullaPreferences *preferences;
  const BullaVariantsReadings *readings;
  gboolean
      excluded[BULLA_VARIANTS_VALUES_MAX]; /* by place: whether the request refuses the value */
} Ranking;

static gboolean
preference_matches (const Ranking *self, const BullaPreference *preference, const char *value)
{
  switch (self->facet->axis->mechanism) {
  case BULLA_VARIANTS_MECHANISM_ACCEPT:
    return bulla_preference_matches_type (preference, value);
  case BULLA_VARIANTS_MECHANISM_LANGUAGE:
    return bulla_preference_matches_language (
        preference, value, self->readings->languages == BULLA_LANGUAGES_EXTENDED);
  case BULLA_VARIANTS_MECHANISM_ENCODING:
    return g_ascii_strcasecmp (preference->range, value) == 0;
  case BULLA_VARIANTS_MECHANISM_NONE:
  case BULLA_VARIANTS_MECHANISM_IGNORED:
  case BULLA_VARIANTS_MECHANISM_COOKIE:
  default:
    return FALSE;
  }
}

/* Says whether a range with the weight 0 and without a star matches the value. */
static gboolean
is_excluded (const Ranking *self, const char *value)
{
  for (guint i = self->preferences->n_accepted; i < self->preferences->n; i++)
    if (!self->preferences->entries[i].star
        && preference_matches (self, &self->preferences->entries[i], value))
      return TRUE;
  return FALSE;
}

static void
find_excluded (Ranking *self)
{
  const BullaVariantsAxis *axis = self->facet->axis;

  for (guint i = 0; i < axis->n_values; i++)
    self->excluded[i] = is_excluded (self, axis->values[i]);
}

/* Appends the value at @place unless it is there. An equal value at another place gets the same
 * rank, so that it is not tried again. */
static void
append (Ranking *self, guint place, BullaVariantsBecause because, gint preference)
{
  BullaVariantsFacet *facet = self->facet;
  const char *value = place < facet->axis->n_values ? facet->axis->values[place] : IDENTITY;

  if (facet->ranks[place] != BULLA_VARIANTS_PLACE_NONE)
    return;
  for (guint i = 0; i < facet->n_ranked; i++)
    if (strcmp (facet->ranked[i].value, value) == 0) {
      facet->ranks[place] = (guint16)i;
      return;
    }
  facet->ranks[place] = (guint16)facet->n_ranked;
  facet->ranked[facet->n_ranked++] =
      (BullaVariantsRanked){value, (guint16)place, because, preference};
  facet->default_taken = facet->default_taken || because == BULLA_VARIANTS_BECAUSE_DEFAULT;
}

/* Appends the values that a range matches, in the order of the axis. */
static void
append_matches (Ranking *self, guint number)
{
  const BullaPreference *preference = &self->preferences->entries[number];
  const BullaVariantsAxis *axis = self->facet->axis;
  guint n = preference->star && self->readings->wildcards == BULLA_WILDCARDS_DEFAULT_ONLY
                ? MIN (axis->n_values, 1)
                : axis->n_values;

  for (guint i = 0; i < n; i++)
    if (self->facet->ranks[i] == BULLA_VARIANTS_PLACE_NONE && !self->excluded[i]
        && preference_matches (self, preference, axis->values[i]))
      append (self, i,
              preference->star ? BULLA_VARIANTS_BECAUSE_WILDCARD : BULLA_VARIANTS_BECAUSE_RANGE,
              (gint)number);
}

/* Returns the length of the first @n subtags of a range. */
static size_t
length_of_subtags (const char *range, guint n)
{
  size_t length = strcspn (range, "-");

  for (guint i = 1; i < n && range[length] == '-'; i++)
    length += 1 + strcspn (range + length + 1, "-");
  return length;
}

/* Implements RFC 4647 section 3.4 for one range: the longest of its truncations that is available.
 * Of a range with more than LOOKUP_SUBTAGS_MAX subtags the others are ignored. */
static void
append_lookup (Ranking *self, guint number)
{
  const BullaPreference *preference = &self->preferences->entries[number];
  const BullaVariantsAxis *axis = self->facet->axis;
  size_t length = length_of_subtags (preference->range, LOOKUP_SUBTAGS_MAX);

  while (length > 0) {
    for (guint i = 0; i < axis->n_values; i++)
      if (!self->excluded[i]
          && g_ascii_strncasecmp (axis->values[i], preference->range, length) == 0
          && axis->values[i][length] == '\0') {
        append (self, i, BULLA_VARIANTS_BECAUSE_RANGE, (gint)number);
        return;
      }
    while (length > 0 && preference->range[length - 1] != '-')
      length--;
    length -= length > 0;
    if (length >= 2 && preference->range[length - 2] == '-')
      length -= 2;
  }
}

/* Appends the default: the first value if nothing matched; in draft 04 always, as the last range.
 */
static void
append_default (Ranking *self)
{
  const BullaVariantsAxis *axis = self->facet->axis;

  if (axis->n_values == 0)
    return;
  if (self->readings->default_value == BULLA_VARIANTS_DEFAULT_WHEN_NONE) {
    if (self->facet->n_ranked == 0)
      append (self, 0, BULLA_VARIANTS_BECAUSE_DEFAULT, -1);
    return;
  }
  BullaPreference last = {.range = axis->values[0], .weight = 1};
  for (guint i = 0; i < self->preferences->n_accepted; i++)
    if (g_ascii_strcasecmp (self->preferences->entries[i].range, last.range) == 0)
      return;
  for (guint i = 0; i < axis->n_values; i++)
    if (i == 0 || preference_matches (self, &last, axis->values[i]))
      append (self, i, BULLA_VARIANTS_BECAUSE_DEFAULT, -1);
}

static void
rank_filtered (Ranking *self)
{
  gboolean lookup = self->facet->axis->mechanism == BULLA_VARIANTS_MECHANISM_LANGUAGE
                    && self->readings->languages == BULLA_LANGUAGES_LOOKUP;

  if (self->readings->zero_weight == BULLA_ZERO_WEIGHT_EXCLUDES)
    find_excluded (self);
  for (guint i = 0; i < self->preferences->n_accepted; i++)
    if (lookup && !self->preferences->entries[i].star)
      append_lookup (self, i);
    else
      append_matches (self, i);
  append_default (self);
}

/* Returns the element that names the coding, whatever its weight; -1 if none does. */
static gint
find_coding (const BullaPreferences *preferences, const char *coding)
{
  for (guint i = 0; i < preferences->n; i++)
    if (g_ascii_strcasecmp (preferences->entries[i].range, coding) == 0)
      return (gint)i;
  return -1;
}

/* RFC 7231 section 5.3.4: “identity;q=0” refuses it, and so does “*;q=0” if nothing names it. */
static gboolean
is_identity_refused (const BullaPreferences *preferences)
{
  gint named = find_coding (preferences, IDENTITY);

  if (named < 0)
    named = find_coding (preferences, "*");
  return named >= 0 && (guint)named >= preferences->n_accepted;
}

/* Appends the first value that equals the coding; the drafts stop there. */
static void
append_coding (Ranking *self, const char *coding, BullaVariantsBecause because, gint preference)
{
  const BullaVariantsAxis *axis = self->facet->axis;

  for (guint i = 0; i < axis->n_values; i++)
    if (g_ascii_strcasecmp (axis->values[i], coding) == 0) {
      append (self, i, because, preference);
      return;
    }
  if (g_ascii_strcasecmp (coding, IDENTITY) == 0)
    append (self, axis->n_values, because, preference);
}

/* Appends the codings that the field does not name, identity last. */
static void
append_unnamed_codings (Ranking *self, guint number)
{
  const BullaVariantsAxis *axis = self->facet->axis;
  gboolean only_default = self->readings->wildcards == BULLA_WILDCARDS_DEFAULT_ONLY;

  for (guint i = 0; i < axis->n_values && !(only_default && i > 0); i++)
    if (find_coding (self->preferences, axis->values[i]) < 0)
      append_coding (self, axis->values[i], BULLA_VARIANTS_BECAUSE_WILDCARD, (gint)number);
  if (!only_default && find_coding (self->preferences, IDENTITY) < 0)
    append_coding (self, IDENTITY, BULLA_VARIANTS_BECAUSE_WILDCARD, (gint)number);
}

static void
rank_codings (Ranking *self)
{
  for (guint i = 0; i < self->preferences->n_accepted; i++)
    if (strcmp (self->preferences->entries[i].range, "*") != 0)
      append_coding (self, self->preferences->entries[i].range, BULLA_VARIANTS_BECAUSE_RANGE,
                     (gint)i);
    else if (self->readings->coding_wildcard == BULLA_CODING_WILDCARD_YES)
      append_unnamed_codings (self, i);
  if (self->readings->identity == BULLA_IDENTITY_ALWAYS || !is_identity_refused (self->preferences))
    append_coding (self, IDENTITY, BULLA_VARIANTS_BECAUSE_ADDED, -1);
}

static gboolean
is_repeated (const BullaVariantsAxis *axis, guint place)
{
  for (guint i = 0; i < place; i++)
    if (strcmp (axis->values[i], axis->values[place]) == 0)
      return TRUE;
  return FALSE;
}

/* Appends the values of the cookies that the axis names; each cookie once. */
static void
rank_cookies (BullaVariantsFacet *facet, const BullaVariantsRequest *request)
{
  for (guint i = 0; i < facet->axis->n_values; i++)
    for (guint j = 0; !is_repeated (facet->axis, i) && j < request->n_cookies; j++)
      if (strcmp (request->cookies[j].name, facet->axis->values[i]) == 0)
        facet->ranked[facet->n_ranked++] = (BullaVariantsRanked){
            request->cookies[j].value, BULLA_VARIANTS_PLACE_NONE, BULLA_VARIANTS_BECAUSE_RANGE, -1};
}

/* Accepts every value of an axis that is not known, without preference. */
static void
rank_ignored (BullaVariantsFacet *facet)
{
  for (guint i = 0; i < facet->axis->n_values; i++) {
    facet->ranked[facet->n_ranked++] =
        (BullaVariantsRanked){facet->axis->values[i], (guint16)i, BULLA_VARIANTS_BECAUSE_RANGE, -1};
    facet->ranks[i] = 0;
  }
}

/**
 * bulla_variants_request_get_preferences: (skip)
 * @self: a request
 * @mechanism: the mechanism of an axis
 *
 * Returns: (nullable): the field by which the axis is negotiated; %NULL if it has no weights
 */
const BullaPreferences *
bulla_variants_request_get_preferences (const BullaVariantsRequest *self,
                                        BullaVariantsMechanism mechanism)
{
  switch (mechanism) {
  case BULLA_VARIANTS_MECHANISM_ACCEPT:
    return &self->accept;
  case BULLA_VARIANTS_MECHANISM_LANGUAGE:
    return &self->accept_language;
  case BULLA_VARIANTS_MECHANISM_ENCODING:
    return &self->accept_encoding;
  case BULLA_VARIANTS_MECHANISM_NONE:
  case BULLA_VARIANTS_MECHANISM_IGNORED:
  case BULLA_VARIANTS_MECHANISM_COOKIE:
  default:
    return NULL;
  }
}

static void
rank_axis (BullaVariantsFacet *facet, const BullaVariantsAxis *axis,
           const BullaVariantsRequest *request, const BullaVariantsReadings *readings)
{
  Ranking ranking = {
      .facet = facet,
      .preferences = bulla_variants_request_get_preferences (request, axis->mechanism),
      .readings = readings,
  };
  gsize most = axis->mechanism == BULLA_VARIANTS_MECHANISM_COOKIE
                   ? (gsize)axis->n_values * request->n_cookies
                   : axis->n_values + 1;

  facet->axis = axis;
  facet->ranked = g_new (BullaVariantsRanked, most);
  facet->ranks = g_new (guint16, axis->n_values + 1);
  memset (facet->ranks, 0xff, (axis->n_values + 1) * sizeof (guint16));
  if (axis->mechanism == BULLA_VARIANTS_MECHANISM_ENCODING)
    rank_codings (&ranking);
  else if (axis->mechanism == BULLA_VARIANTS_MECHANISM_COOKIE)
    rank_cookies (facet, request);
  else if (axis->mechanism == BULLA_VARIANTS_MECHANISM_IGNORED)
    rank_ignored (facet);
  else if (ranking.preferences != NULL)
    rank_filtered (&ranking);
}

/**
 * bulla_variants_rank: (skip)
 * @variants: the axes of a response; must outlive the result
 * @request: the request; must outlive the result
 * @readings: the readings of the profile with which both were parsed
 *
 * Spec: draft-ietf-httpbis-variants-06 section 4, “sorted-variants”.
 *
 * Returns: (transfer full): for each axis the values that the request accepts, the best first; none
 *   for an axis that is not known
 */
BullaVariantsRanking *
bulla_variants_rank (const BullaVariants *variants, const BullaVariantsRequest *request,
                     const BullaVariantsReadings *readings)
{
  BullaVariantsRanking *self = g_new0 (BullaVariantsRanking, 1);

  self->n_axes = variants->n_axes;
  for (guint i = 0; i < self->n_axes; i++)
    rank_axis (&self->facets[i], &variants->axes[i], request, readings);
  return self;
}

void
bulla_variants_ranking_free (BullaVariantsRanking *self)
{
  for (guint i = 0; i < self->n_axes; i++) {
    g_free (self->facets[i].ranked);
    g_free (self->facets[i].ranks);
  }
  g_free (self);
}
