/* test-policy-variants.c - selects the variant that a request would receive
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * T01 to T34 are the rows of a reference evaluation of the drafts; T35 to T37 are cases of bundles.
 */
#include "bulla-loader.h"
#include "bulla-settings.h"
#include "bulla-variants-headers.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *lists, *list_key; /* as in drafts 04 and 05; NULL if there is only a dictionary */
  const char *dictionary, *inner_key; /* as in draft 06 */
  BullaRequestFacts request;
  gboolean match;
} Row;

#define AL(value)                                                                                  \
  {                                                                                                \
    .accept_language = value                                                                       \
  }
#define A(value)                                                                                   \
  {                                                                                                \
    .accept = value                                                                                \
  }
#define AE(value)                                                                                  \
  {                                                                                                \
    .accept_encoding = value                                                                       \
  }

static const Row ROWS[] = {
    {"T01",
     "accept-language;en;fr;de, accept-encoding;gzip;br",
     "fr;gzip",
     "accept-language=(en fr de), accept-encoding=(gzip br)",
     "(fr gzip)",
     {.accept_language = "fr;q=1.0, en;q=0.1", .accept_encoding = "gzip"},
     TRUE},
    {"T01-identity",
     "accept-language;en;fr;de, accept-encoding;gzip;br",
     "en;identity",
     "accept-language=(en fr de), accept-encoding=(gzip br)",
     "(en identity)",
     {.accept_language = "fr;q=1.0, en;q=0.1", .accept_encoding = "gzip"},
     TRUE},
    {"T01-other",
     "accept-language;en;fr;de, accept-encoding;gzip;br",
     "de;gzip",
     "accept-language=(en fr de), accept-encoding=(gzip br)",
     "(de gzip)",
     {.accept_language = "fr;q=1.0, en;q=0.1", .accept_encoding = "gzip"},
     FALSE},
    {"T02", "accept-language;en;fr;de", "en", "accept-language=(en fr de)", "(en)",
     AL ("de;q=1.0, es;q=0.8"), FALSE},
    {"T03", "accept-language;en;fr;de", "en", "accept-language=(en fr de)", "(en)",
     AL ("es;q=1.0, ja;q=0.8"), TRUE},
    {"T04", "accept-language;en;fr;de", "en", "accept-language=(en fr de)", "(en)", AL (NULL),
     TRUE},
    {"T05", "accept-language;en;fr;de", "fr", "accept-language=(en fr de)", "(fr)", AL (NULL),
     FALSE},
    {"T06", "accept;image/jpeg;image/webp", "image/jpeg", "accept=(image/jpeg image/webp)",
     "(image/jpeg)", A ("image/webp,image/*;q=0.8"), TRUE},
    {"T07", "accept;image/jpeg;image/webp", "image/jpeg", "accept=(image/jpeg image/webp)",
     "(image/jpeg)", A ("image/png"), TRUE},
    {"T08", "accept;image/jpeg;image/webp", "image/webp", "accept=(image/jpeg image/webp)",
     "(image/webp)", A ("image/png"), FALSE},
    {"T09", "accept;text/html;text/plain", "text/html", "accept=(text/html text/plain)",
     "(text/html)", A ("text/*;q=0.5, text/html;q=0"), TRUE},
    {"T10", "accept-encoding", "identity", "accept-encoding=()", "(identity)", AE ("gzip, br"),
     TRUE},
    {"T11", "accept-encoding;gzip;br", "br", "accept-encoding=(gzip br)", "(br)",
     AE ("br;q=0.9, gzip"), TRUE},
    {"T12", "accept-encoding;gzip", "identity", "accept-encoding=(gzip)", "(identity)",
     AE ("gzip;q=0, identity;q=0"), TRUE},
    {"T13", "accept-encoding;gzip;br", "gzip", "accept-encoding=(gzip br)", "(gzip)", AE ("*"),
     FALSE},
    {"T14", "accept-language;en-US;en-GB;fr", "en-GB", "accept-language=(en-US en-GB fr)",
     "(en-GB)", AL ("en, fr;q=0.5"), TRUE},
    {"T15", "accept-language;en;fr", "fr", "accept-language=(en fr)", "(fr)", AL ("fr-CA"), FALSE},
    {"T16", "accept-language;en;fr;ja", "fr", "accept-language=(en fr ja)", "(fr)",
     AL ("ja, *;q=0.1"), TRUE},
    {"T17", "accept-language;en;fr", "en", "accept-language=(en fr)", "(en)", AL ("en;q=0, *"),
     TRUE},
    {"T18",
     "accept;image/webp;image/jpg, accept-language;en;fr;ja",
     "image/webp;fr, image/jpg;ja",
     "accept=(image/webp image/jpg), accept-language=(en fr ja)",
     "(image/webp fr), (image/jpg ja)",
     {.accept = "image/jpg", .accept_language = "fr, ja;q=0.8"},
     TRUE},
    {"T19", "dpr;one;two, accept-language;en;fr", "one;fr",
     "dpr=(one two), accept-language=(en fr)", "(one fr)", AL ("fr"), FALSE},
    {"T20", NULL, NULL, "cookie=(logged_in)", "(\"0\")", {.cookie = "logged_in=0"}, TRUE},
    {"T20-lists", "cookie;logged_in", "\"0\"", NULL, NULL, {.cookie = "logged_in=0"}, FALSE},
    {"T21", "cookie;logged_in", "\"0\"", "cookie=(logged_in)", "(\"0\")", {.cookie = NULL}, FALSE},
    {"T21-other",
     NULL,
     NULL,
     "cookie=(logged_in)",
     "(\"0\")",
     {.cookie = "a=0; logged_in=1"},
     FALSE},
    {"T22",
     NULL,
     NULL,
     "cookie=(user_priority), accept-language=(en fr)",
     "(silver fr), (bronze fr)",
     {.cookie = "a=b; user_priority=silver", .accept_language = "fr"},
     TRUE},
    {"T23",
     "accept-encoding;gzip;br, accept-language;en;fr",
     "gzip;fr, identity;fr, br;fr;oops",
     "accept-encoding=(gzip br), accept-language=(en fr)",
     "(gzip fr), (identity fr), (br fr oops)",
     {.accept_language = "fr", .accept_encoding = "gzip, br"},
     FALSE},
    {"T24", "accept-language;en;fr", "fr", "accept-language=(en fr)", "(fr)", AL ("FR"), TRUE},
    {"T25", "accept-language;en;fr", "FR", "accept-language=(en fr)", "(FR)", AL ("fr"), FALSE},
    {"T26", "accept-encoding;mi-sha256-03", "mi-sha256-03", "accept-encoding=(mi-sha256-03)",
     "(mi-sha256-03)", AE ("gzip, deflate, br"), FALSE},
    {"T27", "accept-encoding;mi-sha256-03", "mi-sha256-03", "accept-encoding=(mi-sha256-03)",
     "(mi-sha256-03)", AE ("mi-sha256-03"), TRUE},
    {"T28", "accept;text/html;image/webp", "text/html", "accept=(text/html image/webp)",
     "(text/html)", A ("*/*;q=0.1, image/*;q=0.9"), TRUE},
    {"T29", "Accept", "image/png", "accept=()", "(image/png)", A ("image/webp,image/jpg"), FALSE},
    {"T30", "Unknown;foo;bar", "foo", "unknown=(foo bar)", "(foo)", {.accept = "foo"}, FALSE},
    {"T31", "accept-language;en", NULL, "accept-language=(en)", NULL, AL ("en"), FALSE},
    {"T32", NULL, "en", NULL, "(en)", AL ("en"), FALSE},
    {"T33", NULL, NULL, NULL, NULL, AL ("en"), TRUE},
    {"T34", "accept-language;en;3", "en", "accept-language=(en 3)", "(en)", AL ("en"), FALSE},
    /* further cases */
    {"axis-in-capitals", "Accept-Language;en;fr", "fr", NULL, NULL, AL ("fr"), TRUE},
    {"quoted", "\"accept-language\";\"en\";\"fr\"", "\"fr\"", "accept-language=(\"en\" \"fr\")",
     "(\"fr\")", AL ("fr"), TRUE},
    {"space-in-string", "accept-language;\"en \";fr", "en", "accept-language=(\"en \" fr)", "(en)",
     AL ("en"), FALSE},
    {"axis-twice", "accept-language;en;fr, accept-language;en;fr", "en;fr", NULL, NULL,
     AL ("en, fr"), TRUE},
    {"weights-tie", "accept-language;en;fr", "fr", "accept-language=(en fr)", "(fr)",
     AL ("en;q=0.5, fr;q=0.5"), TRUE},
    {"weight-unreadable", "accept-language;en;fr", "fr", "accept-language=(en fr)", "(fr)",
     AL ("fr;q=x"), TRUE},
    {"weight-zero", "accept-language;en;fr", "fr", "accept-language=(en fr)", "(fr)", AL ("fr;q=0"),
     FALSE},
    {"weight-zero-000", "accept-language;en;fr", "fr", "accept-language=(en fr)", "(fr)",
     AL ("fr;q=0.000"), FALSE},
    {"weight-behind-others", "accept;text/html;a/b", "a/b", "accept=(text/html a/b)", "(a/b)",
     A ("a/b;level=1;q=0, text/html"), FALSE},
    {"language-prefix-of-word", "accept-language;english;fr", "english",
     "accept-language=(fr english)", "(english)", AL ("en, fr"), FALSE},
    {"space-everywhere", " accept-language ; en\t; fr ", " fr ", " accept-language=( en  fr ) ",
     " (  fr ) ", AL ("fr"), TRUE},
    {"coding-case", "accept-encoding;GZip", "GZip", "accept-encoding=(GZip)", "(GZip)", AE ("gzip"),
     TRUE},
    {"second-key", "accept-language;en;fr", "fr, en", "accept-language=(en fr)", "(fr), (en)",
     AL ("en"), TRUE},
    /* malformed values */
    {"empty", "", "en", "", "(en)", AL ("en"), FALSE},
    {"empty-key", "accept-language;en", "", "accept-language=(en)", "", AL ("en"), FALSE},
    {"trailing-comma", "accept-language;en,", "en", "accept-language=(en),", "(en)", AL ("en"),
     FALSE},
    {"trailing-semicolon", "accept-language;en;", "en", "accept-language=(en", "(en)", AL ("en"),
     FALSE},
    {"two-commas", "accept-language;en,,accept;a/b", "en;a/b", "accept-language=(en),,accept=(a/b)",
     "(en a/b)", AL ("en"), FALSE},
    {"other-syntax", "accept-language=(en)", "(en)", "accept-language;en", "en", AL ("en"), FALSE},
    {"open-string", "accept-language;\"en", "en", "accept-language=(\"en", "(en)", AL ("en"),
     FALSE},
    {"odd-escape", "accept-language;\"\\en\"", "en", "accept-language=(\"\\en\")", "(en)",
     AL ("en"), FALSE},
    {"not-ascii", "accept-language;\"\xc3\xa9\"", "\"\xc3\xa9\"", "accept-language=(\"\xc3\xa9\")",
     "(\"\xc3\xa9\")", AL ("\xc3\xa9"), FALSE},
    {"key-garbage", "accept-language;en", "en en", "accept-language=(en)", "(en)(en)", AL ("en"),
     FALSE},
    {"key-too-short", "accept-language;en, accept;a/b", "en", "accept-language=(en), accept=(a/b)",
     "(en)", AL ("en"), FALSE},
    {"upper-case-dictionary", NULL, NULL, "Accept-Language=(en)", "(en)", AL ("en"), FALSE},
};

