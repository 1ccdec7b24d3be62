/* bulla-verdict.c - a verdict: the outcome, and every rule that was checked
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-verdict.h"

#include <string.h>

#include "bulla-expiry.h"
#include "bulla-judge.h"
#include "bulla-rule.h"
#include "bulla-verdict-private.h"

#define TEXT_MAX 1024 /* most bytes that a verdict on a request keeps of one text */

G_DEFINE_BOXED_TYPE (BullaVerdict, bulla_verdict, bulla_verdict_ref, bulla_verdict_unref)

BullaVerdict *
bulla_verdict_new (BullaFacts *facts, BullaProfile *profile, gint64 now)
{
  BullaVerdict *self = g_atomic_rc_box_new0 (BullaVerdict);

  self->facts = bulla_facts_ref (facts);
  self->profile = bulla_profile_ref (profile);
  self->now = now;
  self->expires = -1;
  return self;
}

/* Returns the reason that the broken rule gives. */
BullaReason
bulla_step_get_reason (const BullaStep *self)
{
  return self->observation.reason != BULLA_REASON_NONE ? self->observation.reason
                                                       : self->rule->reason;
}

/* Returns the reason if the rule could not be checked; NONE if that decides nothing. */
BullaReason
bulla_step_get_unknown (const BullaStep *self)
{
  return self->observation.reason != BULLA_REASON_NONE ? self->observation.reason
                                                       : self->rule->unknown;
}

static void
ask_step (const BullaQuestion *question, const BullaRuleTable *table, guint rule, BullaStep *step)
{
  const BullaFacts *facts = question->facts;

  *step = (BullaStep){.table = table, .rule = &table->rules[rule]};
  if (table->of_vouching && facts->form == BULLA_FORM_RESPONSE
      && facts->response.vouched != BULLA_YES)
    step->state = bulla_observation_waive (&step->observation, "not signed");
  else
    step->state = step->rule->ask (question, step->rule, &step->observation);
}

/* Returns: (nullable): a copy of the start of @text that lives as long as the verdict */
static const char *
keep_text (BullaVerdict *self, const char *text)
{
  if (text == NULL)
    return NULL;
  return g_string_chunk_insert_len (self->texts, text, (gssize)MIN (strlen (text), TEXT_MAX));
}

/**
 * bulla_verdict_ask: (skip)
 * @self: a verdict without steps
 * @tables: (array zero-terminated=1): rules, in the order of the spec
 * @request: (nullable): the request that the rules are about
 */
void
bulla_verdict_ask (BullaVerdict *self, const BullaRuleTable *const *tables,
                   const BullaRequestFacts *request)
{
  BullaQuestion question = {self->facts, request, bulla_profile_get_settings (self->profile),
                            self->now};
  guint n = 0;

  for (int i = 0; tables[i] != NULL; i++)
    n += tables[i]->n_rules;
  self->steps = g_new (BullaStep, n); /* each is set as a whole */
  for (int i = 0; tables[i] != NULL; i++)
    for (guint j = 0; j < tables[i]->n_rules; j++)
      ask_step (&question, tables[i], j, &self->steps[self->n_steps++]);
  if (request == NULL)
    return;
  /* copies the texts, because the request may be freed before they are shown; the facts live as
   * long as the package, which may answer any number of requests */
  self->texts = g_string_chunk_new (256);
  for (guint i = 0; i < self->n_steps; i++) {
    BullaObservation *observation = &self->steps[i].observation;
    observation->text = keep_text (self, observation->text);
    observation->required = keep_text (self, observation->required);
    g_clear_pointer (&observation->composed, g_free);
  }
}

/**
 * bulla_verdict_ask_again: (skip)
 * @self: a verdict without steps
 * @before: a verdict on the same facts, of which only those of @table have changed
 * @table: the rules to be checked again
 */
void
bulla_verdict_ask_again (BullaVerdict *self, const BullaVerdict *before,
                         const BullaRuleTable *table)
{
  BullaQuestion question = {self->facts, NULL, bulla_profile_get_settings (self->profile),
                            self->now};

  self->n_steps = before->n_steps;
  self->steps = g_memdup2 (before->steps, self->n_steps * sizeof *self->steps);
  for (guint i = 0, rule = 0; i < self->n_steps && rule < table->n_rules; i++)
    if (self->steps[i].table == table)
      ask_step (&question, table, rule++, &self->steps[i]);
}

