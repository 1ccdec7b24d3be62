/* test-store-command.c - runs bulla history, bulla log and bulla verify --remember
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "command-cases.h"

#define JUDGE                                                                                      \
  "$BULLA verify --offline --trust a/root.pem --ct-logs a/ctlogs.json --chain chain.cbor "
#define CALENDAR                                                                                   \
  "$BULLA calendar --offline --trust a/root.pem --ct-logs a/ctlogs.json --chain chain.cbor "
#define STORE "--store s "

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (run (place,
                        "set -e; $BULLA create authority a;"
                        "$BULLA create chain --authority a --host example.com chain.cbor;"
                        "for i in 1 2 3; do printf $i >index.html;"
                        "$BULLA create exchange --certificate chain.pem --private-key chain.key "
                        "--url https://example.com/$((i / 2)) --cert-url https://example.com/c "
                        "--content index.html $i.sxg; done; touch bad.sxg",
                        NULL, NULL),
                   ==, 0);
}

/* without --remember nothing is recorded */
static void
test_remember (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {JUDGE STORE "1.sxg", 0, "substitute"},
      {"test ! -e s", 0, ""},
      {JUDGE STORE "--remember 1.sxg 2.sxg bad.sxg", 1, "substitute"},
      {"test $(stat -c %a s) = 700", 0, ""},
      {"$BULLA history " STORE, 0, "https://example.com/0   20"},
      {"$BULLA history " STORE, 0, "1 version\n"},
      {"$BULLA history " STORE "https://example.com", 0, "https://example.com/1"},
      {"$BULLA history " STORE "https://example.com/1", 0, "now, 1 version"},
      {"$BULLA history " STORE "https://example.com/2", 1, "no version of https://example.com/2"},
      {"! $BULLA history " STORE "https://example.com/1 | grep example.com/0", 0, ""},
      {"test -z \"$($BULLA history -q " STORE ")\"", 0, ""},
      {"BULLA_STORE=s $BULLA history", 0, "https://example.com/0"},
      {"$BULLA log export " STORE "| wc -l", 0, "2\n"},
      {"$BULLA log export --quiet " STORE "| wc -c", 0, "0\n"},
      {"$BULLA verify --store /dev/null/x --remember 1.sxg", 2, "/dev/null/x"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

#define REFUSING "--profile refusing.ini "

/* 2.sxg and 3.sxg are versions of one page; what is seen in one call counts in the next */
static void
test_rollback (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"printf '[profile]\nname=refusing\ninherits=draft-b3\n[trust]\nrollback=refuse\n' "
       ">refusing.ini",
       0, ""},
      {JUDGE STORE REFUSING "2.sxg", 0, "substitute"},
      {JUDGE STORE REFUSING "--remember 3.sxg", 0, "substitute"},
      {JUDGE STORE REFUSING "--remember 3.sxg", 0, "substitute"}, /* the same is not older */
      {JUDGE STORE REFUSING "2.sxg", 1, "reason history.older"},
      {JUDGE STORE REFUSING "--explain 2.sxg", 1,
       "broken      history.not-older (No newer version was seen)"},
      {JUDGE STORE REFUSING "--json=full 2.sxg", 1, "\"source\":\"exchange\",\"older\":true"},
      {JUDGE REFUSING "--store other --json=full 2.sxg", 0, "\"history\":null"},
      {"BULLA_STORE=s " JUDGE REFUSING "2.sxg", 1, "reason history.older"},
      {CALENDAR STORE REFUSING "--json 2.sxg", 0, "\"reason\":\"history.older\""},
      {CALENDAR "--store other " REFUSING "--json 2.sxg", 0, "\"reason\":null"},
      {"$BULLA history --json " STORE "https://example.com/1", 0, "\"refused\":0"},
      {JUDGE STORE REFUSING "--remember 2.sxg 3.sxg", 1, "reason history.older"},
      {"$BULLA history " STORE "https://example.com/1", 0, "1 version, 1 older one refused"},
      {"$BULLA history --json " STORE "https://example.com/1", 0, "\"refused\":1,"},
      {"! $BULLA history --json " STORE "https://example.com/1 | grep '\"last_refused\":null'", 0,
       ""},
      /* a profile that warns */
      {JUDGE STORE "2.sxg", 0, "warning: older than a version seen before (signed 20"},
      {JUDGE STORE "--profile chromium 2.sxg", 0, "substitute"},
      {"! " JUDGE STORE "--profile chromium 2.sxg | grep -i older", 0, ""},
      /* both in one call: the first counts for the second, in every order of the threads */
      {JUDGE "--store t " REFUSING "--remember 3.sxg 2.sxg", 1, "reason history.older"},
      {"$BULLA history --store t https://example.com/1", 0, "1 version, 1 older one refused"},
      {"$BULLA history forget " STORE "https://example.com/1", 0, "Forgot 1 URL\n"},
      {JUDGE STORE REFUSING "2.sxg", 0, "substitute"},
      {"$BULLA explain history.older", 0, "bulla history forget"},
      /* each argument gets its result */
      {"$BULLA history --store t foo https://example.com/1", 2, "1 version"},
      {"$BULLA history --store t https://example.com/1 foo", 2, "bulla history: "},
  };

  /* dates are whole seconds, so both versions may have the same one: give one another */
  g_assert_cmpint (run (place,
                        "set -e; printf 2 >index.html; rm 2.sxg;"
                        "$BULLA create exchange --certificate chain.pem --private-key chain.key "
                        "--url https://example.com/1 --cert-url https://example.com/c "
                        "--date $(($(date +%s) - 60)) --content index.html 2.sxg",
                        NULL, NULL),
                   ==, 0);
  check (place, cases, G_N_ELEMENTS (cases));
}

