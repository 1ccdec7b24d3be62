/* bulla-rules-headers.c - rules on whether the response may be shared, and its body verified
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

#include <string.h>

#include "bulla-field-kind.h"
#include "bulla-field.h"

#define NOT_READ N_ ("the headers were not read")
#define EXCHANGES N_ ("applies only to exchanges")
#define MAX_NAMES 1024 /* most field names read from one no-cache directive */

/* Returns the header of that name and makes its value the observation; NULL if it is absent. */
static const BullaHeader *
look_at (const BullaFacts *facts, const char *name, BullaObservation *observation)
{
  const BullaHeader *header = bulla_facts_find_header (facts, name);

  observation->text = header != NULL ? header->value : NULL;
  observation->words = N_ ("absent");
  observation->range = header != NULL ? header->range : facts->headers_range;
  return header;
}

static BullaState
ask_content_type (const BullaQuestion *question, const BullaRule *rule,
                  BullaObservation *observation)
{
  if (question->facts->form != BULLA_FORM_EXCHANGE)
    return bulla_observation_waive (observation, EXCHANGES);
  if (question->settings->content_type == BULLA_CHOICE_NO)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  if (question->facts->headers.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  return bulla_state_from_boolean (look_at (question->facts, "content-type", observation) != NULL);
}

static BullaState
ask_not_nested (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  if (question->facts->form != BULLA_FORM_EXCHANGE)
    return bulla_observation_waive (observation, EXCHANGES);
  if (question->facts->headers.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  const BullaHeader *header = look_at (question->facts, "content-type", observation);
  if (header == NULL)
    return BULLA_STATE_HELD;
  g_autofree char *essence = bulla_field_dup_essence (header->value);
  if (g_strcmp0 (essence, "application/signed-exchange") != 0)
    return BULLA_STATE_HELD;
  g_autofree char *version = bulla_field_dup_parameter (header->value, "v");
  return bulla_state_from_boolean (version == NULL);
}

static BullaState
ask_digest (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  if (question->facts->headers.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  look_at (question->facts, "digest", observation);
  BullaDigestAnswer found = question->facts->digest;
  if (rule->reason == BULLA_REASON_BODY_DIGEST_MISSING)
    return bulla_state_from_boolean (found != BULLA_DIGEST_ABSENT);
  if (found == BULLA_DIGEST_ABSENT)
    return bulla_observation_leave_unasked (observation, N_ ("there is no signed digest"));
  return bulla_state_from_boolean (found == BULLA_DIGEST_FOUND);
}

static BullaState
ask_content_encoding (const BullaQuestion *question, const BullaRule *rule,
                      BullaObservation *observation)
{
  if (question->facts->headers.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  const BullaHeader *header = look_at (question->facts, "content-encoding", observation);
  gboolean exact = question->settings->content_encoding == BULLA_CODING_EXACT;
  if (exact)
    observation->required = N_ ("only mi-sha256-03");
  return bulla_state_from_boolean (header != NULL
                                   && bulla_field_codings_are_decodable (header->value, exact));
}

static BullaState
ask_cache_control (const BullaQuestion *question, const BullaRule *rule,
                   BullaObservation *observation)
{
  if (question->settings->shared_cache == BULLA_CHOICE_NO)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  if (question->facts->headers.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  const BullaHeader *header = look_at (question->facts, "cache-control", observation);
  if (header == NULL)
    return BULLA_STATE_HELD;
  gboolean ignore_case = question->settings->cache_directives == BULLA_COMPARE_IGNORE_CASE;
  BullaCacheAnswer cache = bulla_field_ask_cache (header->value, ignore_case);
  if (rule->reason == BULLA_REASON_TRUST_CACHE_CONTROL)
    return bulla_state_from_boolean (cache != BULLA_CACHE_MALFORMED);
  if (cache == BULLA_CACHE_MALFORMED)
    return bulla_observation_leave_unasked (observation, N_ ("Cache-Control cannot be read"));
  return bulla_state_from_boolean (cache == BULLA_CACHE_OK);
}

/* Says whether one of the denied headers is present. */
static BullaState
ask_none_of (const BullaQuestion *question, const char *const *names, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;

  if (facts->headers.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  for (guint i = 0; i < facts->n_headers; i++)
    if (g_strv_contains (names, facts->header[i].name)) {
      observation->text = facts->header[i].name;
      observation->range = facts->header[i].range;
      return BULLA_STATE_BROKEN;
    }
  observation->words = N_ ("none");
  observation->range = facts->headers_range;
  return BULLA_STATE_HELD;
}

static BullaState
ask_hop_by_hop (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  return ask_none_of (question, BULLA_FIELDS_HOP_BY_HOP, observation);
}

static BullaState
ask_stateful (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  return ask_none_of (question, BULLA_FIELDS_STATEFUL, observation);
}

static BullaState
ask_no_cache_fields (const BullaQuestion *question, const BullaRule *rule,
                     BullaObservation *observation)
{
  if (question->settings->no_cache_fields == BULLA_CHOICE_NO)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  const BullaHeader *header = bulla_facts_find_header (question->facts, "cache-control");
  g_autofree char *names = header != NULL ? bulla_field_dup_no_cache_names (header->value) : NULL;
  if (names == NULL)
    return ask_none_of (question, (const char *const[]){NULL}, observation);
  g_auto (GStrv) list = g_strsplit (names, ",", MAX_NAMES + 1);
  observation->words = N_ ("more names than Bulla reads");
  observation->range = header->range;
  if (g_strv_length (list) > MAX_NAMES)
    return BULLA_STATE_BROKEN;
  for (int i = 0; list[i] != NULL; i++)
    g_strstrip (list[i]);
  return ask_none_of (question, (const char *const *)list, observation);
}

#define BODY(id, reason, anchor, required, ask)                                                    \
  {                                                                                                \
    "body." id, BULLA_REASON_BODY_##reason, BULLA_REASON_NONE, anchor, required, "C05", ask        \
  }
#define TRUST(id, reason, anchor, required, ask)                                                   \
  {                                                                                                \
    "trust." id, BULLA_REASON_TRUST_##reason, BULLA_REASON_NONE, anchor, required, "C12 C17", ask  \
  }

static const BullaRule rules[] = {
    {"headers.content-type", BULLA_REASON_HEADERS_CONTENT_TYPE, BULLA_REASON_NONE, "IMPL 3.5(8)",
     N_ ("a content-type header"), "C26", ask_content_type},
    {"headers.not-nested", BULLA_REASON_HEADERS_NESTED, BULLA_REASON_NONE, "LOAD#parsing step 26",
     N_ ("a response that is not a signed exchange"), "C19", ask_not_nested},
    BODY ("digest", DIGEST_MISSING, "LOAD#read-a-body", N_ ("a Digest header with mi-sha256-03"),
          ask_digest),
    BODY ("content-encoding", CONTENT_ENCODING, "LOAD#read-a-body; MICE 03",
          N_ ("mi-sha256-03 once and last, after codings that Bulla decodes"),
          ask_content_encoding),
    TRUST ("cache-control", CACHE_CONTROL, "RFC 7234 5.2", N_ ("readable directives"),
           ask_cache_control),
    TRUST ("shared", NOT_SHARED, "IMPL 4(4)", N_ ("neither no-store nor private"),
           ask_cache_control),
    TRUST ("no-hop-by-hop", HOP_BY_HOP, "IMPL 4.1", N_ ("no hop-by-hop header"), ask_hop_by_hop),
    TRUST ("no-cache-fields", NO_CACHE_FIELD, "IMPL 4.1",
           N_ ("no header that is named by no-cache"), ask_no_cache_fields),
    TRUST ("no-stateful", STATEFUL, "IMPL 4.1", N_ ("no stateful header"), ask_stateful),
    BODY ("digest-value", DIGEST, "MICE 03", N_ ("32 bytes in base64"), ask_digest),
};

const BullaRuleTable bulla_rules_headers = {
    .rules = rules, .n_rules = G_N_ELEMENTS (rules), .of_vouching = TRUE};