/**
 * bulla_verdict_ref:
 * @self: a verdict
 *
 * Returns: (transfer full): @self
 */
BullaVerdict *
bulla_verdict_ref (BullaVerdict *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
verdict_clear (gpointer data)
{
  BullaVerdict *self = data;

  bulla_facts_unref (self->facts);
  bulla_profile_unref (self->profile);
  g_free (self->steps);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}

/**
 * bulla_verdict_unref:
 * @self: (transfer full): a verdict
 */
void
bulla_verdict_unref (BullaVerdict *self)
{
  g_atomic_rc_box_release_full (self, verdict_clear);
}

/**
 * bulla_verdict_get_outcome:
 * @self: a verdict
 *
 * Returns: the outcome for the package
 */
BullaOutcome
bulla_verdict_get_outcome (const BullaVerdict *self)
{
  return self->outcome;
}

/**
 * bulla_verdict_get_reply:
 * @self: a verdict on a request
 *
 * Returns: whether the package answers the request
 */
BullaReply
bulla_verdict_get_reply (const BullaVerdict *self)
{
  return self->reply;
}

/**
 * bulla_verdict_is_on_request:
 * @self: a verdict
 *
 * Returns: whether it says if a package may answer one request, and not if the package is valid
 */
gboolean
bulla_verdict_is_on_request (const BullaVerdict *self)
{
  return self->texts != NULL;
}

/**
 * bulla_verdict_get_reason:
 * @self: a verdict
 *
 * Returns: the reason of the first broken rule; %BULLA_REASON_NONE if no rule is broken
 */
BullaReason
bulla_verdict_get_reason (const BullaVerdict *self)
{
  return self->reason;
}

/**
 * bulla_verdict_get_report_type:
 * @self: a verdict
 *
 * Spec: LOAD "Queuing signed exchange report".
 *
 * Returns: (nullable): the result that the loading specification reports, `ok` without a fault;
 *   %NULL for reasons of bundles, for which it defines none
 */
const char *
bulla_verdict_get_report_type (const BullaVerdict *self)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);

  if (self->reason == BULLA_REASON_SIGNATURE_LIFETIME
      && settings->lifetime_report == BULLA_LIFETIME_IS_SIGNATURE_ERROR)
    return "signature_verification_error";
  return bulla_reason_get_report_type (self->reason);
}

/**
 * bulla_verdict_get_time:
 * @self: a verdict
 *
 * Returns: the Unix time in seconds at which the package was judged
 */
gint64
bulla_verdict_get_time (const BullaVerdict *self)
{
  return self->now;
}

/**
 * bulla_verdict_get_expires:
 * @self: a verdict
 *
 * Returns: the first second in which the verdict would differ, in Unix seconds; -1 if the package
 *   is not trusted now
 */
gint64
bulla_verdict_get_expires (const BullaVerdict *self)
{
  return self->expires;
}

/**
 * bulla_verdict_get_expires_by:
 * @self: a verdict
 *
 * Returns: the cause that ends the trust at bulla_verdict_get_expires()
 */
BullaExpiresBy
bulla_verdict_get_expires_by (const BullaVerdict *self)
{
  return self->expires_by;
}

/**
 * bulla_verdict_is_broken: (skip)
 * @self: a verdict
 *
 * Returns: whether a rule is broken; a rule that could not be checked is not
 */
gboolean
bulla_verdict_is_broken (const BullaVerdict *self)
{
  for (guint i = 0; i < self->n_steps; i++)
    if (self->steps[i].state == BULLA_STATE_BROKEN)
      return TRUE;
  return FALSE;
}

/* Says whether nothing but the passing of time broke rules. What was not checked does not count: a
 * loader stops at the first broken rule. */
static gboolean
is_over (const BullaVerdict *self)
{
  if (!bulla_reason_is_expiry (self->reason, self->facts, self->now))
    return FALSE;
  for (guint i = 0; i < self->n_steps; i++)
    if (self->steps[i].state == BULLA_STATE_BROKEN
        && !bulla_reason_is_expiry (bulla_step_get_reason (&self->steps[i]), self->facts,
                                    self->now))
      return FALSE;
  return TRUE;
}

