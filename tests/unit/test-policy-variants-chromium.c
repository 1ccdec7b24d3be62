/* test-policy-variants-chromium.c - selects variants as Chromium does, and as its users see them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Observations of Chromium's matcher of requests and packages, besides the worked examples of
 * test-policy-variants.c, judged by the profile chromium; and what each known client gets of
 * pictures and languages. */
#include "bulla-loader-clients.h"
#include "bulla-loader.h"
#include "bulla-settings.h"
#include "bulla-variants-choose.h"
#include "bulla-variants-headers.h"

#include <string.h>

#define ANY_CODINGS "gzip, deflate, br, zstd"
#define SVG(character) "accept;image/png;image/sv" character "g"

typedef struct {
  const char *name, *variants, *key;
  BullaRequestFacts request;
  gboolean match;
} Row;

static const Row ROWS[] = {
    /* characters that may not stand in a token; the whole field is then unreadable */
    {"token-plus", SVG ("+"), "image/png", {.accept = "image/png"}, FALSE},
    {"token-hash", SVG ("#"), "image/png", {.accept = "image/png"}, FALSE},
    {"token-dollar", SVG ("$"), "image/png", {.accept = "image/png"}, FALSE},
    {"token-ampersand", SVG ("&"), "image/png", {.accept = "image/png"}, FALSE},
    {"token-apostrophe", SVG ("'"), "image/png", {.accept = "image/png"}, FALSE},
    {"token-caret", SVG ("^"), "image/png", {.accept = "image/png"}, FALSE},
    {"token-backtick", SVG ("`"), "image/png", {.accept = "image/png"}, FALSE},
    {"token-tilde", SVG ("~"), "image/png", {.accept = "image/png"}, FALSE},
    {"token-exclamation", SVG ("!"), "image/png", {.accept = "image/png"}, FALSE},
    {"token-question", SVG ("?"), "image/png", {.accept = "image/png"}, FALSE},
    {"token-at", SVG ("@"), "image/png", {.accept = "image/png"}, FALSE},
    {"token-leading-star", "accept;image/png;*", "image/png", {.accept = "image/png"}, FALSE},
    {"token-slash", SVG ("/"), "image/png", {.accept = "image/png"}, TRUE},
    {"token-percent", SVG ("%"), "image/png", {.accept = "image/png"}, TRUE},
    {"token-inner-star", SVG ("*"), "image/png", {.accept = "image/png"}, TRUE},
    {"quoted-plus",
     "accept;image/png;\"image/svg+xml\"",
     "\"image/svg+xml\"",
     {.accept = "image/svg+xml"},
     TRUE},
    /* of two spellings of one coding only the first is available */
    {"coding-first",
     "accept-encoding;mi-sha256-03;MI-SHA256-03",
     "mi-sha256-03",
     {.accept_encoding = ANY_CODINGS},
     TRUE},
    {"coding-second",
     "accept-encoding;mi-sha256-03;MI-SHA256-03",
     "MI-SHA256-03",
     {.accept_encoding = ANY_CODINGS},
     FALSE},
    /* an axis of codings matches identity and mi-sha256-03 alone, whatever the request sends */
    {"coding-br", "accept-encoding;br", "br", {.accept_encoding = ANY_CODINGS}, FALSE},
    {"coding-gzip", "accept-encoding;gzip;br", "gzip", {.accept_encoding = ANY_CODINGS}, FALSE},
    {"coding-zstd", "accept-encoding;zstd", "zstd", {.accept_encoding = ANY_CODINGS}, FALSE},
    {"coding-identity", "accept-encoding;br", "identity", {.accept_encoding = "br"}, TRUE},
    {"coding-not-sent", "accept-encoding;mi-sha256-03", "mi-sha256-03", {NULL}, TRUE},
    /* parameters of a range count, except q */
    {"parameter-absent",
     "accept;text/plain;text/html",
     "text/html",
     {.accept = "text/html;param=bar"},
     FALSE},
    {"parameter-equal",
     "accept;text/plain;\"text/html;param=bar\"",
     "\"text/html;param=bar\"",
     {.accept = "text/html;param=bar"},
     TRUE},
    {"parameter-other",
     "accept;text/plain;\"text/html;param=bar\"",
     "\"text/html;param=bar\"",
     {.accept = "text/html;param=foo"},
     FALSE},
    {"parameter-weight",
     "accept;text/plain;text/html",
     "text/html",
     {.accept = "text/html;q=0.5"},
     TRUE},
    /* a weight that cannot be read, or is out of range, counts as 1; zero refuses */
    {"weight-word", "accept-language;en;fr", "fr", {.accept_language = "fr;q=abc"}, TRUE},
    {"weight-above-one", "accept-language;en;fr", "fr", {.accept_language = "fr;q=2"}, TRUE},
    {"weight-negative", "accept-language;en;fr", "fr", {.accept_language = "fr;q=-1"}, TRUE},
    {"weight-four-digits", "accept-language;en;fr", "fr", {.accept_language = "fr;q=0.0001"}, TRUE},
    {"weight-zero", "accept-language;en;fr", "fr", {.accept_language = "fr;q=0"}, FALSE},
    /* no mechanism exists for client hints; cookies have none in Chromium */
    {"axis-dpr", "dpr;\"1\";\"2\"", "\"1\"", {.accept = "*/*"}, FALSE},
    {"axis-viewport", "viewport-width;\"412\"", "\"412\"", {.accept = "*/*"}, FALSE},
    {"axis-user-agent", "user-agent;desktop;mobile", "mobile", {.accept = "*/*"}, FALSE},
    {"axis-cookie", "cookie;theme", "dark", {.cookie = "theme=dark"}, FALSE},
    {"axis-beside-unknown",
     "accept-language;en;fr, dpr;\"1\"",
     "fr;\"1\"",
     {.accept_language = "fr"},
     FALSE},
    /* the values of each axis are matched by themselves */
    {"axes-second-choices",
     "accept;image/jpeg;image/webp, accept-language;en;fr",
     "image/jpeg;en",
     {.accept = "image/webp,image/*;q=0.8", .accept_language = "fr,en;q=0.9"},
     TRUE},
    {"axes-one-fails",
     "accept;image/jpeg;image/webp, accept-language;en;fr",
     "image/jpeg;en",
     {.accept = "image/webp,image/*;q=0.8", .accept_language = "fr"},
     FALSE},
};

