/* bulla-rules-certificate.c - rules on trust in the certificate: path, use, revocation, logs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

#define DAY G_GINT64_CONSTANT (86400)
#define NO_CHAIN N_ ("no certificate is available")
#define PAST_FAULT N_ ("reading stopped at an earlier fault")

/* Each flag in the facts breaks the rule of one reason. */
static BullaState
ask_flag (BullaKnown known, guint flags, guint flag, const char *detail,
          BullaObservation *observation)
{
  if (known == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, detail != NULL ? detail : NO_CHAIN);
  if ((flags & flag) != 0)
    observation->text = detail;
  return bulla_state_from_boolean ((flags & flag) == 0);
}

static BullaState
ask_cert (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  static const struct {
    BullaReason reason;
    BullaCertFlags flag;
  } map[] = {
      {BULLA_REASON_CERT_MALFORMED, BULLA_CERT_FLAG_MALFORMED},
      {BULLA_REASON_CERT_UNTRUSTED, BULLA_CERT_FLAG_UNTRUSTED},
      {BULLA_REASON_CERT_EXPIRED, BULLA_CERT_FLAG_EXPIRED},
      {BULLA_REASON_CERT_NOT_YET_VALID, BULLA_CERT_FLAG_NOT_YET_VALID},
      {BULLA_REASON_CERT_CRITICAL_EXTENSION, BULLA_CERT_FLAG_CRITICAL_EXTENSION},
      {BULLA_REASON_CERT_IS_CA, BULLA_CERT_FLAG_IS_CA},
      {BULLA_REASON_CERT_USAGE, BULLA_CERT_FLAG_USAGE},
  };
  const BullaCertFacts *cert = &question->facts->cert;
  guint flags = cert->flags;
  /* "accepted if the platform accepts" means rejected here, because OpenSSL does not accept it */
  if (question->settings->can_sign_critical == BULLA_CHOICE_YES
      && (flags & BULLA_CERT_FLAG_CAN_SIGN_CRITICAL) != 0)
    flags |= BULLA_CERT_FLAG_CRITICAL_EXTENSION;
  for (size_t i = 0; i < G_N_ELEMENTS (map); i++)
    if (map[i].reason == rule->reason)
      return ask_flag (cert->known, flags, map[i].flag, cert->path_detail, observation);
  g_return_val_if_reached (BULLA_STATE_BROKEN);
}

static BullaState
ask_name (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaCertFacts *cert = &question->facts->cert;

  if (cert->name_matches == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NO_CHAIN);
  observation->text = cert->names;
  observation->required = question->facts->request_origin;
  return bulla_state_from_boolean (cert->name_matches == BULLA_YES);
}

static BullaState
ask_can_sign (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaCertFacts *cert = &question->facts->cert;

  if (cert->known == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NO_CHAIN);
  gboolean present = (cert->flags & BULLA_CERT_FLAG_CAN_SIGN) != 0;
  observation->words = present ? N_ ("present") : N_ ("absent");
  if (rule->reason == BULLA_REASON_CERT_CAN_SIGN_MISSING)
    return bulla_state_from_boolean (present);
  if (!present)
    return bulla_observation_leave_unasked (observation,
                                            N_ ("there is no CanSignHttpExchanges extension"));
  if (rule->reason == BULLA_REASON_CERT_CAN_SIGN_VALUE) {
    gboolean other = (cert->flags & BULLA_CERT_FLAG_CAN_SIGN_VALUE) != 0;
    observation->words = other ? N_ ("another value") : "05 00";
    return bulla_state_from_boolean (!other);
  }
  gboolean critical = (cert->flags & BULLA_CERT_FLAG_CAN_SIGN_CRITICAL) != 0;
  observation->words = critical ? N_ ("critical") : N_ ("not critical");
  if (question->settings->can_sign_critical == BULLA_CHOICE_YES)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  return bulla_state_from_boolean (!critical);
}

static BullaState
ask_validity (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaCertFacts *cert = &question->facts->cert;

  if (question->settings->validity_days_max == 0)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  if (cert->known == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NO_CHAIN);
  observation->number = cert->not_after - cert->not_before;
  observation->limit = question->settings->validity_days_max * DAY;
  observation->unit = BULLA_UNIT_DURATION;
  return bulla_state_from_boolean (observation->number <= observation->limit);
}

