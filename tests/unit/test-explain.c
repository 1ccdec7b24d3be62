/* test-explain.c - checks that every reason has an explanation, and every rule a catalogue entry
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-explain.h"
#include "bulla-rule-catalogue.h"

/* each text is long enough, and is a sentence */
static void
check_sentence (const char *nick, const char *text)
{
  gunichar first = g_utf8_get_char (text);
  gboolean begins = g_unichar_isupper (first) || g_str_has_prefix (text, "“");

  if (strlen (text) < 40 || !begins || strchr (".?", text[strlen (text) - 1]) == NULL)
    g_error ("%s: “%s”", nick, text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_null (strstr (text, "  "));
}

static void
test_whole (void)
{
  for (int reason = BULLA_REASON_NONE + 1; reason < BULLA_N_REASONS; reason++) {
    const char *nick = bulla_reason_get_nick (reason);
    g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
    check_sentence (nick, bulla_explanation_get_meaning (explanation));
    check_sentence (nick, bulla_explanation_get_impact (explanation));
    check_sentence (nick, bulla_explanation_get_remedy (explanation));
    g_auto (GStrv) spec = g_strsplit (bulla_explanation_get_spec (explanation), " ", -1);
    g_assert_nonnull (spec[0]);
    for (int i = 0; spec[i] != NULL; i++)
      g_assert_true (g_uri_is_valid (spec[i], G_URI_FLAGS_NONE, NULL)
                     && g_str_has_prefix (spec[i], "https://"));
  }
}

typedef const char *(*Getter) (const BullaExplanation *explanation);

static void
test_distinct (void)
{
  static const Getter getters[] = {bulla_explanation_get_meaning, bulla_explanation_get_impact};

  for (size_t i = 0; i < G_N_ELEMENTS (getters); i++) {
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (int reason = BULLA_REASON_NONE + 1; reason < BULLA_N_REASONS; reason++) {
      g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
      if (!g_hash_table_add (seen, g_strdup (getters[i](explanation))))
        g_error ("%s says what another reason says", bulla_reason_get_nick (reason));
    }
  }
}

/* each remedy begins with the party that must act */
static void
test_remedy_names_somebody (void)
{
  static const char *const somebody[] = {"Publisher: ",
                                         "Deliverer: ",
                                         "You: ",
                                         "Publisher or deliverer: ",
                                         "Operator of that server: ",
                                         "Nothing needs to be fixed"};

  for (int reason = BULLA_REASON_NONE + 1; reason < BULLA_N_REASONS; reason++) {
    g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
    const char *remedy = bulla_explanation_get_remedy (explanation);
    gboolean found = FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS (somebody); i++)
      found = found || g_str_has_prefix (remedy, somebody[i]);
    if (!found)
      g_error ("%s: nobody is to do “%s”", bulla_reason_get_nick (reason), remedy);
  }
}

static void
test_catalogue (void)
{
  guint n = bulla_catalogue_get_n_rules ();
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean reached[BULLA_N_REASONS] = {FALSE};

  g_assert_cmpuint (n, >, 100);
  for (guint rule = 0; rule < n; rule++) {
    g_assert_true (g_hash_table_add (ids, (gpointer)bulla_catalogue_get_id (rule)));
    g_assert_nonnull (bulla_catalogue_get_part (rule));
    g_assert_cmpint (strlen (bulla_catalogue_get_anchor (rule)), >, 0);
    g_assert_cmpint (strlen (bulla_catalogue_get_required (rule)), >, 0);
    for (int reason = BULLA_REASON_NONE + 1; reason < BULLA_N_REASONS; reason++)
      reached[reason] |=
          bulla_catalogue_gives (rule, reason) || bulla_catalogue_gives_unknown (rule, reason);
  }
  /* some reasons of CAA come from bulla_caa_judge(), not from a rule */
  for (int reason = BULLA_REASON_NONE + 1; reason < BULLA_N_REASONS; reason++)
    if (!reached[reason] && !g_str_has_prefix (bulla_reason_get_nick (reason), "caa."))
      g_error ("%s: no rule leads to it", bulla_reason_get_nick (reason));
}

static void
test_types (void)
{
  g_autoptr (BullaExplanation) explanation = bulla_explain (BULLA_REASON_SXG_MAGIC);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, BULLA_TYPE_EXPLANATION);
  g_value_set_boxed (&value, explanation);
  g_assert_true (g_value_get_boxed (&value) == explanation);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain/whole", test_whole);
  g_test_add_func ("/explain/distinct", test_distinct);
  g_test_add_func ("/explain/remedy-names-somebody", test_remedy_names_somebody);
  g_test_add_func ("/explain/catalogue", test_catalogue);
  g_test_add_func ("/explain/types", test_types);
  return g_test_run ();
}
