/* bulla-rules-signature.c - rules on the signature, its certificate key and its time limits
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

#include <string.h>

#define NOT_READ N_ ("the Signature value was not read")

static BullaState
ask_validity_origin (const BullaQuestion *question, const BullaRule *rule,
                     BullaObservation *observation)
{
  const BullaSignatureFacts *signature = &question->facts->signature;

  if (signature->validity_same_origin == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->text = signature->validity_url;
  observation->range = signature->validity_url_range;
  observation->required = question->facts->request_origin;
  return bulla_state_from_boolean (signature->validity_same_origin == BULLA_YES);
}

/* reasons about fetching the chain of an exchange; a bundle contains its certificates */
static const gboolean about_fetching[BULLA_N_REASONS] = {
    [BULLA_REASON_CHAIN_FETCH] = TRUE,        [BULLA_REASON_CHAIN_STATUS] = TRUE,
    [BULLA_REASON_CHAIN_CONTENT_TYPE] = TRUE, [BULLA_REASON_CHAIN_REDIRECT] = TRUE,
    [BULLA_REASON_CHAIN_TOO_LARGE] = TRUE,    [BULLA_REASON_CHAIN_MAGIC] = TRUE,
};

static BullaState
ask_chain (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  if (question->facts->form == BULLA_FORM_RESPONSE && about_fetching[rule->reason]
      && question->facts->chain.reason != rule->reason)
    return bulla_observation_waive (observation, N_ ("the bundle has the certificates"));
  return bulla_rule_ask_part (&question->facts->chain, rule, observation);
}

static BullaState
ask_key_type (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaSignatureFacts *signature = &question->facts->signature;

  if (signature->key == BULLA_KEY_UNKNOWN)
    return bulla_observation_leave_unasked (observation, N_ ("no certificate is available"));
  observation->text = signature->key_name;
  return bulla_state_from_boolean (signature->key == BULLA_KEY_P256);
}

