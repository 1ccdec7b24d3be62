/* bulla-rule.h - defines a rule: an id, a reason, a spec anchor, a predicate over facts and profile
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-facts.h"
#include "bulla-request-facts.h"
#include "bulla-settings.h"
#include "bulla-verdict.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_UNIT_NONE,
  BULLA_UNIT_BYTES,
  BULLA_UNIT_COUNT,
  BULLA_UNIT_DURATION,
  BULLA_UNIT_TIME
} BullaUnit;

typedef struct {
  const BullaFacts *facts;
  const BullaRequestFacts *request; /* NULL if the package is judged and not a request */
  const BullaSettings *settings;
  gint64 now; /* Unix seconds */
} BullaQuestion;

/* Marks an English text for translation, which the callers of policy/ perform. */
#ifndef N_
#define N_(text) (text)
#endif

/* The observation of a predicate; strings are static, or borrowed from the facts. */
typedef struct {
  const char *text;  /* nullable; a value of the package or of the request, shown untranslated */
  char *composed;    /* nullable; owned: @text, until the verdict keeps a copy in the facts */
  const char *words; /* nullable; Bulla's own description, shown translated if @text is NULL */
  gint64 number;
  BullaUnit unit;       /* unit of number and limit; NONE if neither is set */
  gint64 limit;         /* required bound on number; 0 if the rule has none */
  const char *required; /* nullable; replaces the required text of the rule */
  BullaRange range;     /* the bytes that were judged */
  gboolean waived;      /* whether the profile does not require the rule */
  BullaReason reason;   /* replaces the reason of the rule; NONE if it does not */
} BullaObservation;

typedef struct _BullaRule BullaRule;

struct _BullaRule {
  const char *id;
  BullaReason reason;
  BullaReason unknown; /* reason if not checked; NONE if that does not affect the outcome */
  const char *anchor;
  const char *required; /* the required text, for N_() */
  const char *concerns; /* nullable; codes of the concern matrix */
  BullaState (*ask) (const BullaQuestion *question, const BullaRule *rule,
                     BullaObservation *observation);
  const char *bundle_anchor;       /* nullable; the anchor in the specifications of bundles */
  const BullaReason *more;         /* nullable; further reasons besides @reason; ends with NONE */
  const BullaReason *more_unknown; /* nullable; further reasons besides @unknown; ends with NONE */
};

typedef struct {
  const BullaRule *rules;
  guint n_rules;
  gboolean of_vouching; /* in bundles, checked only for responses that a signature covers */
  gboolean about_form;  /* a response that breaks one of these rules must not be shown */
} BullaRuleTable;

extern const BullaRuleTable bulla_rules_outer;
extern const BullaRuleTable bulla_rules_outer_bundle;
extern const BullaRuleTable bulla_rules_format;
extern const BullaRuleTable bulla_rules_integrity;
extern const BullaRuleTable bulla_rules_bundle;
extern const BullaRuleTable bulla_rules_item;
extern const BullaRuleTable bulla_rules_fields;
extern const BullaRuleTable bulla_rules_response;
extern const BullaRuleTable bulla_rules_signature;
extern const BullaRuleTable bulla_rules_subset;
extern const BullaRuleTable bulla_rules_headers;
extern const BullaRuleTable bulla_rules_certificate;
extern const BullaRuleTable bulla_rules_caa;
extern const BullaRuleTable bulla_rules_validity;
extern const BullaRuleTable bulla_rules_history;
extern const BullaRuleTable bulla_rules_scope;
extern const BullaRuleTable bulla_rules_profile;
extern const BullaRuleTable bulla_rules_body;
extern const BullaRuleTable bulla_rules_coding;
extern const BullaRuleTable bulla_rules_request;
extern const BullaRuleTable bulla_rules_prefetch;
extern const BullaRuleTable bulla_rules_lookup;

const char *bulla_rule_find_title (const char *id);
BullaState bulla_rule_ask_part (const BullaPart *part, const BullaRule *rule,
                                BullaObservation *observation);
BullaState bulla_observation_waive (BullaObservation *observation, const char *why);
BullaState bulla_observation_leave_unasked (BullaObservation *observation, const char *why);
BullaState bulla_state_from_boolean (gboolean held);
gboolean bulla_question_has_scope (const BullaQuestion *question);

G_END_DECLS
