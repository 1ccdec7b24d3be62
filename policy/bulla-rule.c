/* bulla-rule.c - helpers shared by the predicates of rules
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

/**
 * bulla_observation_leave_unasked: (skip)
 * @observation: receives the reason
 * @why: static, or borrowed from the facts; English, for N_()
 *
 * Returns: %BULLA_STATE_UNASKED
 */
BullaState
bulla_observation_leave_unasked (BullaObservation *observation, const char *why)
{
  observation->text = NULL;
  observation->words = why;
  return BULLA_STATE_UNASKED;
}

/**
 * bulla_observation_waive: (skip)
 * @observation: an observation
 * @why: static, or borrowed from the facts; English, for N_()
 *
 * Marks a rule that the profile does not require: although it was not checked, it does not affect
 * the outcome.
 *
 * Returns: %BULLA_STATE_UNASKED
 */
BullaState
bulla_observation_waive (BullaObservation *observation, const char *why)
{
  observation->waived = TRUE;
  return bulla_observation_leave_unasked (observation, why);
}

BullaState
bulla_state_from_boolean (gboolean held)
{
  return held ? BULLA_STATE_HELD : BULLA_STATE_BROKEN;
}

/**
 * bulla_question_has_scope: (skip)
 * @question: a question about a response in a bundle
 *
 * Spec: NAV "unsigned bundle scope".
 *
 * Returns: whether the URL of the bundle permits it to represent the response's URL without a
 *   signature
 */
gboolean
bulla_question_has_scope (const BullaQuestion *question)
{
  const BullaFacts *facts = question->facts;

  return facts->form == BULLA_FORM_RESPONSE && question->settings->scope != BULLA_SCOPE_NO
         && facts->response.in_scope == BULLA_YES && facts->integrity.present != BULLA_YES;
}

/**
 * bulla_rule_ask_part: (skip)
 * @part: the part of the package that the rule is about
 * @rule: a rule that is broken if its reason is the fault of @part
 * @observation: receives the observation
 *
 * Reading stops at the first fault, so all other rules on a faulty part remain unchecked.
 */
BullaState
bulla_rule_ask_part (const BullaPart *part, const BullaRule *rule, BullaObservation *observation)
{
  if (part->read == BULLA_YES)
    return BULLA_STATE_HELD;
  if (part->read == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation,
                                            part->detail != NULL ? part->detail : N_ ("not read"));
  if (part->reason != rule->reason)
    return bulla_observation_leave_unasked (observation,
                                            N_ ("reading stopped at an earlier fault"));
  observation->words = part->detail;
  observation->range = part->range;
  return BULLA_STATE_BROKEN;
}
