/* test-report-policy.c - parses NEL and Report-To policies and their lifetimes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-nel-policies.h"
#include "bulla-report-collector-retry.h"

#define SITE "https://aggregator.test"
#define PAGE SITE "/page.sxg"
#define NOW G_GINT64_CONSTANT (1795402800)
#define DAY 86400
#define NEL(more) "{\"report_to\":\"nel\",\"max_age\":86400" more "}"
#define TO(more) "{\"group\":\"nel\",\"max_age\":86400,\"endpoints\":[{\"url\":\"/nel\"}]" more "}"

/* --- parsing of header fields */

static void
test_nel_fields (void)
{
  static const struct {
    const char *value;
    gint64 max_age; /* seconds; -1 without a policy */
    double success, failure;
  } cases[] = {
      {NEL (""), 86400, 0.0, 1.0},
      {NEL (",\"success_fraction\":0.25,\"failure_fraction\":0.5"), 86400, 0.25, 0.5},
      {NEL (",\"success_fraction\":1,\"failure_fraction\":0"), 86400, 1.0, 0.0},
      {NEL (",\"unknown\":[{}]"), 86400, 0.0, 1.0},
      {"{\"max_age\":0}", 0, 0.0, 0.0},
      {"{\"report_to\":\"nel\",\"max_age\":9223372036854775807}", BULLA_NEL_AGE_MAX, 0.0, 1.0},
      /* the first valid policy */
      {"{\"max_age\":-1}, " NEL (""), 86400, 0.0, 1.0},
      {"7, " NEL (",\"success_fraction\":0.5") ", " NEL (""), 86400, 0.5, 1.0},
      /* The member is missing, or has another type. */
      {"{\"max_age\":86400}", -1, 0, 0},
      {"{\"report_to\":7,\"max_age\":86400}", -1, 0, 0},
      {"{\"report_to\":\"nel\"}", -1, 0, 0},
      {"{\"report_to\":\"nel\",\"max_age\":-1}", -1, 0, 0},
      {"{\"report_to\":\"nel\",\"max_age\":1.5}", -1, 0, 0},
      {"{\"report_to\":\"nel\",\"max_age\":\"86400\"}", -1, 0, 0},
      {NEL (",\"success_fraction\":1.1"), -1, 0, 0},
      {NEL (",\"failure_fraction\":-0.1"), -1, 0, 0},
      {NEL (",\"failure_fraction\":\"1\""), -1, 0, 0},
      {NEL (",\"failure_fraction\":null"), -1, 0, 0},
      /* not JSON */
      {"", -1, 0, 0},
      {"nel", -1, 0, 0},
      {NEL ("") ",", -1, 0, 0},
      {"{'report_to':'nel','max_age':86400}", -1, 0, 0},
      {"/* */" NEL (""), -1, 0, 0},
      {"{\"report_to\":\"nel\",\"max_age\":0x10}", -1, 0, 0},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (BullaNelPolicy) policy = {0};
    g_test_message ("%s", cases[i].value);
    gboolean found = bulla_nel_policy_parse (&policy, cases[i].value);
    g_assert_cmpint (found, ==, cases[i].max_age >= 0);
    if (!found)
      continue;
    g_assert_cmpint (policy.max_age, ==, cases[i].max_age);
    g_assert_cmpfloat (policy.success, ==, cases[i].success);
    g_assert_cmpfloat (policy.failure, ==, cases[i].failure);
    g_assert_cmpstr (policy.group, ==, policy.max_age > 0 ? "nel" : NULL);
  }
}

