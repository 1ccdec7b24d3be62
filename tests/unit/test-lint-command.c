/* test-lint-command.c - bulla verify --lint: each rule of a distributor, broken once
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define LAB                                                                                        \
  "set -e; echo Hello >i.html; : >empty; head -c 9000000 /dev/zero >big; $BULLA create authority " \
  "a; $BULLA create chain --authority a --host example.com c.cbor; "                               \
  "$BULLA create chain --authority a --host example.com --date $(($(date +%s) + 600)) "            \
  "--ignore-errors later.cbor"
#define CREATE                                                                                     \
  "$BULLA create exchange -f --certificate c.pem --private-key c.key --url https://example.com/ "  \
  "--cert-url https://example.com/c.cbor "
#define FRESH "--header 'Cache-Control: max-age=600' "
#define JUDGE                                                                                      \
  "$BULLA verify --offline --trust a/root.pem --ct-logs a/ctlogs.json --chain c.cbor --lint "      \
  "google-cache "
#define VERIFY                                                                                     \
  "x.sxg >/dev/null; $BULLA verify --offline --trust a/root.pem --ct-logs a/ctlogs.json "          \
  "--chain c.cbor --lint google-cache "

/* Judges x.sxg as a server on this computer delivers it, whose URL is not that of the exchange. */
#define SERVE                                                                                      \
  "python3 -c \"import http.server as h,threading,subprocess,sys,os\n"                             \
  "class H(h.SimpleHTTPRequestHandler):\n"                                                         \
  "  extensions_map={'.sxg':'application/signed-exchange;v=b3'}\n"                                 \
  "s=h.HTTPServer(('127.0.0.1',0),H)\n"                                                            \
  "threading.Thread(target=s.serve_forever,daemon=True).start()\n"                                 \
  "sys.exit(subprocess.run([os.environ['BULLA'],'verify','--trust','a/root.pem','--ct-logs',"      \
  "'a/ctlogs.json','--chain','c.cbor','--lint','google-cache','http://127.0.0.1:%d/x.sxg' % "      \
  "s.server_port]).returncode)\""

static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {{LAB, 0, "Wrote later.cbor"}};

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

