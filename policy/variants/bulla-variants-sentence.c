/* bulla-variants-sentence.c - describes what a request asks of Variants and what it selects
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-variants-sentence.h"

#include <string.h>

#define KEYS_SHOWN 4     /* most keys of a package that are listed */
#define FIELD_SHOWN 80   /* most bytes shown of a request field */
#define VALUE_SHOWN "60" /* most bytes shown of a value */

/* Appends the values of a key, separated by blanks. */
static void
append_key (GString *text, const BullaVariantKeys *keys, guint key)
{
  for (guint i = 0; i < keys->n_axes; i++)
    g_string_append_printf (text, "%s%." VALUE_SHOWN "s", i > 0 ? " " : "",
                            keys->values[(gsize)key * keys->n_axes + i]);
}

/* Appends the first keys. @n_keys: how many there are, of which @keys may have only the first */
static void
append_keys (GString *text, const BullaVariantKeys *keys, guint n_keys)
{
  guint n = MIN (keys->n_keys, KEYS_SHOWN);

  for (guint i = 0; i < n; i++) {
    g_string_append (text, i == 0 ? "" : i + 1 == n && n == n_keys ? " and " : ", ");
    append_key (text, keys, i);
  }
  if (n_keys > n)
    g_string_append_printf (text, " and %u more", n_keys - n);
}

/* Returns the field of the request by which the axis is negotiated; of cookies only whether there
 * are any, because their values are secret. */
static const char *
field_for (BullaVariantsMechanism mechanism, const BullaRequestFacts *request)
{
  switch (mechanism) {
  case BULLA_VARIANTS_MECHANISM_ACCEPT:
    return request->accept;
  case BULLA_VARIANTS_MECHANISM_LANGUAGE:
    return request->accept_language;
  case BULLA_VARIANTS_MECHANISM_ENCODING:
    return request->accept_encoding;
  case BULLA_VARIANTS_MECHANISM_COOKIE:
    return request->cookie != NULL ? "its cookies" : NULL;
  case BULLA_VARIANTS_MECHANISM_NONE:
  case BULLA_VARIANTS_MECHANISM_IGNORED:
  default:
    return "any value";
  }
}

static void
append_asked (GString *text, const BullaVariantsRanking *ranking, const BullaRequestFacts *request)
{
  for (guint i = 0; i < ranking->n_axes; i++) {
    const BullaVariantsAxis *axis = ranking->facets[i].axis;
    const char *field = field_for (axis->mechanism, request);
    g_string_append (text, i > 0 ? "; " : "");
    if (field == NULL) {
      g_string_append_printf (text, "no %s", axis->name);
      continue;
    }
    if (ranking->n_axes > 1)
      g_string_append_printf (text, "%s: ", axis->name);
    g_string_append_len (text, field, (gssize)MIN (strlen (field), FIELD_SHOWN));
    if (strlen (field) > FIELD_SHOWN)
      g_string_append (text, "…");
  }
}

/* Appends the first possible key, and which of its values are defaults or need a wildcard. */
static void
append_selected (GString *text, const BullaVariantsRanking *ranking)
{
  gboolean several = ranking->n_axes > 1;

  for (guint i = 0; i < ranking->n_axes; i++) {
    const BullaVariantsFacet *facet = &ranking->facets[i];
    if (i > 0)
      g_string_append_c (text, ' ');
    if (facet->axis->mechanism == BULLA_VARIANTS_MECHANISM_COOKIE)
      g_string_append (text, "the value of a cookie");
    else
      g_string_append_printf (text, "%." VALUE_SHOWN "s", facet->ranked[0].value);
    if (facet->ranked[0].because == BULLA_VARIANTS_BECAUSE_DEFAULT)
      g_string_append (text, several ? " (the default)" : ", the default");
    else if (facet->ranked[0].because == BULLA_VARIANTS_BECAUSE_WILDCARD)
      g_string_append (text, several ? " (by a wildcard)" : ", by a wildcard");
  }
}

/**
 * bulla_variants_describe_unknown_axes: (skip)
 * @variants: the axes of a response
 * @readings: the readings of the profile
 *
 * Returns: (transfer full) (nullable): a sentence that names the axes without a mechanism and lists
 *   those with one; %NULL if all are known
 */
