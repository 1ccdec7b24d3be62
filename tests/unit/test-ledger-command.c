/* test-ledger-command.c - runs bulla ledger as people type it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>

#include "command-cases.h"

static const char LINES[] =
    "{\"kind\":\"click\",\"view\":1,\"time_us\":1000000,\"host\":\"aggregator.test\","
    "\"url\":\"https://aggregator.test/\"}\n"
    "{\"kind\":\"connect\",\"view\":1,\"time_us\":1100000,\"duration_us\":2000,\"tls\":true,"
    "\"host\":\"aggregator.test\",\"address\":\"192.0.2.1\",\"port\":443,\"purpose\":\"page\"}\n"
    "{\"kind\":\"request\",\"view\":1,\"time_us\":1200000,\"host\":\"aggregator.test\","
    "\"address\":\"192.0.2.1\",\"purpose\":\"page\",\"status\":200,\"cookies\":[\"sid\"],"
    "\"bytes_sent\":100,\"bytes_received\":2000,\"url\":\"https://aggregator.test/\"}\n"
    "{\"kind\":\"click\",\"view\":1,\"time_us\":3000000,\"host\":\"publisher.test\","
    "\"page\":\"https://aggregator.test/\",\"url\":\"https://publisher.test/\"}\n"
    "{\"kind\":\"request\",\"view\":1,\"time_us\":3001000,\"host\":\"publisher.test\","
    "\"source\":\"package\",\"deliverer\":\"https://aggregator.test/a.sxg\",\"purpose\":\"page\","
    "\"status\":200,\"url\":\"https://publisher.test/\"}\n"
    "{\"kind\":\"request\",\"view\":1,\"time_us\":3002000,\"host\":\"evil.test\","
    "\"address\":\"192.0.2.9\",\"purpose\":\"resource\",\"status\":200,"
    "\"url\":\"https://evil.test/\\u001b[31m\"}\n";

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_autofree char *path = g_build_filename (place->folder, "visit.jsonl", NULL);
  g_assert_true (g_file_set_contents (path, LINES, -1, NULL));
}

static void
test_text (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA ledger visit.jsonl", 0, "Publisher  publisher.test\n"},
      {"$BULLA ledger visit.jsonl", 0, "publisher.test has not been contacted.\n"},
      {"$BULLA ledger visit.jsonl", 0, "It cannot tell whether you clicked"},
      {"$BULLA ledger visit.jsonl", 0, "cookies: sid"},
      {"$BULLA ledger visit.jsonl", 0,
       "before the click: 1 connection, 1 request, 100 bytes sent, 2.0\302\240kB received\n"},
      {"$BULLA ledger visit.jsonl", 0, "after the click: 1 request answered from the package\n"},
      {"$BULLA ledger visit.jsonl", 0, "after the click: nothing\n"},
      {"$BULLA ledger visit.jsonl", 0, "   -1.900 s      2.0 ms  page"},
      {"$BULLA ledger --after - <visit.jsonl", 0, "from the package of https://aggregator.test/"},
      {"! $BULLA ledger --after visit.jsonl | grep 'before the click:'", 0, ""},
      {"! $BULLA ledger --before visit.jsonl | grep 'from the package'", 0, ""},
      {"echo | $BULLA ledger -", 0, "This ledger records no click"},
      {"$BULLA ledger --view 2 visit.jsonl", 0, "This ledger records no click"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* the page, an old script from a package, a live picture, twice; the rest is not part of the page
 */
static const struct {
  const char *purpose, *source, *path;
  gint64 date;
  guint status;
} PARTS[] = {
    {"page", "package", "", 1795399200, 200},
    {"resource", "package", "old.js", 1795226400, 200},
    {"resource", "network", "live.png", 1795402800, 200},
    {"resource", "network", "live.png", 1795402800, 200},
    {"package", "network", "a.sxg", 1, 200},
    {"prefetch", "network", "next", 1, 200},
    {"resource", "network", "missing", 1, 404},
    {"resource", "network", "undated", -1, 200},
};

