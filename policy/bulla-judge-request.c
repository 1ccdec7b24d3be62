/* bulla-judge-request.c - decides whether a judged package may answer a request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-judge-private.h"

static void
conclude (BullaVerdict *self, BullaReply otherwise)
{
  guint step = 0;

  self->reason = bulla_verdict_find_reason (self, &step);
  self->outcome = BULLA_OUTCOME_SUBSTITUTE;
  self->reply = BULLA_REPLY_SERVE;
  if (self->reason == BULLA_REASON_NONE)
    return;
  self->reply = otherwise;
  self->outcome = otherwise == BULLA_REPLY_REFUSE ? BULLA_OUTCOME_REFUSE : BULLA_OUTCOME_FALL_BACK;
}

static BullaReply
reply_of (BullaNetworkChoice choice)
{
  switch (choice) {
  case BULLA_NETWORK_ASK:
    return BULLA_REPLY_ASK;
  case BULLA_NETWORK_ALLOW:
    return BULLA_REPLY_NETWORK;
  case BULLA_NETWORK_NEVER:
  default:
    return BULLA_REPLY_REFUSE;
  }
}

/* The reply if the package does not serve the request. */
static BullaReply
reply_for (const BullaVerdict *self, const BullaRequestFacts *request)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);
  guint step = 0;
  BullaReason reason = bulla_verdict_find_reason (self, &step);

  /* a request to the publisher would disclose the prefetch to it, and would repeat a fallback
   * loop */
  if (request->destination == BULLA_DESTINATION_PREFETCH
      || reason == BULLA_REASON_REQUEST_FALLBACK_LOOP || reason == BULLA_REASON_REQUEST_FRAMING)
    return BULLA_REPLY_REFUSE;
  if (request->separate_origin)
    return reply_of (settings->network);
  return BULLA_REPLY_NETWORK;
}

/**
 * bulla_judge_request: (skip)
 * @facts: facts of an exchange that may be substituted, or of a response in a bundle; of the bundle
 *   if @request has the reason why none of its variants is a response
 * @profile: the profile to judge by
 * @request: the request to be answered
 * @now: Unix seconds
 *
 * Decides whether the package may answer the request. If not, a prefetch is never sent to the
 * publisher, and a request of a page in a separate origin only if the profile permits network
 * requests for bundles.
 *
 * Returns: (transfer full): a verdict; its result is bulla_verdict_get_reply()
 */
BullaVerdict *
bulla_judge_request (BullaFacts *facts, BullaProfile *profile, const BullaRequestFacts *request,
                     gint64 now)
{
  static const BullaRuleTable *const of_exchange[] = {&bulla_rules_request, &bulla_rules_prefetch,
                                                      NULL};
  static const BullaRuleTable *const of_response[] = {&bulla_rules_request, &bulla_rules_lookup,
                                                      NULL};
  static const BullaRuleTable *const of_index[] = {&bulla_rules_request, NULL};
  BullaVerdict *self = bulla_verdict_new (facts, profile, now);

  bulla_verdict_ask (self,
                     facts->form == BULLA_FORM_EXCHANGE ? of_exchange
                     : request->no_variant != NULL      ? of_index
                                                        : of_response,
                     request);
  conclude (self, reply_for (self, request));
  return self;
}

/**
 * bulla_judge_missing: (skip)
 * @facts: facts of a bundle
 * @profile: the profile to judge by
 * @request: a request by a page of the bundle, for a URL that is not in the bundle
 * @now: Unix seconds
 *
 * Spec: NAV does not say whether such a page may use the network; the setting `bundle.network`
 * decides.
 *
 * Returns: (transfer full): a verdict; its result is bulla_verdict_get_reply(): refuse, ask or
 *   network
 */
BullaVerdict *
bulla_judge_missing (BullaFacts *facts, BullaProfile *profile, const BullaRequestFacts *request,
                     gint64 now)
{
  static const BullaRuleTable *const tables[] = {&bulla_rules_lookup, NULL};
  gint64 choice = bulla_profile_get_settings (profile)->network;
  gboolean prefetch = request->destination == BULLA_DESTINATION_PREFETCH;
  BullaVerdict *self = bulla_verdict_new (facts, profile, now);

  bulla_verdict_ask (self, tables, request);
  conclude (self, prefetch ? BULLA_REPLY_REFUSE : reply_of (choice));
  return self;
}
