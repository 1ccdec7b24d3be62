/* test-policy-judge.c - judges unchecked rules, the end of trust, and requests for a package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-judge.h"
#include "bulla-loader.h"
#include "bulla-verdict-text.h"
#include "good-facts.h"

#include <string.h>

static const char *const PROFILES[] = {"draft-b3", "loading", "chromium"};
static BullaProfile *profiles[G_N_ELEMENTS (PROFILES)];

static BullaState
state_of (const BullaVerdict *verdict, const char *rule)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (strcmp (bulla_verdict_get_rule (verdict, i), rule) == 0)
      return bulla_verdict_get_state (verdict, i);
  g_error ("no rule %s", rule);
}

/* "+rule held, -rule broken, ?rule unasked" */
static void
assert_states (BullaFacts *facts, const char *states)
{
  g_autoptr (BullaVerdict) verdict = bulla_judge_package (facts, profiles[0], GOOD_NOW);
  g_auto (GStrv) list = g_strsplit (states, " ", -1);

  for (int i = 0; list[i] != NULL; i++) {
    BullaState wanted = list[i][0] == '+'   ? BULLA_STATE_HELD
                        : list[i][0] == '-' ? BULLA_STATE_BROKEN
                                            : BULLA_STATE_UNASKED;
    g_test_message ("%s", list[i]);
    g_assert_cmpint (state_of (verdict, list[i] + 1), ==, wanted);
  }
}

typedef struct {
  const char *name;
  BullaReason reason;
  const char *states;
} Sample;

/* Rules after a fault are not checked: the trace never states that a rule passed without its
 * facts. */
static const Sample SAMPLES[] = {
    {"no-chain", BULLA_REASON_CHAIN_UNKNOWN,
     "?chain.fetched ?signature.key-type +signature.lifetime ?signature.verifies ?cert.trusted "
     "?cert.name ?cert.validity ?ocsp.well-formed ?ocsp.current ?ocsp.lifetime ?sct.present "
     "?sct.signature +headers.content-type"},
    {"chain-malformed", BULLA_REASON_CHAIN_MALFORMED,
     "?chain.fetched -chain.well-formed ?chain.canonical ?chain.x509"},
    {"ocsp-malformed", BULLA_REASON_OCSP_MALFORMED,
     "-ocsp.well-formed ?ocsp.successful ?ocsp.covers-leaf ?ocsp.signer ?ocsp.signature "
     "?ocsp.not-revoked ?ocsp.status ?ocsp.started ?ocsp.next-update ?ocsp.current ?ocsp.lifetime"},
    {"ocsp-unsuccessful", BULLA_REASON_OCSP_UNSUCCESSFUL,
     "+ocsp.well-formed -ocsp.successful ?ocsp.covers-leaf ?ocsp.signature ?ocsp.not-revoked"},
    {"ocsp-other", BULLA_REASON_OCSP_OTHER_CERTIFICATE,
     "-ocsp.covers-leaf +ocsp.signer +ocsp.signature ?ocsp.not-revoked ?ocsp.status ?ocsp.current"},
    {"ocsp-signer", BULLA_REASON_OCSP_SIGNER,
     "+ocsp.covers-leaf -ocsp.signer ?ocsp.signature +ocsp.not-revoked +ocsp.current"},
    {"no-sct", BULLA_REASON_SCT_MISSING,
     "-sct.present ?sct.well-formed ?sct.known-log ?sct.signature ?sct.not-future"},
    {"no-log-list", BULLA_REASON_SCT_UNKNOWN,
     "+sct.present ?sct.well-formed ?sct.known-log ?sct.signature ?sct.not-future"},
    {"unknown-log", BULLA_REASON_SCT_UNKNOWN_LOG,
     "+sct.present +sct.well-formed -sct.known-log ?sct.signature ?sct.not-future"},
    {"magic", BULLA_REASON_SXG_MAGIC, "-sxg.magic ?sxg.url"},
    {"url", BULLA_REASON_SXG_URL_SCHEME, "+sxg.magic +sxg.url-encoding -sxg.url-scheme"},
    {"no-can-sign", BULLA_REASON_CERT_CAN_SIGN_MISSING,
     "-cert.can-sign ?cert.can-sign-value ?cert.can-sign-not-critical +cert.usage"},
    {"no-next-update", BULLA_REASON_OCSP_NO_NEXT_UPDATE,
     "-ocsp.next-update ?ocsp.current ?ocsp.lifetime +ocsp.started"},
    {"other-key", BULLA_REASON_SIGNATURE_KEY_TYPE, "-signature.key-type"},
    {"digest", BULLA_REASON_BODY_DIGEST_MISSING, "-body.digest ?body.digest-value"},
};

