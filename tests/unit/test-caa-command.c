/* test-caa-command.c - runs bulla caa and bulla issuers as people type them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>

#include "command-cases.h"

static const char RECORDS[] =
    "www.site.example  300 IN CNAME  cdn.example.net\n"
    "site.example      CAA  0 issue \"ca.example; cansignhttpexchanges=yes\"\n"
    "site.example      CAA  0 iodef \"mailto:a\\000\\\"b\\\\@c\"\n"
    "other.example     CAA  0 issue \"other.example\"\n"
    "gone.site.example NXDOMAIN      ; why\n"
    "xn--bcher-kva.example CAA 0 issue \"ca.example; cansignhttpexchanges=yes\"\n"
    "bogus.example BOGUS\n"
    "failed.example SERVFAIL\n";

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_autofree char *path = g_build_filename (place->folder, "records", NULL);
  g_assert_true (g_file_set_contents (path, RECORDS, -1, NULL));
}

#define CAA "$BULLA caa --records records --issuer ca.example "

static void
test_text (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {CAA "www.site.example", 0,
       "permitted   www.site.example   issuance and exchanges by ca.example\n"
       "  www.site.example   secure    alias of cdn.example.net\n"},
      {CAA "site.example", 0, "  site.example   secure    0 issue \"ca.example; cansign"},
      {CAA "site.example", 0, "(decides: RFC 8659 §4.2)\n"},
      {CAA "nothing.example", 1, "exchanges by ca.example, though issuance is permitted\n"},
      {CAA "nothing.example", 1, "  caa.no-property: "},
      {CAA "other.example", 1, "Today’s DNS does not back this issuance"},
      {"! " CAA "other.example | grep -i mis-issue", 0, ""},
      {CAA "a.bogus.example", 1, "  bogus.example     bogus     unusable"},
      {CAA "failed.example", 1, "  failed.example: its server fails, according to the records"},
      {CAA "'*.site.example'", 0, "permitted   *.site.example   issuance"},
      {CAA "--wildcard site.example", 0, "permitted   *.site.example   issuance"},
      {CAA "b\xc3\xbc"
           "cher.example",
       0, "  xn--bcher-kva.example   secure"},
      {CAA "SITE.Example.", 0, "permitted   SITE.Example.   issuance"},
      {"$BULLA caa --records records other.example", 1, "exchanges by any authority"},
      {"[ -z \"$(" CAA "--quiet site.example)\" ]", 0, ""},
      {CAA "--quiet other.example", 1, ""},
      {"$BULLA caa --records - site.example <records", 0, "permitted"},
      {"$BULLA caa --offline site.example", 1, "  site.example: nobody was asked"},
      {"$BULLA explain caa.no-property", 0, "not back this issuance."},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_misuse (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA caa", 2, "no host given"},
      {CAA, 2, "no host given"},
      {CAA "192.0.2.1", 2, "“192.0.2.1” is not the name of a host"},
      {CAA "::1", 2, "is not the name of a host"},
      {CAA "a..b", 2, "is not the name of a host"},
      {CAA "a_b.example", 2, "is not the name of a host"},
      {CAA "''", 2, "is not the name of a host"},
      {CAA "'a\033[31m'", 2, "is not the name of a host"},
      {CAA "other.example 192.0.2.1 site.example", 2, "permitted   site.example"},
      {"$BULLA caa --records nowhere site.example", 2, "nowhere: "},
      {"echo 'a CAA 0 issue' | $BULLA caa --records - a", 2, "-: line 1: the value is missing"},
      {"$BULLA caa --records records --evidence records a", 2, "cannot be combined"},
      {"$BULLA caa --records records --save new a", 2, "cannot be combined"},
      {"$BULLA caa --offline --save new a", 2, "cannot be combined"},
      {"$BULLA caa --save records a", 2, "use --force"},
      {"$BULLA caa --evidence records a", 2, "records: "},
      {"$BULLA caa --evidence nowhere a", 2, "nowhere: "},
      {"$BULLA caa --evidence one --evidence two a", 2, "--evidence names one file"},
      {"$BULLA caa --timeout 0 a", 2, "--timeout takes"},
      {"$BULLA caa --timeout nan a", 2, "--timeout"},
      {"$BULLA caa --at tomorrow a", 2, "not a valid time"},
      {"$BULLA caa --trust-anchor records a", 2, "records"},
      {"$BULLA caa --trust-anchor nowhere a", 2, "nowhere"},
      {"$BULLA caa --resolver 127.0.0.1:53 a", 2, "127.0.0.1:53"},
      {"$BULLA caa --issuer nowhere.pem a", 2, "there is no file “nowhere.pem”"},
      {"$BULLA caa --issuer ./nowhere a", 2, "there is no file"},
      {"$BULLA caa --issuer a_b a", 2, "neither a file nor the domain"},
      {"$BULLA caa --issuer records a", 2, "records: not a certificate"},
      {"printf '\\200' >x; $BULLA caa --issuer x a", 2, "x: "},
      {"$BULLA help --man caa", 0, ".TH \"BULLA-CAA\""},
      {"$BULLA help --completion bash", 0, "--trust-anchor"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Returns: (transfer full): the JSON object in line @i of the output of @line */
