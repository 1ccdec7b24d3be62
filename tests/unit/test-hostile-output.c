/* test-hostile-output.c - checks that no verb prints control characters that a terminal would obey
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

/* for printf(1): title, bell, CR, DEL, C1 CSI, bidi override, marks and isolates, both
 * separators, a tag beyond the BMP, and a byte that is not UTF-8 */
#define RAW                                                                                        \
  "\\033]0;T\\007\\r\\177\\302\\23331m\\342\\200\\256\\342\\200\\216\\342\\201\\246"               \
  "\\342\\200\\250\\342\\200\\251\\363\\240\\200\\201\\377"
#define TRUST "--offline --trust a/root.pem --ct-logs a/ctlogs.json --chain chain.cbor "

/* each verb with hostile bytes in an argument, in a file name, and in the contents of a file */
static const char *const LINES[] = {
    "$BULLA \"$H\"",
    "$BULLA \"--$H\"",
    "$BULLA help \"$H\"",
    "$BULLA verify \"$H\"",
    "$BULLA verify \"--$H\"",
    "$BULLA verify --at \"$H\" page.sxg",
    "$BULLA verify --url \"$H\" page.sxg",
    "$BULLA verify --header \"X: $H\" " TRUST "page.sxg",
    "$BULLA verify --request-header \"$H\" page.sxg",
    "$BULLA verify --profile \"$H\" page.sxg",
    "$BULLA verify --profile profile.ini page.sxg",
    "$BULLA verify --trust \"$H\" page.sxg",
    "$BULLA verify --resolve \"$H\" page.sxg",
    "$BULLA verify --ct-logs logs.json page.sxg",
    "$BULLA verify " TRUST "hostile/*",
    "$BULLA verify --json=full " TRUST "hostile/*",
    "$BULLA verify --rules " TRUST "hostile.sxg",
    "$BULLA verify --json --rules " TRUST "hostile.sxg",
    "$BULLA verify --offline --ledger \"nowhere/$H\" page.sxg",
    "$BULLA calendar --offline \"$H\" \"$H*\"",
    "$BULLA calendar --within \"$H\" page.sxg",
    "$BULLA calendar " TRUST "hostile hostile.sxg",
    "$BULLA calendar --json " TRUST "hostile hostile.sxg",
    "$BULLA variants --matrix --cost hostile hostile.sxg",
    "$BULLA variants --json --client \"$H\" hostile.sxg",
    "$BULLA variants --baseline \"$H\" --fail-on \"$H\" hostile",
    "$BULLA clients show \"$H\"",
    "$BULLA clients list \"$H\"",
    "$BULLA inspect \"$H\"",
    "for f in hostile/* hostile.sxg; do $BULLA inspect \"$f\"; $BULLA inspect --json \"$f\"; done",
    "$BULLA explain \"$H\"",
    "$BULLA bundle \"$H\"",
    "$BULLA bundle list \"$H\"",
    "for f in hostile/*; do $BULLA bundle list \"$f\"; $BULLA bundle list --json \"$f\"; done",
    "for f in hostile/*; do $BULLA bundle extract \"$f\" \"to$H\"; done",
    "for f in hostile/*; do $BULLA bundle diff \"$f\" page.wbn; done",
    "for f in hostile/*; do $BULLA bundle convert \"$f\" \"out$H\"; done",
    "$BULLA create \"$H\"",
    "$BULLA create authority --date \"$H\" x",
    "$BULLA create authority --name \"$H\" \"auth$H\"",
    "$BULLA create chain --authority a --host \"$H\" x.cbor",
    "$BULLA create chain --authority \"$H\" --host example.com x.cbor",
    "$BULLA create chain --authority a --host example.com \"chain$H.cbor\"",
    "$BULLA create exchange --authority a --url \"https://example.com/$H\" --content i.html x.sxg",
    "$BULLA create exchange --authority a --url https://example.com/ --content \"i$H\" x.sxg",
    "$BULLA create exchange --authority a --url https://a.example/ --header \"$H\" -i i.html x.sxg",
    "$BULLA create exchange --authority a --url https://example.com/ --content i.html \"x$H.sxg\"",
    "$BULLA create validity \"v$H\"",
    "$BULLA create validity --from \"$H\" v",
    "$BULLA create validity --from hostile.sxg \"w$H\"; $BULLA inspect \"w$H\"",
    "$BULLA create bundle --dir \"hostile\" --base-url https://example.com/ \"w$H.wbn\"",
    "$BULLA create bundle --dir \"$H\" --base-url \"$H\" w.wbn",
    "$BULLA create bundle --har har.json w2.wbn; $BULLA bundle list w2.wbn",
    "mkdir -p \"d$H\" && echo '<img src=x.png>' >\"d$H/p$H.html\";"
    "$BULLA create site --authority a --base-url https://example.com/ \"d$H\" s1",
    "$BULLA create site --authority \"$H\" --base-url \"$H/\" hostile \"s$H\"",
    "$BULLA create site --authority a --base-url \"https://example.com/$H/\" hostile s2",
    "$BULLA sign \"$H\" x",
    "$BULLA sign --key \"$H\" page.wbn x",
    "$BULLA gateway \"$H\"",
    "$BULLA gateway --listen \"$H\"",
    "$BULLA gateway --config \"$H/x\"",
    "$BULLA gateway --at \"$H\"",
    "$BULLA ledger \"$H\"",
    "$BULLA ledger ledger.jsonl",
    "$BULLA ledger --json ledger.jsonl",
    "$BULLA ledger --har - ledger.jsonl",
    "$BULLA ledger broken.jsonl",
    "$BULLA caa \"$H\"",
    "$BULLA caa --offline --issuer \"$H\" example.com",
    "$BULLA caa --records \"$H\" example.com",
    "for f in hostile/*; do $BULLA caa --records \"$f\" example.com; done",
    "for f in hostile/*; do $BULLA caa --offline --evidence \"$f\" example.com; done",
    "$BULLA chain \"$H\"",
    "$BULLA chain check \"$H\"",
    "for f in hostile/*; do $BULLA chain check \"$f\"; $BULLA chain check --json \"$f\"; done",
    "$BULLA create chain --certificate \"$H\" --ocsp \"$H\" x.cbor",
    "for f in hostile/*; do $BULLA create chain --certificate chain.pem --ocsp \"$f\" x.cbor; done",
    "$BULLA ocsp \"$H\"",
    "for f in hostile/*; do $BULLA ocsp \"$f\"; $BULLA ocsp --json \"$f\"; done",
    "$BULLA ocsp --fetch --responder \"http://$H/\" --trust a/root.pem chain.cbor",
    "$BULLA ocsp --method \"$H\" chain.cbor",
    "$BULLA logs import \"$H\"",
    "for f in hostile/* logs.json; do $BULLA logs import --store s \"$f\"; done",
    "$BULLA logs show --store s \"$H\"; $BULLA logs show --at \"$H\"",
    "$BULLA logs remove \"$H\"",
    "$BULLA revocations import \"$H\"",
    "for f in hostile/*; do $BULLA revocations import --store s \"$f\"; done",
    "printf 'spki %064d # x" RAW "\\n' 1 >why; $BULLA revocations import --store s why;"
    "$BULLA revocations list --store s; $BULLA revocations list --store s --json",
    "$BULLA revocations remove --store s \"$H\"",
    "$BULLA issuers import --store \"$H\" hostile.sxg",
    "$BULLA issuers list \"$H\"",
    "$BULLA history --store \"s$H\" \"$H\"",
    "for f in hostile/*; do $BULLA vulnerable import --store s \"$f\"; done",
    "$BULLA clients show \"$H\"; $BULLA clients list",
    "$BULLA variants --url \"https://x/$H\" hostile; $BULLA variants --client \"$H\" hostile",
    "$BULLA profiles show \"$H\"; $BULLA profiles show ./profile.ini;"
    "$BULLA profiles diff \"$H\" ./profile.ini; $BULLA profiles list",
    "cp har.json h.warc; printf 'WARC/1.1\\r\\nWARC-Type: resource\\r\\nWARC-Target-URI: x" RAW
    "\\r\\nContent-Length: 0\\r\\n\\r\\n' >w.warc; for f in h w; do $BULLA create bundle --warc "
    "$f.warc "
    "w3.wbn; done",
    "printf 'Content-Type: multipart/related; boundary=b\\n\\n--b\\nContent-Location: cid:x" RAW
    "\\n\\nx\\n--b--\\n' >m.mhtml; $BULLA create bundle --mhtml m.mhtml w4.wbn",
    "for f in hostile/*; do $BULLA log verify \"$f\"; $BULLA log compare \"$f\" \"$H\"; done",
    "$BULLA compare --offline -p draft-b3 -p loading --all hostile \"$H\";"
    "ls -d hostile/* | $BULLA compare --offline -p loading -p ./profile.ini --json --all -;"
    "$BULLA compare --offline -p \"$H\" -p loading page.sxg",
    "$BULLA forge \"$H\" f; $BULLA forge cert.expired \"f$H\"; $BULLA forge cert.expired f;"
    "printf '{\"outcome\":\"\\\\u001b\\\\u202e\",\"reason\":\"\\\\u009b\"}' >o.json;"
    "sed 's|expired/leaf\"|x\\\\u009b\\\\u202e\"|' f/manifest.json >m; cp m f/manifest.json;"
    "for j in --all --json; do $BULLA conform $j -c \"sh -c 'cat o.json' {}\" f; done;"
    "$BULLA conform -c \"$H {}\" f; $BULLA conform -c 'true {}' \"f$H\" \"$H\"",
};

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (
      run (place,
           "set -e; H=$(printf '" RAW "'); $BULLA create authority a; printf Hello >i.html;"
           "$BULLA create chain --authority a --host example.com chain.cbor;"
           "s='--certificate chain.pem --private-key chain.key --url https://example.com/ "
           "--cert-url https://example.com/c --content i.html'; $BULLA create exchange $s page.sxg;"
           "$BULLA create exchange $s --header \"x-h: $(printf '\\302\\23331m\\342\\200\\256')\" "
           "hostile.sxg || cp page.sxg hostile.sxg; mkdir d; cp i.html d;"
           "$BULLA create bundle --dir d --base-url https://example.com/ page.wbn;"
           "mkdir hostile; cp page.sxg \"hostile/a$H.sxg\"; cp page.wbn \"hostile/b$H.wbn\";"
           "printf 'sxg1-b3\\0\\0\\040https://x" RAW RAW "' > hostile/c.sxg;"
           "printf '%s" RAW "' x > \"hostile/d$H\";"
           "sed \"s/Hello/$H/; s/example.com/$(printf 'ex\\302\\233ple.c')/\" page.wbn "
           ">hostile/e.wbn;"
           "printf '[name]\\nx" RAW "=1\\n[" RAW "]\\n' > profile.ini;"
           "printf '{\"operators\":[{\"name\":\"" RAW "\"' > logs.json;"
           "printf "
           "'{\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":\"https://x/"
           "\\\\u001b\\\\u202e"
           "\\302\\233\"},\"response\":{\"status\":200,\"headers\":[{\"name\":\"\\\\u009b\","
           "\"value\":\"\\\\u0007\"}],\"content\":{\"text\":\"x\"}}}]}}' > har.json;"
           "printf "
           "'{\"kind\":\"request\",\"id\":1,\"time_us\":9223372036854775807,\"duration_us\":1e300,"
           "\"bytes_sent\":9223372036854775807,\"bytes_received\":-1e300,\"wait_us\":1e19,"
           "\"host\":\"h\\\\u001b\\342\\200\\256\",\"url\":\"https://h/"
           "\\\\u009b\\\\n\",\"purpose\":\"\\\\r\","
           "\"error\":\"\\\\u2028\",\"cookies\":[\"\\\\u0007\"],\"certificate\":\"\\302\\233\"}\\n'"
           " >l;"
           "cat l l l l > ledger.jsonl; printf '" RAW "\\n' > broken.jsonl",
           NULL, NULL),
      ==, 0);
}

