/* test-policy-expiry.c - the first moment at which a package stops being trusted, and the cause
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-expiry.h"
#include "bulla-judge.h"
#include "bulla-loader.h"
#include "good-facts.h"

static BullaProfile *
new_profile (const char *settings)
{
  g_autofree char *text = g_strconcat ("[profile]\nname=own\n", settings, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) parent = bulla_profile_load ("draft-b3", NULL);
  BullaProfile *profile = bulla_profile_parse (text, parent, &error);

  g_assert_no_error (error);
  return profile;
}

/* Adds the look-up of a name whose signatures end at @until; 0 for an unsigned answer. */
static void
add_climb (BullaFacts *facts, BullaDnssec dnssec, gint64 until)
{
  BullaCaaClimb *climb = bulla_caa_climb_new ("publisher.test", FALSE);
  BullaCaaAnswer *answer = bulla_caa_answer_new ("publisher.test", dnssec, 0);

  if (facts->caa.climbs == NULL)
    facts->caa.climbs = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_caa_climb_unref);
  answer->valid_until = until;
  g_ptr_array_add (answer->records,
                   bulla_caa_record_new (0, "issue", (const guint8 *)"ca.test", 7));
  bulla_caa_climb_take (climb, answer);
  g_ptr_array_add (facts->caa.climbs, climb);
}

static void
assert_end (const BullaVerdict *verdict, gint64 time, BullaExpiresBy by)
{
  BullaExpiresBy found = BULLA_EXPIRES_BY_NONE;

  g_assert_cmpint (bulla_verdict_find_end (verdict, &found), ==, time);
  g_assert_cmpstr (bulla_expires_by_get_nick (found), ==, bulla_expires_by_get_nick (by));
}

typedef struct {
  const char *path, *settings;
  gint64 caa, sct; /* seconds from now; 0 for none */
  BullaExpiresBy by;
  gint64 end; /* seconds from now */
} Row;

static const Row rows[] = {
    {"caa", "[trust]\ncaa=require\n", 100, 0, BULLA_EXPIRES_BY_CAA, 101},
    {"caa/last-second", "[trust]\ncaa=require\n", 0, 0, BULLA_EXPIRES_BY_SIGNATURE, 500001},
    {"caa/reported", "[trust]\ncaa=report\n", 100, 0, BULLA_EXPIRES_BY_SIGNATURE, 500001},
    {"caa/reported-secure", "[trust]\ncaa=report\ndnssec=require\n", 100, 0, BULLA_EXPIRES_BY_CAA,
     101},
    {"caa/off", "[trust]\ncaa=off\n", 100, 0, BULLA_EXPIRES_BY_SIGNATURE, 500001},
    /* a signature that has ended while the answer is secure is not needed */
    {"caa/spare", "[trust]\ncaa=require\n", -100, 0, BULLA_EXPIRES_BY_SIGNATURE, 500001},
    {"sct", "", 0, 100, BULLA_EXPIRES_BY_SCT, 101},
    {"sct/reported", "[certificate]\nsct=reported\n", 0, 100, BULLA_EXPIRES_BY_SIGNATURE, 500001},
    {"sct/before-caa", "[trust]\ncaa=require\n", 100, 100, BULLA_EXPIRES_BY_SCT, 101},
    {"caa/later", "[trust]\ncaa=require\n", 500001, 0, BULLA_EXPIRES_BY_SIGNATURE, 500001},
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (BullaProfile) profile = new_profile (row->settings);
  g_autoptr (BullaFacts) facts = good_facts_new ();

  facts->signature.expires = GOOD_NOW + 500000;
  facts->ocsp.next_update = GOOD_NOW + 500010;
  if (row->caa != 0)
    add_climb (facts, BULLA_DNSSEC_SECURE, GOOD_NOW + row->caa);
  facts->sct.until = row->sct != 0 ? GOOD_NOW + row->sct : 0;
  g_autoptr (BullaVerdict) verdict = bulla_judge_package (facts, profile, GOOD_NOW);
  g_assert_cmpint (bulla_verdict_get_reason (verdict), ==, BULLA_REASON_NONE);
  g_assert_cmpint (bulla_verdict_get_expires (verdict), ==, GOOD_NOW + row->end);
  assert_end (verdict, GOOD_NOW + row->end, row->by);
}

/* of several names, the first that ends */
static void
test_names (void)
{
  g_autoptr (BullaProfile) profile = new_profile ("[trust]\ncaa=require\n");
  g_autoptr (BullaFacts) facts = good_facts_new ();

  add_climb (facts, BULLA_DNSSEC_SECURE, GOOD_NOW + 300);
  add_climb (facts, BULLA_DNSSEC_INSECURE, 0);
  add_climb (facts, BULLA_DNSSEC_SECURE, GOOD_NOW + 200);
  g_autoptr (BullaVerdict) verdict = bulla_judge_package (facts, profile, GOOD_NOW);
  assert_end (verdict, GOOD_NOW + 201, BULLA_EXPIRES_BY_CAA);
}

