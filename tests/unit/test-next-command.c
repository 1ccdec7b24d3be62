/* test-next-command.c - the commands that makers print for the next step work as printed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "command-cases.h"

#define HOPS_MAX 4
#define IN_FOLDER "PATH=\"${BULLA%%/*}:$PATH\"; cd \"$PWD/%s\"; %s" /* a folder, a command */
#define SIGN "--certificate ../c.pem --private-key ../c.key "
#define CERT_URL "--cert-url https://example.com/c.cbor "

/* a command line, where it runs, and how many commands follow it, each named by the one before */
typedef struct {
  const char *folder, *line;
  guint n_next;
} Step;

static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir -p a pages empty far/away; echo '<p>Hello' >pages/index.html; cp -r pages w; "
       "$BULLA create authority auth && "
       "$BULLA create chain --authority auth --host example.com c.cbor",
       0, "Wrote c.cbor"},
  };

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

/* Returns: (transfer full) (nullable): the command below “Next:” */
static char *
find_next (const char *out)
{
  const char *mark = strstr (out, "Next:\n  ");
  const char *command = mark != NULL ? mark + strlen ("Next:\n  ") : NULL;

  return command != NULL ? g_strndup (command, strcspn (command, "\n")) : NULL;
}

/* Runs a command, then each that is named, and counts those. */
static void
follow (const Place *place, const Step *step)
{
  g_autofree char *line = g_strdup (step->line);
  guint n = 0;

  for (;;) {
    g_autofree char *out = NULL, *err = NULL;
    g_autofree char *whole = g_strdup_printf (IN_FOLDER, step->folder, line);
    int status = run (place, whole, &out, &err);
    g_test_message ("%s: %d\n%s%s", whole, status, out, err);
    g_assert_cmpint (status, ==, 0);
    g_free (line);
    line = find_next (out);
    if (line == NULL)
      break;
    n++;
    g_assert_cmpuint (n, <=, HOPS_MAX);
  }
  g_assert_cmpuint (n, ==, step->n_next);
}

static void
check_steps (const Place *place, const Step *steps, gsize n)
{
  for (gsize i = 0; i < n; i++)
    follow (place, &steps[i]);
}

/* From a new authority to a verified page, also where names of files are in use. */
static void
test_authority (Place *place, gconstpointer data)
{
  static const Step STEPS[] = {
      {"pages", "bulla create authority auth", 3},
      {"pages", "bulla create authority again", 3},
      {"empty", "bulla create authority -- \"-it's an \\$authority & more\"", 3},
      {"a", "bulla create authority later --date 2035-01-01", 3},
      {"a", "bulla create authority earlier --date 2001-01-01", 0},
      {"a", "bulla create authority 'a\nb'", 0},
      {"a", "bulla create authority bücher", 3},
      {"a", "LC_ALL=C bulla create authority bücher2", 0},
  };

  check_steps (place, STEPS, G_N_ELEMENTS (STEPS));
}

#define CHAIN "bulla create chain --authority auth --host "

static void
test_chain (Place *place, gconstpointer data)
{
  static const Step STEPS[] = {
      {"", CHAIN "example.com --tls t.cbor", 0},
      {"", CHAIN "'*.w.example' w.cbor", 2},
      {"", CHAIN "127.0.0.1 ip.cbor", 2},
      {"", CHAIN "EXAMPLE.com upper.cbor", 2},
      {"", CHAIN "'*.*.example' --host b.example stars.cbor", 2},
      {"", CHAIN "'*.*.example' star.cbor", 0},
      {"", CHAIN "example.com --days 120 --ignore-errors long.cbor", 0},
      {"", CHAIN "example.com --status revoked --ignore-errors gone.cbor", 0},
      {"", CHAIN "example.com --date '2035-01-01' later.cbor", 2},
      {"", CHAIN "example.com --profile chromium profile.cbor", 2},
      {"", CHAIN "example.com ./-c.cbor", 2},
      {"", CHAIN "example.com 'it'\"'\"'s a \"chain\" ~&$HOME;#?.cbor'", 2},
      {"", CHAIN "example.com --certificate-out 'd e.pem' --key-out '~key' other.cbor", 1},
      {"", "echo '<p>' >'-my page.html'; " CHAIN "example.com page.cbor", 2},
      {"", "rm *.html; mkdir index.html; ln -s nowhere x.html; " CHAIN "example.com none.cbor", 2},
  };

  check_steps (place, STEPS, G_N_ELEMENTS (STEPS));
}

#define EXCHANGE "bulla create exchange --url https://example.com/ --content index.html "

