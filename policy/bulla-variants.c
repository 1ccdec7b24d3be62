/* bulla-variants.c - matches Variants and Variant-Key with the headers of a request
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: draft-ietf-httpbis-variants-06, in the wire forms of -04/-05 (lists of lists) and -06
 * (dictionary, inner lists). Facets are sets, so membership by axis replaces the cross product. */
#include "bulla-variants.h"

#include <string.h>

#define MAX_AXES 16
#define MAX_VALUES 256
#define MAX_KEYS 256

static void
skip_space (const char **at)
{
  while (**at == ' ' || **at == '\t')
    (*at)++;
}

/* Reads a token or a string at @at; NULL if it is neither. */
static char *
read_item (const char **at)
{
  g_autoptr (GString) item = g_string_new (NULL);
  if (**at == '"') {
    for ((*at)++; **at != '"'; (*at)++) {
      if (**at == '\\' && ((*at)[1] == '"' || (*at)[1] == '\\'))
        (*at)++;
      else if (**at == '\\' || **at < 0x20 || **at == 0x7f)
        return NULL;
      g_string_append_c (item, **at);
    }
    (*at)++;
    return g_string_free (g_steal_pointer (&item), FALSE);
  }
  if (!g_ascii_isalpha (**at) && **at != '*')
    return NULL;
  while (**at != '\0' && (g_ascii_isalnum (**at) || strchr ("_-.:%*/!#$&'+^`|~@?", **at) != NULL))
    g_string_append_c (item, *(*at)++);
  return g_string_free (g_steal_pointer (&item), FALSE);
}

/* Reads `a;b;c`, the inner list of drafts 04 and 05. */
static GPtrArray *
read_semicolon_list (const char **at)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  for (;;) {
    char *item = read_item (at);
    if (item == NULL || list->len > MAX_VALUES)
      return g_free (item), NULL;
    g_ptr_array_add (list, item);
    skip_space (at);
    if (**at != ';')
      return g_steal_pointer (&list);
    (*at)++;
    skip_space (at);
  }
}

/* Reads `(a b c)`, the inner list of draft 06. */
static GPtrArray *
read_inner_list (const char **at, GPtrArray *into)
{
  g_autoptr (GPtrArray) list = into != NULL ? into : g_ptr_array_new_with_free_func (g_free);
  if (**at != '(')
    return NULL;
  (*at)++;
  for (skip_space (at); **at != ')'; skip_space (at)) {
    char *item = read_item (at);
    if (item == NULL || list->len > MAX_VALUES || (**at != ' ' && **at != ')'))
      return g_free (item), NULL;
    g_ptr_array_add (list, item);
  }
  (*at)++;
  return g_steal_pointer (&list);
}

/* Reads `name=(a b c)`; the axis comes first in the result, as in the older form. */
static GPtrArray *
read_dictionary_member (const char **at)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  const char *start = *at;
  if (!g_ascii_islower (*start))
    return NULL;
  while (g_ascii_islower (**at) || g_ascii_isdigit (**at) || **at == '-' || **at == '_')
    (*at)++;
  g_ptr_array_add (list, g_strndup (start, (gsize)(*at - start)));
  if (**at != '=')
    return NULL;
  (*at)++;
  return read_inner_list (at, g_steal_pointer (&list));
}

/* Reads the whole field, members separated by commas; NULL if it is malformed. */
static GPtrArray *
read_field (const char *text, BullaVariantsSyntax syntax, gboolean axes)
{
  g_autoptr (GPtrArray) members =
      g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  const char *at = text;
  skip_space (&at);
  for (;;) {
    GPtrArray *member = syntax == BULLA_VARIANTS_SYNTAX_LISTS ? read_semicolon_list (&at)
                        : axes                                ? read_dictionary_member (&at)
                                                              : read_inner_list (&at, NULL);
    if (member == NULL)
      return NULL;
    g_ptr_array_add (members, member);
    skip_space (&at);
    if (*at == '\0')
      return g_steal_pointer (&members);
    if (*at != ',' || members->len >= (axes ? MAX_AXES : MAX_KEYS))
      return NULL;
    at++;
    skip_space (&at);
  }
}