/* --- packages that are not trusted */

/* only time has passed: the moment at which the trust ended is known */
static void
test_over (void)
{
  g_autoptr (BullaProfile) profile = new_profile ("");
  g_autoptr (BullaFacts) facts = good_facts_new ();

  facts->signature.expires = GOOD_NOW - 100;
  g_autoptr (BullaVerdict) signature = bulla_judge_package (facts, profile, GOOD_NOW);
  g_assert_cmpint (bulla_verdict_get_expires (signature), ==, -1);
  assert_end (signature, GOOD_NOW - 99, BULLA_EXPIRES_BY_SIGNATURE);

  facts->ocsp.next_update = GOOD_NOW - 200; /* it ended before */
  g_autoptr (BullaVerdict) ocsp = bulla_judge_package (facts, profile, GOOD_NOW);
  assert_end (ocsp, GOOD_NOW - 199, BULLA_EXPIRES_BY_OCSP);

  facts->cert.flags |= BULLA_CERT_FLAG_EXPIRED;
  facts->cert.path_end = GOOD_NOW - 300;
  g_autoptr (BullaVerdict) certificate = bulla_judge_package (facts, profile, GOOD_NOW);
  assert_end (certificate, GOOD_NOW - 299, BULLA_EXPIRES_BY_CERTIFICATE);

  facts->signature.valid = BULLA_NO; /* it was never trusted */
  g_autoptr (BullaVerdict) never = bulla_judge_package (facts, profile, GOOD_NOW);
  assert_end (never, -1, BULLA_EXPIRES_BY_NONE);
}

/* A profile that asks for timestamps below the system's roots alone. */
static void
test_system_root (void)
{
  g_autoptr (BullaProfile) profile = new_profile ("[certificate]\nsct=system-roots\n");
  g_autoptr (BullaFacts) facts = good_facts_new ();

  facts->cert.flags |= BULLA_CERT_FLAG_SYSTEM_ROOT;
  facts->sct.until = GOOD_NOW + 100;
  g_autoptr (BullaVerdict) system = bulla_judge_package (facts, profile, GOOD_NOW);
  assert_end (system, GOOD_NOW + 101, BULLA_EXPIRES_BY_SCT);

  facts->cert.flags &= ~BULLA_CERT_FLAG_SYSTEM_ROOT;
  g_autoptr (BullaVerdict) added = bulla_judge_package (facts, profile, GOOD_NOW);
  g_assert_cmpint (bulla_verdict_get_expires (added), >, GOOD_NOW + 101);
}

/* the last log of its timestamps was retired: that was a matter of time, an unknown log is not */
static void
test_sct_over (void)
{
  g_autoptr (BullaProfile) profile = new_profile ("");
  g_autoptr (BullaFacts) facts = good_facts_new ();

  facts->sct.n_valid = 0;
  facts->sct.flags |= BULLA_SCT_FLAG_UNKNOWN_LOG;
  facts->sct.until = GOOD_NOW - 100;
  g_autoptr (BullaVerdict) over = bulla_judge_package (facts, profile, GOOD_NOW);
  g_assert_cmpint (bulla_verdict_get_reason (over), ==, BULLA_REASON_SCT_UNKNOWN_LOG);
  assert_end (over, GOOD_NOW - 99, BULLA_EXPIRES_BY_SCT);

  facts->sct.until = 0;
  g_autoptr (BullaVerdict) never = bulla_judge_package (facts, profile, GOOD_NOW);
  assert_end (never, -1, BULLA_EXPIRES_BY_NONE);
}

/* the exchange was refused before its chain was fetched */
static void
test_no_chain (void)
{
  g_autoptr (BullaProfile) profile = new_profile ("");
  g_autoptr (BullaFacts) facts = good_facts_new ();

  facts->signature.expires = GOOD_NOW - 100;
  bulla_facts_forget_chain (facts);
  bulla_facts_skip (facts, &facts->chain, "not fetched");
  g_autoptr (BullaVerdict) verdict = bulla_judge_package (facts, profile, GOOD_NOW);
  assert_end (verdict, GOOD_NOW - 99, BULLA_EXPIRES_BY_SIGNATURE);
  assert_end (verdict, GOOD_NOW - 99, BULLA_EXPIRES_BY_SIGNATURE);
}

/* evidence whose signatures have ended is bogus, but not forged */
static void
test_caa_over (void)
{
  static const struct {
    gint64 until;
    const char *settings;
    gint64 end;
  } ends[] = {
      {-100, "[trust]\ncaa=require\ndnssec=require\n", -99},
      {-100, "[trust]\ncaa=require\ndnssec=ignore\n", -99},
      {100, "[trust]\ncaa=require\ndnssec=require\n", 0},
      {0, "[trust]\ncaa=require\ndnssec=require\n", 0},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autoptr (BullaProfile) profile = new_profile (ends[i].settings);
    g_autoptr (BullaFacts) facts = good_facts_new ();
    good_facts_spoil (facts, BULLA_REASON_CAA_BOGUS);
    add_climb (facts, BULLA_DNSSEC_BOGUS, ends[i].until != 0 ? GOOD_NOW + ends[i].until : 0);
    g_autoptr (BullaVerdict) verdict = bulla_judge_package (facts, profile, GOOD_NOW);
    g_assert_cmpint (bulla_verdict_get_reason (verdict), ==, BULLA_REASON_CAA_BOGUS);
    if (ends[i].end != 0)
      assert_end (verdict, GOOD_NOW + ends[i].end, BULLA_EXPIRES_BY_CAA);
    else
      assert_end (verdict, -1, BULLA_EXPIRES_BY_NONE);
  }
}

