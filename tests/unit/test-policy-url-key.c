/* test-policy-url-key.c - normalises equivalent spellings of a URL to one key
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-url-key.h"

#include <string.h>

#include "bulla-uri-text.h"

static void
test_same (void)
{
  static const struct {
    const char *a, *b;
    gboolean same;
  } CASES[] = {
      {"https://a.test/?q=100%", "https://a.test/?q=100%25", TRUE},
      {"https://a.test/%41%zz#x", "https://a.test/A%25zz", TRUE},
      {"https://a.test/%7e%2f%", "https://a.test/~%2F%25", TRUE},
      {"https://a.test/%4", "https://a.test/%254", TRUE},
      {"https://a.test/b#c", "https://a.test/b", TRUE},
      {"https://a.test:443", "https://a.test/", TRUE},
      {"http://a.test:80/b", "http://a.test/b", TRUE},
      {"https://a.test/%2525", "https://a.test/%25", FALSE},
      {"https://a.test/%", "https://b.test/%", FALSE},
      {"https://a.test/b?", "https://a.test/b", FALSE},
      {"https://a.test:80/", "http://a.test/", FALSE},
      {"https://a.test/B", "https://a.test/b", FALSE},
      {"about:blank", "about:blank#x", TRUE},
      {"https:////a", "https:////a#x", TRUE},
      {"x:/.//a", "x:/.//a#x", TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autofree char *a = bulla_url_dup_key (CASES[i].a);
    g_autofree char *again = bulla_url_dup_key (a);
    g_assert_cmpint (bulla_url_same (CASES[i].a, CASES[i].b), ==, CASES[i].same);
    g_assert_cmpint (bulla_url_same (CASES[i].b, CASES[i].a), ==, CASES[i].same);
    g_assert_cmpstr (a, ==, again);
  }
}

/* Returns the URL as GUri writes it. */
static char *
parse_key (const char *url)
{
  g_autofree char *escaped = bulla_url_escape_strays (url);
  g_autoptr (GUri) uri =
      g_uri_parse (escaped,
                   G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY
                       | G_URI_FLAGS_ENCODED_FRAGMENT | G_URI_FLAGS_SCHEME_NORMALIZE,
                   NULL);
  g_autofree char *text = uri != NULL ? bulla_uri_dup_text (uri, G_URI_HIDE_NONE) : NULL;
  const char *key = text != NULL ? text : url;

  return g_strndup (key, strcspn (key, "#"));
}

/* most URLs are not parsed, which must only affect the time */
static void
test_as_parsed (void)
{
  static const char *const PIECES[] = {
      "a",      "B",        "7",
      "-",      "_",        ".",
      "..",     "/",        "//",
      "/.",     "/../",     ":",
      "@",      "?",        "#",
      "%",      "%41",      "%2f",
      "%zz",    "~",        "!",
      "$",      "&",        "'",
      "(",      "*",        "+",
      ",",      ";",        "=",
      "[",      "]",        "|",
      "^",      "\"",       "<",
      " ",      "\\",       "{",
      ":80",    ":81",      ":00",
      ":443",   ":+80",     ":8a",
      ":99999", "\xc3\xa9", "\xff",
      "\x01",   "[::1]",    "www.example.test",
  };
  static const char *const STARTS[] = {"https://a.test", "http://a.test/", "https://a.test:8443/b",
                                       "https://",       "http://",        "HTTP://a.test/",
                                       "http:",          "ftp://a.test/",  ""};

  for (guint round = 0; round < 100000; round++) {
    g_autoptr (GString) url =
        g_string_new (STARTS[g_test_rand_int_range (0, G_N_ELEMENTS (STARTS))]);
    gint n = g_test_rand_int_range (0, 8);
    while (n-- > 0)
      g_string_append (url, PIECES[g_test_rand_int_range (0, G_N_ELEMENTS (PIECES))]);
    g_autofree char *key = bulla_url_dup_key (url->str);
    g_autofree char *parsed = parse_key (url->str);
    g_assert_cmpstr (key, ==, parsed);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/url-key/same", test_same);
  g_test_add_func ("/policy/url-key/as-parsed", test_as_parsed);
  return g_test_run ();
}
