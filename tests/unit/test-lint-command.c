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
#define VERIFY                                                                                     \
  "x.sxg >/dev/null; $BULLA verify --offline --trust a/root.pem --ct-logs a/ctlogs.json "          \
  "--chain c.cbor --lint google-cache "

static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {{LAB, 0, "Wrote later.cbor"}};

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_rules (Place *place, gconstpointer data)
{
#define LINK(url, rel) "<https://example.com/" url ">;rel=" rel
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
      {CREATE FRESH "--header 'Variants-04: Accept;text/html' --content i.html " VERIFY "x.sxg", 1,
       "google-cache.variants"},
      {CREATE FRESH "--header 'Vary: Cookie' --content i.html " VERIFY "x.sxg", 1,
       "google-cache.vary: Cookie"},
      {CREATE FRESH
       "--header 'Link: " LINK ("a.js", "preload;as=script") "' --content i.html " VERIFY "x.sxg",
       1, "google-cache.preloads: https://example.com/a.js"},
      {CREATE FRESH "--header 'Link: " LINK ("a.js", "preload;as=script") "," LINK (
           "a.js", "allowed-alt-sxg;header-integrity=\"sha256-x\"") "' --content i.html " VERIFY
                                                                    "x.sxg",
       0, "substitute"},
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
  g_test_add ("/command/lint/rules", Place, NULL, set_up, test_rules, place_tear_down);
  return g_test_run ();
}
