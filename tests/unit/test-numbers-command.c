/* test-numbers-command.c - numbers in options are decimal, whatever they begin with
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define EXCHANGE "$BULLA create exchange --ignore-errors --authority a --content i.html --force "
#define CHAIN "$BULLA create chain --authority a --host example.com --force "
#define DATE(option, name)                                                                         \
  name "=$(date +%s -d \"$(openssl x509 -in c.pem -noout -" option " | sed 's/.*=//')\"); "
#define URL "--url https://example.com/ p.sxg"
#define INTEGER "is not a whole decimal number"
#define NUMBER "is not a decimal number"

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (run (place, "$BULLA create authority a; echo hi >i.html", NULL, NULL), ==, 0);
}

/* A zero in front does not make a number octal. */
static void
test_leading_zero (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {EXCHANGE "--status 0200 " URL " >out; $BULLA inspect p.sxg | grep status", 0, "status: 200"},
      {EXCHANGE "--status=0410 " URL " >out; $BULLA inspect p.sxg | grep status", 0, "status: 410"},
      {EXCHANGE "--record-size 010 " URL " >out; $BULLA inspect p.sxg", 0, "record-size: 10\n"},
      {CHAIN "--days 010 c.cbor >out; " DATE ("startdate", "a")
           DATE ("enddate", "b") "echo $(((b - a + 3600) / 86400))",
       0, "10"},
      {CHAIN "--ocsp-days=08 c.cbor 2>&1", 2, "ocsp.lifetime: 7 d"},
      {"$BULLA create bundle --warc none.warc --content-max 08 o.wbn", 2, "none.warc: "},
      {"$BULLA create bundle --warc none.warc --content-max 0999999 o.wbn", 2,
       "takes a number of MiB"},
      {"$BULLA ledger --view 08 none.jsonl", 2, "none.jsonl: "},
      {"$BULLA verify --offline --timeout 010 p.sxg >out; test $? -lt 2", 0, ""},
      {"$BULLA conform --command true --timeout 07200 none", 2, "from above 0 to 3600"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* What is not a decimal number is refused, and the option is named. */
static void
test_refused (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {EXCHANGE "--status 0xc8 " URL, 2, "--status: “0xc8” " INTEGER},
      {EXCHANGE "--status '' " URL, 2, "--status: “” " INTEGER},
      {EXCHANGE "--status 2e2 " URL, 2, "--status: “2e2” " INTEGER},
      {EXCHANGE "--status=' 200' " URL, 2, "--status: “ 200” " INTEGER},
      {EXCHANGE "--status 99999999999 " URL, 2, "--status: the number “99999999999” is out of"},
      {EXCHANGE "--status", 2, "Missing argument for --status"},
      {EXCHANGE "--record-size 0x1000 " URL, 2, "--record-size: “0x1000” " INTEGER},
      {CHAIN "--days 0x10 c.cbor", 2, "--days: “0x10” " INTEGER},
      {CHAIN "--days -5 c.cbor", 2, "between 1 and 3650"},
      {CHAIN "--ocsp-days 5d c.cbor", 2, "--ocsp-days: “5d” " INTEGER},
      {"$BULLA create bundle --warc w --content-max 0x1 o.wbn", 2, "--content-max: “0x1” " INTEGER},
      {"$BULLA sign --record-size 0x10 o.wbn", 2, "--record-size: “0x10” " INTEGER},
      {"$BULLA ledger --view 0x1 none.jsonl", 2, "--view: “0x1” " INTEGER},
      {"$BULLA verify --timeout 0x10 p.sxg", 2, "--timeout: “0x10” " NUMBER},
      {"$BULLA verify --timeout nan p.sxg", 2, "--timeout: “nan” " NUMBER},
      {"$BULLA verify --timeout 1.2.3 p.sxg", 2, "--timeout: “1.2.3” " NUMBER},
      {"$BULLA calendar --timeout infinity p.sxg", 2, "--timeout: “infinity” " NUMBER},
      {"$BULLA conform --command true --timeout 0x10 none", 2, "--timeout: “0x10” " NUMBER},
      {"$BULLA gateway --timeout 0x10", 2, "from above 0 to 3600"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
add (const char *path, void (*test) (Place *place, gconstpointer data))
{
  g_test_add (path, Place, NULL, set_up, test, place_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/command/numbers/leading-zero", test_leading_zero);
  add ("/command/numbers/refused", test_refused);
  return g_test_run ();
}
