/* bulla-variants.c - matches Variants and Variant-Key with the headers of a request
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: draft-ietf-httpbis-variants-06, in the wire forms of -04/-05 (lists of lists) and -06
 * (dictionary, inner lists). */
#include "bulla-variants.h"

#include "bulla-variants-sentence.h"

/* What an index is counted with if the profile cannot read it: nothing is chosen from it then, and
 * the other resources of the bundle can be used. */
static const BullaVariantsReadings widest = {
    .list_tokens = BULLA_LIST_TOKENS_WIDE,
    .member_parameters = BULLA_MEMBER_PARAMETERS_IGNORED,
};

static char *
describe_stop (const char *name, const char *field, gsize stopped)
{
  if (field[stopped] == '\0')
    return g_strdup_printf ("%s cannot be read: it ends too early", name);
  return g_strdup_printf ("%s cannot be read from byte %" G_GSIZE_FORMAT " on: %.40s", name,
                          stopped, field + stopped);
}

static gboolean
match_keys (const BullaVariants *axes, const BullaVariantKeys *keys,
            const BullaVariantsReadings *readings, const BullaRequestFacts *facts, char **text)
{
  g_autoptr (BullaVariantsRequest) request = bulla_variants_request_new (facts, readings);
  g_autoptr (BullaVariantsRanking) ranking = bulla_variants_rank (axes, request, readings);
  BullaVariantsSelection selection;

  *text = bulla_variants_describe_unknown_axes (axes, readings);
  if (*text != NULL)
    return FALSE;
  gboolean found = bulla_variants_ranking_choose_key (ranking, &keys, 1, &selection);
  *text = found ? bulla_variants_describe_match (keys, selection.chosen, selection.grade)
                : bulla_variants_describe_mismatch (ranking, keys, facts);
  return found;
}

/**
 * bulla_variants_match: (skip)
 * @fields: the fields of a response
 * @request: the request headers
 * @words: (out): the finding, static; %NULL if @text has it
 * @text: (out) (transfer full): the finding if it names values; %NULL if @words has it
 *
 * Spec: LOAD "Request matching"; draft-ietf-httpbis-variants-06 section 4.
 *
 * Returns: whether the request would select this response
 */
gboolean
bulla_variants_match (const BullaVariantsFields *fields, const BullaRequestFacts *request,
                      const char **words, char **text)
{
  gsize stopped = 0;

  *text = NULL;
  *words = "neither Variants nor Variant-Key";
  if (fields->variants == NULL && fields->variant_key == NULL)
    return TRUE;
  *words =
      fields->variants == NULL ? "Variant-Key without Variants" : "Variants without Variant-Key";
  if (fields->variants == NULL || fields->variant_key == NULL)
    return FALSE;
  *words = NULL;
  g_autoptr (BullaVariants) axes =
      bulla_variants_parse (fields->variants, fields->syntax, fields->readings, &stopped);
  if (axes == NULL) {
    *text = describe_stop ("Variants", fields->variants, stopped);
    return FALSE;
  }
  g_autoptr (BullaVariantKeys) keys =
      bulla_variant_keys_parse (fields->variant_key, axes, fields->readings, &stopped);
  if (keys == NULL) {
    if (stopped == G_MAXSIZE)
      *words = "a Variant-Key of another length than Variants";
    else
      *text = describe_stop ("Variant-Key", fields->variant_key, stopped);
    return FALSE;
  }
  return match_keys (axes, keys, fields->readings, request, text);
}

/* Says whether a request can ask for all values of one key. The values of a cookie are not listed.
 */
static gboolean
can_ask_for_key (const BullaVariants *axes, const BullaVariantKeys *keys, guint key)
{
  for (guint i = 0; i < axes->n_axes; i++)
    if (axes->axes[i].mechanism != BULLA_VARIANTS_MECHANISM_COOKIE
        && axes->axes[i].mechanism != BULLA_VARIANTS_MECHANISM_IGNORED
        && keys->places[(gsize)key * keys->n_axes + i] == BULLA_VARIANTS_PLACE_NONE)
      return FALSE;
  return TRUE;
}

/**
 * bulla_variants_find_obstacle: (skip)
 * @fields: the fields of a response
 *
 * Returns: (transfer full) (nullable): why no request at all selects the response; %NULL if some
 *   request does
 */
char *
bulla_variants_find_obstacle (const BullaVariantsFields *fields)
{
  const BullaRequestFacts any = {NULL};
  const char *words = NULL;
  char *text = NULL;

  if (bulla_variants_match (fields, &any, &words, &text)) {
    g_free (text);
    return NULL;
  }
  if (!bulla_variants_are_known (fields))
    return text != NULL ? text : g_strdup (words);
  g_free (text);
  g_autoptr (BullaVariants) axes =
      bulla_variants_parse (fields->variants, fields->syntax, fields->readings, NULL);
  g_autoptr (BullaVariantKeys) keys =
      bulla_variant_keys_parse (fields->variant_key, axes, fields->readings, NULL);
  for (guint i = 0; i < keys->n_keys; i++)
    if (can_ask_for_key (axes, keys, i))
      return NULL;
  return g_strdup_printf ("Variant-Key %.80s names no value that Variants offers",
                          fields->variant_key);
}

