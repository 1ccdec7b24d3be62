/* test-verify-command.c - runs bulla verify and bulla inspect as people type them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <unistd.h>

#include "command-cases.h"

#define TRUST "--offline --trust a/root.pem --ct-logs a/ctlogs.json --chain chain.cbor "

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (run (place,
                        "set -e; printf Hello >index.html; $BULLA create authority a;"
                        "$BULLA create chain --authority a --host example.com chain.cbor;"
                        "$BULLA create exchange --certificate chain.pem --private-key chain.key "
                        "--url https://example.com/ --cert-url https://example.com/c "
                        "--content index.html page.sxg",
                        NULL, NULL),
                   ==, 0);
}

/* input from a pipe is read only once */
static void
test_pipes (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"cat page.sxg | $BULLA verify " TRUST "/dev/stdin", 0, "substitute"},
      {"$BULLA inspect /dev/zero", 2, "larger than 256 MiB"},
      {"cat page.sxg | $BULLA verify --json=full " TRUST "/dev/stdin", 0, "\"kind\":\"exchange\""},
      {"(head -c 3 page.sxg; tail -c +4 page.sxg) | $BULLA verify " TRUST "/dev/stdin", 0,
       "substitute"},
      {"cat chain.cbor | $BULLA verify " TRUST "--chain /dev/stdin page.sxg", 0, "substitute"},
      {"cat page.sxg | $BULLA inspect --part body /dev/stdin", 0, "Hello"},
      {"$BULLA verify " TRUST "--chain /dev/null page.sxg", 1, "chain.malformed"},
      {"$BULLA verify " TRUST "--chain . page.sxg", 2, "directory"},
      {"$BULLA verify " TRUST "/dev/null", 1, "sxg.truncated"},
      {"$BULLA inspect .", 2, "directory"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* nothing to judge is not a success, and what is not a package is named */
static void
test_nothing (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir -p empty/deeper texts; echo hello >texts/readme; $BULLA verify " TRUST "empty", 2,
       "empty: no packages found"},
      {"$BULLA verify " TRUST "texts", 2, "texts: no packages found"},
      {"$BULLA verify " TRUST "texts", 2, "skipped 1 file"},
      {": >nil.sxg; $BULLA verify " TRUST "nil.sxg", 1, "not a package but empty"},
      {"mkdir nils; cp nil.sxg nils; $BULLA verify " TRUST "nils", 1, "sxg.truncated"},
      {"$BULLA inspect nil.sxg", 2, "the file is empty"},
      {"echo ' <!DOCTYPE html>' >page.html; $BULLA verify " TRUST "page.html", 1, "HTML text"},
      {"echo hello, world >note; $BULLA verify " TRUST "note", 1, "but plain text"},
      {"echo '<?xml ?><a/>' >note; $BULLA verify " TRUST "note", 1, "but XML text"},
      {"echo '{\"a\": 1}' >note; $BULLA verify " TRUST "note", 1, "but JSON text"},
      {"gzip -c note >note.gz; $BULLA verify " TRUST "note.gz", 1, "but gzip data"},
      {"$BULLA verify " TRUST "chain.pem", 0, "substitute"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* after several packages their outcomes are counted, and those that failed are named */
static void
test_summary (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir all; cp page.sxg all/a.sxg; cp page.sxg all/b.sxg; echo no >all/c.sxg;"
       "$BULLA verify " TRUST "all 2>&1 >/dev/null",
       1, "bulla: all/c.sxg\nbulla: 3 packages: 2 substitute, 1 refuse\n"},
      {"$BULLA verify " TRUST "--json=full all 2>&1 >/dev/null", 1, "3 packages"},
      {"$BULLA verify " TRUST "--quiet all 2>&1 | wc -c", 0, "0"},
      {"$BULLA verify " TRUST "--quiet all", 1, ""},
      {"$BULLA verify " TRUST "page.sxg 2>&1 >/dev/null | wc -c", 0, "0"},
      {"$BULLA verify " TRUST "page.sxg gone.sxg", 2, "2 packages: 1 substitute, 1 not read"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* each setting is shown with the profile that gives it its value */
static void
test_profiles_verb (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA profiles list", 0, "draft-b3"},
      {"$BULLA profiles show --set signature.lifetime-max=1h draft-b3", 0,
       "\nsignature.lifetime-max                3600                         --set\n"},
      {"$BULLA profiles show draft-b3", 0, " signature_verification_error draft-b3\n"},
      {"$BULLA profiles show --set signature.lifetime=1 draft-b3", 2,
       "“signature.lifetime” is not a setting; similar: signature.lifetime-max, "
       "signature.lifetime-report\n"},
      {"$BULLA profiles show --set trust.ocsp=age draft-b3", 2, "similar: certificate.ocsp\n"},
      {"$BULLA profiles show --set nonsense=age draft-b3", 2,
       "“nonsense” is not a setting; bulla profiles show draft-b3 lists all\n"},
      {"printf '[profile]\nname=one\ninherits=draft-b3\n[signature]\nlifetime-max=1d\n' "
       ">one.ini; printf '[profile]\nname=two\ninherits=./one.ini\n' >two.ini; "
       "$BULLA profiles show ./two.ini",
       0, "\nsignature.lifetime-max                86400                        ./one.ini\n"},
      {"printf '[profile]\nname=circle\ninherits=./circle.ini\n' >circle.ini; "
       "$BULLA profiles show ./circle.ini",
       2,
       "bulla profiles show: ./circle.ini: the profile inherits from itself, or has more than 8"},
      {"$BULLA profiles list --json", 0, "{\"profile\":\"chromium\",\"date\":\"20"},
      {"printf '[profile]\\nname=day\\ndate=2026-11-01\\ndescription=x\\ninherits=chromium\\n"
       "[signature]\\nlifetime-max=86400\\n' >day.ini; $BULLA profiles show --json ./day.ini",
       0, "{\"setting\":\"signature.lifetime-max\",\"value\":\"86400\",\"from\":\"./day.ini\"}"},
      {"$BULLA profiles show --json ./day.ini", 0,
       "{\"setting\":\"headers.content-encoding\",\"value\":\"exact\",\"from\":\"chromium\"}"},
      {"$BULLA profiles show --json ./day.ini | grep -c '\"from\":\"draft-b3\"' | grep -v '^0$'", 0,
       ""},
      {"$BULLA profiles show chromium --set certificate.ocsp-max-age=1d | grep -e --set", 0,
       "certificate.ocsp-max-age"},
      {"$BULLA profiles show chromium --set ocsp.max-age=1d | grep -e --set", 0,
       "certificate.ocsp-max-age"},
      {"$BULLA explain ocsp.max-age", 0, "certificate.ocsp-max-age"},
      {"$BULLA explain ocsp-max-age", 2, "Similar settings: certificate.ocsp-max-age"},
      {"$BULLA profiles show chromium --set ocsp.max-ages=1d", 2, "is not a setting"},
      {"$BULLA profiles show nobody", 2, "does not exist"},
      {"$BULLA profiles diff chromium ./day.ini", 1, "signature.lifetime-max"},
      {"$BULLA profiles diff chromium ./day.ini | wc -l", 0, "2\n"},
      {"$BULLA profiles diff chromium chromium", 0, ""},
      {"$BULLA profiles diff chromium nobody", 2, "does not exist"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* text for people leaves out what --full shows */
static void
test_inspect (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create exchange --authority a --url https://example.com/ --content index.html "
       "d.sxg && $BULLA inspect d.sxg",
       0, "more characters; use --full)"},
      {"$BULLA inspect d.sxg | grep -c ' date: 20[0-9-]*T'", 0, "1"},
      {"test $($BULLA inspect d.sxg | wc -c) -lt 4000 && echo short", 0, "short"},
      {"$BULLA inspect --full d.sxg | grep -c 'more characters'", 1, "0"},
      {"$BULLA inspect --full d.sxg", 0, "data:application/cert-chain+cbor;base64,"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* one short object for each package; CI formats beside it */
static void
test_formats (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"test $($BULLA verify " TRUST "--json page.sxg | wc -c) -le 500 && echo short", 0, "short"},
      {"$BULLA verify " TRUST "--json page.sxg", 0,
       "{\"file\":\"page.sxg\",\"kind\":\"exchange\",\"url\":\"https://example.com/\","},
      {"$BULLA verify " TRUST "--json page.sxg", 0, "\"outcome\":\"substitute\",\"reason\":null,"},
      {"$BULLA verify " TRUST "--json page.sxg | grep -c step", 1, "0"},
      {"$BULLA verify " TRUST "--at 2030-01-01 --json page.sxg", 1,
       "\"step\":{\"rule\":\"signature.not-expired\",\"observed\":"},
      {"$BULLA verify " TRUST "--at 2030-01-01 --json page.sxg", 1,
       "\"expires\":null,\"expires_by\":null,"},
      {"$BULLA verify " TRUST "--json=full page.sxg", 0, "\"steps\":["},
      {"cp page.sxg 'a\"b\\c&<d>.sxg'; $BULLA verify " TRUST "--json a*", 0,
       "{\"file\":\"a\\\"b\\\\c&<d>.sxg\","},
      {"echo no >bad.sxg; $BULLA verify " TRUST "--junit j.xml a*.sxg bad.sxg gone.sxg", 2,
       "3 packages"},
      {"cat j.xml", 0, "<testsuite name=\"bulla verify\" tests=\"3\" failures=\"1\" errors=\"1\""},
      {"cat j.xml", 0, "<testcase name=\"a&#34;b\\c&#38;&#60;d&#62;.sxg\" classname=\"verify\"/>"},
      {"cat j.xml", 0, "type=\"sxg.truncated\"/>"},
      {"python3 -c 'import xml.dom.minidom as m; m.parse(\"j.xml\")' && echo parsed", 0, "parsed"},
      {"$BULLA verify " TRUST "--sarif - page.sxg bad.sxg 2>/dev/null | python3 -c 'import json, "
       "sys; r = json.load(sys.stdin)[\"runs\"][0][\"results\"]; print(len(r), r[0][\"ruleId\"], "
       "r[0][\"locations\"][0][\"physicalLocation\"][\"artifactLocation\"][\"uri\"])'",
       0, "1 sxg.truncated bad.sxg"},
      {"$BULLA verify " TRUST "--junit - page.sxg | head -c 5", 0, "<?xml"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_require (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir site; cp index.html site; $BULLA create bundle --dir site --base-url "
       "https://example.com/ plain.wbn && $BULLA create bundle --dir site --base-url "
       "https://example.com/ --sign-subset all --authority a signed.wbn",
       0, "Wrote"},
      {"$BULLA verify " TRUST "plain.wbn", 0, "separate-origin"},
      {"$BULLA verify " TRUST "--require substitute plain.wbn", 1, "separate-origin"},
      {"$BULLA verify " TRUST "--require substitute signed.wbn page.sxg", 0, "2 substitute"},
      {"$BULLA verify " TRUST "--require substitute signed.wbn plain.wbn", 1, "bulla: plain.wbn"},
      {"$BULLA verify --offline --require substitute signed.wbn", 1, ""},
      {"$BULLA verify " TRUST "--require refuse plain.wbn", 2, "--require takes"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* an error in the command line is reported once, before anything is judged */
static void
test_options (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA verify " TRUST "--header nocolon page.sxg page.sxg", 2, "is not a header"},
      {"$BULLA verify " TRUST "--header 'Bad Name: x' page.sxg", 2, "is not a header"},
      {"$BULLA verify " TRUST "--request-header ': x' page.sxg", 2, "is not a header"},
      {"$BULLA verify " TRUST "--url nonsense page.sxg", 2, "is not an absolute URL"},
      {"$BULLA verify " TRUST "--url http://example.com/ page.sxg", 1, "outer.insecure"},
      {"$BULLA verify " TRUST "--at tomorrow page.sxg", 2, "is not a valid time"},
      {"$BULLA verify " TRUST "HTTPS://127.0.0.1:1/", 2, "not fetched (--offline)"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
  g_autofree char *err = NULL;
  run (place, "$BULLA verify " TRUST "--header nocolon page.sxg page.sxg", NULL, &err);
  g_assert_cmpint (strlen (strstr (err, "nocolon")), >, 0);
  g_assert_null (strstr (strstr (err, "nocolon") + 1, "nocolon"));
}

/* hostile file names are shown escaped, and do not break the JSON */
static void
test_names (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir t; cp page.sxg t/$(printf 'a\\377b\\033[31m.sxg'); $BULLA verify " TRUST "t", 0,
       "a\\xffb\\u001b[31m.sxg"},
      {"$BULLA verify --json=full " TRUST "t", 0, "a\\\\xffb\\u001b[31m.sxg"},
      {"$BULLA inspect t/*", 0, "b\\u001b[31m.sxg, a signed exchange"},
      {"$BULLA verify " TRUST "$(printf 'no\\033[31m')", 2, "no\\u001b[31m: No such file"},
      {"$BULLA inspect $(printf 'no\\033[31m')", 2, "no\\u001b[31m"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* folders: unreadable packages are reported, not skipped */
static void
test_folders (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir -p t/deep; cp page.sxg t/deep; cp index.html t; ln -s .. t/deep/up; "
       "$BULLA verify " TRUST "t",
       0, "skipped 1 file that is not a package"},
      {"cp page.sxg t/secret.sxg; chmod 0 t/secret.sxg; $BULLA verify " TRUST "t", 2,
       "t/secret.sxg: Permission denied"},
      {"$BULLA verify " TRUST "t", 2, "substitute      t/deep/page.sxg"},
      {"rm -f t/secret.sxg; mkdir t/shut; chmod 0 t/shut; $BULLA verify " TRUST "t", 2,
       "t/shut: Permission denied"},
  };

  check (place, cases, geteuid () == 0 ? 1 : G_N_ELEMENTS (cases));
}

/* the text states unchecked rules, the remedy, and times with their distance from now */
static void
test_text (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA verify --offline page.sxg", 1,
       "not checked chain.fetched (Certificate chain was fetched)"},
      {"$BULLA verify --offline --chain chain.cbor --trust a/root.pem page.sxg", 1,
       "not checked sct.well-formed (Timestamp lists are well-formed)"},
      {"$BULLA verify --explain --offline page.sxg", 1, "--chain"},
      {"$BULLA verify --quiet " TRUST "page.sxg >out; echo $?; cat out", 0, "0\n"},
      {"$BULLA verify -q --json=full --explain --offline page.sxg | wc -c", 0, "0\n"},
      {"$BULLA verify --quiet " TRUST "nowhere", 2, "nowhere"},
      {"$BULLA verify " TRUST "page.sxg", 0, "Z, in 5 days (ocsp)\n"},
      {"$BULLA verify " TRUST "--at $(($(date +%s) + 86400)) page.sxg", 0, "Z, in 4 days (ocsp)\n"},
      {"$BULLA inspect page.sxg", 0, "expires: 20"},
      {"$BULLA inspect page.sxg", 0, " days\n"},
      {"$BULLA inspect --json page.sxg", 0, "\"expires\":1"},
      {"$BULLA verify --help", 0, "publishers’ origins.\n"},
      {"printf '[%0200000d' 0 | tr 0 '[' >logs; $BULLA verify --offline --ct-logs logs page.sxg", 2,
       "too deeply"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* a user's profile that inherits from another file in the same folder */
static void
test_profiles (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir p; printf '[profile]\\nname=base\\ninherits=draft-b3\\n[signature]\\n"
       "lifetime-max=3600\\n' >p/base.ini; printf '[profile]\\nname=own\\ninherits=base.ini\\n' "
       ">p/own.ini; $BULLA verify " TRUST "--profile p/own.ini page.sxg",
       1, "signature.lifetime"},
      {"$BULLA verify " TRUST "--profile $PWD/p/own.ini page.sxg", 1, "profile own"},
      {"printf 'colour=red\\n' >>p/own.ini; $BULLA verify " TRUST "--profile p/own.ini page.sxg", 2,
       "p/own.ini: line 4: unknown key “colour”"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

#define POLICY                                                                                     \
  "-H 'NEL: {\"report_to\":\"nel\",\"max_age\":60,\"success_fraction\":0.25}' "                    \
  "-H 'Report-To: {\"group\":\"nel\",\"max_age\":60,\"endpoints\":[{\"url\":\"/nel\"}]}' "

/* the report that the deliverer would receive, or why there would be none */
static void
test_report (Place *place, gconstpointer data)
{
#define REPORT "$BULLA verify --report " TRUST
#define AT "--url https://aggregator.test/a.sxg "
  static const Case cases[] = {
      {REPORT AT "page.sxg", 0, "\"type\" : \"ok\""},
      {REPORT AT "page.sxg", 0, "as if the policy requested all reports"},
      {REPORT AT "page.sxg", 0, "not sent: the profile sends no reports"},
      {REPORT AT POLICY "page.sxg", 0,
       "requests a fraction of 0.25 of them\n    to https://aggregator.test/nel"},
      {REPORT AT POLICY "page.sxg", 0, "\"sampling_fraction\" : 0.25"},
      {REPORT AT POLICY "--at 2000000000 page.sxg", 1,
       "sxg.failed is reported instead of sxg.signature_"},
      {REPORT AT POLICY "--at 2000000000 page.sxg", 1, "\"type\" : \"sxg.failed\""},
      {REPORT AT "-H 'NEL: {\"report_to\":\"nel\",\"max_age\":60}' page.sxg", 0,
       "requests no reports of this kind"},
      {REPORT AT "-H 'NEL: {\"report_to\":\"nel\",\"max_age\":60,\"success_fraction\":1}' page.sxg",
       0, "not sent: the policy names no existing collector"},
      {REPORT "page.sxg", 0, "no report: the URL of the exchange is not known"},
      {REPORT "--url http://aggregator.test/ page.sxg", 1,
       "no report: only exchanges delivered over https"},
      {REPORT AT "--profile loading -H 'Content-Type: application/signed-exchange;v=b9' page.sxg",
       1, "no report: this kind of failure"},
      {REPORT AT "--profile loading page.sxg", 0, "\"url\" : \"https://example.com/\""},
      {REPORT "--json " AT POLICY "page.sxg", 0,
       "\"report\":{\"policy\":\"response\",\"answer\":\"due\","
       "\"collector\":\"https://aggregator.test/nel\",\"allowed\":false,\"result\":\"ok\","
       "\"downgraded\":null,\"body\":[{\"age\":0,\"type\":\"network-error\","},
      {REPORT "--json " AT "--at 2000000000 page.sxg", 1, "\"downgraded\":\"cert-origin\""},
      {"$BULLA create bundle --base-url https://example.com/ --dir . b.wbn >/dev/null 2>&1;"
       "$BULLA verify --report --offline --url https://example.com/b.wbn b.wbn",
       0, "no report: no reports are defined for bundles"},
  };
  check (place, cases, G_N_ELEMENTS (cases));
}

static JsonNode *
judge (const Place *place, const char *at, int status)
{
  g_autofree char *line = g_strdup_printf ("$BULLA verify --json=full " TRUST "%s page.sxg", at);
  g_autofree char *out = NULL;

  g_assert_cmpint (run (place, line, &out, NULL), ==, status);
  JsonNode *node = json_from_string (out, NULL);
  g_assert_nonnull (node);
  return node;
}

/* the time at which trust ends is printed, and is correct */
static void
test_expires (Place *place, gconstpointer data)
{
  g_autoptr (JsonNode) now = judge (place, "", 0);
  gint64 expires = json_object_get_int_member (json_node_get_object (now), "expires");
  g_autofree char *last = g_strdup_printf ("--at %" G_GINT64_FORMAT, expires - 1);
  g_autofree char *first = g_strdup_printf ("--at %" G_GINT64_FORMAT, expires);
  g_autoptr (JsonNode) trusted = judge (place, last, 0);
  g_autoptr (JsonNode) over = judge (place, first, 1);

  g_assert_cmpint (json_object_get_int_member (json_node_get_object (trusted), "expires"), ==,
                   expires);
  g_assert_true (json_object_get_null_member (json_node_get_object (over), "expires"));
}

/* A page URL that cannot be used is named, and hides no response. */
static void
test_odd_primary (Place *place, gconstpointer data)
{
#define ODD(format) "$BULLA create bundle --dir odd --base-url https://o.test/ " format
  static const Case cases[] = {
      {"mkdir odd; printf page >odd/a_b; printf other >odd/other; " ODD (
           "--primary https://o.test/a_b p.wbn && ") ODD ("--primary https://o.test/a_b "
                                                          "--format b1 old-p.wbn"),
       0, "Wrote old-p.wbn"},
      {"LC_ALL=C; export LC_ALL; for f in p old-p; do sed 's/a_b/a b/g' $f.wbn >space-$f.wbn; "
       "sed 's/a_b/\\xff\\xfeb/g' $f.wbn >bytes-$f.wbn; done; "
       /* the section that names the page comes before the index */
       "perl -0pe 's/a_b/a_c/' p.wbn >missing.wbn; perl -0pe 's/a_b/a#b/' p.wbn >hash.wbn",
       0, ""},
      {"$BULLA verify --offline space-p.wbn", 1, "https://o.test/a b: white space"},
      {"$BULLA verify --offline space-old-p.wbn", 1, "https://o.test/a b: white space"},
      {"$BULLA verify --offline hash.wbn", 1, "https://o.test/a#b: "},
      {"$BULLA verify --offline bytes-p.wbn", 1, "https://o.test/\357\277\275"},
      {"$BULLA verify --offline missing.wbn", 1, "https://o.test/a_c"},
      {"for f in space-p space-old-p bytes-p bytes-old-p missing hash; do "
       "$BULLA bundle list $f.wbn; echo $?; done 2>/dev/null | sort | uniq -c | tr -s ' '",
       0, " 6 200 5 https://o.test/other"},
      {"$BULLA bundle list space-p.wbn", 1, "bundle.primary: left out: https://o.test/a b: "},
      {"$BULLA bundle list space-p.wbn", 1, "index.url: left out: https://o.test/a b: "},
      {"$BULLA bundle list space-old-p.wbn", 1, "bundle.primary: left out: https://o.test/a b: "},
      {"$BULLA bundle list hash.wbn", 1, "bundle.primary: left out: https://o.test/a#b: "},
      {"$BULLA bundle list hash.wbn", 1, "200          4  https://o.test/a_b"},
      {"$BULLA bundle list bytes-p.wbn", 1, "b: text that is not UTF-8"},
      {"$BULLA bundle list missing.wbn", 1, "primary-missing: left out: https://o.test/a_c: not"},
      {"$BULLA bundle extract missing.wbn out-m; cat out-m/o.test/a_b", 0, "page"},
      {"$BULLA bundle extract bytes-old-p.wbn out-b", 1, "Wrote 1 response"},
      {"cat out-b/o.test/other", 0, "other"},
      {"$BULLA bundle list p.wbn", 0, "a_b"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
#undef ODD
}

/* Content decides what a file is, not its name. */
static void
test_not_a_bundle (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"printf '<!DOCTYPE html><title>404</title>' >e.wbn; : >nil.wbn; echo text >t.wbn; "
       "echo text | gzip >gz.wbn; mkdir few; echo x >few/x; "
       "$BULLA create bundle --dir few --base-url https://f.test/ few.wbn",
       0, "Wrote few.wbn"},
      {"$BULLA verify --offline e.wbn", 1, "the file is not a package but HTML text"},
      {"$BULLA verify --offline nil.wbn", 1, "the file is not a package but empty"},
      {"$BULLA verify --offline t.wbn", 1, "the file is not a package but plain text"},
      {"$BULLA verify --offline gz.wbn", 1, "the file is not a package but gzip data"},
      {"$BULLA inspect e.wbn", 2, "e.wbn is not a package but HTML text"},
      {"$BULLA inspect nil.wbn", 2, "nil.wbn: the file is empty"},
      {"$BULLA inspect t.wbn", 2, "t.wbn is not a package but plain text"},
      {"$BULLA inspect gz.wbn", 2, "gz.wbn is not a package but gzip data"},
      {"cp e.wbn e.sxg; $BULLA inspect e.sxg", 2, "e.sxg is not a package but HTML text"},
      {"cat e.wbn few.wbn >both.wbn; $BULLA inspect both.wbn", 0, "https://f.test/x"},
      {"$BULLA verify --offline both.wbn | grep -c 'not a package'", 1, "0\n"},
      {"head -c 60 few.wbn >cut.wbn; $BULLA inspect cut.wbn", 0, "a head longer than"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/verify-command/profiles-verb", Place, NULL, set_up, test_profiles_verb,
              place_tear_down);
  g_test_add ("/verify-command/not-a-bundle", Place, NULL, set_up, test_not_a_bundle,
              place_tear_down);
  g_test_add ("/verify-command/odd-primary", Place, NULL, set_up, test_odd_primary,
              place_tear_down);
  g_test_add ("/verify-command/inspect", Place, NULL, set_up, test_inspect, place_tear_down);
  g_test_add ("/verify-command/formats", Place, NULL, set_up, test_formats, place_tear_down);
  g_test_add ("/verify-command/nothing", Place, NULL, set_up, test_nothing, place_tear_down);
  g_test_add ("/verify-command/summary", Place, NULL, set_up, test_summary, place_tear_down);
  g_test_add ("/verify-command/require", Place, NULL, set_up, test_require, place_tear_down);
  g_test_add ("/verify-command/pipes", Place, NULL, set_up, test_pipes, place_tear_down);
  g_test_add ("/verify-command/options", Place, NULL, set_up, test_options, place_tear_down);
  g_test_add ("/verify-command/names", Place, NULL, set_up, test_names, place_tear_down);
  g_test_add ("/verify-command/folders", Place, NULL, set_up, test_folders, place_tear_down);
  g_test_add ("/verify-command/text", Place, NULL, set_up, test_text, place_tear_down);
  g_test_add ("/verify-command/profiles", Place, NULL, set_up, test_profiles, place_tear_down);
  g_test_add ("/verify-command/report", Place, NULL, set_up, test_report, place_tear_down);
  g_test_add ("/verify-command/expires", Place, NULL, set_up, test_expires, place_tear_down);
  return g_test_run ();
}
