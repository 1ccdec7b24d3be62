/* bulla-rules-validity.c - the rule on what the publisher answers at the validity URL
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Only an answer that came before the verdict can break it. Publishers that do not run the
 * mechanism often serve an empty map, so a profile has to ask for that to count. */
#include "bulla-rule.h"

/* Returns: why the answer decides nothing; NULL if it does */
static const char *
find_waiver (const BullaQuestion *question)
{
  switch (question->facts->validity.outcome) {
  case BULLA_VALIDITY_UNKNOWN:
    return N_ ("the publisher was not asked");
  case BULLA_VALIDITY_UNREACHABLE:
    return N_ ("the validity URL is unreachable");
  case BULLA_VALIDITY_MALFORMED:
    return N_ ("the answer is not validity data");
  case BULLA_VALIDITY_WITHDRAWN:
    return question->settings->validity_empty == BULLA_VALIDITY_EMPTY_IGNORE
               ? N_ ("the answer has no signatures, which this profile ignores")
               : NULL;
  default:
    return NULL;
  }
}

static BullaState
ask_withdrawn (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  BullaValidityChoice choice = question->settings->validity;

  if (choice == BULLA_VALIDITY_CHOICE_NEVER)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  if (choice == BULLA_VALIDITY_CHOICE_PARALLEL)
    return bulla_observation_waive (observation,
                                    N_ ("the verdict does not wait for the publisher"));
  const char *waiver = find_waiver (question);
  if (waiver != NULL)
    return bulla_observation_waive (observation, waiver);
  gboolean withdrawn = question->facts->validity.outcome == BULLA_VALIDITY_WITHDRAWN;
  observation->words = withdrawn ? N_ ("the publisher’s answer has no signatures")
                                 : N_ ("the publisher’s answer has signatures");
  return bulla_state_from_boolean (!withdrawn);
}

static const BullaRule rules[] = {
    {"validity.not-withdrawn", BULLA_REASON_VALIDITY_WITHDRAWN, BULLA_REASON_NONE, "IMPL 3.6",
     N_ ("an answer with signatures"), "C10 C11 C41", ask_withdrawn},
};

const BullaRuleTable bulla_rules_validity = {
    .rules = rules, .n_rules = G_N_ELEMENTS (rules), .of_vouching = TRUE};
