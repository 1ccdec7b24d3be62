/* test-download-name.c - tests the names of downloaded files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-download-name.h"

static void
test_from (void)
{
  static const struct {
    const char *suggested, *name;
  } CASES[] = {
      {"page.sxg", "page.sxg"},
      {"../../.bashrc", "bashrc"},
      {"/etc/passwd", "passwd"},
      {"..\\..\\autorun.inf", "autorun.inf"},
      {"folder/", "download"},
      {"...", "download"},
      {"", "download"},
      {NULL, "download"},
      {"a\nb", "a_u000ab"},
      {"invoice\xE2\x80\xAE"
       "fdp.exe",
       "invoice_u202efdp.exe"},
      {"report.txt. . ", "report.txt"},
      {"a:b*c?d\"e<f>g|h", "a_b_c_d_e_f_g_h"},
      {"\xFF.bin", "\xEF\xBF\xBD.bin"},
      {"Übersicht.pdf", "Übersicht.pdf"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autofree char *name = bulla_download_name_from (CASES[i].suggested);
    g_assert_cmpstr (name, ==, CASES[i].name);
  }
}

static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 100; i++)
    g_string_append (text, "äö"); /* an odd limit would cut a character */
  g_string_append (text, ".tar.gz");
  g_autofree char *name = bulla_download_name_from (text->str);
  g_assert_cmpuint (strlen (name), <=, 160);
  g_assert_cmpuint (strlen (name), >, 150);
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_true (g_str_has_suffix (name, ".gz"));
}

static void
test_number (void)
{
  static const struct {
    const char *name;
    guint number;
    const char *numbered;
  } CASES[] = {
      {"page.sxg", 0, "page.sxg"},
      {"page.sxg", 1, "page (1).sxg"},
      {"page", 2, "page (2)"},
      {"a.b.c", 10, "a.b (10).c"},
      {"a.aVeryLongExtension", 3, "a.aVeryLongExtension (3)"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autofree char *numbered = bulla_download_name_number (CASES[i].name, CASES[i].number);
    g_assert_cmpstr (numbered, ==, CASES[i].numbered);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shell/download-name/from", test_from);
  g_test_add_func ("/shell/download-name/long", test_long);
  g_test_add_func ("/shell/download-name/number", test_number);
  return g_test_run ();
}
