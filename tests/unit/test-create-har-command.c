/* test-create-har-command.c - bulla create bundle --har, with fields that cannot be headers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
}

/* A field that a bundle cannot have is named, and the response keeps its other ones. */
static void
test_fields (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"printf '%s' '{\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":"
       "\"https://n.example/\"},\"response\":{\"status\":200,\"headers\":[{\"name\":"
       "\"Content-Type\",\"value\":\"\"},{\"name\":\"bad name\",\"value\":\"x\"}],\"content\":"
       "{\"mimeType\":\"text/html\",\"text\":\"é\"}}}]}}' >odd.har; "
       "G_DEBUG=fatal-criticals $BULLA create bundle --har odd.har odd.wbn",
       0, "https://n.example/: its header “bad name”: a header cannot have that name"},
      {"$BULLA bundle list --json odd.wbn", 0, "\"content_type\":\"text/html;charset=utf-8\""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/command/har/fields", Place, NULL, set_up, test_fields, place_tear_down);
  return g_test_run ();
}
