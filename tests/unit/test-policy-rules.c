/* test-policy-rules.c - checks that each broken rule decides, and that the first of several wins
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-judge.h"
#include "bulla-loader.h"
#include "bulla-verdict-text.h"
#include "good-facts.h"

#include <string.h>

static const char *const PROFILES[] = {"draft-b3", "loading", "chromium", "separate-origin",
                                       "strict"};
#define N_TEXTS 3 /* profiles with outcomes below; of the others one forbids, one requires CAA */
static BullaProfile *profiles[G_N_ELEMENTS (PROFILES)];

static BullaProfile *
get_profile (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (PROFILES); i++)
    if (strcmp (PROFILES[i], name) == 0)
      return profiles[i];
  g_assert_not_reached ();
}

static BullaVerdict *
judge (BullaFacts *facts, const char *profile)
{
  BullaVerdict *verdict = bulla_judge_package (facts, get_profile (profile), GOOD_NOW);
  BullaReason first = BULLA_REASON_NONE;

  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++) {
    g_autofree char *observed = bulla_verdict_dup_observed (verdict, i);
    g_autofree char *required = bulla_verdict_dup_required (verdict, i);
    BullaState state = bulla_verdict_get_state (verdict, i);
    if (state == BULLA_STATE_BROKEN && first == BULLA_REASON_NONE)
      first = bulla_verdict_get_step_reason (verdict, i);
    g_assert_true (state != BULLA_STATE_UNASKED || observed != NULL); /* an explanation */
    g_assert_nonnull (required);
    g_assert_nonnull (bulla_verdict_get_anchor (verdict, i));
  }
  /* the first broken rule decides, and a verdict has a reason unless it substitutes */
  if (first != BULLA_REASON_NONE)
    g_assert_cmpint (bulla_verdict_get_reason (verdict), ==, first);
  g_assert_cmpint (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE, ==,
                   bulla_verdict_get_reason (verdict) == BULLA_REASON_NONE);
  g_assert_cmpint (bulla_verdict_get_expires (verdict) >= 0, ==,
                   bulla_verdict_get_reason (verdict) == BULLA_REASON_NONE);
  return verdict;
}

static gboolean
is_package_reason (BullaReason reason)
{
  return good_facts_has_reason (BULLA_FORM_EXCHANGE, reason);
}

static void
test_good (void)
{
  for (size_t i = 0; i < N_TEXTS; i++) {
    g_autoptr (BullaFacts) facts = good_facts_new ();
    g_autoptr (BullaVerdict) verdict = judge (facts, PROFILES[i]);
    g_assert_cmpint (bulla_verdict_get_reason (verdict), ==, BULLA_REASON_NONE);
    for (guint step = 0; step < bulla_verdict_get_n_steps (verdict); step++)
      g_assert_cmpint (bulla_verdict_get_state (verdict, step), !=, BULLA_STATE_BROKEN);
    g_assert_cmpstr (bulla_verdict_get_report_type (verdict), ==, "ok");
  }
}

/* with no facts, or only some of them, nothing is substituted */
static void
test_nothing_known (void)
{
  for (size_t i = 0; i < N_TEXTS; i++) {
    g_autoptr (BullaFacts) facts = bulla_facts_new ();
    g_autoptr (BullaVerdict) verdict = judge (facts, PROFILES[i]);
    g_assert_cmpint (bulla_verdict_get_outcome (verdict), ==, BULLA_OUTCOME_REFUSE);
    g_assert_cmpint (bulla_verdict_get_reason (verdict), ==, BULLA_REASON_CHAIN_UNKNOWN);
  }
}

static void
test_each (gconstpointer data)
{
  BullaReason reason = GPOINTER_TO_INT (data);
  g_autoptr (BullaFacts) facts = good_facts_new ();

  g_assert_true (good_facts_spoil (facts, reason));
  g_autoptr (BullaVerdict) verdict = judge (facts, good_facts_profile_for (reason));
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (verdict)), ==,
                   bulla_reason_get_nick (reason));
  g_autofree char *text = bulla_verdict_describe (verdict, TRUE);
  gboolean broken = good_facts_breaks (reason);
  g_assert_cmpint (strstr (text, "  broken ") != NULL, ==, broken);
  g_assert_nonnull (strstr (text, "  not checked "));
}

