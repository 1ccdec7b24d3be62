/* test-site-command.c - bulla create site: exchanges of a whole folder, linked with their pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define SITE "$BULLA create site public --base-url https://example.com/ "
#define SIGN SITE "--authority ca --header 'Cache-Control: max-age=600' "
#define VERIFY "$BULLA verify --offline --trust ca/root.pem --ct-logs ca/ctlogs.json "
#define HEADERS "$BULLA inspect --full public-signed/packages/index.html.sxg"

static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir -p public/css && echo '<link rel=stylesheet href=css/a.css><p>Hello' "
       ">public/index.html && echo 'p { background: url(../b.png) }' >public/css/a.css && "
       "echo picture >public/b.png && $BULLA create authority ca && "
       "$BULLA create chain --authority ca --host example.com chain.cbor",
       0, "Wrote chain.cbor"},
  };

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_written (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"umask 022; " SIGN, 0, "Pages: 1; links to their subresources: 2"},
      {"cd public-signed; stat -c %a packages/index.html.sxg nginx.conf | tr '\\n' ,", 0,
       "644,644,"},
      {VERIFY "--chain public-signed/chain.cbor --lint google-cache public-signed/packages", 0,
       "3 packages: 3 substitute"},
      {"$BULLA verify --offline --chain public-signed/chain.cbor public-signed/packages", 1,
       "fall-back"},
      /* the page names the digest that its stylesheet has */
      {"$BULLA inspect --json public-signed/packages/css/a.css.sxg | tr ',' '\\n' | "
       "sed -n 's/.*\"header-integrity\":\"\\([^\"]*\\)\".*/\\1/p' >integrity && " HEADERS
       " | grep -F \"<https://example.com/css/a.css>; rel=\\\"allowed-alt-sxg\\\"; "
       "header-integrity=\\\"$(cat integrity)\\\"\"",
       0, "as=\"style\""},
      {HEADERS, 0, "<https://example.com/b.png>; rel=\"preload\"; as=\"image\""},
      {"grep -c header-integrity public-signed/site.json", 0, "3"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Servers cannot rewrite a request to a name with a question mark. */
static void
test_question_mark (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"echo '<p>' >'public/q?x.html'; echo '<img src=q%3Fx.html>' >'public/p%#.html'; " SIGN, 0,
       "Left out: https://example.com/q%3Fx.html: the name of the file has a question mark"},
      {"find public-signed/packages -type f | sort | tr '\\n' ,", 0,
       "public-signed/packages/b.png.sxg,public-signed/packages/css/a.css.sxg,"
       "public-signed/packages/index.html.sxg,public-signed/packages/p%#.html.sxg,"},
      {"grep -c '3F' public-signed/site.json", 1, "0"},
      {SIGN "--force", 0,
       "/p%25%23.html: https://example.com/q%3Fx.html: the file is in the folder, but was left "
       "out"},
      {"gzip -n <public/css/a.css >public/z.css.gz; echo '<link rel=stylesheet href=z.css><img "
       "src=b.png?v=2>' >public/more.html; " SIGN "--force",
       0, "https://example.com/z.css: the folder has it only in a compressed form; add the file"},
      {SIGN "--force", 0,
       "b.png?v=2: the file is in the folder, but its exchange has a URL "
       "without a query"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_empty (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {": >public/css/a.css; : >public/empty.html; : >public/b.png; " SIGN, 0,
       "Pages: 2; links to their subresources: 1"},
      {VERIFY "--chain public-signed/chain.cbor public-signed/packages", 0,
       "4 packages: 4 substitute"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* The next command that is shown works as printed. */
static void
test_next (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {SIGN " >said && command=$(sed -n 's/^  bulla //p' said) && eval \"$BULLA $command\"", 0,
       "3 packages: 3 substitute"},
      {SITE "--certificate chain.pem --private-key chain.key --chain chain.cbor "
            "--cert-url https://example.com/c.cbor -o given >said && "
            "command=$(sed -n 's/^  bulla //p' said) && eval \"$BULLA $command\"",
       0, "3 packages: 3 substitute"},
      {"cmp chain.cbor given/chain.cbor && grep -c '\"/c.cbor\"' given/nginx.conf", 0, "1"},
      {SITE "--authority ca --cert-url data -o data >said && test ! -e data/chain.cbor && "
            "command=$(sed -n 's/^  bulla //p' said) && eval \"$BULLA $command\"",
       0, "3 packages: 3 substitute"},
      {SITE "--certificate chain.pem --private-key chain.key "
            "--cert-url https://certs.example/c.cbor -o else >said && "
            "command=$(sed -n 's/^  bulla //p' said) && eval \"$BULLA $command\" && cat said",
       0, "at https://certs.example/c.cbor"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Nothing is written of what verification would refuse. */
static void
test_refused (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {SIGN "--expires 30d", 2, "signature.lifetime"},
      {SIGN "--header 'Set-Cookie: a=b'", 2, "trust.stateful"},
      {SIGN "--certificate chain.pem", 2, "--authority cannot be combined"},
      {SITE "--certificate chain.pem --private-key chain.key", 2, "--cert-url is missing"},
      {SITE, 2, "--certificate is missing"},
      {"$BULLA create site public --authority ca", 2, "--base-url is missing"},
      {"$BULLA create site public --authority ca -b http://example.com/", 2, "not an https URL"},
      {"$BULLA create site public --authority ca -b https://example.com", 2, "must end with"},
      {"$BULLA create site public --authority ca -b 'https://example.com/?a/'", 2,
       "use a URL without"},
      {"$BULLA create site public --authority ca -b 'https://example.com/a b/'", 2,
       "use https://example.com/a%20b/ instead"},
      {"$BULLA create site public --authority ca -b 'https://b\303\274cher.example/'", 2,
       "use https://xn--bcher-kva.example/ instead"},
      {"$BULLA create site none --authority ca -b https://example.com/", 2, "none"},
      {"mkdir empty; $BULLA create site empty --authority ca -b https://example.com/", 2,
       "the folder is empty"},
      {SIGN "-o public/signed", 2, "is inside the folder to be signed"},
      {"ln -s . linked; " SIGN "-o linked/public/signed/new", 2,
       "is inside the folder to be signed"},
      {"$BULLA create site public --authority ca -b /", 2, "not an https URL"},
      {"$BULLA create site public --authority ca -b a/", 2, "not an https URL"},
      {"$BULLA create site public --authority ca -b https://example.com/a//", 2,
       "use a URL without"},
      {SIGN "-o 'a$b'", 2, "cannot quote"},
      {"ls", 0, "public"},
      {"ls -d public-signed* a* 2>/dev/null", 2, ""},
      {SIGN "--expires 30d --ignore-errors", 0, "Warning: signature.lifetime"},
      {"mkdir other && " SIGN "-o other", 2, "already exists"},
      {SIGN "-o other --force", 2, "was not written by this command"},
      {SIGN, 2, "already exists"},
      /* --force replaces what the command wrote, and nothing else */
      {"echo '{\"exchanges\": []}' >other/site.json && " SIGN "-o other --force", 2,
       "was not written by this command"},
      {"ls other", 0, "site.json"},
      {"ln -s public-signed link && " SIGN "-o link --force", 2, "is a symbolic link"},
      {"rm link && cp -r public public-signed/source && $BULLA create site public-signed/source "
       "--base-url https://example.com/ --authority ca -o public-signed --force",
       2, "which would be replaced"},
      {"ln -s public-signed way && $BULLA create site way/source "
       "--base-url https://example.com/ --authority ca -o public-signed --force",
       2, "which would be replaced"},
      {"rm way && ls public-signed/source", 0, "index.html"},
      {"touch public-signed/old && " SIGN "--force && ls public-signed", 0, "site.json"},
      {"ls public-signed/old", 2, ""},
      {SIGN "-o -", 2, "a folder is written, not standard output"},
      {"head -c 17000000 /dev/zero | tr '\\0' x >public/large.html; " SIGN "--force", 0,
       "public/large.html: larger than 16 MiB"},
      {"ls public-signed/packages/large.html.sxg && rm public/large.html", 0, "large.html.sxg"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* What pages load, and how it is written. */
static void
test_parts (Place *place, gconstpointer data)
{
#define PAGE(text) "cat >public/index.html <<'END'\n" text "\nEND\n" SIGN "--force && " HEADERS
  static const Case cases[] = {
      {PAGE ("<script type=module src='b.png'></script>"), 0,
       "as=\"script\"; crossorigin=\"anonymous\""},
      /* browsers would resolve the candidates of a header against the URL of the page */
      {PAGE ("<base href=/css/><img src=../b.png srcset='../b.png, ../c.png 2x' sizes=9px>"), 0,
       "<https://example.com/b.png>; rel=\"preload\"; as=\"image\", <https://example.com/b.png>; "
       "rel=\"allowed-alt-sxg\""},
      /* a comma inside a URL belongs to it */
      {"echo picture >public/w_3,h_2.png; " PAGE ("<img src=b.png srcset='w_3,h_2.png, b.png 2x'>"),
       0, "<https://example.com/w_3,h_2.png>; rel=\"allowed-alt-sxg\""},
      {PAGE ("<img src=b.png srcset='../b.png, ../c.png 2x' sizes=9px>"), 0,
       "<https://example.com/b.png>; rel=\"preload\"; as=\"image\"; "
       "imagesrcset=\"../b.png, ../c.png 2x\"; imagesizes=\"9px\", <https://example.com/b.png>; "
       "rel=\"allowed-alt-sxg\""},
      {PAGE ("<style>@import url( 'css/a.css' );</style>"), 0, "css/a.css>; rel=\"preload\""},
      {PAGE ("<link rel=preload as=fetch crossorigin href=&#x62;.p&#110;g>"), 0,
       "b.png>; rel=\"preload\"; as=\"fetch\"; crossorigin=\"anonymous\""},
      {PAGE ("<video poster=//example.com/./b.png>"), 0, "b.png>; rel=\"preload\"; as=\"image\""},
      {PAGE ("<img src=none.png>"), 0,
       "Not linked: https://example.com/: https://example.com/none.png is not in the folder"},
  };
  static const char *const NONE[] = {
      "<!-- <img src=b.png> -->",
      "<script>'<img src=b.png>'</script>",
      "<img loading=lazy src=b.png>",
      "<picture><source srcset=c.webp><img src=b.png></picture>",
      "<link rel='alternate stylesheet' href=css/a.css>",
      "<link rel=stylesheet media=print href=css/a.css>",
      "<script nomodule src=b.png></script><script type=text/x src=b.png></script>",
      "<img src=https://other.example/b.png><img src=data:,x><img src=><img><img src",
      "<style>/* url(b.png) */ p::after { content: 'url(b.png)' }</style>",
      "<a href=b.png>",
  };

  check (place, cases, G_N_ELEMENTS (cases));
  static const Case others[] = {
      {"echo '<img src=b.png>' >\"public/what's.html\" && " SIGN "--force", 0,
       "Not linked by the servers: https://example.com/what's.html: the name of the file contains"},
      {"rm public/what*", 0, ""},
  };
  check (place, others, G_N_ELEMENTS (others));
  for (size_t i = 0; i < G_N_ELEMENTS (NONE); i++) {
    g_autofree char *line = g_strdup_printf ("cat >public/index.html <<'END'\n%s\nEND\n" SIGN
                                             "--force && ! " HEADERS " | grep -i ' link'",
                                             NONE[i]);
    Case none = {line, 0, "subresources: 0"};
    check (place, &none, 1);
  }
}

/* A page links no more subresources than distributors admit. */
static void
test_many (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"for n in $(seq 25); do echo x >public/$n.png; echo \"<img src=$n.png>\"; done "
       ">public/index.html; " SIGN,
       0, "5 subresources above the limit of 20"},
      {VERIFY "--chain public-signed/chain.cbor --lint google-cache public-signed/packages", 0,
       "28 packages: 28 substitute"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Each representation of a page links the parts of its own markup, and a part of several
 * representations with all of them, signed and for the servers. */
static void
test_representations (Place *place, gconstpointer data)
{
#define FRENCH "$BULLA inspect --full public-signed/packages/page.fr.html.sxg"
#define PICTURE "<https://example.com/pic>; rel=\"allowed-alt-sxg\"; header-integrity="
  static const Case cases[] = {
      {"mkdir v; echo '<link rel=stylesheet href=css/a.css>' >v/page.en.html; echo '<img "
       "src=fr.png><img src=pic>' >v/page.fr.html; echo f >public/fr.png; "
       "printf '\\211PNG' >v/pic.png; printf RIFF....WEBP >v/pic.webp; " SIGN
       "--variants v --languages en,fr",
       0, "Pages: 3; links to their subresources: 6"},
      {"$BULLA inspect --full public-signed/packages/page.en.html.sxg | grep -i ' link:'", 0,
       "<https://example.com/css/a.css>; rel=\"allowed-alt-sxg\"; header-integrity="},
      {"$BULLA inspect --full public-signed/packages/page.en.html.sxg | grep -c 'fr.png'", 1, "0"},
      {FRENCH " | grep -i ' link:'", 0, "<https://example.com/fr.png>; rel=\"allowed-alt-sxg\""},
      {FRENCH " | grep -o '" PICTURE "' | wc -l", 0, "2"},
      {FRENCH, 0, "variant-key-04=\"image/webp\""},
      {"sed -n '/page.fr.html.sxg/,/^}/p' public-signed/nginx.conf", 0,
       "'</pic.webp.sxg>; rel=\"alternate\"; type=\"application/signed-exchange;v=b3\"; "
       "anchor=\"https://example.com/pic\"; variants-04="},
      {"sed -n '/page.fr.html.sxg/,/If>/p' public-signed/apache.conf", 0, "/fr.png.sxg"},
      {"cat public-signed/Caddyfile", 0, "/fr.png.sxg"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Place, NULL, set_up, test, place_tear_down)
  ADD ("/command/site/written", test_written);
  ADD ("/command/site/question-mark", test_question_mark);
  ADD ("/command/site/empty", test_empty);
  ADD ("/command/site/next", test_next);
  ADD ("/command/site/refused", test_refused);
  ADD ("/command/site/parts", test_parts);
  ADD ("/command/site/many", test_many);
  ADD ("/command/site/representations", test_representations);
  return g_test_run ();
}
