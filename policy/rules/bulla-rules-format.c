/* bulla-rules-format.c - rules on the format of a signed exchange and its Signature header
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

static BullaState ask_prologue (const BullaQuestion *question, const BullaRule *rule,
                                BullaObservation *observation);

/* Whether one of the rules on the prologue that follow @rule in the table has the reason. */
static gboolean
comes_later (const BullaRule *rule, BullaReason reason)
{
  for (rule++; rule->ask == ask_prologue; rule++)
    if (rule->reason == reason)
      return TRUE;
  return FALSE;
}

static BullaState
ask_prologue (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;
  BullaState state = bulla_rule_ask_part (&facts->prologue, rule, observation);

  /* Everything before the fault was read and is valid. */
  if (state == BULLA_STATE_UNASKED && facts->prologue.read == BULLA_NO
      && comes_later (rule, facts->prologue.reason) && rule->reason != BULLA_REASON_SXG_TRUNCATED) {
    *observation = (BullaObservation){0};
    state = BULLA_STATE_HELD;
  }
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_SXG_MAGIC)
    observation->text = facts->version;
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_SXG_URL_SYNTAX) {
    observation->text = facts->request_url;
    observation->range = facts->url_range;
  }
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_SXG_SIGNATURE_TOO_LONG) {
    observation->number = (gint64)facts->signature_range.length;
    observation->limit = 16384;
    observation->unit = BULLA_UNIT_BYTES;
    observation->range = facts->signature_range;
  }
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_SXG_HEADERS_TOO_LONG) {
    observation->number = (gint64)facts->headers_range.length;
    observation->limit = 524288;
    observation->unit = BULLA_UNIT_BYTES;
    observation->range = facts->headers_range;
  }
  return state;
}

static BullaState
ask_signature (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  return bulla_rule_ask_part (&question->facts->signature.read, rule, observation);
}

static BullaState
ask_count (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaSignatureFacts *signature = &question->facts->signature;

  if (signature->count == 0)
    return bulla_observation_leave_unasked (observation, N_ ("the Signature value was not read"));
  observation->number = signature->count;
  observation->unit = BULLA_UNIT_COUNT;
  if (question->settings->members != BULLA_MEMBERS_ONE) {
    observation->required = N_ ("any number");
    return BULLA_STATE_HELD;
  }
  observation->range = question->facts->signature_range;
  return bulla_state_from_boolean (signature->count == 1);
}

static BullaState
ask_expires_after_date (const BullaQuestion *question, const BullaRule *rule,
                        BullaObservation *observation)
{
  const BullaSignatureFacts *signature = &question->facts->signature;

  if (question->settings->expires_after_date == BULLA_CHOICE_NO)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  if (signature->read.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, N_ ("the Signature value was not read"));
  observation->range = signature->expires_range;
  observation->number = signature->expires - signature->date;
  observation->unit = BULLA_UNIT_DURATION;
  return bulla_state_from_boolean (signature->expires > signature->date);
}

#define SXG(id, reason, anchor, required)                                                          \
  {                                                                                                \
    "sxg." id, BULLA_REASON_SXG_##reason, BULLA_REASON_NONE, anchor, required, "C19", ask_prologue \
  }
#define SIGNATURE(id, reason, anchor, required)                                                    \
  {                                                                                                \
    "signature." id, BULLA_REASON_SIGNATURE_##reason, BULLA_REASON_NONE, anchor, required, "C19",  \
        ask_signature                                                                              \
  }
static const BullaRule rules[] = {
    SXG ("complete", TRUNCATED, "IMPL 5.3", N_ ("a complete prologue, Signature and headers")),
    SXG ("magic", MAGIC, "IMPL 5.3(1)", "sxg1-b3 NUL"),
    SXG ("version", VERSION, "IMPL 5.3(1)", N_ ("version b3")),
    SXG ("url-encoding", URL_ENCODING, "IMPL 5.3(3)", "UTF-8"),
    SXG ("url", URL_SYNTAX, "IMPL 5.3(3)", N_ ("an absolute URL with a host, without credentials")),
    SXG ("url-scheme", URL_SCHEME, "IMPL 5.3(3)", "https"),
    SXG ("url-fragment", URL_FRAGMENT, "IMPL 5.3(3)", N_ ("no fragment")),
    SXG ("url-unambiguous", URL_AMBIGUOUS, "URL: valid URL string",
         N_ ("a URL that all parsers read the same way")),
    SXG ("signature-length", SIGNATURE_TOO_LONG, "IMPL 5.3(4)", N_ ("at most 16384 bytes")),
    SXG ("headers-length", HEADERS_TOO_LONG, "IMPL 5.3(5)", N_ ("at most 524288 bytes")),

    SIGNATURE ("syntax", SYNTAX, "SH10 4.2.5", N_ ("a parameterised list in ASCII")),
    {"signature.count", BULLA_REASON_SIGNATURE_COUNT, BULLA_REASON_NONE, "IMPL 3.1",
     N_ ("exactly one member"), NULL, ask_count},
    SIGNATURE ("certificate-based", ED25519, "IMPL 3.1; ORIG 3.1",
               N_ ("cert-url and cert-sha256, not ed25519key")),
    SIGNATURE ("parameters", PARAMETER_MISSING, "IMPL 3.1",
               "sig, integrity, cert-url, cert-sha256, validity-url, date, expires"),
    SIGNATURE ("parameter-types", PARAMETER_TYPE, "IMPL 3.1",
               N_ ("the right type for every parameter")),
    SIGNATURE ("cert-url", CERT_URL, "IMPL 3.1",
               N_ ("an absolute https or data URL without a fragment")),
    SIGNATURE ("validity-url", VALIDITY_URL, "IMPL 3.1",
               N_ ("an absolute https URL without a fragment")),
    SIGNATURE ("time-range", TIME_RANGE, "LOAD#parsing-signature step 22", N_ ("0 to 2^63-1")),
    {"signature.expires-after-date", BULLA_REASON_SIGNATURE_EXPIRES_BEFORE_DATE, BULLA_REASON_NONE,
     "LOAD#parsing-signature step 23", N_ ("expires later than date"), "C09",
     ask_expires_after_date},
};

const BullaRuleTable bulla_rules_format = {.rules = rules, .n_rules = G_N_ELEMENTS (rules)};
