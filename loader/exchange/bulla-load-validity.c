/* bulla-load-validity.c - asks the publisher at the validity URL, before or beside the verdict
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: IMPL 3.6. The publisher is asked for an exchange that nothing speaks against, and for one
 * that has only expired, since a newer signature may heal that. All others are judged already, and
 * a question would only tell the publisher that somebody has them. */
#include "bulla-judge.h"
#include "bulla-load-private.h"
#include "bulla-refresh.h"
#include "bulla-settings.h"

/**
 * bulla_load_set_asks_validity: (skip)
 * @self: a load that was not given any bytes
 * @asks: whether whoever drives it can bring validity data; by default it cannot
 */
void
bulla_load_set_asks_validity (BullaLoad *self, gboolean asks)
{
  self->asks_validity = asks;
}

/**
 * bulla_load_may_ask: (skip)
 * @verdict: a verdict on an exchange
 *
 * Returns: whether its publisher may be asked about it: no rule is broken, or only that the
 *   signature must not have ended
 */
gboolean
bulla_load_may_ask (const BullaVerdict *verdict)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (bulla_verdict_get_state (verdict, i) == BULLA_STATE_BROKEN
        && bulla_verdict_get_step_reason (verdict, i) != BULLA_REASON_SIGNATURE_EXPIRED)
      return FALSE;
  return TRUE;
}

/**
 * bulla_load_note_validity_url: (skip)
 * @self: a load
 * @verdict: the verdict on the current member of its Signature
 *
 * The member that is accepted decides where the publisher is asked, or else the first that may be.
 */
void
bulla_load_note_validity_url (BullaLoad *self, const BullaVerdict *verdict)
{
  const BullaSignatureFacts *signature = &self->facts->signature;
  gboolean fine = bulla_verdict_get_reason (verdict) == BULLA_REASON_NONE;

  if (signature->read.read == BULLA_YES && bulla_load_may_ask (verdict)
      && (fine || self->validity_url == NULL))
    self->validity_url = signature->validity_url;
}

static BullaLoad *
begin_candidate (const BullaRefreshContext *context, GBytes *head)
{
  BullaLoad *load = bulla_load_new (context->profile, context->trust, context->outer,
                                    context->by_hand, context->now);
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (head, &length);

  bulla_load_set_asks_dns (load, context->asks_dns);
  bulla_load_set_asks_store (load, context->asks_store);
  bulla_load_push (load, data, length);
  return load;
}

/**
 * bulla_load_begin_refresh: (skip)
 * @self: a load
 *
 * Called when the verdict without the publisher's answer is known.
 *
 * Returns: whether the verdict has to wait for the answer
 */
gboolean
bulla_load_begin_refresh (BullaLoad *self)
{
  BullaValidityChoice choice = bulla_profile_get_settings (self->profile)->validity;

  if (!self->asks_validity || choice == BULLA_VALIDITY_CHOICE_NEVER || self->validity_url == NULL
      || self->refresh != NULL)
    return FALSE;
  gboolean blocking = choice == BULLA_VALIDITY_CHOICE_BLOCKING;
  self->refresh = bulla_refresh_new (self, self->validity_url, blocking, begin_candidate);
  return blocking;
}

/**
 * bulla_load_has_question: (skip)
 * @self: a load that is judged
 *
 * Returns: whether the profile wants the publisher to be asked about it, and nobody has asked, or
 *   it waits for an answer that has not come
 */
gboolean
bulla_load_has_question (BullaLoad *self)
{
  BullaValidityChoice choice = bulla_profile_get_settings (self->profile)->validity;
  gboolean waits = choice == BULLA_VALIDITY_CHOICE_BLOCKING && bulla_load_is_asking (self);

  return choice != BULLA_VALIDITY_CHOICE_NEVER && self->validity_url != NULL
         && (self->refresh == NULL || waits);
}

/**
 * bulla_load_begin_question: (skip)
 * @self: a load with a question
 * @now: Unix seconds; new signatures are verified at this time, not at that of the first verdict
 *
 * Returns: whether the load must not be used before the answer
 */
gboolean
bulla_load_begin_question (BullaLoad *self, gint64 now)
{
  self->now = now;
  self->asks_validity = TRUE;
  return bulla_load_begin_refresh (self);
}