static void
match (const Row *row, BullaVariantsSyntax syntax, const char *variants, const char *key)
{
  static const BullaVariantsReadings readings;
  const char *words = NULL;
  g_autofree char *text = NULL;
  BullaVariantsFields fields = {variants, key, syntax, &readings};
  gboolean found = bulla_variants_match (&fields, &row->request, &words, &text);

  g_assert_true ((words == NULL) != (text == NULL));
  g_test_message ("%s: %s", row->name, text != NULL ? text : words);
  g_assert_cmpint (found, ==, row->match);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  gboolean any_list = row->lists != NULL || row->list_key != NULL;
  gboolean any_dictionary = row->dictionary != NULL || row->inner_key != NULL;

  if (any_list || !any_dictionary)
    match (row, BULLA_VARIANTS_SYNTAX_LISTS, row->lists, row->list_key);
  if (any_dictionary || !any_list)
    match (row, BULLA_VARIANTS_SYNTAX_DICTIONARY, row->dictionary, row->inner_key);
}

/* What Chromium decides otherwise: it matches exchanges by Accept-Encoding: mi-sha256-03. */
static const char *const CHROMIUM_DIFFERS[] = {"T01", "T11", "T26", "coding-case", NULL};

/* Judges every row that the profile's fields can express by the settings of the profile. */
static void
test_profile (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile = bulla_profile_load (data, &error);
  guint n = 0;

  g_assert_no_error (error);
  const BullaSettings *settings = bulla_profile_get_settings (profile);
  const BullaVariantsNames *names = bulla_variants_names_get (settings->variants_headers);
  gboolean lists = names->syntax == BULLA_VARIANTS_SYNTAX_LISTS;
  gboolean chromium = strcmp (data, "chromium") == 0;
  for (size_t i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    const Row *row = &ROWS[i];
    BullaVariantsFields fields = {lists ? row->lists : row->dictionary,
                                  lists ? row->list_key : row->inner_key, names->syntax,
                                  &settings->variants};
    BullaRequestFacts request = bulla_variants_request_for (&row->request, settings);
    const char *words = NULL;
    g_autofree char *text = NULL;
    if (fields.variants == NULL && fields.variant_key == NULL && strcmp (row->name, "T33") != 0)
      continue;
    gboolean differs = chromium && g_strv_contains (CHROMIUM_DIFFERS, row->name);
    g_test_message ("%s in %s", row->name, (const char *)data);
    g_assert_cmpint (bulla_variants_match (&fields, &request, &words, &text), ==,
                     differs ? !row->match : row->match);
    n++;
  }
  g_assert_cmpuint (n, >, 40);
}