static BullaState
ask_lifetime (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaSignatureFacts *signature = &question->facts->signature;

  if (signature->read.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->range = signature->expires_range;
  observation->number = signature->expires - signature->date;
  observation->limit = question->settings->lifetime_max;
  observation->unit = BULLA_UNIT_DURATION;
  return bulla_state_from_boolean (observation->number <= observation->limit);
}

static BullaState
ask_started (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaSignatureFacts *signature = &question->facts->signature;

  if (signature->read.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->range = signature->date_range;
  observation->number = signature->date;
  observation->unit = BULLA_UNIT_TIME;
  observation->limit = question->now;
  return bulla_state_from_boolean (question->now
                                   >= signature->date - question->settings->clock_skew);
}

static BullaState
ask_not_expired (const BullaQuestion *question, const BullaRule *rule,
                 BullaObservation *observation)
{
  const BullaSignatureFacts *signature = &question->facts->signature;

  if (signature->read.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->range = signature->expires_range;
  observation->number = signature->expires;
  observation->unit = BULLA_UNIT_TIME;
  observation->limit = question->now;
  return bulla_state_from_boolean (question->now <= signature->expires);
}

static BullaState
ask_hash (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaSignatureFacts *signature = &question->facts->signature;

  if (signature->hash_matches == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, N_ ("no certificate is available"));
  observation->range = signature->cert_sha256_range;
  observation->words = signature->hash_matches == BULLA_YES
                           ? N_ ("matches the leaf certificate")
                           : N_ ("does not match the leaf certificate");
  return bulla_state_from_boolean (signature->hash_matches == BULLA_YES);
}

static BullaState
ask_valid (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaSignatureFacts *signature = &question->facts->signature;

  observation->range = signature->sig_range;
  if (signature->valid == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, signature->key == BULLA_KEY_OTHER
                                                             ? N_ ("the key is not P-256")
                                                             : N_ ("no certificate is available"));
  observation->words = signature->valid == BULLA_YES ? N_ ("verifies") : N_ ("does not verify");
  return bulla_state_from_boolean (signature->valid == BULLA_YES);
}

static BullaState
ask_integrity (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaSignatureFacts *signature = &question->facts->signature;

  if (question->facts->form != BULLA_FORM_EXCHANGE)
    return bulla_observation_waive (observation, N_ ("checked for each response of the subset"));
  if (signature->integrity == NULL)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->text = signature->integrity;
  observation->range = signature->integrity_range;
  if (question->settings->integrity == BULLA_COMPARE_IGNORE_CASE)
    return bulla_state_from_boolean (g_ascii_strcasecmp (signature->integrity, rule->required)
                                     == 0);
  return bulla_state_from_boolean (strcmp (signature->integrity, rule->required) == 0);
}

#define CHAIN(id, reason, anchor, required)                                                        \
  {                                                                                                \
    "chain." id, BULLA_REASON_CHAIN_##reason, BULLA_REASON_CHAIN_UNKNOWN, anchor, required, "C05", \
        ask_chain, "SIGX; IMPL 3.3"                                                                \
  }
#define CRYPTO(id, reason, anchor, required, ask)                                                  \
  {                                                                                                \
    "signature." id, BULLA_REASON_SIGNATURE_##reason, BULLA_REASON_CHAIN_UNKNOWN, anchor,          \
        required, "C05", ask                                                                       \
  }
#define TIMED(id, reason, anchor, required, ask)                                                   \
  {                                                                                                \
    "signature." id, BULLA_REASON_SIGNATURE_##reason, BULLA_REASON_NONE, anchor, required,         \
        "C09 C10", ask                                                                             \
  }

static const BullaRule rules[] = {
    {"trust.validity-origin", BULLA_REASON_TRUST_VALIDITY_ORIGIN, BULLA_REASON_NONE, "IMPL 4(1)",
     N_ ("the origin of the request URL"), "C10", ask_validity_origin},

    CHAIN ("fetched", FETCH, "IMPL 3.3; LOAD#handling-cert-url",
           N_ ("a response with the certificate chain")),
    CHAIN ("status", STATUS, "LOAD#handling-cert-url step 4", "200"),
    CHAIN ("media-type", CONTENT_TYPE, "IMPL 3.3", "application/cert-chain+cbor"),
    CHAIN ("redirects", REDIRECT, "LOAD#handling-cert-url",
           N_ ("only redirects that the profile allows")),
    CHAIN ("size", TOO_LARGE, "profile: fetch-size-max",
           N_ ("no more bytes than the profile allows")),
    CHAIN ("well-formed", MALFORMED, "IMPL 3.3; RFC 7049 2", N_ ("one CBOR item")),
    CHAIN ("canonical", NOT_CANONICAL, "IMPL 3.4",
           N_ ("shortest lengths, definite lengths, keys sorted and unique")),
    CHAIN ("magic", MAGIC, "IMPL 3.3", "U+1F4DC U+26D3"),
    CHAIN ("types", TYPE, "IMPL 3.3", N_ ("an array of maps of text to the types of the CDDL")),
    CHAIN ("not-empty", EMPTY, "IMPL 3.3", N_ ("at least one certificate")),
    CHAIN ("certificates", CERT_MISSING, "IMPL 3.3", N_ ("a cert entry in every map")),
    CHAIN ("ocsp-on-leaf", OCSP_MISSING, "IMPL 3.3(2)",
           N_ ("an ocsp entry for the first certificate")),
    CHAIN ("ocsp-only-on-leaf", OCSP_UNEXPECTED, "IMPL 3.3(2)",
           N_ ("no ocsp entry for other certificates")),
    CHAIN ("sct-not-empty", SCT_EMPTY, "IMPL 3.3(3)", N_ ("a non-empty sct entry")),
    CHAIN ("x509", CERTIFICATE, "IMPL 3.3(1)", N_ ("DER certificates")),

    CRYPTO ("key-type", KEY_TYPE, "IMPL 3.5(2)", N_ ("an EC key on secp256r1"), ask_key_type),
    TIMED ("lifetime", LIFETIME, "IMPL 3.5(3)", N_ ("at most 7 days"), ask_lifetime),
    TIMED ("started", NOT_YET_VALID, "IMPL 3.5(4)", N_ ("a date that is not in the future"),
           ask_started),
    TIMED ("not-expired", EXPIRED, "IMPL 3.5(4)", N_ ("an expires time that has not passed"),
           ask_not_expired),
    CRYPTO ("cert-sha256", CERT_SHA256, "IMPL 3.5(6)",
            N_ ("the SHA-256 hash of the leaf certificate"), ask_hash),
    CRYPTO ("verifies", INVALID, "IMPL 3.5(7)",
            N_ ("a valid ECDSA P-256 signature with SHA-256 over the message"), ask_valid),
    {"signature.integrity", BULLA_REASON_SIGNATURE_INTEGRITY, BULLA_REASON_NONE, "IMPL 3.5(9)",
     "digest/mi-sha256-03", NULL, ask_integrity},
};

const BullaRuleTable bulla_rules_signature = {
    .rules = rules, .n_rules = G_N_ELEMENTS (rules), .of_vouching = TRUE};
