/* test-revocation-command.c - runs bulla logs and bulla revocations, and verify with their lists
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define JUDGE "$BULLA verify --store s --offline --trust a/root.pem --chain chain.cbor page.sxg"
#define DER "openssl x509 -in chain.pem -outform DER"
#define IMPORT "$BULLA revocations import --store s "
#define PRINT_KEY "openssl x509 -in $f -pubkey -noout | openssl pkey -pubin -outform DER"

/* the authority's log, in lists of several dates and states; $1 is the date, $2 the state */
static const char SET_UP[] =
    "set -e; printf Hello >index.html; $BULLA create authority a;"
    "$BULLA create chain --authority a --host example.com chain.cbor;"
    "$BULLA create exchange --certificate chain.pem --private-key chain.key "
    "--url https://example.com/ --cert-url https://example.com/c --content index.html page.sxg;"
    "log=$(tr -d '\\n[]{}' <a/ctlogs.json);"
    "list () { printf '{\"version\": \"9.1\", \"log_list_timestamp\": \"%s\", \"operators\": "
    "[{\"name\": \"O\", \"logs\": [], \"tiled_logs\": [{%s, \"mmd\": 60, \"state\": {\"%s\": "
    "{\"timestamp\": \"2020-01-01T00:00:00Z\"}}}, {\"description\": \"Stateless\"}]}]}' "
    "\"$1\" \"$log\" $2; };"
    "list 2021-01-01T00:00:00Z usable >usable.json;"
    "list 2021-06-01T00:00:00Z rejected >rejected.json;"
    "echo '{\"logs\": [], \"operators\": []}' >v1.json;"
    "echo '{\"operators\": [{\"logs\": []}]}' >v2.json";

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (run (place, SET_UP, NULL, NULL), ==, 0);
}

