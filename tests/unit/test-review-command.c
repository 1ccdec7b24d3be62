/* test-review-command.c - what create and sign refuse to write, and write with --ignore-errors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "command-cases.h"

#define LAB                                                                                        \
  "set -e; echo Hello >i.html; mkdir site; cp i.html site/index.html; $BULLA create authority a; " \
  "$BULLA create chain --authority a --host example.com c.cbor; "                                  \
  "$BULLA create chain --authority a --host example.com other.cbor; "                              \
  "$BULLA create chain --authority a --host example.com --tls tls.cbor"
#define KEYS "--certificate c.pem --private-key c.key --cert-url https://example.com/c.cbor "
#define CREATE "$BULLA create exchange --content i.html --url https://example.com/ "
#define ISSUE CREATE "--authority a --cert-url https://example.com/s.cbor "
#define BUNDLE "$BULLA create bundle --dir site --base-url https://example.com/ "
#define SUBSET "--sign-subset all --authority a "
#define VERIFY "$BULLA verify --offline --trust a/root.pem --ct-logs a/ctlogs.json "

static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {{LAB, 0, "Wrote tls.key"}};

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

static gboolean
is_written (const Place *place, const char *name)
{
  g_autofree char *path = g_build_filename (place->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Each line writes x; the second text is the reason for which it is refused. */
