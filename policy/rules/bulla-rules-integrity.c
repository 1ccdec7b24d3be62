/* bulla-rules-integrity.c - rules on the integrity block in front of a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

#include <string.h>

#define NOT_READ N_ ("the integrity block was not read")

/* Returns why the rules are not checked; NULL if there is a block to check. */
static const char *
why_none (const BullaIntegrityFacts *integrity)
{
  return integrity->present == BULLA_YES ? NULL : N_ ("there is no integrity block");
}

/* reasons whose faults always lie behind the magic and the version */
static const gboolean behind_version[BULLA_N_REASONS] = {
    [BULLA_REASON_INTEGRITY_ATTRIBUTES] = TRUE,    [BULLA_REASON_INTEGRITY_WEB_BUNDLE_ID] = TRUE,
    [BULLA_REASON_INTEGRITY_NO_SIGNATURES] = TRUE, [BULLA_REASON_INTEGRITY_KEY_KIND] = TRUE,
    [BULLA_REASON_INTEGRITY_KEY] = TRUE,
};

static BullaState
ask_block (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaIntegrityFacts *integrity = &question->facts->integrity;
  const char *why = why_none (integrity);

  if (why != NULL)
    return bulla_observation_waive (observation, why);
  BullaState state = bulla_rule_ask_part (&integrity->block, rule, observation);
  gboolean is_magic = rule->reason == BULLA_REASON_INTEGRITY_MAGIC;
  /* Everything before the fault was read and is valid. */
  if (state == BULLA_STATE_UNASKED && is_magic && integrity->block.read == BULLA_NO
      && (integrity->block.reason == BULLA_REASON_INTEGRITY_VERSION
          || behind_version[integrity->block.reason])) {
    *observation = (BullaObservation){0};
    state = BULLA_STATE_HELD;
  }
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_INTEGRITY_WEB_BUNDLE_ID) {
    observation->text = integrity->web_bundle_id;
    observation->range = integrity->id_range;
  }
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_INTEGRITY_NO_SIGNATURES) {
    observation->number = integrity->n_signatures;
    observation->unit = BULLA_UNIT_COUNT;
  }
  return state;
}

/* A block of version 1 is parsed for inspection, but never sufficient. */
static BullaState
ask_version (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaIntegrityFacts *integrity = &question->facts->integrity;
  BullaState state = ask_block (question, rule, observation);

  if (why_none (integrity) != NULL || state == BULLA_STATE_BROKEN)
    return state;
  gboolean known = g_strcmp0 (integrity->version, "2b") == 0;
  if (integrity->version == NULL
      || (state == BULLA_STATE_UNASKED && known && !behind_version[integrity->block.reason]))
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->text = integrity->version;
  return bulla_state_from_boolean (known);
}

