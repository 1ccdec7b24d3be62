/* test-languages.c - lists the languages that the browser asks for
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-languages.h"

static void
test_locales (void)
{
  static const struct {
    const char *const locales[6];
    const char *languages;
  } rows[] = {
      {{"fr_FR.UTF-8", "fr_FR", "fr.UTF-8", "fr", "C", NULL}, "fr-FR,fr"},
      {{"C", NULL}, "en-US,en"},
      {{"C.UTF-8", "C", "POSIX", NULL}, "en-US,en"},
      {{"br_FR@euro", "fr_FR", "en", "C", NULL}, "br-FR,br,fr-FR,fr,en"},
      {{"en_GB", "en_US", "de", NULL}, "en-GB,en-US,en,de"},
      {{"zh_TW", "", "x", NULL}, "zh-TW,zh"},
      {{NULL}, "en-US,en"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) list = bulla_languages_from_locales (rows[i].locales);
    g_autofree char *text = g_strjoinv (",", list);
    g_assert_cmpstr (text, ==, rows[i].languages);
  }
}

static void
test_field (void)
{
  static const char *const three[] = {"fr-FR", "fr", "en", NULL}, *const none[] = {NULL};
  static const char *const many[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", NULL};
  g_autofree char *field = bulla_languages_dup_field (three);
  g_autofree char *empty = bulla_languages_dup_field (none);
  g_autofree char *last = bulla_languages_dup_field (many);

  g_assert_cmpstr (field, ==, "fr-FR, fr;q=0.9, en;q=0.8");
  g_assert_cmpstr (empty, ==, "");
  g_assert_true (g_str_has_suffix (last, "i;q=0.2, j;q=0.1, k;q=0.1"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/languages/locales", test_locales);
  g_test_add_func ("/languages/field", test_field);
  return g_test_run ();
}
