/* bulla-judge-package.c - applies the rules to the facts and decides the outcome of a package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-judge.h"

#include "bulla-expiry.h"
#include "bulla-judge-private.h"

static const BullaRuleTable *const package_tables[] = {
    &bulla_rules_outer,   &bulla_rules_format,      &bulla_rules_fields, &bulla_rules_signature,
    &bulla_rules_headers, &bulla_rules_certificate, &bulla_rules_caa,    &bulla_rules_validity,
    &bulla_rules_history, &bulla_rules_body,        &bulla_rules_coding, NULL};
/* A rule that always fails, appended so that the trace explains the outcome. */
static const BullaRuleTable *const forbidden_tables[] = {&bulla_rules_outer,
                                                         &bulla_rules_format,
                                                         &bulla_rules_fields,
                                                         &bulla_rules_signature,
                                                         &bulla_rules_headers,
                                                         &bulla_rules_certificate,
                                                         &bulla_rules_caa,
                                                         &bulla_rules_validity,
                                                         &bulla_rules_history,
                                                         &bulla_rules_profile,
                                                         &bulla_rules_body,
                                                         &bulla_rules_coding,
                                                         NULL};

static BullaOutcome
outcome_of (BullaOnFault choice)
{
  switch (choice) {
  case BULLA_ON_FAULT_REFUSE:
    return BULLA_OUTCOME_REFUSE;
  case BULLA_ON_FAULT_NOT_A_PACKAGE:
    return BULLA_OUTCOME_NOT_A_PACKAGE;
  case BULLA_ON_FAULT_FALL_BACK:
  case BULLA_ON_FAULT_FALL_BACK_FOR_TYPE:
  default:
    return BULLA_OUTCOME_FALL_BACK;
  }
}

/* Returns the profile's outcome for a failed rule. */
static BullaOutcome
outcome_for (const BullaFacts *facts, const BullaSettings *settings, BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_OUTER_CONTENT_TYPE:
  case BULLA_REASON_OUTER_ATTACHMENT:
  case BULLA_REASON_OUTER_ERROR_STATUS:
    return BULLA_OUTCOME_NOT_A_PACKAGE;
  case BULLA_REASON_OUTER_TRANSPORT:
    return BULLA_OUTCOME_REFUSE;
  case BULLA_REASON_OUTER_VERSION:
    if (facts->outer.version == NULL
        && settings->unknown_version == BULLA_ON_FAULT_FALL_BACK_FOR_TYPE)
      return BULLA_OUTCOME_NOT_A_PACKAGE;
    /* LOAD mentions b2 as well; Bulla accepts no b2 exchange, so this is an ordinary fault */
    if (g_strcmp0 (facts->outer.version, "b2") == 0
        && settings->unknown_version == BULLA_ON_FAULT_FALL_BACK_FOR_TYPE)
      return outcome_of (settings->fault);
    return outcome_of (settings->unknown_version);
  case BULLA_REASON_OUTER_NOSNIFF:
    return outcome_of (settings->nosniff_missing);
  case BULLA_REASON_OUTER_INSECURE:
    return outcome_of (settings->insecure_deliverer);
  case BULLA_REASON_SXG_MAGIC:
  case BULLA_REASON_SXG_VERSION:
    return outcome_of (settings->unknown_magic);
  case BULLA_REASON_SXG_TRUNCATED:
    return outcome_of (facts->signature_range.length > 0 || facts->headers_range.length > 0
                           ? settings->fault
                           : settings->short_lengths);
  case BULLA_REASON_PROFILE_NO_SUBSTITUTION:
    return BULLA_OUTCOME_FALL_BACK;
  case BULLA_REASON_BODY_DIGEST:
  case BULLA_REASON_BODY_RECORD_SIZE:
  case BULLA_REASON_BODY_RECORD:
  case BULLA_REASON_BODY_TRUNCATED:
  case BULLA_REASON_BODY_CODING:
    return BULLA_OUTCOME_REFUSE;
  default:
    return outcome_of (settings->fault);
  }
}

/* Returns the reason of the first broken rule, else of the first rule that could not be checked. */
BullaReason
bulla_verdict_find_reason (const BullaVerdict *self, guint *step)
{
  BullaReason unknown = BULLA_REASON_NONE;

  *step = self->n_steps;
  for (guint i = 0; i < self->n_steps; i++) {
    const BullaStep *at = &self->steps[i];
    if (at->state == BULLA_STATE_BROKEN) {
      *step = i;
      return bulla_step_get_reason (at);
    }
    if (at->state == BULLA_STATE_UNASKED && unknown == BULLA_REASON_NONE
        && !at->observation.waived) {
      unknown = bulla_step_get_unknown (at);
      *step = unknown != BULLA_REASON_NONE ? i : *step;
    }
  }
  return unknown;
}