static char *
compose (void)
{
  g_autoptr (GString) lines = g_string_new (
      "{\"kind\":\"click\",\"view\":1,\"time_us\":3000000,\"host\":\"publisher.test\","
      "\"url\":\"https://publisher.test/\"}\n");

  for (size_t i = 0; i < G_N_ELEMENTS (PARTS); i++)
    g_string_append_printf (
        lines,
        "{\"kind\":\"request\",\"view\":1,\"time_us\":4000000,\"host\":\"publisher.test\","
        "\"purpose\":\"%s\",\"source\":\"%s\",\"date\":%" G_GINT64_FORMAT ",\"status\":%u,"
        "\"deliverer\":\"https://a.test/%s\",\"url\":\"https://publisher.test/%s\"}\n",
        PARTS[i].purpose, PARTS[i].source, PARTS[i].date, PARTS[i].status, PARTS[i].path,
        PARTS[i].path);
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

static void
test_composition (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA ledger page.jsonl", 0,
       "\nVersions on the page\n"
       "  2026-11-21T02:00:00Z  package   https://publisher.test/old.js\n"
       "  2026-11-23T02:00:00Z  package   https://publisher.test/\n"
       "  2026-11-23T03:00:00Z  network   https://publisher.test/live.png\n"
       "  from first to last: 2 days\n"},
      {"$BULLA ledger --json page.jsonl", 0,
       "\"composition\":{\"earliest\":1795226400,\"latest\":1795402800,\"skew_s\":176400,"
       "\"resources\":[{\"url\":\"https://publisher.test/old.js\",\"date\":1795226400,"
       "\"source\":\"package\",\"deliverer\":\"https://a.test/old.js\"},"
       "{\"url\":\"https://publisher.test/\",\"date\":1795399200,"},
      {"! $BULLA ledger visit.jsonl | grep 'Versions on the page'", 0, ""},
      {"$BULLA ledger --json visit.jsonl", 0, "\"composition\":null"},
      {"$BULLA ledger --har page.har page.jsonl && cat page.har", 0, "\"_date\" : 1795226400"},
  };
  g_autofree char *path = g_build_filename (place->folder, "page.jsonl", NULL);
  g_autofree char *lines = compose ();

  g_assert_true (g_file_set_contents (path, lines, -1, NULL));
  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_misuse (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA ledger", 2, "name exactly one ledger file"},
      {"$BULLA ledger a b", 2, "name exactly one ledger file"},
      {"$BULLA ledger --before --after visit.jsonl", 2, "cannot be combined"},
      {"$BULLA ledger --view -1 visit.jsonl", 2, "a number from 1"},
      {"$BULLA ledger nowhere.jsonl", 2, "nowhere.jsonl: "},
      {"echo '{}' | cat visit.jsonl - | $BULLA ledger -", 2, "-: line 7: "},
      {"$BULLA ledger --har /nonexistent/x visit.jsonl", 2, "/nonexistent/x"},
      {"$BULLA ledger --help", 0, "bulla-shell --ledger"},
      {"$BULLA help --man ledger", 0, ".TH \"BULLA-LEDGER\""},
      {"$BULLA help --completion bash", 0, "--har"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_json (Place *place, gconstpointer data)
{
  g_autofree char *out = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();

  g_assert_cmpint (run (place, "$BULLA ledger --json visit.jsonl", &out, NULL), ==, 0);
  g_assert_true (json_parser_load_from_data (parser, out, -1, NULL));
  JsonObject *object = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpstr (json_object_get_string_member (object, "page"), ==, "https://publisher.test/");
  JsonArray *parties = json_object_get_array_member (object, "parties");
  g_assert_cmpuint (json_array_get_length (parties), ==, 3);
  JsonObject *publisher = json_array_get_object_element (parties, 0);
  g_assert_cmpstr (json_object_get_string_member (publisher, "role"), ==, "publisher");
  JsonObject *after = json_object_get_object_member (publisher, "after");
  g_assert_cmpint (json_object_get_int_member (after, "requests"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (after, "answered"), ==, 1);
}

static void
test_har (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA ledger --har visit.har visit.jsonl", 0, "Publisher"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
  g_assert_cmpint (run (place, "grep -q '\"version\" : \"1.2\"' visit.har", NULL, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Place, NULL, set_up, test, place_tear_down)
  ADD ("/ledger/command/text", test_text);
  ADD ("/ledger/command/composition", test_composition);
  ADD ("/ledger/command/misuse", test_misuse);
  ADD ("/ledger/command/json", test_json);
  ADD ("/ledger/command/har", test_har);
  return g_test_run ();
}
