/* test-cut-command.c - shows packages that were cut off, and says what a file is instead of one
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define LAB                                                                                        \
  "mkdir site; printf Hello >site/index.html; $BULLA create authority a; "                         \
  "$BULLA create exchange --authority a --url https://example.com/ --content site/index.html "     \
  "whole.sxg; $BULLA create bundle --dir site --base-url https://example.com/ site.wbn; "          \
  "$BULLA create chain --authority a --host example.com c.cbor"
/* 8 bytes of the file signature, 2 of a length, 20 of the URL, 6 of lengths, then the Signature */
#define HEAD 36

static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {{LAB, 0, "Wrote c.cbor"}};

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

/* An exchange is shown as far as it goes, wherever it was cut. */
static void
test_exchange (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"head -c 100 whole.sxg >cut.sxg; $BULLA inspect cut.sxg", 0,
       "cut.sxg, a signed exchange, cut off after 100 bytes\n"},
      {"$BULLA inspect cut.sxg", 0, "value: https://example.com/\n"},
      {"$BULLA inspect --json cut.sxg", 0, "\"missing\":"},
      {"$BULLA inspect --part signature cut.sxg", 0, "label;"},
      {"$BULLA inspect --part message cut.sxg", 2, "cut.sxg is cut off"},
      {"$BULLA inspect --part body cut.sxg", 2, "cut.sxg is cut off"},
      {"head -c 20 whole.sxg | $BULLA inspect -", 0, "value: https://ex"},
      {"head -c 9 whole.sxg | $BULLA inspect -", 0, "a signed exchange, cut off after 9 bytes\n"},
      {"head -c 6 whole.sxg | $BULLA inspect -", 2, "cut off within its file signature"},
      {"(head -c 33 whole.sxg; printf '\\377\\377\\377'; tail -c +37 whole.sxg) >long.sxg; "
       "$BULLA inspect long.sxg",
       2, "like a signed exchange, but cannot be shown"},
      {"printf 'sxg1-b9\\0' >b9.sxg; $BULLA inspect b9.sxg", 2, "cannot be shown"},
      {"$BULLA inspect whole.sxg | head -n 1", 0, "whole.sxg, a signed exchange\n"},
      {"$BULLA inspect --json whole.sxg | grep -c '\"missing\"'", 1, "0"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
  for (guint n = 8; n <= HEAD + 8; n++) {
    g_autofree char *line =
        g_strdup_printf ("head -c %u whole.sxg >n.sxg; $BULLA inspect n.sxg", n);
    g_autofree char *says = g_strdup_printf ("a signed exchange, cut off after %u bytes\n", n);
    const Case one = {line, 0, says};
    check (place, &one, 1);
  }
}

static void
test_bundle (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"head -c 200 site.wbn >cut.wbn; $BULLA inspect cut.wbn", 0, "primary-url: https://exam"},
      {"head -c 20 site.wbn >head.wbn; $BULLA inspect head.wbn", 0, "reason: bundle.truncated"},
      {"$BULLA bundle list head.wbn", 1, "refused: bundle.truncated; run bulla inspect"},
      {"head -c 5 site.wbn >five.wbn; $BULLA inspect five.wbn", 0, "the file ends after 5 bytes"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* What is called like a bundle may be something else, of which nothing can be shown. */
static void
test_no_bundle (Place *place, gconstpointer data)
{
  static const struct {
    const char *made, *is; /* a command that prints the file, and what the file is */
  } FILES[] = {
      {"echo '<!doctype html>'", "not a web bundle but HTML text"},
      {":", "not a web bundle: the file is empty"},
      {"echo x | gzip", "not a web bundle but gzip data"},
      {"cat c.pem", "not a web bundle but a PEM file"},
      {"cat c.cbor", "not a web bundle but a certificate chain"},
      {"cat whole.sxg", "not a web bundle but a signed exchange"},
      {"printf 'PK\\003\\004'", "not a web bundle but a ZIP archive"},
      {"echo '{\"log\":{\"version\":\"1.2\",\"creator\":{}}}'",
       "but a HAR file, which “bulla create bundle --har” reads"},
      {"echo '{\"a\":1}'", "but JSON text"},
      {"printf 'PK\\003\\004..............archive/data.warc.gz'",
       "but a WACZ file, which “bulla create bundle --warc” reads"},
      {"printf 'From: <Saved by Blink>\\r\\nMIME-Version: 1.0\\r\\nContent-Type: "
       "multipart/related;\\r\\n'",
       "but an MHTML file, which “bulla create bundle --mhtml” reads"},
      {"printf '\\001\\002\\003'", "x.wbn is not a web bundle\n"},
  };
  static const char *const VERBS[] = {"list x.wbn", "extract x.wbn out", "convert x.wbn -f y.wbn",
                                      "diff x.wbn site.wbn"};

  static const Case pipes[] = {
      {"echo '<p>' | $BULLA bundle list -", 1, "- is not a web bundle but HTML text\n"},
      {": | $BULLA bundle list -", 1, "- is not a web bundle: the file is empty\n"},
      {"$BULLA bundle list - <site.wbn", 0, "https://example.com/"},
  };

  check (place, pipes, G_N_ELEMENTS (pipes));
  for (gsize i = 0; i < G_N_ELEMENTS (FILES); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (VERBS); j++) {
      g_autofree char *line =
          g_strdup_printf ("(%s) >x.wbn; $BULLA bundle %s; echo $?", FILES[i].made, VERBS[j]);
      g_autofree char *hint =
          g_strdup_printf ("$BULLA bundle %s 2>&1 | grep -c 'readable parts'", VERBS[j]);
      const Case two[] = {{line, 0, FILES[i].is}, {hint, 1, "0"}};
      check (place, two, G_N_ELEMENTS (two));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Place, NULL, set_up, function, place_tear_down)
  ADD ("/cut/exchange", test_exchange);
  ADD ("/cut/bundle", test_bundle);
  ADD ("/cut/no-bundle", test_no_bundle);
#undef ADD
  return g_test_run ();
}