/* Notes the first second in which one of the rules about time would be broken. */
void
bulla_verdict_set_expiry (BullaVerdict *self, const BullaSettings *settings)
{
  BullaExpiry expiry;

  bulla_facts_find_expiry (self->facts, settings, self->now, &expiry);
  self->expires = expiry.time;
  self->expires_by = expiry.by;
}

static void
conclude (BullaVerdict *self)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);
  guint step = 0;

  self->reason = bulla_verdict_find_reason (self, &step);
  self->outcome = BULLA_OUTCOME_SUBSTITUTE;
  if (self->reason == BULLA_REASON_NONE) {
    bulla_verdict_set_expiry (self, settings);
    return;
  }
  gboolean unasked = self->steps[step].state == BULLA_STATE_UNASKED;
  self->outcome =
      unasked ? outcome_of (settings->unasked) : outcome_for (self->facts, settings, self->reason);
  if (self->outcome == BULLA_OUTCOME_FALL_BACK && self->facts->request_url == NULL)
    self->outcome = BULLA_OUTCOME_REFUSE;
  self->reply = BULLA_REPLY_REFUSE;
}

/**
 * bulla_judge_package: (skip)
 * @facts: facts about an exchange
 * @profile: the profile to judge by
 * @now: Unix seconds
 *
 * Decides whether the exchange may represent its origin. Every rule is checked against the facts.
 *
 * Returns: (transfer full): the verdict
 */
BullaVerdict *
bulla_judge_package (BullaFacts *facts, BullaProfile *profile, gint64 now)
{
  g_return_val_if_fail (facts->form == BULLA_FORM_EXCHANGE, NULL);
  BullaVerdict *self = bulla_verdict_new (facts, profile, now);
  gboolean allowed = bulla_profile_get_settings (profile)->substitution == BULLA_CHOICE_YES;
  bulla_verdict_ask (self, allowed ? package_tables : forbidden_tables, NULL);
  conclude (self);
  return self;
}

/* Returns: (transfer full): @before with the rules of @table checked again */
static BullaVerdict *
judge_again (const BullaVerdict *before, const BullaRuleTable *table)
{
  BullaVerdict *self = bulla_verdict_new (before->facts, before->profile, before->now);

  bulla_verdict_ask_again (self, before, table);
  if (self->facts->form == BULLA_FORM_RESPONSE)
    bulla_verdict_conclude_response (self);
  else
    conclude (self);
  return self;
}

/**
 * bulla_judge_caa: (skip)
 * @before: a verdict that was given before CAA records were looked up
 *
 * The steps of @before are kept; only the rules about CAA records are checked again.
 *
 * Returns: (transfer full): the verdict with the CAA records
 */
BullaVerdict *
bulla_judge_caa (const BullaVerdict *before)
{
  return judge_again (before, &bulla_rules_caa);
}

/**
 * bulla_verdict_fails_by_body: (skip)
 * @self: a verdict on a package
 *
 * The rules on the body are the last ones: if the first broken rule is one of them, nothing speaks
 * against the head.
 *
 * Returns: whether a fault of the body alone decided
 */
gboolean
bulla_verdict_fails_by_body (const BullaVerdict *self)
{
  for (guint i = 0; i < self->n_steps; i++)
    if (self->steps[i].state == BULLA_STATE_BROKEN)
      return self->steps[i].table == &bulla_rules_body
             || self->steps[i].table == &bulla_rules_coding;
  return FALSE;
}

/**
 * bulla_judge_body: (skip)
 * @head: a verdict that was given before the body was read
 *
 * Keeps the steps of @head, and checks only the rules on the body, which are the last ones, again.
 *
 * Returns: (transfer full): the verdict with the body
 */
BullaVerdict *
bulla_judge_body (BullaVerdict *head)
{
  return judge_again (head, &bulla_rules_body);
}

/**
 * bulla_judge_coding: (skip)
 * @before: a verdict that was given before the content coding of the body was checked
 *
 * Returns: (transfer full): @before with the rule on the content coding checked again
 */
BullaVerdict *
bulla_judge_coding (const BullaVerdict *before)
{
  return judge_again (before, &bulla_rules_coding);
}
