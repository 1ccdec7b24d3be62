/* bulla-bundle-variants.c - chooses among the variants that the index of a bundle has of a URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-internal.h"
#include "bulla-bundle-private.h"
#include "bulla-judge.h"
#include "bulla-variants.h"

/* Returns: (nullable): the variants-value of the resource; NULL if it has only one location */
static const char *
get_variants (BullaBundle *self, guint resource)
{
  const char *variants =
      bulla_bundle_get_n_variants (self, resource) > 0
          ? bulla_bundle_index_get_variants (bulla_bundle_get_index (self), resource)
          : NULL;

  return variants != NULL && *variants != '\0' ? variants : NULL;
}

/* Returns: (transfer full): whether each combination has a location, in row-major order */
static gboolean *
list_existing (BullaBundle *self, guint resource, guint n)
{
  gboolean *there = g_new0 (gboolean, n);
  BullaRange range;

  for (guint i = 0; i < n; i++)
    there[i] = bulla_bundle_get_range (self, resource, i, &range);
  return there;
}

static const BullaVariantsReadings *
get_readings (BullaBundle *self)
{
  return &bulla_profile_get_settings (self->profile)->variants;
}

/**
 * bulla_bundle_choose_variant:
 * @self: a bundle
 * @resource: index of the resource
 * @request: facts about the request
 *
 * Spec: B1 "index section": the best existing variant that the request accepts.
 *
 * Returns: the index of the chosen location; -1 if the request accepts none
 */
gint
bulla_bundle_choose_variant (BullaBundle *self, guint resource, const BullaRequestFacts *request)
{
  guint n = bulla_bundle_get_n_variants (self, resource);
  const char *variants = get_variants (self, resource);
  BullaRange range;
  guint chosen = 0;

  if (variants == NULL)
    return bulla_bundle_get_range (self, resource, 0, &range) ? 0 : -1;
  g_autofree gboolean *there = list_existing (self, resource, n);
  return bulla_variants_choose (variants, get_readings (self), request, there, n, &chosen)
             ? (gint)chosen
             : -1;
}

/**
 * bulla_bundle_judge_absent_variant: (skip)
 * @self: a bundle
 * @resource: index of the resource
 * @request: a request for which bulla_bundle_choose_variant() has chosen nothing
 * @now: Unix seconds
 *
 * Returns: (transfer full): a verdict on the request that says what the bundle has, what the
 *   request asks for, and what it selects
 */
BullaVerdict *
bulla_bundle_judge_absent_variant (BullaBundle *self, guint resource,
                                   const BullaRequestFacts *request, gint64 now)
{
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  BullaRequestFacts asked = *request;
  const char *variants = get_variants (self, resource);
  guint n = bulla_bundle_get_n_variants (self, resource);
  g_autofree gboolean *there = list_existing (self, resource, n);
  g_autofree char *why =
      variants != NULL
          ? bulla_variants_explain_absent (variants, get_readings (self), request, there, n)
          : g_strdup ("the index has no location for this URL");

  facts->form = BULLA_FORM_BUNDLE;
  asked.no_variant = why;
  return bulla_judge_request (facts, self->profile, &asked, now);
}