/**
 * bulla_verdict_find_end:
 * @self: a verdict
 * @by: (out) (optional): the cause
 *
 * As bulla_verdict_get_expires(), and of a package that is not trusted for no other reason than
 * that time has passed the moment at which its trust ended.
 *
 * Returns: Unix seconds; -1 if the package is not trusted for another reason, or if no time ends
 * its trust
 */
gint64
bulla_verdict_find_end (const BullaVerdict *self, BullaExpiresBy *by)
{
  BullaExpiry expiry = {self->expires, self->expires_by};

  if (self->reason != BULLA_REASON_NONE) {
    bulla_facts_find_expiry (self->facts, bulla_profile_get_settings (self->profile), self->now,
                             &expiry);
    if (expiry.time > self->now || !is_over (self))
      expiry = (BullaExpiry){-1, BULLA_EXPIRES_BY_NONE};
  }
  if (by != NULL)
    *by = expiry.by;
  return expiry.time;
}

/**
 * bulla_verdict_get_profile_name:
 * @self: a verdict
 *
 * Returns: the name of the profile that was applied
 */
const char *
bulla_verdict_get_profile_name (const BullaVerdict *self)
{
  return bulla_profile_get_name (self->profile);
}

/**
 * bulla_verdict_get_n_steps:
 * @self: a verdict
 *
 * Returns: the number of rules in the verdict
 */
guint
bulla_verdict_get_n_steps (const BullaVerdict *self)
{
  return self->n_steps;
}

/**
 * bulla_verdict_get_rule:
 * @self: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 *
 * Returns: the id of the rule
 */
const char *
bulla_verdict_get_rule (const BullaVerdict *self, guint step)
{
  g_return_val_if_fail (step < self->n_steps, NULL);
  return self->steps[step].rule->id;
}

/**
 * bulla_verdict_get_title:
 * @self: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 *
 * Returns: a title for display, which states the condition that the rule checks: "Signature has not
 *   expired"
 */
const char *
bulla_verdict_get_title (const BullaVerdict *self, guint step)
{
  g_return_val_if_fail (step < self->n_steps, NULL);
  return bulla_rule_find_title (self->steps[step].rule->id);
}

/**
 * bulla_verdict_get_state:
 * @self: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 *
 * Returns: whether the rule passed, failed, or was not checked
 */
BullaState
bulla_verdict_get_state (const BullaVerdict *self, guint step)
{
  g_return_val_if_fail (step < self->n_steps, BULLA_STATE_UNASKED);
  return self->steps[step].state;
}

/**
 * bulla_verdict_get_step_reason:
 * @self: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 *
 * Returns: the reason of the verdict if the rule is broken
 */
BullaReason
bulla_verdict_get_step_reason (const BullaVerdict *self, guint step)
{
  g_return_val_if_fail (step < self->n_steps, BULLA_REASON_NONE);
  return bulla_step_get_reason (&self->steps[step]);
}

/* The specifications of bundles often have another section for the same rule. */
const char *
bulla_verdict_find_anchor (const BullaVerdict *self, guint step)
{
  const BullaRule *rule = self->steps[step].rule;
  gboolean bundle = self->facts->form != BULLA_FORM_EXCHANGE && rule->bundle_anchor != NULL;

  return bundle ? rule->bundle_anchor : rule->anchor;
}

/**
 * bulla_verdict_get_anchor:
 * @self: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 *
 * Returns: the section of the specification
 */
const char *
bulla_verdict_get_anchor (const BullaVerdict *self, guint step)
{
  g_return_val_if_fail (step < self->n_steps, NULL);
  return bulla_verdict_find_anchor (self, step);
}

/**
 * bulla_verdict_get_concerns:
 * @self: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 *
 * Returns: (nullable): codes of the concern matrix that the rule addresses
 */
const char *
bulla_verdict_get_concerns (const BullaVerdict *self, guint step)
{
  g_return_val_if_fail (step < self->n_steps, NULL);
  return self->steps[step].rule->concerns;
}

/**
 * bulla_verdict_get_range:
 * @self: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 * @range: (out caller-allocates): the bytes that the rule examined; offset and length are 0 if
 *   there are none
 */
void
bulla_verdict_get_range (const BullaVerdict *self, guint step, BullaRange *range)
{
  g_return_if_fail (step < self->n_steps);
  *range = self->steps[step].observation.range;
}
