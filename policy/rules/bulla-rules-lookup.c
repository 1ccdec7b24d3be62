/* bulla-rules-lookup.c - rules on whether a bundle may answer a request of its own page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

#include "bulla-frame-ancestors.h"

static BullaState
ask_contained (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  observation->text = question->request->url;
  return bulla_state_from_boolean (question->facts->form == BULLA_FORM_RESPONSE);
}

static BullaState
ask_one_version (const BullaQuestion *question, const BullaRule *rule,
                 BullaObservation *observation)
{
  if (question->facts->response.vouched != BULLA_YES)
    return bulla_observation_waive (observation, N_ ("not signed"));
  observation->words =
      question->request->other_version ? N_ ("another version is in use") : N_ ("no other version");
  return bulla_state_from_boolean (!question->request->other_version);
}

/* WebKit applies framing headers on http and https only. */
static BullaState
ask_framing (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;
  const BullaRequestFacts *request = question->request;

  if (request->ancestors == NULL || request->ancestors[0] == NULL)
    return bulla_observation_waive (observation, N_ ("not in a frame that Bulla checks"));
  const BullaHeader *options = bulla_facts_find_header (facts, "x-frame-options");
  const BullaHeader *policy = bulla_facts_find_header (facts, "content-security-policy");
  const char *self = request->self_origin != NULL ? request->self_origin : facts->request_origin;
  return bulla_state_from_boolean (bulla_framing_allows (
      options != NULL ? options->value : NULL, policy != NULL ? policy->value : NULL, self,
      request->ancestors, &observation->text));
}

static const BullaRule rules[] = {
    {"request.in-bundle", BULLA_REASON_REQUEST_NOT_IN_BUNDLE, BULLA_REASON_NONE,
     "SUBR: match; NAV: network access", N_ ("a URL in the bundle"), "C02 C04 C18", ask_contained},
    {"request.framing", BULLA_REASON_REQUEST_FRAMING, BULLA_REASON_NONE,
     "HTML: X-Frame-Options; CSP3: frame-ancestors", N_ ("framing that its headers allow"), "C12",
     ask_framing},
    {"subset.one-version", BULLA_REASON_SUBSET_MIXED, BULLA_REASON_NONE, "SIGX; B2: version skew",
     N_ ("one signed version for the page and its resources"), "C28", ask_one_version},
};

const BullaRuleTable bulla_rules_lookup = {.rules = rules, .n_rules = G_N_ELEMENTS (rules)};
