/* bulla-load-response.c - a load that is judged already: a response in a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-field.h"
#include "bulla-load-private.h"

/**
 * bulla_load_new_for_response: (skip)
 * @bundle: that it is in, and that it keeps open
 * @outer: that the bundle came in
 * @profile: what was made of it
 * @facts: (transfer full): what was learnt about it
 * @verdict: (transfer full): what follows
 * @body: (transfer full) (nullable): its payload, which has a signal `ended`; %NULL if its place is
 *   not known
 *
 * Returns: (transfer full): a load that is judged
 */
BullaLoad *
bulla_load_new_for_response (BullaBundle *bundle, BullaOuter *outer, BullaProfile *profile,
                             BullaFacts *facts, BullaVerdict *verdict, GInputStream *body)
{
  BullaLoad *self = g_object_new (BULLA_TYPE_LOAD, NULL);
  self->bundle = g_object_ref (bundle);
  self->profile = bulla_profile_ref (profile);
  self->outer = bulla_outer_ref (outer);
  self->facts = facts;
  self->verdict = verdict;
  self->now = bulla_verdict_get_time (verdict);
  self->state = BULLA_LOAD_JUDGED;
  self->body = body;
  if (body != NULL)
    g_signal_connect_object (body, "ended", G_CALLBACK (bulla_load_judge_body), self,
                             G_CONNECT_SWAPPED);
  return self;
}

/**
 * bulla_load_facts_are_coded: (skip)
 * @facts: of a response in a bundle
 *
 * Spec: MICE 03. Without a digest there is nothing to check the records by.
 *
 * Returns: whether its records come out one by one, each after its proof
 */
gboolean
bulla_load_facts_are_coded (const BullaFacts *facts)
{
  const BullaHeader *coding = bulla_facts_find_header (facts, "content-encoding");
  return facts->digest == BULLA_DIGEST_FOUND && coding != NULL
         && bulla_field_codings_are_decodable (coding->value, FALSE);
}
