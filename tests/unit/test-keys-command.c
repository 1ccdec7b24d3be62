/* test-keys-command.c - bulla verify describes the signing key, with a real TLS server
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "openssl-server.h"

/* A certificate for signing and one for TLS, both for the same key; and a server of either. */
static const char SET_UP[] =
    "set -e; $BULLA create authority a;"
    "$BULLA create chain --authority a --host publisher.test --host '*.shop.test' "
    "--host 192.0.2.7 --host 2001:db8::1 chain.cbor;"
    "printf 'subjectAltName=DNS:tls.test\\nextendedKeyUsage=serverAuth\\n' >ext;"
    "openssl req -new -key chain.key -subj /CN=tls.test -out tls.csr;"
    "openssl x509 -req -in tls.csr -CA a/intermediate.pem -CAkey a/intermediate.key "
    "-set_serial 7 -extfile ext -days 30 -out tls.pem;"
    "{ printf 'HTTP/1.0 200 OK\\r\\nContent-Type: application/cert-chain+cbor\\r\\n\\r\\n';"
    "  cat chain.cbor; } >chain; echo hello >index.html";

static const char SIGN[] =
    "set -e; for way in TLS SIGNER; do eval port=\\$$way;"
    "$BULLA create exchange --certificate chain.pem --private-key chain.key "
    "--url https://publisher.test/ --cert-url https://tls.test:$port/chain --content index.html "
    "$way.sxg; done;"
    "$BULLA create exchange --certificate chain.pem --private-key chain.key --cert-url data "
    "--chain chain.cbor --url https://publisher.test/ --content index.html data.sxg";

typedef struct {
  Place place;
  GSubprocess *tls, *signer; /* owned; servers with the TLS certificate, and with the signing one */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
#define SERVER(certificate)                                                                        \
  {                                                                                                \
    "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", "chain.key",    \
        "-cert_chain", "a/intermediate.pem", "-HTTP", NULL                                         \
  }
  static const char *const tls[] = SERVER ("tls.pem");
  static const char *const signer[] = SERVER ("chain.pem");

  place_set_up (&self->place);
  g_assert_cmpint (run (&self->place, SET_UP, NULL, NULL), ==, 0);
  self->tls = openssl_server_start (&self->place, tls, "TLS");
  self->signer = openssl_server_start (&self->place, signer, "SIGNER");
  g_assert_cmpint (run (&self->place, SIGN, NULL, NULL), ==, 0);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  openssl_server_stop (self->tls);
  openssl_server_stop (self->signer);
  place_tear_down (&self->place, data);
}

#define VERIFY                                                                                     \
  "$BULLA verify --trust a/root.pem --ct-logs a/ctlogs.json --caa off "                            \
  "--resolve tls.test:$TLS:127.0.0.1 --resolve tls.test:$SIGNER:127.0.0.1 "

/* The chain is fetched from a server that uses the signing key in TLS. */
static void
test_reuse (Fixture *self, gconstpointer data)
{
  static const Case cases[] = {
      {VERIFY "TLS.sxg", 0, "warning: tls.test uses the signing key for TLS too"},
      {VERIFY "--explain TLS.sxg", 0, "cert.key-not-in-tls"},
      {VERIFY "--json=full TLS.sxg", 0, "\"tls_host\":\"tls.test\""},
      {VERIFY "--set certificate.tls-key=refuse TLS.sxg", 1, "reason cert.key-in-tls"},
      {VERIFY "--set certificate.tls-key=ignore TLS.sxg", 0, "substitute"},
      {VERIFY "--json=full data.sxg", 0, "\"tls_host\":null"},
      {VERIFY "data.sxg | grep -c warning || true", 0, "0\n"},
      {VERIFY "--set certificate.tls-key=refuse data.sxg", 0, "substitute"},
  };

  check (&self->place, cases, G_N_ELEMENTS (cases));
}

/* The server presents the signing certificate itself, which TLS must not accept. */
static void
test_signer_in_tls (Fixture *self, gconstpointer data)
{
  static const Case cases[] = {
      {VERIFY "--explain SIGNER.sxg", 1,
       "tls.test presented a certificate for signing exchanges in TLS"},
      {VERIFY "SIGNER.sxg", 1, "chain.fetch"},
  };

  check (&self->place, cases, G_N_ELEMENTS (cases));
}

static void
test_reach (Fixture *self, gconstpointer data)
{
  static const Case cases[] = {
      {VERIFY "--explain data.sxg", 0, "the signing key can sign for every path and port of\n"},
      {VERIFY "--explain data.sxg", 0,
       "    https://publisher.test/*\n    https://*.shop.test/*\n    https://192.0.2.7/*\n"
       "    https://[2001:db8::1]/*\n"},
      {VERIFY "data.sxg | grep -c 'can sign' || true", 0, "0\n"},
      {VERIFY "--json=full data.sxg", 0,
       "{\"name\":\"*.shop.test\",\"origin\":\"https://*.shop.test\",\"wildcard\":true,"
       "\"paths\":\"/*\",\"ports\":\"*\"}"},
      {VERIFY "--json=full data.sxg", 0, "{\"name\":\"[2001:db8::1]\","},
      {VERIFY "--json=full --offline TLS.sxg", 1, "\"certificate\":null"},
  };

  check (&self->place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/keys/command/reuse", test_reuse);
  ADD ("/keys/command/signer-in-tls", test_signer_in_tls);
  ADD ("/keys/command/reach", test_reach);
  return g_test_run ();
}
