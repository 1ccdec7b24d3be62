/* test-pem-command.c - keys and certificates in PEM, and files that are mistaken for them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define LAB                                                                                        \
  "set -e; echo Hello >i.html; mkdir s; cp i.html s; $BULLA create authority a; "                  \
  "$BULLA create chain --authority a --host example.com c.cbor; echo abc >pass; "                  \
  "openssl pkcs8 -topk8 -in c.key -out new.key -passout pass:abc; "                                \
  "openssl ec -in c.key -aes128 -passout pass:abc -out old.key; "                                  \
  "$BULLA create bundle --dir s --base-url / s.wbn"
#define CREATE                                                                                     \
  "rm -f x; $BULLA create exchange --content i.html --url https://example.com/ "                   \
  "--cert-url https://example.com/c.cbor --passphrase-file pass "
#define VERIFY                                                                                     \
  " x && $BULLA verify --offline --trust a/root.pem --ct-logs a/ctlogs.json --chain c.cbor x"

static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {{LAB, 0, "Wrote s.wbn"}};

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

/* Line breaks get lost in variables of the environment and in settings of servers. */
static void
test_lines (Place *place, gconstpointer data)
{
  static const char *const WAYS[] = {
      "tr '\\n' ' ' <%s >%s", "tr -d '\\n' <%s >%s", "sed ':a;N;$!ba;s/\\n/\\\\n/g' %s >%s",
      "sed ':a;N;$!ba;s/\\n/\\\\r\\\\n/g' %s >%s", "sed 's/$/\\r/' %s >%s"};
  static const char *const FILES[] = {"c.key", "new.key", "old.key", "c.pem"};

  for (size_t w = 0; w < G_N_ELEMENTS (WAYS); w++)
    for (size_t f = 0; f < G_N_ELEMENTS (FILES); f++) {
      gboolean is_key = f < 3;
      if (f == 2 && w < 2)
        continue; /* its header lines cannot be restored */
      g_autofree char *way = g_strdup_printf (WAYS[w], FILES[f], "one");
      g_autofree char *line =
          g_strdup_printf ("%s && " CREATE "--certificate %s --private-key %s" VERIFY, way,
                           is_key ? "c.pem" : "one", is_key ? "one" : "c.key");
      const Case cases[] = {{line, 0, "substitute"},
                            {"$BULLA create chain --certificate one --ignore-errors - | "
                             "$BULLA inspect - | head -1",
                             0, "chain"}};
      check (place, cases, is_key ? 1 : 2);
    }
}

/* Each file is given for a key, or for a certificate. */
static void
test_mistaken (Place *place, gconstpointer data)
{
  static const struct {
    const char *make;
    const char *key; /* what is said when it is given for a key; NULL for a key */
    const char *certificate;
  } FILES[] = {
      {"cat c.pem", "a certificate, not a key", NULL},
      {"cat c.key", NULL, "a private key, not a certificate"},
      {"cat new.key", NULL, "a private key, not a certificate"},
      {"openssl pkey -in c.key -pubout", "a public key", "a public key"},
      {"openssl req -new -key c.key -subj /CN=example.com", "a certificate request",
       "a certificate request"},
      {"openssl pkey -in c.key -outform DER", "openssl pkey -inform DER", "probably DER"},
      {"openssl x509 -in c.pem -outform DER", "probably DER", "openssl x509 -inform DER"},
      {"openssl crl2pkcs7 -nocrl -certfile c.pem", "PKCS #7", "PKCS #7"},
      {"openssl ecparam -name prime256v1", "parameters without a key", "parameters without a key"},
      {"cat i.html", "plain text", "plain text"},
      {"cat c.cbor", "but a certificate chain", "but a certificate chain"},
      {"true", "empty", "empty"},
      {"openssl ecparam -genkey -noout -name prime256v1", "does not belong", NULL},
      {"openssl genrsa 2048", "does not belong", NULL},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (FILES); i++) {
    g_autofree char *make = g_strconcat (FILES[i].make, " >file", NULL);
    g_assert_cmpint (run (place, make, NULL, NULL), ==, 0);
    const Case key[] = {
        {CREATE "--certificate c.pem --private-key file x", 2, FILES[i].key},
        {"test ! -e x && echo none", 0, "none"},
    };
    const Case certificate[] = {
        {CREATE "--certificate file --private-key c.key x", 2, FILES[i].certificate},
        {"$BULLA create chain --certificate file --ignore-errors x", 2, FILES[i].certificate},
        {"test ! -e x && echo none", 0, "none"},
    };
    if (FILES[i].key != NULL)
      check (place, key, G_N_ELEMENTS (key));
    if (FILES[i].certificate != NULL)
      check (place, certificate, G_N_ELEMENTS (certificate));
  }
}