static char *
repeat (const char *first, const char *item, guint n)
{
  GString *text = g_string_new (first);

  for (guint i = 0; i < n; i++)
    g_string_append (text, item);
  return g_string_free (text, FALSE);
}

static gboolean
matches (const char *variants, const char *key, const BullaRequestFacts *request)
{
  static const BullaVariantsReadings readings;
  const char *words = NULL;
  g_autofree char *text = NULL;
  BullaVariantsFields fields = {variants, key, BULLA_VARIANTS_SYNTAX_LISTS, &readings};

  return bulla_variants_match (&fields, request, &words, &text);
}

static void
test_caps (void)
{
  BullaRequestFacts request = AL ("en");

  struct {
    const char *first, *item;
    guint n;
    gboolean fits;
  } axes[] = {
      {"accept-language;en", ", accept-language;en", 15, TRUE},
      {"accept-language;en", ", accept-language;en", 16, FALSE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (axes); i++) {
    g_autofree char *variants = repeat (axes[i].first, axes[i].item, axes[i].n);
    g_autofree char *key = repeat ("en", ";en", axes[i].n);
    g_assert_cmpint (matches (variants, key, &request), ==, axes[i].fits);
  }
  g_autofree char *values = repeat ("accept-language;en", ";fr", 100000);
  g_assert_false (matches (values, "en", &request));
  g_autofree char *keys = repeat ("fr", ",fr", 100000);
  g_assert_false (matches ("accept-language;en;fr", keys, &request));
}

/* why no variant of an index answers a request */
static const struct {
  const char *variants, *there; /* a 1 for each combination that exists */
  BullaRequestFacts request;
  const char *why;
} ABSENT[] = {
    {"accept-language;en;fr",
     "01",
     {.accept_language = "de"},
     "the bundle has only the variant fr; the request (de) selects en, the default"},
    {"accept-language;en;fr",
     "01",
     {NULL},
     "the bundle has only the variant fr; the request (no accept-language) selects en, the "
     "default"},
    {"accept-language;en;fr",
     "00",
     {.accept_language = "en"},
     "the bundle has none of its variants; the request (en) selects en"},
    {"accept;text/html;text/plain, accept-language;en;fr",
     "1001",
     {.accept = "text/plain", .accept_language = "en"},
     "the bundle has the variants text/html en and text/plain fr; the request (accept: "
     "text/plain; accept-language: en) selects text/plain en"},
    {"accept-language;a;b;c;d;e;f;g",
     "1111110",
     {.accept_language = "g"},
     "the bundle has the variants a, b, c, d and 2 more; the request (g) selects g"},
    {"accept-encoding;br",
     "1",
     {.accept_encoding = "gzip"},
     "the bundle has only the variant br; the request (gzip) selects identity"},
    {"dpr;a;b", "11", {NULL}, "unknown axis dpr (known: accept, accept-encoding, accept-language)"},
    {"cookie=(a)",
     "1",
     {.cookie = "a=1"},
     "a cookie axis has no place in an index: the values of cookies are not in it"},
};

static void
test_absent (void)
{
  static const BullaVariantsReadings readings;

  for (size_t i = 0; i < G_N_ELEMENTS (ABSENT); i++) {
    gboolean there[8];
    guint n = (guint)strlen (ABSENT[i].there);

    for (guint j = 0; j < n; j++)
      there[j] = ABSENT[i].there[j] == '1';
    g_autofree char *why =
        bulla_variants_explain_absent (ABSENT[i].variants, &readings, &ABSENT[i].request, there, n);
    g_assert_cmpstr (why, ==, ABSENT[i].why);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    g_autofree char *path = g_strdup_printf ("/policy/variants/%s", ROWS[i].name);
    g_test_add_data_func (path, &ROWS[i], test_row);
  }
  static const char *const profiles[] = {"draft-b3", "loading", "chromium", "separate-origin",
                                         "mozilla"};
  for (size_t i = 0; i < G_N_ELEMENTS (profiles); i++) {
    g_autofree char *path = g_strdup_printf ("/policy/variants/profile/%s", profiles[i]);
    g_test_add_data_func (path, profiles[i], test_profile);
  }
  g_test_add_func ("/policy/variants/caps", test_caps);
  g_test_add_func ("/policy/variants/absent", test_absent);
  return g_test_run ();
}
