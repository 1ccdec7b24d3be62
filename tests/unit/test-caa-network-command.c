/* test-caa-network-command.c - runs bulla caa against a signed tree on a real name server
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"
#include "dns-mock.h"
#include "dns-tree.h"

static DnsTree *tree; /* shared by all cases; NULL if it cannot run here */

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  if (tree == NULL)
    return;
  g_autofree char *text = g_strdup_printf (
      "RESOLVER=%s\nANCHOR='%s'\nEND=%" G_GINT64_FORMAT "\nPAST=%" G_GINT64_FORMAT "\n",
      dns_tree_get_resolver (tree), dns_tree_get_anchor_file (tree), dns_tree_get_end (tree),
      dns_tree_get_end (tree) + 1);
  g_autofree char *path = g_build_filename (place->folder, "tree", NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

#define JUDGE ". ./tree; $BULLA caa --evidence page.caa --trust-anchor $ANCHOR "
#define ASK ". ./tree; $BULLA caa --resolver $RESOLVER --trust-anchor $ANCHOR "

static void
test_ask (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {ASK "www.secure.test --issuer ca.test", 0, "  secure.test       secure    0 issue"},
      {ASK "insecure.test --issuer ca.test --json", 0, "\"dnssec\":\"insecure\""},
      {ASK "tampered.test --json", 1, "\"reason\":\"caa.bogus\""},
      {ASK "tampered.test --json", 1, "\"records\":[]"},
      {ASK "expired.test", 1, "  expired.test: validation failure"},
      {ASK "alias.secure.test --issuer ca.test --json", 1, "\"alias\":\"caa.other.test\""},
      {ASK "big.test --issuer ca-01.test", 1, "caa.parameter-missing"},
      {ASK "secure.test --issuer ca.test --at $END", 0, "permitted"},
      {ASK "secure.test --issuer ca.test --at $PAST", 1, "bogus"},
      {ASK "secure.test insecure.test tampered.test --json | wc -l", 0, "3"},
      {ASK "secure.test --ledger contacts.jsonl && cat contacts.jsonl", 0, "\"purpose\":\"caa\""},
  };

  if (!dns_tree_is_missing (tree))
    check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_evidence (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {ASK "www.secure.test insecure.test --save page.caa --json", 0,
       "\"evidence\":{\"file\":\"page.caa\",\"fetched\":"},
      {ASK "secure.test --save page.caa", 2, "use --force"},
      {ASK "www.secure.test insecure.test --save page.caa --force", 0, "permitted"},
      {JUDGE "--offline www.secure.test", 0, "  evidence: page.caa, valid from "},
      {JUDGE "insecure.test --json", 0, "\"dnssec\":\"insecure\""},
      {JUDGE "--at $PAST www.secure.test --json", 1, "\"reason\":\"caa.bogus\""},
      {JUDGE "tampered.test --json", 1, "\"reason\":\"caa.no-answer\""},
      {ASK "secure.test --save - --quiet >out.caa; test ! -e ./-; cat out.caa | $BULLA caa "
           "--evidence - --trust-anchor $ANCHOR secure.test",
       0, "permitted"},
      {". ./tree; $BULLA caa --evidence page.caa --trust-anchor $ANCHOR --json elsewhere.test", 1,
       "\"climb\":[{\"name\":\"elsewhere.test\",\"dnssec\":\"no-answer\",\"rcode\":null,"},
      /* of the answers about the host, whatever else the file has */
      {ASK "secure.test expired.test --save two --json | sed -n 1p | "
           "grep -c \"valid_until\\\":$END,\"",
       0, "1"},
      {ASK "expired.test --force --save two --json | grep -c \"valid_until\\\":$END,\"", 1, "0"},
      {"head -c 40 page.caa >cut; . ./tree; $BULLA caa --evidence cut --trust-anchor $ANCHOR "
       "a.test",
       2, "cut: "},
  };

  if (!dns_tree_is_missing (tree))
    check (place, cases, G_N_ELEMENTS (cases));
}