typedef struct {
  char *value; /* owned */
  double weight;
} Preference;

static void
preference_clear (gpointer data)
{
  g_free (((Preference *)data)->value);
}

static double
read_weight (const char *parameters)
{
  g_auto (GStrv) list = g_strsplit (parameters, ";", 32);
  for (int i = 0; list[i] != NULL; i++) {
    const char *parameter = g_strstrip (list[i]);
    if (g_ascii_strncasecmp (parameter, "q=", 2) != 0)
      continue;
    char *end = NULL;
    double weight = g_ascii_strtod (parameter + 2, &end);
    if (end != parameter + 2 && *end == '\0' && weight >= 0 && weight <= 1)
      return weight;
  }
  return 1;
}

/* Returns the request's preferences; entries with q=0 are dropped, as the draft requires. */
static GArray *
read_preferences (const char *field)
{
  GArray *preferences = g_array_new (FALSE, FALSE, sizeof (Preference));
  g_array_set_clear_func (preferences, preference_clear);
  g_auto (GStrv) elements = g_strsplit (field != NULL ? field : "", ",", MAX_VALUES);
  for (int i = 0; elements[i] != NULL; i++) {
    char *parameters = strchr (elements[i], ';');
    if (parameters != NULL)
      *parameters++ = '\0';
    Preference preference = {g_strdup (g_strstrip (elements[i])),
                             parameters != NULL ? read_weight (parameters) : 1};
    if (preference.value[0] != '\0' && preference.weight > 0)
      g_array_append_val (preferences, preference);
    else
      g_free (preference.value);
  }
  return preferences;
}

static gboolean
range_matches_type (const char *range, const char *type)
{
  if (strcmp (range, "*/*") == 0 || strcmp (range, "*") == 0)
    return TRUE;
  size_t length = strlen (range);
  if (length > 2 && strcmp (range + length - 2, "/*") == 0)
    return g_ascii_strncasecmp (range, type, length - 1) == 0;
  return g_ascii_strcasecmp (range, type) == 0;
}

/* Implements RFC 4647 section 3.3.1, Basic filtering. */
static gboolean
range_matches_language (const char *range, const char *tag)
{
  size_t length = strlen (range);
  if (strcmp (range, "*") == 0)
    return TRUE;
  return g_ascii_strncasecmp (range, tag, length) == 0
         && (tag[length] == '\0' || tag[length] == '-');
}

/* Says whether @value is the default of the axis, or one of its values that the request accepts. */
static gboolean
facet_has (GPtrArray *axis, const char *value, const char *field,
           gboolean (*matches) (const char *range, const char *offered))
{
  if (axis->len < 2)
    return FALSE;
  g_autoptr (GArray) preferences = read_preferences (field);
  gboolean any = FALSE;
  for (guint i = 1; i < axis->len; i++)
    for (guint j = 0; j < preferences->len; j++)
      if (matches (g_array_index (preferences, Preference, j).value, axis->pdata[i])) {
        any = TRUE;
        if (strcmp (axis->pdata[i], value) == 0)
          return TRUE;
      }
  return !any && strcmp (axis->pdata[1], value) == 0;
}

static gboolean
coding_equal (const char *preferred, const char *offered)
{
  return g_ascii_strcasecmp (preferred, offered) == 0;
}

/* the coding identity is always available and acceptable, so no list has to name it */
static gboolean
encoding_facet_has (GPtrArray *axis, const char *value, const char *field)
{
  if (strcmp (value, "identity") == 0)
    return TRUE;
  g_autoptr (GArray) preferences = read_preferences (field);
  for (guint i = 1; i < axis->len; i++)
    for (guint j = 0; j < preferences->len && strcmp (axis->pdata[i], value) == 0; j++)
      if (coding_equal (g_array_index (preferences, Preference, j).value, axis->pdata[i]))
        return TRUE;
  return FALSE;
}