/* a store that cannot be read is reported, and packages are judged without it */
static void
test_rollback_damaged (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {JUDGE STORE "--remember 1.sxg", 0, "substitute"},
      {"head -c 9000 /dev/urandom >s/bulla.db; rm -f s/bulla.db-*", 0, ""},
      {JUDGE STORE "1.sxg", 0, "s/bulla.db is damaged and was renamed to s/bulla.db.damaged-2"},
      {JUDGE STORE "1.sxg", 0, "substitute"},
      {"test ! -e s/bulla.db", 0, ""},
      {"$BULLA history " STORE, 0, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* without entries that cannot be read, a package could be shown that the user has refused */
static void
test_unreadable (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir -m 700 killed; touch killed/bulla.db.new-AAAAAA killed/bulla.db.new-AAAAAA-wal "
       "killed/bulla.db.news; " JUDGE
       "--store killed --remember 1.sxg >said; ls killed | tr '\\n' ,",
       0, "bulla.db,bulla.db.news,"},
      {"mkdir -p odd/bulla.db lists/revocations.tsv", 0, ""},
      {JUDGE "--store odd 1.sxg", 2, "odd/bulla.db: unable to open"},
      {JUDGE "--store odd --remember 1.sxg", 2, "odd/bulla.db"},
      {"$BULLA compare --offline --store odd -p draft-b3 -p chromium 1.sxg", 2, "odd/bulla.db"},
      {"$BULLA calendar --offline --store odd 1.sxg", 2, "odd/bulla.db"},
      {"$BULLA history --store odd", 2, "odd/bulla.db"},
      {"$BULLA gateway --store odd", 2, "odd/bulla.db"},
      {JUDGE "--store lists 1.sxg", 2, "lists/revocations.tsv: not a regular file"},
      {"$BULLA gateway --store lists", 2, "lists/revocations.tsv"},
      {JUDGE "--store newer --remember 1.sxg", 0, "substitute"},
      {"python3 -c \"import sqlite3; c = sqlite3.connect ('newer/bulla.db');"
       "c.execute ('PRAGMA user_version = 99'); c.close ()\"",
       0, ""},
      {JUDGE "--store newer 1.sxg", 2, "newer version of Bulla"},
      {JUDGE "--store nothing 1.sxg", 0, "substitute"},
      {": >file; " JUDGE "--store file/in 1.sxg", 0, "substitute"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

#define MEMBER(name) "$(sed 's/.*\"" name "\":\"//;s/\".*//' one.jsonl)"

static void
test_vulnerable (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {JUDGE "--store log --remember 1.sxg", 0, "substitute"},
      {"$BULLA log export --store log -o one.jsonl", 0, ""},
      {"test -z \"$($BULLA vulnerable list " STORE "2>&1)\"", 0, ""},
      {"test ! -e s", 0, ""},
      {"printf 'body-digest %s # XSS\nnonsense\n' " MEMBER ("body_digest") " >bad.txt", 0, ""},
      {"$BULLA vulnerable import " STORE "bad.txt", 2, "bad.txt: line 2 begins with neither"},
      {"$BULLA vulnerable list " STORE, 0, ""},
      {"head -1 bad.txt | $BULLA vulnerable import " STORE "-", 0, "-: 1 added, 0 already there"},
      {"head -1 bad.txt | $BULLA vulnerable import --json " STORE "-", 0,
       "{\"file\":\"-\",\"format\":\"text\",\"added\":0,\"already_there\":1,\"total\":1}"},
      {"$BULLA vulnerable list " STORE, 0, "any URL\n"},
      {"$BULLA vulnerable list --json " STORE, 0, "\"kind\":\"body-digest\",\"sha256\":\""},
      {JUDGE STORE "1.sxg", 1, "reason version.vulnerable"},
      {JUDGE STORE "--profile chromium 1.sxg", 1, "reason version.vulnerable"},
      {JUDGE STORE "--explain 1.sxg", 1, "): XSS"},
      {JUDGE STORE "--json=full 1.sxg", 1, "\"vulnerable\":\"body-digest "},
      {JUDGE STORE "2.sxg", 0, "substitute"},
      {"$BULLA vulnerable remove " STORE "0000", 1, "no entry 0000"},
      {"$BULLA vulnerable remove " STORE "$($BULLA vulnerable list " STORE "| head -c 16)", 0, ""},
      {JUDGE STORE "1.sxg", 0, "substitute"},
      {"printf 'header-integrity %s https://example.com/0#x # why\n' " MEMBER (
           "header_integrity") "| $BULLA vulnerable import -q " STORE "-",
       0, ""},
      {JUDGE STORE "1.sxg", 1, "reason version.vulnerable"},
      {"$BULLA vulnerable list " STORE, 0, "https://example.com/0\n"},
      {"$BULLA vulnerable import " STORE "nowhere.txt", 2, "nowhere.txt"},
      {"$BULLA vulnerable import " STORE, 2, "FILE"},
      {"$BULLA vulnerable remove " STORE, 2, "name the entries"},
      {"$BULLA vulnerable list x", 2, "unexpected argument"},
      {"$BULLA vulnerable", 2, "Add versions to the list of vulnerable ones"},
      {"$BULLA vulnerable --help", 0, "bulla vulnerable import advisory.txt"},
      {"$BULLA help --man vulnerable-import", 0, ".TH \"BULLA-VULNERABLE-IMPORT\""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_history_json (Place *place, gconstpointer data)
{
  g_autofree char *out = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();

  run (place, JUDGE STORE "--remember --url https://deliverer.test/a.sxg 1.sxg", NULL, NULL);
  g_assert_cmpint (run (place, "$BULLA history --json " STORE, &out, NULL), ==, 0);
  g_assert_true (json_parser_load_from_data (parser, out, -1, NULL));
  JsonObject *object = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpuint (json_object_get_size (object), ==, 10);
  g_assert_cmpstr (json_object_get_string_member (object, "url"), ==, "https://example.com/0");
  g_assert_cmpstr (json_object_get_string_member (object, "source"), ==, "exchange");
  g_assert_cmpstr (json_object_get_string_member (object, "distributor"), ==, "deliverer.test");
  g_assert_true (
      g_str_has_prefix (json_object_get_string_member (object, "header_integrity"), "sha256-"));
  g_assert_cmpint (json_object_get_int_member (object, "newest"), ==,
                   json_object_get_int_member (object, "signature_date"));
  g_assert_cmpint (json_object_get_int_member (object, "versions"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (object, "refused"), ==, 0);
  g_assert_true (json_object_get_null_member (object, "last_refused"));
}

static void
test_forget (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {JUDGE STORE "--remember 1.sxg 2.sxg", 0, "substitute"},
      {"$BULLA history forget " STORE, 2, "--all --yes"},
      {"$BULLA history forget --all " STORE, 2, "--yes"},
      {"$BULLA history forget --all --yes https://example.com " STORE, 2, "cannot be combined"},
      {"$BULLA history forget nonsense " STORE, 2, "is not a URL or an origin"},
      {"$BULLA history forget https://example.com/0 " STORE, 0, "Forgot 1 URL\n"},
      {"$BULLA history forget https://example.com/0 " STORE, 1, "no version of"},
      {"$BULLA history " STORE "https://example.com/0", 1, ""},
      {"$BULLA history forget --all --yes " STORE, 0, "Forgot 1 URL\n"},
      {"test -z \"$($BULLA history " STORE ")\"", 0, ""},
      /* the log is not affected */
      {"$BULLA log verify " STORE, 0, "2 entries"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* verify --explain says whether the local log has the version */
static void
test_explain_log (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {JUDGE STORE "--remember --explain 1.sxg", 0,
       "not in the local log: this version was not accepted before"},
      {JUDGE STORE "--explain 1.sxg", 0, "in the local log as entry 1, since "},
      {JUDGE STORE "--remember 2.sxg 1.sxg", 0, "substitute"},
      {JUDGE STORE "--explain 1.sxg", 0, "in the local log as entry 1, since "},
      {JUDGE STORE "--explain 3.sxg", 0, "not in the local log"},
      {"! " JUDGE STORE "1.sxg | grep 'local log'", 0, ""},
      {"! " JUDGE "--store none --explain 1.sxg | grep 'local log'", 0, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_without_store (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"test -z \"$($BULLA history " STORE "2>&1)\"", 0, ""},
      {"$BULLA history " STORE "https://example.com", 1, "no version of"},
      {"test -z \"$($BULLA log export " STORE "2>&1)\"", 0, ""},
      {"$BULLA log verify --json " STORE, 0, "\"entries\":0"},
      {"test ! -e s", 0, ""},
      {"$BULLA history nonsense", 2, "is not a URL or an origin"},
      {"$BULLA history --help", 0, "bulla history forget"},
      {"$BULLA log --help", 0, "compare"},
      {"$BULLA log frob", 2, "does not exist"},
      {"$BULLA help --man history", 0, ".TH \"BULLA-HISTORY\""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_damaged (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {JUDGE STORE "--remember 1.sxg", 0, "substitute"},
      {"head -c 9000 /dev/urandom >s/bulla.db; rm -f s/bulla.db-*", 0, ""},
      {"$BULLA history " STORE, 2, "s/bulla.db.damaged-2"},
      {"ls s | grep -c 'bulla.db.damaged-.*Z$'", 0, "1"},
      {"$BULLA history " STORE, 0, ""},
      {"truncate -s 0 s/bulla.db; echo", 0, ""},
      {JUDGE STORE "--remember 1.sxg", 0, "is damaged and was renamed to"},
      {"$BULLA history " STORE, 0, "https://example.com/0"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_log (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {JUDGE STORE "--remember 1.sxg 2.sxg 3.sxg", 0, "substitute"},
      {"$BULLA log export " STORE "-o l.jsonl", 0, ""},
      {"test $(stat -c %a l.jsonl) = 600", 0, ""},
      {"$BULLA log export " STORE "-o l.jsonl", 2, "already exists"},
      {"$BULLA log export " STORE "-o l.jsonl --force", 0, ""},
      {"$BULLA log export --since 2100-01-01 " STORE "| wc -c", 0, "0\n"},
      {"$BULLA log export --since never " STORE, 2, "is not a valid time"},
      {"$BULLA log verify l.jsonl", 0, "3 entries"},
      {"$BULLA log verify - <l.jsonl", 0, "intact"},
      {"$BULLA log verify --json " STORE, 0, "\"file\":null,\"entries\":3,\"first\":1,\"last\":3"},
      {"$BULLA log verify " STORE "--head $(tail -1 l.jsonl | sed 's/.*\"hash\":\"//;s/\".*//')", 0,
       "intact"},
      {"head -2 l.jsonl >cut.jsonl; $BULLA log verify cut.jsonl", 0, "2 entries"},
      {"$BULLA log verify cut.jsonl --head $(tail -1 l.jsonl | sed 's/.*\"hash\":\"//;s/\".*//')",
       1, "cut off"},
      {"sed '2s/example.com/example.org/' l.jsonl >changed.jsonl; $BULLA log verify --json "
       "changed.jsonl",
       1, "\"intact\":false,\"broken_at\":2"},
      {"sed 2d l.jsonl | $BULLA log verify --json -", 1, "\"broken_at\":2"},
      {"$BULLA log verify nowhere.jsonl", 2, "nowhere.jsonl"},
      {"$BULLA log verify 1.sxg", 2, "not an exported log"},
      {"$BULLA log verify --head xyz l.jsonl", 2, "64 hexadecimal digits"},
      {"$BULLA log verify a b", 2, "name one exported log"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Two users were given two packages of one URL and date: their logs tell. */
static void
test_compare_users (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"for u in one two; do printf 'for %s' $u >index.html; $BULLA create exchange "
       "--certificate chain.pem --private-key chain.key --url https://example.com/mine "
       "--date $(stat -c %Y chain.pem) --cert-url https://example.com/c --content index.html "
       "$u.sxg; done",
       0, ""},
      {JUDGE "--store one --remember 1.sxg one.sxg", 0, "substitute"},
      {JUDGE "--store two --remember two.sxg 1.sxg", 0, "substitute"},
      {JUDGE "--store three --remember one.sxg", 0, "substitute"},
      {"for u in one two three; do $BULLA log export --store $u -o $u.jsonl; done", 0, ""},
      {"$BULLA log compare one.jsonl two.jsonl", 1, "https://example.com/mine   20"},
      {"$BULLA log compare --json one.jsonl two.jsonl | wc -l", 0, "1\n"},
      {"$BULLA log compare two.jsonl one.jsonl", 1, "https://example.com/mine   20"},
      {"$BULLA log compare one.jsonl three.jsonl", 0, ""},
      {"$BULLA log verify one.jsonl && $BULLA log verify two.jsonl", 0, "intact"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* one user got other bytes for the same URL and date */
static void
test_compare (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {JUDGE "--store one --remember 1.sxg 2.sxg", 0, "substitute"},
      {"$BULLA log export --store one -o one.jsonl", 0, ""},
      {"$BULLA log compare one.jsonl one.jsonl", 0, ""},
      {"sed '2s/\"sha256-....../\"sha256-AAAAAA/' one.jsonl >other.jsonl", 0, ""},
      {"$BULLA log compare one.jsonl other.jsonl", 1, "https://example.com/1   20"},
      {"$BULLA log compare --json one.jsonl other.jsonl", 1,
       "\"other\":{\"header_integrity\":\"sha256-AAAAAA"},
      {"test -z \"$($BULLA log compare -q one.jsonl other.jsonl 2>/dev/null)\"", 0, ""},
      {"$BULLA log compare one.jsonl other.jsonl", 1, "the chain is broken: entry 2"},
      {"sed '2s/\"date\":./\"date\":9/' other.jsonl >moved.jsonl", 0, ""},
      {"$BULLA log compare one.jsonl moved.jsonl", 0, ""},
      {"$BULLA log compare one.jsonl", 2, "expected ONE OTHER"},
      {"$BULLA log compare one.jsonl nowhere", 2, "nowhere"},
      {"echo '{\"n\":1}' | $BULLA log compare one.jsonl -", 2, "line 1 is not an entry"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Place, NULL, set_up, test, place_tear_down)
  ADD ("/store/command/remember", test_remember);
  ADD ("/store/command/rollback", test_rollback);
  ADD ("/store/command/rollback-damaged", test_rollback_damaged);
  ADD ("/store/command/unreadable", test_unreadable);
  ADD ("/store/command/vulnerable", test_vulnerable);
  ADD ("/store/command/history-json", test_history_json);
  ADD ("/store/command/forget", test_forget);
  ADD ("/store/command/explain-log", test_explain_log);
  ADD ("/store/command/without-store", test_without_store);
  ADD ("/store/command/damaged", test_damaged);
  ADD ("/store/command/log", test_log);
  ADD ("/store/command/compare", test_compare);
  ADD ("/store/command/compare-users", test_compare_users);
  return g_test_run ();
}