static void
test_refused (Place *place, gconstpointer data)
{
  static const char *const LINES[][2] = {
      {CREATE KEYS "--header 'Set-Cookie: a=1' x", "trust.stateful"},
      {CREATE KEYS "--header 'Cache-Control: private' x", "trust.not-shared"},
      {CREATE KEYS "--header 'Connection: close' x", "trust.hop-by-hop"},
      {CREATE KEYS "--header 'Content-Type: application/signed-exchange;v=b3' x", "headers.nested"},
      {CREATE KEYS "--status 301 x", "headers.status"},
      {CREATE KEYS "-H 'Variants-04: accept-language;en;fr' -H 'Variant-Key-04: de' x",
       "request.variants: Variant-Key de names no value that Variants offers"},
      {CREATE KEYS "-H 'Variants-04: ((((' -H 'Variant-Key-04: en' x",
       "request.variants: Variants cannot be read"},
      {CREATE KEYS "-H 'Variant-Key-04: en' x", "request.variants: Variant-Key without Variants"},
      {CREATE KEYS "-H 'Variants-04: width;wide' -H 'Variant-Key-04: wide' x",
       "request.variants: unknown axis width"},
      {CREATE KEYS "--expires 20d x", "signature.lifetime"},
      {CREATE KEYS "--date 2020-01-01 --expires 1d x", "signature.expired"},
      {CREATE KEYS "--validity-url https://elsewhere.example/v x", "trust.validity-origin"},
      {CREATE KEYS "--url https://other.example/ x", "cert.name"},
      {CREATE KEYS "--url https://example.com/../a x", "sxg.url-ambiguous"},
      {CREATE "--certificate tls.pem --private-key tls.key --cert-url https://example.com/c x",
       "cert.can-sign-missing"},
      {CREATE "--certificate c.pem --private-key c.key --cert-url data --chain other.cbor x",
       "signature.cert-sha256"},
      {"$BULLA create chain --authority a --host example.com --days 91 x",
       "cert.validity-too-long"},
      {"$BULLA create chain --authority a --host example.com --ocsp-days 8 x", "ocsp.lifetime"},
      {"$BULLA create chain --authority a --host example.com --status revoked x", "ocsp.revoked"},
      {"$BULLA create chain --authority a --host example.com --date 2020-01-01 x", "cert.expired"},
      {BUNDLE SUBSET "--header 'Set-Cookie: a=1' x", "trust.stateful"},
      {BUNDLE SUBSET "--validity-url https://elsewhere.example/v x", "trust.validity-origin"},
      {BUNDLE SUBSET "--date 2020-01-01 x", "signature.expired"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (LINES); i++) {
    g_autofree char *out = NULL, *err = NULL, *warning = NULL;
    g_autofree char *line = g_strconcat (LINES[i][0], " --ignore-errors", NULL);
    g_test_message ("%s", line);
    g_assert_cmpint (run (place, LINES[i][0], &out, &err), ==, 2);
    g_assert_nonnull (strstr (err, LINES[i][1]));
    g_assert_nonnull (strstr (err, "--ignore-errors"));
    g_assert_cmpstr (out, ==, "");
    g_assert_false (is_written (place, "x"));
    g_assert_cmpint (run (place, line, NULL, &warning), ==, 0);
    g_assert_nonnull (strstr (warning, LINES[i][1]));
    g_assert_true (is_written (place, "x"));
    g_assert_cmpint (run (place, "rm -f x x.*; ls | grep -c 'x[.]'", NULL, NULL), ==, 1);
  }
}

/* The URL that is named instead is the one that browsers request. */
static void
test_replaced (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {CREATE KEYS "--url https://example.com:0443/ c.sxg", 2, "instead: https://example.com/\n"},
      {CREATE KEYS "--url https://example.com:00080/a c.sxg", 2,
       "instead: https://example.com:80/a\n"},
      {CREATE KEYS "--url https://example.com:/ c.sxg", 2, "instead: https://example.com/\n"},
      {CREATE KEYS "--url https://exa%6dple.com/ c.sxg", 2, "instead: https://example.com/\n"},
      {CREATE KEYS "--url https://EXA%4dPLE%2Ecom/%7e c.sxg", 2,
       "instead: https://example.com/%7e\n"},
      {CREATE KEYS "--url 'https://example.com\\x' c.sxg", 2, "instead: https://example.com/x\n"},
      {CREATE KEYS "--url 'https://example.com/a\\b?c\\d' c.sxg", 2,
       "instead: https://example.com/a/b?c%5Cd\n"},
      {CREATE KEYS "--url https://user@example.com/ c.sxg", 2, "instead: https://example.com/\n"},
      {CREATE KEYS "--url https://a@b:c@example.com:8443/x c.sxg", 2,
       "use https://example.com:8443/x instead"},
      {CREATE KEYS "--url example.com/x c.sxg", 2, "use https://example.com/x instead"},
      {CREATE KEYS "--url //example.com/x c.sxg", 2, "use https://example.com/x instead"},
      {CREATE KEYS "--url example.com:8443/x c.sxg", 2, "use https://example.com:8443/x instead"},
      {CREATE KEYS "--url https:example.com/x c.sxg", 2, "use https://example.com/x instead"},
      {CREATE KEYS "--url 'https:\\\\example.com\\a' c.sxg", 2,
       "use https://example.com/a instead"},
      {CREATE KEYS "--url https://ｅxample.com/ c.sxg", 2, "instead: https://example.com/\n"},
      {CREATE KEYS "--url 'https://[0:0::1]/' c.sxg", 2, "instead: https://[::1]/\n"},
      {CREATE KEYS "--url 'https://[::FFFF:1.2.3.4]/' c.sxg", 2,
       "instead: https://[::ffff:102:304]/\n"},
      /* browsers request nothing, or not by https */
      {CREATE KEYS "--url https://example.com:99999/ c.sxg 2>&1 | grep -c instead", 1, "0\n"},
      {CREATE KEYS "--url https://ex%2Fample.com/ c.sxg 2>&1 | grep -c instead", 1, "0\n"},
      {CREATE KEYS "--url 'https://exa mple.com/' c.sxg 2>&1 | grep -c instead", 1, "0\n"},
      {CREATE KEYS "--url http://example.com/ c.sxg 2>&1 | grep -c instead", 1, "0\n"},
      {CREATE KEYS "--url localhost/x c.sxg 2>&1 | grep -c instead", 1, "0\n"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Browsers request a percent sign that escapes nothing as it is, and %25 is another URL. */
static void
test_stray_percent (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {CREATE KEYS "--url 'https://example.com/a%zz' c.sxg", 2, "sxg.url-ambiguous"},
      {CREATE KEYS "--url 'https://example.com/a%zz' c.sxg 2>&1 | grep -c '%25\\|instead'", 1,
       "0\n"},
      {CREATE KEYS "--profile chromium --url https://example.com/100% 100.sxg", 0, "Wrote 100.sxg"},
      {VERIFY "--chain c.cbor --profile chromium 100.sxg", 0, "https://example.com/100%\n"},
      {CREATE KEYS "--ignore-errors --url https://example.com/100% 101.sxg", 0, "Wrote 101.sxg"},
      {CREATE KEYS "--url 'https://exa%mple.com/' c.sxg", 2, "is not an https URL"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* The URL that is named instead can be used; Chromium's profile takes the other one, too. */
static void
test_ambiguous (Place *place, gconstpointer data)
{
#define ODD "'https://example.com/css?family=A|B'"
  static const Case cases[] = {
      {CREATE KEYS "--url " ODD " a.sxg", 2, "family=A|B: a character"},
      {"eval " CREATE KEYS "a.sxg --url $(" CREATE KEYS "--url " ODD " a.sxg 2>&1 | "
       "sed -n 's/^Use this URL instead: //p')",
       0, "Wrote a.sxg"},
      {VERIFY "--chain c.cbor a.sxg", 0, "family=A%7CB"},
      {CREATE KEYS "--profile chromium --url " ODD " b.sxg", 0, "Wrote b.sxg"},
      {VERIFY "--chain c.cbor --profile chromium b.sxg", 0, "family=A|B"},
      {VERIFY "--chain c.cbor b.sxg", 1, "sxg.url-ambiguous"},
      {CREATE KEYS "--url 'https://example.com\\@evil.test/' c.sxg", 2, "sxg.url-"},
      {CREATE KEYS "--profile chromium --url 'https://example.com\\@evil.test/' c.sxg", 2,
       "sxg.url-"},
      {CREATE KEYS "--url https://exämple.com/ä c.sxg", 2,
       "Use this URL instead: https://xn--exmple-cua.com/ä\n"},
      {CREATE KEYS "--url https://straße.example/ c.sxg 2>&1 | grep -c Use", 1, "0\n"},
      {CREATE KEYS "--url https://0x7f.1/a c.sxg", 2,
       "Use this URL instead: https://127.0.0.1/a\n"},
      {CREATE KEYS "--url https://2130706433/ c.sxg", 2, "instead: https://127.0.0.1/\n"},
      {CREATE KEYS "--url https://1.2.3.4.5/ c.sxg 2>&1 | grep -c Use", 1, "0\n"},
      {CREATE KEYS "--url \"$(printf 'https://example.com/a\\tb')\" c.sxg", 2,
       "instead: https://example.com/ab\n"},
      {CREATE KEYS "--url 'https://example.com/#f' c.sxg", 2, "instead: https://example.com/\n"},
      {CREATE KEYS "--url https://example.com./ c.sxg", 2, "instead: https://example.com/\n"},
      {CREATE KEYS "--url ' https://example.com/' c.sxg", 2, "use https://example.com/ instead"},
      {"$BULLA create site site --base-url https://exämple.com/ --authority a -o s", 2,
       "use https://xn--exmple-cua.com/ instead"},
      {"$BULLA create bundle --dir site --base-url https://EXÄMPLE.com/ä/ e.wbn", 0,
       "the base URL is https://xn--exmple-cua.com/%C3%A4/"},
      {CREATE KEYS "--expires 0h c.sxg", 2, "not longer than zero"},
      {"ls c.sxg s", 2, ""},
      {"echo '<p>é' >i.HTML; " CREATE KEYS "--content i.HTML t.sxg && $BULLA inspect t.sxg", 0,
       "text/html;charset=utf-8"},
      /* the type says UTF-8 only of a text that is, as in bundles */
      {"printf '<p>\\351' >l.html; " CREATE KEYS "--content l.html l.sxg && $BULLA inspect l.sxg | "
       "grep -c charset",
       1, "0\n"},
      {"mkfifo f.html; (cat i.HTML >f.html &) ; " CREATE KEYS "--content f.html f.sxg && "
       "$BULLA inspect f.sxg",
       0, "text/html;charset=utf-8"},
      {"echo 'let é' >m.mjs; " CREATE KEYS "--content m.mjs m.sxg && $BULLA inspect m.sxg", 0,
       "application/javascript;charset=utf-8"},
      {"echo 'let e' >n.js; mkdir n; cp n.js n; " CREATE KEYS "--content n.js n.sxg && "
       "$BULLA inspect n.sxg && $BULLA create bundle --dir n -b https://n.example/ n.wbn && "
       "grep -aoc application/javascript n.wbn",
       0, "application/javascript"},
      {"cp i.html i.jpeg; " CREATE KEYS "--content i.jpeg j.sxg && $BULLA inspect j.sxg", 0,
       "image/jpeg"},
      {"cp i.html i.wasm; " CREATE KEYS "--content i.wasm u.sxg && $BULLA inspect u.sxg", 0,
       "application/wasm"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* A profile can allow more, and what is in order is written without a word on stderr. */
static void
test_accepted (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"printf '[profile]\\nname=sea\\ndate=2026-11-01\\ndescription=Thirty days\\n"
       "inherits=draft-b3\\n[signature]\\nlifetime-max=2592000\\n' >sea.ini; " CREATE KEYS
       "--profile ./sea.ini --expires 20d sea.sxg",
       0, "Wrote sea.sxg"},
      {VERIFY "--profile ./sea.ini --chain c.cbor sea.sxg", 0, "substitute"},
      {CREATE KEYS "good.sxg 2>&1 >/dev/null | wc -c", 0, "0\n"},
      {VERIFY "--chain c.cbor good.sxg", 0, "substitute"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* The command that is shown as the next one works as printed. */
static void
test_next (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"PATH=$(dirname $BULLA):$PATH; eval \"$(" CREATE KEYS "1.sxg | sed -n '/^Next/,$p' | "
       "sed 1d) --offline\"",
       0, "substitute"},
      {"PATH=$(dirname $BULLA):$PATH; eval \"$(" CREATE "--authority a 2.sxg | "
       "sed -n '/^Next/,$p' | sed 1d) --offline\"",
       0, "substitute"},
      {"PATH=$(dirname $BULLA):$PATH; eval \"$(" CREATE
       "--authority a --date $(($(date +%s) + 2592000)) 4.sxg | "
       "sed -n '/^Next/,$p' | sed 1d) --offline\"",
       0, "substitute"},
      {"PATH=$(dirname $BULLA):$PATH; eval \"$(" CREATE KEYS
       "-H 'Variants-04: accept-language;en;fr' -H 'Variant-Key-04: fr' 5.sxg | "
       "sed -n '/^Next/,$p' | sed 1d) --offline\"",
       0, "substitute"},
      {"PATH=$(dirname $BULLA):$PATH; eval \"$($BULLA create chain --authority a "
       "--host example.com 3.cbor | sed -n '/^Next/,$p' | sed 1d)\"",
       0, "Wrote page.sxg"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* A large body from a pipe lies in a temporary file, not in memory. Sanitizers reserve more than
 * the limit for themselves, so they run without it. */
static void
test_large_pipe (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"if (ulimit -d 30000 && $BULLA --version >version 2>&1); then ulimit -d 30000; fi; "
       "head -c 73400320 /dev/zero | $BULLA create exchange --url https://example.com/ " KEYS
       "-H 'Content-Type: text/plain' --content - large.sxg",
       0, "Wrote large.sxg"},
      {"test $(stat -c %s large.sxg) -gt 73400320 && " VERIFY "--chain c.cbor large.sxg", 0,
       "substitute"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_pipes (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create exchange --url https://example.com/ " KEYS "--content - - <i.html | " VERIFY
       "--chain c.cbor -",
       0, "substitute"},
      {CREATE KEYS "-o - | head -c 7", 0, "sxg1-b3"},
      {CREATE KEYS "--header 'Set-Cookie: a' - | wc -c", 0, "0\n"},
      {CREATE KEYS "-o a.sxg b.sxg", 2, "unexpected argument “b.sxg”: expected --out FILE"},
      {CREATE KEYS "a.sxg b.sxg", 2, "unexpected argument “b.sxg”: expected OUT.sxg"},
      {CREATE KEYS, 2, "missing argument: expected OUT.sxg"},
      {"$BULLA profiles show chromium draft-b3", 2, "unexpected argument “draft-b3”"},
      {"$BULLA profiles list x 2>&1 | grep -c 'unexpected argument “x”$'", 0, "1"},
      {"mkdir d; cp i.html d; $BULLA create bundle --dir d --base-url https://example.com/ - | "
       "$BULLA verify -",
       0, "separate-origin"},
      {BUNDLE "--base-url https://example.com/../a/./ d.wbn", 0,
       "Note: the base URL is https://example.com/a/"},
      {"$BULLA verify d.wbn", 0, "https://example.com/a/\n"},
      {BUNDLE "--base-url https://example.com\\\\@b.example/ e.wbn", 2, "https://example.com"},
      {BUNDLE "--base-url https://me@example.com/ e.wbn", 2, "user name"},
      {"ls e.wbn", 2, ""},
      {BUNDLE SUBSET "--header 'Set-Cookie: a' - | wc -c", 0, "0\n"},
      {BUNDLE SUBSET "- | " VERIFY "-", 0, "substitute"},
      /* the chain is written only to a file that has a name */
      {ISSUE "- | wc -c", 0, "0\n"},
      {ISSUE "-", 2, "--chain-out"},
      {"ls -- chain.cbor -.cbor", 2, ""},
      {ISSUE "--chain-out s.cbor - >p.sxg && " VERIFY "--chain s.cbor p.sxg", 0, "substitute"},
      {ISSUE "--chain-out s.cbor s.sxg", 2, "already exists"},
      {ISSUE "--force --chain-out s.cbor s.sxg", 0, "--chain s.cbor s.sxg"},
      {CREATE KEYS "--chain-out s.cbor n.sxg", 2, "requires --authority"},
      {CREATE "--authority a --chain-out s.cbor n.sxg", 2, "requires --authority"},
      {"$BULLA create chain --authority a --host example.com -", 2, "name the chain"},
      {"ls -- - -.pem", 2, ""},
      {CREATE KEYS "--expires 3h 3h.sxg && $BULLA inspect --json 3h.sxg | python3 -c 'import json, "
                   "re, sys; t=sys.stdin.read(); d=int(re.search(r\"\\\"date\\\":(\\d+)\", "
                   "t)[1]); e=int(re.search(r\"\\\"expires\\\":(\\d+)\", t)[1]); print(e - d)'",
       0, "10800"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Research needs records that readers refuse. */
static void
test_record_size (Place *place, gconstpointer data)
{
#define RECORDS "$BULLA create exchange -f --authority ca --url https://example.com/ --content big "
  static const Case cases[] = {
      {"head -c 3000000 /dev/zero >big; $BULLA create authority ca", 0, "Wrote"},
      {RECORDS "--record-size 16385 x.sxg", 2, "body.record-size: 16385 bytes"},
      {"ls x.sxg", 2, ""},
      {RECORDS "--record-size 16385 --ignore-errors x.sxg", 0, "Warning: body.record-size"},
      {"$BULLA verify --offline --trust ca/root.pem --ct-logs ca/ctlogs.json x.sxg", 1,
       "reason body.record-size"},
      {RECORDS "--record-size 1048576 --ignore-errors x.sxg", 0, "1048576 bytes"},
      {RECORDS "--record-size 1048577 --ignore-errors x.sxg", 2, "between 1 and 1048576"},
      {RECORDS "--record-size 0 --ignore-errors x.sxg", 2, "between 1 and 1048576"},
      {RECORDS "--record-size 16384 y.sxg", 0, "Wrote y.sxg"},
      {"mkdir d; mv big d; $BULLA create bundle --dir d --base-url https://example.com/ -s all -a "
       "ca "
       "--record-size 20000 x.wbn",
       2, "body.record-size"},
      {"$BULLA create bundle --dir d --base-url https://example.com/ -s all -a ca --record-size "
       "20000 --ignore-errors x.wbn",
       0, "Warning: https://example.com/big: body.record-size: 20000 bytes"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Place, NULL, set_up, function, place_tear_down)
  ADD ("/command/review/refused", test_refused);
  ADD ("/command/review/ambiguous", test_ambiguous);
  ADD ("/command/review/stray-percent", test_stray_percent);
  ADD ("/command/review/replaced", test_replaced);
  ADD ("/command/review/accepted", test_accepted);
  ADD ("/command/review/next", test_next);
  ADD ("/command/review/pipes", test_pipes);
  ADD ("/command/review/large-pipe", test_large_pipe);
  ADD ("/command/review/record-size", test_record_size);
  return g_test_run ();
}