static BullaState
ask_listed (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaCertFacts *cert = &question->facts->cert;

  if (cert->known == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NO_CHAIN);
  if (cert->listed == BULLA_UNKNOWN)
    return bulla_observation_waive (observation, N_ ("there is no local revocation list"));
  observation->text = cert->listed_as;
  return bulla_state_from_boolean (cert->listed == BULLA_NO);
}

static BullaState
ask_tls_key (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaCertFacts *cert = &question->facts->cert;
  BullaTlsKeyChoice choice = question->settings->tls_key;

  if (choice == BULLA_TLS_KEY_IGNORE)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  if (cert->known == BULLA_UNKNOWN)
    return bulla_observation_waive (observation, NO_CHAIN);
  observation->text = cert->tls_host;
  if (cert->tls_host != NULL && choice == BULLA_TLS_KEY_WARN)
    return bulla_observation_waive (observation, N_ ("reported but not required by this profile"));
  return bulla_state_from_boolean (cert->tls_host == NULL);
}

#define UNREADABLE (BULLA_OCSP_FLAG_MALFORMED | BULLA_OCSP_FLAG_UNSUCCESSFUL)

static BullaState
ask_ocsp (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  /* @after: flags of faults after which the fault in @flag is not checked */
  static const struct {
    BullaReason reason;
    BullaOcspFlags flag, after;
  } map[] = {
      {BULLA_REASON_OCSP_MALFORMED, BULLA_OCSP_FLAG_MALFORMED, 0},
      {BULLA_REASON_OCSP_UNSUCCESSFUL, BULLA_OCSP_FLAG_UNSUCCESSFUL, BULLA_OCSP_FLAG_MALFORMED},
      {BULLA_REASON_OCSP_OTHER_CERTIFICATE, BULLA_OCSP_FLAG_OTHER_CERTIFICATE, UNREADABLE},
      {BULLA_REASON_OCSP_SIGNER, BULLA_OCSP_FLAG_SIGNER, UNREADABLE},
      {BULLA_REASON_OCSP_SIGNATURE, BULLA_OCSP_FLAG_SIGNATURE, UNREADABLE | BULLA_OCSP_FLAG_SIGNER},
      {BULLA_REASON_OCSP_CRITICAL_EXTENSION, BULLA_OCSP_FLAG_CRITICAL_EXTENSION, UNREADABLE},
      {BULLA_REASON_OCSP_REVOKED, BULLA_OCSP_FLAG_REVOKED, BULLA_OCSP_NOT_ABOUT_US},
      {BULLA_REASON_OCSP_STATUS_UNKNOWN, BULLA_OCSP_FLAG_STATUS_UNKNOWN, BULLA_OCSP_NOT_ABOUT_US},
  };
  const BullaOcspFacts *ocsp = &question->facts->ocsp;
  /* a certificate revoked a day ago was valid a week ago, which is all that LOAD requires */
  if (rule->reason == BULLA_REASON_OCSP_REVOKED
      && question->settings->ocsp == BULLA_OCSP_REVOKED_AGE && ocsp->revoked_at >= 0
      && question->now - ocsp->revoked_at < 7 * DAY) {
    observation->number = question->now - ocsp->revoked_at;
    observation->unit = BULLA_UNIT_DURATION;
    return BULLA_STATE_HELD;
  }
  for (size_t i = 0; i < G_N_ELEMENTS (map); i++)
    if (map[i].reason == rule->reason)
      return (ocsp->flags & map[i].after) != 0
                 ? bulla_observation_leave_unasked (observation, PAST_FAULT)
                 : ask_flag (ocsp->known, ocsp->flags, map[i].flag, ocsp->detail, observation);
  g_return_val_if_reached (BULLA_STATE_BROKEN);
}

/* the times of a response about another certificate are not checked */
static gboolean
has_times (const BullaOcspFacts *ocsp)
{
  return ocsp->known == BULLA_YES && (ocsp->flags & BULLA_OCSP_NOT_ABOUT_US) == 0;
}

