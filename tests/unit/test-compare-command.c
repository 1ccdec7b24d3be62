/* test-compare-command.c - runs bulla compare as people and pipelines do
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>

#include "command-cases.h"
#include "test-sanitized.h"

#define TRUST "--offline --trust a/root.pem --ct-logs a/ctlogs.json --chain chain.cbor "
#define COMPARE "$BULLA compare " TRUST
#define SHORT "-p draft-b3 --set signature.lifetime-max=60 "

/* four packages in a folder with names in order: a good one, text that is named like a package, one
 * that is cut short, and another good one; and a file that is skipped */
static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (run (place,
                        "set -e; printf Hello >index.html; $BULLA create authority a;"
                        "$BULLA create chain --authority a --host example.com chain.cbor;"
                        "$BULLA create exchange --certificate chain.pem --private-key chain.key "
                        "--url https://example.com/ --cert-url https://example.com/c "
                        "--content index.html page.sxg; mkdir -p all/sub;"
                        "cp page.sxg all/a.sxg; echo no >all/b.sxg; cp page.sxg all/d.sxg;"
                        "head -c 100 page.sxg >all/c.sxg; echo text >all/readme",
                        NULL, NULL),
                   ==, 0);
}

/* the outcome decides which packages differ, and the exit status tells */
static void
test_groups (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {COMPARE "-p draft-b3 -p chromium page.sxg", 0, ""},
      {COMPARE "-p draft-b3 -p chromium page.sxg 2>/dev/null | wc -c", 0, "0"},
      {COMPARE SHORT "all 2>/dev/null", 1,
       "signature.lifetime: 2 packages\n"
       "  all/a.sxg  draft-b3: substitute; draft-b3 signature.lifetime-max=60: fall-back "
       "signature.lifetime\n"
       "  all/d.sxg"},
      {COMPARE SHORT "all 2>/dev/null | grep -c b.sxg", 1, "0"},
      {COMPARE SHORT "--all all 2>/dev/null | tail -n 3", 0,
       "no difference: 2 packages\n  all/b.sxg  draft-b3: "},
      {COMPARE SHORT "all 2>&1 >/dev/null", 1, "skipped 1 file"},
      {COMPARE SHORT "all 2>&1 >/dev/null", 1, "4 packages, 2 with a difference, 0 not read"},
      {COMPARE SHORT "--quiet all 2>&1 | wc -c", 0, "0"},
      {COMPARE SHORT "--quiet all", 1, ""},
      /* the same rule is broken under both profiles, and only one refuses */
      {COMPARE "-p draft-b3 -p loading all/c.sxg", 1,
       "sxg.complete: 1 package\n  all/c.sxg  draft-b3: fall-back sxg.truncated; loading: refuse "
       "sxg.truncated\n"},
      /* another profile is compared with a changed default, or with itself */
      {COMPARE "--set signature.lifetime-max=60 page.sxg", 1, "draft-b3: substitute; draft-b3 sig"},
      {COMPARE "-p chromium -p chromium --set signature.lifetime-max=60 page.sxg", 1,
       "chromium: substitute; chromium signature.lifetime-max=60: fall-back"},
      {COMPARE "-p chromium -p chromium page.sxg", 0, "0 with a difference"},
      /* a change applies to every profile */
      {COMPARE "-p draft-b3 -p chromium --set signature.lifetime-max=60 page.sxg", 0, ""},
      {COMPARE "-p draft-b3 -p chromium -p separate-origin page.sxg", 1,
       "; separate-origin: fall-back profile.no-substitution"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* what could not be done is status 2, and does not hide the rest */
static void
test_faults (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {COMPARE "-p draft-b3 page.sxg", 2, "name two profiles"},
      {COMPARE "page.sxg", 2, "name two profiles"},
      {COMPARE "-p draft-b3 -p chromium", 2, "no package given"},
      {COMPARE "-p draft-b3 -p nobody page.sxg", 2, "“nobody” does not exist"},
      {COMPARE "-p draft-b3 --set nothing=1 page.sxg", 2, "nothing"},
      {COMPARE "-p draft-b3 -p chromium all/sub", 2, "no packages found"},
      {COMPARE "-p draft-b3 -p chromium - </dev/null", 2, "no packages found"},
      {"find all -name '*.sxg' -print0 | " COMPARE SHORT "-", 2, "separate names by newlines"},
      {COMPARE SHORT "gone.sxg all", 2, "signature.lifetime: 2 packages"},
      {COMPARE SHORT "gone.sxg all 2>&1 >/dev/null", 2, "bulla: gone.sxg: No such file"},
      {COMPARE SHORT "gone.sxg all", 2, "5 packages, 2 with a difference, 1 not read"},
      {COMPARE "-p draft-b3 -p chromium --chain gone page.sxg", 2, "gone"},
      {COMPARE "-p draft-b3 -p chromium --at never page.sxg", 2, "--at"},
      {"$BULLA compare $(yes -- -p\\ draft-b3 | head -n 17) page.sxg", 2, "at most 16 profiles"},
      {"head -c 70000 /dev/zero | tr '\\0' x | " COMPARE "-p draft-b3 -p chromium -", 2,
       "a line exceeds 65536 bytes"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* names come in lines, and results leave in lines of the same order */
static void
test_lines (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"printf 'all/d.sxg\\n\\nall/a.sxg' | " COMPARE SHORT "--json - | cut -c 1-36", 0,
       "{\"file\":\"all/d.sxg\",\"url\":\"https://e\n{\"file\":\"all/a.sxg\",\"url\":\"https://"
       "e\n"},
      {"echo all/a.sxg | " COMPARE SHORT "page.sxg - all/b.sxg --json --all | cut -d , -f 1", 0,
       "{\"file\":\"page.sxg\"\n{\"file\":\"all/a.sxg\"\n{\"file\":\"all/b.sxg\"\n"},
      {"echo all | " COMPARE SHORT "--json - | grep -c rules", 0, "2"},
      {"cp page.sxg ./-; echo - | " COMPARE SHORT "--json -", 1, "{\"file\":\"./-\""},
      {"i=0; while test $i -lt 300; do echo all/c.sxg; echo page.sxg; i=$((i+1)); done >list;"
       "for n in 1 2 3; do " COMPARE SHORT "--json --all - <list 2>/dev/null; done |"
       "cut -d , -f 1 | uniq | wc -l",
       0, "1800\n"},
      {COMPARE "-p draft-b3 -p loading --json all 2>/dev/null | grep readme", 1, ""},
      /* the longest line, which has no newline */
      {"head -c 65536 /dev/zero | tr '\\0' x | " COMPARE SHORT "-", 2, "File name too long"},
      {"head -c 65537 /dev/zero | tr '\\0' x | " COMPARE SHORT "-", 2, "exceeds 65536 bytes"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* every profile judges the same bytes of a pipe, which can be read only once */
static void
test_pipe (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkfifo fifo; cat page.sxg >fifo & " COMPARE "-p draft-b3 -p chromium --json --all fifo", 0,
       "{\"draft-b3\":{\"outcome\":\"substitute\",\"reason\":null},"
       "\"chromium\":{\"outcome\":\"substitute\",\"reason\":null}}"},
      {"cat page.sxg >fifo & " COMPARE SHORT "--json fifo", 1,
       "\"draft-b3 signature.lifetime-max=60\":{\"outcome\":\"fall-back\","
       "\"reason\":\"signature.lifetime\"}"},
      {"$BULLA create bundle --dir all --base-url https://example.com/ site.wbn && "
       "(cat site.wbn >fifo & " COMPARE "-p draft-b3 -p loading --json --all fifo)",
       0, "\"draft-b3\":{\"outcome\":\"separate-origin\""},
      {"cat chain.cbor >fifo & " COMPARE "-p draft-b3 -p loading --all fifo", 0, "no difference"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* the members of the object are fixed: scripts depend on them */
static void
test_object (Place *place, gconstpointer data)
{
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (run (place, COMPARE SHORT "--json page.sxg", &out, NULL), ==, 1);
  g_assert_cmpint (strlen (out), <=, 500);
  g_autoptr (JsonNode) node = json_from_string (out, &error);
  g_assert_no_error (error);
  JsonObject *object = json_node_get_object (node);
  g_assert_cmpuint (json_object_get_size (object), ==, 4);
  g_assert_cmpstr (json_object_get_string_member (object, "file"), ==, "page.sxg");
  g_assert_cmpstr (json_object_get_string_member (object, "url"), ==, "https://example.com/");
  JsonObject *verdicts = json_object_get_object_member (object, "verdicts");
  g_assert_cmpuint (json_object_get_size (verdicts), ==, 2);
  JsonObject *first = json_object_get_object_member (verdicts, "draft-b3");
  g_assert_cmpuint (json_object_get_size (first), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (first, "outcome"), ==, "substitute");
  g_assert_true (json_object_get_null_member (first, "reason"));
  JsonObject *second =
      json_object_get_object_member (verdicts, "draft-b3 signature.lifetime-max=60");
  g_assert_cmpstr (json_object_get_string_member (second, "outcome"), ==, "fall-back");
  g_assert_cmpstr (json_object_get_string_member (second, "reason"), ==, "signature.lifetime");
  JsonArray *rules = json_object_get_array_member (object, "rules");
  g_assert_cmpuint (json_array_get_length (rules), ==, 1);
  g_assert_cmpstr (json_array_get_string_element (rules, 0), ==, "signature.lifetime");
}

/* text of a package and of a file name stays inside its string */
static void
test_hostile (Place *place, gconstpointer data)
{
  static const char line[] =
      "cp page.sxg \"$(printf 'a\"\\\\\\033[2J.sxg')\"; " COMPARE SHORT "--json a*2J.sxg";
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (run (place, line, &out, NULL), ==, 1);
  g_assert_null (strchr (out, '\033'));
  g_autoptr (JsonNode) node = json_from_string (out, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (node), "file"), ==,
                   "a\"\\\033[2J.sxg");
}

/* a terminal shows how far the work is */
static void
test_progress (Place *place, gconstpointer data)
{
  g_autofree char *out = NULL;
  g_autofree char *lines = NULL;
  g_autofree char *script = g_find_program_in_path ("script");
  gint64 begin = g_get_monotonic_time ();

  if (script == NULL) {
    g_test_skip ("script(1) is not installed");
    return;
  }
  g_assert_cmpint (run (place,
                        "yes page.sxg | head -n 600 >list; script -qec '" COMPARE SHORT
                        "--json - <list >out' /dev/null",
                        &out, NULL),
                   ==, 1);
  gint64 tenths = (g_get_monotonic_time () - begin) / (G_USEC_PER_SEC / 10);
  guint n_shown = 0;
  for (const char *at = out; (at = strstr (at, " judged, ")) != NULL; at++)
    n_shown++;
  g_assert_cmpuint (n_shown, >=, 1);
  g_assert_cmpuint (n_shown, <=, (guint)tenths + 2);
  g_assert_nonnull (strstr (out, " differ\033[K"));
  g_assert_nonnull (strstr (out, "\r\033[Kbulla: 600 packages, 600 with a difference"));
  g_assert_cmpint (run (place, "wc -l <out", &lines, NULL), ==, 0);
  g_assert_cmpstr (lines, ==, "600\n");
}

/* Returns: the most memory that the command used for so many lines, in KiB */
static gint64
measure_memory (Place *place, guint n_lines)
{
  g_autofree char *out = NULL;
  g_autofree char *line = g_strdup_printf (
      "cat >peak.py <<'END'\nimport resource, subprocess, sys\n"
      "subprocess.run(['sh', '-c', sys.argv[1]], check=False, stderr=subprocess.DEVNULL,\n"
      "               stdout=subprocess.DEVNULL)\n"
      "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\nEND\n"
      "yes all/b.sxg | head -n %u >list;"
      "python3 peak.py '" COMPARE "-p draft-b3 -p loading --json --all - <list'",
      n_lines);

  g_assert_cmpint (run (place, line, &out, NULL), ==, 0);
  return g_ascii_strtoll (out, NULL, 10);
}

/* memory does not depend on the number of packages */
static void
test_memory (Place *place, gconstpointer data)
{
  if (SANITIZED) {
    g_test_skip ("the sanitizers keep freed memory");
    return;
  }

  gint64 few = measure_memory (place, 1000), many = measure_memory (place, 30000);

  g_test_message ("%" G_GINT64_FORMAT " KiB, then %" G_GINT64_FORMAT " KiB", few, many);
  g_assert_cmpint (few, >, 1000);
  g_assert_cmpint (many, <=, few + 4096);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (Place *, gconstpointer);
  } tests[] = {
      {"/compare/groups", test_groups},   {"/compare/faults", test_faults},
      {"/compare/lines", test_lines},     {"/compare/object", test_object},
      {"/compare/hostile", test_hostile}, {"/compare/progress", test_progress},
      {"/compare/memory", test_memory},   {"/compare/pipe", test_pipe},
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Place, NULL, set_up, tests[i].test, place_tear_down);
  return g_test_run ();
}
