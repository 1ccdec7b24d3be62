/* test-policy-bundle.c - judges bundles and the responses in them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-judge.h"
#include "bulla-loader.h"
#include "good-facts.h"

#include <string.h>

#define SEPARATE BULLA_OUTCOME_SEPARATE_ORIGIN
#define SUBSTITUTE BULLA_OUTCOME_SUBSTITUTE
#define FALL_BACK BULLA_OUTCOME_FALL_BACK
#define REFUSE BULLA_OUTCOME_REFUSE

static BullaProfile *
get_profile (const char *name, const char *more)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) parent = bulla_profile_load (name, &error);

  g_assert_no_error (error);
  g_autofree char *text = g_strdup_printf ("[profile]\nname=own\n%s", more);
  BullaProfile *profile = bulla_profile_parse (text, parent, &error);
  g_assert_no_error (error);
  return profile;
}

static BullaProfile *
profile_for (BullaReason reason)
{
  const char *name = good_facts_profile_for (reason);

  if (strcmp (name, "strict") == 0)
    return get_profile ("draft-b3", "[trust]\nrollback=refuse\n");
  return get_profile (
      name, reason == BULLA_REASON_BUNDLE_OUT_OF_SCOPE ? "[bundle]\nscope=expected\n" : "");
}

static BullaVerdict *
judge_as (BullaFacts *facts, const char *more)
{
  g_autoptr (BullaProfile) profile = get_profile ("draft-b3", more);

  return facts->form == BULLA_FORM_BUNDLE ? bulla_judge_bundle (facts, profile, NULL, GOOD_NOW)
                                          : bulla_judge_response (facts, profile, GOOD_NOW);
}

static gint
find_step (const BullaVerdict *verdict, const char *rule)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (strcmp (bulla_verdict_get_rule (verdict, i), rule) == 0)
      return (gint)i;
  g_error ("no rule %s", rule);
}

static BullaState
state_of (const BullaVerdict *verdict, const char *rule)
{
  return bulla_verdict_get_state (verdict, (guint)find_step (verdict, rule));
}

static void
assert_observed (const BullaVerdict *verdict, const char *rule, const char *wanted)
{
  g_autofree char *seen = bulla_verdict_dup_observed (verdict, (guint)find_step (verdict, rule));

  g_assert_cmpstr (seen, ==, wanted);
}

static void
assert_verdict (const BullaVerdict *verdict, BullaOutcome outcome, BullaReason reason)
{
  g_assert_cmpstr (bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)), ==,
                   bulla_outcome_get_nick (outcome));
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (verdict)), ==,
                   bulla_reason_get_nick (reason));
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++) {
    g_autofree char *observed = bulla_verdict_dup_observed (verdict, i);
    g_autofree char *required = bulla_verdict_dup_required (verdict, i);
    if (bulla_verdict_get_state (verdict, i) == BULLA_STATE_UNASKED)
      g_assert_nonnull (observed); /* the observation explains why */
    g_assert_nonnull (required);
    g_assert_nonnull (bulla_verdict_get_anchor (verdict, i));
  }
}

static void
test_good (void)
{
  g_autoptr (BullaFacts) bundle = good_facts_new_bundle ();
  g_autoptr (BullaVerdict) alone = judge_as (bundle, "");

  assert_verdict (alone, SEPARATE, BULLA_REASON_NONE);
  g_assert_cmpint (bulla_verdict_get_expires (alone), ==, -1);

  g_autoptr (BullaFacts) facts = good_facts_new_response ();
  g_autoptr (BullaVerdict) vouched = judge_as (facts, "");
  assert_verdict (vouched, SUBSTITUTE, BULLA_REASON_NONE);
  g_assert_cmpint (bulla_verdict_get_expires (vouched), ==, GOOD_NOW + 3 * GOOD_DAY + 1);
  g_assert_cmpint (bulla_verdict_get_expires_by (vouched), ==, BULLA_EXPIRES_BY_OCSP);
  g_assert_cmpint (state_of (vouched, "headers.content-type"), ==, BULLA_STATE_UNASKED);
  g_assert_cmpint (state_of (vouched, "subset.header-sha256"), ==, BULLA_STATE_HELD);

  /* rules whose texts differ for bundles */
  guint step = (guint)find_step (vouched, "headers.canonical");
  g_assert_cmpstr (bulla_verdict_get_anchor (vouched, step), ==, "B2#responses-section");

  /* the bundle's verdict is that on its primary resource */
  g_autoptr (BullaProfile) profile = get_profile ("draft-b3", "");
  g_autoptr (BullaVerdict) whole = bulla_judge_bundle (bundle, profile, vouched, GOOD_NOW);
  assert_verdict (whole, SUBSTITUTE, BULLA_REASON_NONE);
  g_assert_cmpint (bulla_verdict_get_expires (whole), ==, bulla_verdict_get_expires (vouched));
  good_facts_spoil (bundle, BULLA_REASON_BUNDLE_LENGTH);
  g_autoptr (BullaVerdict) cut = bulla_judge_bundle (bundle, profile, vouched, GOOD_NOW);
  assert_verdict (cut, REFUSE, BULLA_REASON_BUNDLE_LENGTH);
}

