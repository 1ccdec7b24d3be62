/* test-chain-command.c - chains of given certificates, and chains that are judged alone
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define TRUST "--trust a/root.pem --ct-logs a/ctlogs.json "
/* parts.py FILE.cbor KEY writes the byte string with that key to stdout */
#define LAB                                                                                        \
  "set -e; $BULLA create authority a; "                                                            \
  "$BULLA create chain --authority a --host example.com chain.cbor; "                              \
  "$BULLA create chain --authority a --host example.com --tls tls.cbor; "                          \
  "cat >parts.py <<'END'\n"                                                                        \
  "import sys\n"                                                                                   \
  "data, key = open(sys.argv[1], 'rb').read(), sys.argv[2].encode()\n"                             \
  "at = data.index(bytes([0x60 + len(key)]) + key) + 1 + len(key)\n"                               \
  "width = {24: 1, 25: 2}[data[at] & 31]\n"                                                        \
  "start = at + 1 + width\n"                                                                       \
  "size = int.from_bytes(data[at + 1:start], 'big')\n"                                             \
  "sys.stdout.buffer.write(data[start:start + size])\n"                                            \
  "END\n"                                                                                          \
  "python3 parts.py chain.cbor ocsp >ocsp.der; python3 parts.py tls.cbor ocsp >other.der; "        \
  "python3 parts.py chain.cbor sct >list.sct; tail -c +5 list.sct >one.sct; ls"

static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {{LAB, 0, "one.sct"}};

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

#define CREATE "$BULLA create chain --certificate chain.pem "
#define SCT_IN(place)                                                                              \
  "$BULLA create chain --authority a --host example.com --sct-in " place " " place                 \
  ".cbor >out; $BULLA inspect " place ".cbor"