static BullaProfile *
load_chromium (void)
{
  g_autoptr (GError) error = NULL;
  BullaProfile *profile = bulla_profile_load ("chromium", &error);

  g_assert_no_error (error);
  return profile;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (BullaProfile) profile = load_chromium ();
  const BullaSettings *settings = bulla_profile_get_settings (profile);
  BullaVariantsFields fields = {row->variants, row->key, BULLA_VARIANTS_SYNTAX_LISTS,
                                &settings->variants};
  BullaRequestFacts request = bulla_variants_request_for (&row->request, settings);
  const char *words = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpint (bulla_variants_match (&fields, &request, &words, &text), ==, row->match);
}

/* Chromium reads the dictionary of draft 06 for its own reduction of languages, not in packages:
 * a package with those names alone has no variants. */
static void
test_other_names (void)
{
  static const char *const names[][2] = {{"variants", "variant-key"},
                                         {"variants-05", "variant-key-05"},
                                         {"variants-06", "variant-key-06"}};
  g_autoptr (BullaProfile) profile = load_chromium ();
  const BullaSettings *settings = bulla_profile_get_settings (profile);

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
    BullaHeader headers[] = {{names[i][0], "accept-language=(en fr)"}, {names[i][1], "(fr)"}};
    BullaFacts facts = {.header = headers, .n_headers = G_N_ELEMENTS (headers)};
    BullaVariantsFields fields = bulla_variants_fields_of (&facts, settings);
    BullaRequestFacts request = {.accept_language = "de"};
    const char *words = NULL;
    g_autofree char *text = NULL;
    g_assert_null (fields.variants);
    g_assert_null (fields.variant_key);
    g_assert_true (bulla_variants_match (&fields, &request, &words, &text));
  }
}

/* In an index Chromium takes the best value of each axis, and nothing where that combination is
 * absent; before, it took the first location. */
