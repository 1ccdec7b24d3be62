/* bulla-variants-trace.c - describes how each axis of Variants was ranked for a request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-variants-trace.h"

#include "bulla-rule.h"

static void
append_asked (GString *text, const BullaPreferences *asked, BullaTranslateFunc translate)
{
  for (guint i = 0; asked != NULL && i < asked->n; i++) {
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf (
        text, "%s%s;q=%s", i > 0 ? ", " : "", asked->entries[i].range,
        g_ascii_formatd (digits, sizeof digits, "%.4g", asked->entries[i].weight));
  }
  if (asked == NULL || asked->n == 0)
    g_string_append (text, bulla_text_translate (N_ ("nothing"), translate));
}

static void
append_ranked (GString *text, const BullaVariantsFacet *facet, const BullaPreferences *asked,
               BullaTranslateFunc translate)
{
  static const char *const because[] = {N_ ("range"), N_ ("wildcard"), N_ ("default"),
                                        N_ ("added")};

  for (guint i = 0; i < facet->n_ranked; i++) {
    const BullaVariantsRanked *ranked = &facet->ranked[i];
    g_string_append_printf (text, "%s%s (%s", i > 0 ? ", " : "", ranked->value,
                            bulla_text_translate (because[ranked->because], translate));
    if (ranked->preference >= 0)
      g_string_append_printf (text, " %s", asked->entries[ranked->preference].range);
    g_string_append_c (text, ')');
  }
  if (facet->n_ranked == 0)
    g_string_append (text, bulla_text_translate (N_ ("nothing"), translate));
}

/**
 * bulla_variants_describe_ranking: (skip)
 * @ranking: what a request accepts
 * @request: its fields
 * @translate: (nullable): translates Bulla's own words
 *
 * Returns: (transfer full): a line for each axis: what was asked, with weights, what is offered,
 * and the acceptable values, the best first, with what matched each
 */
char *
bulla_variants_describe_ranking (const BullaVariantsRanking *ranking,
                                 const BullaVariantsRequest *request, BullaTranslateFunc translate)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < ranking->n_axes; i++) {
    const BullaVariantsFacet *facet = &ranking->facets[i];
    const BullaPreferences *asked =
        bulla_variants_request_get_preferences (request, facet->axis->mechanism);
    g_string_append_printf (text, "%s: %s ", facet->axis->name,
                            bulla_text_translate (N_ ("asked"), translate));
    append_asked (text, asked, translate);
    g_string_append_printf (text, "; %s ", bulla_text_translate (N_ ("offered"), translate));
    for (guint j = 0; j < facet->axis->n_values; j++)
      g_string_append_printf (text, "%s%s", j > 0 ? ", " : "", facet->axis->values[j]);
    g_string_append_printf (text, "; %s ", bulla_text_translate (N_ ("ranked"), translate));
    append_ranked (text, facet, asked, translate);
    g_string_append_c (text, '\n');
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
