/* test-variants-command.c - runs bulla variants: the variant of each client in a folder of packages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-writer.h"
#include "command-cases.h"

/* make FOLDER URL TYPE VARIANTS KEY [HEADER]: an exchange named after its key */
static const char SET_UP[] =
    "set -e; printf '<p>Hello' >index.html; $BULLA create authority a;"
    "$BULLA create chain --authority a --host news.example chain.cbor;"
    "make () { mkdir -p $1; $BULLA create exchange --ignore-errors --certificate chain.pem "
    "--private-key chain.key --url https://news.example$2 --cert-url https://news.example/c "
    "--content ${7:-index.html} "
    "--header \"Content-Type: $3\" ${4:+--header \"Variants-04: $4\"} "
    "${5:+--header \"Variant-Key-04: $5\"} ${6:+--header \"$6\"} "
    "$1/$(printf %s \"$3$5\" | tr ' ;/' ___).sxg; };"
    "pictures='accept;image/avif;image/webp;image/jpeg';"
    "for type in avif webp jpeg; do make site /alps image/$type \"$pictures\" image/$type; done;"
    "for tag in en fr cy; do make site / text/html 'accept-language;en;fr;cy' $tag "
    "\"Content-Language: $tag\"; done;"
    "make site /style.css text/css;"
    "gzip -c index.html >index.gz;"
    "make coded / text/html 'accept-encoding;gzip' gzip 'Content-Encoding: gzip' index.gz;"
    "make wrong / text/html 'accept-language;en' 'en, fr' 'Content-Language: de';"
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
       "0 of 20 clients are left out of 0 of 3 resources; 4 cannot decode what they get; 2 get a"},
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
      {"$BULLA variants --client chromium-73 --url https://news.example/alps site | grep -c "
       "'^https'",
       0, "1\n"},
      {"$BULLA variants --client curl coded", 1, "curl                   nothing       -"},
      {"$BULLA variants --client curl coded", 1,
       "1 of 1 clients is left out of 1 of 1 resources; 0 cannot decode what they get."},
      {"$BULLA variants --client firefox-153 coded", 0, "first-choice  gzip"},
      {"$BULLA variants --profile chromium --client chromium-156 coded", 1, "nothing"},
      {"$BULLA variants --client firefox-153 half", 1, "nothing"},
      {"$BULLA variants --client firefox-153 axis", 1, "nothing"},
      {"$BULLA variants --client firefox-153 token", 1, "nothing"},
      {"$BULLA variants --client firefox-153 --set variants.list-tokens=wide token", 1,
       "first-choice  image/svg+xml"},
      {"$BULLA variants --client firefox-60 --set variants.wildcards=default-only "
       "--set variants.languages=lookup --client webkitgtk-2.50 --url https://news.example/ site",
       0, "webkitgtk-2.50         first-choice  fr"},
      {"find coded -name '*.sxg' | $BULLA variants --client firefox-153 -", 0, "first-choice"},
      {"$BULLA variants cut", 2, "bad.sxg"},
      {"$BULLA variants cut/bad.sxg coded", 2, "bad.sxg"},
      {"$BULLA variants --client no-such coded", 2, "no-such"},
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
      {"$BULLA variants --json --client firefox-153 coded", 0,
       "\"ranked\":[{\"value\":\"gzip\",\"because\":\"range\",\"range\":\"gzip\"},"
       "{\"value\":\"identity\",\"because\":\"added\"}]"},
      {"$BULLA variants --json --client curl coded", 1,
       "\"chosen\":null,\"grade\":\"nothing\",\"usable\":null,\"unusable_because\":null,"},
      {"$BULLA variants --json --client curl coded", 1,
       "\"tried\":[{\"key\":[\"identity\"],\"offered\":false}]"},
      {"$BULLA variants --json --client lynx --url https://news.example/style.css site", 0,
       "\"chosen\":null,\"grade\":\"not-asked\",\"usable\":null"},
      {"$BULLA variants --json --client curl --url https://news.example/style.css site", 0,
       "\"chosen\":{\"key\":[],\"file\":\"site/text_css.sxg\","},
      {"$BULLA variants --json site 2>/dev/null | grep -c '\"choice\"'", 0, "60\n"},
      {"$BULLA variants --json site 2>/dev/null >one; $BULLA variants --json site 2>/dev/null | "
       "cmp - one",
       0, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Who reaches which value, what each variant costs, and the mistakes of publishers. */
static void
test_reports (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA variants --matrix --client firefox-60 --client curl --client chromium-156 "
       "--url https://news.example/alps site",
       1,
       "https://news.example/alps  image  accept\n"
       "  image/avif       ◆ first choice: chromium-156 ○ by wildcard: curl ✗ unusable: "
       "firefox-60\n"
       "  image/webp       – no client\n"
       "  image/jpeg       – no client\n"},
      {"$BULLA variants --matrix --json --client firefox-60 --client curl site", 1,
       "{\"record\":\"cell\",\"url\":\"https://news.example/alps\",\"bundle\":null,\"axis\":"
       "\"accept\",\"value\":\"image/avif\",\"first_choice\":[],\"later_choice\":[],"
       "\"wildcard\":[\"curl\"],\"default\":[],\"unusable\":[\"firefox-60\"]}"},
      /* URLs with the same axes have a heading each */
      {"$BULLA create exchange --certificate chain.pem --private-key chain.key "
       "--url https://news.example/two --cert-url https://news.example/c --content index.html "
       "--header 'Content-Type: text/html' --header 'Variants-04: accept-language;en;fr;cy' "
       "--header 'Variant-Key-04: en' two.sxg >two.out && "
       "$BULLA variants --matrix --client lynx site two.sxg | grep -c '^https.*accept-language$'",
       0, "2\n"},
      {"find site -name '*.sxg' -print0 | $BULLA variants -", 2, "separate names by newlines"},
      {"$BULLA variants --cost --json --client chromium-156 site", 0,
       "\"reached_by\":[\"chromium-156\"],\"total_without\":"},
      {"$BULLA variants --cost --client chromium-156 site", 0,
       "bytes without it; clients that need it: chromium-156"},
      {"$BULLA variants --client curl half", 1, "error variants.half"},
      {"$BULLA variants --client curl axis", 1,
       "error variants.unknown-axis  https://news.example/: unknown axis dpr (known: accept, "
       "accept-encoding, accept-language)"},
      {"$BULLA variants --client curl token", 1, "error variants.unreadable"},
      {"$BULLA variants --client curl token", 1, "warning variants.token"},
      {"$BULLA variants --client curl coded", 1, "warning variants.no-identity"},
      {"$BULLA variants --client curl coded", 1, "hint variants.coding-axis"},
      {"$BULLA variants --client curl half coded", 1, "error variants.disagree"},
      {"$BULLA variants --profile loading --client curl coded", 1, "warning variants.other-name"},
      {"$BULLA variants --client curl site", 0, "warning variants.same-body"},
      {"$BULLA variants --all-clients site", 1,
       "warning variants.default-unsuited  "
       "https://news.example/alps"},
      {"$BULLA variants --all-clients site", 1, "hint variants.unreachable"},
      {"$BULLA variants --client webkitgtk-2.50 site", 1, "hint variants.language-spelling"},
      {"$BULLA variants --client curl wrong", 0, "warning variants.content"},
      {"$BULLA variants --client curl wrong", 0,
       "warning variants.key-outside  https://news.example/: the key value fr"},
      {"$BULLA variants --client curl --fail-on wildcard,null site", 1, "curl"},
      {"$BULLA variants --client chromium-156 --fail-on default,later-choice site", 0, "chromium"},
      {"$BULLA variants --client chromium-156 --fail-on lint-warning site", 1, "chromium"},
      {"$BULLA variants --client chromium-156 --fail-on lint-error site", 0, "chromium"},
      {"$BULLA variants --client chromium-156 --fail-on all site", 2, "--fail-on takes a list"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* What CI uses: the baseline and JUnit. */
static void
test_ci (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA variants --json site >base.jsonl 2>&-", 1, ""},
      {"$BULLA variants --baseline base.jsonl site", 0, "chromium-156"},
      {"$BULLA variants --json --baseline base.jsonl site | grep -c '\"change\"'", 1, "0\n"},
      {"mv site/text_htmlfr.sxg .; $BULLA variants --json --baseline base.jsonl site", 1,
       "{\"record\":\"change\",\"client\":\"chromium-156-mobile\",\"url\":"
       "\"https://news.example/\",\"bundle\":null,\"was\":{\"grade\":\"first-choice\","
       "\"usable\":true,\"key\":\"fr\"},\"is\":{\"grade\":\"later-choice\","
       "\"usable\":true,\"key\":\"en\"},\"verdict\":\"worse\"}"},
      {"$BULLA variants --client firefox-153 --baseline base.jsonl site", 0, "firefox-153"},
      {"mv text_htmlfr.sxg site; mv site/text_css.sxg .; "
       "$BULLA variants --client curl --json --baseline base.jsonl site",
       1, "\"is\":null,\"verdict\":\"gone\"}"},
      {"mv text_css.sxg site; $BULLA variants --client curl --json --baseline base.jsonl site "
       "coded",
       1, "\"verdict\":\"worse\"}"},
      {"echo nonsense >bad.jsonl; $BULLA variants --baseline bad.jsonl site", 2, "line 1"},
      {"$BULLA variants --baseline no-such site", 2, "no-such"},
      {"$BULLA variants --quiet --client firefox-60 --client lynx --junit out.xml site", 1,
       "1 can"},
      {"cat out.xml", 0,
       "<testsuite name=\"firefox-60\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"0\""},
      {"cat out.xml", 0, "<failure message=\"firefox-60             wildcard"},
      {"cat out.xml", 0,
       "accept: asked */*;q=1; offered image/avif, image/webp, image/jpeg; ranked image/avif "
       "(wildcard */*), image/webp"},
      {"cat out.xml", 0, "<skipped/>"},
      {"cat out.xml", 0, "type=\"undecodable-type\"/>"},
      {"$BULLA variants --client curl --junit no/such.xml site", 2, "such.xml"},
      {"$BULLA variants --quiet --client firefox-60 --client curl --html out.html site", 1,
       "1 can"},
      {"cat out.html", 0, "<th scope=\"col\">firefox-60</th><th scope=\"col\">curl</th>"},
      {"cat out.html", 0,
       "<td class=\"out\">✗ by wildcard: image/avif, 591 bytes; unusable: cannot decode its media "
       "type</td>"},
      {"cat out.html", 0,
       "<summary>Firefox 60 ESR (2018), desktop, no WebP – "
       "https://news.example/alps: ✗ by wildcard"},
      {"grep -c '<script' out.html", 0, "2\n"},
      {"sed -n '/^<script type/,/^]/p' out.html | sed '1s/.*/[/; s/<.script>//' | "
       "python3 -c 'import json,sys; print(len(json.load(sys.stdin)))'",
       0, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Writes a b1 bundle: the page in English and French, of which only one has br. */
static void
write_bundle (Place *place)
{
  static const char *const languages[] = {"en", NULL, "fr", "fr"};
  static const char url[] = "https://news.example/";
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B1);
  g_autoptr (GError) error = NULL;
  guint responses[4];

  for (guint i = 0; i < 4; i++) {
    responses[i] = BULLA_BUNDLE_NO_RESPONSE;
    if (languages[i] == NULL)
      continue;
    g_autoptr (GBytes) body = g_bytes_new_static ("<p>Hello", 8);
    responses[i] = bulla_bundle_writer_add_response (writer, 200);
    bulla_bundle_writer_add_header (writer, responses[i], "content-type", "text/html");
    bulla_bundle_writer_add_header (writer, responses[i], "content-language", languages[i]);
    bulla_bundle_writer_set_body (writer, responses[i], body);
  }
  bulla_bundle_writer_add_variants (
      writer, url, "accept-language;en;fr, accept-encoding;identity;br", responses, 4);
  bulla_bundle_writer_set_primary_url (writer, url);
  g_autoptr (GBytes) bytes = bulla_bundle_writer_write (writer, &error);
  g_assert_no_error (error);
  g_autofree char *path = g_build_filename (place->folder, "two.wbn", NULL);
  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);
}

/* The index of b1 chooses among locations; b2 has no variants, and the command says so. */
static void
test_bundles (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA variants --client firefox-153 two.wbn", 0, "later-choice  en identity"},
      {"$BULLA variants --set variants.absent-combination=none --client firefox-153 two.wbn", 1,
       "nothing"},
      {"$BULLA variants --client chromium-156-mobile two.wbn", 0, "first-choice  fr br"},
      {"$BULLA variants --client curl two.wbn", 0, "default       en identity"},
      {"$BULLA variants --json --client curl two.wbn", 0, "\"bundle\":\"two.wbn\""},
      {"$BULLA variants --json --matrix --client chromium-156-mobile two.wbn", 0,
       "\"axis\":\"accept-encoding\",\"value\":\"br\",\"first_choice\":[\"chromium-156-mobile\"]"},
      {"$BULLA bundle convert two.wbn one.wbn", 0, ""},
      {"$BULLA variants --client curl one.wbn", 0, "b2, which has no variants"},
  };

  write_bundle (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/variants-command/choices", Place, NULL, set_up, test_choices, place_tear_down);
  g_test_add ("/variants-command/json", Place, NULL, set_up, test_json, place_tear_down);
  g_test_add ("/variants-command/reports", Place, NULL, set_up, test_reports, place_tear_down);
  g_test_add ("/variants-command/bundles", Place, NULL, set_up, test_bundles, place_tear_down);
  g_test_add ("/variants-command/ci", Place, NULL, set_up, test_ci, place_tear_down);
  return g_test_run ();
}