static void
test_index (void)
{
  static const struct {
    const char *there, *languages;
    gint chosen;
  } rows[] = {
      {"yyy", "fr, en;q=0.5", 1}, {"yny", "fr, en;q=0.5", -1}, {"yyy", "de", 0},
      {"nyy", "de, fr;q=0.5", 1}, {"nyy", "de", -1},           {"yyy", NULL, 0},
  };
  g_autoptr (BullaProfile) profile = load_chromium ();
  const BullaVariantsReadings *readings = &bulla_profile_get_settings (profile)->variants;

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    BullaRequestFacts request = {.accept_language = rows[i].languages};
    gboolean there[3];
    guint chosen = G_MAXUINT;
    for (guint j = 0; j < G_N_ELEMENTS (there); j++)
      there[j] = rows[i].there[j] == 'y';
    gboolean found = bulla_variants_choose ("accept-language;en;fr;cy", readings, &request, there,
                                            G_N_ELEMENTS (there), &chosen);
    g_test_message ("%s, %s", rows[i].there, rows[i].languages);
    g_assert_cmpint (found ? (gint)chosen : -1, ==, rows[i].chosen);
  }
}

/* --- what the users of each client get */

/* Returns: (transfer full): grade and value that the client gets; every value is packed */
static char *
choose_for (const char *name, const char *kind, const char *text)
{
  static const BullaVariantsReadings readings;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaClient) client = bulla_client_load (name, &error);
  g_autoptr (BullaVariants) variants =
      bulla_variants_parse (text, BULLA_VARIANTS_SYNTAX_LISTS, &readings, NULL);
  BullaRequestFacts facts;
  BullaVariantsSelection selection;

  g_assert_no_error (error);
  g_assert_nonnull (variants);
  if (!bulla_client_fill_request (client, kind, "https://publisher.test/", &facts))
    return g_strdup ("not-asked");
  g_autoptr (BullaVariantsRequest) request = bulla_variants_request_new (&facts, &readings);
  g_autoptr (BullaVariantsRanking) ranking = bulla_variants_rank (variants, request, &readings);
  guint n = variants->axes[0].n_values;
  g_autofree gboolean *there = g_new (gboolean, n);
  for (guint i = 0; i < n; i++)
    there[i] = TRUE;
  g_assert_true (bulla_variants_ranking_choose_combination (
      ranking, there, n, readings.absent_combination, &selection));
  const char *value = variants->axes[0].values[selection.chosen];
  gboolean decodes =
      !g_str_has_prefix (value, "image/") || bulla_client_decodes (client, value) != BULLA_NO;
  return g_strdup_printf ("%s %s%s", bulla_variants_grade_get_nick (selection.grade), value,
                          decodes ? "" : " undecodable");
}

