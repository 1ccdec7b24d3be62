/* bulla-rules-caa.c - rules on today's CAA records for the certificate's names
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * RFC 8659 section 1 forbids relying parties to validate certificates with CAA records: the CA
 * looked them up when it issued the certificate, and they may have changed since. A profile that
 * requires them deviates from the RFC; see docs/profiles.md. */
#include "bulla-rule.h"

#define NO_CHAIN N_ ("no certificate is available")
#define NOT_REQUIRED N_ ("not required by this profile")

/* Returns: why not all names of the certificate were looked up */
static const char *
find_gap (const BullaCaaFacts *caa, const char *detail)
{
  guint n_hosts = caa->hosts != NULL ? g_strv_length (caa->hosts) : 0;

  if (detail != NULL) /* the detail describes the host that decided */
    return detail;
  if (caa->ended > 0)
    return N_ ("the DNSSEC signatures of the answers have ended");
  if (n_hosts == 0)
    return N_ ("the certificate has no DNS names");
  if (n_hosts > BULLA_CAA_HOSTS_MAX && caa->unasked == BULLA_REASON_NONE)
    return N_ ("the certificate has more than 100 DNS names");
  return N_ ("DNS was not asked");
}

static BullaState
ask_exchanges (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;
  BullaCaaChoice choice = question->settings->caa;

  if (choice == BULLA_CAA_OFF)
    return bulla_observation_waive (observation, NOT_REQUIRED);
  if (facts->cert.known == BULLA_UNKNOWN)
    return choice == BULLA_CAA_REPORT ? bulla_observation_waive (observation, NO_CHAIN)
                                      : bulla_observation_leave_unasked (observation, NO_CHAIN);
  if (facts->caa.exchanges == BULLA_CAA_PERMITTED) {
    observation->words = N_ ("every name is permitted");
    return BULLA_STATE_HELD;
  }
  observation->reason = facts->caa.reason;
  observation->text = facts->caa.detail;
  if (choice == BULLA_CAA_REPORT)
    return bulla_observation_waive (observation, find_gap (&facts->caa, facts->caa.detail));
  if (facts->caa.exchanges == BULLA_CAA_FORBIDDEN)
    return BULLA_STATE_BROKEN;
  return bulla_observation_leave_unasked (observation, find_gap (&facts->caa, facts->caa.detail));
}

static BullaState
ask_secure (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;

  if (question->settings->caa == BULLA_CAA_OFF
      || question->settings->dnssec == BULLA_DNSSEC_CHOICE_IGNORE)
    return bulla_observation_waive (observation, NOT_REQUIRED);
  if (facts->cert.known == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NO_CHAIN);
  observation->text = facts->caa.dnssec_detail;
  switch (facts->caa.dnssec) {
  case BULLA_DNSSEC_SECURE:
    observation->words = N_ ("every answer is secure");
    return BULLA_STATE_HELD;
  case BULLA_DNSSEC_INSECURE:
    observation->reason = BULLA_REASON_CAA_INSECURE;
    return BULLA_STATE_BROKEN;
  case BULLA_DNSSEC_BOGUS:
    observation->reason = BULLA_REASON_CAA_BOGUS;
    return BULLA_STATE_BROKEN;
  case BULLA_DNSSEC_NO_ANSWER:
  default:
    observation->reason = facts->caa.unasked;
    return bulla_observation_leave_unasked (observation,
                                            find_gap (&facts->caa, facts->caa.dnssec_detail));
  }
}

/* reasons that the CAA records of a name may give */
static const BullaReason forbidden[] = {
    BULLA_REASON_CAA_NO_PROPERTY,   BULLA_REASON_CAA_OTHER_ISSUER,
    BULLA_REASON_CAA_EMPTY_ISSUER,  BULLA_REASON_CAA_MALFORMED,
    BULLA_REASON_CAA_CRITICAL,      BULLA_REASON_CAA_PARAMETER_VALUE,
    BULLA_REASON_CAA_UNSATISFIABLE, BULLA_REASON_NONE};
static const BullaReason not_known[] = {BULLA_REASON_CAA_DEPENDS, BULLA_REASON_CAA_ISSUER_UNKNOWN,
                                        BULLA_REASON_CAA_OFFLINE, BULLA_REASON_CAA_BOGUS,
                                        BULLA_REASON_NONE};
static const BullaReason not_secure[] = {BULLA_REASON_CAA_BOGUS, BULLA_REASON_NONE};
static const BullaReason not_asked[] = {BULLA_REASON_CAA_OFFLINE, BULLA_REASON_NONE};

static const BullaRule rules[] = {
    {"caa.permits-exchanges", BULLA_REASON_CAA_PARAMETER_MISSING, BULLA_REASON_CAA_NO_ANSWER,
     "IMPL 4.2.1; RFC 8659 4", N_ ("a CAA record that permits the CA to certify exchanges"),
     "C05 C06", ask_exchanges, NULL, forbidden, not_known},
    {"caa.secure", BULLA_REASON_CAA_INSECURE, BULLA_REASON_CAA_NO_ANSWER, "RFC 4035 5",
     N_ ("answers that DNSSEC secures"), "C05", ask_secure, NULL, not_secure, not_asked},
};

const BullaRuleTable bulla_rules_caa = {
    .rules = rules, .n_rules = G_N_ELEMENTS (rules), .of_vouching = TRUE};
