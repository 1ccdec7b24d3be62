/* bulla-judge-bundle.c - decides the outcome of a bundle and of each response in it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-field-kind.h"
#include "bulla-judge-private.h"

static const BullaRuleTable *const bundle_tables[] = {&bulla_rules_outer, &bulla_rules_outer_bundle,
                                                      &bulla_rules_integrity, &bulla_rules_bundle,
                                                      NULL};

/* the bundle's own rules first, then those of the response's form and of its signature */
static const BullaRuleTable *const response_tables[] = {&bulla_rules_outer,
                                                        &bulla_rules_outer_bundle,
                                                        &bulla_rules_integrity,
                                                        &bulla_rules_bundle,
                                                        &bulla_rules_item,
                                                        &bulla_rules_fields,
                                                        &bulla_rules_response,
                                                        &bulla_rules_signature,
                                                        &bulla_rules_subset,
                                                        &bulla_rules_headers,
                                                        &bulla_rules_certificate,
                                                        &bulla_rules_caa,
                                                        &bulla_rules_validity,
                                                        &bulla_rules_history,
                                                        &bulla_rules_scope,
                                                        &bulla_rules_profile,
                                                        &bulla_rules_body,
                                                        &bulla_rules_coding,
                                                        NULL};

/* Describes URLs that share bytes, which is allowed but unusual. */
static void
describe_index (BullaFacts *facts)
{
  BullaBundleFacts *bundle = &facts->bundle;

  if (bundle->index_text != NULL || bundle->head.read != BULLA_YES)
    return;
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_printf (text, "%u URLs", bundle->n_resources);
  if (bundle->n_aliases > 0)
    g_string_append_printf (text, ", %u at the place of another", bundle->n_aliases);
  if (bundle->n_overlaps > 0)
    g_string_append_printf (text, ", %u overlap", bundle->n_overlaps);
  if (bundle->n_ambiguous > 0)
    g_string_append_printf (text, ", %u passed over for an earlier key of that URL",
                            bundle->n_ambiguous);
  bundle->index_text = bulla_facts_intern (facts, text->str);
}

static void
describe_stateful (BullaFacts *facts, gboolean kept)
{
  if (facts->headers.read != BULLA_YES || facts->response.stateful_text != NULL)
    return;
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint i = 0; i < facts->n_headers; i++)
    if (bulla_header_is_stateful (facts->header[i].name))
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", facts->header[i].name);
  if (names->len == 0)
    return;
  facts->response.stateful = bulla_facts_intern (facts, names->str);
  g_string_prepend (names, kept ? "kept: " : "dropped: ");
  facts->response.stateful_text = bulla_facts_intern (facts, names->str);
}

static gboolean
has_scope (const BullaVerdict *self)
{
  BullaQuestion question = {self->facts, NULL, bulla_profile_get_settings (self->profile),
                            self->now};

  return bulla_question_has_scope (&question);
}

/* A signature counts only if every rule was checked or is not required. */
static gboolean
is_vouched (const BullaVerdict *self)
{
  const BullaFacts *facts = self->facts;

  return self->reason == BULLA_REASON_NONE && facts->response.vouched == BULLA_YES
         && facts->integrity.present != BULLA_YES && facts->signature.read.read == BULLA_YES
         && facts->signature.validity_same_origin == BULLA_YES;
}

/* An invalid signature becomes the reason, whatever the outcome of the response is. */
void
bulla_verdict_conclude_response (BullaVerdict *self)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);
  guint step = 0;

  self->reason = bulla_verdict_find_reason (self, &step);
  self->reply = BULLA_REPLY_REFUSE;
  self->outcome = BULLA_OUTCOME_SEPARATE_ORIGIN;
  if (self->reason != BULLA_REASON_NONE && self->steps[step].table->about_form)
    self->outcome = BULLA_OUTCOME_REFUSE;
  else if (settings->substitution == BULLA_CHOICE_YES && (is_vouched (self) || has_scope (self)))
    self->outcome = BULLA_OUTCOME_SUBSTITUTE;
  if (self->outcome != BULLA_OUTCOME_SUBSTITUTE)
    return;
  self->reply = BULLA_REPLY_SERVE;
  if (!has_scope (self))
    bulla_verdict_set_expiry (self, settings);
}

/**
 * bulla_judge_response: (skip)
 * @facts: facts about a response in a bundle, and about the bundle
 * @profile: the profile to judge by
 * @now: Unix seconds
 *
 * Substitute: a valid signed subset covers the response, or it is in the bundle's scope. Separate
 * origin: it is unsigned (no reason), or its signature is invalid (with the reason). Refuse: the
 * response or the bundle is malformed.
 *
 * Returns: (transfer full): the verdict
 */