/* a distributor is a shared cache */
static void
test_freshness (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {CREATE "--header 'Cache-Control: s-maxage=119, max-age=600' --content i.html " VERIFY
              "x.sxg",
       1, "google-cache.freshness: 119 s"},
      {CREATE "--header 'Cache-Control: max-age=600' --header 'Age: 590' --content i.html " VERIFY
              "x.sxg",
       1, "google-cache.freshness: 10 s"},
      {CREATE "--header 'Cache-Control: max-age=3000' --header \"Date: $(date -u -d '1 hour ago' "
              "'+%a, %d %b %Y %T GMT')\" --content i.html " VERIFY "x.sxg",
       1, "google-cache.freshness: 0 s"},
      {CREATE "--header 'Cache-Control: max-age=99999999999999' --content i.html " VERIFY "x.sxg",
       0, "substitute"},
      {CREATE "--header 'Expires: 0' --content i.html " VERIFY "x.sxg", 1,
       "google-cache.freshness: 0 s"},
      {CREATE "--header 'Expires: Thu, 01 Jan 2099 00:00:00 GMT' --content i.html " VERIFY "x.sxg",
       0, "substitute"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_rules (Place *place, gconstpointer data)
{
#define LINK(url, rel) "<https://example.com/" url ">;rel=" rel
#define SCRIPT LINK ("a.js", "preload;as=script")
#define ALTERNATE(hash) LINK ("a.js", "allowed-alt-sxg;header-integrity=\"sha256-" hash "\"")
  static const Case cases[] = {
      {CREATE FRESH "--content i.html " VERIFY "x.sxg", 0, "substitute"},
      {CREATE FRESH "--content i.html " VERIFY "--json x.sxg", 0, "\"lint\":[]"},
      {CREATE "--content i.html " VERIFY "x.sxg", 1, "lint google-cache.freshness: -"},
      {CREATE "--content i.html " VERIFY "--json x.sxg", 1, "[\"google-cache.freshness\"]"},
      {CREATE "--header 'Cache-Control: max-age=60' --content i.html " VERIFY "x.sxg", 1,
       "google-cache.freshness: 60 s"},
      {CREATE "--header 'Cache-Control: max-age=600, no-cache' --content i.html " VERIFY "x.sxg", 1,
       "google-cache.cacheable: no-cache"},
      {CREATE FRESH "--content empty --header 'Content-Type: text/html' " VERIFY "x.sxg", 1,
       "google-cache.body-size: 0"},
      {CREATE FRESH "--content big " VERIFY "x.sxg", 1, "google-cache.body-size: 9000000"},
      {CREATE FRESH "--expires 1m --content i.html " VERIFY "x.sxg", 1, "google-cache.life"},
      {CREATE FRESH
       "--ignore-errors --header 'Variants-04: Accept;text/html' --content i.html " VERIFY "x.sxg",
       1, "google-cache.variants"},
      {CREATE FRESH "--header 'Vary: Cookie' --content i.html " VERIFY "x.sxg", 1,
       "google-cache.vary: Cookie"},
      {CREATE FRESH
       "--header 'Link: " LINK ("a.js", "preload;as=script") "' --content i.html " VERIFY "x.sxg",
       1, "google-cache.preloads: https://example.com/a.js"},
      {CREATE FRESH "--header 'Link: " LINK ("a.js", "preload;as=script") "," LINK (
           "a.js", "allowed-alt-sxg;header-integrity=\"sha256-x\"") "' --content i.html " VERIFY
                                                                    "x.sxg",
       0, "substitute"},
      {CREATE FRESH "--header 'Content-Type: text/css' --header 'Link: " LINK (
           "b.png", "preload;as=image") "' --content i.html " VERIFY "x.sxg",
       1, "google-cache.subresource: https://example.com/b.png"},
      {CREATE FRESH "--header \"Link: $(for n in $(seq 21); do printf '<https://example.com/%s>;"
                    "rel=preload;as=image,<https://example.com/%s>;rel=allowed-alt-sxg;"
                    "header-integrity=\"sha256-x\",' $n $n; done)\" --content i.html " VERIFY
                    "x.sxg",
       1, "google-cache.preloads: 21"},
      {CREATE FRESH "--header 'Link: " SCRIPT
                    "," ALTERNATE ("x") "," ALTERNATE ("y") "' --content i.html " VERIFY "x.sxg",
       1, "google-cache.preloads: https://example.com/a.js"},
      {CREATE FRESH
       "--ignore-errors --header 'Connection: x-a' --header 'X-A: b' --content i.html " VERIFY
       "x.sxg",
       1, "google-cache.hop-by-hop: "},
      {CREATE "--ignore-errors --header 'Cache-Control: max-age=600, no-cache=\"x-a\"' --header "
              "'X-A: b' --content i.html " VERIFY "x.sxg",
       1, "google-cache.hop-by-hop: x-a"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* What only --ignore-errors writes, and what no option can make. */
static void
test_wrong (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {CREATE FRESH "--ignore-errors --status 404 --content i.html " VERIFY "x.sxg", 1,
       "google-cache.status: 404"},
      {CREATE FRESH
       "--ignore-errors --validity-url https://other.example/v --content i.html " VERIFY "x.sxg",
       1, "google-cache.validity-url: https://other.example/v"},
      {CREATE FRESH "--ignore-errors --date $(($(date +%s) + 600)) --content i.html " VERIFY
                    "x.sxg",
       1, "google-cache.date: "},
      {CREATE FRESH
       "--content i.html x.sxg >/dev/null; sed 's#digest/mi-sha256-03#digest/mi-sha256-"
       "04#' x.sxg >y.sxg; " JUDGE "y.sxg",
       1, "google-cache.integrity: digest/mi-sha256-04"},
      {CREATE FRESH "--content i.html x.sxg >/dev/null; " SERVE, 1,
       "google-cache.served-url: http://127.0.0.1:"},
      {"python3 -c \"d=open('x.sxg','rb').read();u=int.from_bytes(d[8:10],'big');p=10+u;"
       "n=int.from_bytes(d[p:p+3],'big');s=d[p+6:p+6+n];s+=b',other'+s[s.index(b';'):];"
       "open('y.sxg','wb').write(d[:p]+len(s).to_bytes(3,'big')+d[p+3:p+6]+s+d[p+6+n:])\"; " JUDGE
       "y.sxg",
       1, "google-cache.signatures: 2"},
      {"$BULLA create exchange -f --authority a --url https://example.com/ " FRESH
       "--content i.html " VERIFY "x.sxg",
       1, "google-cache.cert-url: data:"},
      {"$BULLA verify --offline --lint google-cache c.cbor", 1, "cert.untrusted"},
      {"$BULLA verify --lint nobody x.sxg", 2, "--lint"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/command/lint/freshness", Place, NULL, set_up, test_freshness, place_tear_down);
  g_test_add ("/command/lint/rules", Place, NULL, set_up, test_rules, place_tear_down);
  g_test_add ("/command/lint/wrong", Place, NULL, set_up, test_wrong, place_tear_down);
  return g_test_run ();
}
