/* bulla-rules-request.c - rules on whether a package may answer a request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

#include <string.h>

#include "bulla-field.h"
#include "bulla-variants-headers.h"

#define UNSIGNED N_ ("not signed")
#define NO_RESPONSE N_ ("the bundle has no response for this request")

/* Only callers that follow fallbacks can detect loops. */
static BullaState
ask_loop (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  gboolean loops = question->request->fallback_loops;

  observation->words =
      loops ? N_ ("the fallback URL leads back to the same package") : N_ ("no redirect loop");
  return bulla_state_from_boolean (!loops);
}

static BullaState
ask_method (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const char *method = question->request->method;

  observation->text = method;
  return bulla_state_from_boolean (strcmp (method, "GET") == 0 || strcmp (method, "HEAD") == 0);
}

/* Compares URLs; the exchange's URL has no fragment, and the request's fragment is ignored. */
static BullaState
ask_url (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const char *ours = question->facts->request_url;
  const char *theirs = question->request->url;

  observation->text = theirs;
  observation->required = ours;
  if (question->request->no_variant != NULL) /* the index was searched for this URL */
    return BULLA_STATE_HELD;
  if (ours == NULL)
    return bulla_observation_leave_unasked (observation, N_ ("the exchange has no URL"));
  size_t length = strcspn (theirs, "#");
  return bulla_state_from_boolean (strlen (ours) == length && strncmp (ours, theirs, length) == 0);
}

static BullaState
ask_partition (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  observation->words =
      question->request->other_partition ? N_ ("another view") : N_ ("the same view");
  return bulla_state_from_boolean (!question->request->other_partition);
}

/* Says whether the response is used without a signature: as content of its bundle only. */
static gboolean
is_unsigned (const BullaQuestion *question)
{
  return question->facts->form == BULLA_FORM_RESPONSE
         && (question->request->separate_origin || question->facts->response.vouched != BULLA_YES);
}

static BullaState
ask_fresh (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaSignatureFacts *signature = &question->facts->signature;

  if (is_unsigned (question))
    return bulla_observation_waive (observation, UNSIGNED);
  if (question->request->no_variant != NULL)
    return bulla_observation_leave_unasked (observation, NO_RESPONSE);
  if (signature->read.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, N_ ("the Signature value was not read"));
  observation->number = signature->expires;
  observation->limit = question->now;
  observation->unit = BULLA_UNIT_TIME;
  return bulla_state_from_boolean (question->now <= signature->expires);
}

static BullaState
ask_cookie (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  if (is_unsigned (question))
    return bulla_observation_waive (observation, UNSIGNED);
  if (question->request->no_variant != NULL)
    return bulla_observation_leave_unasked (observation, NO_RESPONSE);
  const BullaHeader *vary = bulla_facts_find_header (question->facts, "vary");
  const char *rest = vary != NULL ? vary->value : "";
  BullaToken element;
  gboolean varies = FALSE;
  while (!varies && bulla_field_next_element (&rest, &element))
    varies = bulla_token_equal (element, "cookie", TRUE);
  observation->words = !varies                             ? N_ ("does not vary by cookie")
                       : question->request->cookie == NULL ? N_ ("no cookie")
                                                           : N_ ("a cookie, and Vary: Cookie");
  return bulla_state_from_boolean (!varies || question->request->cookie == NULL);
}

/* Says whether another variant may answer. Parts and frames of a page never may: by SUB, “Content
 * negotiation using Variants”, a distributor could mark visitors by them, and no banner says so. */
static gboolean
is_lenient (const BullaQuestion *question)
{
  const BullaRequestFacts *request = question->request;

  return (request->lenient || question->settings->lenient_variants == BULLA_CHOICE_YES)
         && request->destination == BULLA_DESTINATION_NAVIGATION && !request->frame
         && request->part == NULL;
}

static BullaState
ask_variants (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaFacts *facts = question->facts;

  if (question->request->no_variant != NULL) {
    observation->text = question->request->no_variant;
    return BULLA_STATE_BROKEN;
  }
  if (is_unsigned (question))
    return bulla_observation_waive (observation, UNSIGNED);
  if (facts->headers.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, N_ ("the headers were not read"));
  const BullaSettings *settings = question->settings;
  const BullaHeader *key = bulla_facts_find_header (
      facts, bulla_variants_names_get (settings->variants_headers)->variant_key);
  BullaVariantsFields fields = bulla_variants_fields_of (facts, settings);
  BullaRequestFacts request = bulla_variants_request_for (question->request, settings);
  observation->range = key != NULL ? key->range : facts->headers_range;
  gboolean found =
      bulla_variants_match (&fields, &request, &observation->words, &observation->composed);
  observation->text = observation->composed;
  if (found || !is_lenient (question) || !bulla_variants_are_known (&fields))
    return bulla_state_from_boolean (found);
  observation->waived = TRUE; /* the text says what was asked for, offered and selected */
  return BULLA_STATE_UNASKED;
}

/* Compares the date with those of everything that the page is made of so far. */
static BullaState
ask_skew (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaRequestFacts *request = question->request;
  const BullaSignatureFacts *signature = &question->facts->signature;

  if (question->settings->skew_max == 0)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  if (request->destination != BULLA_DESTINATION_SUBRESOURCE)
    return bulla_observation_waive (observation, N_ ("it is not part of another page"));
  if (is_unsigned (question))
    return bulla_observation_waive (observation, UNSIGNED);
  if (signature->read.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, N_ ("the Signature value was not read"));
  if (!request->page_dated)
    return bulla_observation_leave_unasked (observation, N_ ("the date of the page is not known"));
  observation->number =
      MAX (request->page_latest, signature->date) - MIN (request->page_earliest, signature->date);
  observation->limit = question->settings->skew_max;
  observation->unit = BULLA_UNIT_DURATION;
  observation->range = signature->date_range;
  return bulla_state_from_boolean (observation->number <= observation->limit);
}

#define REQUEST(id, reason, anchor, required, concerns, ask)                                       \
  {                                                                                                \
    "request." id, BULLA_REASON_REQUEST_##reason, BULLA_REASON_NONE, anchor, required, concerns,   \
        ask                                                                                        \
  }

static const BullaRule rules[] = {
    REQUEST ("no-loop", FALLBACK_LOOP, "LOAD#mp-http-fetch; Fetch: redirect count",
             N_ ("a fallback that does not lead back to the package"), NULL, ask_loop),
    REQUEST ("method", METHOD, "LOAD#request-matching step 1", N_ ("GET or HEAD"), NULL,
             ask_method),
    REQUEST ("url", URL, "LOAD#request-matching step 2", N_ ("the exchange’s URL"), "C01", ask_url),
    REQUEST ("partition", PARTITION, "SUB: only the page that asked",
             N_ ("the view for which the package is kept"), "C18", ask_partition),
    REQUEST ("fresh", EXPIRED, "IMPL 3.5(4)", N_ ("an expires time that has not passed"), "C10",
             ask_fresh),
    REQUEST ("cookieless", COOKIE, "LOAD#request-matching step 3",
             N_ ("no cookies if the response varies by them"), "C15 C17", ask_cookie),
    REQUEST ("variant", VARIANTS, "LOAD#request-matching step 4; variants-06 4",
             N_ ("a variant that the request accepts"), "C14 C16", ask_variants),
    REQUEST ("skew", SKEW, "B2: version skew", N_ ("a date near those of the page’s other parts"),
             "C28", ask_skew),
};

const BullaRuleTable bulla_rules_request = {.rules = rules, .n_rules = G_N_ELEMENTS (rules)};