/* each reason belongs to exactly one rule, in all tables together */
static void
test_bijection (void)
{
  static const BullaRuleTable *const tables[] = {
      &bulla_rules_outer,     &bulla_rules_outer_bundle, &bulla_rules_format,
      &bulla_rules_integrity, &bulla_rules_bundle,       &bulla_rules_item,
      &bulla_rules_fields,    &bulla_rules_response,     &bulla_rules_signature,
      &bulla_rules_subset,    &bulla_rules_headers,      &bulla_rules_certificate,
      &bulla_rules_caa,       &bulla_rules_scope,        &bulla_rules_profile,
      &bulla_rules_body,      &bulla_rules_coding,       &bulla_rules_request,
      &bulla_rules_prefetch,  &bulla_rules_lookup,       &bulla_rules_history,
      &bulla_rules_validity};
  guint broken[BULLA_N_REASONS] = {0};
  gboolean unknown[BULLA_N_REASONS] = {FALSE};

  for (size_t i = 0; i < G_N_ELEMENTS (tables); i++)
    for (guint j = 0; j < tables[i]->n_rules; j++) {
      const BullaRule *rule = &tables[i]->rules[j];
      broken[rule->reason]++;
      for (guint k = 0; rule->more != NULL && rule->more[k] != BULLA_REASON_NONE; k++)
        broken[rule->more[k]]++;
      unknown[rule->unknown] = TRUE;
      const BullaReason *more = rule->more_unknown;
      for (guint k = 0; more != NULL && more[k] != BULLA_REASON_NONE; k++)
        unknown[more[k]] = TRUE;
    }
  for (BullaReason reason = BULLA_REASON_NONE + 1; reason < BULLA_N_REASONS; reason++) {
    g_test_message ("%s", bulla_reason_get_nick (reason));
    g_assert_true (broken[reason] == 1 || (broken[reason] == 0 && unknown[reason]));
  }
}

/* every pair of reasons in each profile; judge() checks the invariants of the judge */
static void
test_pairs (void)
{
  for (BullaReason one = 1; one < BULLA_N_REASONS; one++)
    for (BullaReason two = 1; two < BULLA_N_REASONS; two++) {
      const char *profile = good_facts_profile_for (one);
      if (!is_package_reason (one) || !is_package_reason (two)
          || strcmp (profile, good_facts_profile_for (two)) != 0)
        continue;
      g_autoptr (BullaFacts) facts = good_facts_new ();
      good_facts_spoil (facts, one);
      good_facts_spoil (facts, two);
      g_autoptr (BullaVerdict) verdict = judge (facts, profile);
      g_assert_cmpint (bulla_verdict_get_outcome (verdict), !=, BULLA_OUTCOME_SUBSTITUTE);
    }
}

static BullaOutcome
outcome_of (BullaReason reason, const char *profile, const char *version)
{
  g_autoptr (BullaFacts) facts = good_facts_new ();

  g_assert_true (good_facts_spoil (facts, reason));
  if (reason == BULLA_REASON_OUTER_VERSION)
    facts->outer.version = version;
  if (reason == BULLA_REASON_SXG_TRUNCATED && version != NULL)
    facts->signature_range = facts->headers_range = (BullaRange){0, 0};
  g_autoptr (BullaVerdict) verdict = judge (facts, profile);
  g_assert_cmpint (bulla_verdict_get_reason (verdict), ==, reason);
  return bulla_verdict_get_outcome (verdict);
}

#define FALL_BACK BULLA_OUTCOME_FALL_BACK
#define REFUSE BULLA_OUTCOME_REFUSE
#define ORDINARY BULLA_OUTCOME_NOT_A_PACKAGE

/* The outcome of each profile for reasons with a setting of their own; all others have its `fault`.
 */
