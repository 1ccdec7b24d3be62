/* bulla-load-again.c - judges an exchange once more, at the moment of its use
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An exchange is kept for minutes or days between its verdict and a click. Meanwhile it expires, a
 * newer version is seen, or one of its certificates is put on the revocation list. Nobody is
 * contacted: the publisher's answer stays as it was, and so do DNS answers until their signatures
 * end. */
#include "bulla-load-again.h"

#include "bulla-judge.h"
#include "bulla-load-private.h"
#include "bulla-trust-internal.h"

/* The chain is verified anew only if time or the trust has changed. */
static void
update_chain (BullaLoad *self)
{
  g_autoptr (BullaChain) chain =
      bulla_trust_verify_chain (self->trust, self->verified, self->now, NULL);

  if (chain != NULL)
    bulla_chain_update_facts (chain, self->facts);
}

/* Answers whose signatures have ended no longer count, and DNS is not asked again. */
static void
update_caa (BullaLoad *self)
{
  if (bulla_facts_drop_ended_caa (self->facts, self->now))
    bulla_facts_take_caa (self->facts, NULL, BULLA_REASON_CAA_NO_ANSWER, self->now);
}

static void
update_memory (BullaLoad *self, BullaStore *store)
{
  g_autoptr (GError) error = NULL;
  g_auto (BullaVersionMemory) memory = {0};

  if (store == NULL || self->facts->signature.read.read != BULLA_YES)
    return;
  bulla_load_fill_version (self);
  gboolean recalled = bulla_version_memory_recall (store, &self->version, &memory, &error);
  if (!recalled && self->facts->history.known == BULLA_YES)
    return; /* what is known already is not taken back */
  bulla_version_memory_fill_facts (recalled ? &memory : NULL, recalled ? NULL : error->message,
                                   self->facts);
}

/* Returns: whether every rule has the same answer in both */
static gboolean
is_same (const BullaVerdict *one, const BullaVerdict *other)
{
  guint n = bulla_verdict_get_n_steps (one);

  if (n != bulla_verdict_get_n_steps (other)
      || bulla_verdict_get_outcome (one) != bulla_verdict_get_outcome (other)
      || bulla_verdict_get_reason (one) != bulla_verdict_get_reason (other)
      || bulla_verdict_get_expires (one) != bulla_verdict_get_expires (other))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (bulla_verdict_get_state (one, i) != bulla_verdict_get_state (other, i))
      return FALSE;
  return TRUE;
}

/* Returns: (transfer full): the verdict of today, which does not become that of @self */
static BullaVerdict *
judge_today (BullaLoad *self, BullaContext *context)
{
  self->now = bulla_context_get_time (context);
  update_chain (self);
  update_caa (self);
  update_memory (self, context->store);
  return bulla_judge_package (self->facts, self->profile, self->now);
}

/**
 * bulla_load_judge_again: (skip)
 * @self: a load that is judged
 * @context: its clock, and the store
 *
 * Judges an exchange by the clock, the roots, logs and revocations, and the memory of today. Lists
 * that have changed were read before. The response of a bundle is judged at each request anyway,
 * and keeps its verdict.
 *
 * Returns: (transfer none): the verdict of @self, which is a new one if any rule has another answer
 */
BullaVerdict *
bulla_load_judge_again (BullaLoad *self, BullaContext *context)
{
  g_return_val_if_fail (self->state == BULLA_LOAD_JUDGED, NULL);
  if (self->reader == NULL || self->verified == NULL)
    return self->verdict;
  g_autoptr (BullaVerdict) verdict = judge_today (self, context);
  if (!is_same (self->verdict, verdict))
    bulla_load_replace_verdict (self, g_steal_pointer (&verdict));
  return self->verdict;
}

/**
 * bulla_load_is_worth_a_question: (skip)
 * @self: a load that is judged
 * @context: its clock, and the store
 *
 * Returns: whether its publisher may be asked about it today: nothing speaks against the exchange,
 *   or only that its signature has ended
 */
gboolean
bulla_load_is_worth_a_question (BullaLoad *self, BullaContext *context)
{
  g_return_val_if_fail (self->state == BULLA_LOAD_JUDGED, FALSE);
  if (self->reader == NULL || self->verified == NULL)
    return bulla_load_may_ask (self->verdict);
  g_autoptr (BullaVerdict) verdict = judge_today (self, context);
  return bulla_load_may_ask (verdict);
}