/* Newlines and tabs are kept for layout; all other unprintable characters are escaped. */
static void
assert_safe (const char *line, const char *text)
{
  const char *end = NULL;

  if (!g_utf8_validate (text, -1, &end))
    g_error ("%s: not UTF-8 at “%.20s” in %s", line, end, text);
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);
    GUnicodeType type = g_unichar_type (c);
    if (c == '\n' || c == '\t')
      continue;
    if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR
        || type == G_UNICODE_PARAGRAPH_SEPARATOR)
      g_error ("%s: U+%04X in %s", line, c, text);
  }
}

static void
test_verbs (Place *place, gconstpointer data)
{
  for (size_t i = 0; i < G_N_ELEMENTS (LINES); i++) {
    g_autofree char *out = NULL, *err = NULL;
    g_autofree char *line =
        g_strconcat ("H=$(printf '", RAW, "'); ", LINES[i], " </dev/null", NULL);
    int status = run (place, line, &out, &err);
    g_test_message ("%s: %d", LINES[i], status);
    g_assert_cmpint (status, <=, 2);
    assert_safe (LINES[i], out);
    assert_safe (LINES[i], err);
    g_assert_null (strstr (err, "CRITICAL"));
    g_assert_null (strstr (err, "WARNING"));
  }
}

/* Each verb needs a line here. */
static void
test_all_verbs (Place *place, gconstpointer data)
{
  static const char *const FAMILIES[] = {"", "bundle", "create"};

  for (size_t f = 0; f < G_N_ELEMENTS (FAMILIES); f++) {
    g_autofree char *command =
        g_strconcat ("$BULLA ", FAMILIES[f], " --help | sed -n '/^Commands:/,/^$/p'", NULL);
    g_autofree char *help = NULL;
    g_assert_cmpint (run (place, command, &help, NULL), ==, 0);
    g_auto (GStrv) rows = g_strsplit (help, "\n", -1);
    for (guint r = 1; rows[r] != NULL && *rows[r] != '\0'; r++) {
      g_autofree char *verb = g_strndup (rows[r] + 2, strcspn (rows[r] + 2, " "));
      g_autofree char *start =
          g_strconcat ("$BULLA ", FAMILIES[f], *FAMILIES[f] != '\0' ? " " : "", verb, " ", NULL);
      gboolean found = FALSE;
      for (size_t i = 0; i < G_N_ELEMENTS (LINES) && !found; i++)
        found = strstr (LINES[i], start) != NULL;
      if (!found)
        g_error ("no line for “%s”", start);
    }
  }
}