static void
test_pictures (void)
{
  static const struct {
    const char *client, *best_first, *safest_first;
  } rows[] = {
      {"chromium-73", "first-choice image/webp", "first-choice image/webp"},
      {"googlebot", "first-choice image/webp", "first-choice image/webp"},
      {"chromium-156", "first-choice image/avif", "first-choice image/avif"},
      {"chromium-156-mobile", "first-choice image/avif", "first-choice image/avif"},
      {"chromium-reduced", "first-choice image/avif", "first-choice image/avif"},
      {"firefox-153", "first-choice image/avif", "first-choice image/avif"},
      {"firefox-128", "first-choice image/avif", "first-choice image/avif"},
      {"screen-reader-breton", "first-choice image/avif", "first-choice image/avif"},
      {"screen-reader-welsh", "first-choice image/avif", "first-choice image/avif"},
      {"safari-17", "first-choice image/webp", "first-choice image/webp"},
      {"safari-lockdown", "first-choice image/webp", "first-choice image/webp"},
      {"webkitgtk-2.50", "first-choice image/webp", "first-choice image/webp"},
      {"firefox-60", "wildcard image/avif undecodable", "wildcard image/jpeg"},
      {"safari-13", "wildcard image/avif undecodable", "wildcard image/jpeg"},
      {"kaios-2.5", "wildcard image/avif undecodable", "wildcard image/jpeg"},
      {"lighthouse", "wildcard image/avif", "wildcard image/jpeg"},
      {"curl", "wildcard image/avif", "wildcard image/jpeg"},
      {"lynx", "not-asked", "not-asked"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *best =
        choose_for (rows[i].client, "image", "accept;image/avif;image/webp;image/jpeg");
    g_autofree char *safest =
        choose_for (rows[i].client, "image", "accept;image/jpeg;image/webp;image/avif");
    g_test_message ("%s", rows[i].client);
    g_assert_cmpstr (best, ==, rows[i].best_first);
    g_assert_cmpstr (safest, ==, rows[i].safest_first);
  }
}

static void
test_languages (void)
{
  static const struct {
    const char *client, *plain, *regions;
  } rows[] = {
      {"chromium-156", "first-choice en", "first-choice en-GB"},
      {"chromium-156-mobile", "first-choice fr", "first-choice fr-FR"},
      {"chromium-reduced", "first-choice br", "first-choice br-FR"},
      {"safari-13", "default en", "first-choice fr-FR"},
      {"webkitgtk-2.50", "default en", "first-choice fr-FR"},
      {"screen-reader-breton", "first-choice br", "first-choice br-FR"},
      {"screen-reader-welsh", "first-choice en", "first-choice en-GB"},
      {"kaios-2.5", "first-choice en", "first-choice en-GB"},
      {"googlebot", "default en", "default en-GB"},
      {"curl", "default en", "default en-GB"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *plain = choose_for (rows[i].client, "document", "accept-language;en;fr;br");
    g_autofree char *regions =
        choose_for (rows[i].client, "document", "accept-language;en-GB;fr-FR;br-FR");
    g_test_message ("%s", rows[i].client);
    g_assert_cmpstr (plain, ==, rows[i].plain);
    g_assert_cmpstr (regions, ==, rows[i].regions);
  }
}

/* With the languages reduced to one, a Breton reader who also reads French gets the default. */
static void
test_reduced (void)
{
  g_autofree char *all = choose_for ("screen-reader-breton", "document", "accept-language;en;fr");
  g_autofree char *one = choose_for ("chromium-reduced", "document", "accept-language;en;fr");

  g_assert_cmpstr (all, ==, "first-choice fr");
  g_assert_cmpstr (one, ==, "default en");
}

static void
test_codings (void)
{
  static const struct {
    const char *client, *kind, *url, *encoding;
  } rows[] = {
      {"chromium-156", "document", "https://a.test/", "gzip, deflate, br, zstd"},
      {"chromium-156", "document", "http://a.test/", "gzip, deflate"},
      {"chromium-156", "video", "https://a.test/", "identity"},
      {"chromium-156", "audio", "http://a.test/", "identity"},
      {"chromium-73", "video", "https://a.test/", "identity;q=1, *;q=0"},
      {"webkitgtk-2.50", "document", "https://a.test/", "gzip, deflate, br"},
      {"curl", "document", "https://a.test/", NULL},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaClient) client = bulla_client_load (rows[i].client, &error);
    BullaRequestFacts facts;
    g_assert_no_error (error);
    g_assert_true (bulla_client_fill_request (client, rows[i].kind, rows[i].url, &facts));
    g_test_message ("%s, %s, %s", rows[i].client, rows[i].kind, rows[i].url);
    g_assert_cmpstr (facts.accept_encoding, ==, rows[i].encoding);
  }
}

/* Chromium 156 prefetches as it navigates; older ones ask for exchanges first. */
static void
test_prefetch (void)
{
  static const struct {
    const char *client;
    gboolean as_document;
  } rows[] = {{"chromium-156", TRUE}, {"chromium-156-mobile", TRUE}, {"chromium-73", FALSE}};

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaClient) client = bulla_client_load (rows[i].client, &error);
    const char *document = NULL, *prefetch = NULL;
    g_assert_no_error (error);
    g_assert_true (bulla_client_find_accept (client, "document", &document));
    g_assert_true (bulla_client_find_accept (client, "prefetch", &prefetch));
    g_assert_cmpint (strcmp (document, prefetch) == 0, ==, rows[i].as_document);
    g_assert_nonnull (strstr (prefetch, "application/signed-exchange;v=b3"));
    g_assert_cmpint (g_str_has_prefix (prefetch, "application/signed-exchange"), ==,
                     !rows[i].as_document);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    g_autofree char *path = g_strdup_printf ("/policy/variants-chromium/%s", ROWS[i].name);
    g_test_add_data_func (path, &ROWS[i], test_row);
  }
  g_test_add_func ("/policy/variants-chromium/other-names", test_other_names);
  g_test_add_func ("/policy/variants-chromium/index", test_index);
  g_test_add_func ("/policy/variants-chromium/pictures", test_pictures);
  g_test_add_func ("/policy/variants-chromium/languages", test_languages);
  g_test_add_func ("/policy/variants-chromium/reduced", test_reduced);
  g_test_add_func ("/policy/variants-chromium/codings", test_codings);
  g_test_add_func ("/policy/variants-chromium/prefetch", test_prefetch);
  return g_test_run ();
}