/* nesting on which the parser would recurse deeply, and more elements than are read */
static void
test_limits (void)
{
  g_autofree char *deep = g_strnfill (BULLA_NEL_VALUE_MAX - 1, '[');
  g_autofree char *long_name = g_strnfill (BULLA_NEL_NAME_MAX + 1, 'n');
  g_autofree char *named = g_strdup_printf ("{\"report_to\":\"%s\",\"max_age\":86400}", long_name);
  g_autofree char *blank = g_strnfill (BULLA_NEL_VALUE_MAX, ' ');
  g_autofree char *large = g_strconcat (blank, NEL (""), NULL);
  g_autoptr (GString) groups = g_string_new (NULL);
  g_autoptr (GString) endpoints = g_string_new ("{\"max_age\":60,\"endpoints\":[");
  const char *const none[] = {deep, named, large};
  BullaNelPolicy policy;

  for (size_t i = 0; i < G_N_ELEMENTS (none); i++) {
    g_assert_false (bulla_nel_policy_parse (&policy, none[i]));
    g_autoptr (GPtrArray) read = bulla_nel_groups_parse (none[i], PAGE);
    g_assert_true (read == NULL || read->len == 0);
  }
  for (guint i = 0; i < 2 * BULLA_NEL_GROUPS_MAX; i++)
    g_string_append_printf (groups, "%s{\"group\":\"%u\",\"max_age\":60,\"endpoints\":[]}",
                            i > 0 ? "," : "", i);
  for (guint i = 0; i < 2 * BULLA_NEL_ENDPOINTS_MAX; i++)
    g_string_append_printf (endpoints, "%s{\"url\":\"/%u\"}", i > 0 ? "," : "", i);
  g_string_append (endpoints, "]}");
  g_autoptr (GPtrArray) many = bulla_nel_groups_parse (groups->str, PAGE);
  g_assert_cmpuint (many->len, ==, BULLA_NEL_GROUPS_MAX);
  g_autoptr (GPtrArray) wide = bulla_nel_groups_parse (endpoints->str, PAGE);
  g_assert_cmpuint (((BullaNelGroup *)wide->pdata[0])->endpoints->len, ==, BULLA_NEL_ENDPOINTS_MAX);
}

/* Converts each endpoint of the only group to its URL. */
static void
test_endpoints (void)
{
  static const struct {
    const char *endpoint, *url;
  } cases[] = {
      {"{\"url\":\"https://collector.test/a?b=c#d\"}", "https://collector.test/a?b=c"},
      {"{\"url\":\"/nel\"}", SITE "/nel"},
      {"{\"url\":\"https://collector.test/\",\"priority\":0,\"weight\":7}",
       "https://collector.test/"},
      {"{\"url\":\"http://collector.test/\"}", NULL},
      {"{\"url\":\"//collector.test/\"}", NULL},
      {"{\"url\":\"nel\"}", NULL},
      {"{\"url\":\"https://user:secret@collector.test/\"}", NULL},
      {"{\"url\":\"data:,x\"}", NULL},
      {"{\"url\":7}", NULL},
      {"{\"url\":\"/nel\",\"priority\":-1}", NULL},
      {"{\"url\":\"/nel\",\"weight\":0.5}", NULL},
      {"{}", NULL},
      {"\"/nel\"", NULL},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *value =
        g_strdup_printf ("{\"max_age\":60,\"endpoints\":[%s]}", cases[i].endpoint);
    g_autoptr (GPtrArray) groups = bulla_nel_groups_parse (value, PAGE);
    g_test_message ("%s", value);
    g_assert_cmpuint (groups->len, ==, 1);
    const BullaNelGroup *group = groups->pdata[0];
    g_assert_cmpstr (group->name, ==, "default");
    g_assert_cmpuint (group->endpoints->len, ==, cases[i].url != NULL ? 1 : 0);
    if (cases[i].url != NULL)
      g_assert_cmpstr (((BullaNelEndpoint *)group->endpoints->pdata[0])->url, ==, cases[i].url);
  }
}

/* --- stored policies */

typedef struct {
  BullaNelPolicies *policies;
} Cache;

static void
set_up (Cache *self, gconstpointer data)
{
  self->policies = bulla_nel_policies_new ();
}

static void
tear_down (Cache *self, gconstpointer data)
{
  bulla_nel_policies_free (self->policies);
}