static BullaState
ask_ocsp_window (const BullaQuestion *question, const BullaRule *rule,
                 BullaObservation *observation)
{
  const BullaOcspFacts *ocsp = &question->facts->ocsp;

  if (!has_times (ocsp))
    return bulla_observation_leave_unasked (observation,
                                            ocsp->known == BULLA_YES ? PAST_FAULT : NO_CHAIN);
  observation->unit = BULLA_UNIT_TIME;
  observation->limit = question->now;
  if (rule->reason == BULLA_REASON_OCSP_NOT_YET_VALID) {
    observation->number = ocsp->this_update;
    return bulla_state_from_boolean (ocsp->this_update <= question->now);
  }
  if (ocsp->next_update < 0) {
    observation->unit = BULLA_UNIT_NONE;
    return bulla_observation_leave_unasked (observation, N_ ("nextUpdate is missing"));
  }
  observation->number = ocsp->next_update;
  if (question->settings->ocsp == BULLA_OCSP_AGE)
    return bulla_state_from_boolean (question->now < ocsp->next_update);
  return bulla_state_from_boolean (question->now <= ocsp->next_update);
}

static BullaState
ask_ocsp_lifetime (const BullaQuestion *question, const BullaRule *rule,
                   BullaObservation *observation)
{
  const BullaOcspFacts *ocsp = &question->facts->ocsp;
  const BullaSettings *settings = question->settings;
  gint64 longest = settings->ocsp_max_lifetime;
  gboolean absent = rule->reason == BULLA_REASON_OCSP_NO_NEXT_UPDATE;

  if (absent ? settings->ocsp != BULLA_OCSP_LIFETIME : longest == 0)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  if (!has_times (ocsp))
    return bulla_observation_leave_unasked (observation,
                                            ocsp->known == BULLA_YES ? PAST_FAULT : NO_CHAIN);
  if (absent) {
    observation->words = ocsp->next_update < 0 ? N_ ("absent") : N_ ("present");
    return bulla_state_from_boolean (ocsp->next_update >= 0);
  }
  if (ocsp->next_update < 0)
    return bulla_observation_leave_unasked (observation, N_ ("nextUpdate is missing"));
  observation->number = ocsp->next_update - ocsp->this_update;
  observation->unit = BULLA_UNIT_DURATION;
  if (longest != 7 * DAY) /* the words of the rule name 7 days */
    observation->limit = longest - 1;
  return bulla_state_from_boolean (observation->number < longest);
}

static BullaState
ask_ocsp_age (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaOcspFacts *ocsp = &question->facts->ocsp;
  const BullaCertFacts *cert = &question->facts->cert;
  gboolean produced = rule->reason == BULLA_REASON_OCSP_PRODUCED_AT;
  gint64 max_age = question->settings->ocsp_max_age;

  if (produced ? question->settings->ocsp != BULLA_OCSP_AGE : max_age == 0)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  if (!has_times (ocsp) || cert->known != BULLA_YES)
    return bulla_observation_leave_unasked (observation,
                                            ocsp->known == BULLA_YES ? PAST_FAULT : NO_CHAIN);
  if (produced) {
    observation->number = ocsp->produced_at;
    observation->unit = BULLA_UNIT_TIME;
    return bulla_state_from_boolean (ocsp->produced_at >= cert->not_before
                                     && ocsp->produced_at <= cert->not_after);
  }
  observation->number = question->now - ocsp->this_update;
  observation->limit = max_age;
  observation->unit = BULLA_UNIT_DURATION;
  return bulla_state_from_boolean (observation->number <= observation->limit);
}

/* Returns why the rule is not checked; NULL if the profile requires SCTs here. */
static const char *
why_no_sct (const BullaQuestion *question)
{
  BullaSctChoice choice = question->settings->sct;

  if (choice == BULLA_SCT_REPORTED)
    return N_ ("reported but not required by this profile");
  if (choice == BULLA_SCT_SYSTEM_ROOTS
      && (question->facts->cert.flags & BULLA_CERT_FLAG_SYSTEM_ROOT) == 0)
    return N_ ("required only for the system’s roots");
  return NULL;
}

