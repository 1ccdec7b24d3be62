/* test-policy-variants-random.c - compares choices with a naive reading of draft 06
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The reference follows the draft's steps with lists of strings and builds the whole cross product;
 * it shares no code with the implementation. */
#include "bulla-variants-choose.h"
#include "bulla-variants.h"

#include <string.h>

#define ROUNDS 20000

static const char *const TYPES[] = {"text/html", "text/plain", "image/webp", "image/jpeg"};
static const char *const LANGUAGES[] = {"en", "en-US", "fr", "fr-CA", "br"};
static const char *const CODINGS[] = {"gzip", "br", "identity", "GZIP"};
static const char *const TYPE_RANGES[] = {"text/html", "text/*",     "image/WEBP", "*/*",
                                          "image/*",   "image/jpeg", "font/woff2"};
static const char *const LANGUAGE_RANGES[] = {"en", "EN-us", "fr", "*", "de", "fr-CA", "br-FR"};
static const char *const CODING_RANGES[] = {"gzip", "br", "identity", "*", "zstd"};

typedef struct {
  const char *name;
  const char *const *values, *const *ranges;
  guint n_values, n_ranges;
} Axis;

static const Axis AXES[] = {
    {"accept", TYPES, TYPE_RANGES, G_N_ELEMENTS (TYPES), G_N_ELEMENTS (TYPE_RANGES)},
    {"accept-language", LANGUAGES, LANGUAGE_RANGES, G_N_ELEMENTS (LANGUAGES),
     G_N_ELEMENTS (LANGUAGE_RANGES)},
    {"accept-encoding", CODINGS, CODING_RANGES, G_N_ELEMENTS (CODINGS),
     G_N_ELEMENTS (CODING_RANGES)},
};

/* One random case. */
typedef struct {
  guint n_axes, axis[3]; /* each a place in AXES */
  GPtrArray *values[3];  /* owned; available values */
  GPtrArray *ranges[3];  /* owned; by place in AXES: ranges of the request */
  GArray *weights[3];    /* owned; in tenths */
  char *fields[3];       /* owned; NULL if not sent */
  GPtrArray *keys[3];    /* owned; by axis: the values of each key */
} Case;

static const char *
pick (const char *const *from, guint n)
{
  return from[g_test_rand_int_range (0, (gint)n)];
}

static void
make_field (Case *self, guint axis)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint n = g_test_rand_int_range (0, 5);

  self->ranges[axis] = g_ptr_array_new ();
  self->weights[axis] = g_array_new (FALSE, FALSE, sizeof (gint));
  for (gint i = 0; i < n; i++) {
    gint weight = g_test_rand_int_range (0, 11);
    const char *range = pick (AXES[axis].ranges, AXES[axis].n_ranges);
    g_ptr_array_add (self->ranges[axis], (gpointer)range);
    g_array_append_val (self->weights[axis], weight);
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", range);
    if (weight < 10 || g_test_rand_bit ())
      g_string_append_printf (text, ";q=%d.%d", weight / 10, weight % 10);
  }
  self->fields[axis] = n > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static void
make_case (Case *self, guint n_keys)
{
  self->n_axes = (guint)g_test_rand_int_range (1, 4);
  for (guint i = 0; i < 3; i++) {
    make_field (self, i);
    self->axis[i] = (guint)g_test_rand_int_range (0, 3);
    self->values[i] = g_ptr_array_new ();
    self->keys[i] = g_ptr_array_new ();
    const Axis *axis = &AXES[self->axis[i]];
    gint n = g_test_rand_int_range (1, 5);
    for (gint j = 0; j < n; j++)
      g_ptr_array_add (self->values[i], (gpointer)pick (axis->values, axis->n_values));
    for (guint j = 0; j < n_keys; j++)
      g_ptr_array_add (self->keys[i], (gpointer)pick (axis->values, axis->n_values));
  }
}

static void
clear_case (Case *self)
{
  for (guint i = 0; i < 3; i++) {
    g_ptr_array_unref (self->values[i]);
    g_ptr_array_unref (self->keys[i]);
    g_ptr_array_unref (self->ranges[i]);
    g_array_unref (self->weights[i]);
    g_free (self->fields[i]);
  }
}

/* --- the reference */