static void
test_logs (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA logs show --store s", 0, ""},
      {"$BULLA logs show --store s ab", 1, "no log with the ID"},
      {"test ! -e s", 0, ""},
      {JUDGE, 1, "sct.unknown"},
      {"$BULLA logs import --store s usable.json", 0, "left out: Stateless: it has no key"},
      {"$BULLA logs import --store s --json usable.json", 0,
       "{\"file\":\"usable.json\",\"version\":\"9.1\",\"log_list_timestamp\":1609459200,"
       "\"operators\":1,\"logs\":0,\"tiled_logs\":1,\"states\":{\"pending\":0,\"qualified\":0,"
       "\"usable\":1,\"readonly\":0,\"retired\":0,\"rejected\":0},\"dropped\":[{\"description\":"
       "\"Stateless\",\"why\":\"it has no key\"}],\"already_there\":true}"},
      {"stat -c %a s", 0, "700"},
      {JUDGE, 0, "substitute"},
      {"$BULLA logs show --store s --json", 0,
       "\"type\":\"static-ct\",\"state\":\"usable\",\"state_since\":1577836800,\"url\":null,"
       "\"submission_url\":null,\"monitoring_url\":null,\"mmd_s\":60,\"temporal_interval\":null,"
       "\"final_tree_size\":null,"},
      {"$BULLA logs show --store s --at 2020-12-31", 0, ""},
      {"$BULLA logs show --store s --at 2020-12-31 ab", 1, "no log with the ID"},
      {"id=$($BULLA logs show --store s | cut -c1-6); $BULLA logs show --store s $id", 0, "usable"},
      {"id=$(sed -n 's/.*log_id\": \"//p' a/ctlogs.json | cut -c1-5); "
       "$BULLA logs show --store s $id zz",
       1, "usable"},
      {"$BULLA logs import --store s rejected.json", 0, "rejected   1"},
      {JUDGE, 1, "a log that was rejected"},
      {JUDGE " --ct-logs a/ctlogs.json", 0, "substitute"},
      {"BULLA_STORE=s $BULLA logs show", 0, "rejected"},
      {"BULLA_STORE=s $BULLA logs show --at 2021-02-01", 0, "usable"},
      {"$BULLA logs remove --store s 2021-06-01T00:00:00Z", 0, ""},
      {"$BULLA logs remove --store s 1622505600", 1, "no list of"},
      {JUDGE, 0, "substitute"},
      {"sed s/9.1/9.2/ usable.json >u.json; $BULLA logs import --store s u.json", 2,
       "another list with the same"},
      {"$BULLA logs import --store s v1.json", 2, "version 1"},
      {"$BULLA logs import --store s v2.json", 2, "version 2"},
      {"$BULLA logs import --store s page.sxg", 2, "JSON"},
      {"$BULLA logs import --store s", 2, "expected FILE"},
      {"$BULLA logs", 2, "import"},
      {"$BULLA logs import --quiet --store s usable.json | wc -c", 0, "0\n"},
      {"echo nonsense >s/log-lists/1609459200.json; $BULLA logs show --store s", 0,
       "1609459200.json is damaged"},
      {"ls s/log-lists", 0, "1609459200.json.damaged-"},
      /* a damaged list gives way to the same one, and each damaged file is kept */
      {"echo nonsense >s/log-lists/1609459200.json; $BULLA logs import --store s usable.json", 0,
       "1609459200.json is damaged"},
      {"echo other >s/log-lists/1609459200.json; $BULLA logs import --store s usable.json", 0,
       "kept version"},
      {"cat s/log-lists/*.damaged-*", 0, "nonsense\nother\n"},
      {"$BULLA logs remove --quiet --store s 1609459200", 0, ""},
      {"$BULLA logs remove --store s yesterday", 2, "“yesterday” is not a valid time"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_revocations (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA revocations list --store s", 0, ""},
      {"$BULLA logs import --store s usable.json", 0, ""},
      {JUDGE, 0, "substitute"},
      {"echo \"certificate $(" DER " | sha256sum | cut -c1-64) # mine\" | " IMPORT "--json -", 0,
       "{\"file\":\"-\",\"format\":\"text\",\"added\":1,\"already_there\":0,\"total\":1}"},
      {JUDGE, 1, "cert.locally-revoked"},
      {JUDGE " --explain", 1, "the leaf"},
      {JUDGE " --json", 1, "cert.not-on-revocation-list"},
      {"$BULLA revocations list --store s --json", 0,
       "\"kind\":\"certificate\",\"issuer\":null,\"serial\":null,\"sha256\":\""},
      {"$BULLA revocations list --store s --json", 0,
       "\"why\":\"mine\",\"source\":\"-\",\"imported\":"},
      {"$BULLA revocations remove --store s $($BULLA revocations list --store s | cut -c1-16)", 0,
       ""},
      {"$BULLA revocations remove --store s 0123456789abcdef", 1, "there is no entry"},
      {JUDGE, 0, "substitute"},
      {"f=a/intermediate.pem; echo spki $(" PRINT_KEY " | sha256sum | cut -c1-64) | " IMPORT "-", 0,
       "1 entry added"},
      {JUDGE, 1, "cert.locally-revoked"},
      {"rm s/revocations.tsv; f=a/root.pem; echo spki $(" PRINT_KEY
       " | sha256sum | cut -c1-64) | " IMPORT "-",
       0, ""},
      {JUDGE " --explain", 1, "the root"},
      {"rm s/revocations.tsv; echo \"serial $(openssl x509 -in chain.pem -noout -serial | cut -d= "
       "-f2) issuer $(openssl x509 -in chain.pem -noout -issuer | cut -d= -f2-)\" | " IMPORT "-",
       0, ""},
      {JUDGE, 1, "cert.locally-revoked"},
      {"printf 'spki 00\\n' | " IMPORT "-", 2, "-: line 1:"},
      {"echo nonsense >s/revocations.tsv; " JUDGE, 0, "revocations.tsv is damaged"},
      {"ls s", 0, "revocations.tsv.damaged-"},
      {"$BULLA revocations remove --quiet --store s 0123456789abcdef", 1, "0123456789abcdef"},
      {"$BULLA revocations", 2, "import"},
      {"$BULLA revocations remove --store s", 2, "ID"},
      {"$BULLA revocations import --help", 0, "OneCRL"},
      {"$BULLA help --man revocations-import", 0, ".TH \"BULLA-REVOCATIONS-IMPORT\""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* a CRL that openssl makes */
static const char CRL[] =
    "set -e; mkdir ca; : >ca/index; echo 01 >ca/number;"
    "printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=ca/index\\ncrlnumber=ca/number\\n"
    "default_md=sha256\\ndefault_crl_days=30\\n' >ca.cnf;"
    "openssl ca -config ca.cnf -revoke chain.pem -crl_reason keyCompromise "
    "-keyfile a/intermediate.key -cert a/intermediate.pem;"
    "openssl ca -config ca.cnf -gencrl -keyfile a/intermediate.key -cert a/intermediate.pem "
    "-out a.crl; openssl crl -in a.crl -outform DER -out a.der";

static void
test_crl (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {IMPORT "a.crl", 2, "cannot be checked without its issuer"},
      {IMPORT "--issuer a/root.pem a.crl", 2, "another issuer"},
      {IMPORT "--issuer page.sxg a.crl", 2, "not a certificate"},
      {"head -c 100 a.der >cut.der; " IMPORT "--issuer a/intermediate.pem cut.der", 2,
       "a CRL that cannot be read"},
      {"test ! -e s/revocations.tsv", 0, ""},
      {IMPORT "--issuer a/intermediate.pem a.der", 0, "a.der (crl): 1 entry added"},
      {IMPORT "--issuer a/intermediate.pem --json a.crl", 0,
       "\"format\":\"crl\",\"added\":0,\"already_there\":1,\"total\":1"},
      {"$BULLA revocations list --store s", 0, "keyCompromise"},
      {JUDGE " --ct-logs a/ctlogs.json", 1, "cert.locally-revoked"},
  };

  g_assert_cmpint (run (place, CRL, NULL, NULL), ==, 0);
  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Place, NULL, set_up, test, place_tear_down)
  ADD ("/revocation/command/logs", test_logs);
  ADD ("/revocation/command/revocations", test_revocations);
  ADD ("/revocation/command/crl", test_crl);
  return g_test_run ();
}