static void
test_nobody_vouches (void)
{
  g_autoptr (BullaFacts) facts = good_facts_new_response ();

  facts->response.vouched = BULLA_NO;
  good_facts_spoil (facts, BULLA_REASON_SIGNATURE_EXPIRED);
  good_facts_spoil (facts, BULLA_REASON_CERT_NAME);
  good_facts_spoil (facts, BULLA_REASON_TRUST_STATEFUL);
  good_facts_spoil (facts, BULLA_REASON_SUBSET_HEADER_SHA256);
  g_autoptr (BullaVerdict) verdict = judge_as (facts, "");
  assert_verdict (verdict, SEPARATE, BULLA_REASON_NONE);
  g_assert_cmpint (bulla_verdict_get_expires (verdict), ==, -1);
  assert_observed (verdict, "cert.name", "not signed");
  assert_observed (verdict, "response.stateful", "dropped: set-cookie");
}

/* without facts nothing is substituted */
static void
test_nothing_known (void)
{
  g_autoptr (BullaFacts) bundle = bulla_facts_new ();

  bundle->form = BULLA_FORM_BUNDLE;
  g_autoptr (BullaVerdict) nothing = judge_as (bundle, "");
  assert_verdict (nothing, REFUSE, BULLA_REASON_BUNDLE_TRUNCATED);

  g_autoptr (BullaFacts) unread = good_facts_new_response ();
  unread->response.item = unread->headers = (BullaPart){0};
  g_autoptr (BullaVerdict) no_item = judge_as (unread, "");
  assert_verdict (no_item, REFUSE, BULLA_REASON_RESPONSE_MALFORMED);
  bulla_part_set_ok (&unread->response.item);
  g_autoptr (BullaVerdict) no_headers = judge_as (unread, "");
  assert_verdict (no_headers, REFUSE, BULLA_REASON_RESPONSE_STATUS);

  g_autoptr (BullaFacts) unverified = good_facts_new_response ();
  unverified->signature.read = (BullaPart){0};
  g_autoptr (BullaVerdict) no_signature = judge_as (unverified, "");
  g_assert_cmpint (bulla_verdict_get_outcome (no_signature), ==, SEPARATE);
  g_autoptr (BullaFacts) unhashed = good_facts_new_response ();
  unhashed->response.header_matches = BULLA_UNKNOWN;
  g_autoptr (BullaVerdict) no_hash = judge_as (unhashed, "");
  assert_verdict (no_hash, SEPARATE, BULLA_REASON_SUBSET_HEADER_SHA256);

  g_autoptr (BullaFacts) block = good_facts_new_bundle ();
  good_facts_add_integrity (block);
  block->integrity.signatures = (BullaPart){0};
  g_autoptr (BullaVerdict) not_hashed = judge_as (block, "");
  assert_verdict (not_hashed, REFUSE, BULLA_REASON_INTEGRITY_SIGNATURE);
}

/* Returns whether the reason is a malformed bundle, which is refused; faults of signatures are
 * not. */
