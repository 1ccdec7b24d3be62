/* bulla-judge.c - folds the rules over the facts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-judge.h"

#include "bulla-verdict-private.h"

#define WEEK (7 * G_GINT64_CONSTANT (86400))

static const BullaRuleTable *const package_tables[] = {&bulla_rules_format,  &bulla_rules_signature,
                                                       &bulla_rules_headers, &bulla_rules_trust,
                                                       &bulla_rules_body,    NULL};

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

/* what the profile makes of a broken rule */
static BullaOutcome
outcome_for (const BullaFacts *facts, const BullaSettings *settings, BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_OUTER_CONTENT_TYPE:
  case BULLA_REASON_OUTER_ATTACHMENT:
    return BULLA_OUTCOME_NOT_A_PACKAGE;
  case BULLA_REASON_OUTER_TRANSPORT:
    return BULLA_OUTCOME_REFUSE;
  case BULLA_REASON_OUTER_VERSION:
    if (facts->outer.version == NULL
        && settings->unknown_version == BULLA_ON_FAULT_FALL_BACK_FOR_TYPE)
      return BULLA_OUTCOME_NOT_A_PACKAGE;
    /* LOAD knows b2 too; we trust no such exchange, which is a fault like any other there */
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
  case BULLA_REASON_CHAIN_UNKNOWN:
  case BULLA_REASON_SCT_UNKNOWN:
    return outcome_of (settings->unasked);
  case BULLA_REASON_BODY_DIGEST:
  case BULLA_REASON_BODY_RECORD_SIZE:
  case BULLA_REASON_BODY_RECORD:
  case BULLA_REASON_BODY_TRUNCATED:
    return BULLA_OUTCOME_REFUSE;
  default:
    return outcome_of (settings->fault);
  }
}

/* the first broken rule decides; failing that, the first that could not be asked */
static BullaReason
deciding_reason (const BullaVerdict *self)
{
  for (guint i = 0; i < self->n_steps; i++)
    if (self->steps[i].state == BULLA_STATE_BROKEN)
      return self->steps[i].rule->reason;
  for (guint i = 0; i < self->n_steps; i++)
    if (self->steps[i].state == BULLA_STATE_UNASKED && !self->steps[i].answer.waived
        && self->steps[i].rule->unknown != BULLA_REASON_NONE)
      return self->steps[i].rule->unknown;
  return BULLA_REASON_NONE;
}

static void
expire_at (BullaVerdict *self, gint64 time, BullaExpiresBy by)
{
  if (self->expires >= 0 && self->expires <= time)
    return;
  self->expires = time;
  self->expires_by = by;
}

/* the first second in which one of the time rules would be broken */
static void
set_expiry (BullaVerdict *self, const BullaSettings *settings)
{
  const BullaFacts *facts = self->facts;
  expire_at (self, facts->signature.expires + 1, BULLA_EXPIRES_BY_SIGNATURE);
  expire_at (self, MIN (facts->cert.not_after, facts->cert.path_end) + 1, BULLA_EXPIRES_BY_LEAF);
  if (facts->ocsp.next_update >= 0)
    expire_at (self, facts->ocsp.next_update + (settings->ocsp == BULLA_OCSP_AGE ? 0 : 1),
               BULLA_EXPIRES_BY_OCSP);
  if (facts->ocsp.responder_end < G_MAXINT64)
    expire_at (self, facts->ocsp.responder_end + 1, BULLA_EXPIRES_BY_OCSP);
  if (settings->ocsp != BULLA_OCSP_LIFETIME)
    expire_at (self, facts->ocsp.this_update + WEEK + 1, BULLA_EXPIRES_BY_PROFILE);
  if (settings->ocsp == BULLA_OCSP_REVOKED_AGE && facts->ocsp.revoked_at >= 0)
    expire_at (self, facts->ocsp.revoked_at + WEEK, BULLA_EXPIRES_BY_OCSP);
}

static void
conclude (BullaVerdict *self)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);
  self->reason = deciding_reason (self);
  self->outcome = BULLA_OUTCOME_SUBSTITUTE;
  if (self->reason == BULLA_REASON_NONE) {
    set_expiry (self, settings);
    return;
  }
  self->outcome = outcome_for (self->facts, settings, self->reason);
  if (self->outcome == BULLA_OUTCOME_FALL_BACK && self->facts->request_url == NULL)
    self->outcome = BULLA_OUTCOME_REFUSE;
  self->reply = BULLA_REPLY_REFUSE;
}

/**
 * bulla_judge_package: (skip)
 * @facts: what was learnt about an exchange
 * @profile: what to make of it
 * @now: Unix seconds
 *
 * May this exchange speak for its origin? Every rule is asked over the facts at hand.
 *
 * Returns: (transfer full): the verdict
 */
BullaVerdict *
bulla_judge_package (BullaFacts *facts, BullaProfile *profile, gint64 now)
{
  BullaVerdict *self = bulla_verdict_new (facts, profile, now);
  bulla_verdict_ask (self, package_tables, NULL);
  conclude (self);
  return self;
}

/**
 * bulla_judge_body: (skip)
 * @head: a verdict that was given before the body was read
 *
 * What the head said stands: only the rules about the body, the last ones, are asked again.
 *
 * Returns: (transfer full): the verdict with the body
 */
BullaVerdict *
bulla_judge_body (BullaVerdict *head)
{
  BullaVerdict *self = bulla_verdict_new (head->facts, head->profile, head->now);
  bulla_verdict_ask_last (self, head, &bulla_rules_body);
  conclude (self);
  return self;
}

/**
 * bulla_judge_request: (skip)
 * @facts: of an exchange that may be substituted
 * @profile: what to make of it
 * @request: what is asked for
 * @now: Unix seconds
 *
 * May this exchange answer this request? A prefetch never becomes a request to the publisher.
 *
 * Returns: (transfer full): a verdict whose reply counts
 */
BullaVerdict *
bulla_judge_request (BullaFacts *facts, BullaProfile *profile, const BullaRequestFacts *request,
                     gint64 now)
{
  static const BullaRuleTable *const tables[] = {&bulla_rules_request, NULL};
  BullaVerdict *self = bulla_verdict_new (facts, profile, now);
  bulla_verdict_ask (self, tables, request);
  self->reason = deciding_reason (self);
  self->outcome = BULLA_OUTCOME_SUBSTITUTE;
  self->reply = BULLA_REPLY_SERVE;
  if (self->reason != BULLA_REASON_NONE) {
    /* the network would tell the publisher of a prefetch, and answer a loop as before */
    gboolean stay = request->destination == BULLA_DESTINATION_PREFETCH
                    || self->reason == BULLA_REASON_REQUEST_FALLBACK_LOOP;
    self->reply = stay ? BULLA_REPLY_REFUSE : BULLA_REPLY_NETWORK;
    self->outcome = stay ? BULLA_OUTCOME_REFUSE : BULLA_OUTCOME_FALL_BACK;
  }
  return self;
}

BullaVerdict *
bulla_judge_bundle (BullaFacts *facts, BullaProfile *profile, BullaVerdict *primary, gint64 now)
{
  return bulla_judge_package (facts, profile, now);
}

BullaVerdict *
bulla_judge_response (BullaFacts *facts, BullaProfile *profile, gint64 now)
{
  return bulla_judge_package (facts, profile, now);
}

BullaVerdict *
bulla_judge_missing (BullaFacts *facts, BullaProfile *profile, const BullaRequestFacts *request,
                     gint64 now)
{
  return bulla_judge_request (facts, profile, request, now);
}
