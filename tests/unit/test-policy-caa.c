/* test-policy-caa.c - judges issuers by CAA records
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <string.h>

#include "bulla-caa-property.h"
#include "caa-kit.h"

#define HOST "www.site.example"
#define CA "ca.example"

enum {
  ID,
  CASE_HOST,
  IS_WILDCARD,
  ISSUERS,
  RECORDS,
  ISSUE,
  EXCHANGES,
  ABOUT,
  NOTE,
  CERTAINTY,
  REASON,
  DECIDED,
  N_COLUMNS
};

/* --- worked examples */

static void
test_case (gconstpointer data)
{
  const char *const *row = data;
  const char *issuers = strcmp (row[ISSUERS], "-") == 0 ? NULL : row[ISSUERS];
  g_auto (GStrv) lines =
      g_strsplit (strcmp (row[RECORDS], "-") == 0 ? "" : row[RECORDS], "\\n", -1);
  g_autofree char *text = g_strjoinv ("\n", lines);
  g_autoptr (BullaCaaClimb) climb =
      caa_climb (text, row[CASE_HOST], strcmp (row[IS_WILDCARD], "1") == 0);
  g_auto (GStrv) list = issuers != NULL ? g_strsplit (issuers, ",", -1) : NULL;
  BullaCaaJudgement judgement;

  bulla_caa_judge (&judgement, climb, (const char *const *)list);
  g_autofree char *found = caa_judge (climb, issuers);
  g_autofree char *expected = g_strdup_printf ("%s %s %s", row[ISSUE], row[EXCHANGES], row[REASON]);
  g_assert_cmpstr (found, ==, expected);
  g_assert_cmpstr (judgement.rule, ==, row[DECIDED]);
}

static void
add_cases (GPtrArray *rows)
{
  const char *source = g_getenv ("G_TEST_SRCDIR");
  g_autofree char *path =
      g_build_filename (source != NULL ? source : "tests/unit", "caa-cases.tsv", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (size_t i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) row = g_strsplit (lines[i], "\t", -1);
    if (*lines[i] == '\0' || *lines[i] == '#' || strcmp (row[ID], "id") == 0)
      continue;
    g_assert_cmpuint (g_strv_length (row), ==, N_COLUMNS);
    g_autofree char *name = g_strconcat ("/policy/caa/case/", row[ID], NULL);
    g_test_add_data_func (name, row, test_case);
    g_ptr_array_add (rows, g_steal_pointer (&row));
  }
  g_assert_cmpuint (rows->len, ==, 45);
}

/* --- further records, and the judgements for ca.example */

typedef struct {
  const char *records;
  const char *says;
} Neighbour;

static void
check (const Neighbour *neighbours, size_t n, const char *host, gboolean wildcard,
       const char *issuers)
{
  for (size_t i = 0; i < n; i++) {
    g_autoptr (BullaCaaClimb) climb = caa_climb (neighbours[i].records, host, wildcard);
    g_autofree char *found = caa_judge (climb, issuers);
    g_test_message ("%s", neighbours[i].records);
    g_assert_cmpstr (found, ==, neighbours[i].says);
  }
}

#define ONE(value) "site.example CAA 0 issue \"" value "\"\n"
#define YES "permitted permitted -"
#define LACKS "permitted forbidden caa.parameter-missing"
#define OTHER_VALUE "permitted forbidden caa.parameter-value"
#define MALFORMED "forbidden forbidden caa.malformed"
#define EMPTY "forbidden forbidden caa.empty-issuer"
#define OTHER "forbidden forbidden caa.other-issuer"
#define NEVER "forbidden forbidden caa.unsatisfiable"
#define DEPENDS "not-known not-known caa.depends"
#define MAY "; cansignhttpexchanges=yes"