static gboolean
is_about_trust (BullaReason reason)
{
  const char *nick = bulla_reason_get_nick (reason);
  static const char *const families[] = {"signature.", "trust.",  "cert.", "ocsp.",
                                         "sct.",       "chain.",  "body.", "profile.",
                                         "history.",   "version."};

  for (size_t i = 0; i < G_N_ELEMENTS (families); i++)
    if (g_str_has_prefix (nick, families[i]))
      return TRUE;
  return reason == BULLA_REASON_SUBSET_HEADER_SHA256
         || reason == BULLA_REASON_SUBSET_PAYLOAD_INTEGRITY
         || reason == BULLA_REASON_BUNDLE_OUT_OF_SCOPE;
}

static void
test_response (gconstpointer data)
{
  BullaReason reason = GPOINTER_TO_INT (data);
  g_autoptr (BullaProfile) profile = profile_for (reason);
  g_autoptr (BullaFacts) facts = good_facts_new_response ();

  g_assert_true (good_facts_spoil (facts, reason));
  g_autoptr (BullaVerdict) verdict = bulla_judge_response (facts, profile, GOOD_NOW);
  assert_verdict (verdict, is_about_trust (reason) ? SEPARATE : REFUSE, reason);
  g_assert_cmpint (bulla_verdict_get_expires (verdict), ==, -1);
}

static BullaOutcome
outcome_of_bundle (BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_OUTER_CONTENT_TYPE:
  case BULLA_REASON_OUTER_ATTACHMENT:
    return BULLA_OUTCOME_NOT_A_PACKAGE;
  case BULLA_REASON_OUTER_VERSION:
  case BULLA_REASON_BUNDLE_VERSION:
    return FALL_BACK; /* to the primary URL, which was read */
  default:
    return REFUSE;
  }
}

static void
test_bundle (gconstpointer data)
{
  BullaReason reason = GPOINTER_TO_INT (data);
  g_autoptr (BullaProfile) profile = profile_for (reason);
  g_autoptr (BullaFacts) facts = good_facts_new_bundle ();

  g_assert_true (good_facts_spoil (facts, reason));
  g_autoptr (BullaVerdict) verdict = bulla_judge_bundle (facts, profile, NULL, GOOD_NOW);
  assert_verdict (verdict, outcome_of_bundle (reason), reason);
  facts->bundle.primary_url = NULL;
  g_autoptr (BullaVerdict) nowhere = bulla_judge_bundle (facts, profile, NULL, GOOD_NOW);
  g_assert_cmpint (bulla_verdict_get_outcome (nowhere), !=, FALL_BACK);
}

/* "+rule held, -rule broken, ?rule unasked" */
static const struct {
  BullaReason reason;
  const char *version, *states;
} STATES[] = {
    {BULLA_REASON_BUNDLE_MAGIC, NULL, "-bundle.magic ?bundle.version ?bundle.section-count"},
    {BULLA_REASON_BUNDLE_VERSION, "b7", "+bundle.magic -bundle.version ?bundle.section-count"},
    {BULLA_REASON_BUNDLE_MALFORMED, NULL, "?bundle.magic ?bundle.version -bundle.well-formed"},
    {BULLA_REASON_BUNDLE_MALFORMED, "b2", "+bundle.magic +bundle.version -bundle.well-formed"},
    {BULLA_REASON_BUNDLE_SECTION_ORDER, "b2",
     "+bundle.version -bundle.section-order ?bundle.section-count ?index.urls ?bundle.has-primary"},
    {BULLA_REASON_INDEX_RANGE, "b2",
     "+bundle.section-order -index.locations ?index.urls ?subset.types ?bundle.well-formed"},
    {BULLA_REASON_BUNDLE_PRIMARY, "b1",
     "+bundle.version ?bundle.section-order -bundle.primary-url"},
    {BULLA_REASON_BUNDLE_PRIMARY, "b2",
     "+bundle.version +bundle.section-order -bundle.primary-url"},
    {BULLA_REASON_INTEGRITY_MAGIC, "b2", "-integrity.magic ?integrity.version ?integrity.types"},
    {BULLA_REASON_INTEGRITY_VERSION, "b2", "+integrity.magic -integrity.version ?integrity.types"},
    {BULLA_REASON_INTEGRITY_KEY, "b2",
     "+integrity.magic +integrity.version -integrity.keys ?integrity.key-kinds"},
    {BULLA_REASON_INTEGRITY_SIGNATURE, "b2",
     "+integrity.keys +integrity.key-kinds -integrity.signatures +integrity.id ?integrity.pin"},
    {BULLA_REASON_INTEGRITY_PIN, "b2", "?integrity.id -integrity.pin"},
    {BULLA_REASON_BUNDLE_LENGTH, "b2", "-bundle.length +index.locations"},
};