static void
note (Cache *self, const char *url, const char *nel, const char *report_to, gint64 now)
{
  BullaNelResponse response = {url, "192.0.2.1", nel, report_to, FALSE};

  bulla_nel_policies_note (self->policies, "one", &response, now);
}

static BullaNelAnswer
decide_report (Cache *self, const char *url, gboolean success, double random, gint64 now)
{
  BullaNelOccasion occasion = {url, "192.0.2.1", success};
  g_autofree char *group = NULL;
  double fraction = -1.0;
  BullaNelAnswer answer =
      bulla_nel_policies_ask (self->policies, "one", &occasion, random, now, &fraction, &group);

  g_assert_cmpint (answer == BULLA_NEL_DUE, ==, group != NULL);
  g_assert_cmpint (answer == BULLA_NEL_DUE, ==, fraction > 0.0);
  return answer;
}

static void
assert_collector (Cache *self, const char *url, double random, gint64 now, const char *collector)
{
  g_autofree char *chosen =
      bulla_nel_policies_choose (self->policies, "one", url, "nel", random, now);

  g_assert_cmpstr (chosen, ==, collector);
}

static void
test_fractions (Cache *self, gconstpointer data)
{
  note (self, PAGE, NEL (",\"success_fraction\":0.25"), NULL, NOW);
  g_assert_cmpint (decide_report (self, PAGE, TRUE, 0.0, NOW), ==, BULLA_NEL_DUE);
  g_assert_cmpint (decide_report (self, PAGE, TRUE, 0.2499, NOW), ==, BULLA_NEL_DUE);
  g_assert_cmpint (decide_report (self, PAGE, TRUE, 0.25, NOW), ==, BULLA_NEL_NOT_SAMPLED);
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0.9999, NOW), ==, BULLA_NEL_DUE);
  note (self, PAGE, NEL (",\"failure_fraction\":0"), NULL, NOW);
  g_assert_cmpint (decide_report (self, PAGE, TRUE, 0.0, NOW), ==, BULLA_NEL_NOT_SAMPLED);
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0.0, NOW), ==, BULLA_NEL_NOT_SAMPLED);
}

static void
test_max_age (Cache *self, gconstpointer data)
{
  note (self, PAGE, NEL (""), TO (""), NOW);
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0, NOW + DAY), ==, BULLA_NEL_DUE);
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0, NOW + DAY + 1), ==, BULLA_NEL_NO_POLICY);
  assert_collector (self, PAGE, 0, NOW + DAY, SITE "/nel");
  assert_collector (self, PAGE, 0, NOW + DAY + 1, NULL);
  /* neither a response without the header fields nor malformed fields change anything */
  note (self, PAGE, NULL, NULL, NOW);
  note (self, PAGE, "{\"max_age\":", "nonsense", NOW);
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0, NOW), ==, BULLA_NEL_DUE);
  assert_collector (self, PAGE, 0, NOW, SITE "/nel");
  /* policy and groups can be withdrawn separately */
  note (self, PAGE, "{\"max_age\":0}", NULL, NOW);
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0, NOW), ==, BULLA_NEL_NO_POLICY);
  assert_collector (self, PAGE, 0, NOW, SITE "/nel");
  note (self, PAGE, NULL, "{\"group\":\"nel\",\"max_age\":0}", NOW);
  assert_collector (self, PAGE, 0, NOW, NULL);
  g_assert_cmpuint (bulla_nel_policies_get_n_origins (self->policies), ==, 0);
}

/* NEL "Generate a network error report": a policy that is two days old is used once more */
static void
test_stale (Cache *self, gconstpointer data)
{
  note (self, PAGE, "{\"report_to\":\"nel\",\"max_age\":2592000}", TO (""), NOW);
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0, NOW + 2 * DAY), ==, BULLA_NEL_DUE);
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0, NOW + 2 * DAY + 1), ==, BULLA_NEL_DUE);
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0, NOW + 2 * DAY + 1), ==,
                   BULLA_NEL_NO_POLICY);
}