/* Section 5: the ranges by descending weight, in the order of the field, without weight 0. */
static GPtrArray *
preferred (const Case *self, guint axis)
{
  GPtrArray *sorted = g_ptr_array_new ();

  for (gint weight = 10; weight > 0; weight--)
    for (guint i = 0; i < self->ranges[axis]->len; i++)
      if (g_array_index (self->weights[axis], gint, i) == weight)
        g_ptr_array_add (sorted, self->ranges[axis]->pdata[i]);
  return sorted;
}

static gboolean
naive_matches (guint axis, const char *range, const char *value)
{
  g_autofree char *low_range = g_ascii_strdown (range, -1);
  g_autofree char *low_value = g_ascii_strdown (value, -1);
  g_autofree char *prefix = g_strconcat (low_range, "-", NULL);

  if (axis == 2)
    return strcmp (low_range, low_value) == 0;
  if (strcmp (range, "*") == 0 || strcmp (range, "*/*") == 0)
    return TRUE;
  if (axis == 1)
    return strcmp (low_range, low_value) == 0 || g_str_has_prefix (low_value, prefix);
  if (g_str_has_suffix (range, "/*"))
    return g_str_has_prefix (low_value, "text/") == g_str_has_prefix (low_range, "text/");
  return strcmp (low_range, low_value) == 0;
}

/* Section 5.1 to 5.3: sorted-values of an axis. */
static GPtrArray *
naive_sort (const Case *self, guint i)
{
  guint axis = self->axis[i];
  GPtrArray *sorted = g_ptr_array_new ();
  g_autoptr (GPtrArray) ranges = preferred (self, axis);
  g_autoptr (GPtrArray) available = g_ptr_array_copy (self->values[i], NULL, NULL);

  if (axis == 2) {
    if (!g_ptr_array_find_with_equal_func (ranges, "identity", g_str_equal, NULL))
      g_ptr_array_add (ranges, (gpointer) "identity");
    g_ptr_array_add (available, (gpointer) "identity");
  }
  for (guint j = 0; j < ranges->len; j++)
    for (guint k = 0; k < available->len; k++)
      if (naive_matches (axis, ranges->pdata[j], available->pdata[k])) {
        g_ptr_array_add (sorted, available->pdata[k]);
        if (axis == 2)
          break;
      }
  if (sorted->len == 0 && available->len > 0)
    g_ptr_array_add (sorted, available->pdata[0]);
  return sorted;
}

static void
cross (const GPtrArray *const *sorted, guint n, guint i, const char *before, GPtrArray *keys)
{
  if (i == n) {
    g_ptr_array_add (keys, g_strdup (before));
    return;
  }
  for (guint j = 0; j < sorted[i]->len; j++) {
    g_autofree char *key = g_strconcat (before, ";", sorted[i]->pdata[j], NULL);
    cross (sorted, n, i + 1, key, keys);
  }
}

/* Section 4: the possible keys in order. */
static GPtrArray *
naive_keys (const Case *self)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *sorted[3] = {NULL};

  for (guint i = 0; i < self->n_axes; i++)
    sorted[i] = naive_sort (self, i);
  cross ((const GPtrArray *const *)sorted, self->n_axes, 0, "", keys);
  for (guint i = 0; i < self->n_axes; i++)
    g_ptr_array_unref (sorted[i]);
  return keys;
}

/* --- the comparison */

static char *
write_variants (const Case *self, gboolean lists)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->n_axes; i++) {
    g_string_append_printf (text, "%s%s%s", i > 0 ? ", " : "", AXES[self->axis[i]].name,
                            lists ? "" : "=(");
    for (guint j = 0; j < self->values[i]->len; j++)
      g_string_append_printf (text, "%s%s",
                              lists   ? ";"
                              : j > 0 ? " "
                                      : "",
                              (const char *)self->values[i]->pdata[j]);
    g_string_append (text, lists ? "" : ")");
  }
  return g_string_free (text, FALSE);
}

static char *
naive_key (const Case *self, guint key)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->n_axes; i++)
    g_string_append_printf (text, ";%s", (const char *)self->keys[i]->pdata[key]);
  return g_string_free (text, FALSE);
}

