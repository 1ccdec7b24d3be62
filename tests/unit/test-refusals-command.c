/* test-refusals-command.c - how the command refuses host names, values, durations and files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define CHAIN "$BULLA create chain --authority a "
#define EXCHANGE "$BULLA create exchange --authority a --url https://example.com/ --content i.html "

static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"echo Hello >i.html; $BULLA create authority a && " CHAIN "--host example.com c.cbor", 0,
       "Wrote c.cbor"},
  };

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_hosts (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {CHAIN "--host bücher.example x", 2, "use xn--bcher-kva.example instead\n"},
      {CHAIN "--host https://x.example/ x", 2, "use x.example instead\n"},
      {CHAIN "--host https://bücher.example:8443/a x", 2, "use xn--bcher-kva.example instead\n"},
      {CHAIN "--host x.example/y x", 2, "use x.example instead\n"},
      {CHAIN "--host example.com:443 x", 2, "use example.com instead\n"},
      {CHAIN "--host example.com. x", 2, "use example.com instead\n"},
      {CHAIN "--host 'a b' x", 2, "“a b” is not a host name\n"},
      {CHAIN "--host '' x", 2, "“” is not a host name\n"},
      {CHAIN "--host ::1 v6.cbor", 0, "Wrote v6.cbor"},
      {CHAIN "--host '*.example.com' w.cbor", 0, "Wrote w.cbor"},
      {"ls x", 2, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* A value of an option that takes none is not passed over. */
static void
test_values (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA verify --json=bogus c.cbor", 2, "the option --json takes no value such as “bogus”"},
      {"$BULLA verify --json= c.cbor", 2, "the option --json takes no value"},
      {"$BULLA inspect --json=full c.cbor", 2, "the option --json takes no value"},
      {"$BULLA verify --explain=yes c.cbor", 2, "the option --explain takes no value"},
      {CHAIN "--host example.com --tls=no x", 2, "the option --tls takes no value"},
      {"$BULLA verify --json=full c.cbor", 1, "\"steps\":["},
      {"$BULLA verify -- --json=x", 2, "--json=x: No such file"},
      {EXCHANGE "--expires 1d12h x", 2, "a number with s, m, h or d, such as 36h"},
      {EXCHANGE "--expires tomorrow x", 2, "is neither a time nor a duration"},
      {EXCHANGE "--expires 99999-01-01 x", 2, "--expires: "},
      {EXCHANGE "--expires 36h ok.sxg", 0, "Wrote ok.sxg"},
      {EXCHANGE "--expires \"$(date -u -d '3 days' +%Y-%m-%dT%TZ)\" time.sxg", 0, "Wrote time.sxg"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* A file is named once, and what it is does not contradict what it is not. */
static void
test_files (Place *place, gconstpointer data)
{
  static const char *const LINES[] = {
      "chain check nosuch",
      "ocsp nosuch",
      "verify nosuch",
      "verify --trust nosuch c.cbor",
      "verify --chain nosuch c.cbor",
      "verify --caa-evidence nosuch c.cbor",
      "inspect nosuch",
      "bundle list nosuch",
      "sign nosuch --key c.key",
      "create bundle --har nosuch x",
      "create bundle --warc nosuch x",
      "create bundle --mhtml nosuch x",
      "create bundle --urls nosuch x",
      "create chain --certificate nosuch x",
      "create chain --certificate c.pem --ocsp nosuch x",
      "create validity --from nosuch x",
      "create exchange --url https://example.com/ --content nosuch --authority a x",
      "logs import nosuch",
      "ledger nosuch",
  };
  static const Case cases[] = {
      {"$BULLA chain check c.key", 2, "c.key: a PEM file without certificates\n"},
      {"$BULLA chain check i.html", 2, "but plain text\n"},
      {"openssl genrsa -aes128 -passout pass:x -out e.key 2>err; $BULLA create exchange --url "
       "https://example.com/ --content i.html --certificate c.pem --private-key e.key "
       "--passphrase-file nosuch --cert-url https://example.com/c x",
       2, ": nosuch: No such file"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
  for (gsize i = 0; i < G_N_ELEMENTS (LINES); i++) {
    g_autofree char *out = NULL, *err = NULL;
    g_autofree char *line = g_strconcat ("$BULLA ", LINES[i], NULL);
    g_assert_cmpint (run (place, line, &out, &err), ==, 2);
    g_test_message ("%s: %s", line, err);
    const char *named = strstr (err, "nosuch");
    g_assert_nonnull (named);
    g_assert_null (strstr (named + 1, "nosuch"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Place, NULL, set_up, function, place_tear_down)
  ADD ("/refusals/hosts", test_hosts);
  ADD ("/refusals/values", test_values);
  ADD ("/refusals/files", test_files);
#undef ADD
  return g_test_run ();
}