static void
test_exchange (Place *place, gconstpointer data)
{
  static const Step STEPS[] = {
      {"w", EXCHANGE SIGN "--chain ../c.cbor " CERT_URL "a.sxg", 1},
      {"w", EXCHANGE SIGN CERT_URL "b.sxg", 1},
      {"w", EXCHANGE SIGN "--chain ../c.cbor --cert-url data c.sxg", 1},
      {"w",
       "cp ../c.pem ../c.key .; cp ../c.cbor 'my chain.cbor'; " EXCHANGE
       "--certificate c.pem --private-key c.key --chain 'my chain.cbor' " CERT_URL "d.sxg",
       0}, /* the authority is not beside them */
      {"w", EXCHANGE "--certificate c.pem --private-key c.key " CERT_URL "e.sxg", 0},
      {"w", EXCHANGE "--authority ../auth 'f g$.sxg'", 1},
      {"w", EXCHANGE "--authority ../auth --cert-url https://example.com/x ./-h.sxg", 1},
      {"w", EXCHANGE "--authority ../auth --expires 30d --ignore-errors i.sxg", 0},
      {"w", EXCHANGE "--authority ../auth --profile chromium j.sxg", 1},
      {"w", EXCHANGE "--authority ../auth --date 2035-01-01 k.sxg", 1},
      {"w",
       EXCHANGE "--authority ../auth -H 'Variants-04: accept-language;en;fr' "
                "-H 'Variant-Key-04: fr' l.sxg",
       1},
      {"w", EXCHANGE "--authority ../auth \"$(printf 'a\\033b.sxg')\"", 0},
      {"w", EXCHANGE "--authority ../auth - >m.sxg", 0},
      {"w", EXCHANGE "--authority ../auth --status 404 n.sxg", 1},
  };

  check_steps (place, STEPS, G_N_ELEMENTS (STEPS));
}

#define BUNDLE "bulla create bundle --dir pages --base-url https://example.com/ "
#define SUBSET "--sign-subset all "
#define KEYS "--certificate c.pem --private-key c.key --chain c.cbor "

static void
test_bundle (Place *place, gconstpointer data)
{
  static const Step STEPS[] = {
      {"", BUNDLE "a.wbn", 1},
      {"", BUNDLE "'b \"c\".wbn'", 1},
      {"", BUNDLE "--profile chromium d.wbn", 1},
      {"", BUNDLE SUBSET "--authority auth e.wbn", 1},
      {"", BUNDLE SUBSET KEYS "f.wbn", 1},
      {"far/away", "cp -r ../../c.* ../../pages . && " BUNDLE SUBSET KEYS "g.wbn", 0},
      {"", BUNDLE SUBSET "--authority auth --date 2035-01-01 h.wbn", 1},
      {"", BUNDLE SUBSET "--authority auth --expires 30d --ignore-errors i.wbn", 0},
      {"", BUNDLE "--format b1 j.wbn", 1},
      {"", "bulla sign a.wbn " SUBSET "--authority auth --out=-k.wbn", 1},
      {"",
       "openssl genpkey -algorithm ed25519 -out k.pem 2>k.err && "
       "bulla sign a.wbn --key k.pem --out 'l m.swbn'",
       1},
  };

  check_steps (place, STEPS, G_N_ELEMENTS (STEPS));
}

#define SITE "bulla create site pages --base-url https://example.com/ "

static void
test_site (Place *place, gconstpointer data)
{
  static const Step STEPS[] = {
      {"", SITE "--authority auth s1", 1},
      {"", SITE "--authority auth 's 2'", 1},
      {"", SITE "--certificate c.pem --private-key c.key --chain c.cbor " CERT_URL "s3", 1},
      {"", SITE "--certificate c.pem --private-key c.key " CERT_URL "s4", 1},
      {"", SITE "--authority auth --expires 30d --ignore-errors s5", 0},
      {"", SITE "--authority auth --date 2035-01-01 s6", 1},
      {"",
       "mkdir -p v/x.variants; echo '<p>Hi' >v/x.variants/x.en.html; echo '<p>Oui' "
       ">v/x.variants/x.fr.html; bulla create site v --variants v --languages en,fr "
       "--base-url https://example.com/ --authority auth s7",
       1},
      {"",
       "bulla create exchange --variants v --languages en,fr --base-url https://example.com/ "
       "--authority auth s8",
       1},
  };

  check_steps (place, STEPS, G_N_ELEMENTS (STEPS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Place, NULL, set_up, function, place_tear_down)
  ADD ("/next/authority", test_authority);
  ADD ("/next/chain", test_chain);
  ADD ("/next/exchange", test_exchange);
  ADD ("/next/bundle", test_bundle);
  ADD ("/next/site", test_site);
#undef ADD
  return g_test_run ();
}
