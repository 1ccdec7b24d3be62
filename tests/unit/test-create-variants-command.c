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
      {CHANGE ("s/^variants=.*//") CHANGED, 2, "files/x.ini: "},
      {CHANGE ("s/^variants=.*/variants=/") CHANGED, 2, "Variants cannot be read"},
      {CHANGE ("s/accept-language;/colour;/") CHANGED, 2, "unknown axis “colour”"},
      {CHANGE ("s/^fr;gzip=/de;gzip=/") CHANGED, 2, "“de” is not among the values"},
      {CHANGE ("s/^fr;gzip=/fr=/") CHANGED, 2, "“fr” does not have one value for each axis"},
      {CHANGE ("s/=fr.html$/=/") CHANGED, 2, "names no file"},
      {CHANGE ("s/=fr.html$/=none.html/") CHANGED, 2, "none.html"},
      {CHANGE ("s/=fr.html.gz/=en.html/") CHANGED, 2, "en.html: the file is not in the content "},
      {CHANGE ("s/^f.*//; s/^en;i.*//") CHANGED, 2, "[story] names no file"},
      {CHANGE ("s/;en;/;'$(seq -f v%g -s \\; 2100)';/") CHANGED, 2, "files/x.ini: "},
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
      {BUNDLE "--variants pages --default-language fr pages.wbn", 0, "8 responses"},
      {"$BULLA bundle list pages.wbn | sed -n 's/ (variant 0)/ first/p'", 0,
       "https://news.example/hill first"},
      /* the default is French, which is asked for by nobody here */
      {"$BULLA variants --client screen-reader-welsh --json pages.wbn", 0, "news.example/hill\""},
      {"$BULLA variants --client wget --json pages.wbn | grep story", 0, "\"fr\""},
      /* the picture that most clients decode is the first */
      {"$BULLA variants --client wget --json pages.wbn | grep hill", 0, "image/jpeg"},
      {"echo x >pages/hill.variants/hill2.jpg; " BUNDLE "--variants pages x.wbn", 2, "two files"},
      {"rm pages/hill.variants/hill2.jpg; mv pages/story.variants/story.en.html "
       "pages/story.variants/story.html; " BUNDLE "--variants pages x.wbn",
       2, "the name lacks a language"},
      {"mkdir -p one/a.variants; echo x >one/a.variants/a.txt; " BUNDLE "--variants one x.wbn", 2,
       "do not differ"},
      {"mkdir none; echo x >none/a.txt; " BUNDLE "--variants none x.wbn", 2,
       "no folder in it has a name that ends with .variants"},
      {"mkdir -p lie/a.variants; echo x >lie/a.variants/a.txt.gz; " BUNDLE "--variants lie x.wbn",
       2, "not in the content coding gzip"},
      {"ls x.wbn", 2, ""},
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
      /* the language of Brittany is not the coding of that name */
      {"mkdir -p br/a.variants; cd br/a.variants; : >a.br.html; printf '\\006' >a.br.html.br; "
       ": >a.en.html; cd ../..; " OTHER "br --default-language br && " INSPECT
       "other-signed/packages/a.br.html.sxg",
       0, "variants-04: accept-language;br;en, accept-encoding;identity;br\n"},
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
      {BUNDLE "--variants pages --default-language xx x.wbn", 2, "no file has the language “xx”"},
      {BUNDLE "--variants files/story.ini --default-language fr x.wbn", 2,
       "--default-language requires --variants FOLDER"},
      {BUNDLE "--dir files --default-language fr x.wbn", 2,
       "--default-language requires --variants FOLDER"},
      {"ls x x.wbn", 2, ""},
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
      {SITE "--variants pages >said; cat said; command=$(sed -n 's/^  bulla //p' said) && "
            "eval \"$BULLA $command\"",
       0, "Pages: 4; links to their subresources: 1"},
      {LINK, 0, SVG},
      {LINK, 0,
       "variants-04=\"accept;image/jpeg;image/webp;\\\"image/svg+xml\\\"\"; "
       "variant-key-04=\"image/webp\""},
      {"$BULLA inspect --full pages-signed/packages/story.variants/story.fr.html.gz.sxg", 0,
       "variants-04: accept-language;en;fr, accept-encoding;identity;gzip"},
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
      {SITE "--variants pages --profile loading && $BULLA inspect --full "
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
  ADD ("/command/create-variants/conflicts", test_conflicts);
  ADD ("/command/create-variants/site", test_site);
  return g_test_run ();
}