#define TRUST "--store s --trust a/root.pem --ct-logs a/ctlogs.json "
#define VERIFY                                                                                     \
  ". ./tree; $BULLA verify " TRUST "--trust-anchor $ANCHOR --caa require --dnssec require "
#define VERIFY_ONLINE VERIFY "--resolver $RESOLVER "
#define SIGN(host)                                                                                 \
  "$BULLA create exchange --authority a --url https://" host                                       \
  "/ --content i.html --cert-url data " host ".sxg; "

/* given packages whose publishers have CAA records, a verdict takes them into account */
static void
test_verify (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"set -e; echo Hello >i.html; $BULLA create authority a; "
       "$BULLA create chain --authority a --host secure.test chain.cbor; " SIGN ("secure.test")
           SIGN ("own.secure.test") SIGN ("insecure.test") SIGN ("tampered.test")
               SIGN ("www.other.test") "ls",
       0, "own.secure.test.sxg"},
      {VERIFY_ONLINE "secure.test.sxg", 1, "caa.issuer-unknown"},
      {"$BULLA caa --offline --issuer chain.cbor --json secure.test | "
       "sed 's/.*\"name\":\"\\([^\"]*\\)\".*/dn\t\\1\tca.test/' >issuers; "
       "$BULLA issuers import --store s issuers",
       0, "1 authority added"},
      {VERIFY_ONLINE "secure.test.sxg", 0, "substitute"},
      {VERIFY_ONLINE "--json=full secure.test.sxg", 0, "\"exchanges\":\"permitted\""},
      {VERIFY_ONLINE "own.secure.test.sxg", 1, "0 issue \"own.test\""},
      {VERIFY_ONLINE "insecure.test.sxg", 1, "reason caa.insecure"},
      {VERIFY_ONLINE "--dnssec ignore insecure.test.sxg", 0, "substitute"},
      {VERIFY_ONLINE "tampered.test.sxg", 1, "reason caa.bogus"},
      {VERIFY_ONLINE "tampered.test.sxg", 1,
       "secure): tampered.test: the answer contradicts DNSSEC (validation failure"},
      {VERIFY_ONLINE "--json tampered.test.sxg", 1,
       "check the signatures of the zone, the clock and the resolver\"}]"},
      {VERIFY_ONLINE "www.other.test.sxg", 1, "reason caa.no-property"},
      {VERIFY_ONLINE "--caa report --explain www.other.test.sxg", 0, "no CAA records"},
      {VERIFY_ONLINE "--set trust.caa=off tampered.test.sxg", 0, "substitute"},
      {VERIFY "--offline secure.test.sxg", 1, "reason caa.offline"},
      {ASK "secure.test --save e", 0, "permitted"},
      {VERIFY "--offline --caa-evidence e secure.test.sxg", 0, "substitute"},
      {VERIFY "--offline --caa-evidence e insecure.test.sxg", 1, "reason caa.offline"},
      /* the same description as bulla caa gives of it */
      {VERIFY "--offline --caa-evidence e --json secure.test.sxg", 0,
       "\"evidence\":{\"file\":\"e\",\"fetched\":"},
      {"describe () { sed 's/.*\"evidence\"://; s/}.*//'; }; " VERIFY
       "--offline --caa-evidence e --json secure.test.sxg | describe >one; "
       "$BULLA caa --evidence e --json secure.test | describe | cmp - one && echo same",
       0, "same\n"},
      {"cat e | (" VERIFY "--offline --caa-evidence - secure.test.sxg secure.test.sxg) | "
       "grep -c ^substitute",
       0, "2\n"},
      {VERIFY "--offline --caa-evidence - --json secure.test.sxg <e", 0,
       "\"evidence\":{\"file\":\"-\",\"fetched\":"},
      {VERIFY_ONLINE "--ledger l secure.test.sxg; cat l", 0,
       "\"purpose\":\"caa\",\"host\":\"secure.test\""},
      {VERIFY "--caa off --caa-evidence i.html secure.test.sxg", 2, "not a file of DNS evidence"},
      {VERIFY "--caa off --resolver nowhere secure.test.sxg", 2, "is not a resolver"},
      {VERIFY "--offline --resolver nowhere secure.test.sxg", 2, "is not a resolver"},
      {VERIFY "--set trust.caa=perhaps secure.test.sxg", 2, "one of off, report, require"},
      {"echo nothing >anchor; $BULLA verify " TRUST "--trust-anchor anchor secure.test.sxg", 2,
       "anchor"},
      {"$BULLA verify " TRUST "--caa off --trust-anchor anchor secure.test.sxg", 2, "anchor"},
  };

  if (!dns_tree_is_missing (tree))
    check (place, cases, G_N_ELEMENTS (cases));
}

