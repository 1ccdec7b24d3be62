/* bulla-bundle-judge.c - takes the verdict on a bundle from its primary resource
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-bundle-private.h"
#include "bulla-judge.h"
#include "bulla-settings.h"

#define TRIED_MAX 64 /* resources tried instead of a missing primary one */

/**
 * bulla_bundle_find_variant: (skip)
 * @self: a bundle
 * @resource: a place in its index
 * @range: (out): where the variant lies
 *
 * Returns: the first variant, which b1 may omit; -1 if there is none
 */
gint
bulla_bundle_find_variant (BullaBundle *self, guint resource, BullaRange *range)
{
  guint n = bulla_bundle_get_n_variants (self, resource);

  for (guint i = 0; i < n; i++)
    if (bulla_bundle_get_range (self, resource, i, range))
      return (gint)i;
  return -1;
}

/* Returns: the offset at which the response ends; 0 if it need not be waited for */
static guint64
find_end (BullaBundle *self, guint resource)
{
  BullaRange range;

  return bulla_bundle_find_variant (self, resource, &range) >= 0 ? range.offset + range.length : 0;
}

/* Returns whether the response can be read without blocking. */
static gboolean
is_there (BullaBundle *self, guint resource)
{
  guint64 end = find_end (self, resource);

  return end == 0 || bulla_bundle_source_has (self->source, end);
}

static BullaVerdict *
judge_resource (BullaBundle *self, guint resource)
{
  BullaRange range;
  gint variant = bulla_bundle_find_variant (self, resource, &range);

  if (variant < 0)
    return NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_bundle_load_there (self, resource, (guint)variant, &error);
  if (load == NULL && error == NULL) /* its bytes are there */
    self->wanting = (gint)resource;
  return load != NULL ? bulla_verdict_ref (bulla_load_get_verdict (load)) : NULL;
}

/* Without a primary resource, any resource that may be substituted decides for the bundle. */
static BullaVerdict *
judge_any (BullaBundle *self)
{
  guint n = bulla_bundle_get_n_resources (self);
  guint n_tried = 0;
  gboolean scope =
      bulla_profile_get_settings (self->profile)->scope != BULLA_SCOPE_NO && n <= TRIED_MAX;

  if (bulla_bundle_get_n_subsets (self) == 0 && !scope)
    return NULL;
  g_autoptr (BullaVerdict) first = NULL;
  for (guint i = 0; i < n && n_tried < TRIED_MAX && self->wanting < 0; i++) {
    if ((!scope && bulla_bundle_get_subset (self, i) < 0) || !is_there (self, i))
      continue;
    n_tried++;
    g_autoptr (BullaVerdict) verdict = judge_resource (self, i);
    if (verdict == NULL || bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_REFUSE)
      continue;
    if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE)
      return g_steal_pointer (&verdict);
    if (first == NULL && bulla_verdict_get_reason (verdict) != BULLA_REASON_NONE)
      first = g_steal_pointer (&verdict);
  }
  return g_steal_pointer (&first);
}

/**
 * bulla_bundle_judge: (skip)
 * @self: a bundle whose head was read, or that has a fault
 *
 * Does not wait for the primary resource: once that has come in, bulla_bundle_judge_again() counts
 * it. If CAA records have to be looked up first, bulla_bundle_bring_records() does so, and judges
 * again.
 */
void
bulla_bundle_judge (BullaBundle *self)
{
  const char *primary_url = bulla_bundle_get_primary_url (self);
  gint primary = primary_url != NULL ? bulla_bundle_find (self, primary_url) : -1;
  g_autoptr (BullaVerdict) speaker = NULL;
  gboolean waits = primary >= 0 && !is_there (self, (guint)primary);

  if (self->verdict != NULL)
    g_ptr_array_add (self->earlier, self->verdict);
  self->wanting = -1;
  self->primary_end = waits ? find_end (self, (guint)primary) : 0;
  gint64 now = bulla_context_get_time (self->context);
  /* A fault of the bundle itself makes judging its responses unnecessary. */
  self->verdict = bulla_judge_bundle (self->facts, self->profile, NULL, now);
  if (bulla_verdict_get_outcome (self->verdict) != BULLA_OUTCOME_SEPARATE_ORIGIN)
    return;
  if (primary < 0)
    speaker = judge_any (self);
  else if (!waits)
    speaker = judge_resource (self, (guint)primary);
  if (speaker == NULL)
    return;
  bulla_verdict_unref (self->verdict);
  self->verdict = bulla_judge_bundle (self->facts, self->profile, speaker, now);
}

/**
 * bulla_bundle_judge_again: (skip)
 * @self: a bundle that was judged
 *
 * Judges again if the verdict depends on the primary resource and that has arrived.
 */
void
bulla_bundle_judge_again (BullaBundle *self)
{
  if (self->primary_end > 0 && bulla_bundle_source_has (self->source, self->primary_end))
    bulla_bundle_judge (self);
}