/* a parent host's policy may apply to subdomains, but exchanges there are not reported to it */
static void
test_subdomains (Cache *self, gconstpointer data)
{
  static const char below[] = "https://a.b.aggregator.test/page.sxg";

  note (self, PAGE, NEL (""), TO (""), NOW);
  g_assert_cmpint (decide_report (self, below, FALSE, 0, NOW), ==, BULLA_NEL_NO_POLICY);
  note (self, PAGE, NEL (",\"include_subdomains\":true"), TO (",\"include_subdomains\":true"), NOW);
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0, NOW), ==, BULLA_NEL_DUE);
  g_assert_cmpint (decide_report (self, below, FALSE, 0, NOW), ==, BULLA_NEL_SUBDOMAIN);
  g_assert_cmpint (decide_report (self, "https://notaggregator.test/", FALSE, 0, NOW), ==,
                   BULLA_NEL_NO_POLICY);
  note (self, below, NEL (""), NULL, NOW);
  g_assert_cmpint (decide_report (self, below, FALSE, 0, NOW), ==, BULLA_NEL_DUE);
  assert_collector (self, below, 0, NOW, SITE "/nel");
  note (self, below, NULL, TO (""), NOW);
  assert_collector (self, below, 0, NOW, "https://a.b.aggregator.test/nel");
  /* A public suffix has no single owner. */
  BullaNelResponse suffix = {"https://test/", "192.0.2.1", NEL (",\"include_subdomains\":true"),
                             TO (",\"include_subdomains\":true"), TRUE};
  bulla_nel_policies_note (self->policies, "one", &suffix, NOW);
  g_assert_cmpint (decide_report (self, "https://other.test/", FALSE, 0, NOW), ==,
                   BULLA_NEL_NO_POLICY);
  assert_collector (self, "https://other.test/", 0, NOW, NULL);
}

/* A policy holds for one origin, over https, in one partition. */
static void
test_origins (Cache *self, gconstpointer data)
{
  static const char *const others[] = {"https://aggregator.test:8443/page.sxg",
                                       "http://aggregator.test/page.sxg",
                                       "https://192.0.2.1/page.sxg", "nonsense"};
  BullaNelOccasion occasion = {PAGE, "192.0.2.1", FALSE};
  double fraction;
  g_autofree char *group = NULL;

  note (self, "http://aggregator.test/", NEL (""), TO (""), NOW);
  note (self, "http://localhost/", NEL (""), TO (""), NOW);
  g_assert_cmpuint (bulla_nel_policies_get_n_origins (self->policies), ==, 0);
  note (self, "https://AGGREGATOR.test:443/other#fragment", NEL (""), TO (""), NOW);
  g_assert_cmpint (decide_report (self, PAGE "#fragment", FALSE, 0, NOW), ==, BULLA_NEL_DUE);
  for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_cmpint (decide_report (self, others[i], FALSE, 0, NOW), ==, BULLA_NEL_NO_POLICY);
  g_assert_cmpint (
      bulla_nel_policies_ask (self->policies, "two", &occasion, 0, NOW, &fraction, &group), ==,
      BULLA_NEL_NO_POLICY);
  bulla_nel_policies_forget (self->policies, "two");
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0, NOW), ==, BULLA_NEL_DUE);
  bulla_nel_policies_forget (self->policies, "o");
  g_assert_cmpint (decide_report (self, PAGE, FALSE, 0, NOW), ==, BULLA_NEL_NO_POLICY);
}

/* LD-026: if the address differs, NEL reports dns.address_changed, so nothing is reported; an
 * unknown address does not count as different */
static void
test_address_changed (Cache *self, gconstpointer data)
{
  BullaNelOccasion occasion = {PAGE, "192.0.2.2", FALSE};
  double fraction = 0.0;
  g_autofree char *group = NULL;

  note (self, PAGE, NEL (""), TO (""), NOW);
  g_assert_cmpint (
      bulla_nel_policies_ask (self->policies, "one", &occasion, 0, NOW, &fraction, &group), ==,
      BULLA_NEL_ADDRESS_CHANGED);
  g_assert_null (group);
  occasion.address = NULL;
  g_assert_cmpint (
      bulla_nel_policies_ask (self->policies, "one", &occasion, 0, NOW, &fraction, &group), ==,
      BULLA_NEL_DUE);
}

