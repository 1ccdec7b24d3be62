/* test-policy-variants-readings.c - applies each reading of [variants] in which the drafts differ
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-loader.h"
#include "bulla-settings.h"
#include "bulla-variants-choose.h"
#include "bulla-variants.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *setting;          /* GROUP.KEY=VALUE, separated by blanks; "" for draft-b3 */
  const char *variants, *field; /* the field is that of the first axis */
  const char *ranked;           /* values, the best first; r, w, d or a: why */
  BullaVariantsSyntax syntax;
} Row;

#define DICTIONARY BULLA_VARIANTS_SYNTAX_DICTIONARY

static const Row ROWS[] = {
    {"default", "", "accept-language;en;en-US;fr", "de", "en:d"},
    {"default-always", "variants.default=always-last", "accept-language;en;en-US;fr", "fr",
     "fr:r en:d en-US:d"},
    {"default-always-named", "variants.default=always-last", "accept-language;en;en-US;fr",
     "fr, EN;q=0.1", "fr:r en:r en-US:r"},
    {"zero", "", "accept-language;en;fr", "en;q=0, *", "en:w fr:w"},
    {"zero-excludes", "variants.zero-weight=excludes", "accept-language;en;fr", "en;q=0, *",
     "fr:w"},
    {"zero-excludes-type", "variants.zero-weight=excludes", "accept;text/html;text/plain",
     "text/*;q=0.5, text/html;q=0", "text/plain:w"},
    {"zero-excludes-not-the-default", "variants.zero-weight=excludes", "accept-language;en;fr",
     "en;q=0", "en:d"},
    {"zero-star", "variants.zero-weight=excludes", "accept-language;en;fr", "*;q=0, fr", "fr:r"},
    {"field-order", "", "accept;image/jpeg;image/webp", "*/*, image/webp",
     "image/jpeg:w image/webp:w"},
    {"specific", "variants.precedence=specific", "accept;image/jpeg;image/webp", "*/*, image/webp",
     "image/webp:r image/jpeg:w"},
    {"specific-weight", "variants.precedence=specific", "accept;image/jpeg;image/webp",
     "*/*, image/webp;q=0.9", "image/jpeg:w image/webp:w"},
    {"wildcards", "", "accept;image/avif;image/jpeg", "image/*", "image/avif:w image/jpeg:w"},
    {"wildcards-default", "variants.wildcards=default-only", "accept;image/avif;image/jpeg",
     "image/jpeg;q=0.5, image/*", "image/avif:w image/jpeg:r"},
    {"wildcards-default-other", "variants.wildcards=default-only", "accept;text/html;image/jpeg",
     "image/*", "text/html:d"},
    {"parameters", "", "accept;text/html;text/plain", "text/plain;format=flowed", "text/plain:r"},
    {"parameters-compared", "variants.type-parameters=compared",
     "accept;text/html;\"text/plain;format=flowed\"", "text/plain;format=flowed",
     "text/plain;format=flowed:r"},
    {"parameters-compared-other", "variants.type-parameters=compared",
     "accept;text/html;text/plain", "text/plain;format=flowed", "text/html:d"},
    {"parameters-weight", "variants.type-parameters=compared",
     "accept;\"text/html;a=b\";text/plain", "text/html;A=b;q=0.5, text/plain;q=0.6",
     "text/plain:r text/html;a=b:r"},
    {"parameters-eight", "variants.type-parameters=compared", "accept;a/a;\"b/b;a;b;c;d;e;f;g;h\"",
     "b/b;h;g;f;e;d;c;b;a", "b/b;a;b;c;d;e;f;g;h:r"},
    {"parameters-nine", "variants.type-parameters=compared", "accept;a/a;\"b/b;a;b;c;d;e;f;g;h;i\"",
     "b/b;a;b;c;d;e;f;g;h;a", "a/a:d"},
    {"parameters-ninth", "variants.type-parameters=compared",
     "accept;a/a;\"b/b;a;b;c;d;e;f;g;h;i\"", "b/b;i", "a/a:d"},
    {"identity", "", "accept-encoding;gzip", "identity;q=0, gzip", "gzip:r identity:a"},
    {"identity-named", "", "accept-encoding;gzip", "identity, gzip;q=0.5", "identity:r gzip:r"},
    {"identity-listed", "", "accept-encoding;gzip;identity", "br", "identity:a"},
    {"identity-refused", "variants.identity=refusable", "accept-encoding;gzip",
     "identity;q=0, gzip", "gzip:r"},
    {"coding-star", "", "accept-encoding;gzip;br", "*", "identity:a"},
    {"coding-star-counts", "variants.coding-wildcard=yes", "accept-encoding;gzip;br", "*, gzip;q=0",
     "br:w identity:w"},
    {"coding-case", "", "accept-encoding;gzip;GZIP", "GZip", "gzip:r identity:a"},
    {"basic", "", "accept-language;de-CH;de-Latn-CH", "de-CH", "de-CH:r"},
    {"extended", "variants.languages=extended", "accept-language;en;de-Latn-CH", "de-CH",
     "de-Latn-CH:r"},
    {"extended-star", "variants.languages=extended", "accept-language;en;de-Latn-CH;fr-CH", "*-CH",
     "de-Latn-CH:w fr-CH:w"},
    {"extended-singleton", "variants.languages=extended", "accept-language;en;de-x-CH", "de-CH",
     "en:d"},
    {"lookup", "variants.languages=lookup", "accept-language;en;fr", "fr-CA", "fr:r"},
    {"lookup-singleton", "variants.languages=lookup", "accept-language;en;zh-Hant",
     "zh-Hant-x-private", "zh-Hant:r"},
    {"lookup-not-longer", "variants.languages=lookup", "accept-language;en;fr-FR", "fr", "en:d"},
    {"lookup-sixteen", "variants.languages=lookup",
     "accept-language;en;a-a-a-a-a-a-a-a-b-b-b-b-b-b-b-b",
     "a-a-a-a-a-a-a-a-b-b-b-b-b-b-b-b-c-c-c-c", "a-a-a-a-a-a-a-a-b-b-b-b-b-b-b-b:r"},
    {"lookup-seventeen", "variants.languages=lookup",
     "accept-language;en;a-a-a-a-a-a-a-a-b-b-b-b-b-b-b-b-c", "a-a-a-a-a-a-a-a-b-b-b-b-b-b-b-b-c",
     "en:d"},
    {"sh-10-plus", "", "accept;image/png;image/svg+xml", "image/svg+xml", NULL},
    {"sh-10-quoted", "", "accept;image/png;\"image/svg+xml\"", "image/svg+xml", "image/svg+xml:r"},
    {"wide-plus", "variants.list-tokens=wide", "accept;image/png;image/svg+xml", "image/svg+xml",
     "image/svg+xml:r"},
    {"draft-04-plus", "variants.list-tokens=draft-04", "accept;image/png;image/svg+xml",
     "image/svg+xml", "image/svg+xml:r"},
    {"draft-04-digit", "variants.list-tokens=draft-04", "accept-language;en;3", "en", "en:r"},
    {"draft-04-string", "variants.list-tokens=draft-04", "accept-language;\"en\"", "en", NULL},
    {"dictionary-plus", "", "accept=(image/png image/svg+xml)", "image/svg+xml", "image/svg+xml:r",
     DICTIONARY},
    {"parameters-fail", "", "accept=(text/html;q=1)", "text/html", NULL, DICTIONARY},
    {"parameters-ignored", "variants.member-parameters=ignored",
     "accept=(text/html;q=1 text/plain;a;b=\"x y\");c=?1", "text/plain", "text/plain:r",
     DICTIONARY},
    {"twice", "", "accept-language=(en), accept-language=(fr)", "fr", "en:d", DICTIONARY},
    {"twice-fails", "variants.duplicate-axes=fail", "accept-language=(en), accept-language=(fr)",
     "fr", NULL, DICTIONARY},
    {"twice-last", "variants.duplicate-axes=last", "accept-language=(en), accept-language=(fr)",
     "fr", "fr:r", DICTIONARY},
    {"unknown", "", "dpr;one;two", "one", ""},
    {"unknown-ignored", "variants.unknown-axis=ignored", "dpr;one;two", "one", "one:r two:r"},
    {"quoted-comma", "", "accept;text/html;text/plain", "text/html;a=\"x, text/plain;q=0.9\"",
     "text/html:r"},
    {"close-weights", "", "accept-language;en;fr", "en;q=0.5000001, fr;q=0.5000002", "fr:r en:r"},
    {"odd-weights", "", "accept-language;a;b;c;d",
     "a;q=1e-3, b;q=.5, c;q=2, d;q=", "a:r c:r d:r b:r"},
};