static BullaState
ask_sct (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaSctFacts *sct = &question->facts->sct;
  const char *why = why_no_sct (question);

  if (why != NULL)
    return bulla_observation_waive (observation, why);
  if (question->facts->chain.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NO_CHAIN);
  if (rule->reason == BULLA_REASON_SCT_MISSING) {
    observation->number = sct->n_found;
    observation->unit = BULLA_UNIT_COUNT;
    return bulla_state_from_boolean (sct->n_found > 0
                                     || (sct->flags & BULLA_SCT_FLAG_MALFORMED) != 0);
  }
  if (sct->known == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, N_ ("no log list was given"));
  guint flag = rule->reason == BULLA_REASON_SCT_MALFORMED     ? BULLA_SCT_FLAG_MALFORMED
               : rule->reason == BULLA_REASON_SCT_UNKNOWN_LOG ? BULLA_SCT_FLAG_UNKNOWN_LOG
                                                              : BULLA_SCT_FLAG_SIGNATURE;
  observation->text = (sct->flags & flag) != 0 ? sct->detail : NULL;
  if (sct->n_found == 0 && (sct->flags & flag) == 0)
    return bulla_observation_leave_unasked (observation, N_ ("there is no timestamp"));
  if (sct->n_valid == 0 && flag == BULLA_SCT_FLAG_SIGNATURE && (sct->flags & flag) == 0)
    return bulla_observation_leave_unasked (observation, N_ ("no timestamp is from a known log"));
  /* One valid timestamp is enough. */
  return bulla_state_from_boolean (sct->n_valid > 0 || (sct->flags & flag) == 0);
}

static BullaState
ask_sct_time (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaSctFacts *sct = &question->facts->sct;
  const char *why = why_no_sct (question);

  if (why != NULL)
    return bulla_observation_waive (observation, why);
  if (question->facts->chain.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NO_CHAIN);
  if (sct->known == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, N_ ("no log list was given"));
  if (sct->n_valid == 0) {
    observation->waived = TRUE; /* the rules before this one report the fault */
    return bulla_observation_leave_unasked (observation, N_ ("there is no valid timestamp"));
  }
  observation->number = sct->earliest;
  observation->limit = question->now;
  observation->unit = BULLA_UNIT_TIME;
  return bulla_state_from_boolean (sct->earliest <= question->now);
}

#define CERT(id, reason, anchor, required, concerns, ask)                                          \
  {                                                                                                \
    "cert." id, BULLA_REASON_CERT_##reason, BULLA_REASON_CHAIN_UNKNOWN, anchor, required,          \
        concerns, ask                                                                              \
  }
#define OCSP(id, reason, anchor, required, ask)                                                    \
  {                                                                                                \
    "ocsp." id, BULLA_REASON_OCSP_##reason, BULLA_REASON_NONE, anchor, required, "C08 C09", ask    \
  }
#define SCT(id, reason, anchor, required, ask)                                                     \
  {                                                                                                \
    "sct." id, BULLA_REASON_SCT_##reason, BULLA_REASON_SCT_UNKNOWN, anchor, required, "C05 C35",   \
        ask                                                                                        \
  }

