/* bulla-bundle-survey.c - counts overlaps, repetitions and gaps in the locations of an index
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-survey.h"

#include <string.h>

#define SMALLEST_RESPONSE 3 /* bytes: the head of an array and two empty strings */

static gboolean
is_in_order (const BullaBundleLocation *locations, guint n)
{
  for (guint i = 1; i < n; i++)
    if (locations[i].offset < locations[i - 1].offset)
      return FALSE;
  return TRUE;
}

/* Sorts by one byte of the offset; the sort is stable. */
static void
sort_by_byte (const BullaBundleLocation *from, BullaBundleLocation *to, guint n, guint shift)
{
  guint32 places[256] = {0}, sum = 0;

  for (guint i = 0; i < n; i++)
    places[from[i].offset >> shift & 0xff]++;
  for (guint i = 0; i < 256; i++) {
    guint32 count = places[i];
    places[i] = sum;
    sum += count;
  }
  for (guint i = 0; i < n; i++)
    to[places[from[i].offset >> shift & 0xff]++] = from[i];
}

/* Sorts by offset; the time does not depend on the values. */
static BullaBundleLocation *
sort_locations (const BullaBundleLocation *locations, guint n)
{
  BullaBundleLocation *sorted = g_new (BullaBundleLocation, n + 1);
  BullaBundleLocation *spare = g_new (BullaBundleLocation, n + 1);
  guint64 most = 0;

  memcpy (sorted, locations, n * sizeof *sorted);
  for (guint i = 0; i < n; i++)
    most = MAX (most, locations[i].offset);
  for (guint shift = 0; shift < 64 && most >> shift > 0; shift += 8) {
    sort_by_byte (sorted, spare, n, shift);
    BullaBundleLocation *other = spare;
    spare = sorted;
    sorted = other;
  }
  g_free (spare);
  return sorted;
}

static void
add (BullaBundleSurvey *self, const BullaBundleLocation *location,
     const BullaBundleLocation *before)
{
  guint64 end = location->offset + location->length;

  if (before != NULL && location->offset == before->offset && location->length == before->length) {
    self->n_aliases++;
    return;
  }
  if (before == NULL)
    self->first = location->offset;
  else if (location->offset < self->end)
    self->n_overlaps++;
  else
    self->gap_capacity += (location->offset - self->end) / SMALLEST_RESPONSE;
  self->n_distinct++;
  self->end = MAX (self->end, end);
}

/**
 * bulla_bundle_survey_take: (skip)
 * @locations: all locations of the index; those with offset and length 0 are skipped
 * @n: number of locations
 *
 * Returns: overlaps, repetitions and gaps of the locations
 */
BullaBundleSurvey
bulla_bundle_survey_take (const BullaBundleLocation *locations, guint n)
{
  BullaBundleSurvey self = {0};
  g_autofree BullaBundleLocation *sorted =
      is_in_order (locations, n) ? NULL : sort_locations (locations, n);
  const BullaBundleLocation *before = NULL;

  for (guint i = 0; i < n; i++) {
    const BullaBundleLocation *location = sorted != NULL ? &sorted[i] : &locations[i];
    if (location->offset == 0 && location->length == 0)
      continue;
    add (&self, location, before);
    before = location;
  }
  return self;
}

/**
 * bulla_bundle_survey_fits: (skip)
 * @self: a survey
 * @n_responses: number of responses, as stated by the head of their array
 * @start: offset of the first response
 * @end: offset of the end of the last response
 *
 * The items of the array are not counted. But each location is one of them, and the bytes between
 * locations have room for a limited number of others.
 *
 * Returns: whether the array can have that many items; always %TRUE if locations overlap
 */
gboolean
bulla_bundle_survey_fits (const BullaBundleSurvey *self, guint64 n_responses, guint64 start,
                          guint64 end)
{
  if (self->n_overlaps > 0 || (self->n_distinct > 0 && self->first < start))
    return TRUE;
  guint64 before = self->n_distinct > 0 ? self->first - start : end - start;
  guint64 behind = self->n_distinct > 0 ? end - self->end : 0;
  guint64 more = self->gap_capacity + before / SMALLEST_RESPONSE + behind / SMALLEST_RESPONSE;
  return n_responses >= self->n_distinct && n_responses <= self->n_distinct + more;
}
