/* bulla-rules-body.c - rules on the body, checked after it was read
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

static BullaState
ask_body (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;
  BullaState state = bulla_rule_ask_part (&facts->body, rule, observation);

  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_BODY_RECORD_SIZE) {
    observation->number = (gint64)facts->record_size;
    observation->unit = BULLA_UNIT_BYTES;
  }
  return state;
}

static BullaState
ask_coding (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;

  if (facts->coding == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, facts->coding_name == NULL
                                                             ? N_ ("the body was not decoded")
                                                             : N_ ("too many bytes to decode"));
  observation->text = facts->coding_name;
  return bulla_state_from_boolean (facts->coding == BULLA_YES);
}

#define BODY(id, reason, required)                                                                 \
  {                                                                                                \
    "body." id, BULLA_REASON_BODY_##reason, BULLA_REASON_NONE, "MICE 03 2; ORIG 3.5", required,    \
        "C05 C19", ask_body                                                                        \
  }

static const BullaRule rules[] = {
    BODY ("record-size", RECORD_SIZE, N_ ("1 to 16384 bytes")),
    BODY ("records", RECORD, N_ ("a valid proof for every record")),
    BODY ("complete", TRUNCATED, N_ ("a complete last record")),
};

const BullaRuleTable bulla_rules_body = {
    .rules = rules, .n_rules = G_N_ELEMENTS (rules), .of_vouching = TRUE};

static const BullaRule coding_rules[] = {
    {"body.coding", BULLA_REASON_BODY_CODING, BULLA_REASON_NONE, "RFC 9110 8.4",
     N_ ("a body in the content coding that Content-Encoding names"), "C05", ask_coding},
};

/* The content itself, which nobody has to sign. */
const BullaRuleTable bulla_rules_coding = {.rules = coding_rules,
                                           .n_rules = G_N_ELEMENTS (coding_rules)};