/* the DNSSEC signatures of saved evidence end before the signature of the exchange */
static void
test_calendar (Place *place, gconstpointer data)
{
#define DAY_BEFORE ". ./tree; T=$((END - 86400)); "
#define CALENDAR                                                                                   \
  DAY_BEFORE "$BULLA calendar " TRUST "--trust-anchor $ANCHOR --profile mozilla "                  \
             "--set signature.lifetime-max=604800 --offline --caa-evidence e --json "
  static const Case cases[] = {
      {ASK "secure.test --save e", 0, "permitted"},
      {"set -e; " DAY_BEFORE "echo Hello >i.html; $BULLA create authority --date $T a; "
       "$BULLA create chain --authority a --host secure.test --date $T chain.cbor; "
       "$BULLA caa --offline --issuer chain.cbor --json secure.test | "
       "sed 's/.*\"name\":\"\\([^\"]*\\)\".*/dn\t\\1\tca.test/' >issuers; "
       "$BULLA issuers import --store s issuers; "
       "$BULLA create exchange --authority a --url https://secure.test/ --content i.html "
       "--cert-url data --date $T --expires $((T + 400000)) page.sxg; "
       "mkdir site; cp i.html site/index.html; "
       "$BULLA create bundle --dir site --base-url https://secure.test/ --authority a "
       "--sign-subset all --date $T --expires $((T + 400000)) site.wbn",
       0, "bulla verify --trust"},
      {CALENDAR "--at $((T + 10)) page.sxg | grep -c "
                "\"\\\"expires\\\":$((END + 1)),\\\"in_s\\\":86391,\\\"expires_by\\\":\\\"caa\\\","
                "\\\"state\\\":\\\"expires\\\"\"",
       0, "1"},
      {CALENDAR "--at $((T + 10)) site.wbn", 0, "\"in_s\":86391,\"expires_by\":\"caa\""},
      {CALENDAR "--at $END page.sxg", 0, "\"in_s\":1,\"expires_by\":\"caa\""},
      {CALENDAR "--at $PAST page.sxg site.wbn", 0,
       "\"in_s\":0,\"expires_by\":\"caa\",\"state\":\"expired\",\"reason\":\"caa.bogus\""},
      {CALENDAR "--at $PAST site.wbn", 0,
       "\"in_s\":0,\"expires_by\":\"caa\",\"state\":\"expired\",\"reason\":\"caa.bogus\""},
      {CALENDAR "--caa report --dnssec ignore --at $PAST page.sxg", 0,
       "\"expires_by\":\"signature\",\"state\":\"expires\""},
      {CALENDAR "--within 1d --at $((T + 10)) page.sxg", 1, "\"caa\""},
      {CALENDAR "--within 23h --at $((T + 10)) page.sxg; echo $?", 0, "0"},
      {DAY_BEFORE "$BULLA verify " TRUST "--trust-anchor $ANCHOR --caa require --offline "
                  "--caa-evidence e --at $((T + 10)) page.sxg",
       0, "in 23 hours (caa)"},
      {ASK "secure.test expired.test --save two", 1, "permitted"},
      {DAY_BEFORE "$BULLA verify " TRUST "--trust-anchor $ANCHOR --caa report --offline --json "
                  "--caa-evidence two --at $((T + 10)) page.sxg | grep -c "
                  "\"valid_until\\\":$END,\"",
       0, "1"},
  };

  if (!dns_tree_is_missing (tree))
    check (place, cases, G_N_ELEMENTS (cases));
}