static JsonObject *
get_object (Place *place, const char *line, int status, guint i)
{
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (run (place, line, &out, NULL), ==, status);
  g_auto (GStrv) lines = g_strsplit (out, "\n", -1);
  g_assert_cmpuint (i, <, g_strv_length (lines));
  g_autoptr (JsonNode) node = json_from_string (lines[i], &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (node));
}

/* compares the text, and so names, their order, and nulls */
static void
check_json (Place *place, const char *line, int status, guint i, const char *expected)
{
  g_autoptr (JsonObject) object = get_object (place, line, status, i);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, FALSE);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_json (Place *place, gconstpointer data)
{
  check_json (place, CAA "--json www.site.example", 0, 0,
              "{\"host\":\"www.site.example\",\"wildcard\":false,"
              "\"issuer\":{\"domains\":[\"ca.example\"],\"name\":null,\"matched_by\":null},"
              "\"issue\":\"permitted\",\"exchanges\":\"permitted\",\"rule\":\"RFC 8659 4.2\","
              "\"reason\":null,\"found_at\":\"site.example\",\"dnssec\":\"secure\",\"climb\":["
              "{\"name\":\"www.site.example\",\"dnssec\":\"secure\",\"rcode\":0,"
              "\"alias\":\"cdn.example.net\",\"records\":[]},"
              "{\"name\":\"site.example\",\"dnssec\":\"secure\",\"rcode\":0,\"alias\":null,"
              "\"records\":[{\"flags\":0,\"tag\":\"issue\","
              "\"value\":\"ca.example; cansignhttpexchanges=yes\"},"
              "{\"flags\":0,\"tag\":\"iodef\","
              "\"value\":\"mailto:a\\\\000\\\\\\\"b\\\\\\\\@c\"}]}],"
              "\"evidence\":null,\"error\":null}");
  check_json (
      place, "$BULLA caa --offline --json Site.example.", 1, 0,
      "{\"host\":\"Site.example.\",\"wildcard\":false,\"issuer\":null,"
      "\"issue\":\"not-known\",\"exchanges\":\"not-known\",\"rule\":\"RFC 8659 3\","
      "\"reason\":\"caa.offline\",\"found_at\":null,\"dnssec\":\"no-answer\",\"climb\":[],"
      "\"evidence\":null,\"error\":\"site.example: nobody was asked for CAA records; allow the "
      "network, or use --records or --evidence\"}");
}

