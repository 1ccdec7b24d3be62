/* bulla-rules-fields.c - rules on the headers of an exchange, or of a response in a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

static BullaState
ask_headers (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  return bulla_rule_ask_part (&question->facts->headers, rule, observation);
}

/* Says whether the status is final and may be stored by a shared cache; RFC 7234 section 3. */
static gboolean
is_final_status (guint status)
{
  return status >= 200 && status <= 599 && status / 100 != 3 && status != 206;
}

static BullaState
ask_status (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;

  if (facts->form == BULLA_FORM_RESPONSE)
    return bulla_observation_waive (observation, N_ ("applies only to exchanges"));
  if (facts->headers.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, N_ ("the headers were not read"));
  gboolean only_200 = question->settings->status == BULLA_STATUS_ONLY_200;
  observation->number = facts->status;
  observation->unit = BULLA_UNIT_COUNT;
  observation->range = facts->status_range;
  observation->required = only_200 ? "200" : N_ ("a final status up to 599, but not 206 or 3xx");
  return bulla_state_from_boolean (only_200 ? facts->status == 200
                                            : is_final_status (facts->status));
}

#define HEADERS(id, reason, anchor, required)                                                      \
  {                                                                                                \
    "headers." id, BULLA_REASON_HEADERS_##reason, BULLA_REASON_NONE, anchor, required, "C19",      \
        ask_headers, "B2#responses-section"                                                        \
  }

static const BullaRule rules[] = {
    HEADERS ("well-formed", MALFORMED, "IMPL 3.4; RFC 7049 2", N_ ("one CBOR item")),
    HEADERS ("canonical", NOT_CANONICAL, "IMPL 3.4",
             N_ ("shortest lengths, definite lengths, keys sorted and unique")),
    HEADERS ("map-of-bytes", TYPE, "IMPL 3.2", N_ ("a map of byte strings to byte strings")),
    HEADERS ("no-trailing-bytes", TRAILING_BYTES, "LOAD#parse-cbor-headers",
             N_ ("nothing after the map")),
    HEADERS ("names", NAME, "LOAD#parse-cbor-headers", N_ ("HTTP tokens")),
    HEADERS ("lower-case", UPPER_CASE, "IMPL 3.2", N_ ("names in lower case")),
    HEADERS ("values", VALUE, "LOAD#parse-cbor-headers",
             N_ ("no NUL, CR or LF, no white space at either end")),
    HEADERS ("pseudo", PSEUDO, "IMPL 3.2", N_ (":status and no other pseudo-header")),
    HEADERS ("status-syntax", STATUS_SYNTAX, "IMPL 3.2", N_ ("three digits")),
    {"headers.status", BULLA_REASON_HEADERS_STATUS, BULLA_REASON_NONE,
     "IMPL 4(4); LOAD#parse-cbor-headers", N_ ("a status that may be stored"), "C17", ask_status,
     NULL},
};

const BullaRuleTable bulla_rules_fields = {
    .rules = rules, .n_rules = G_N_ELEMENTS (rules), .about_form = TRUE};
