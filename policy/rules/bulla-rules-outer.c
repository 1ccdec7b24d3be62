/* bulla-rules-outer.c - rules on the outer response, which carries the package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

#include <string.h>

#define SUCCESS N_ ("200 to 299")
#define NO_RESPONSE N_ ("the package did not arrive in an HTTP response")

static BullaState
ask_transport (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  return bulla_rule_ask_part (&question->facts->outer.read, rule, observation);
}

static BullaState
ask_known (BullaKnown known, const char *text, const char *words, BullaObservation *observation)
{
  observation->text = text;
  observation->words = words;
  if (known == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NO_RESPONSE);
  return bulla_state_from_boolean (known == BULLA_YES);
}

static BullaState
ask_type (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaOuterFacts *outer = &question->facts->outer;
  gboolean exchange = question->facts->form == BULLA_FORM_EXCHANGE;
  BullaKnown known = exchange ? outer->exchange : outer->bundle;

  if (!exchange)
    observation->required = "application/webbundle";
  if (known == BULLA_NO && outer->status != 0 && outer->status / 100 != 2) {
    /* the page that the server sent with an error has the media type of a page */
    observation->reason = BULLA_REASON_OUTER_ERROR_STATUS;
    observation->number = outer->status;
    observation->unit = BULLA_UNIT_COUNT;
    observation->required = SUCCESS;
    return BULLA_STATE_BROKEN;
  }
  return ask_known (known, outer->content_type, N_ ("no media type"), observation);
}

static BullaState
ask_inline (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  BullaKnown attachment = question->facts->outer.attachment;
  BullaKnown is_inline = attachment == BULLA_UNKNOWN ? BULLA_UNKNOWN
                         : attachment == BULLA_YES   ? BULLA_NO
                                                     : BULLA_YES;

  return ask_known (is_inline, NULL, attachment == BULLA_YES ? "attachment" : N_ ("not a download"),
                    observation);
}

static BullaState
ask_nosniff (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  BullaKnown nosniff = question->facts->outer.nosniff;

  return ask_known (nosniff, NULL, nosniff == BULLA_YES ? "nosniff" : N_ ("absent"), observation);
}

static BullaState
ask_version (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaOuterFacts *outer = &question->facts->outer;
  gboolean exchange = question->facts->form == BULLA_FORM_EXCHANGE;

  if ((exchange ? outer->exchange : outer->bundle) != BULLA_YES)
    return bulla_observation_leave_unasked (observation,
                                            N_ ("the media type is not that of a package"));
  observation->text = outer->version;
  observation->words = N_ ("no v parameter");
  if (!exchange) {
    observation->required = N_ ("b1 or b2, if a version is named");
    return bulla_state_from_boolean (outer->version == NULL || strcmp (outer->version, "b1") == 0
                                     || strcmp (outer->version, "b2") == 0);
  }
  return bulla_state_from_boolean (g_strcmp0 (outer->version, "b3") == 0);
}

static BullaState
ask_secure (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaOuterFacts *outer = &question->facts->outer;

  return ask_known (outer->secure, outer->url, N_ ("a local file"), observation);
}

static BullaState
ask_status (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaOuterFacts *outer = &question->facts->outer;

  if (outer->status == 0)
    return bulla_observation_leave_unasked (observation, NO_RESPONSE);
  observation->number = outer->status;
  observation->unit = BULLA_UNIT_COUNT;
  return bulla_state_from_boolean (outer->status / 100 == 2);
}

static BullaState
ask_redirected (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaOuterFacts *outer = &question->facts->outer;

  if (question->settings->redirected == BULLA_REDIRECTED_FOLLOW)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  if (outer->redirected == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NO_RESPONSE);
  observation->words = outer->redirected == BULLA_YES ? N_ ("redirected") : N_ ("not redirected");
  return bulla_state_from_boolean (outer->redirected == BULLA_NO);
}

static const BullaReason type_reasons[] = {BULLA_REASON_OUTER_ERROR_STATUS, BULLA_REASON_NONE};

#define OUTER(id, reason, anchor, required, concerns, ask, bundle_anchor)                          \
  {                                                                                                \
    "outer." id, BULLA_REASON_OUTER_##reason, BULLA_REASON_NONE, anchor, required, concerns, ask,  \
        bundle_anchor                                                                              \
  }

static const BullaRule rules[] = {
    OUTER ("arrived", TRANSPORT, "LOAD#parsing", N_ ("no transport error"), "C18", ask_transport,
           "Fetch: network error"),
    {"outer.media-type", BULLA_REASON_OUTER_CONTENT_TYPE, BULLA_REASON_NONE, "LOAD#identifying-sxg",
     "application/signed-exchange", "C26", ask_type, "B2#serving-constraints", type_reasons},
    OUTER ("inline", ATTACHMENT, "Fetch: Content-Disposition", N_ ("not a forced download"), "C26",
           ask_inline, NULL),
    OUTER ("nosniff", NOSNIFF, "LOAD#identifying-sxg; ORIG 6.8", "X-Content-Type-Options: nosniff",
           "C26", ask_nosniff, "B2#serving-constraints"),
    OUTER ("version", VERSION, "IMPL 5.3; LOAD 2.3", "v=b3", NULL, ask_version,
           "B1: media type registration"),
    OUTER ("secure", INSECURE, "LOAD#parsing step 3", N_ ("https, loopback or a local file"),
           "C18 C20", ask_secure, "SUBR: secure contexts"),
};

const BullaRuleTable bulla_rules_outer = {
    .rules = rules, .n_rules = G_N_ELEMENTS (rules), .about_form = TRUE};

/* Rules for bundles only. */
static const BullaRule bundle_rules[] = {
    OUTER ("status", STATUS, "SUBR: fetch a bundle", SUCCESS, "C26", ask_status, NULL),
    OUTER ("direct", REDIRECTED, "profile: redirected", N_ ("no redirect on the way"), "C26",
           ask_redirected, NULL),
};

const BullaRuleTable bulla_rules_outer_bundle = {
    .rules = bundle_rules, .n_rules = G_N_ELEMENTS (bundle_rules), .about_form = TRUE};