static BullaState
ask_key_kind (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaIntegrityFacts *integrity = &question->facts->integrity;
  BullaState state = ask_block (question, rule, observation);
  gboolean first = question->settings->key_kinds == BULLA_KEY_KINDS_FIRST;

  if (first)
    observation->required = N_ ("a first key of a known kind");
  if (state != BULLA_STATE_HELD)
    return state;
  if (first && integrity->first_known == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->number = integrity->n_known;
  observation->unit = BULLA_UNIT_COUNT;
  observation->range = integrity->entries_range;
  return bulla_state_from_boolean (integrity->n_known > 0
                                   && (!first || integrity->first_known == BULLA_YES));
}

static BullaState
ask_signatures (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaIntegrityFacts *integrity = &question->facts->integrity;
  const char *why = why_none (integrity);

  if (why != NULL)
    return bulla_observation_waive (observation, why);
  BullaState state = bulla_rule_ask_part (&integrity->signatures, rule, observation);
  if (state == BULLA_STATE_HELD) {
    observation->number = integrity->n_valid;
    observation->unit = BULLA_UNIT_COUNT;
  }
  return state;
}

static BullaState
ask_id (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaIntegrityFacts *integrity = &question->facts->integrity;
  const char *why = why_none (integrity);

  if (why != NULL)
    return bulla_observation_waive (observation, why);
  if (integrity->pinned == BULLA_YES)
    return bulla_observation_waive (observation, N_ ("the profile pins a key for this ID"));
  if (integrity->id_derived == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->text = integrity->web_bundle_id;
  observation->range = integrity->id_range;
  return bulla_state_from_boolean (integrity->id_derived == BULLA_YES);
}

static BullaState
ask_pin (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaIntegrityFacts *integrity = &question->facts->integrity;
  const char *why = why_none (integrity);

  if (why == NULL && integrity->pinned != BULLA_YES)
    why = N_ ("the profile pins no key for this ID");
  if (why != NULL)
    return bulla_observation_waive (observation, why);
  if (integrity->pin_found == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->words = integrity->pin_found == BULLA_YES ? N_ ("among the signing keys")
                                                         : N_ ("not among the signing keys");
  observation->range = integrity->entries_range;
  return bulla_state_from_boolean (integrity->pin_found == BULLA_YES);
}

#define INTEGRITY(id, reason, unknown, anchor, required, concerns, ask)                            \
  {                                                                                                \
    "integrity." id, BULLA_REASON_INTEGRITY_##reason, BULLA_REASON_##unknown, anchor, required,    \
        concerns, ask                                                                              \
  }
#define BLOCK(id, reason, anchor, required)                                                        \
  INTEGRITY (id, reason, NONE, anchor, required, "C19", ask_block)

static const BullaRule rules[] = {
    BLOCK ("complete", TRUNCATED, "IB", N_ ("a complete integrity block, followed by a bundle")),
    BLOCK ("magic", MAGIC, "IB", "U+1F58B U+1F4E6"),
    INTEGRITY ("version", VERSION, NONE, "IB", N_ ("version 2b"), "C05", ask_version),
    BLOCK ("well-formed", MALFORMED, "IB; RFC 8949 3", N_ ("one array of four CBOR items")),
    BLOCK ("canonical", NOT_CANONICAL, "IB; RFC 8949 4.2.1",
           N_ ("shortest lengths, definite lengths, keys sorted and unique")),
    BLOCK ("types", TYPE, "IB", N_ ("the types of the block’s CDDL")),
    BLOCK ("size", TOO_LARGE, "our cap", N_ ("at most 1 MiB and 1024 signatures")),
    BLOCK ("attributes", ATTRIBUTES, "IB; CRB: attribute map",
           N_ ("a map of text to text, bytes, numbers or truth values")),
    BLOCK ("web-bundle-id", WEB_BUNDLE_ID, "IB; IWA: scheme",
           N_ ("a webBundleId in lower-case base32, made of a key of a known kind")),
    BLOCK ("has-signatures", NO_SIGNATURES, "IB", N_ ("at least one signature")),
    BLOCK ("keys", KEY, "IB", N_ ("the length that the kind of key or signature requires")),
    INTEGRITY ("key-kinds", KEY_KIND, NONE, "IB", N_ ("at least one key of a known kind"), "C05",
               ask_key_kind),
    INTEGRITY ("signatures", SIGNATURE, INTEGRITY_SIGNATURE, "IB",
               N_ ("every signature of a known kind verifies"), "C05", ask_signatures),
    INTEGRITY ("id", ID_MISMATCH, INTEGRITY_ID_MISMATCH, "IB; IWA: scheme",
               N_ ("an ID derived from one of the keys"), "C05", ask_id),
    INTEGRITY ("pin", PIN, INTEGRITY_PIN, "IB: key rotation", N_ ("the key that the profile pins"),
               "C05", ask_pin),
};

const BullaRuleTable bulla_rules_integrity = {
    .rules = rules, .n_rules = G_N_ELEMENTS (rules), .about_form = TRUE};
