/* test-create-variants-command.c - bundles and sites with several representations of a URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define BASE "--base-url https://news.example/ "
#define BUNDLE "$BULLA create bundle --format b1 " BASE
#define SITE "$BULLA create site pages -f -a ca " BASE

/* A description, and a folder with two groups and a page that shows one of them. */
static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"set -e; mkdir -p files pages/hill.variants pages/story.variants\n"
       "echo '<p>Good morning' >files/en.html; echo '<p>Bonj\xc3\xb4ur' >files/fr.html\n"
       "gzip -n <files/fr.html >files/fr.html.gz; cp files/fr.html.gz files/fr2.html.gz\n"
       "cat >files/story.ini <<'END'\n"
       "[story]\n"
       "variants=accept-language;en;fr, accept-encoding;identity;gzip\n"
       "en;identity=en.html\n"
       "fr;identity=fr.html\n"
       "fr;gzip=fr.html.gz\n"
       "END\n"
       "for f in jpg webp svg; do echo $f >pages/hill.variants/hill.$f; done\n"
       "cp files/en.html pages/story.variants/story.en.html\n"
       "cp files/fr.html.gz pages/story.variants/story.fr.html.gz\n"
       "cp files/fr.html pages/story.variants/story.fr.html\n"
       "echo '<img src=hill><a href=story>Story</a>' >pages/index.html\n"
       "$BULLA create authority ca",
       0, "authority"},
  };

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_description (Place *place, gconstpointer data)
{
#define CHANGE(command) "sed '" command "' files/story.ini >files/x.ini; " BUNDLE
#define CHANGED "--variants files/x.ini x.wbn"
  static const Case cases[] = {
      {BUNDLE "--variants files/story.ini story.wbn", 0, "Wrote story.wbn: 3 responses"},
      {"$BULLA verify --offline story.wbn | head -1", 0, "separate-origin"},
      {"$BULLA bundle list story.wbn", 0, "https://news.example/story (variant 3)"},
      {"$BULLA bundle list story.wbn | grep -c 'variant 1'", 1, "0"},
      {"$BULLA bundle list --json story.wbn", 0, "\"variant\":3,\"variants\":4"},
      {"$BULLA variants --client googlebot story.wbn", 0, "default       en identity"},
      {"$BULLA variants --client chromium-156-mobile --json story.wbn", 0,
       "\"chosen\":{\"key\":[\"fr\",\"gzip\"]"},
      {BUNDLE "--variants files/story.ini --dir files both.wbn -p story && "
              "$BULLA bundle list both.wbn",
       0, "https://news.example/fr2.html.gz"},
      {"$BULLA bundle list both.wbn | grep -c /fr.html$", 1, "0"},
      /* a file with two keys is one response */
      {"cp files/story.ini files/two.ini; echo 'en;gzip=fr.html.gz' >>files/two.ini; " BUNDLE
       "--variants files/two.ini two.wbn",
       0, "Wrote two.wbn: 3 responses"},
      {"$BULLA create bundle " BASE "--variants files/story.ini x.wbn", 2, "b2 has no variants"},
      {"$BULLA create bundle --format b1 --variants files/story.ini x.wbn", 2,
       "--base-url is missing"},
      {BUNDLE "--variants none.ini x.wbn", 2, "none.ini"},
      {": >files/empty.ini; " BUNDLE "--variants files/empty.ini x.wbn", 2, "describes no URL"},
      /* every message names the line */
      {CHANGE ("s/^variants=.*//") CHANGED, 2, "files/x.ini, line 1: "},
      {CHANGE ("s/^variants=.*/variants=/") CHANGED, 2, "files/x.ini, line 2: "},
      {CHANGE ("s/^variants=.*/variants=/") CHANGED, 2, "Variants cannot be read"},
      {CHANGE ("s/^fr;gzip=/de;gzip=/") CHANGED, 2, "files/x.ini, line 5: "},
      {CHANGE ("s/^fr;gzip=/#\\n\\nde;gzip = /") CHANGED, 2, "files/x.ini, line 7: "},
      {CHANGE ("s/=fr.html$/=/") CHANGED, 2, "files/x.ini, line 4: "},
      {CHANGE ("s/=fr.html$/=none.html/") CHANGED, 2, "files/x.ini, line 4: "},
      {CHANGE ("s/^en;identity=.*/what/") CHANGED, 2, "files/x.ini, line 3: "},
      {CHANGE ("1s/.*/[story/") CHANGED, 2, "files/x.ini, line 1: "},
      {CHANGE ("$a[story/2]\\nvariants=accept-language;en") CHANGED, 2, "files/x.ini, line 6: "},
      {CHANGE ("s/=fr.html$/=\\xff.html/") CHANGED, 2, "files/x.ini, line 4: "},
      {CHANGE ("s/accept-language;/colour;/") CHANGED, 2, "unknown axis “colour”"},
      {CHANGE ("s/^fr;gzip=/de;gzip=/") CHANGED, 2, "“de” is not among the values"},
      {CHANGE ("s/^fr;gzip=/fr=/") CHANGED, 2, "“fr” does not have one value for each axis"},
      {CHANGE ("s/=fr.html$/=/") CHANGED, 2, "names no file"},
      {CHANGE ("s/=fr.html$/=none.html/") CHANGED, 2, "none.html"},
      {CHANGE ("s/=fr.html.gz/=en.html/") CHANGED, 2, "en.html: the file is not in the content "},
      {CHANGE ("s/^f.*//; s/^en;i.*//") CHANGED, 2, "[story] names no file"},
      {CHANGE ("s/;en;/;'$(seq -f v%g -s \\; 2100)';/") CHANGED, 2, "files/x.ini, line 2: "},
      {"cp files/en.html files/story; " BUNDLE "--variants files/story.ini --dir files x.wbn", 2,
       "the URL has two responses"},
      {"ls x.wbn", 2, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_folder (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {BUNDLE "--variants pages --languages fr,en pages.wbn", 0, "8 responses"},
      {"$BULLA bundle list pages.wbn | sed -n 's/ (variant 0)/ first/p'", 0,
       "https://news.example/hill first"},
      /* the default is French, which is asked for by nobody here */
      {"$BULLA variants --client screen-reader-welsh --json pages.wbn", 0, "news.example/hill\""},
      {"$BULLA variants --client wget --json pages.wbn | grep story", 0, "\"fr\""},
      /* the picture that most clients decode is the first */
      {"$BULLA variants --client wget --json pages.wbn | grep hill", 0, "image/jpeg"},
      {"echo x >pages/hill.variants/hill2.jpg; " BUNDLE "--languages en,fr --variants pages x.wbn",
       2, "two files"},
      {"rm pages/hill.variants/hill2.jpg; mv pages/story.variants/story.en.html "
       "pages/story.variants/story.html; " BUNDLE "--languages en,fr --variants pages x.wbn",
       2, "the name lacks a language"},
      {"mkdir -p one/a.variants; echo x >one/a.variants/a.txt; " BUNDLE "--variants one x.wbn", 2,
       "do not differ"},
      {"mkdir none; echo x >none/a.txt; " BUNDLE "--variants none x.wbn", 2,
       "no files in it have the same name"},
      {"mkdir -p lie/a.variants; echo x >lie/a.variants/a.txt.gz; " BUNDLE "--variants lie x.wbn",
       2, "not in the content coding gzip"},
      {"ls x.wbn", 2, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Files with the same name are representations of a URL without their suffixes. */
static void
test_named_files (Place *place, gconstpointer data)
{
#define NAMED "--variants named --languages en,fr "
  static const Case cases[] = {
      {"mkdir -p named/deep; cp files/en.html named/story.en.html; cp files/fr.html "
       "named/story.fr.html; cp files/fr.html.gz named/story.fr.html.gz; "
       "for f in avif webp jpg; do echo $f >named/deep/hill.$f; done; "
       "echo 'var a' >named/jquery.min.js; echo .hidden >named/.hidden; " BUNDLE NAMED "named.wbn",
       0, "Wrote named.wbn: 7 responses"},
      {BUNDLE NAMED "-f named.wbn 2>&1 >/dev/null", 0,
       "Absent: https://news.example/story: en;gzip"},
      {"$BULLA bundle list named.wbn", 0, "https://news.example/deep/hill (variant 2)"},
      {"$BULLA bundle list named.wbn", 0, "https://news.example/jquery.min"},
      {"$BULLA bundle list named.wbn | grep -c 'hidden'", 1, "0"},
      {"$BULLA variants --client curl --json named.wbn", 0, "\"key\":[\"en\",\"identity\"]"},
      {"$BULLA variants --client curl --json named.wbn | grep hill", 0,
       "\"chosen\":{\"key\":[\"image/jpeg\"]"},
      /* the first language is the default */
      {BUNDLE "-f --variants named --languages fr,en x.wbn && "
              "$BULLA variants --client curl --json x.wbn",
       0, "\"chosen\":{\"key\":[\"fr\",\"identity\"]"},
      /* a description of the same content gives the same bytes */
      {"mkdir few; cp named/story.* few; cat >few.ini <<'END'\n"
       "[story]\n"
       "variants=accept-language;en;fr, accept-encoding;gzip;identity\n"
       "fr;identity=few/story.fr.html\n"
       "fr;gzip=few/story.fr.html.gz\n"
       "en;identity=few/story.en.html\n"
       "END\n" BUNDLE "--variants few --languages en,fr one.wbn && " BUNDLE
       "--variants few.ini other.wbn && cmp one.wbn other.wbn",
       0, "Absent"},
      {BUNDLE "--variants named y.wbn", 2, "--languages has to say"},
      {BUNDLE "--variants named --languages en y.wbn", 2, "“fr” is not among the languages"},
      {"cp named/deep/hill.jpg named/deep/hill.jpeg; " BUNDLE NAMED "y.wbn", 2, "two files"},
      {"rm named/deep/hill.jpeg; cp files/en.html named/story.en.htm; " BUNDLE NAMED "y.wbn", 2,
       "two files"},
      {"ls y.wbn", 2, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* An exchange of each representation is written into a folder. */
static void
test_exchanges (Place *place, gconstpointer data)
{
#define EXCHANGES "$BULLA create exchange --authority ca "
#define VERIFY "$BULLA verify --offline --trust ca/root.pem --ct-logs ca/ctlogs.json "
  static const Case cases[] = {
      {EXCHANGES BASE "--variants files/story.ini out", 0, "Wrote out/fr.html.gz.sxg"},
      {"ls out | tr '\\n' ' '", 0, "en.html.sxg fr.html.gz.sxg fr.html.sxg"},
      {VERIFY "--client chromium-156-mobile out/fr.html.gz.sxg", 0, "substitute"},
      {VERIFY "--client chromium-156 out/fr.html.gz.sxg", 1, "this package is the fr gzip variant"},
      {"$BULLA inspect --full out/fr.html.gz.sxg", 0, "variant-key-04: fr;gzip"},
      {"$BULLA variants --client chromium-156-mobile --json out", 0,
       "\"chosen\":{\"key\":[\"fr\",\"gzip\"],\"file\":\"out/fr.html.gz.sxg\""},
      {EXCHANGES BASE "--variants files/story.ini out", 2, "out/"},
      {EXCHANGES BASE "-f --variants files/story.ini out 2>&1 >/dev/null", 0,
       "Absent: https://news.example/story: en;gzip"},
      /* whole URLs need no base */
      {"sed 's,.story.,[https://other.example/a],' files/story.ini >files/whole.ini; " EXCHANGES
       "--variants files/whole.ini whole && " VERIFY "--client chromium-156 whole/en.html.sxg",
       0, "https://other.example/a"},
      {EXCHANGES "--variants files/story.ini x", 2, "not a whole https URL"},
      /* a folder, the fields of another draft, the chain beside the exchanges */
      {"mkdir same; cp files/en.html same/story.en.html; cp files/fr.html "
       "same/story.fr.html; " EXCHANGES BASE "--variants same --languages en,fr --profile loading "
       "--cert-url https://news.example/chain.cbor folder",
       0, "Wrote folder/chain.cbor"},
      {"$BULLA inspect --full folder/story.fr.html.sxg", 0, "variant-key: (fr)"},
      {EXCHANGES BASE "--variants same --languages en,fr --url https://news.example/ x", 2,
       "cannot be combined"},
      {EXCHANGES BASE "--variants same --languages en,fr -", 2, "cannot be combined"},
      {EXCHANGES BASE "--variants none.ini x", 2, "none.ini"},
      {"ls x", 2, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* What folders and descriptions give to one URL or to one file, and the order of the values. */
static void
test_conflicts (Place *place, gconstpointer data)
{
#define INSPECT "$BULLA inspect --full "
#define OTHER "$BULLA create site pages -f -a ca " BASE "-o other-signed --variants "
  static const Case cases[] = {
      {"mkdir root; echo x >root/index.html; sed 's/story/index.html/' files/story.ini "
       ">files/index.ini; " BUNDLE "--variants files/index.ini --dir root x.wbn",
       2, "https://news.example/index.html: the URL has two responses"},
      {"$BULLA create site root -a ca " BASE "--variants files/index.ini -o x", 2,
       "https://news.example/index.html: the URL has two responses"},
      /* codings keep their order, also if a language has the name of one */
      {"mkdir -p br/a.variants; cd br/a.variants; : >a.br.html; printf '\\006' >a.br.html.br; "
       ": >a.en.html; cd ../..; " OTHER "br --languages br,en && " INSPECT
       "other-signed/packages/a.br.html.sxg",
       0, "variants-04: accept-language;br;en, accept-encoding;br;identity\n"},
      {"mkdir -p types/a.variants; for type in mp4 avif webp; do : >types/a.variants/a.$type; "
       "done; " OTHER "types && " INSPECT "other-signed/packages/a.mp4.sxg",
       0, "variants-04: accept;image/webp;image/avif;video/mp4\n"},
      /* files of one name have different exchanges, and the file of a plain URL keeps its path */
      {"for f in a b; do mkdir -p same/$f/x.variants; cp files/en.html "
       "same/$f/x.variants/x.en.html; "
       "done; cp files/en.html pages/x.en.html; " OTHER "same",
       0, "Wrote other-signed"},
      {"for f in x.en.html x.en.html-2 x.en.html-3; do " INSPECT
       "other-signed/packages/$f.sxg | grep -o 'https://news.example/[abx][^ ]*' | head -n 1; done",
       0, "https://news.example/x.en.html\nhttps://news.example/a/x\nhttps://news.example/b/x\n"},
      {BUNDLE "--variants br --languages xx,br,en x.wbn", 2, "no file has the language “xx”"},
      {BUNDLE "--variants files/story.ini --languages fr x.wbn", 2,
       "--languages requires --variants FOLDER"},
      {BUNDLE "--dir files --languages fr x.wbn", 2, "--languages requires --variants FOLDER"},
      {"ls x x.wbn", 2, ""},
      /* exchanges of files with one name do not replace each other */
      {"mkdir -p two/x two/y; for f in x y; do cp files/en.html two/$f/i.en.html; cp files/fr.html "
       "two/$f/i.fr.html; done; $BULLA create exchange --authority ca " BASE
       "--variants two --languages en,fr -f two-out >out && ls two-out | tr '\\n' ' '",
       0, "i.en.html-2.sxg i.en.html.sxg i.fr.html-2.sxg i.fr.html.sxg"},
      {"$BULLA create exchange --authority ca --base-url https://news.example/dir "
       "--variants files/story.ini x",
       2, "--base-url must end with"},
      {"$BULLA create exchange --authority ca --base-url 'https://news.example/?/' "
       "--variants files/story.ini x",
       2, "has a query or a fragment"},
      /* links that form loops */
      {"mkdir loops; ln -s . loops/a; ln -s . loops/b; " BUNDLE "--variants loops x.wbn", 2,
       "nested more than 32 levels deep"},
      {"mkdir -p many/a.variants; cd many/a.variants; seq -f a%g.txt 4097 | xargs touch; cd "
       "../..; " BUNDLE "--variants many x.wbn",
       2, "more than 4096 files"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Exchanges say which variant they are, and links name all of them. */
static void
test_site (Place *place, gconstpointer data)
{
#define LINK "$BULLA inspect --full pages-signed/packages/index.html.sxg | grep '[ ├]link: '"
#define SVG "variant-key-04=\"\\\"image/svg+xml\\\"\""
  static const Case cases[] = {
      {SITE "--languages en,fr --variants pages >said; cat said; command=$(sed -n 's/^  bulla //p' "
            "said) && "
            "eval \"$BULLA $command\"",
       0, "Pages: 4; links to their subresources: 1"},
      {LINK, 0, SVG},
      {LINK, 0,
       "variants-04=\"accept;image/jpeg;image/webp;\\\"image/svg+xml\\\"\"; "
       "variant-key-04=\"image/webp\""},
      {"$BULLA inspect --full pages-signed/packages/story.variants/story.fr.html.gz.sxg", 0,
       "variants-04: accept-language;en;fr, accept-encoding;gzip;identity"},
      {"$BULLA inspect --full pages-signed/packages/story.variants/story.fr.html.gz.sxg", 0,
       "variant-key-04: fr;gzip"},
      {"$BULLA inspect --full pages-signed/packages/story.variants/story.fr.html.gz.sxg", 0,
       "content-encoding: gzip, mi-sha256-03"},
      {"$BULLA inspect --full pages-signed/packages/story.variants/story.fr.html.gz.sxg", 0,
       "content-type: text/html;charset=utf-8"},
      {"grep -c '\\\\\\\\\"image/svg+xml' pages-signed/nginx.conf", 0, "3"},
      {"grep -c 'variant-key-04' pages-signed/Caddyfile", 0, "3"},
      {"$BULLA verify --offline --trust ca/root.pem --ct-logs ca/ctlogs.json --chain "
       "pages-signed/chain.cbor --client chromium-156-mobile "
       "pages-signed/packages/story.variants/story.fr.html.gz.sxg",
       0, "substitute"},
      {"$BULLA variants --client googlebot pages-signed/packages", 0, "image/jpeg"},
      /* the fields of other drafts */
      {SITE "--languages en,fr --variants pages --profile loading && $BULLA inspect --full "
            "pages-signed/packages/hill.variants/hill.svg.sxg",
       0, "variants: accept=(image/jpeg image/webp \"image/svg+xml\")"},
      {LINK, 0, "variant-key=\"(\\\"image/svg+xml\\\")\""},
      {SITE "--variants files/story.ini && ls pages-signed/packages", 0, "fr.html.gz.sxg"},
      {SITE "--variants none.ini", 2, "none.ini"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Place, NULL, set_up, test, place_tear_down)
  ADD ("/command/create-variants/description", test_description);
  ADD ("/command/create-variants/folder", test_folder);
  ADD ("/command/create-variants/named-files", test_named_files);
  ADD ("/command/create-variants/exchanges", test_exchanges);
  ADD ("/command/create-variants/conflicts", test_conflicts);
  ADD ("/command/create-variants/site", test_site);
  return g_test_run ();
}
