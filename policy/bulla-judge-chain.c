/* bulla-judge-chain.c - judges a certificate chain without an exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-judge-private.h"
#include "bulla-judge.h"

/* Rules about what is added to certificates when they are served: the CBOR, the OCSP response and
 * the timestamps. */
static gboolean
needs_staples (BullaReason reason)
{
  const char *nick = bulla_reason_get_nick (reason);

  return g_str_has_prefix (nick, "chain.") || g_str_has_prefix (nick, "ocsp.")
         || g_str_has_prefix (nick, "sct.");
}

/* Rules that compare the chain with the signature or the URL of an exchange. */
static gboolean
needs_exchange (BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_TRUST_VALIDITY_ORIGIN:
  case BULLA_REASON_SIGNATURE_LIFETIME:
  case BULLA_REASON_SIGNATURE_NOT_YET_VALID:
  case BULLA_REASON_SIGNATURE_EXPIRED:
  case BULLA_REASON_SIGNATURE_CERT_SHA256:
  case BULLA_REASON_SIGNATURE_INVALID:
  case BULLA_REASON_SIGNATURE_INTEGRITY:
  case BULLA_REASON_CERT_NAME:
    return TRUE;
  default:
    return FALSE;
  }
}

/* Rules about how a chain was fetched: a chain alone comes from a file. */
static gboolean
needs_fetch (BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_CHAIN_FETCH:
  case BULLA_REASON_CHAIN_STATUS:
  case BULLA_REASON_CHAIN_CONTENT_TYPE:
  case BULLA_REASON_CHAIN_REDIRECT:
  case BULLA_REASON_CHAIN_TOO_LARGE:
    return TRUE;
  default:
    return FALSE;
  }
}

static void
drop_steps (BullaVerdict *self, gboolean stapled)
{
  guint kept = 0;

  for (guint i = 0; i < self->n_steps; i++) {
    BullaReason reason = self->steps[i].rule->reason;
    if (!needs_exchange (reason) && !needs_fetch (reason) && (stapled || !needs_staples (reason)))
      self->steps[kept++] = self->steps[i];
  }
  self->n_steps = kept;
}

/**
 * bulla_judge_chain: (skip)
 * @facts: facts about a certificate chain; the parts about an exchange are not filled in. Without
 *   staples those about OCSP and timestamps are cleared
 * @stapled: whether the chain is as a cert-url serves it; otherwise only its certificates are
 * judged
 * @profile: the profile to judge by
 * @now: Unix seconds
 *
 * Decides whether exchanges that name this chain can be trusted for the hosts of its leaf: the
 * outcome is %BULLA_OUTCOME_SUBSTITUTE if no rule about chains and certificates is broken, else
 * %BULLA_OUTCOME_REFUSE. Spec: IMPL sections 3.3 and 4(7).
 *
 * Returns: (transfer full): the verdict
 */
BullaVerdict *
bulla_judge_chain (BullaFacts *facts, gboolean stapled, BullaProfile *profile, gint64 now)
{
  static const BullaRuleTable *const tables[] = {&bulla_rules_signature, &bulla_rules_certificate,
                                                 NULL};
  BullaVerdict *self = bulla_verdict_new (facts, profile, now);
  guint step = 0;

  if (!stapled)
    bulla_facts_forget_staples (facts);
  bulla_verdict_ask (self, tables, NULL);
  drop_steps (self, stapled);
  self->reason = bulla_verdict_find_reason (self, &step);
  self->outcome =
      self->reason == BULLA_REASON_NONE ? BULLA_OUTCOME_SUBSTITUTE : BULLA_OUTCOME_REFUSE;
  self->reply = self->reason == BULLA_REASON_NONE ? BULLA_REPLY_SERVE : BULLA_REPLY_REFUSE;
  if (self->reason == BULLA_REASON_NONE)
    bulla_verdict_set_expiry (self, bulla_profile_get_settings (profile));
  return self;
}