/* PEM that OpenSSL would only call unsupported is named, or read. */
static void
test_odd_keys (Place *place, gconstpointer data)
{
#define ID(make) make " >odd.key; $BULLA sign --id --key odd.key"
  static const Case cases[] = {
      {"$BULLA sign --id --key c.key >id; " ID ("sed 's/^/    /' c.key") " | cmp - id && echo same",
       0, "same"},
      {ID ("sed 's/ PRIVATE/ OPENSSH PRIVATE/' c.key"), 2,
       "odd.key: a key in the format of OpenSSH"},
      {ID ("head -2 c.key"), 2, "odd.key: PEM that is cut off: its line “-----END"},
      {ID ("head -c -20 c.key"), 2, "PEM that is cut off"},
      {ID ("sed 1s/-// c.key"), 2, "the first line must begin and end with five dashes"},
      {ID ("sed '1s/-$//' c.key"), 2, "the first line must begin and end with five dashes"},
      {ID ("base64 -w0 c.key"), 2, "not a private key in PEM, but base64 of PEM"},
      {ID ("base64 c.key"), 2, "but base64 of PEM, which “base64 -d” decodes"},
      {ID ("openssl pkey -in c.key -outform DER | base64"), 2, "but base64 of DER, without the"},
      {ID ("iconv -t UTF-16 c.key"), 2, "but UTF-16 text"},
      {"printf '\\357\\273\\277abc\\r\\n' >bom; $BULLA sign --id --key new.key --passphrase-file "
       "bom "
       "| cmp - id && echo same",
       0, "same"},
      {"echo abc | iconv -t UTF-16 >wide; $BULLA sign --id --key new.key --passphrase-file wide", 2,
       "wide: the file is UTF-16 text"},
      {"head -4 c.pem >odd.pem; $BULLA create chain --certificate odd.pem --ignore-errors x", 2,
       "odd.pem: PEM that is cut off"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_bundle_keys (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA sign --key c.pem s.wbn", 2, "c.pem: a certificate, not a key"},
      {"openssl pkey -in c.key -pubout >pub; $BULLA sign --key pub s.wbn", 2, "is a public key"},
      {"$BULLA sign --id pub >id && $BULLA sign --id c.key | cmp - id && echo same", 0, "same"},
      {"$BULLA sign --key new.key s.wbn </dev/null", 2, "--passphrase-file"},
      {"echo other >wrong; $BULLA sign --key new.key --passphrase-file wrong s.wbn", 2,
       "passphrase of the key is wrong"},
      {"openssl pkcs8 -topk8 -in c.key -out rc4.key -passout pass:abc -v1 PBE-SHA1-RC4-128 "
       "-provider legacy -provider default && $BULLA sign --id --key rc4.key --passphrase-file "
       "pass",
       2, "encrypted with a method that is not supported"},
      {CREATE "--certificate c.pem --private-key rc4.key x", 2, "is not supported"},
      {"$BULLA sign --key new.key --passphrase-file pass s.wbn", 0, "Wrote s.wbn"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Place, NULL, set_up, test, place_tear_down)
  ADD ("/command/pem/lines", test_lines);
  ADD ("/command/pem/mistaken", test_mistaken);
  ADD ("/command/pem/odd-keys", test_odd_keys);
  ADD ("/command/pem/bundle-keys", test_bundle_keys);
  return g_test_run ();
}