static void
test_states (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (STATES); i++) {
    g_autoptr (BullaFacts) facts = good_facts_new_bundle ();
    g_assert_true (good_facts_spoil (facts, STATES[i].reason));
    facts->bundle.version = STATES[i].version;
    g_autoptr (BullaVerdict) verdict = judge_as (facts, "");
    g_auto (GStrv) list = g_strsplit (STATES[i].states, " ", -1);
    for (int j = 0; list[j] != NULL; j++) {
      BullaState wanted = list[j][0] == '+'   ? BULLA_STATE_HELD
                          : list[j][0] == '-' ? BULLA_STATE_BROKEN
                                              : BULLA_STATE_UNASKED;
      g_test_message ("%s: %s", bulla_reason_get_nick (STATES[i].reason), list[j]);
      g_assert_cmpint (state_of (verdict, list[j] + 1), ==, wanted);
    }
  }
}

static void
test_integrity (void)
{
  g_autoptr (BullaFacts) facts = good_facts_new_bundle ();

  good_facts_add_integrity (facts);
  g_autoptr (BullaVerdict) good = judge_as (facts, "");
  assert_verdict (good, SEPARATE, BULLA_REASON_NONE);

  facts->integrity.first_known = BULLA_NO;
  g_autoptr (BullaVerdict) later = judge_as (facts, "");
  assert_verdict (later, SEPARATE, BULLA_REASON_NONE);
  g_autoptr (BullaVerdict) first = judge_as (facts, "[bundle]\nkey-kinds=first\n");
  assert_verdict (first, REFUSE, BULLA_REASON_INTEGRITY_KEY_KIND);
  facts->integrity.n_known = 0;
  g_autoptr (BullaVerdict) none = judge_as (facts, "");
  assert_verdict (none, REFUSE, BULLA_REASON_INTEGRITY_KEY_KIND);

  good_facts_add_integrity (facts);
  facts->integrity.version = "1b";
  facts->integrity.id_derived = BULLA_UNKNOWN;
  g_autoptr (BullaVerdict) old = judge_as (facts, "");
  assert_verdict (old, REFUSE, BULLA_REASON_INTEGRITY_VERSION);
  assert_observed (old, "integrity.version", "1b");

  /* a key that the profile pins replaces the one from which the ID is derived */
  good_facts_add_integrity (facts);
  facts->integrity.id_derived = BULLA_NO;
  facts->integrity.pinned = facts->integrity.pin_found = BULLA_YES;
  g_autoptr (BullaVerdict) pinned = judge_as (facts, "");
  assert_verdict (pinned, SEPARATE, BULLA_REASON_NONE);

  /* no response of the bundle is substituted */
  g_autoptr (BullaFacts) inside = good_facts_new_response ();
  good_facts_add_integrity (inside);
  inside->response.in_scope = BULLA_YES;
  g_autoptr (BullaVerdict) response = judge_as (inside, "[bundle]\nscope=allowed\n");
  assert_verdict (response, SEPARATE, BULLA_REASON_NONE);
}