BullaVerdict *
bulla_judge_response (BullaFacts *facts, BullaProfile *profile, gint64 now)
{
  g_return_val_if_fail (facts->form == BULLA_FORM_RESPONSE, NULL);
  BullaVerdict *self = bulla_verdict_new (facts, profile, now);
  gboolean allowed = bulla_profile_get_settings (profile)->substitution == BULLA_CHOICE_YES;
  describe_index (facts);
  describe_stateful (facts, allowed && has_scope (self));
  bulla_verdict_ask (self, response_tables, NULL);
  bulla_verdict_conclude_response (self);
  return self;
}

/* Says whether the bundle names a URL to fall back to: its primary URL, over http or https. */
static gboolean
has_fallback (const BullaFacts *facts)
{
  const char *url = facts->bundle.primary_url;

  return url != NULL && (g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "http://"));
}

static BullaOutcome
show (const BullaVerdict *self)
{
  return BULLA_OUTCOME_SEPARATE_ORIGIN;
}

static BullaOutcome
pass_on (const BullaVerdict *self)
{
  return BULLA_OUTCOME_NOT_A_PACKAGE;
}

static BullaOutcome
pass_on_if_allowed (const BullaVerdict *self)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);

  return settings->nosniff_missing == BULLA_ON_FAULT_NOT_A_PACKAGE ? BULLA_OUTCOME_NOT_A_PACKAGE
                                                                   : BULLA_OUTCOME_REFUSE;
}

static BullaOutcome
fall_back (const BullaVerdict *self)
{
  return has_fallback (self->facts) ? BULLA_OUTCOME_FALL_BACK : BULLA_OUTCOME_REFUSE;
}

/* The outcome of a bundle for each reason; NULL means refuse. */
static BullaOutcome (*const outcomes[BULLA_N_REASONS]) (const BullaVerdict *) = {
    [BULLA_REASON_NONE] = show,
    [BULLA_REASON_OUTER_CONTENT_TYPE] = pass_on,
    [BULLA_REASON_OUTER_ATTACHMENT] = pass_on,
    [BULLA_REASON_OUTER_ERROR_STATUS] = pass_on,
    [BULLA_REASON_OUTER_NOSNIFF] = pass_on_if_allowed,
    [BULLA_REASON_OUTER_VERSION] = fall_back,
    [BULLA_REASON_BUNDLE_VERSION] = fall_back,
};

/* NAV: if a bundle that claims its primary URL may not be substituted, the client navigates to
 * that URL. */
static BullaOutcome
outcome_of_primary (const BullaVerdict *primary)
{
  const BullaFacts *facts = primary->facts;
  gboolean expected = bulla_profile_get_settings (primary->profile)->scope == BULLA_SCOPE_EXPECTED;

  if (primary->outcome == BULLA_OUTCOME_SEPARATE_ORIGIN && expected
      && facts->integrity.present != BULLA_YES && facts->response.in_scope == BULLA_NO
      && has_fallback (facts))
    return BULLA_OUTCOME_FALL_BACK;
  return primary->outcome;
}

/**
 * bulla_judge_bundle: (skip)
 * @facts: facts about the bundle itself
 * @profile: the profile to judge by
 * @primary: (nullable): the verdict on its primary resource; if there is no such resource, the
 *   verdict on any one that may be substituted; %NULL if none was judged
 * @now: Unix seconds
 *
 * A fault of the bundle itself decides the outcome. Otherwise the verdict is @primary with all its
 * steps; without @primary, the bundle is shown in its own origin.
 *
 * Returns: (transfer full): the verdict
 */
BullaVerdict *
bulla_judge_bundle (BullaFacts *facts, BullaProfile *profile, BullaVerdict *primary, gint64 now)
{
  g_return_val_if_fail (facts->form == BULLA_FORM_BUNDLE, NULL);
  g_autoptr (BullaVerdict) self = bulla_verdict_new (facts, profile, now);
  guint step = 0;
  describe_index (facts);
  bulla_verdict_ask (self, bundle_tables, NULL);
  self->reason = bulla_verdict_find_reason (self, &step);
  self->outcome =
      outcomes[self->reason] != NULL ? outcomes[self->reason](self) : BULLA_OUTCOME_REFUSE;
  self->reply = BULLA_REPLY_REFUSE;
  if (self->reason != BULLA_REASON_NONE || primary == NULL)
    return g_steal_pointer (&self);
  BullaVerdict *with = bulla_verdict_new (primary->facts, profile, now);
  with->n_steps = primary->n_steps;
  with->steps = g_memdup2 (primary->steps, with->n_steps * sizeof *with->steps);
  with->reason = primary->reason;
  with->outcome = outcome_of_primary (primary);
  with->reply = primary->reply;
  with->expires = primary->expires;
  with->expires_by = primary->expires_by;
  return with;
}
