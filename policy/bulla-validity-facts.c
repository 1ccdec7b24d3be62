/* bulla-validity-facts.c - names of the outcomes of a question at a validity URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-validity-facts.h"

/**
 * bulla_validity_outcome_get_nick: (skip)
 * @outcome: an outcome
 *
 * Returns: (nullable): its name, `nothing-new` and the like; %NULL if it is not known
 */
const char *
bulla_validity_outcome_get_nick (BullaValidityOutcome outcome)
{
  static const char *const nicks[] = {
      [BULLA_VALIDITY_REFRESHED] = "refreshed",
      [BULLA_VALIDITY_NOTHING_NEW] = "nothing-new",
      [BULLA_VALIDITY_UPDATE_AVAILABLE] = "update-available",
      [BULLA_VALIDITY_WITHDRAWN] = "withdrawn",
      [BULLA_VALIDITY_UNREACHABLE] = "unreachable",
      [BULLA_VALIDITY_MALFORMED] = "malformed",
  };

  return (gsize)outcome < G_N_ELEMENTS (nicks) ? nicks[outcome] : NULL;
}