static gboolean
cookie_facet_has (GPtrArray *axis, const char *value, const char *field)
{
  g_auto (GStrv) pairs = g_strsplit (field != NULL ? field : "", ";", MAX_VALUES);
  for (int i = 0; pairs[i] != NULL; i++) {
    char *pair = g_strstrip (pairs[i]);
    char *equals = strchr (pair, '=');
    if (equals == NULL)
      continue;
    *equals = '\0';
    for (guint j = 1; j < axis->len; j++)
      if (strcmp (axis->pdata[j], pair) == 0 && strcmp (equals + 1, value) == 0)
        return TRUE;
  }
  return FALSE;
}

static gboolean
axis_accepts (GPtrArray *axis, const char *value, BullaVariantsSyntax syntax,
              const BullaRequestFacts *request, const char **why)
{
  const char *name = axis->pdata[0];
  if (g_ascii_strcasecmp (name, "accept") == 0)
    return facet_has (axis, value, request->accept, range_matches_type);
  if (g_ascii_strcasecmp (name, "accept-language") == 0)
    return facet_has (axis, value, request->accept_language, range_matches_language);
  if (g_ascii_strcasecmp (name, "accept-encoding") == 0)
    return encoding_facet_has (axis, value, request->accept_encoding);
  if (syntax == BULLA_VARIANTS_SYNTAX_DICTIONARY && g_ascii_strcasecmp (name, "cookie") == 0)
    return cookie_facet_has (axis, value, request->cookie);
  *why = "an axis that is not known";
  return FALSE;
}

/**
 * bulla_variants_match: (skip)
 * @variants: (nullable): the value of Variants
 * @variant_key: (nullable): the value of Variant-Key
 * @syntax: the draft whose syntax is used
 * @request: the request headers
 * @why: (out): the finding, static
 *
 * Spec: LOAD "Request matching"; draft-ietf-httpbis-variants-06 section 4.
 *
 * Returns: whether the request would select this response
 */
gboolean
bulla_variants_match (const char *variants, const char *variant_key, BullaVariantsSyntax syntax,
                      const BullaRequestFacts *request, const char **why)
{
  *why = "neither Variants nor Variant-Key";
  if (variants == NULL && variant_key == NULL)
    return TRUE;
  *why = variants == NULL ? "Variant-Key without Variants" : "Variants without Variant-Key";
  if (variants == NULL || variant_key == NULL)
    return FALSE;
  g_autoptr (GPtrArray) axes = read_field (variants, syntax, TRUE);
  g_autoptr (GPtrArray) keys = read_field (variant_key, syntax, FALSE);
  *why = axes == NULL ? "Variants cannot be read" : "Variant-Key cannot be read";
  if (axes == NULL || keys == NULL)
    return FALSE;
  *why = "a Variant-Key of another length than Variants";
  for (guint i = 0; i < keys->len; i++)
    if (((GPtrArray *)keys->pdata[i])->len != axes->len)
      return FALSE;
  *why = "another variant than the request would get";
  for (guint i = 0; i < keys->len; i++) {
    GPtrArray *key = keys->pdata[i];
    guint agreed = 0;
    while (agreed < axes->len
           && axis_accepts (axes->pdata[agreed], key->pdata[agreed], syntax, request, why))
      agreed++;
    if (agreed == axes->len) {
      *why = "an acceptable variant";
      return TRUE;
    }
  }
  return FALSE;
}

/**
 * bulla_variants_count: (skip)
 * @variants: the value of Variants, of either draft
 * @syntax: (out): the draft whose syntax is used
 * @product: (out): the number of combinations of available values
 *
 * Spec: B1ALG "Parsing the index section"; B1DECL. A value that an axis allows without listing it,
 * such as `identity`, does not count in the product.
 *
 * Returns: whether @variants is valid, and each axis has a value
 */
gboolean
bulla_variants_count (const char *variants, BullaVariantsSyntax *syntax, guint64 *product)
{
  *syntax = BULLA_VARIANTS_SYNTAX_LISTS;
  *product = 1;
  g_autoptr (GPtrArray) axes = read_field (variants, *syntax, TRUE);
  if (axes == NULL) {
    *syntax = BULLA_VARIANTS_SYNTAX_DICTIONARY;
    axes = read_field (variants, *syntax, TRUE);
  }
  for (guint i = 0; axes != NULL && i < axes->len; i++)
    if (!g_uint64_checked_mul (product, *product, ((GPtrArray *)axes->pdata[i])->len - 1))
      return FALSE;
  return axes != NULL && *product > 0;
}

