/* bulla-rules-response.c - rules on a response in a bundle, and on its signature
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

#include <string.h>

#define NOT_READ N_ ("the headers were not read")
#define MI_SHA256 "digest/mi-sha256-03"

static BullaState
ask_item (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;
  BullaState state = bulla_rule_ask_part (&facts->response.item, rule, observation);

  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_RESPONSE_HEADERS_TOO_LONG) {
    observation->number = (gint64)facts->headers_range.length;
    observation->limit = 524287;
    observation->unit = BULLA_UNIT_BYTES;
    observation->range = facts->headers_range;
  }
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_RESPONSE_LENGTH) {
    observation->number = (gint64)facts->response.range.length;
    observation->unit = BULLA_UNIT_BYTES;
    observation->range = facts->response.range;
  }
  return state;
}

static BullaState
ask_status (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;

  if (facts->headers.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  gboolean only_200 = question->settings->bundle_status == BULLA_BUNDLE_STATUS_ONLY_200;
  observation->number = facts->status;
  observation->unit = BULLA_UNIT_COUNT;
  observation->range = facts->status_range;
  if (only_200)
    observation->required = "200";
  return bulla_state_from_boolean (only_200 ? facts->status == 200 : facts->status >= 200);
}

static BullaState
ask_content_type (const BullaQuestion *question, const BullaRule *rule,
                  BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;

  if (facts->headers.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  const BullaHeader *header = bulla_facts_find_header (facts, "content-type");
  gboolean empty = facts->response.payload_length == 0;
  observation->text = header != NULL ? header->value : NULL;
  observation->words = empty ? N_ ("absent, and no payload") : N_ ("absent");
  observation->range = header != NULL ? header->range : facts->headers_range;
  return bulla_state_from_boolean (header != NULL || empty);
}

/* Never fails: the rule only shows which headers are dropped or kept. */
static BullaState
ask_stateful (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;

  if (facts->headers.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->text = facts->response.stateful_text;
  observation->words = N_ ("none");
  return BULLA_STATE_HELD;
}

static BullaState
ask_header_sha256 (const BullaQuestion *question, const BullaRule *rule,
                   BullaObservation *observation)
{
  const BullaResponseFacts *response = &question->facts->response;

  if (response->header_matches == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->words = response->header_matches == BULLA_YES ? N_ ("matches the headers")
                                                             : N_ ("does not match the headers");
  observation->range = response->header_hash_range;
  return bulla_state_from_boolean (response->header_matches == BULLA_YES);
}

static BullaState
ask_payload_integrity (const BullaQuestion *question, const BullaRule *rule,
                       BullaObservation *observation)
{
  const BullaResponseFacts *response = &question->facts->response;

  if (response->payload_integrity == NULL)
    return bulla_observation_leave_unasked (observation, N_ ("the signed subset names none"));
  observation->text = response->payload_integrity;
  observation->range = response->payload_integrity_range;
  if (question->settings->integrity == BULLA_COMPARE_IGNORE_CASE)
    return bulla_state_from_boolean (g_ascii_strcasecmp (observation->text, MI_SHA256) == 0);
  return bulla_state_from_boolean (strcmp (observation->text, MI_SHA256) == 0);
}

static BullaState
ask_scope (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;
  BullaScopeChoice choice = question->settings->scope;

  if (choice == BULLA_SCOPE_NO)
    return bulla_observation_waive (observation, N_ ("the profile gives a bundle no scope"));
  if (facts->integrity.present == BULLA_YES)
    return bulla_observation_waive (observation, N_ ("a signed bundle has an origin of its own"));
  if (facts->response.in_scope == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, N_ ("the bundle has no URL"));
  observation->required = facts->response.scope;
  if (facts->response.in_scope == BULLA_NO && choice == BULLA_SCOPE_ALLOWED)
    return bulla_observation_waive (observation,
                                    N_ ("outside the scope, which the profile allows"));
  if (facts->response.in_scope == BULLA_NO && facts->response.vouched == BULLA_YES)
    return bulla_observation_waive (observation, N_ ("outside the scope, but signed"));
  observation->text = facts->request_url;
  return bulla_state_from_boolean (facts->response.in_scope == BULLA_YES);
}

static BullaState
ask_substitution (const BullaQuestion *question, const BullaRule *rule,
                  BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;

  if (question->settings->substitution == BULLA_CHOICE_YES) {
    observation->words = N_ ("allowed");
    return BULLA_STATE_HELD;
  }
  if (facts->form != BULLA_FORM_EXCHANGE && facts->integrity.present == BULLA_YES)
    return bulla_observation_waive (observation, N_ ("a signed bundle has an origin of its own"));
  if (facts->form != BULLA_FORM_EXCHANGE && facts->response.vouched != BULLA_YES
      && !bulla_question_has_scope (question))
    return bulla_observation_waive (observation, N_ ("not signed"));
  observation->words = N_ ("the profile forbids it");
  return BULLA_STATE_BROKEN;
}

#define RESPONSE(id, reason, unknown, anchor, required, concerns, ask)                             \
  {                                                                                                \
    "response." id, BULLA_REASON_RESPONSE_##reason, BULLA_REASON_##unknown, anchor, required,      \
        concerns, ask                                                                              \
  }
#define ITEM(id, reason, unknown, required)                                                        \
  RESPONSE (id, reason, unknown, "B2#responses-section; B1: load a response", required, "C19",     \
            ask_item)

static const BullaRule item_rules[] = {
    ITEM ("well-formed", MALFORMED, RESPONSE_MALFORMED, N_ ("an array of two CBOR items")),
    ITEM ("canonical", NOT_CANONICAL, NONE, N_ ("shortest lengths, definite lengths")),
    ITEM ("types", TYPE, NONE, N_ ("two byte strings")),
    ITEM ("headers-length", HEADERS_TOO_LONG, NONE, N_ ("fewer than 524288 bytes")),
    ITEM ("length", LENGTH, NONE, N_ ("the length given in the index")),
};

const BullaRuleTable bulla_rules_item = {
    .rules = item_rules, .n_rules = G_N_ELEMENTS (item_rules), .about_form = TRUE};

static const BullaRule response_rules[] = {
    RESPONSE ("status", STATUS, RESPONSE_STATUS, "B2#responses-section; webpackage#478",
              N_ ("a final status"), "C26", ask_status),
    RESPONSE ("content-type", CONTENT_TYPE, NONE, "B2#responses-section",
              N_ ("a content-type header, unless the payload is empty"), "C26", ask_content_type),
    RESPONSE ("stateful", STATEFUL, NONE, "NAV; IMPL 4.1",
              N_ ("stateful headers only from a bundle that speaks for the origin"), "C12",
              ask_stateful),
};

const BullaRuleTable bulla_rules_response = {
    .rules = response_rules, .n_rules = G_N_ELEMENTS (response_rules), .about_form = TRUE};

static const BullaRule subset_rules[] = {
    {"subset.header-sha256", BULLA_REASON_SUBSET_HEADER_SHA256, BULLA_REASON_SUBSET_HEADER_SHA256,
     "SIGX", N_ ("the SHA-256 hash of the header bytes"), "C05 C28", ask_header_sha256},
    {"subset.payload-integrity", BULLA_REASON_SUBSET_PAYLOAD_INTEGRITY,
     BULLA_REASON_SUBSET_PAYLOAD_INTEGRITY, "SIGX; GO", MI_SHA256, "C05", ask_payload_integrity},
};

const BullaRuleTable bulla_rules_subset = {
    .rules = subset_rules, .n_rules = G_N_ELEMENTS (subset_rules), .of_vouching = TRUE};

static const BullaRule scope_rules[] = {
    {"bundle.in-scope", BULLA_REASON_BUNDLE_OUT_OF_SCOPE, BULLA_REASON_NONE,
     "NAV: unsigned bundle scope", N_ ("a URL in the folder of the bundle’s URL"), "C01 C02",
     ask_scope},
};

const BullaRuleTable bulla_rules_scope = {.rules = scope_rules,
                                          .n_rules = G_N_ELEMENTS (scope_rules)};

static const BullaRule profile_rules[] = {
    {"profile.substitution", BULLA_REASON_PROFILE_NO_SUBSTITUTION, BULLA_REASON_NONE,
     "profile: substitution", N_ ("a profile that shows packages in their publisher’s origin"),
     "C01 C03", ask_substitution},
};

const BullaRuleTable bulla_rules_profile = {.rules = profile_rules,
                                            .n_rules = G_N_ELEMENTS (profile_rules)};