/* Returns the settings of draft-b3 with the changes. */
static BullaProfile *
load_with (const char *changes)
{
  g_auto (GStrv) list = g_strsplit (changes, " ", -1);
  g_autoptr (GError) error = NULL;
  BullaProfile *profile = bulla_profile_load_with (
      NULL, NULL, NULL, *changes != '\0' ? (const char *const *)list : NULL, &error);

  g_assert_no_error (error);
  return profile;
}

static void
test_row (gconstpointer data)
{
  static const char letters[] = {'r', 'w', 'd', 'a'};
  const Row *row = data;
  g_autoptr (BullaProfile) profile = load_with (row->setting);
  const BullaVariantsReadings *readings = &bulla_profile_get_settings (profile)->variants;
  BullaRequestFacts facts = {
      .accept = row->field, .accept_language = row->field, .accept_encoding = row->field};
  g_autoptr (BullaVariants) variants =
      bulla_variants_parse (row->variants, row->syntax, readings, NULL);
  g_autoptr (GString) ranked = g_string_new (NULL);

  g_assert_cmpint (variants == NULL, ==, row->ranked == NULL);
  if (variants == NULL)
    return;
  g_autoptr (BullaVariantsRequest) request = bulla_variants_request_new (&facts, readings);
  g_autoptr (BullaVariantsRanking) ranking = bulla_variants_rank (variants, request, readings);
  for (guint i = 0; i < ranking->facets[0].n_ranked; i++)
    g_string_append_printf (ranked, "%s%s:%c", i > 0 ? " " : "", ranking->facets[0].ranked[i].value,
                            letters[ranking->facets[0].ranked[i].because]);
  g_assert_cmpstr (ranked->str, ==, row->ranked);
}

