/* test-words-command.c - words that bulla explains and completes, and headings of columns
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
}

/* words that are explained, and what is said of each */
static const char *const WORDS[][2] = {
    {"sct", "sct.missing"},
    {"OCSP", "ocsp.revoked"},
    {"cert", "cert.untrusted"},
    {"CAA", "caa.other-issuer"},
    {"sigLength", "sxg.signature-too-long"},
    {"headerLength", "sxg.headers-too-long"},
    {"fallbackUrl", "sxg.url-scheme"},
    {"responses", "response.status"},
    {"nextUpdate", "ocsp.stale"},
    {"must-staple", "chain.ocsp-missing"},
    {"Set-Cookie", "trust.stateful"},
    {"strict-transport-security", "trust.stateful"},
    {"Transfer-Encoding", "trust.hop-by-hop"},
    {"Variant-Key-04", "request.variants"},
    {"Variants-06", "index.variants"},
    {"application/signed-exchange;v=b3", "outer.content-type"},
    {"application/cert-chain+cbor", "chain.content-type"},
    {"tls.cert.date_invalid", "cert.expired"},
    {"tls.cert.authority_invalid", "cert.untrusted"},
    {"http.error", "outer.error-status"},
    {"sxg.variant_mismatch", "request.variants"},
    {"sxg.header_integrity_mismatch", "alternate.header-integrity"},
    {"abandoned", "Network Error Logging"},
    {"kSuccess", "Chromium takes"},
    {"ERR_CERT_WEAK_KEY", "signature.key-type"},
    {"ERR_FAILED", "says nothing"},
    {"substitute", "origin of the publisher"},
    {"separate-origin", "origin of its own"},
    {"fall-back", "status 1"},
    {"refuse", "nothing is shown"},
    {"variants.unreadable", "Publisher:"},
    {"variants.half", "Publisher:"},
    {"variants.disagree", "Publisher:"},
    {"variants.other-name", "another draft"},
    {"variants.unknown-axis", "Publisher:"},
    {"variants.key-outside", "Publisher:"},
    {"variants.default-absent", "Publisher:"},
    {"variants.default-unsuited", "Publisher:"},
    {"variants.no-identity", "identity"},
    {"variants.unreachable", "Publisher:"},
    {"variants.language-spelling", "Publisher:"},
    {"variants.content", "contradicts"},
    {"variants.same-body", "Publisher:"},
    {"variants.token", "quotes"},
    {"variants.coding-axis", "Chromium"},
    {"variants.cookie-index", "Publisher:"},
    {"variants.cost", "tenth"},
    {"google-cache.freshness", "s-maxage"},
    {"h2.ping_failed", "Network Error Logging"},
    {"h2.protocol_error", "Network Error Logging"},
    {"h3.protocol.error", "Network Error Logging"},
    {"dns.protocol", "Network Error Logging"},
    {"http.response.headers.truncated", "Network Error Logging"},
    {"unknown", "Network Error Logging"},
    {"Failed to verify the signed exchange header.", "signature.invalid"},
    {"Certificate verification error: ERR_CERT_DATE_INVALID", "cert.expired"},
    {"OCSP check failed: OCSP Response was expired or not yet valid.", "ocsp.stale"},
    {"Invalid timestamp. creation_time: 1, expires_time: 2, verification_time: 3",
     "signature.expired"},
    {"Wrong magic string", "sxg.magic"},
    {"Failed to parse `fallbackUrl`.", "sxg.url-ambiguous"},
    {"Certificate must have CanSignHttpExchangesDraft extension.", "cert.can-sign-missing"},
    {"google-cache.served-url", "served from"},
};

/* Words of specifications, of reports and of this command's own output are explained. */
static void
test_words (Place *place, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (WORDS); i++) {
    g_autofree char *line = g_strdup_printf ("$BULLA explain '%s' | tr -s '\\n ' ' '", WORDS[i][0]);
    const Case cases[] = {{line, 0, WORDS[i][1]}};
    check (place, cases, G_N_ELEMENTS (cases));
  }
  const Case more[] = {
      {"$BULLA explain --json fall-back", 0, "{\"word\":\"fall-back\",\"meaning\":\"A rule"},
      {"$BULLA explain nextUpdat", 2, "Did you mean “nextUpdate”?"},
      {"$BULLA explain max-age", 2, "Similar settings: certificate.ocsp-max-age"},
      {"$BULLA explain nothing-like-it", 2, "is not known"},
      {"$BULLA explain a 2>&1 | grep -cE 'Similar|mean'", 1, "0\n"},
      {"$BULLA explain '' 2>&1 | grep -cE 'Similar|mean'", 1, "0\n"},
      {"$BULLA explain ocsp-m", 2, "Similar settings: certificate.ocsp-max-age"},
      {"$BULLA explain x-age 2>&1 | grep -c Similar", 1, "0\n"},
  };
  check (place, more, G_N_ELEMENTS (more));
}

