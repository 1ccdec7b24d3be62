/* test-odd-bundle-command.c - bundles with odd responses, equal URLs and wrong codings, as people
 * list, extract and verify them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-bundle.h"
#include "command-cases.h"

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (run (place, "mkdir site z; printf Hello >site/index.html", NULL, NULL), ==, 0);
}

/* A response with an odd status, and one without content, are named. */
static void
test_no_content (Place *place, gconstpointer data)
{
  static const char *const urls[] = {"https://a.test/1", "https://a.test/2", NULL};
  static const Case cases[] = {
      {"$BULLA bundle list bad.wbn", 1, "-           16  https://a.test/2  headers.status-syntax"},
      {"$BULLA bundle list --long bad.wbn | grep -c '^-  '", 0, "1"},
      {"$BULLA bundle list --json bad.wbn", 1, "\"status\":null"},
      {"$BULLA verify --offline bad.wbn", 1, "  refuse             -          0  https://a.test/2"},
      {"$BULLA create bundle --dir site --base-url https://example.com/ moved.wbn && "
       "$BULLA bundle extract moved.wbn out",
       0, "index.html: not written: status 301 without content; --headers writes it"},
      {"$BULLA bundle extract --headers moved.wbn both 2>&1 | grep -c 'not written'", 1, "0"},
      {"grep -c ':status: 301' both/example.com/*.headers | grep -c :1", 0, "1"},
  };

  make_bundle (place, "bad.wbn", urls, "2x0");
  check (place, cases, G_N_ELEMENTS (cases));
}

/* Two keys of the index may be one URL. */
static void
test_same_urls (Place *place, gconstpointer data)
{
  static const char *const urls[] = {"https://a.test/", "https://a.test/b", "https://a.test:443/b",
                                     NULL};
  static const Case cases[] = {
      {"$BULLA bundle list two.wbn", 0, "20  https://a.test/b  (passed over)"},
      {"$BULLA bundle list two.wbn", 0,
       "two.wbn: the index has another entry before this one for https://a.test/b; only the first"},
      {"$BULLA bundle list --json two.wbn | grep -c '\"passed_over\":true'", 0, "1"},
      {"$BULLA bundle extract two.wbn two", 0, "only the first is used"},
      {"cat two/a.test/b", 0, "https://a.test/b"},
      {"$BULLA verify --offline two.wbn", 0, "(passed over: an earlier entry of the index is this"},
      {"$BULLA verify --offline --json=full two.wbn | grep -o passed_over | wc -l", 0, "1"},
      {"$BULLA create bundle --dir site --base-url https://a.test/ site.wbn && "
       "$BULLA bundle list site.wbn 2>&1 | grep -c 'only the first'",
       1, "0"},
  };

  make_bundle (place, "two.wbn", urls, "200");
  check (place, cases, G_N_ELEMENTS (cases));
}

/* Bodies may have several codings; a header that lies is named. */
static void
test_codings (Place *place, gconstpointer data)
{
#define MAKE(coding, name)                                                                         \
  "$BULLA create bundle --dir z --base-url https://a.test/ --ignore-errors -H "                    \
  "'Content-Encoding: " coding "' " name " && "
  static const Case cases[] = {
      {"printf twice | gzip | gzip >z/t.txt; " MAKE (
           "gzip, gzip", "two.wbn") "$BULLA bundle extract two.wbn two && cat two/a.test/t.txt",
       0, "twice"},
      {"$BULLA bundle extract two.wbn two2 2>&1 | grep -c decode", 1, "0"},
      {"$BULLA bundle list two.wbn | grep -c body.coding", 1, "0"},
      {"$BULLA verify --offline two.wbn", 0, "separate-origin  200"},
      {MAKE ("gzip, br", "lie.wbn") "$BULLA bundle list lie.wbn", 1, "t.txt  body.coding"},
      {"$BULLA bundle list --json lie.wbn", 1, "\"reason\":\"body.coding\""},
      {"$BULLA verify --offline lie.wbn", 1, "body.coding"},
      {"$BULLA bundle extract lie.wbn lie && cmp z/t.txt lie/a.test/t.txt && echo same", 0, "same"},
      {"$BULLA bundle extract lie.wbn lie2", 0, "the body cannot be decoded as its Content-"},
      {MAKE ("gzip, zstd", "other.wbn") "$BULLA bundle extract other.wbn other", 0,
       "Content-Encoding gzip, zstd is not one that Bulla decodes; the body is written as it is"},
      {"$BULLA bundle list other.wbn", 0, "t.txt\n"},
      {"(printf one | gzip; printf two | gzip) >z/t.txt; " MAKE (
           "gzip", "members.wbn") "$BULLA bundle extract members.wbn m && cat m/a.test/t.txt",
       0, "onetwo"},
      {"$BULLA bundle list members.wbn", 0, "t.txt\n"},
      {"(printf one | gzip; printf two) >z/t.txt; " MAKE ("gzip",
                                                          "rest.wbn") "$BULLA bundle list rest.wbn",
       0, "t.txt\n"},
      {"$BULLA verify --offline rest.wbn", 0, "separate-origin  200"}, /* as browsers show it */
      {"$BULLA bundle extract rest.wbn r", 0, "bytes follow the end of the Content-Encoding gzip"},
      {"cat r/a.test/t.txt; echo .", 0, "one.\n"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* An app whose URLs are those of another key is refused by browsers, and can be read. */
static void
test_foreign_app (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA sign --generate ed25519 e.key; $BULLA sign --generate ed25519 f.key; "
       "$BULLA create bundle --dir site --base-url isolated-app://$($BULLA sign --id e.key)/ "
       "a.wbn; "
       "$BULLA sign a.wbn --key f.key --ignore-errors -o a.swbn",
       0, "Warning: index.app-url"},
      {"$BULLA verify --offline a.swbn", 1, "reason index.app-url"},
      {"$BULLA bundle list a.swbn", 1, "a.swbn: index.app-url: browsers refuse the app for isol"},
      {"$BULLA bundle list a.swbn", 1, "200          5  isolated-app://"},
      {"$BULLA bundle extract a.swbn app", 1, "Wrote 1 response"},
      {"cat app/*/index.html", 0, "Hello"},
      {"$BULLA bundle list a.wbn", 0, "isolated-app://"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
  g_test_add ("/odd-bundle-command/" name, Place, NULL, set_up, test, place_tear_down)
  ADD ("no-content", test_no_content);
  ADD ("same-urls", test_same_urls);
  ADD ("codings", test_codings);
  ADD ("foreign-app", test_foreign_app);
  return g_test_run ();
}
