/* test-bundle-urls-command.c - URLs of new bundles: of folders, and with odd percent signs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (
      run (place, "mkdir site; echo hi >site/index.html; echo hi >'site/5%.html'", NULL, NULL), ==,
      0);
}

/* A percent sign that escapes nothing stays as it is, because browsers request it so. */
static void
test_stray_percent (Place *place, gconstpointer data)
{
#define MHTML                                                                                      \
  "printf 'From: x\\r\\nMIME-Version: 1.0\\r\\nContent-Type: multipart/related; boundary=B\\r\\n"  \
  "Content-Location: https://a.test/q/\\r\\n\\r\\n--B\\r\\nContent-Type: text/html\\r\\n"          \
  "Content-Location: %s\\r\\n\\r\\n<p>a\\r\\n--B--\\r\\n' "
#define ENTRY(url, text)                                                                           \
  "{\"request\":{\"method\":\"GET\",\"url\":\"" url "\"},\"response\":{\"status\":200,"            \
  "\"headers\":[{\"name\":\"Content-Type\",\"value\":\"text/html\"}],"                             \
  "\"content\":{\"mimeType\":\"text/html\",\"text\":\"" text "\"}}}"
#define PERCENT                                                                                    \
  "{\"log\":{\"entries\":[" ENTRY ("https://a.test/", "one") "," ENTRY (                           \
      "https://a.test/x/../100%", "two") "," ENTRY ("https://a.test/100%25", "three") "]}}"
  static const Case cases[] = {
      {"$BULLA create bundle --har p.har a.wbn", 0,
       "Left out: https://a.test/100%: its URL has a percent sign that escapes nothing"},
      {"$BULLA bundle list a.wbn | grep -c 100%25", 0, "1"},
      {"$BULLA bundle extract a.wbn out >log; cat out/a.test/100*", 0, "three"},
      {"$BULLA create bundle --profile chromium --har p.har b.wbn 2>&1 | grep -c 'Left out'", 1,
       "0"},
      {"$BULLA verify --profile chromium --json=full b.wbn", 0, "\"url\":\"https://a.test/100%\""},
      {"$BULLA verify --profile chromium --json=full b.wbn", 0, "\"https://a.test/100%25\""},
      {"$BULLA verify b.wbn", 1, "index.url"},
      {"$BULLA create bundle --profile chromium --har p.har --primary https://a.test/100% c.wbn; "
       "$BULLA verify --profile chromium --json=full c.wbn",
       0, "\"primary_url\":\"https://a.test/100%\""},
      {"$BULLA create bundle --dir site --base-url https://a.test/100%/ d.wbn", 2,
       "a.test/100%/: a percent sign"},
      {"echo https://a.test/100% | $BULLA create bundle --urls - e.wbn", 1,
       "https://a.test/100%: a percent sign in the URL escapes nothing"},
      {MHTML "https://a.test/100% >m.mhtml; $BULLA create bundle --mhtml m.mhtml f.wbn", 2,
       "Left out: https://a.test/100%: its URL has a percent sign"},
      {"$BULLA create bundle --profile chromium --mhtml m.mhtml f.wbn; strings f.wbn", 0,
       "https://a.test/100%\n"},
      {MHTML "50%/%7E%zz!%!.!%21%%25 >m.mhtml; $BULLA create bundle -f --profile chromium --mhtml "
             "m.mhtml "
             "f.wbn; strings f.wbn",
       0, "https://a.test/q/50%/~%zz!%!.!%21%%25\n"},
  };
  g_autofree char *path = g_build_filename (place->folder, "p.har", NULL);

  g_assert_true (g_file_set_contents (path, PERCENT, -1, NULL));
  check (place, cases, G_N_ELEMENTS (cases));
}

/* The name of a file has the character, which is %25 in its URL. */
static void
test_file_name (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create bundle --dir site --base-url https://a.test/ a.wbn", 0, "Wrote a.wbn"},
      {"$BULLA verify --json=full a.wbn", 0, "\"url\":\"https://a.test/5%25.html\""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Names of files are put behind the path of the base URL. */
static void
test_base_url (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create bundle --dir site --base-url 'https://example.com/?/' o.wbn", 2,
       "“https://example.com/?/” has a query or a fragment"},
      {"$BULLA create bundle --dir site --base-url 'https://example.com/?q' o.wbn", 2, "a query"},
      {"$BULLA create bundle --dir site --base-url 'https://example.com/#/' o.wbn", 2, "a query"},
      {"$BULLA create bundle --dir site --base-url '/a?/' o.wbn", 2, "a query"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/command/bundle-urls/stray-percent", Place, NULL, set_up, test_stray_percent,
              place_tear_down);
  g_test_add ("/command/bundle-urls/stray-percent/file-name", Place, NULL, set_up, test_file_name,
              place_tear_down);
  g_test_add ("/command/bundle-urls/base-url", Place, NULL, set_up, test_base_url, place_tear_down);
  return g_test_run ();
}
