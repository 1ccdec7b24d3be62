/* test-variants-command.c - bulla variants: who gets which variant of a folder of packages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

/* make FOLDER URL TYPE VARIANTS KEY [HEADER]: an exchange named after its key */
static const char SET_UP[] =
    "set -e; printf '<p>Hello' >index.html; $BULLA create authority a;"
    "$BULLA create chain --authority a --host news.example chain.cbor;"
    "make () { mkdir -p $1; $BULLA create exchange --ignore-errors --certificate chain.pem "
    "--private-key chain.key "
    "--url https://news.example$2 --cert-url https://news.example/c --content index.html "
    "--header \"Content-Type: $3\" ${4:+--header \"Variants-04: $4\"} "
    "${5:+--header \"Variant-Key-04: $5\"} ${6:+--header \"$6\"} "
    "$1/$(printf %s \"$3$5\" | tr ' ;/' ___).sxg; };"
    "pictures='accept;image/avif;image/webp;image/jpeg';"
    "for type in avif webp jpeg; do make site /alps image/$type \"$pictures\" image/$type; done;"
    "for tag in en fr cy; do make site / text/html 'accept-language;en;fr;cy' $tag "
    "\"Content-Language: $tag\"; done;"
    "make site /style.css text/css;"
    "make br / text/html 'accept-encoding;br' br 'Content-Encoding: br';"
    "make half / text/html 'accept-language;en';"
    "make axis / text/html 'dpr;one' one;"
    "make token /i image/svg+xml 'accept;image/svg+xml' image/svg+xml;"
    "printf nonsense >site/readme.txt; mkdir cut; printf nonsense >cut/bad.sxg";

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (run (place, SET_UP, NULL, NULL), ==, 0);
}

/* Section 3 of clients.md: who gets which picture, who is left out. */
static void
test_choices (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA variants site", 1,
       "0 of 20 clients are left out of 0 of 3 resources; 4 cannot decode what it gets; 2 asked"},
      {"$BULLA variants --client firefox-60 site", 1,
       "firefox-60             wildcard      image/avif"},
      {"$BULLA variants --client firefox-60 site", 1, "unusable: cannot decode its media type"},
      {"$BULLA variants --client safari-13 site", 1, "safari-13              default       en"},
      {"$BULLA variants --client webkitgtk-2.50 site", 1, "unusable: does not read its language"},
      {"$BULLA variants --client screen-reader-welsh site", 0,
       "screen-reader-welsh    first-choice  cy"},
      {"$BULLA variants --client screen-reader-breton site", 0,
       "screen-reader-breton   first-choice  fr"},
      {"$BULLA variants --client lynx --client curl site", 0, "lynx                   not-asked"},
      {"$BULLA variants --client chromium-73 site", 0, "chromium-73            only          -"},
      {"$BULLA variants --client chromium-73 --url https://news.example/alps site | grep -c :", 0,
       "1\n"},
      {"$BULLA variants --client curl br", 1, "curl                   nothing       -"},
      {"$BULLA variants --client curl br", 1,
       "1 of 1 clients are left out of 1 of 1 resources; 0 cannot decode what it gets."},
      {"$BULLA variants --client firefox-153 br", 0, "first-choice  br"},
      {"$BULLA variants --profile chromium --client chromium-156 br", 1, "nothing"},
      {"$BULLA variants --client firefox-153 half", 1, "nothing"},
      {"$BULLA variants --client firefox-153 axis", 1, "nothing"},
      {"$BULLA variants --client firefox-153 token", 1, "nothing"},
      {"$BULLA variants --client firefox-153 --set variants.list-tokens=wide token", 1,
       "first-choice  image/svg+xml"},
      {"$BULLA variants --client firefox-60 --set variants.wildcards=default-only "
       "--set variants.languages=lookup --client webkitgtk-2.50 --url https://news.example/ site",
       0, "webkitgtk-2.50         first-choice  fr"},
      {"find br -name '*.sxg' | $BULLA variants --client firefox-153 -", 0, "first-choice"},
      {"$BULLA variants cut", 2, "bad.sxg"},
      {"$BULLA variants cut/bad.sxg br", 2, "bad.sxg"},
      {"$BULLA variants --client no-such br", 2, "no-such"},
      {"$BULLA variants .", 2, "bad.sxg"},
      {"mkdir empty; $BULLA variants empty", 2, "no package was found"},
      {"$BULLA variants", 2, "no package given"},
      {"$BULLA variants --quiet --client firefox-60 site | wc -c", 0, "0\n"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_json (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA variants --json --client firefox-60 --url https://news.example/alps site", 1,
       "\"requested\":{\"accept\":\"*/*\",\"accept-language\":\"en-US,en;q=0.5\","
       "\"accept-encoding\":\"gzip, deflate, br\",\"cookie\":null},\"offered\":[{\"key\":"
       "[\"image/avif\"],\"file\":\"site/image_avifimage_avif.sxg\",\"offset\":0,\"bytes\":"},
      {"$BULLA variants --json --client firefox-60 --url https://news.example/alps site", 1,
       "\"grade\":\"wildcard\",\"usable\":false,\"unusable_because\":\"undecodable-type\","
       "\"axes\":[{\"axis\":\"accept\",\"asked\":[{\"range\":\"*/*\",\"q\":1}],\"ranked\":["
       "{\"value\":\"image/avif\",\"because\":\"wildcard\",\"range\":\"*/*\"},"},
      {"$BULLA variants --json --client firefox-60 --url https://news.example/alps site", 1,
       "\"default_taken\":false}],\"tried\":[{\"key\":[\"image/avif\"],\"offered\":true}]}"},
      {"$BULLA variants --json --client firefox-153 br", 0,
       "\"ranked\":[{\"value\":\"br\",\"because\":\"range\",\"range\":\"br\"},"
       "{\"value\":\"identity\",\"because\":\"added\"}]"},
      {"$BULLA variants --json --client curl br", 1,
       "\"chosen\":null,\"grade\":\"nothing\",\"usable\":null,\"unusable_because\":null,"},
      {"$BULLA variants --json --client curl br", 1,
       "\"tried\":[{\"key\":[\"identity\"],\"offered\":false}]"},
      {"$BULLA variants --json --client lynx --url https://news.example/style.css site", 0,
       "\"chosen\":null,\"grade\":\"not-asked\",\"usable\":null"},
      {"$BULLA variants --json --client curl --url https://news.example/style.css site", 0,
       "\"chosen\":{\"key\":[],\"file\":\"site/text_css.sxg\","},
      {"$BULLA variants --json site 2>/dev/null | wc -l", 0, "60\n"},
      {"$BULLA variants --json site 2>/dev/null >one; $BULLA variants --json site 2>/dev/null | "
       "cmp - one",
       0, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/variants-command/choices", Place, NULL, set_up, test_choices, place_tear_down);
  g_test_add ("/variants-command/json", Place, NULL, set_up, test_json, place_tear_down);
  return g_test_run ();
}