static void
test_scope (void)
{
  g_autoptr (BullaFacts) facts = good_facts_new_response ();

  facts->response.vouched = BULLA_NO;
  facts->response.in_scope = BULLA_YES;
  good_facts_set_header (facts, "set-cookie", "a=b");
  g_autoptr (BullaFacts) again = bulla_facts_ref (facts);
  g_autoptr (BullaVerdict) allowed = judge_as (facts, "[bundle]\nscope=allowed\n");
  assert_verdict (allowed, SUBSTITUTE, BULLA_REASON_NONE);
  assert_observed (allowed, "response.stateful", "kept: set-cookie");
  g_assert_cmpint (bulla_verdict_get_expires (allowed), ==, -1);
  g_autoptr (BullaVerdict) off = judge_as (facts, "");
  assert_verdict (off, SEPARATE, BULLA_REASON_NONE);
  g_autoptr (BullaVerdict) forbidden =
      judge_as (facts, "[bundle]\nscope=allowed\n[outcome]\nsubstitution=no\n");
  assert_verdict (forbidden, SEPARATE, BULLA_REASON_PROFILE_NO_SUBSTITUTION);

  /* the scope is sufficient, but an invalid signature becomes the reason */
  facts->response.vouched = BULLA_YES;
  good_facts_spoil (facts, BULLA_REASON_SIGNATURE_EXPIRED);
  g_autoptr (BullaVerdict) expired = judge_as (facts, "[bundle]\nscope=allowed\n");
  assert_verdict (expired, SUBSTITUTE, BULLA_REASON_SIGNATURE_EXPIRED);
}

static void
test_expected (void)
{
  static const struct {
    BullaKnown in_scope, vouched;
    gboolean expired;
    BullaOutcome response, bundle;
    BullaReason reason;
  } rows[] = {
      {BULLA_YES, BULLA_NO, FALSE, SUBSTITUTE, SUBSTITUTE, BULLA_REASON_NONE},
      {BULLA_NO, BULLA_YES, FALSE, SUBSTITUTE, SUBSTITUTE, BULLA_REASON_NONE},
      {BULLA_NO, BULLA_NO, FALSE, SEPARATE, FALL_BACK, BULLA_REASON_BUNDLE_OUT_OF_SCOPE},
      {BULLA_NO, BULLA_YES, TRUE, SEPARATE, FALL_BACK, BULLA_REASON_SIGNATURE_EXPIRED},
      {BULLA_UNKNOWN, BULLA_NO, FALSE, SEPARATE, SEPARATE, BULLA_REASON_NONE}, /* a file */
  };
  g_autoptr (BullaProfile) profile = get_profile ("draft-b3", "[bundle]\nscope=expected\n");
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaFacts) bundle = good_facts_new_bundle ();
    g_autoptr (BullaFacts) facts = good_facts_new_response ();
    facts->response.in_scope = rows[i].in_scope;
    facts->response.vouched = rows[i].vouched;
    if (rows[i].expired)
      good_facts_spoil (facts, BULLA_REASON_SIGNATURE_EXPIRED);
    g_autoptr (BullaVerdict) response = bulla_judge_response (facts, profile, GOOD_NOW);
    g_autoptr (BullaVerdict) whole = bulla_judge_bundle (bundle, profile, response, GOOD_NOW);
    g_test_message ("row %zu", i);
    assert_verdict (response, rows[i].response, rows[i].reason);
    assert_verdict (whole, rows[i].bundle, rows[i].reason);
  }
}

static void
test_body (void)
{
  g_autoptr (BullaFacts) facts = good_facts_new_response ();

  facts->body = (BullaPart){0};
  g_autoptr (BullaVerdict) head = judge_as (facts, "");
  assert_verdict (head, SUBSTITUTE, BULLA_REASON_NONE);
  good_facts_spoil (facts, BULLA_REASON_BODY_RECORD);
  g_autoptr (BullaVerdict) broken = bulla_judge_body (head);
  assert_verdict (broken, SEPARATE, BULLA_REASON_BODY_RECORD);
  facts->response.vouched = BULLA_NO;
  g_autoptr (BullaVerdict) plain = judge_as (facts, "");
  g_autoptr (BullaVerdict) read = bulla_judge_body (plain);
  assert_verdict (read, SEPARATE, BULLA_REASON_NONE);
}

/* observations about valid bundles */
static void
test_observed (void)
{
  g_autoptr (BullaFacts) facts = good_facts_new_bundle ();

  facts->bundle.n_aliases = 1;
  facts->bundle.n_overlaps = 2;
  facts->bundle.n_ambiguous = 3;
  facts->bundle.unknown_sections = "x-one, x-two";
  facts->bundle.n_authorities = facts->bundle.n_subsets = 0;
  facts->outer.version = NULL;
  g_autoptr (BullaVerdict) verdict = judge_as (facts, "");
  assert_verdict (verdict, SEPARATE, BULLA_REASON_NONE);
  assert_observed (verdict, "index.locations",
                   "3 URLs, 1 at the place of another, 2 overlap, "
                   "3 passed over for an earlier key of that URL");
  assert_observed (verdict, "bundle.critical", "x-one, x-two");
  assert_observed (verdict, "subset.types", "there are no signatures");
  assert_observed (verdict, "outer.version", "no v parameter");
  assert_observed (verdict, "bundle.length", "5000 bytes");
}