static void
test_states (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (BullaFacts) facts = good_facts_new ();

  g_assert_true (good_facts_spoil (facts, sample->reason));
  assert_states (facts, sample->states);
}

static void
test_body_unread (void)
{
  g_autoptr (BullaFacts) facts = good_facts_new ();

  facts->body = (BullaPart){0};
  g_autoptr (BullaVerdict) head = bulla_judge_package (facts, profiles[0], GOOD_NOW);

  g_assert_cmpint (bulla_verdict_get_outcome (head), ==, BULLA_OUTCOME_SUBSTITUTE);
  g_assert_cmpint (state_of (head, "body.records"), ==, BULLA_STATE_UNASKED);
  bulla_part_set_ok (&facts->body);
  g_autoptr (BullaVerdict) whole = bulla_judge_body (head);
  g_assert_cmpint (bulla_verdict_get_outcome (whole), ==, BULLA_OUTCOME_SUBSTITUTE);
  g_assert_cmpint (state_of (whole, "body.records"), ==, BULLA_STATE_HELD);
  g_assert_cmpint (bulla_verdict_get_expires (whole), ==, bulla_verdict_get_expires (head));
  good_facts_spoil (facts, BULLA_REASON_BODY_RECORD);
  g_autoptr (BullaVerdict) broken = bulla_judge_body (head);
  g_assert_cmpint (bulla_verdict_get_outcome (broken), ==, BULLA_OUTCOME_REFUSE);
  g_assert_cmpint (bulla_verdict_get_reason (broken), ==, BULLA_REASON_BODY_RECORD);
  g_assert_cmpint (bulla_verdict_get_expires (broken), ==, -1);
}

/* a profile of the user may fall back for unchecked rules, but never substitute */
static void
test_unasked_setting (void)
{
  g_autoptr (BullaProfile) profile = bulla_profile_parse (
      "[profile]\nname=own\n[outcome]\nunasked=fall-back\n", profiles[0], NULL);
  static const BullaReason reasons[] = {BULLA_REASON_CHAIN_UNKNOWN, BULLA_REASON_SCT_UNKNOWN};

  for (size_t i = 0; i < G_N_ELEMENTS (reasons); i++) {
    g_autoptr (BullaFacts) facts = good_facts_new ();
    good_facts_spoil (facts, reasons[i]);
    g_autoptr (BullaVerdict) verdict = bulla_judge_package (facts, profile, GOOD_NOW);
    g_assert_cmpint (bulla_verdict_get_outcome (verdict), ==, BULLA_OUTCOME_FALL_BACK);
    g_assert_cmpint (bulla_verdict_get_reason (verdict), ==, reasons[i]);
    gint step = bulla_verdict_find_deciding_step (verdict);
    g_assert_cmpint (step, >=, 0);
    g_assert_cmpint (bulla_verdict_get_state (verdict, (guint)step), ==, BULLA_STATE_UNASKED);
    g_autofree char *why = bulla_verdict_dup_why (verdict);
    g_autofree char *observed = bulla_verdict_dup_observed (verdict, (guint)step);
    g_assert_nonnull (why); /* why the rule was not checked */
    g_assert_cmpstr (why, ==, observed);
  }
}

/* the log list is needed only if the profile requires timestamps */
static void
test_sct_waived (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (PROFILES); i++)
    for (int system = 0; system < 2; system++) {
      g_autoptr (BullaFacts) facts = good_facts_new ();
      good_facts_spoil (facts, BULLA_REASON_SCT_UNKNOWN);
      if (system == 0)
        facts->cert.flags &= ~BULLA_CERT_FLAG_SYSTEM_ROOT;
      g_autoptr (BullaVerdict) verdict = bulla_judge_package (facts, profiles[i], GOOD_NOW);
      gboolean asked = i == 0 || (i == 2 && system == 1);
      g_assert_cmpint (bulla_verdict_get_reason (verdict), ==,
                       asked ? BULLA_REASON_SCT_UNKNOWN : BULLA_REASON_NONE);
    }
}

