/* test-address.c - tests what the address entry takes for an address
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-address.h"

static void
test_words (void)
{
  static const char *const words[] = {"word", "two words", "  word ", "what is a.b", "a\tb"};
  static const char *const addresses[] = {"",
                                          "example.com",
                                          "localhost",
                                          "localhost:8000",
                                          "LOCALHOST",
                                          "word/",
                                          "https://word",
                                          "[::1]",
                                          "http://a b.example/",
                                          "/srv/two words.sxg",
                                          "about:blank",
                                          "data:text/html,a b",
                                          "file:///two words"};

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_true (bulla_address_is_words (words[i]));
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    g_assert_false (bulla_address_is_words (addresses[i]));
}

static void
test_urls (void)
{
  static const struct {
    const char *text, *url;
  } CASES[] = {
      {"example.com/a", "https://example.com/a"},
      {" localhost:8000 ", "https://localhost:8000"},
      {"http://example.com", "http://example.com"},
      {"about:blank", "about:blank"},
      {"  ", NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autofree char *url = bulla_address_from_text (CASES[i].text);
    g_assert_cmpstr (url, ==, CASES[i].url);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shell/address/words", test_words);
  g_test_add_func ("/shell/address/urls", test_urls);
  return g_test_run ();
}