static void
test_create (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {CREATE "--ocsp ocsp.der --sct list.sct 1.cbor", 0, "Wrote 1.cbor"},
      {"cmp 1.cbor chain.cbor", 0, ""},
      {CREATE "--ocsp ocsp.der --sct one.sct - | cmp - chain.cbor", 0, ""},
      {"PATH=$(dirname $BULLA):$PATH; eval \"$(" CREATE "--ocsp ocsp.der --sct one.sct 2.cbor | "
       "sed -n '/^Next/,$p' | sed 1d)\"",
       0, "2.cbor"},
      {CREATE "--ocsp other.der --sct one.sct x.cbor", 2, "ocsp.other-certificate"},
      {CREATE "--sct one.sct x.cbor", 2, "chain.ocsp-missing"},
      {CREATE "--ocsp ocsp.der x.cbor", 2, "sct.missing"},
      {CREATE "--ocsp ocsp.der --sct chain.pem x.cbor", 2, "chain.pem: neither a timestamp"},
      {CREATE "--ocsp fetch x.cbor", 2, "names no OCSP responder"},
      {CREATE "--authority a x.cbor", 2, "cannot be combined with --authority"},
      {CREATE "--ocsp ocsp.der --sct one.sct --key-out k x.cbor", 2, "with --key-out"},
      {CREATE "--ocsp ocsp.der --sct one.sct --days 5 x.cbor", 2, "with --days"},
      {CREATE "--ocsp ocsp.der --sct one.sct --status good x.cbor", 2, "with --status"},
      {"$BULLA create chain --ocsp ocsp.der x.cbor", 2, "need --certificate"},
      {"$BULLA create chain --certificate tls.pem --ocsp other.der x.cbor", 2,
       "cert.can-sign-missing"},
      /* the timestamp is in one place */
      {SCT_IN ("certificate"), 0, "timestamps: 1"},
      {SCT_IN ("ocsp"), 0, "timestamps: 1"},
      {SCT_IN ("chain"), 0, "timestamps: 1"},
      {"python3 parts.py certificate.cbor sct 2>&1", 1, "not found"},
      {"$BULLA create exchange --certificate certificate.pem --private-key certificate.key "
       "--chain certificate.cbor --url https://example.com/ --content parts.py --cert-url data "
       "in.sxg >out; $BULLA verify --offline " TRUST "in.sxg",
       0, "substitute"},
      {"ls x.cbor", 2, ""},
      {CREATE "--ocsp other.der --sct one.sct --ignore-errors x.cbor", 0, "ocsp.other-certificate"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* What is wrong with the certificates is said, and not what follows from it. */
static void
test_order (Place *place, gconstpointer data)
{
#define PARTS "--ocsp ocsp.der --sct one.sct "
  static const Case cases[] = {
      {"awk '/BEGIN/{n++} {print > (\"part\" n \".pem\")}' chain.pem; cat part2.pem part1.pem "
       ">turned.pem; cat part1.pem part1.pem part2.pem >twice.pem; ls",
       0, "part2.pem"},
      {"$BULLA create chain --certificate turned.pem " PARTS "x.cbor", 2,
       "turned.pem: the certificates are in the wrong order: put that of “CN=example.com” first"},
      {"$BULLA create chain --certificate turned.pem " PARTS "x.cbor 2>&1 | grep -c 'cert\\.is-ca'",
       1, "0\n"},
      {"$BULLA create chain --certificate turned.pem --ocsp fetch x.cbor", 2, "wrong order"},
      {"$BULLA create chain --certificate part1.pem " PARTS "x.cbor", 2,
       "the certificate of the issuer, “CN=Bulla Test Intermediate”, is missing"},
      {"$BULLA create chain --certificate twice.pem " PARTS "x.cbor", 2,
       "twice.pem: certificate 2, that of “CN=example.com”, is the same as certificate 1: remove"},
      {"cat chain.pem part2.pem >more.pem; $BULLA create chain --certificate more.pem " PARTS
       "x.cbor",
       2, "certificate 3, that of “CN=Bulla Test Intermediate”, is the same as certificate 2"},
      {"cat chain.pem part1.pem >last.pem; $BULLA create chain --certificate last.pem " PARTS
       "x.cbor",
       2, "certificate 3, that of “CN=example.com”, is the same as certificate 1"},
      {"$BULLA inspect more.pem", 0, "order: wrong: a certificate is there more than once"},
      {"ls x.cbor", 2, ""},
      {"$BULLA create chain --certificate turned.pem " PARTS "--ignore-errors y.cbor", 0,
       "Warning: the certificates are in the wrong order"},
      {"$BULLA inspect y.cbor", 0, "order: wrong"},
      {"$BULLA verify --offline " TRUST "turned.pem", 1,
       "\n  the certificates are in the wrong order"},
      {"$BULLA verify --offline " TRUST "y.cbor", 1, "wrong order: put that of “CN=example.com”"},
      {"$BULLA verify --offline " TRUST "--json turned.pem", 1,
       "\"mistake\":\"the certificates are"},
      {"$BULLA verify --offline " TRUST "--json=full y.cbor", 1, "\"mistake\":\"the certificates"},
      {"$BULLA verify --offline " TRUST "part1.pem", 1,
       "the issuer, “CN=Bulla Test Intermediate”, is missing"},
      {"$BULLA chain check " TRUST "turned.pem", 1, "; the certificates are in the wrong order"},
      {"$BULLA chain check " TRUST "--json part1.pem", 1, "\"mistake\":\"the certificate of the"},
      {"$BULLA verify --offline " TRUST "--json chain.pem | grep -c mistake", 1, "0"},
      {"$BULLA inspect part1.pem", 0, "order: the issuer of the leaf is missing"},
      {"$BULLA inspect chain.pem", 0, "issuer: CN=Bulla Test Intermediate"},
      {"LC_ALL=C $BULLA inspect chain.pem", 0, "\n  | | subject: CN=example.com\n"},
      {"LC_ALL=C $BULLA inspect chain.pem | grep -c '?'", 1, "0\n"},
      {"$BULLA verify --offline --junit - --json chain.pem", 2, "cannot be combined"},
      {"$BULLA verify --offline --sarif - --json=full chain.pem", 2, "cannot be combined"},
      {"$BULLA inspect --json chain.cbor", 0,
       "\"certificates\":[{\"number\":1,\"subject\":\"CN=example.com\",\"issuer\":\"CN=Bulla Test "
       "Intermediate\",\"issued-by\":2,"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Each mistake about an OCSP response has its own words, and what is not one is named. */
static void
test_ocsp (Place *place, gconstpointer data)
{
#define OF(response)                                                                               \
  "$BULLA create chain -f --certificate chain.pem --sct one.sct --ocsp " response " x.cbor"
#define ISSUE(name)                                                                                \
  "$BULLA create chain --authority a --ignore-errors --host example.com --status " name " " name   \
  ".cbor && python3 parts.py " name ".cbor ocsp >" name ".der && " NEW (name)
#define NEW(name)                                                                                  \
  "$BULLA create chain --certificate " name ".pem --sct one.sct --ocsp " name ".der x.cbor"
  static const Case cases[] = {
      {OF ("other.der"), 2, "ocsp.other-certificate: no answer about this certificate"},
      {ISSUE ("revoked"), 2, "ocsp.revoked: revoked; required: good"},
      {ISSUE ("unknown"), 2, "ocsp.status-unknown: unknown; required: good"},
      {OF ("ocsp.der --date 2060-01-01"), 2, "ocsp.stale: "},
      {"sed '1,/END/d' chain.pem >issuer.pem; openssl ocsp -issuer issuer.pem -cert chain.pem "
       "-reqout ask.der && printf 'V\\t490101000000Z\\t\\t%s\\tunknown\\t/CN=x\\n' "
       "$(openssl x509 -in chain.pem -noout -serial | cut -d= -f2) >index && openssl ocsp "
       "-index index -CA issuer.pem -rsigner revoked.pem -rkey revoked.key -reqin ask.der "
       "-respout wrong.der -ndays 3 && " OF ("wrong.der"),
       2, "ocsp.signer: signed by a responder that the issuer did not authorise"},
      {"(head -c -5 ocsp.der; echo 1234) >bent.der; " OF ("bent.der"), 2, "ocsp.signature: "},
      {"printf '0\\003\\012\\001\\003' >later.der; " OF ("later.der"), 2,
       "ocsp.unsuccessful: trylater"},
      {": >e.der; " OF ("e.der"), 2, "bulla create chain: e.der: the file is empty"},
      {OF ("ocsp.der --sct e.der"), 2, "e.der: neither a timestamp nor a list of timestamps"},
      {"head -c 100 ocsp.der >cut.der; " OF ("cut.der"), 2,
       "cut.der: the OCSP response is cut off"},
      {OF ("chain.pem"), 2, "chain.pem: not an OCSP response, but a PEM file"},
      {OF ("chain.cbor"), 2, "chain.cbor: not an OCSP response, but a certificate chain"},
      {OF ("ask.der"), 2, "ask.der: not an OCSP response"},
      {"ls x.cbor", 2, ""},
      {OF ("cut.der --ignore-errors"), 0, "Warning: cut.der: the OCSP response is cut off"},
      {OF ("e.der --ignore-errors"), 0, "Warning: e.der: the file is empty"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* What is damaged, or only a part of a chain, is named as what it is. */
static void
test_damaged (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"(sed -n '1,/END/p' chain.pem; sed '1,/END/d' chain.pem | head -3) >cut.pem; "
       "sed '1,/END/!s/^MII/!!!/' chain.pem >bent.pem; "
       "openssl x509 -in chain.pem -outform DER -out leaf.der; "
       "(head -c 1 chain.cbor; printf '\\141x'; tail -c +10 chain.cbor) >magic.cbor; ls",
       0, "magic.cbor"},
      {"$BULLA verify --offline cut.pem", 2, "cut.pem: Certificate 2 in PEM is damaged or cut off"},
      {"$BULLA inspect cut.pem", 2, "cut.pem: Certificate 2 in PEM is damaged or cut off"},
      {"$BULLA chain check cut.pem", 2, "cut.pem: Certificate 2 in PEM is damaged or cut off"},
      {"$BULLA chain check bent.pem", 2, "bent.pem: Certificate 2 in PEM is damaged or cut off"},
      {"$BULLA verify --offline ocsp.der", 1, "not a package but an OCSP response, which"},
      {"$BULLA inspect ocsp.der", 2, "not a package but an OCSP response, which"},
      {"$BULLA chain check ocsp.der", 2, "but an OCSP response, which"},
      {"$BULLA verify --offline leaf.der", 1, "not a package but a certificate in DER, which"},
      {"$BULLA chain check leaf.der", 2, "but a certificate in DER, which"},
      {"$BULLA verify --offline magic.cbor", 1, "CBOR like that of a certificate chain, with anot"},
      {"$BULLA inspect magic.cbor", 2, "CBOR like that of a certificate chain, with another"},
      {"$BULLA chain check magic.cbor", 2, "CBOR like that of a certificate chain, with another"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Timestamps and OCSP responses come in several forms. */
static void
test_forms (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"base64 ocsp.der >ocsp.b64; (echo '-----BEGIN OCSP RESPONSE-----'; base64 ocsp.der; "
       "echo '-----END OCSP RESPONSE-----') >ocsp.pem; base64 -w0 one.sct >one.b64; "
       "python3 -c 'import base64, json; d=open(\"one.sct\", \"rb\").read(); "
       "t=lambda b: base64.b64encode(b).decode(); json.dump({\"sct_version\": 0, "
       "\"id\": t(d[1:33]), \"timestamp\": int.from_bytes(d[33:41], \"big\"), \"extensions\": "
       "\"\", "
       "\"signature\": t(d[43:])}, open(\"one.json\", \"w\"))'; ls",
       0, "one.json"},
      {CREATE "--ocsp ocsp.pem --sct one.b64 - | cmp - chain.cbor && echo same", 0, "same"},
      {CREATE "--ocsp ocsp.b64 --sct one.json - | cmp - chain.cbor && echo same", 0, "same"},
      {"echo '{\"id\": 5}' >odd.json; " CREATE "--ocsp ocsp.der --sct odd.json x.cbor", 2,
       "odd.json: neither a timestamp"},
      {"echo '{\"id\": [' >cut.json; " CREATE "--ocsp ocsp.der --sct cut.json x.cbor", 2,
       "cut.json: neither a timestamp"},
      {CREATE "--ocsp one.json --sct one.sct x.cbor", 2, "one.json: not an OCSP response, but"},
      {"ls x.cbor", 2, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* the chain, its certificates and its key never replace each other; none is left alone */
static void
test_files (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create chain --authority a --host a.example --key-out e.cbor e.cbor", 2,
       "not “e.cbor” twice"},
      {"$BULLA create chain --authority a --host a.example --force --key-out ./e.cbor e.cbor", 2,
       "twice"},
      {"$BULLA create chain --authority a --host a.example --key-out x --certificate-out x e.cbor",
       2, "twice"},
      {"$BULLA create chain --authority a --host a.example --key-out gone/k e.cbor", 2, "gone/k"},
      {"$BULLA create chain --authority a --host a.example --certificate-out gone/c e.cbor", 2,
       "gone/c"},
      {"ls e.cbor e.pem e.key x 2>/dev/null | wc -l", 0, "0"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* the next command that is shown can be copied, whatever the files are called */
static void
test_next (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir 'b;id'; cd 'b;id'; echo hi >'-a;id&.html'; $BULLA create authority \"c d\" && "
       "$BULLA create chain --authority 'c d' --host a.example 'e f.cbor'",
       0,
       "--certificate 'e f.pem' --private-key 'e f.key' --url https://a.example/ "
       "--cert-url https://a.example/e%20f.cbor --content './-a;id&.html' page.sxg"},
      {"cd 'b;id'; PATH=$(dirname $BULLA):$PATH; rm -f 'e f.'*; eval \"$($BULLA create chain "
       "--authority 'c d' --host a.example 'e f.cbor' | sed -n '/^Next/,$p' | sed 1d)\"",
       0,
       "bulla verify --trust 'c d/root.pem' --ct-logs 'c d/ctlogs.json' --chain 'e f.cbor' "
       "page.sxg"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_alone (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA verify --offline " TRUST "chain.cbor", 0, "substitute"},
      {"$BULLA verify --offline " TRUST "--json chain.cbor", 0, "\"kind\":\"chain\""},
      {"$BULLA verify --offline " TRUST "--json=full chain.cbor", 0, "\"rule\":\"ocsp.current\""},
      {"$BULLA verify --offline " TRUST "--explain chain.cbor", 0, "example.com"},
      {"$BULLA verify --offline " TRUST "--report chain.cbor", 0, "for certificate chains"},
      {"$BULLA verify --offline " TRUST "--junit - --quiet chain.cbor", 0, "chain.cbor"},
      {"$BULLA verify --offline " TRUST "--sarif - --quiet tls.cbor", 1, "cert.can-sign-missing"},
      {"$BULLA verify --offline " TRUST "- <chain.cbor", 0, "substitute"},
      {"$BULLA verify --offline " TRUST "--json chain.pem", 0, "\"kind\":\"certificates\""},
      {"$BULLA verify --offline " TRUST "tls.cbor", 1, "cert.can-sign-missing"},
      {"$BULLA verify --offline chain.cbor", 1, "cert.untrusted"},
      {"head -c 300 chain.cbor >cut.cbor; $BULLA verify --offline " TRUST "cut.cbor", 1,
       "chain.malformed"},
      {"$BULLA verify --offline " TRUST "--json=full chain.cbor | "
       "grep -cE '\"(chain.fetched|chain.status|chain.media-type|chain.redirects|chain.size)\"'",
       1, "0\n"},
      {"$BULLA inspect cut.cbor", 0, "fault"},
      {"head -c 60 chain.cbor >short.cbor; $BULLA inspect --json short.cbor", 0,
       "\"ocsp-next-update\":null"},
      {"(head -c 10 chain.pem; tail -c +11 chain.pem) | $BULLA verify --offline " TRUST "--json -",
       0, "\"kind\":\"certificates\""},
      {"$BULLA verify --offline " TRUST "--lint google-cache chain.cbor", 1,
       "google-cache.exchange"},
      {"$BULLA verify --offline " TRUST "--refreshed x.sxg chain.cbor", 2,
       "--refreshed needs a signed exchange"},
      {"$BULLA verify --offline " TRUST "--junit - --sarif - chain.cbor", 2,
       "cannot both write to standard output"},
      {"$BULLA inspect chain.cbor", 0, "ocsp-next-update"},
      {"$BULLA inspect --json chain.pem", 0, "\"names\":\"example.com\""},
      {"$BULLA inspect --part body chain.pem", 2, "has no parts"},
      {"$BULLA calendar --offline " TRUST "chain.cbor", 0, "ocsp"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* text, blanks and other blocks may come before the certificates (RFC 7468 section 2) */
static void
test_pem (Place *place, gconstpointer data)
{
#define EACH "for f in key blank bom x509 trusted crlf line described; do "
  static const Case cases[] = {
      {"cat chain.key chain.pem >key.pem; (echo; cat chain.pem) >blank.pem;"
       "(printf '\\357\\273\\277'; cat chain.pem) >bom.pem; sed 's/$/\\r/' chain.pem >crlf.pem;"
       "sed 's/ CERT/ X509 CERT/' chain.pem >x509.pem;"
       "sed 's/ CERT/ TRUSTED CERT/' chain.pem >trusted.pem;"
       "awk '{printf \"%s\\\\n\", $0}' chain.pem >line.pem;"
       "(head -c 20000 /dev/zero | tr '\\0' x | fold -w 70; echo; cat chain.pem) >described.pem",
       0, ""},
      {EACH "$BULLA verify --offline " TRUST "--json $f.pem; done | grep -c certificates", 0,
       "8\n"},
      {EACH "$BULLA verify --offline " TRUST "- <$f.pem; done | grep -c ^substitute", 0, "8\n"},
      {EACH "$BULLA inspect $f.pem; done | grep -c 'a certificate chain'", 0, "8\n"},
      {EACH "$BULLA chain check " TRUST "$f.pem; done | grep -c expires", 0, "8\n"},
      {EACH "$BULLA create chain --certificate $f.pem --ocsp ocsp.der --sct one.sct -f $f.cbor "
            "&& cmp $f.cbor chain.cbor || echo other; done | grep -c other",
       1, "0\n"},
      {"$BULLA verify --offline " TRUST "chain.key", 1, "not a package but a PEM file"},
      {"printf 'see -----BEGIN X-----, then CERTIFICATE-----' >note;"
       "$BULLA verify --offline " TRUST "note",
       1, "plain text"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_check (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA chain check " TRUST "chain.cbor", 0, "chain.cbor: expires "},
      {"$BULLA chain check " TRUST "--within 8d chain.cbor", 1, "renew it"},
      {"$BULLA chain check " TRUST "--within 8d --json chain.cbor", 1, "\"due\":true"},
      {"$BULLA chain check " TRUST "--within 8d chain.pem", 0, "(certificate)"},
      {"$BULLA chain check " TRUST "--profile chromium --within 8d chain.pem", 0, "(certificate)"},
      {"$BULLA chain check " TRUST "--profile loading --within 8d chain.pem", 0, "(certificate)"},
      {"$BULLA chain check " TRUST "--quiet --within 91d chain.pem | wc -c", 0, "0\n"},
      {"$BULLA chain check " TRUST "tls.cbor", 1, "cert.can-sign-missing"},
      {"$BULLA chain check " TRUST "nothing", 2, "nothing"},
      {"echo '<!DOCTYPE html><p>Not found' >page.html; $BULLA chain check " TRUST
       "page.html chain.cbor",
       2, "page.html: neither a certificate chain nor a PEM file, but HTML text"},
      {": >empty; $BULLA chain check " TRUST "empty", 2, "but empty"},
      {"head -c 40 chain.cbor >cut.cbor; $BULLA chain check " TRUST "cut.cbor", 1,
       "cut.cbor: cannot be used: chain."},
      {"$BULLA chain check --within soon chain.cbor", 2, "--within"},
      {"$BULLA chain check", 2, "no chain given"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Place, NULL, set_up, function, place_tear_down)
  ADD ("/command/chain/create", test_create);
  ADD ("/command/chain/order", test_order);
  ADD ("/command/chain/ocsp", test_ocsp);
  ADD ("/command/chain/damaged", test_damaged);
  ADD ("/command/chain/forms", test_forms);
  ADD ("/command/chain/files", test_files);
  ADD ("/command/chain/next", test_next);
  ADD ("/command/chain/alone", test_alone);
  ADD ("/command/chain/pem", test_pem);
  ADD ("/command/chain/check", test_check);
  return g_test_run ();
}
