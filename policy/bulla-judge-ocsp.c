/* bulla-judge-ocsp.c - is an OCSP response good, by the rules of a profile?
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-judge.h"

#include <string.h>

#include "bulla-rule.h"

/**
 * bulla_judge_ocsp: (skip)
 * @facts: of a certificate and an OCSP response
 * @settings: of a profile
 * @now: Unix seconds
 *
 * Asks the rules about OCSP alone, in their order.
 *
 * Returns: the reason of the first broken one; NONE: the response is good
 */
BullaReason
bulla_judge_ocsp (const BullaFacts *facts, const BullaSettings *settings, gint64 now)
{
  const BullaQuestion question = {.facts = facts, .settings = settings, .now = now};

  for (guint i = 0; i < bulla_rules_certificate.n_rules; i++) {
    const BullaRule *rule = &bulla_rules_certificate.rules[i];
    BullaObservation observation = {0};
    if (strncmp (rule->id, "ocsp.", 5) == 0
        && rule->ask (&question, rule, &observation) == BULLA_STATE_BROKEN)
      return rule->reason;
  }
  return BULLA_REASON_NONE;
}
