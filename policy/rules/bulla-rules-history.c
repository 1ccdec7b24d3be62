/* bulla-rules-history.c - rules on what is remembered about a URL and its versions
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A signature stays valid for days after its page was replaced. Whoever delivers packages can
 * choose an older one; only the memory of the reader tells. */
#include "bulla-rule.h"

/* Returns: why the rule is not checked; NULL if the store was asked */
static const char *
find_gap (const BullaFacts *facts)
{
  if (facts->signature.read.read != BULLA_YES)
    return N_ ("the Signature value was not read");
  if (facts->history.known == BULLA_NO)
    return facts->history.failure;
  return facts->history.known == BULLA_UNKNOWN ? N_ ("no store was asked") : NULL;
}

static BullaState
ask_not_older (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaHistoryFacts *history = &question->facts->history;
  BullaRollbackChoice choice = question->settings->rollback;
  const char *gap = find_gap (question->facts);

  if (choice == BULLA_ROLLBACK_IGNORE)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  if (gap != NULL)
    return bulla_observation_leave_unasked (observation, gap);
  observation->range = question->facts->signature.date_range;
  if (history->older != NULL && choice == BULLA_ROLLBACK_WARN)
    return bulla_observation_waive (observation, history->older);
  observation->text = history->older;
  observation->words =
      history->newest < 0 ? N_ ("no version was seen before") : N_ ("no newer version was seen");
  return bulla_state_from_boolean (history->older == NULL);
}

static BullaState
ask_not_vulnerable (const BullaQuestion *question, const BullaRule *rule,
                    BullaObservation *observation)
{
  const BullaHistoryFacts *history = &question->facts->history;
  const char *gap = find_gap (question->facts);

  if (gap != NULL)
    return bulla_observation_leave_unasked (observation, gap);
  observation->text = history->vulnerable;
  observation->words = N_ ("not on the list");
  return bulla_state_from_boolean (history->vulnerable == NULL);
}

static const BullaRule rules[] = {
    {"history.not-older", BULLA_REASON_HISTORY_OLDER, BULLA_REASON_NONE, "ORIG 6.3",
     N_ ("a date not before that of a version seen earlier"), "C10 C28 C31", ask_not_older},
    {"version.not-vulnerable", BULLA_REASON_VERSION_VULNERABLE, BULLA_REASON_NONE, "ORIG 6.3",
     N_ ("a version that is not on the list of vulnerable ones"), "C31", ask_not_vulnerable},
};

const BullaRuleTable bulla_rules_history = {
    .rules = rules, .n_rules = G_N_ELEMENTS (rules), .of_vouching = TRUE};