static const struct {
  BullaReason reason;
  const char *version; /* `v` of the media type; or not NULL: cut in the lengths */
  BullaOutcome outcomes[N_TEXTS];
} OUTCOMES[] = {
    {BULLA_REASON_OUTER_CONTENT_TYPE, NULL, {ORDINARY, ORDINARY, ORDINARY}},
    {BULLA_REASON_OUTER_ATTACHMENT, NULL, {ORDINARY, ORDINARY, ORDINARY}},
    {BULLA_REASON_OUTER_TRANSPORT, NULL, {REFUSE, REFUSE, REFUSE}},
    {BULLA_REASON_OUTER_NOSNIFF, NULL, {FALL_BACK, ORDINARY, FALL_BACK}},
    {BULLA_REASON_OUTER_INSECURE, NULL, {REFUSE, REFUSE, FALL_BACK}},
    {BULLA_REASON_OUTER_VERSION, "b9", {FALL_BACK, FALL_BACK, FALL_BACK}},
    {BULLA_REASON_OUTER_VERSION, NULL, {FALL_BACK, ORDINARY, FALL_BACK}},
    {BULLA_REASON_SXG_MAGIC, NULL, {FALL_BACK, REFUSE, FALL_BACK}},
    {BULLA_REASON_SXG_VERSION, NULL, {FALL_BACK, REFUSE, FALL_BACK}},
    {BULLA_REASON_SXG_URL_SYNTAX, NULL, {REFUSE, REFUSE, REFUSE}},
    {BULLA_REASON_SXG_URL_SCHEME, NULL, {REFUSE, REFUSE, REFUSE}},
    {BULLA_REASON_SXG_TRUNCATED, NULL, {FALL_BACK, REFUSE, FALL_BACK}},
    {BULLA_REASON_SXG_TRUNCATED, "lengths", {FALL_BACK, REFUSE, REFUSE}},
    {BULLA_REASON_SIGNATURE_SYNTAX, NULL, {FALL_BACK, REFUSE, FALL_BACK}},
    {BULLA_REASON_HEADERS_NOT_CANONICAL, NULL, {FALL_BACK, REFUSE, FALL_BACK}},
    {BULLA_REASON_CHAIN_FETCH, NULL, {FALL_BACK, REFUSE, FALL_BACK}},
    {BULLA_REASON_CERT_NAME, NULL, {FALL_BACK, REFUSE, FALL_BACK}},
    {BULLA_REASON_CHAIN_UNKNOWN, NULL, {REFUSE, REFUSE, REFUSE}},
    {BULLA_REASON_BODY_DIGEST_MISSING, NULL, {FALL_BACK, REFUSE, FALL_BACK}},
    {BULLA_REASON_BODY_RECORD, NULL, {REFUSE, REFUSE, REFUSE}},
    {BULLA_REASON_BODY_RECORD_SIZE, NULL, {REFUSE, REFUSE, REFUSE}},
    {BULLA_REASON_BODY_TRUNCATED, NULL, {REFUSE, REFUSE, REFUSE}},
};

static void
test_outcomes (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (OUTCOMES); i++)
    for (size_t j = 0; j < N_TEXTS; j++) {
      BullaOutcome outcome = outcome_of (OUTCOMES[i].reason, PROFILES[j], OUTCOMES[i].version);
      g_test_message ("%s, %s", bulla_reason_get_nick (OUTCOMES[i].reason), PROFILES[j]);
      g_assert_cmpstr (bulla_outcome_get_nick (outcome), ==,
                       bulla_outcome_get_nick (OUTCOMES[i].outcomes[j]));
    }
}

static void
test_lifetime_report (void)
{
  for (size_t i = 0; i < N_TEXTS; i++) {
    g_autoptr (BullaFacts) facts = good_facts_new ();
    good_facts_spoil (facts, BULLA_REASON_SIGNATURE_LIFETIME);
    g_autoptr (BullaVerdict) verdict = judge (facts, PROFILES[i]);
    g_assert_cmpstr (bulla_verdict_get_report_type (verdict), ==,
                     i == 0 ? "signature_verification_error" : "cert_verification_error");
  }
}

/* acts as a translation: returns every text in capitals */
static const char *
translate (const char *text)
{
  g_autofree char *capitals = g_ascii_strup (text, -1);

  g_assert_cmpstr (text, !=, ""); /* gettext() would return the file's header for "" */
  return g_intern_string (capitals);
}

/* translation applies to Bulla's own words, but not to values of the package, ids and references */
static void
test_translated (void)
{
  g_autoptr (BullaFacts) facts = good_facts_new ();

  good_facts_spoil (facts, BULLA_REASON_OUTER_NOSNIFF);
  g_autoptr (BullaVerdict) verdict = judge (facts, "draft-b3");
  g_autofree char *text = bulla_verdict_translate (verdict, TRUE, translate);
  g_assert_nonnull (strstr (text, "  BROKEN      outer.nosniff (RESPONSE FORBIDS MIME SNIFFING): "
                                  "ABSENT; REQUIRED: X-CONTENT-TYPE-OPTIONS: NOSNIFF  (spec: "));
  g_assert_nonnull (strstr (text, "  PASSED      sxg.url (FALLBACK URL IS ABSOLUTE"));
  g_assert_nonnull (strstr (text, "  NOT CHECKED "));
  g_assert_nonnull (strstr (text, facts->request_url));
  g_assert_null (strstr (text, "at most"));
}