static void
test_grammar (void)
{
  static const Neighbour neighbours[] = {
      {ONE ("ca.example;cansignhttpexchanges=yes"), YES},
      {ONE (" \\009ca.example \\009; \\009cansignhttpexchanges \\009=\\009 yes\\009 "), YES},
      {ONE ("\\010ca.example" MAY), MALFORMED},
      {ONE ("\\160ca.example" MAY), MALFORMED},
      {ONE ("ca.example" MAY "\\000"), MALFORMED},
      {ONE ("ca.example\\000" MAY), MALFORMED},
      {ONE ("ca.ex\\000mple" MAY), MALFORMED},
      {ONE ("ca.example;;a=b"), MALFORMED},
      {ONE ("ca.example; ;" MAY), MALFORMED},
      {ONE ("ca.example" MAY ";"), MALFORMED},
      {ONE ("ca.example" MAY "; "), MALFORMED},
      {ONE ("ca.example; "), LACKS},
      {ONE ("ca.example; cansignhttpexchanges"), MALFORMED},
      {ONE ("ca.example; =yes"), MALFORMED},
      {ONE ("ca.example; -a=b"), MALFORMED},
      {ONE ("ca.example; a-=b"), MALFORMED},
      {ONE ("ca.example; a_b=c"), MALFORMED},
      {ONE ("ca.example; a--b=c" MAY), YES},
      {ONE ("ca.example; a=\\127" MAY), MALFORMED},
      {ONE ("ca.example; a=\\033~" MAY), YES},
      {ONE ("ca.example; a=\\\"\\\\" MAY), YES},
      {ONE ("-ca.example" MAY), MALFORMED},
      {ONE ("ca-.example" MAY), MALFORMED},
      {ONE ("ca..example" MAY), MALFORMED},
      {ONE (".ca.example" MAY), MALFORMED},
      {ONE ("_ca.example" MAY), MALFORMED},
      {ONE ("c\\195\\164.example" MAY), MALFORMED},
      {ONE ("ca--1.example" MAY), OTHER},
      {ONE ("example" MAY), OTHER},
      {ONE (""), EMPTY},
      {ONE (" \\009"), EMPTY},
      {ONE (" ; a=b"), EMPTY},
      {ONE ("; cansignhttpexchanges=yes"), EMPTY},
      {"site.example CAA 0 issue ca.example\\;cansignhttpexchanges=yes", YES},
      {"site.example CAA 0 issue ca.example", LACKS},
  };

  check (neighbours, G_N_ELEMENTS (neighbours), HOST, FALSE, CA);
}

static void
test_parameters (void)
{
  static const Neighbour neighbours[] = {
      {ONE ("ca.example; cansignhttpexchanges="), OTHER_VALUE},
      {ONE ("ca.example; cansignhttpexchanges=yes1"), OTHER_VALUE},
      {ONE ("ca.example; cansignhttpexchanges=no" MAY), OTHER_VALUE},
      {ONE ("ca.example" MAY MAY), OTHER_VALUE},
      {ONE ("ca.example; CANSIGNHTTPEXCHANGES=yes" MAY), YES},
      {ONE ("ca.example; accounturi=https://ca.example/1"),
       "not-known forbidden caa.parameter-missing"},
      {ONE ("ca.example; AccountURI=https://ca.example/1" MAY), DEPENDS},
      {ONE ("ca.example; accounturi=" MAY), NEVER},
      {ONE ("ca.example; accounturi=1" MAY), NEVER},
      {ONE ("ca.example; accounturi=//ca.example/1" MAY), NEVER},
      {ONE ("ca.example; accounturi=https://ca.example/<1>" MAY), NEVER},
      {ONE ("ca.example; accounturi=https://ca.example/%4" MAY), NEVER},
      {ONE ("ca.example; accounturi=https://ca.example/%41?a#b" MAY), DEPENDS},
      {ONE ("ca.example; accounturi=urn:a:b" MAY), DEPENDS},
      {ONE ("ca.example; accounturi=urn:a:b; AccountUri=urn:a:b" MAY), NEVER},
      {ONE ("ca.example; accounturi=; accounturi=urn:a:b" MAY), NEVER},
      {ONE ("ca.example; validationmethods=dns-01" MAY), DEPENDS},
      {ONE ("ca.example; ValidationMethods=dns-01" MAY), DEPENDS},
      {ONE ("ca.example; validationmethods=dns-01,,http-01" MAY), NEVER},
      {ONE ("ca.example; validationmethods=dns-01," MAY), NEVER},
      {ONE ("ca.example; validationmethods=dns_01" MAY), NEVER},
      {ONE ("ca.example; validationmethods=dns-01; accounturi=1" MAY), NEVER},
      {ONE ("other.example; accounturi=1" MAY), OTHER},
  };

  check (neighbours, G_N_ELEMENTS (neighbours), HOST, FALSE, CA);
}