/* Answers that were secure when they were taken, at @since, count until their signatures end. */
static void
test_caa_dropped (void)
{
  static const struct {
    gint64 since, until; /* seconds from now */
    gboolean dropped;
  } answers[] = {{-200, -100, TRUE}, {-100, -100, TRUE}, {-50, -100, FALSE}, {-200, 0, FALSE}};

  for (size_t i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (BullaProfile) profile = new_profile ("[trust]\ncaa=require\ndnssec=require\n");
    g_autoptr (BullaFacts) facts = good_facts_new ();
    add_climb (facts, BULLA_DNSSEC_SECURE, GOOD_NOW + 1000);
    add_climb (facts, BULLA_DNSSEC_SECURE, GOOD_NOW + answers[i].until);
    facts->caa.since = GOOD_NOW + answers[i].since;
    g_assert_cmpint (bulla_facts_drop_ended_caa (facts, GOOD_NOW), ==, answers[i].dropped);
    if (!answers[i].dropped) {
      g_assert_cmpuint (facts->caa.climbs->len, ==, 2);
      continue;
    }
    bulla_facts_take_caa (facts, NULL, BULLA_REASON_CAA_NO_ANSWER, GOOD_NOW);
    g_autoptr (BullaVerdict) verdict = bulla_judge_package (facts, profile, GOOD_NOW);
    g_assert_cmpint (bulla_verdict_get_reason (verdict), ==, BULLA_REASON_CAA_NO_ANSWER);
    g_assert_cmpint (bulla_verdict_get_outcome (verdict), !=, BULLA_OUTCOME_SUBSTITUTE);
    assert_end (verdict, GOOD_NOW + answers[i].until + 1, BULLA_EXPIRES_BY_CAA);
  }
}

/* what is known to be bogus is not taken back when time passes */
static void
test_caa_not_dropped (void)
{
  g_autoptr (BullaFacts) facts = good_facts_new ();

  add_climb (facts, BULLA_DNSSEC_BOGUS, GOOD_NOW - 100);
  facts->caa.since = GOOD_NOW - 200;
  g_assert_false (bulla_facts_drop_ended_caa (facts, GOOD_NOW));
}

static void
test_other_reasons (void)
{
  g_autoptr (BullaProfile) profile = new_profile ("");
  static const BullaReason reasons[] = {BULLA_REASON_SIGNATURE_NOT_YET_VALID,
                                        BULLA_REASON_OCSP_REVOKED, BULLA_REASON_CERT_UNTRUSTED,
                                        BULLA_REASON_BODY_RECORD, BULLA_REASON_CHAIN_UNKNOWN};

  for (size_t i = 0; i < G_N_ELEMENTS (reasons); i++) {
    g_autoptr (BullaFacts) facts = good_facts_new ();
    good_facts_spoil (facts, reasons[i]);
    g_autoptr (BullaVerdict) verdict = bulla_judge_package (facts, profile, GOOD_NOW);
    g_assert_cmpint (bulla_verdict_get_reason (verdict), ==, reasons[i]);
    assert_end (verdict, -1, BULLA_EXPIRES_BY_NONE);
  }
}

/* nothing is known: nothing ends */
static void
test_unknown (void)
{
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", NULL);
  BullaExpiry expiry = {5, BULLA_EXPIRES_BY_CAA};

  bulla_facts_find_expiry (facts, bulla_profile_get_settings (profile), GOOD_NOW, &expiry);
  g_assert_cmpint (expiry.time, ==, -1);
  g_assert_cmpint (expiry.by, ==, BULLA_EXPIRES_BY_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/policy/expiry/by/", rows[i].path, NULL);
    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/policy/expiry/system-root", test_system_root);
  g_test_add_func ("/policy/expiry/sct-over", test_sct_over);
  g_test_add_func ("/policy/expiry/names", test_names);
  g_test_add_func ("/policy/expiry/over", test_over);
  g_test_add_func ("/policy/expiry/no-chain", test_no_chain);
  g_test_add_func ("/policy/expiry/caa-over", test_caa_over);
  g_test_add_func ("/policy/expiry/caa-dropped", test_caa_dropped);
  g_test_add_func ("/policy/expiry/caa-not-dropped", test_caa_not_dropped);
  g_test_add_func ("/policy/expiry/other-reasons", test_other_reasons);
  g_test_add_func ("/policy/expiry/unknown", test_unknown);
  return g_test_run ();
}