/* T02, T23 and T34 match by draft 04's own text. */
static void
test_draft_04 (void)
{
  static const struct {
    const char *variants, *key;
    BullaRequestFacts request;
  } rows[] = {
      {"accept-language;en;fr;de", "en", {.accept_language = "de;q=1.0, es;q=0.8"}},
      {"accept-encoding;gzip;br, accept-language;en;fr",
       "gzip;fr, identity;fr, br;fr;oops",
       {.accept_language = "fr", .accept_encoding = "gzip, br"}},
      {"accept-language;en;3", "en", {.accept_language = "en"}},
  };
  g_autoptr (BullaProfile) plain = load_with ("");
  g_autoptr (BullaProfile) literal =
      load_with ("variants.default=always-last variants.list-tokens=draft-04");

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    for (int own = 0; own < 2; own++) {
      BullaVariantsFields fields = {rows[i].variants, rows[i].key, BULLA_VARIANTS_SYNTAX_LISTS,
                                    &bulla_profile_get_settings (own ? literal : plain)->variants};
      const char *words = NULL;
      g_autofree char *text = NULL;
      g_assert_cmpint (bulla_variants_match (&fields, &rows[i].request, &words, &text), ==, own);
    }
}

/* T35 to T37, and the choice if a combination is absent. */
static void
test_combinations (void)
{
  static const struct {
    const char *setting, *variants, *there, *encoding, *language;
    gint chosen;
  } rows[] = {
      {"", "accept-encoding;gzip;br, accept-language;en;fr;ja", "yyyyyy", "br", "ja", 5},
      {"", "accept-encoding;gzip;br, accept-language;en;fr;ja", "yyyyyn", "br", "ja", -1},
      {"", "accept-encoding;gzip;br, accept-language;en;fr;ja", "yyyyyn", "br", "ja, fr", 4},
      {"", "accept-encoding;gzip;br, accept-language;en;fr;ja", "yyyyyy", NULL, "ja", -1},
      {"", "accept-encoding;br;identity, accept-language;en;fr", "yyyy", NULL, "fr", 3},
      {"", "accept-encoding=(br identity), accept-language=(en fr)", "yyyy", "br", "fr", 1},
      {"variants.absent-combination=none", "accept-language;en;fr", "yn", NULL, "fr, en", -1},
      {"variants.absent-combination=first", "accept-language;en;fr", "yn", NULL, "fr", 0},
      {"variants.absent-combination=first", "accept-language;en;fr", "ny", NULL, "en", -1},
      {"", "cookie=(a b)", "yy", NULL, NULL, -1},
      {"variants.unknown-axis=ignored", "dpr;one;two, accept-language;en;fr", "nnny", NULL, "fr",
       3},
      {"", "dpr;one;two, accept-language;en;fr", "yyyy", NULL, "fr", -1},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaProfile) profile = load_with (rows[i].setting);
    BullaRequestFacts request = {.accept_encoding = rows[i].encoding,
                                 .accept_language = rows[i].language};
    guint n = (guint)strlen (rows[i].there), chosen = G_MAXUINT;
    g_autofree gboolean *there = g_new0 (gboolean, n);
    for (guint j = 0; j < n; j++)
      there[j] = rows[i].there[j] == 'y';
    gboolean found =
        bulla_variants_choose (rows[i].variants, &bulla_profile_get_settings (profile)->variants,
                               &request, there, n, &chosen);
    g_test_message ("%s %s", rows[i].variants, rows[i].there);
    g_assert_cmpint (found ? (gint)chosen : -1, ==, rows[i].chosen);
  }
}