static BullaReason
reason_at (BullaFacts *facts, BullaProfile *profile, gint64 now, gint64 *expires,
           BullaExpiresBy *by)
{
  g_autoptr (BullaVerdict) verdict = bulla_judge_package (facts, profile, now);

  *expires = bulla_verdict_get_expires (verdict);
  *by = bulla_verdict_get_expires_by (verdict);
  return bulla_verdict_get_reason (verdict);
}

/* at `expires` the verdict differs, and one second before it is the same, for all combinations
 * of times */
static void
test_expiry_property (void)
{
  guint n_trusted = 0;

  for (int round = 0; round < 20000; round++) {
    g_autoptr (BullaFacts) facts = good_facts_new ();
    BullaProfile *profile = profiles[round % 3];
    gint64 expires = 0, again = 0;
    BullaExpiresBy by, by_again;
    facts->signature.date = GOOD_NOW - g_test_rand_int_range (0, 7 * GOOD_DAY);
    facts->signature.expires = facts->signature.date + g_test_rand_int_range (1, 8 * GOOD_DAY);
    facts->ocsp.this_update = GOOD_NOW - g_test_rand_int_range (0, 8 * GOOD_DAY);
    facts->ocsp.next_update = facts->ocsp.this_update + g_test_rand_int_range (1, 9 * GOOD_DAY);
    if (round % 5 == 0)
      facts->ocsp.next_update = -1;
    if (round % 7 == 0) {
      facts->ocsp.flags |= BULLA_OCSP_FLAG_REVOKED;
      facts->ocsp.revoked_at = facts->ocsp.this_update - g_test_rand_int_range (0, GOOD_DAY);
    }
    if (reason_at (facts, profile, GOOD_NOW, &expires, &by) != BULLA_REASON_NONE) {
      g_assert_cmpint (expires, ==, -1);
      g_assert_cmpint (by, ==, BULLA_EXPIRES_BY_NONE);
      continue;
    }
    n_trusted++;
    g_assert_cmpint (expires, >, GOOD_NOW);
    g_assert_cmpint (by, !=, BULLA_EXPIRES_BY_NONE);
    g_assert_cmpint (reason_at (facts, profile, expires - 1, &again, &by_again), ==,
                     BULLA_REASON_NONE);
    g_assert_cmpint (again, ==, expires);
    g_assert_cmpint (by_again, ==, by);
    BullaReason reason = reason_at (facts, profile, expires, &again, &by_again);
    g_assert_cmpint (reason, !=, BULLA_REASON_NONE);
    gboolean signature = reason == BULLA_REASON_SIGNATURE_EXPIRED;
    g_assert_cmpint (by == BULLA_EXPIRES_BY_SIGNATURE, ==, signature);
  }
  g_assert_cmpuint (n_trusted, >, 1000);
}