/* a value of an axis, by index from 0, and the preference that the request gives it */
typedef struct {
  guint place;
  double weight;
} Offer;

static gint
compare_offers (gconstpointer a, gconstpointer b)
{
  const Offer *one = a, *other = b;
  if (one->weight != other->weight)
    return one->weight > other->weight ? -1 : 1;
  return one->place < other->place ? -1 : 1;
}

static const char *
field_for (const char *axis, const BullaRequestFacts *request)
{
  if (g_ascii_strcasecmp (axis, "accept") == 0)
    return request->accept;
  if (g_ascii_strcasecmp (axis, "accept-language") == 0)
    return request->accept_language;
  return g_ascii_strcasecmp (axis, "accept-encoding") == 0 ? request->accept_encoding : NULL;
}

/* Returns a preference: among equals the earlier value wins; values without a stated one come
 * last. */
static double
weigh (const char *axis, const char *value, GArray *preferences)
{
  gboolean language = g_ascii_strcasecmp (axis, "accept-language") == 0;
  gboolean type = g_ascii_strcasecmp (axis, "accept") == 0;
  double best = 0;
  for (guint i = 0; i < preferences->len; i++) {
    const Preference *preference = &g_array_index (preferences, Preference, i);
    gboolean same = language ? range_matches_language (preference->value, value)
                    : type   ? range_matches_type (preference->value, value)
                             : coding_equal (preference->value, value);
    double weight = preference->weight - (double)i * 1e-6;
    if (same && weight > best)
      best = weight;
  }
  return best;
}

/* Returns the values that the request accepts, the best first. */
static GArray *
rank (GPtrArray *axis, BullaVariantsSyntax syntax, const BullaRequestFacts *request)
{
  GArray *offers = g_array_new (FALSE, FALSE, sizeof (Offer));
  const char *why = NULL;
  g_autoptr (GArray) preferences = read_preferences (field_for (axis->pdata[0], request));
  for (guint i = 1; i < axis->len; i++) {
    Offer offer = {i - 1, weigh (axis->pdata[0], axis->pdata[i], preferences)};
    if (axis_accepts (axis, axis->pdata[i], syntax, request, &why))
      g_array_append_val (offers, offer);
  }
  g_array_sort (offers, compare_offers);
  return offers;
}

/* Advances to the next combination, the last axis first; FALSE after the last combination. */
static gboolean
turn (GPtrArray *ranked, guint *at)
{
  for (guint i = ranked->len; i-- > 0;) {
    if (++at[i] < ((GArray *)ranked->pdata[i])->len)
      return TRUE;
    at[i] = 0;
  }
  return FALSE;
}

/**
 * bulla_variants_choose: (skip)
 * @variants: the value of Variants, of either draft
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
bulla_variants_choose (const char *variants, const BullaRequestFacts *request,
                       const gboolean *there, guint n, guint *chosen)
{
  BullaVariantsSyntax syntax = BULLA_VARIANTS_SYNTAX_LISTS;
  guint64 product = 0;
  if (!bulla_variants_count (variants, &syntax, &product) || product != n)
    return FALSE;
  g_autoptr (GPtrArray) axes = read_field (variants, syntax, TRUE);
  g_autoptr (GPtrArray) ranked = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  for (guint i = 0; i < axes->len; i++) {
    GArray *offers = rank (axes->pdata[i], syntax, request);
    g_ptr_array_add (ranked, offers);
    if (offers->len == 0)
      return FALSE;
  }
  guint at[MAX_AXES + 1] = {0};
  do {
    *chosen = 0;
    for (guint i = 0; i < axes->len; i++)
      *chosen = *chosen * (((GPtrArray *)axes->pdata[i])->len - 1)
                + g_array_index ((GArray *)ranked->pdata[i], Offer, at[i]).place;
    if (there[*chosen])
      return TRUE;
  } while (turn (ranked, at));
  return FALSE;
}