/* of several properties, the one closest to a permission is the reason */
static void
test_together (void)
{
  static const Neighbour neighbours[] = {
      {ONE ("ca.example") ONE ("ca.example; accounturi=urn:a:b" MAY),
       "permitted not-known caa.depends"},
      {ONE ("ca.example; accounturi=urn:a:b") ONE ("other.example" MAY),
       "not-known forbidden caa.parameter-missing"},
      {ONE ("ca.example; accounturi=1" MAY) ONE ("other.example" MAY), NEVER},
      {ONE ("%") ONE ("other.example" MAY), OTHER},
      {ONE ("%") ONE (";"), MALFORMED},
      {ONE ("ca.example; cansignhttpexchanges=no") ONE ("ca.example"), OTHER_VALUE},
      {ONE ("ca.example" MAY) "site.example CAA 129 other x", "forbidden forbidden caa.critical"},
      {ONE ("ca.example" MAY) "site.example CAA 128 IssueMail x", YES},
      {ONE ("ca.example" MAY) "site.example CAA 128 contactemail x", YES},
      {ONE ("ca.example" MAY) "site.example CAA 128 contactphone x", YES},
      {"site.example CAA 128 iodef x", "permitted forbidden caa.no-property"},
      {ONE ("ca.example" MAY) "site.example CAA 0 issuewild \\;", "permitted permitted -"},
      {"site.example CAA 0 ISSUE ca.example", LACKS},
      {"www.site.example CAA 0 issuemail \\;\n" ONE ("ca.example" MAY),
       "permitted forbidden caa.no-property"},
  };

  check (neighbours, G_N_ELEMENTS (neighbours), HOST, FALSE, CA);
}

static void
test_wildcard (void)
{
  static const Neighbour neighbours[] = {
      {ONE ("ca.example" MAY) "site.example CAA 0 IssueWild \"%\"", MALFORMED},
      {ONE ("ca.example" MAY) "site.example CAA 0 issuewild \";\"", EMPTY},
      {ONE ("ca.example; accounturi=urn:a:b" MAY), DEPENDS},
      {"site.example CAA 0 iodef x", "permitted forbidden caa.no-property"},
      {"*.www.site.example CAA 0 issue \";\"\n" ONE ("ca.example" MAY), YES},
  };

  check (neighbours, G_N_ELEMENTS (neighbours), HOST, TRUE, CA);
}

/* without an issuer: whether any CA is permitted */
static void
test_any (void)
{
  static const Neighbour neighbours[] = {
      {"", "permitted forbidden caa.no-property"},
      {ONE ("other.example" MAY), YES},
      {ONE ("other.example"), LACKS},
      {ONE ("other.example; accounturi=urn:a:b" MAY), DEPENDS},
      {ONE (";"), EMPTY},
      {ONE ("%"), MALFORMED},
      {"site.example CAA 128 tbs x", "forbidden forbidden caa.critical"},
  };

  check (neighbours, G_N_ELEMENTS (neighbours), HOST, FALSE, NULL);
}

/* an issuer without known domains */
static void
test_unknown_issuer (void)
{
  static const Neighbour neighbours[] = {
      {"", "not-known not-known caa.issuer-unknown"},
      {ONE ("ca.example" MAY), "not-known not-known caa.issuer-unknown"},
      {"site.example BOGUS", "not-known not-known caa.bogus"},
  };

  check (neighbours, G_N_ELEMENTS (neighbours), HOST, FALSE, "");
}

static void
test_failures (void)
{
  static const Neighbour neighbours[] = {
      {"www.site.example SERVFAIL\n" ONE ("ca.example" MAY), "not-known not-known caa.no-answer"},
      {"example BOGUS\nwww.site.example CNAME a.test\n", "not-known not-known caa.bogus"},
      {"example SERVFAIL\n" ONE ("ca.example" MAY), YES},
      /* the data of a CAA record with one byte, and with a tag that ends beyond it */
      {ONE ("ca.example" MAY) "site.example CAA \\# 1 00", MALFORMED},
      {ONE ("ca.example" MAY) "site.example TYPE257 \\# 4 00096973", MALFORMED},
      {ONE ("ca.example" MAY) "site.example TYPE257 \\# 3 000141", YES},
  };

  check (neighbours, G_N_ELEMENTS (neighbours), HOST, FALSE, CA);
}

/* a climb without answers, and an unfinished one */
static void
test_unfinished (void)
{
  g_autoptr (BullaCaaClimb) climb = bulla_caa_climb_new (HOST, FALSE);
  g_autofree char *none = caa_judge (climb, CA);

  g_assert_cmpstr (none, ==, "not-known not-known caa.offline");
  g_assert_cmpint (bulla_caa_judge_dnssec (climb), ==, BULLA_REASON_CAA_OFFLINE);
  bulla_caa_climb_take (climb, bulla_caa_answer_new (HOST, BULLA_DNSSEC_SECURE, 0));
  g_autofree char *one = caa_judge (climb, CA);
  g_assert_cmpstr (one, ==, "not-known not-known caa.no-answer");
  g_assert_cmpint (bulla_caa_judge_dnssec (climb), ==, BULLA_REASON_CAA_NO_ANSWER);
}