static void
test_expires_by (void)
{
  static const struct {
    int profile;
    gint64 signature, leaf, path, next_update, this_update, responder; /* seconds from now */
    BullaExpiresBy by;
    gint64 expires; /* seconds from now */
  } rows[] = {
      {0, 100, 1000, 1000, 1000, -10, 1000, BULLA_EXPIRES_BY_SIGNATURE, 101},
      {0, 1000, 100, 100, 1000, -10, 1000, BULLA_EXPIRES_BY_CERTIFICATE, 101},
      {0, 1000, 1000, 100, 1000, -10, 1000, BULLA_EXPIRES_BY_CERTIFICATE, 101},
      {0, 1000, 1000, 1000, 100, -10, 1000, BULLA_EXPIRES_BY_OCSP, 101},
      {0, 1000, 1000, 1000, 1000, -10, 100, BULLA_EXPIRES_BY_OCSP, 101},
      {2, 1000, 1000, 1000, 100, -10, 1000, BULLA_EXPIRES_BY_OCSP, 100},
      {2, 1000, 1000, 1000, 1000, 100 - 7 * 86400, 1000, BULLA_EXPIRES_BY_PROFILE, 101},
      {1, 1000, 1000, 1000, 1000, 100 - 7 * 86400, 1000, BULLA_EXPIRES_BY_PROFILE, 101},
      {0, 100, 100, 100, 100, -10, 100, BULLA_EXPIRES_BY_SIGNATURE, 101},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaFacts) facts = good_facts_new ();
    gint64 expires;
    BullaExpiresBy by;
    facts->signature.expires = GOOD_NOW + rows[i].signature;
    facts->cert.not_after = GOOD_NOW + rows[i].leaf;
    facts->cert.path_end = GOOD_NOW + rows[i].path;
    facts->ocsp.next_update = GOOD_NOW + rows[i].next_update;
    facts->ocsp.this_update = GOOD_NOW + rows[i].this_update;
    facts->ocsp.responder_end = GOOD_NOW + rows[i].responder;
    g_assert_cmpint (reason_at (facts, profiles[rows[i].profile], GOOD_NOW, &expires, &by), ==,
                     BULLA_REASON_NONE);
    g_assert_cmpstr (bulla_expires_by_get_nick (by), ==, bulla_expires_by_get_nick (rows[i].by));
    g_assert_cmpint (expires, ==, GOOD_NOW + rows[i].expires);
  }
}

/* the limits of the time rules, each from both sides */
static void
test_bounds (void)
{
  static const struct {
    gint64 date, expires; /* seconds from now */
    gint64 lifetime_max, skew;
    BullaReason reason;
  } rows[] = {
      {0, 604800, 604800, 0, BULLA_REASON_NONE},
      {0, 604801, 604800, 0, BULLA_REASON_SIGNATURE_LIFETIME},
      {-604800, 0, 604800, 0, BULLA_REASON_NONE},
      {-604801, -1, 604800, 0, BULLA_REASON_SIGNATURE_EXPIRED},
      {1, 604800, 604800, 0, BULLA_REASON_SIGNATURE_NOT_YET_VALID},
      {1, 604800, 604800, 1, BULLA_REASON_NONE},
      {2, 604800, 604800, 1, BULLA_REASON_SIGNATURE_NOT_YET_VALID},
      {-10, -1, 604800, 3600, BULLA_REASON_SIGNATURE_EXPIRED},
      {-86400, 0, 86400, 0, BULLA_REASON_NONE},
      {-86400, 1, 86400, 0, BULLA_REASON_SIGNATURE_LIFETIME},
      {0, 0, 604800, 0, BULLA_REASON_NONE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text =
        g_strdup_printf ("[profile]\nname=own\n[signature]\nlifetime-max=%" G_GINT64_FORMAT
                         "\nclock-skew=%" G_GINT64_FORMAT "\n",
                         rows[i].lifetime_max, rows[i].skew);
    g_autoptr (BullaProfile) profile = bulla_profile_parse (text, profiles[0], NULL);
    g_autoptr (BullaFacts) facts = good_facts_new ();
    gint64 expires;
    BullaExpiresBy by;
    facts->signature.date = GOOD_NOW + rows[i].date;
    facts->signature.expires = GOOD_NOW + rows[i].expires;
    BullaReason reason = reason_at (facts, profile, GOOD_NOW, &expires, &by);
    g_assert_cmpstr (bulla_reason_get_nick (reason), ==, bulla_reason_get_nick (rows[i].reason));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (PROFILES); i++)
    profiles[i] = bulla_profile_load (PROFILES[i], NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/policy/judge/states/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_states);
  }
  g_test_add_func ("/policy/judge/body-unread", test_body_unread);
  g_test_add_func ("/policy/judge/unasked", test_unasked_setting);
  g_test_add_func ("/policy/judge/sct-waived", test_sct_waived);
  g_test_add_func ("/policy/judge/bounds", test_bounds);
  g_test_add_func ("/policy/judge/expires/property", test_expiry_property);
  g_test_add_func ("/policy/judge/expires/by", test_expires_by);
  int result = g_test_run ();
  for (size_t i = 0; i < G_N_ELEMENTS (PROFILES); i++)
    bulla_profile_unref (profiles[i]);
  return result;
}