/* The Breton reader of clients.md, section 3: the order of the axes decides what she gets. */
static void
test_order_of_axes (void)
{
  BullaRequestFacts request = {.accept = "text/html,application/xhtml+xml,*/*;q=0.8",
                               .accept_language = "br-FR,br;q=0.9,fr-FR;q=0.8,fr;q=0.7,en;q=0.5",
                               .accept_encoding = "gzip, deflate, br"};
  static const BullaVariantsReadings readings;
  gboolean there[12];
  guint chosen = 0;

  /* without Breton, HTML, br */
  for (guint i = 0; i < 12; i++)
    there[i] = i != 4;
  g_assert_true (bulla_variants_choose (
      "accept;text/html;text/plain, accept-language;en;fr;br, accept-encoding;br;identity",
      &readings, &request, there, 12, &chosen));
  g_assert_cmpuint (chosen, ==, 5); /* Breton, not compressed */
  for (guint i = 0; i < 12; i++)
    there[i] = i != 2;
  g_assert_true (bulla_variants_choose (
      "accept-encoding;br;identity, accept;text/html;text/plain, accept-language;en;fr;br",
      &readings, &request, there, 12, &chosen));
  g_assert_cmpuint (chosen, ==, 1); /* French, compressed */
}

static BullaVariantsRanking *
rank (const BullaVariants *variants, const BullaRequestFacts *facts,
      const BullaVariantsReadings *readings, BullaVariantsRequest **request)
{
  *request = bulla_variants_request_new (facts, readings);
  return bulla_variants_rank (variants, *request, readings);
}

/* A value that is listed twice has one rank, so that no range tries it again. */
static void
test_repeated_values (void)
{
  static const BullaVariantsReadings readings;
  BullaRequestFacts facts = {.accept_language = "fr, *", .cookie = "c=1"};
  g_autoptr (BullaVariants) variants = bulla_variants_parse (
      "accept-language=(en fr en fr de), cookie=(c c c)", DICTIONARY, &readings, NULL);
  g_autoptr (BullaVariantsRequest) request = NULL;
  g_autoptr (BullaVariantsRanking) ranking = rank (variants, &facts, &readings, &request);
  static const guint16 ranks[] = {1, 0, 1, 0, 2};

  g_assert_cmpuint (ranking->facets[0].n_ranked, ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (ranks); i++)
    g_assert_cmpuint (ranking->facets[0].ranks[i], ==, ranks[i]);
  g_assert_cmpuint (ranking->facets[1].n_ranked, ==, 1);
  g_autoptr (BullaVariantKeys) keys =
      bulla_variant_keys_parse ("(de \"1\"), (fr \"1\"), (xx \"1\")", variants, &readings, NULL);
  g_assert_cmpuint (keys->places[0], ==, 4);
  g_assert_cmpuint (keys->places[2], ==, 1);
  g_assert_cmpuint (keys->places[4], ==, BULLA_VARIANTS_PLACE_NONE);
}