/* the CAA records of whoever vouches for a bundle are in its verdict, too */
static void
test_bundle (Place *place, gconstpointer data)
{
#define BUNDLE(host)                                                                               \
  "$BULLA create bundle --dir site --base-url https://" host                                       \
  "/ --authority a --sign-subset all " host ".wbn; "
  static const Case cases[] = {
      {"set -e; mkdir site; echo Hello >site/index.html; echo More >site/more.html; "
       "$BULLA create authority a; "
       "$BULLA create chain --authority a --host secure.test chain.cbor; "
       "$BULLA caa --offline --issuer chain.cbor --json secure.test | "
       "sed 's/.*\"name\":\"\\([^\"]*\\)\".*/dn\t\\1\tca.test/' >issuers; "
       "$BULLA issuers import --store s issuers; " BUNDLE ("secure.test") BUNDLE ("own.secure.test")
           BUNDLE ("insecure.test"),
       0, "1 authority added"},
      {VERIFY_ONLINE "secure.test.wbn", 0, "substitute"},
      {VERIFY_ONLINE "--json=full secure.test.wbn", 0,
       "\"caa\":[{\"host\":\"secure.test\",\"wildcard\":false,"},
      {VERIFY_ONLINE "--json=full secure.test.wbn", 0, "\"exchanges\":\"permitted\""},
      {VERIFY_ONLINE "--json=full secure.test.wbn | grep -o '\"host\"' | wc -l", 0, "1\n"},
      {VERIFY_ONLINE "own.secure.test.wbn", 1, "reason caa.other-issuer"},
      {VERIFY_ONLINE "insecure.test.wbn", 1, "reason caa.insecure"},
      {VERIFY_ONLINE "--dnssec ignore insecure.test.wbn", 0, "substitute"},
      {VERIFY "--offline secure.test.wbn", 1, "reason caa.offline"},
      {VERIFY "--offline --json=full secure.test.wbn", 1, "\"caa\":null"},
      {ASK "secure.test --save e", 0, "permitted"},
      {VERIFY "--offline --caa-evidence e secure.test.wbn", 0, "substitute"},
      {VERIFY "--offline --caa-evidence e - <secure.test.wbn", 0, "substitute"},
      {VERIFY_ONLINE "--ledger contacts secure.test.wbn; wc -l <contacts", 0, "\n1\n"},
  };

  if (!dns_tree_is_missing (tree))
    check (place, cases, G_N_ELEMENTS (cases));
}

/* nothing hangs past its deadline, and Ctrl+C ends it at once */
static void
test_silent (Place *place, gconstpointer data)
{
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_SILENT, NULL, 0, 0);
  g_autofree char *out = NULL;
  g_autofree char *late = g_strdup_printf (
      "$BULLA caa --resolver %s --timeout 0.5 --json a.test b.test", dns_mock_get_resolver (mock));
  /* the look-up has begun once the resolver's thread runs */
  g_autofree char *killed = g_strdup_printf (
      "$BULLA caa --resolver %s --timeout 600 a.test & pid=$!; "
      "until [ -n \"$(ls /proc/$pid/task | sed -n 2p)\" ]; do :; done; kill -INT $pid; wait $pid",
      dns_mock_get_resolver (mock));

  gint64 begin = g_get_monotonic_time ();
  g_assert_cmpint (run (place, late, &out, NULL), ==, 1);
  g_assert_nonnull (strstr (out, "\"reason\":\"caa.no-answer\""));
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 10 * G_USEC_PER_SEC);
  g_assert_cmpint (run (place, killed, NULL, NULL), ==, 130);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 30 * G_USEC_PER_SEC);
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
  tree = dns_tree_new ();
  add ("/command/caa/ask", test_ask);
  add ("/command/caa/evidence", test_evidence);
  add ("/command/caa/verify", test_verify);
  add ("/command/caa/calendar", test_calendar);
  add ("/command/caa/bundle", test_bundle);
  add ("/command/caa/silent", test_silent);
  int status = g_test_run ();
  g_clear_pointer (&tree, dns_tree_free);
  return status;
}