/* a wrong option is an error even if DNS is not asked */
static void
test_unused_options (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {CAA "--trust-anchor nowhere site.example", 2, "nowhere"},
      {CAA "--trust-anchor records site.example", 2, "trust anchors"},
      {"$BULLA caa --offline --trust-anchor nowhere site.example", 2, "nowhere"},
      {CAA "--at nonsense site.example", 2, "“nonsense” is not a valid time"},
      {"$BULLA caa --offline --at nonsense site.example", 2, "“nonsense” is not a valid time"},
      {CAA "--resolver nonsense site.example", 2, "“nonsense” is not a resolver"},
      {"$BULLA caa --offline --resolver nonsense site.example", 2, "is not a resolver"},
      {CAA "--at 2026-06-01 --resolver 127.0.0.1@53 site.example", 0, "permitted"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* each argument has its line, and the highest status counts */
static void
test_several (Place *place, gconstpointer data)
{
  static const char LINE[] = CAA "--json gone.site.example '*.other.example' 192.0.2.1";
  static const char *const exchanges[] = {"permitted", "forbidden", "not-known"};

  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++) {
    g_autoptr (JsonObject) object = get_object (place, LINE, 2, i);
    g_assert_cmpstr (json_object_get_string_member (object, "exchanges"), ==, exchanges[i]);
    g_assert_cmpint (json_object_get_boolean_member (object, "wildcard"), ==, i == 1);
    g_assert_true (json_object_get_null_member (object, "error") == (i < 2));
  }
}

/* Imports a new authority, and finds it by its certificates in every form. */
static void
test_issuer (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k "
       "-out ca.pem -days 9 -subj '/C=XX/O=Example CA/CN=Root' 2>/dev/null && "
       "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout lk -out l.csr "
       "-subj /CN=x 2>/dev/null && "
       "printf 'subjectAltName=DNS:site.example,DNS:*.other.example,IP:192.0.2.1\\n"
       "authorityKeyIdentifier=keyid\\n' >ext && "
       "openssl x509 -req -in l.csr -CA ca.pem -CAkey k -out leaf.pem -days 9 -extfile ext "
       "2>/dev/null && openssl x509 -in leaf.pem -outform DER -out leaf.der && "
       "export BULLA_STORE=$PWD/store && "
       "$BULLA caa --records records --issuer leaf.pem --json | grep -q "
       "'\"issuer\":{\"domains\":\\[\\],\"name\":\"CN=Root,O=Example CA,C=XX\","
       "\"matched_by\":null},\"issue\":\"not-known\".*caa.issuer-unknown' && "
       "printf 'o\\tExample CA\\tother.example\\n' | $BULLA issuers import - && "
       "$BULLA caa --records records --issuer leaf.pem",
       1, "was found by its organisation"},
      {"export BULLA_STORE=$PWD/store; "
       "printf 'dn\\tC=XX, O=Example CA, CN=Root\\tca.example\\n' | $BULLA issuers import - && "
       "$BULLA caa --records records --issuer leaf.der --json site.example",
       0, "\"matched_by\":\"dn\""},
      {"export BULLA_STORE=$PWD/store; ski=$(openssl x509 -in ca.pem -noout -ext "
       "subjectKeyIdentifier | tail -1 | tr -d ' ') && "
       "printf \"ski\\t$ski\\tca.example\\n\" | $BULLA issuers import - && "
       "$BULLA caa --records records --issuer ca.pem --json site.example",
       0, "\"matched_by\":\"ski\""},
      {"BULLA_STORE=$PWD/store $BULLA caa --records records --issuer leaf.pem --json", 1,
       "{\"host\":\"*.other.example\",\"wildcard\":true"},
      {"BULLA_STORE=$PWD/store $BULLA caa --records records --issuer ca.pem", 2, "no host given"},
      {"cat leaf.pem ca.pem | BULLA_STORE=$PWD/store $BULLA caa --records records --issuer - "
       "site.example",
       0, "by its key"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_issuers (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA issuers", 2, "bulla issuers list"},
      {"$BULLA issuers list --store s", 0, "shipped   o    Google Trust Services LLC\n"},
      {"$BULLA issuers list --store s --json \"let's encrypt\" LETSENCRYPT.org", 0,
       "{\"kind\":\"o\",\"value\":\"Let's Encrypt\",\"domains\":[\"letsencrypt.org\"],"
       "\"sources\":["},
      {"$BULLA issuers list --store s nobody", 1, "no authority is known as “nobody”"},
      {"$BULLA issuers import", 2, "expected FILE"},
      {"$BULLA issuers import --store s nowhere", 2, "nowhere"},
      {"printf 'o\\tA\\ta.example\\no\\tB\\n' | $BULLA issuers import --store s -", 2,
       "-: line 2: expected a kind"},
      {"[ ! -e s ]", 0, ""},
      {"printf 'o\\tA\\ta.example\\n' | $BULLA issuers import --store s -", 0, "1 authority added"},
      {"[ \"$(stat -c %a s)\" = 700 ]", 0, ""},
      {"printf 'o\\ta\\ta.example\\no\\tDigiCert Inc\\tb.example\\n' >t && "
       "$BULLA issuers import --store s t --json",
       0, "{\"file\":\"t\",\"format\":\"lines\",\"added\":1,\"already_there\":1,\"total\":2}"},
      {"$BULLA issuers list --store s 'digicert inc'", 0,
       "imported  o    DigiCert Inc\n    b.example  (t)\n"},
      {"printf 'Subject,Subject Key Identifier (Hex),Recognized CAA Domains\\n"
       "\"C=XX; O=C\",AABB,\"c.example, d.example\"\\n' >c.csv && "
       "$BULLA issuers import --store s --replace --json c.csv",
       0, "\"format\":\"ccadb\",\"added\":2,\"already_there\":0,\"total\":2}"},
      {"$BULLA issuers list --store s --json aabb", 0,
       "{\"kind\":\"ski\",\"value\":\"aabb\",\"domains\":[\"c.example\",\"d.example\"],"
       "\"sources\":[\"c.csv\"],\"origin\":\"imported\"}"},
      {"$BULLA issuers list --store s 'digicert inc'", 0, "shipped   o    DigiCert Inc\n"},
      {"$BULLA issuers list --store s a.example", 1, "no authority"},
      {"echo damage >>s/issuers.tsv; $BULLA issuers list --store s aabb", 1, "damaged-"},
      {"ls s", 0, "issuers.tsv.damaged-"},
      {"BULLA_STORE=s $BULLA issuers list --quiet 'digicert inc'", 0, ""},
      {"unset BULLA_STORE; XDG_DATA_HOME=$PWD/d $BULLA issuers import t && [ -s "
       "d/bulla/issuers.tsv ]",
       0, ""},
      {"$BULLA issuers import --store t/below t", 2, "t"},
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
  add ("/command/caa/text", test_text);
  add ("/command/caa/misuse", test_misuse);
  add ("/command/caa/unused-options", test_unused_options);
  add ("/command/caa/json", test_json);
  add ("/command/caa/several", test_several);
  add ("/command/caa/issuer", test_issuer);
  add ("/command/caa/issuers", test_issuers);
  return g_test_run ();
}