char *
bulla_variants_describe_unknown_axes (const BullaVariants *variants,
                                      const BullaVariantsReadings *readings)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < variants->n_axes; i++)
    if (variants->axes[i].mechanism == BULLA_VARIANTS_MECHANISM_NONE)
      g_string_append_printf (text, "%s%." VALUE_SHOWN "s", n++ > 0 ? ", " : "",
                              variants->axes[i].name);
  if (n == 0)
    return NULL;
  return g_strdup_printf ("unknown %s %s (known: %s)", n > 1 ? "axes" : "axis", text->str,
                          bulla_variants_get_known_axes (variants->syntax, readings));
}

/* Appends what the request asks for, and its first possible key. */
static void
append_request (GString *text, const BullaVariantsRanking *ranking,
                const BullaRequestFacts *request)
{
  guint ranks[BULLA_VARIANTS_AXES_MAX];

  g_string_append (text, "; the request (");
  append_asked (text, ranking, request);
  g_string_append (text, ") selects ");
  if (bulla_variants_ranking_begin (ranking, ranks))
    append_selected (text, ranking);
  else
    g_string_append (text, "none of the variants");
}

/**
 * bulla_variants_describe_mismatch: (skip)
 * @ranking: what the request accepts
 * @keys: the keys of the package, none of which is possible
 * @request: the request
 *
 * Returns: (transfer full): a sentence that says what the package offers, what the request asks
 * for, and what it selects
 */
char *
bulla_variants_describe_mismatch (const BullaVariantsRanking *ranking, const BullaVariantKeys *keys,
                                  const BullaRequestFacts *request)
{
  g_autoptr (GString) text = g_string_new ("this package is the ");

  append_keys (text, keys, keys->n_keys);
  g_string_append (text, " variant");
  append_request (text, ranking, request);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Returns: (transfer full): the keys of the first existing combinations */
static BullaVariantKeys *
list_existing (const BullaVariants *variants, const gboolean *there, guint n, guint *n_existing)
{
  const char *values[KEYS_SHOWN * BULLA_VARIANTS_AXES_MAX];
  guint n_keys = 0;

  *n_existing = 0;
  for (guint i = 0; i < n; i++) {
    guint rest = i;
    if (!there[i])
      continue;
    ++*n_existing;
    if (n_keys == KEYS_SHOWN)
      continue;
    for (guint j = variants->n_axes; j-- > 0;) {
      const BullaVariantsAxis *axis = &variants->axes[j];
      values[n_keys * variants->n_axes + j] = axis->values[rest % axis->n_values];
      rest /= axis->n_values;
    }
    n_keys++;
  }
  return bulla_variant_keys_new (variants, values, n_keys);
}

/**
 * bulla_variants_describe_choices: (skip)
 * @ranking: what the request accepts
 * @variants: the axes of an index entry, each with a value
 * @there: (array length=n): whether each combination exists, in row-major order, the first axis
 *   slowest
 * @n: the number of combinations, bulla_variants_get_product()
 * @request: the request, which accepts none that exists
 *
 * Returns: (transfer full): a sentence that says what the bundle offers, what the request asks for,
 *   and what it selects
 */
char *
bulla_variants_describe_choices (const BullaVariantsRanking *ranking, const BullaVariants *variants,
                                 const gboolean *there, guint n, const BullaRequestFacts *request)
{
  guint n_existing = 0;
  g_autoptr (BullaVariantKeys) keys = list_existing (variants, there, n, &n_existing);
  g_autoptr (GString) text = g_string_new ("the bundle has ");

  if (n_existing == 0)
    g_string_append (text, "none of its variants");
  else if (n_existing == 1)
    g_string_append (text, "only the variant ");
  else
    g_string_append (text, "the variants ");
  append_keys (text, keys, n_existing);
  append_request (text, ranking, request);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * bulla_variants_describe_match: (skip)
 * @keys: the keys of the package
 * @key: the key that the request accepts
 * @grade: how good the match is
 *
 * Returns: (transfer full): a sentence that names the key and the grade
 */
char *
bulla_variants_describe_match (const BullaVariantKeys *keys, guint key, BullaVariantsGrade grade)
{
  static const char *const words[] = {"the first choice of the request", "a later choice",
                                      "accepted by a wildcard", "the default", "not accepted"};
  g_autoptr (GString) text = g_string_new ("the ");

  append_key (text, keys, key);
  g_string_append_printf (text, " variant, %s", words[grade]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