static const BullaRule rules[] = {
    CERT ("well-formed", MALFORMED, "RFC 5280 4.2", N_ ("no duplicate extensions"), "C05",
          ask_cert),
    CERT ("trusted", UNTRUSTED, "IMPL 4(7.1); RFC 5280 6", N_ ("a path to a trusted root"), "C05",
          ask_cert),
    CERT ("started", NOT_YET_VALID, "RFC 5280 6.1.3", N_ ("a notBefore that is not in the future"),
          "C09", ask_cert),
    CERT ("not-expired", EXPIRED, "RFC 5280 6.1.3", N_ ("a notAfter that has not passed"), "C09",
          ask_cert),
    CERT ("known-extensions", CRITICAL_EXTENSION, "RFC 5280 4.2",
          N_ ("no unknown critical extensions"), "C05", ask_cert),
    CERT ("end-entity", IS_CA, "IMPL 4(7.1); BR 7.1.2",
          N_ ("a leaf certificate that is not an authority’s"), "C05", ask_cert),
    CERT ("name", NAME, "IMPL 4(7.1); RFC 6125", N_ ("a name that covers the host"), "C30",
          ask_name),
    CERT ("usage", USAGE, "IMPL 4(7.1); RFC 5280 4.2.1.12", "serverAuth", "C07", ask_cert),
    CERT ("can-sign", CAN_SIGN_MISSING, "IMPL 4(7.2)", "CanSignHttpExchanges", "C06 C07",
          ask_can_sign),
    CERT ("can-sign-value", CAN_SIGN_VALUE, "IMPL 4.2", "05 00", "C06", ask_can_sign),
    CERT ("can-sign-not-critical", CAN_SIGN_CRITICAL, "IMPL 4.2", N_ ("not critical"), "C07",
          ask_can_sign),
    CERT ("validity", VALIDITY_TOO_LONG, "IMPL 4(7.3)", N_ ("at most 90 days"), "C09",
          ask_validity),
    CERT ("not-on-revocation-list", LOCALLY_REVOKED, "RFC 5280 3.3",
          N_ ("no certificate of the path on the local revocation list"), "C08 C09", ask_listed),
    CERT ("key-not-in-tls", KEY_IN_TLS, "IMPL 4.2", N_ ("a key that no TLS server was seen to use"),
          "C07", ask_tls_key),

    OCSP ("well-formed", MALFORMED, "IMPL 4(7.4); RFC 6960 4.2.1", N_ ("an OCSP response"),
          ask_ocsp),
    OCSP ("successful", UNSUCCESSFUL, "RFC 6960 4.2.1", "successful", ask_ocsp),
    OCSP ("covers-leaf", OTHER_CERTIFICATE, "RFC 6960 3.2(1)",
          N_ ("a response about the leaf certificate"), ask_ocsp),
    OCSP ("signer", SIGNER, "RFC 6960 4.2.2.2",
          N_ ("the issuer, or a responder that the issuer authorised"), ask_ocsp),
    OCSP ("signature", SIGNATURE, "RFC 6960 3.2(2)", N_ ("a valid signature"), ask_ocsp),
    OCSP ("known-extensions", CRITICAL_EXTENSION, "RFC 6960 4.4",
          N_ ("no unknown critical extensions"), ask_ocsp),
    OCSP ("not-revoked", REVOKED, "IMPL 4(7.4)", "good", ask_ocsp),
    OCSP ("status", STATUS_UNKNOWN, "IMPL 4(7.4)", "good", ask_ocsp),
    OCSP ("started", NOT_YET_VALID, "RFC 6960 3.2(5)",
          N_ ("a thisUpdate that is not in the future"), ask_ocsp_window),
    OCSP ("next-update", NO_NEXT_UPDATE, "IMPL 4(7.4)", N_ ("a nextUpdate time"),
          ask_ocsp_lifetime),
    OCSP ("current", STALE, "RFC 6960 3.2(6)", N_ ("a nextUpdate that has not passed"),
          ask_ocsp_window),
    OCSP ("lifetime", LIFETIME, "IMPL 4(7.4)", N_ ("less than 7 days"), ask_ocsp_lifetime),
    OCSP ("age", TOO_OLD, "LOAD#trusting-certificate", N_ ("a thisUpdate at most 7 days ago"),
          ask_ocsp_age),
    OCSP ("produced-at", PRODUCED_AT, "RFC 6960 2.4",
          N_ ("a producedAt while the leaf certificate was valid"), ask_ocsp_age),

    SCT ("present", MISSING, "IMPL 4(7.5)", N_ ("at least one timestamp"), ask_sct),
    SCT ("well-formed", MALFORMED, "RFC 6962 3.3", N_ ("a readable list of timestamps"), ask_sct),
    SCT ("known-log", UNKNOWN_LOG, "IMPL 4(7.5)", N_ ("a log in the list of known logs"), ask_sct),
    SCT ("signature", SIGNATURE, "RFC 6962 3.2", N_ ("a valid signature by the log"), ask_sct),
    SCT ("not-future", FUTURE, "RFC 6962 5.2", N_ ("a timestamp not in the future"), ask_sct_time),
};

const BullaRuleTable bulla_rules_certificate = {
    .rules = rules, .n_rules = G_N_ELEMENTS (rules), .of_vouching = TRUE};