/**
 * bulla_load_withdraw_question: (skip)
 * @self: a load whose question was given up before the answer
 *
 * From now on nobody has asked, so that a later use of the load asks again.
 */
void
bulla_load_withdraw_question (BullaLoad *self)
{
  g_clear_object (&self->refresh);
}

/* Replaces the signature in the exchange by the new one, if there is one. */
static gboolean
adopt (BullaLoad *self)
{
  BullaLoad *fresh = bulla_refresh_get_fresh (self->refresh);

  if (fresh == NULL || self->facts->former != NULL)
    return FALSE;
  bulla_facts_adopt_signature (self->facts, fresh->facts);
  BullaSxgSignature old = self->signature;
  self->signature = fresh->signature;
  fresh->signature = old;
  g_clear_pointer (&self->verified, g_bytes_unref);
  self->verified = g_steal_pointer (&fresh->verified);
  self->fetched |= fresh->fetched;
  return TRUE;
}

/**
 * bulla_load_end_refresh: (skip)
 * @self: a load whose verdict waits for the publisher
 * @verdict: (transfer full): the verdict without the answer
 *
 * Returns: (transfer full): the verdict with the answer
 */
BullaVerdict *
bulla_load_end_refresh (BullaLoad *self, BullaVerdict *verdict)
{
  /* Of several members that all failed, the facts are those of the last one. */
  gboolean known =
      self->members->len == 1 || bulla_verdict_get_reason (verdict) == BULLA_REASON_NONE;

  bulla_refresh_fill_facts (self->refresh, self->facts, -1);
  if (!adopt (self) && !known)
    return verdict;
  bulla_load_update_tls_host (self); /* the publisher's server may have the key */
  bulla_verdict_unref (verdict);
  return bulla_judge_package (self->facts, self->profile, self->now);
}

/**
 * bulla_load_note_verdict: (skip)
 * @self: a load that is judged
 *
 * Measures when the verdict was given.
 */
void
bulla_load_note_verdict (BullaLoad *self)
{
  self->decided = g_get_monotonic_time ();
  if (self->refresh != NULL && bulla_refresh_is_done (self->refresh))
    bulla_refresh_fill_facts (self->refresh, self->facts, self->decided);
}

/**
 * bulla_load_peek_refresh: (skip)
 * @self: a load
 *
 * Returns: (transfer none) (nullable): the question to the publisher; %NULL if there is none
 */
BullaRefresh *
bulla_load_peek_refresh (BullaLoad *self)
{
  return self->refresh;
}

/**
 * bulla_load_is_asking:
 * @self: a load that is judged
 *
 * Returns: whether the publisher's answer at the validity URL is still to come
 */
gboolean
bulla_load_is_asking (BullaLoad *self)
{
  return self->refresh != NULL && !bulla_refresh_is_done (self->refresh);
}

/**
 * bulla_load_replace_verdict: (skip)
 * @self: a load that is judged
 * @verdict: (transfer full): its new verdict; the one of before stays valid as long as the load
 */
void
bulla_load_replace_verdict (BullaLoad *self, BullaVerdict *verdict)
{
  if (self->earlier == NULL)
    self->earlier = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_verdict_unref);
  g_ptr_array_add (self->earlier, self->verdict);
  self->verdict = verdict;
}

/**
 * bulla_load_take_late_answer: (skip)
 * @self: a load that was judged before the publisher answered, and whose question is done
 *
 * The verdict that was given stays as it is, unless somebody waits for the answer. Of an accepted
 * exchange the signature is replaced, so that it can be used for longer.
 */
void
bulla_load_take_late_answer (BullaLoad *self)
{
  gboolean accepted = bulla_verdict_get_outcome (self->verdict) == BULLA_OUTCOME_SUBSTITUTE;

  bulla_refresh_fill_facts (self->refresh, self->facts, self->decided);
  gboolean counts = accepted && self->facts->validity.blocking;
  if (!(accepted && adopt (self)) && !counts)
    return;
  bulla_load_update_tls_host (self);
  bulla_load_replace_verdict (self, bulla_judge_package (self->facts, self->profile, self->now));
  if (counts)
    bulla_load_note_verdict (self);
}