/* `strict` is draft-b3 with CAA and DNSSEC required, and with older and withdrawn versions and
 * shared keys refused */
static BullaProfile *
load (const char *name)
{
  static const char *const changes[][2] = {
      {"trust.caa", "require"},           {"trust.dnssec", "require"},
      {"trust.rollback", "refuse"},       {"trust.validity", "blocking"},
      {"trust.validity-empty", "refuse"}, {"certificate.tls-key", "refuse"}};
  gboolean strict = strcmp (name, "strict") == 0;
  BullaProfile *profile = bulla_profile_load (strict ? "draft-b3" : name, NULL);

  for (size_t i = 0; strict && i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (BullaProfile) before = profile;
    profile = bulla_profile_with (before, changes[i][0], changes[i][1], NULL);
  }
  return profile;
}

/* only an answer that came before the verdict, and that the profile counts, changes it */
static void
test_validity (void)
{
  static const char *const choices[] = {"never", "parallel", "blocking"};
  static const char *const empties[] = {"ignore", "refuse"};

  for (size_t i = 0; i < G_N_ELEMENTS (choices); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (empties); j++)
      for (int outcome = BULLA_VALIDITY_UNKNOWN; outcome <= BULLA_VALIDITY_MALFORMED; outcome++) {
        g_autoptr (BullaFacts) facts = good_facts_new ();
        g_autoptr (BullaProfile) draft = load ("draft-b3");
        g_autoptr (BullaProfile) half =
            bulla_profile_with (draft, "trust.validity", choices[i], NULL);
        g_autoptr (BullaProfile) whole =
            bulla_profile_with (half, "trust.validity-empty", empties[j], NULL);
        gboolean broken = i == 2 && j == 1 && outcome == BULLA_VALIDITY_WITHDRAWN;
        facts->validity.outcome = outcome;
        g_autoptr (BullaVerdict) verdict = bulla_judge_package (facts, whole, GOOD_NOW);
        g_assert_cmpint (bulla_verdict_get_reason (verdict), ==,
                         broken ? BULLA_REASON_VALIDITY_WITHDRAWN : BULLA_REASON_NONE);
      }
}

/* the facts of a signature change places, and strings of both live on */
static void
test_adopt (void)
{
  g_autoptr (BullaFacts) facts = good_facts_new ();
  BullaFacts *other = good_facts_new ();

  other->signature.label = bulla_facts_intern (other, "newer");
  other->signature.expires = GOOD_NOW + 6 * GOOD_DAY;
  other->status = 404;
  bulla_facts_adopt_signature (facts, other);
  bulla_facts_unref (other);
  g_assert_cmpstr (facts->signature.label, ==, "newer");
  g_assert_cmpint (facts->signature.expires, ==, GOOD_NOW + 6 * GOOD_DAY);
  g_assert_cmpint (facts->status, ==, 200);
  g_assert_cmpstr (facts->former->signature.label, ==, "label");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (PROFILES); i++)
    profiles[i] = load (PROFILES[i]);
  g_test_add_func ("/policy/rules/good", test_good);
  g_test_add_func ("/policy/rules/nothing-known", test_nothing_known);
  g_test_add_func ("/policy/rules/bijection", test_bijection);
  for (BullaReason reason = 1; reason < BULLA_N_REASONS; reason++)
    if (is_package_reason (reason)) {
      g_autofree char *path =
          g_strdup_printf ("/policy/rules/broken/%s", bulla_reason_get_nick (reason));
      g_test_add_data_func (path, GINT_TO_POINTER (reason), test_each);
    }
  g_test_add_func ("/policy/rules/pairs", test_pairs);
  g_test_add_func ("/policy/rules/outcomes", test_outcomes);
  g_test_add_func ("/policy/rules/lifetime-report", test_lifetime_report);
  g_test_add_func ("/policy/rules/translated", test_translated);
  g_test_add_func ("/policy/rules/validity", test_validity);
  g_test_add_func ("/policy/rules/adopt", test_adopt);
  int result = g_test_run ();
  for (size_t i = 0; i < G_N_ELEMENTS (PROFILES); i++)
    bulla_profile_unref (profiles[i]);
  return result;
}