/* Without an ID nothing was compared with the URLs, whatever they are. */
static void
test_app_urls (void)
{
  static const struct {
    const char *id, *odd_url;
    BullaState state;
  } rows[] = {{NULL, NULL, BULLA_STATE_UNASKED},
              {NULL, "https://a.test/", BULLA_STATE_UNASKED},
              {"aaaqeaye", NULL, BULLA_STATE_HELD},
              {"aaaqeaye", "https://a.test/", BULLA_STATE_BROKEN}};

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaFacts) facts = good_facts_new_bundle ();
    facts->integrity.present = BULLA_YES;
    facts->integrity.web_bundle_id = rows[i].id;
    facts->bundle.primary_url = NULL;
    facts->bundle.app_odd_url = rows[i].odd_url;
    g_autoptr (BullaVerdict) verdict = judge_as (facts, "[bundle]\napp-urls=own\n");
    g_assert_cmpint (state_of (verdict, "index.app-urls"), ==, rows[i].state);
    if (rows[i].id == NULL)
      assert_observed (verdict, "index.app-urls", "the app has no ID");
  }
}

static void
test_status (void)
{
  static const struct {
    guint status;
    gboolean any, only_200;
  } rows[] = {{200, TRUE, TRUE},  {199, FALSE, FALSE}, {100, FALSE, FALSE},
              {301, TRUE, FALSE}, {404, TRUE, FALSE},  {999, TRUE, FALSE}};
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaFacts) facts = good_facts_new_response ();
    facts->status = rows[i].status;
    g_autoptr (BullaVerdict) any = judge_as (facts, "");
    g_autoptr (BullaVerdict) one = judge_as (facts, "[bundle]\nstatus=only-200\n");
    g_assert_cmpint (bulla_verdict_get_reason (any) == BULLA_REASON_NONE, ==, rows[i].any);
    g_assert_cmpint (bulla_verdict_get_reason (one) == BULLA_REASON_NONE, ==, rows[i].only_200);
  }
  g_autoptr (BullaFacts) empty = good_facts_new_response ();
  good_facts_spoil (empty, BULLA_REASON_RESPONSE_CONTENT_TYPE);
  empty->response.payload_length = 0;
  g_autoptr (BullaVerdict) verdict = judge_as (empty, "");
  assert_verdict (verdict, SUBSTITUTE, BULLA_REASON_NONE);
}

static void
add_each (BullaForm form, const char *name, GTestDataFunc test)
{
  for (BullaReason reason = 1; reason < BULLA_N_REASONS; reason++)
    if (good_facts_has_reason (form, reason)) {
      g_autofree char *path =
          g_strdup_printf ("/policy/bundle/%s/%s", name, bulla_reason_get_nick (reason));
      g_test_add_data_func (path, GINT_TO_POINTER (reason), test);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/bundle/good", test_good);
  g_test_add_func ("/policy/bundle/nobody-vouches", test_nobody_vouches);
  g_test_add_func ("/policy/bundle/nothing-known", test_nothing_known);
  g_test_add_func ("/policy/bundle/states", test_states);
  g_test_add_func ("/policy/bundle/integrity", test_integrity);
  g_test_add_func ("/policy/bundle/scope", test_scope);
  g_test_add_func ("/policy/bundle/expected", test_expected);
  g_test_add_func ("/policy/bundle/body", test_body);
  g_test_add_func ("/policy/bundle/observed", test_observed);
  g_test_add_func ("/policy/bundle/app-urls", test_app_urls);
  g_test_add_func ("/policy/bundle/status", test_status);
  add_each (BULLA_FORM_RESPONSE, "response", test_response);
  add_each (BULLA_FORM_BUNDLE, "as-such", test_bundle);
  return g_test_run ();
}
