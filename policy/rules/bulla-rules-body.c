/* bulla-rules-body.c - rules on the body, checked after it was read
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

static BullaState
ask_body (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaFacts *facts = question->facts;
  BullaState state = bulla_rule_ask_part (&facts->body, rule, answer);
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_BODY_RECORD_SIZE) {
    answer->number = (gint64)facts->record_size;
    answer->unit = BULLA_UNIT_BYTES;
  }
  return state;
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
