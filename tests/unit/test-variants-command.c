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
    "make mixed / text/html 'accept-language;en;fr' en; "
    "make mixed / text/html 'accept-language;en;fr' 'fr;en';"
    "cp half/text_html.sxg mixed;"
    "make only /style.css text/css; make broken /style.css text/css 'accept;text/css';"
    "make axis / text/html 'dpr;one' one;"
    "make beside / text/html 'accept-language;en' en 'Variants-05: accept-language;en';"
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
      {"$BULLA variants --client chromium-73 --url HTTPS://NEWS.example:443/x/../alps site 2>&1 | "
       "grep -c 'no package has'",
       1, "0"},
      {"$BULLA variants --url https://news.example/none --url https://news.example/alps site", 2,
       "no package has https://news.example/none\n"},
      {"$BULLA variants --client curl site", 0, "skipped 1 file that is not a package\n"},
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

/* Who reaches which value. */
static void
test_matrix (Place *place, gconstpointer data)
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
      {"LC_ALL=C $BULLA variants --matrix --client firefox-60 --client curl --client chromium-156 "
       "--url https://news.example/alps site",
       1,
       "  image/avif       * first choice: chromium-156 o by wildcard: curl x unusable: "
       "firefox-60\n"
       "  image/webp       - no client\n"},
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
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* The mistakes of publishers, and what ends with status 1. */
static void
test_findings (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA variants --client curl half", 1, "error variants.half"},
      /* one such exchange among others is named */
      {"$BULLA variants --client curl mixed", 0,
       "error variants.unreadable  https://news.example/: the Variant-Key of "
       "mixed/text_htmlfr_en.sxg cannot be read"},
      {"$BULLA variants --client curl mixed", 0,
       "error variants.half  https://news.example/: mixed/text_html.sxg has Variants without "
       "Variant-Key"},
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
      {"$BULLA variants --client curl --client curl site site/*.sxg --json | "
       "grep '\"record\":\"choice\"\\|\"client\"' | sort | uniq -d | wc -l",
       0, "0"},
      {"$BULLA variants --all-clients site", 1,
       "warning variants.default-unsuited  "
       "https://news.example/alps"},
      {"$BULLA variants --all-clients site", 1, "hint variants.unreachable"},
      {"$BULLA variants --client webkitgtk-2.50 site", 1, "hint variants.language-spelling"},
      {"$BULLA variants --client curl beside", 0,
       "warning variants.other-name  https://news.example/: variants-05 is not a field"},
      {"printf '[alps]\\nvariants=accept;image/jpeg;image/webp\\nimage/jpeg=a.jpg\\n"
       "image/webp=a.webp\\n' >d.ini; echo a >a.jpg; echo b >a.webp; $BULLA create bundle --format "
       "b1 "
       "--variants d.ini --base-url https://news.example/ --primary https://news.example/alps "
       "b1.wbn "
       "&& sed 's/accept;image/cookie;image/' b1.wbn >cookie.wbn && "
       "$BULLA variants --client curl cookie.wbn",
       1, "error variants.cookie-index"},
      {"$BULLA variants --client curl cookie.wbn | grep -c unknown-axis", 1, "0"},
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

/* What each variant costs, and who needs it. */
static void
test_costs (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA variants --cost --json --client chromium-156 site", 0,
       "\"reached_by\":[\"chromium-156\"],\"total_without\":"},
      /* curl gets the default by name of no language, and nothing without it */
      {"$BULLA variants --cost --json --client curl --url https://news.example/ site | "
       "grep '\"key\":\\[\"en\"\\],\"bytes\"'",
       0, "\"reached_by\":[\"curl\"],\"total_without\":"},
      {"$BULLA variants --cost --json --client curl --url https://news.example/ site | "
       "grep '\"key\":\\[\"en\"\\],\"bytes\"'",
       0, "\"hurt\":[\"curl\"]}"},
      /* but any picture instead of another one */
      {"$BULLA variants --cost --json --client curl --url https://news.example/alps site | "
       "grep '\"key\":\\[\"image/avif\"\\],\"bytes\"'",
       0, "\"hurt\":[]}"},
      {"$BULLA variants --cost --client chromium-156 site", 0,
       "bytes without it; clients that need it: chromium-156"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Only what got worse since the baseline fails. */
static void
test_baseline (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA variants --json site >base.jsonl 2>&-", 1, ""},
      {"$BULLA variants --baseline base.jsonl site", 0, "chromium-156"},
      {"$BULLA variants --json --baseline base.jsonl site | grep -c '\"change\"'", 1, "0\n"},
      {"mv site/text_htmlfr.sxg .; $BULLA variants --json --baseline base.jsonl site", 1,
       "{\"record\":\"change\",\"client\":\"chromium-156-mobile\",\"url\":"
       "\"https://news.example/\",\"bundle\":null,\"was\":{\"grade\":\"first-choice\","
       "\"usable\":true,\"key\":[\"fr\"]},\"is\":{\"grade\":\"later-choice\","
       "\"usable\":true,\"key\":[\"en\"]},\"verdict\":\"worse\"}"},
      {"$BULLA variants --client chromium-156-mobile --baseline base.jsonl site", 1,
       "Changes since the baseline\n  worse  chromium-156-mobile    https://news.example/: was "
       "first-choice fr, now later-choice en\n"},
      {"$BULLA variants --baseline base.jsonl site 2>&1 | grep '{'; echo $?", 0, "1\n"},
      {"$BULLA variants --client firefox-153 --baseline base.jsonl site", 0, "firefox-153"},
      {"$BULLA variants --quiet --client chromium-156-mobile --baseline base.jsonl --html out.html "
       "site",
       1, "0 of 1"},
      {"cat out.html", 0,
       "<td class=\"out\">✗ worse</td><td>first-choice fr</td><td>later-choice en</td>"},
      {"cat out.html", 0, "{\"record\":\"change\",\"client\":\"chromium-156-mobile\""},
      /* only the resources that --url names are compared */
      {"$BULLA variants --url https://news.example/alps --baseline base.jsonl site", 0, "alps"},
      {"$BULLA variants --url https://news.example/ --baseline base.jsonl site", 1, "worse"},
      {"mv text_htmlfr.sxg site; mv site/text_css.sxg .; "
       "$BULLA variants --client curl --json --baseline base.jsonl site",
       1, "\"is\":null,\"verdict\":\"gone\"}"},
      {"$BULLA variants --client curl --url https://news.example/style.css --baseline base.jsonl "
       "site",
       1, "gone   curl                   https://news.example/style.css: was only, now absent"},
      {"$BULLA variants --client curl --url https://news.example/alps --baseline base.jsonl site",
       0, "alps"},
      {"mv text_css.sxg site; $BULLA variants --client curl --json --baseline base.jsonl site "
       "coded",
       1, "\"verdict\":\"worse\"}"},
      /* `only` does not compare, but a client that now gets nothing is newly left out */
      {"$BULLA variants --json --client curl only >only.jsonl", 0, "0 of 1"},
      {"$BULLA variants --json --client curl --baseline only.jsonl broken", 1,
       "\"was\":{\"grade\":\"only\",\"usable\":true,\"key\":[]},\"is\":{\"grade\":\"nothing\","
       "\"usable\":null,\"key\":null},\"verdict\":\"worse\"}"},
      {"$BULLA variants --json --client curl broken >broken.jsonl", 1, "1 of 1"},
      {"$BULLA variants --json --client curl --baseline broken.jsonl only", 0,
       "\"verdict\":\"better\"}"},
      {"echo nonsense >bad.jsonl; $BULLA variants --baseline bad.jsonl site", 2, "line 1"},
      {"$BULLA variants --baseline no-such site", 2, "no-such"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* The files for CI services and for readers. */
static void
test_files (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA variants --quiet --client firefox-60 --client lynx --junit out.xml site", 1,
       "1 can"},
      {"cat out.xml", 0,
       "<testsuite name=\"firefox-60\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"0\""},
      {"cat out.xml", 0, "<failure message=\"firefox-60             wildcard"},
      {"cat out.xml", 0,
       ">accept: asked */*;q=1; offered image/avif, image/webp, image/jpeg; ranked image/avif "
       "(wildcard */*), image/webp"},
      {"cat out.xml", 0, "<skipped/>"},
      {"cat out.xml", 0, "type=\"undecodable-type\">"},
      {"cat out.xml", 0, "</failure>"},
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
      {"head -2 out.html", 0, "<html lang=\"en\">"},
      {"LANGUAGE=de $BULLA variants --quiet --client curl --html de.html site; head -2 de.html", 0,
       "<html lang=\"de\">"},
      /* findings are in the language of the reader, and in JSON in that of the program */
      {"cp site/text_htmlfr.sxg lone.sxg; LANGUAGE=de $BULLA variants --quiet --client curl --html "
       "lone.html lone.sxg; cat lone.html",
       0, "Den Standard packen oder einen gepackten Wert zuerst nennen."},
      {"LANGUAGE=de $BULLA variants --json --client curl lone.sxg", 1,
       "Pack the default, or list a packed value first."},
      {"grep -c '<script' out.html", 0, "2\n"},
      {"sed -n '/^<script type/,/^]/p' out.html | sed '1s/.*/[/; s/<.script>//' | "
       "python3 -c 'import json,sys; print(len(json.load(sys.stdin)))'",
       0, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static guint
add_response (BullaBundleWriter *writer, const char *language, gsize size)
{
  g_autofree char *text = g_strnfill (size, 'x');
  g_autoptr (GBytes) body = g_bytes_new (text, size);
  guint response = bulla_bundle_writer_add_response (writer, 200);

  bulla_bundle_writer_add_header (writer, response, "content-type", "text/html");
  bulla_bundle_writer_add_header (writer, response, "content-language", language);
  bulla_bundle_writer_set_body (writer, response, body);
  return response;
}

static void
write_bundle (const Place *place, BullaBundleWriter *writer, const char *name)
{
  g_autoptr (GError) error = NULL;

  bulla_bundle_writer_set_primary_url (writer, "https://news.example/");
  g_autoptr (GBytes) bytes = bulla_bundle_writer_write (writer, &error);
  g_assert_no_error (error);
  g_autofree char *path = g_build_filename (place->folder, name, NULL);
  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);
}

/* Writes b1 bundles: in two.wbn the page in English and French, of which only the latter has br; in
 * shared.wbn both codings of a language share a response, and another URL is large. */
static void
write_bundles (const Place *place)
{
  static const char axes[] = "accept-language;en;fr, accept-encoding;identity;br";
  g_autoptr (BullaBundleWriter) two = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B1);
  g_autoptr (BullaBundleWriter) shared = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B1);
  guint apart[] = {0, BULLA_BUNDLE_NO_RESPONSE, 0, 0}, both[] = {0, 0, 0, 0}, large[1];

  apart[0] = add_response (two, "en", 8);
  apart[2] = add_response (two, "fr", 8);
  apart[3] = add_response (two, "fr", 8);
  bulla_bundle_writer_add_variants (two, "https://news.example/", axes, apart, 4);
  write_bundle (place, two, "two.wbn");
  both[0] = both[1] = add_response (shared, "en", 8);
  both[2] = both[3] = add_response (shared, "fr", 8);
  large[0] = add_response (shared, "en", 5000);
  bulla_bundle_writer_add_variants (shared, "https://news.example/", axes, both, 4);
  bulla_bundle_writer_add_url (shared, "https://news.example/large", large[0]);
  write_bundle (place, shared, "shared.wbn");
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
      /* bytes count once, over the whole bundle, with and without --url */
      {"$BULLA variants --cost --json --client curl shared.wbn 2>&1 | python3 -c 'import json, "
       "sys\n"
       "records = [json.loads(line) for line in sys.stdin if line[0] == \"{\"]\n"
       "sizes = {one[\"offset\"]: one[\"bytes\"] for each in records if each[\"record\"] == "
       "\"choice\" for one in each[\"offered\"]}\n"
       "print([sum(sizes.values()) - each[\"bytes\"] - each[\"total_without\"] for each in records "
       "if each[\"record\"] == \"cost\" and \"key\" in each], [sum(sizes.values()) - "
       "each[\"downloaded\"] for each in records if \"downloaded\" in each])'",
       0, "[0, 0, 0, 0] [0]\n"},
      {"$BULLA variants --cost --json --client curl shared.wbn | grep total_without >all; "
       "$BULLA variants --cost --json --client curl --url https://news.example/ shared.wbn | "
       "grep total_without | cmp - all && echo same",
       0, "same\n"},
      /* less than a tenth of the bundle, though half of the bytes of that URL */
      {"$BULLA variants --client chromium-156 shared.wbn | grep -c variants.cost", 1, "0\n"},
      {"$BULLA variants --client chromium-156 two.wbn", 0, "hint variants.cost"},
      /* a bundle is the same, however its path is written */
      {"$BULLA variants --json --client curl two.wbn >two.jsonl", 0, ""},
      {"$BULLA variants --json --client curl --baseline two.jsonl ./two.wbn $PWD/two.wbn | "
       "grep -c '\"change\"'",
       1, "0\n"},
      {"cp two.wbn copy.wbn; $BULLA variants --json --client curl --baseline two.jsonl ./copy.wbn "
       "| "
       "grep '\"verdict\":\"gone\"'",
       0, "\"bundle\":\"two.wbn\""},
      {"$BULLA bundle convert two.wbn one.wbn", 0, ""},
      {"$BULLA variants --client curl one.wbn", 0, "b2, which has no variants"},
  };

  write_bundles (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/variants-command/choices", Place, NULL, set_up, test_choices, place_tear_down);
  g_test_add ("/variants-command/json", Place, NULL, set_up, test_json, place_tear_down);
  g_test_add ("/variants-command/matrix", Place, NULL, set_up, test_matrix, place_tear_down);
  g_test_add ("/variants-command/findings", Place, NULL, set_up, test_findings, place_tear_down);
  g_test_add ("/variants-command/bundles", Place, NULL, set_up, test_bundles, place_tear_down);
  g_test_add ("/variants-command/costs", Place, NULL, set_up, test_costs, place_tear_down);
  g_test_add ("/variants-command/baseline", Place, NULL, set_up, test_baseline, place_tear_down);
  g_test_add ("/variants-command/files", Place, NULL, set_up, test_files, place_tear_down);
  return g_test_run ();
}