/* --- collectors */

#define THREE                                                                                      \
  "{\"group\":\"nel\",\"max_age\":86400,\"endpoints\":["                                           \
  "{\"url\":\"/spare\",\"priority\":2},{\"url\":\"/a\",\"weight\":1},{\"url\":\"/"                 \
  "b\",\"weight\":3}]}"

static void
fail_at (Cache *self, const char *collector, guint status, gint64 now)
{
  bulla_nel_policies_note_delivery (self->policies, "one", PAGE, "nel", collector, status, now);
}

static void
test_choice (Cache *self, gconstpointer data)
{
  note (self, PAGE, NULL, THREE, NOW);
  assert_collector (self, PAGE, 0.0, NOW, SITE "/a");
  assert_collector (self, PAGE, 0.24, NOW, SITE "/a");
  assert_collector (self, PAGE, 0.25, NOW, SITE "/b");
  assert_collector (self, PAGE, 0.9999, NOW, SITE "/b");
  /* a collector that fails is not used for one minute, then for two */
  fail_at (self, SITE "/a", 0, NOW);
  assert_collector (self, PAGE, 0.0, NOW, SITE "/b");
  fail_at (self, SITE "/b", 500, NOW);
  assert_collector (self, PAGE, 0.0, NOW, SITE "/spare");
  assert_collector (self, PAGE, 0.0, NOW + 60, SITE "/a");
  fail_at (self, SITE "/a", 500, NOW + 60);
  assert_collector (self, PAGE, 0.0, NOW + 179, SITE "/b");
  assert_collector (self, PAGE, 0.0, NOW + 180, SITE "/a");
  fail_at (self, SITE "/a", 204, NOW + 180);
  fail_at (self, SITE "/a", 500, NOW + 180);
  assert_collector (self, PAGE, 0.0, NOW + 240, SITE "/a");
  /* a collector that responded 410 is not used again */
  fail_at (self, SITE "/a", 410, NOW);
  fail_at (self, SITE "/b", 410, NOW);
  assert_collector (self, PAGE, 0.0, NOW + DAY, SITE "/spare");
  for (guint i = 0; i < BULLA_REPORT_FAILURES_MAX; i++)
    fail_at (self, SITE "/spare", 500, NOW);
  assert_collector (self, PAGE, 0.0, NOW + DAY, NULL);
}

/* the number of origins is limited, and recently used ones are kept */
static void
test_many (Cache *self, gconstpointer data)
{
  note (self, PAGE, NEL (""), NULL, NOW);
  for (guint i = 0; i < 2 * BULLA_NEL_ORIGINS_MAX; i++) {
    g_autofree char *url = g_strdup_printf ("https://%u.test/", i);
    note (self, url, NEL (""), NULL, NOW);
    g_assert_cmpint (decide_report (self, PAGE, FALSE, 0, NOW), ==, BULLA_NEL_DUE);
  }
  g_assert_cmpuint (bulla_nel_policies_get_n_origins (self->policies), ==, BULLA_NEL_ORIGINS_MAX);
  g_assert_cmpint (decide_report (self, "https://0.test/", FALSE, 0, NOW), ==, BULLA_NEL_NO_POLICY);
}

#define ADD(name, test) g_test_add ("/report/" name, Cache, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/nel-fields", test_nel_fields);
  g_test_add_func ("/report/limits", test_limits);
  g_test_add_func ("/report/endpoints", test_endpoints);
  ADD ("fractions", test_fractions);
  ADD ("max-age", test_max_age);
  ADD ("stale", test_stale);
  ADD ("subdomains", test_subdomains);
  ADD ("origins", test_origins);
  ADD ("address-changed", test_address_changed);
  ADD ("choice", test_choice);
  ADD ("many", test_many);
  return g_test_run ();
}