/**
 * bulla_variants_are_known: (skip)
 * @fields: the fields of a response
 *
 * Returns: whether both fields are there and can be read, and all axes are known
 */
gboolean
bulla_variants_are_known (const BullaVariantsFields *fields)
{
  if (fields->variants == NULL || fields->variant_key == NULL)
    return FALSE;
  g_autoptr (BullaVariants) axes =
      bulla_variants_parse (fields->variants, fields->syntax, fields->readings, NULL);
  if (axes == NULL)
    return FALSE;
  g_autoptr (BullaVariantKeys) keys =
      bulla_variant_keys_parse (fields->variant_key, axes, fields->readings, NULL);
  g_autofree char *unknown = bulla_variants_describe_unknown_axes (axes, fields->readings);
  return keys != NULL && unknown == NULL;
}

/* Parses Variants of an index, in either form. */
static BullaVariants *
parse_either (const char *variants, const BullaVariantsReadings *readings)
{
  BullaVariants *axes =
      bulla_variants_parse (variants, BULLA_VARIANTS_SYNTAX_LISTS, readings, NULL);

  if (axes == NULL)
    axes = bulla_variants_parse (variants, BULLA_VARIANTS_SYNTAX_DICTIONARY, readings, NULL);
  return axes;
}

/**
 * bulla_variants_count: (skip)
 * @variants: the value of Variants, of either draft
 * @readings: the readings of the profile
 * @syntax: (out): the draft whose syntax is used
 * @product: (out): the number of combinations of available values
 *
 * Spec: B1ALG "Parsing the index section"; B1DECL. A value that an axis allows without listing it,
 * such as `identity`, does not count in the product. What the profile cannot read is counted by the
 * readings that accept most.
 *
 * Returns: whether @variants is valid, and each axis has a value
 */
gboolean
bulla_variants_count (const char *variants, const BullaVariantsReadings *readings,
                      BullaVariantsSyntax *syntax, guint64 *product)
{
  g_autoptr (BullaVariants) axes = parse_either (variants, readings);

  if (axes == NULL)
    axes = parse_either (variants, &widest);
  *syntax = axes != NULL ? axes->syntax : BULLA_VARIANTS_SYNTAX_LISTS;
  *product = axes != NULL ? bulla_variants_get_product (axes) : 0;
  return *product > 0;
}

/**
 * bulla_variants_choose: (skip)
 * @variants: the value of Variants, of either draft
 * @readings: the readings of the profile
 * @request: the request
 * @there: (array length=n): whether each combination exists, in row-major order, the first axis
 *   slowest
 * @n: the number of combinations, from bulla_variants_count()
 * @chosen: (out): the best one that the request accepts
 *
 * Spec: draft-ietf-httpbis-variants-06 section 4; B1 "Parsing the index section".
 *
 * Returns: whether the request accepts an existing combination
 */
gboolean
bulla_variants_choose (const char *variants, const BullaVariantsReadings *readings,
                       const BullaRequestFacts *request, const gboolean *there, guint n,
                       guint *chosen)
{
  g_autoptr (BullaVariants) axes = parse_either (variants, readings);
  BullaVariantsSelection selection;

  if (axes == NULL || bulla_variants_get_product (axes) != n)
    return FALSE;
  g_autoptr (BullaVariantsRequest) fields = bulla_variants_request_new (request, readings);
  g_autoptr (BullaVariantsRanking) ranking = bulla_variants_rank (axes, fields, readings);
  if (!bulla_variants_ranking_choose_combination (ranking, there, n, readings->absent_combination,
                                                  &selection))
    return FALSE;
  *chosen = selection.chosen;
  return TRUE;
}

static gboolean
has_cookie_axis (const BullaVariants *axes)
{
  for (guint i = 0; i < axes->n_axes; i++)
    if (axes->axes[i].mechanism == BULLA_VARIANTS_MECHANISM_COOKIE)
      return TRUE;
  return FALSE;
}

/**
 * bulla_variants_explain_absent: (skip)
 * @variants: the value of Variants, of either draft
 * @readings: the readings of the profile
 * @request: a request for which bulla_variants_choose() has chosen nothing
 * @there: (array length=n): whether each combination exists, in row-major order
 * @n: the number of combinations, from bulla_variants_count()
 *
 * Returns: (transfer full): a sentence that says why the request accepts no existing combination
 */
char *
bulla_variants_explain_absent (const char *variants, const BullaVariantsReadings *readings,
                               const BullaRequestFacts *request, const gboolean *there, guint n)
{
  g_autoptr (BullaVariants) axes = parse_either (variants, readings);

  if (axes == NULL || bulla_variants_get_product (axes) != n)
    return g_strdup_printf ("the profile cannot read the variants of the index: %.80s", variants);
  char *unknown = bulla_variants_describe_unknown_axes (axes, readings);
  if (unknown != NULL)
    return unknown;
  if (has_cookie_axis (axes))
    return g_strdup ("a cookie axis has no place in an index: the values of cookies are not in it");
  g_autoptr (BullaVariantsRequest) fields = bulla_variants_request_new (request, readings);
  g_autoptr (BullaVariantsRanking) ranking = bulla_variants_rank (axes, fields, readings);
  return bulla_variants_describe_choices (ranking, axes, there, n, request);
}