/* Columns have headings on a terminal, and none in a pipe. */
static void
test_headings (Place *place, gconstpointer data)
{
#define TERMINAL(line)                                                                             \
  "script -qec \"$BULLA " line "\" /dev/null </dev/null | head -1 | tr -s ' \\r' ' '"
  static const Case cases[] = {
      {TERMINAL ("profiles list"), 0, "Profile Date Description"},
      {TERMINAL ("explain --list"), 0, "Reason Meaning"},
      {TERMINAL ("clients list"), 0, "Client Description"},
      {TERMINAL ("issuers list"), 0, "Origin By Authority"},
      {"mkdir few; echo x >few/x; $BULLA create bundle --dir few --base-url https://f.test/ f.wbn",
       0, "Wrote"},
      {TERMINAL ("bundle list f.wbn"), 0, "HTTP Bytes URL"},
      {"script -qec \"$BULLA verify --offline f.wbn\" /dev/null </dev/null | tr -s ' ' | "
       "grep -c '^ Outcome HTTP Bytes URL'",
       0, "1"},
      {"script -qec \"$BULLA calendar --offline f.wbn\" /dev/null </dev/null | tr -s ' ' | "
       "grep -c 'Until Limit or reason File URL'",
       0, "1"},
      {"$BULLA calendar --offline f.wbn | grep -c Until", 1, "0"},
      {"$BULLA bundle list f.wbn | grep -c HTTP", 1, "0"},
      {"$BULLA verify --offline f.wbn | grep -c Outcome", 1, "0"},
      {"$BULLA profiles list | grep -c Description", 1, "0"},
      {"$BULLA explain --list | grep -c Meaning", 1, "0"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* The bytes of a name that is not UTF-8 can be found again. */
static void
test_odd_names (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir n few; echo x >few/x; $BULLA create bundle --dir few --base-url https://f.test/ "
       "n/z.wbn; cp n/z.wbn n/$(printf '\\351').wbn; cp n/z.wbn n/$(printf '\\352').wbn; "
       "ls n | wc -l",
       0, "3"},
      {"$BULLA verify --offline n", 0, "n/\\xe9.wbn\n"},
      {"$BULLA verify --offline --json n", 0,
       "\"file\":\"n/\\\\xe9.wbn\",\"file_bytes\":\"6e2fe92e77626e\""},
      {"$BULLA verify --offline --json=full n", 0,
       "\"file\":\"n/\\\\xea.wbn\",\"file_bytes\":\"6e2fea2e77626e\""},
      {"$BULLA compare --offline --json --all -p draft-b3 -p chromium n | grep -c file_bytes", 0,
       "2"},
      {"$BULLA calendar --offline --json n | grep -c file_bytes", 0, "2"},
      {"$BULLA verify --offline --junit - n", 0, "n/\\xea.wbn"},
      {"$BULLA verify --offline --json n/z.wbn | grep -c file_bytes", 1, "0"},
      {"$BULLA verify --offline --json \"$($BULLA verify --offline --json n | grep -m1 file_bytes "
       "| "
       "python3 -c \"import sys, json; sys.stdout.buffer.write(bytes.fromhex(json.loads("
       "sys.stdin.read())['file_bytes']))\")\"",
       0, "\"file_bytes\":\"6e2fe92e77626e\""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Runs the completion of bash for a line; its last word may be empty. */
static void
test_completion (Place *place, gconstpointer data)
{
#define COMPLETE(type)                                                                             \
  "$BULLA help --completion bash >b; complete () { bash -c '. ./b; COMP_WORDS=(\"$@\"); "          \
  "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); " type "_bulla; printf \"%s\\n\" \"${COMPREPLY[@]}\"' "  \
  "- \"$@\" | sort | tr '\\n' ' '; }; complete bulla "
  static const Case cases[] = {
      {COMPLETE ("") "compare -p m", 0, "mozilla "},
      {COMPLETE ("COMP_TYPE=63; ") "verify --profile ''", 0,
       "chromium draft-b3 loading mozilla separate-origin "},
      {COMPLETE ("") "help cre", 0, "create "},
      {COMPLETE ("") "clients show chromium-156", 0, "chromium-156 chromium-156-mobile "},
      {COMPLETE ("") "explain kErrE", 0, "kErrExpired "},
      {COMPLETE ("") "explain certificate.ocsp-max-a", 0, "certificate.ocsp-max-age "},
      {COMPLETE ("") "explain fall-", 0, "fall-back "},
      {"touch f.der; " COMPLETE ("") "create chain --ocsp f", 0, "f.der fetch "},
      {COMPLETE ("") "verify -- --off | tr -d ' \\n' | wc -c", 0, "0"},
      {COMPLETE ("") "verify --off", 0, "--offline "},
      {"$BULLA help --completion zsh >z && grep -c 'offer=\"$offer $later\"' z", 0, "1"},
      {"$BULLA help --completion fish | grep -- '-l ocsp -r' | grep -o \"'fetch'\" | head -1", 0,
       "fetch"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* a family that gets options, or the end of them, and no subcommand */
static void
test_families (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"for family in bundle chain clients create issuers log logs profiles revocations "
       "vulnerable; do $BULLA $family -- && echo $family; [ $? -eq 1 ] || echo $family; done",
       0, ""},
      {"$BULLA profiles --", 2, "no subcommand given; choose one of: list, show, diff"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/words-command/words", Place, NULL, set_up, test_words, place_tear_down);
  g_test_add ("/words-command/families", Place, NULL, set_up, test_families, place_tear_down);
  g_test_add ("/words-command/headings", Place, NULL, set_up, test_headings, place_tear_down);
  g_test_add ("/words-command/odd-names", Place, NULL, set_up, test_odd_names, place_tear_down);
  g_test_add ("/words-command/completion", Place, NULL, set_up, test_completion, place_tear_down);
  return g_test_run ();
}