/* the weakest DNSSEC state of the looked-up names counts */
static void
test_dnssec (void)
{
  static const struct {
    BullaDnssec states[2];
    BullaReason reason;
    const char *nick;
  } cases[] = {
      {{BULLA_DNSSEC_SECURE, BULLA_DNSSEC_SECURE}, BULLA_REASON_NONE, "secure"},
      {{BULLA_DNSSEC_INSECURE, BULLA_DNSSEC_SECURE}, BULLA_REASON_CAA_INSECURE, "insecure"},
      {{BULLA_DNSSEC_SECURE, BULLA_DNSSEC_INSECURE}, BULLA_REASON_CAA_INSECURE, "insecure"},
      {{BULLA_DNSSEC_INSECURE, BULLA_DNSSEC_NO_ANSWER}, BULLA_REASON_CAA_NO_ANSWER, "no-answer"},
      {{BULLA_DNSSEC_INSECURE, BULLA_DNSSEC_BOGUS}, BULLA_REASON_CAA_BOGUS, "bogus"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (BullaCaaClimb) climb = bulla_caa_climb_new ("site.example", FALSE);
    BullaCaaJudgement judgement;
    bulla_caa_climb_take (climb, bulla_caa_answer_new ("site.example", cases[i].states[0], 0));
    bulla_caa_climb_take (climb, bulla_caa_answer_new ("example", cases[i].states[1], 0));
    bulla_caa_judge (&judgement, climb, NULL);
    g_assert_cmpint (bulla_caa_judge_dnssec (climb), ==, cases[i].reason);
    g_assert_cmpstr (bulla_dnssec_get_nick (judgement.dnssec), ==, cases[i].nick);
  }
}

static void
test_found_at (void)
{
  g_autoptr (BullaCaaClimb) alias =
      caa_climb ("www.site.example CNAME a.test\na.test CAA 0 issue ca.example", HOST, FALSE);
  g_autoptr (BullaCaaClimb) none = caa_climb ("", HOST, FALSE);
  g_autoptr (BullaCaaClimb) bogus = caa_climb ("site.example BOGUS", HOST, FALSE);
  BullaCaaJudgement judgement;

  bulla_caa_judge (&judgement, alias, NULL);
  g_assert_cmpstr (judgement.found_at, ==, HOST);
  bulla_caa_judge (&judgement, none, NULL);
  g_assert_null (judgement.found_at);
  bulla_caa_judge (&judgement, bogus, NULL);
  g_assert_null (judgement.found_at);
  g_assert_cmpint (judgement.dnssec, ==, BULLA_DNSSEC_BOGUS);
}

/* Returns whether a truncated value ends within or before the tag of a parameter. */
static gboolean
in_tag (const char *value, gsize length)
{
  g_autofree char *start = g_strndup (value, length);
  const char *semicolon = strrchr (start, ';');

  return semicolon != NULL && strchr (semicolon, '=') == NULL;
}

/* no truncated value is read beyond its end */
static void
test_truncated (void)
{
  static const char VALUE[] = " ca ; a-1 = b=c ; cansignhttpexchanges=yes; "
                              "accounturi=https://ca.example/%41; validationmethods=a,b ";

  for (gsize length = 0; length < sizeof VALUE; length++) {
    g_autofree char *copy = g_memdup2 (VALUE, MAX (length, 1));
    g_autoptr (GBytes) bytes = g_bytes_new_static (copy, length);
    g_auto (BullaCaaProperty) property = {0};
    /* valid where a parameter may end: not after a tag, or after a semicolon that follows a
     * parameter */
    gboolean whole = length <= strlen (" ca ; ") || !in_tag (VALUE, length);
    g_assert_cmpint (bulla_caa_property_read (&property, bytes), ==, whole);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);

  add_cases (rows);
  g_test_add_func ("/policy/caa/grammar", test_grammar);
  g_test_add_func ("/policy/caa/parameters", test_parameters);
  g_test_add_func ("/policy/caa/together", test_together);
  g_test_add_func ("/policy/caa/wildcard", test_wildcard);
  g_test_add_func ("/policy/caa/any", test_any);
  g_test_add_func ("/policy/caa/unknown-issuer", test_unknown_issuer);
  g_test_add_func ("/policy/caa/failures", test_failures);
  g_test_add_func ("/policy/caa/unfinished", test_unfinished);
  g_test_add_func ("/policy/caa/dnssec", test_dnssec);
  g_test_add_func ("/policy/caa/found-at", test_found_at);
  g_test_add_func ("/policy/caa/truncated", test_truncated);
  return g_test_run ();
}