/* The first and last times that 64 bits, and certificates, can represent. */
static void
test_dates (Place *place, gconstpointer data)
{
  static const char *const TIMES[] = {"9223372036854775807",
                                      "-9223372036854775808",
                                      "9223372036854772207",
                                      "99999999999999999999999",
                                      "-1",
                                      "253402300799",
                                      "253402300800",
                                      "300000000000000000",
                                      "1969-12-31",
                                      "0000-01-01"};
  static const char *const COMMANDS[] = {
      "create authority --date %s out",
      "create chain --authority a --host example.com --date %s out",
      "create exchange --authority a --url https://example.com/ --content i.html --date %s out",
      "create exchange --authority a --url https://example.com/ --content i.html --expires %s out",
      "create bundle --dir d --base-url https://example.com/ --sign-subset all --authority a "
      "--date %s out",
      "create bundle --dir d --base-url https://example.com/ --sign-subset all --authority a "
      "--expires %s out",
  };

  for (size_t c = 0; c < G_N_ELEMENTS (COMMANDS); c++)
    for (size_t t = 0; t < G_N_ELEMENTS (TIMES); t++) {
      g_autofree char *err = NULL;
      g_auto (GStrv) parts = g_strsplit (COMMANDS[c], "%s", 2);
      g_autofree char *line = g_strconcat ("$BULLA ", parts[0], TIMES[t], parts[1], NULL);
      g_assert_cmpint (run (place, line, NULL, &err), ==, 2);
      g_test_message ("%s: %s", line, err);
      /* a time that can be written, but that verification would refuse, is a reason */
      g_assert_true (
          strstr (err, strstr (parts[0], "--expires") != NULL ? "--expires: " : "--date: ") != NULL
          || strstr (err, "signature.lifetime: ") != NULL);
      g_assert_cmpint (run (place, "test -e out", NULL, NULL), ==, 1);
    }
  for (size_t t = 0; t < G_N_ELEMENTS (TIMES); t++) {
    g_autofree char *err = NULL;
    g_autofree char *line =
        g_strconcat ("$BULLA verify ", TRUST, "--at ", TIMES[t], " page.sxg", NULL);
    int wanted = g_str_equal (TIMES[t], "253402300799") ? 1 : 2;
    g_assert_cmpint (run (place, line, NULL, &err), ==, wanted);
    g_assert_true (wanted == 1 || strstr (err, "--at: ") != NULL);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/hostile-output/" path, Place, NULL, set_up, test, place_tear_down)
  ADD ("verbs", test_verbs);
  ADD ("all-verbs", test_all_verbs);
  ADD ("dates", test_dates);
  return g_test_run ();
}