/* Tens of thousands of parameters on both sides cost no more than the field is long. */
static void
test_many_parameters (void)
{
  g_autoptr (BullaProfile) profile = load_with ("variants.type-parameters=compared");
  const BullaVariantsReadings *readings = &bulla_profile_get_settings (profile)->variants;
  g_autoptr (GString) accept = g_string_new ("text/html");
  g_autoptr (GString) value = g_string_new (";\"text/html");
  g_autoptr (GString) axis = g_string_new ("accept");

  for (guint i = 0; i < 15000; i++)
    g_string_append (accept, ";a=1");
  for (guint i = 0; i < 1000; i++)
    g_string_append (value, ";b");
  g_string_append (value, ";a=1\"");
  for (guint i = 0; i < BULLA_VARIANTS_VALUES_MAX; i++)
    g_string_append (axis, value->str);
  g_autoptr (BullaVariants) variants =
      bulla_variants_parse (axis->str, BULLA_VARIANTS_SYNTAX_LISTS, readings, NULL);
  g_autoptr (BullaVariantsRequest) request = NULL;
  BullaRequestFacts facts = {.accept = accept->str};

  g_assert_nonnull (variants);
  g_test_timer_start ();
  g_autoptr (BullaVariantsRanking) ranking = rank (variants, &facts, readings, &request);
  g_assert_cmpfloat (g_test_timer_elapsed (), <, 5); /* it was more than a minute */
  g_assert_cmpuint (request->accept.n, ==, 0);
  g_assert_cmpuint (ranking->facets[0].n_ranked, ==, 1);
  g_assert_cmpint (ranking->facets[0].ranked[0].because, ==, BULLA_VARIANTS_BECAUSE_DEFAULT);
}

/* An axis has at most 256 values in either form. */
static void
test_most_values (void)
{
  static const BullaVariantsReadings readings;

  for (guint n = BULLA_VARIANTS_VALUES_MAX; n <= BULLA_VARIANTS_VALUES_MAX + 1; n++) {
    g_autofree char *spaces = g_strnfill (2 * n, ' ');
    g_autofree char *semicolons = NULL;
    g_autofree char *dictionary = NULL;
    for (guint i = 0; i < n; i++)
      spaces[2 * i + 1] = 'a';
    dictionary = g_strdup_printf ("accept=(%s)", spaces);
    semicolons = g_strdup_printf ("accept%s", g_strdelimit (spaces, " ", ';'));
    g_autoptr (BullaVariants) one = bulla_variants_parse (dictionary, DICTIONARY, &readings, NULL);
    g_autoptr (BullaVariants) other =
        bulla_variants_parse (semicolons, BULLA_VARIANTS_SYNTAX_LISTS, &readings, NULL);
    g_assert_cmpint (one != NULL, ==, n <= BULLA_VARIANTS_VALUES_MAX);
    g_assert_cmpint (other != NULL, ==, n <= BULLA_VARIANTS_VALUES_MAX);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    g_autofree char *path = g_strdup_printf ("/policy/variants-readings/%s", ROWS[i].name);
    g_test_add_data_func (path, &ROWS[i], test_row);
  }
  g_test_add_func ("/policy/variants-readings/draft-04", test_draft_04);
  g_test_add_func ("/policy/variants-readings/combinations", test_combinations);
  g_test_add_func ("/policy/variants-readings/order-of-axes", test_order_of_axes);
  g_test_add_func ("/policy/variants-readings/repeated-values", test_repeated_values);
  g_test_add_func ("/policy/variants-readings/many-parameters", test_many_parameters);
  g_test_add_func ("/policy/variants-readings/most-values", test_most_values);
  return g_test_run ();
}