static guint
naive_place (GPtrArray *possible, const char *key)
{
  guint place = 0;

  while (place < possible->len && strcmp (possible->pdata[place], key) != 0)
    place++;
  return place;
}

/* Chooses among the keys of a package, as a response or as several do. */
static void
compare_keys (const Case *self, const BullaRequestFacts *request, GPtrArray *possible)
{
  static const BullaVariantsReadings readings;
  g_autofree char *variants = write_variants (self, TRUE);
  g_autoptr (GString) keys = g_string_new (NULL);
  guint best = possible->len, n_keys = self->keys[0]->len;

  for (guint i = 0; i < n_keys; i++) {
    g_autofree char *key = naive_key (self, i);
    best = MIN (best, naive_place (possible, key));
    g_string_append_printf (keys, "%s%s", i > 0 ? ", " : "", key + 1);
  }
  BullaVariantsFields fields = {variants, keys->str, BULLA_VARIANTS_SYNTAX_LISTS, &readings};
  const char *words = NULL;
  g_autofree char *text = NULL;
  g_assert_cmpint (bulla_variants_match (&fields, request, &words, &text), ==,
                   best < possible->len);

  g_autoptr (BullaVariants) axes =
      bulla_variants_parse (variants, BULLA_VARIANTS_SYNTAX_LISTS, &readings, NULL);
  g_autoptr (BullaVariantKeys) parsed = bulla_variant_keys_parse (keys->str, axes, &readings, NULL);
  g_autoptr (BullaVariantsRequest) preferences = bulla_variants_request_new (request, &readings);
  g_autoptr (BullaVariantsRanking) ranking = bulla_variants_rank (axes, preferences, &readings);
  const BullaVariantKeys *all[] = {parsed};
  BullaVariantsSelection selection;
  if (!bulla_variants_ranking_choose_key (ranking, all, 1, &selection))
    return;
  g_autofree char *chosen = naive_key (self, selection.chosen);
  g_assert_cmpuint (naive_place (possible, chosen), ==, best);
  g_assert_cmpint (selection.grade == BULLA_VARIANTS_GRADE_LATER_CHOICE, <=, best > 0);
}

/* Chooses among the combinations of an index; a value that an axis repeats has its first place. */
static void
compare_combinations (const Case *self, const BullaRequestFacts *request, GPtrArray *possible)
{
  static const BullaVariantsReadings readings;
  g_autofree char *variants = write_variants (self, g_test_rand_bit ());
  guint n = 1, chosen = 0, best = possible->len, place = 0;

  for (guint i = 0; i < self->n_axes; i++)
    n *= self->values[i]->len;
  g_autofree gboolean *there = g_new0 (gboolean, n);
  for (guint at = 0; at < n; at++) {
    g_autoptr (GString) key = g_string_new (NULL);
    gboolean first = TRUE;
    guint rest = at;
    there[at] = g_test_rand_int_range (0, 3) > 0;
    for (guint i = self->n_axes; i-- > 0; rest /= self->values[i]->len) {
      guint value = rest % self->values[i]->len, earlier = 0;
      g_ptr_array_find_with_equal_func (self->values[i], self->values[i]->pdata[value], g_str_equal,
                                        &earlier);
      first = first && earlier == value;
      g_string_prepend (key, self->values[i]->pdata[value]);
      g_string_prepend (key, ";");
    }
    if (there[at] && first && naive_place (possible, key->str) < best) {
      best = naive_place (possible, key->str);
      place = at;
    }
  }
  gboolean found = bulla_variants_choose (variants, &readings, request, there, n, &chosen);
  g_assert_cmpint (found, ==, best < possible->len);
  if (found)
    g_assert_cmpuint (chosen, ==, place);
}

static void
test_random (void)
{
  for (guint i = 0; i < ROUNDS; i++) {
    Case self = {0};
    make_case (&self, (guint)g_test_rand_int_range (1, 5));
    BullaRequestFacts request = {.accept = self.fields[0],
                                 .accept_language = self.fields[1],
                                 .accept_encoding = self.fields[2]};
    g_autoptr (GPtrArray) possible = naive_keys (&self);
    compare_keys (&self, &request, possible);
    compare_combinations (&self, &request, possible);
    clear_case (&self);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/variants-random", test_random);
  return g_test_run ();
}
