/* test-clients-command.c - bulla clients, and bulla verify --client
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define MAKE(name, url, type, more)                                                                \
  "$BULLA create exchange --certificate chain.pem --private-key chain.key --url " url              \
  " --cert-url https://example.com/c --content index.html --header 'Content-Type: " type "' " more \
  " " name ";"
#define JUDGE                                                                                      \
  "$BULLA verify --offline --trust a/root.pem --ct-logs a/ctlogs.json --chain chain.cbor "

static const char SET_UP[] =
    "set -e; printf Hello >index.html; $BULLA create authority a;"
    "$BULLA create chain --authority a --host example.com "
    "chain.cbor;" MAKE ("fr.sxg", "https://example.com/", "text/html",
                        "--header 'Variants-04: accept-language;en;fr' "
                        "--header 'Variant-Key-04: fr'")
        MAKE ("webp.sxg", "https://example.com/i", "image/webp",
              "--header 'Variants-04: accept;image/jpeg;image/webp' "
              "--header 'Variant-Key-04: image/webp'")
            MAKE ("dpr.sxg", "https://example.com/d", "text/html",
                  "--header 'Variants-04: dpr;one' --header "
                  "'Variant-Key-04: one' --ignore-errors") "mkdir -p c/bulla/clients; "
                                                           "sed 's/^name=.*/name=Our own/; "
                                                           "s/^value=.*/value=fr/' "
                                                           "$G_TEST_SRCDIR/../../data/"
                                                           "clients/curl.ini "
                                                           ">c/bulla/clients/own.ini;"
                                                           "sed 's/^document=/documents=/' "
                                                           "$G_TEST_SRCDIR/../../data/"
                                                           "clients/curl.ini >bad.ini";

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (run (place, SET_UP, NULL, NULL), ==, 0);
}

static void
test_commands (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA clients list", 0, "kaios-2.5"},
      {"XDG_CONFIG_HOME=c $BULLA clients list", 0, "Our own"},
      {"XDG_CONFIG_HOME=c $BULLA clients list --json", 0,
       "{\"name\":\"own\",\"description\":\"Our own\",\"languages\":null,"
       "\"file\":\"c/bulla/clients/own.ini\"}"},
      {"mkdir -p bad/bulla/clients; echo bad >bad/bulla/clients/broken.ini; "
       "XDG_CONFIG_HOME=bad $BULLA clients list",
       2, "kaios-2.5"},
      {"XDG_CONFIG_HOME=bad $BULLA clients list", 2,
       "bulla clients list: bad/bulla/clients/broken.ini: "},
      {"XDG_CONFIG_HOME=bad $BULLA clients list | grep -c '^[a-z]'", 0, "20"},
      {"XDG_CONFIG_HOME=bad $BULLA verify --client broken x.sxg", 2,
       "bad/bulla/clients/broken.ini"},
      {"$BULLA clients show kaios-2.5", 0, "sw,en-US;q=0.7,en;q=0.3"},
      {"$BULLA clients show --json kaios-2.5", 0, "\"decodes\":[\"image/jpeg\",\"image/png\"]"},
      {"$BULLA clients show --json kaios-2.5", 0,
       "\"screen\":{\"dpr\":1.0,\"width\":240,\"height\":320}"},
      {"$BULLA clients show --json kaios-2.5", 0,
       "\"cookies\":true,\"cookie\":null,\"fields\":{\"user-agent\":\"Mozilla/5.0 (Mobile; "},
      {"$BULLA clients show --json curl", 0,
       "\"screen\":{\"dpr\":null,\"width\":null,\"height\":null}"},
      {"$BULLA clients show kaios-2.5", 0, "screen           240 × 320 CSS pixels, density 1\n"},
      {"$BULLA clients show kaios-2.5", 0, "exchanges        none\n"},
      {"$BULLA clients show c/bulla/clients/own.ini", 0, "Our own"},
      {"$BULLA clients show kaios", 2, "similar: kaios-2.5"},
      {"$BULLA clients show $(printf %0256d 0)", 2, "does not exist; bulla clients list shows all"},
      {"$BULLA clients show ./bad.ini", 2, "unknown key “documents”"},
      {"$BULLA clients show", 2, "NAME|FILE"},
      {"$BULLA clients", 2, "list"},
      {JUDGE "--client chromium-156 a/root.pem 2>&1 | head -1", 0, "a/root.pem"},
      {"echo no >no.sxg; " JUDGE "--client chromium-156 no.sxg", 1, "sxg.truncated"},
      /* T15: the range fr-FR does not select fr */
      {JUDGE "--client webkitgtk-2.50 fr.sxg", 1,
       "this package is the fr variant; the request (fr-FR) selects en, the default"},
      {JUDGE "--client webkitgtk-2.50 --set variants.languages=lookup fr.sxg", 0, "substitute"},
      {JUDGE "--client chromium-156-mobile fr.sxg", 0, "substitute"},
      {JUDGE "--client webkitgtk-2.50 --request-header 'Accept-Language: fr' fr.sxg", 0,
       "substitute"},
      {JUDGE "--client safari-13 webp.sxg", 0, "substitute"},
      {JUDGE "--client safari-13 --set variants.wildcards=default-only webp.sxg", 1,
       "selects image/jpeg, by a wildcard"},
      {JUDGE "--client lynx webp.sxg", 2, "never requests a resource of the kind “image”"},
      {JUDGE "--client no-such fr.sxg", 2, "no-such"},
      {JUDGE "dpr.sxg", 1, "unknown axis dpr (known: accept, accept-encoding, accept-language)"},
      {JUDGE "fr.sxg", 1, "the request (en-US,en;q=0.9) selects en"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/clients-command/commands", Place, NULL, set_up, test_commands, place_tear_down);
  return g_test_run ();
}
