/* bulla-rules-prefetch.c - rules on keeping a prefetched response, and on using it later
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-field.h"
#include "bulla-judge.h"
#include "bulla-rule.h"

#define NOT_PREFETCHED N_ ("it was not prefetched")
#define NO_PART N_ ("it is not part of another page")

static BullaState
ask_quota (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaPrefetchFacts *prefetch = question->request->prefetch;

  if (prefetch == NULL || question->request->destination != BULLA_DESTINATION_PREFETCH)
    return bulla_observation_waive (observation,
                                    prefetch == NULL ? NOT_PREFETCHED : N_ ("it is already kept"));
  observation->number = prefetch->n_kept;
  observation->limit = question->settings->entries_max;
  observation->unit = BULLA_UNIT_COUNT;
  return bulla_state_from_boolean (observation->number < observation->limit);
}

static BullaState
ask_storable (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaPrefetchFacts *prefetch = question->request->prefetch;

  if (prefetch == NULL)
    return bulla_observation_waive (observation, NOT_PREFETCHED);
  observation->text = prefetch->cache_control;
  observation->words = N_ ("no Cache-Control");
  return bulla_state_from_boolean (
      !bulla_field_has_directive (prefetch->cache_control, "no-store"));
}

/* Whether the prefetched response may answer requests with other header fields than the prefetch.
 */
static gboolean
varies_little (const BullaPrefetchFacts *prefetch)
{
  return bulla_field_names_only (prefetch->vary, "accept-encoding");
}

static BullaState
ask_vary (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaPrefetchFacts *prefetch = question->request->prefetch;

  if (prefetch == NULL)
    return bulla_observation_waive (observation, NOT_PREFETCHED);
  observation->text = prefetch->vary;
  observation->words = N_ ("no Vary");
  return bulla_state_from_boolean (varies_little (prefetch));
}

/* LOAD uses prefetched responses of any age; SUB limits their age by the deliverer's
 * Cache-Control. */
static gint64
find_end (const BullaPrefetchFacts *prefetch, const BullaSettings *settings)
{
  gint64 lifetime = 0;
  gboolean told = bulla_field_get_lifetime (prefetch->cache_control, &lifetime);
  gint64 fresh = prefetch->since + lifetime - MIN (prefetch->age, lifetime);

  if (settings->reuse == BULLA_REUSE_FIVE_MINUTES)
    return MAX (prefetch->since + BULLA_PREFETCH_REUSE_SECONDS, told ? fresh : 0);
  return told ? fresh : G_MAXINT64;
}

static BullaState
ask_usable (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaPrefetchFacts *prefetch = question->request->prefetch;

  if (prefetch == NULL)
    return bulla_observation_waive (observation, NOT_PREFETCHED);
  gint64 end = find_end (prefetch, question->settings);
  if (question->request->destination == BULLA_DESTINATION_PREFETCH)
    return bulla_observation_waive (observation, N_ ("it was just prefetched"));
  observation->text = prefetch->cache_control;
  observation->words = N_ ("no Cache-Control");
  return bulla_state_from_boolean (question->now < end);
}

/* --- a prefetched response that is not a package */

/**
 * bulla_judge_plain_prefetch: (skip)
 * @prefetch: facts about the response, which was fetched without credentials
 * @request: facts about a later request for its URL
 * @now: Unix seconds
 *
 * The response answers requests without credentials only, for %BULLA_PREFETCH_REUSE_SECONDS at
 * most, and for no longer than its server's Cache-Control allows.
 *
 * Returns: whether it may answer without contacting its server
 */
gboolean
bulla_judge_plain_prefetch (const BullaPrefetchFacts *prefetch, const BullaRequestFacts *request,
                            gint64 now)
{
  gint64 lifetime = 0;
  gboolean told = bulla_field_get_lifetime (prefetch->cache_control, &lifetime);
  gint64 end = prefetch->since
               + (told ? MIN (lifetime - prefetch->age, BULLA_PREFETCH_REUSE_SECONDS)
                       : BULLA_PREFETCH_REUSE_SECONDS);

  return request->cookie == NULL && g_str_equal (request->method, "GET") && now < end
         && varies_little (prefetch);
}

/* --- a newer response of the publisher itself */

static BullaState
ask_newest (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaRequestFacts *request = question->request;
  const BullaHeader *date = bulla_facts_find_header (question->facts, "date");
  gint64 ours = G_MININT64; /* the earliest possible time */

  if (question->settings->live_copy == BULLA_LIVE_IGNORED)
    return bulla_observation_waive (observation, N_ ("the profile ignores live copies"));
  if (!request->has_live_copy)
    return bulla_observation_waive (observation, N_ ("there is no live copy"));
  if (date != NULL)
    bulla_field_read_date (date->value, &ours);
  observation->text = date != NULL ? date->value : NULL;
  observation->words = N_ ("no Date");
  return bulla_state_from_boolean (request->live_date < ours);
}

/* --- a subresource that was prefetched with its page */

static BullaState
ask_integrity (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaPartFacts *part = question->request->part;
  const char *ours = question->facts->header_integrity;

  if (part == NULL)
    return bulla_observation_waive (observation, NO_PART);
  observation->text = ours;
  observation->required = part->header_integrity;
  return bulla_state_from_boolean (g_strcmp0 (ours, part->header_integrity) == 0);
}

static BullaState
ask_part_url (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaPartFacts *part = question->request->part;

  if (part == NULL)
    return bulla_observation_waive (observation, NO_PART);
  if (question->settings->alternate_url == BULLA_ALTERNATE_URL_UNCHECKED)
    return bulla_observation_waive (observation, N_ ("not required by this profile"));
  observation->text = question->facts->request_url;
  observation->required = part->url;
  return bulla_state_from_boolean (g_strcmp0 (question->facts->request_url, part->url) == 0);
}

static BullaState
ask_deliverer (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaPartFacts *part = question->request->part;

  if (part == NULL)
    return bulla_observation_waive (observation, NO_PART);
  if (question->settings->same_deliverer == BULLA_CHOICE_NO)
    return bulla_observation_waive (observation, N_ ("the profile allows any deliverer"));
  observation->text = part->deliverer;
  observation->required = part->page_deliverer;
  return bulla_state_from_boolean (g_strcmp0 (part->deliverer, part->page_deliverer) == 0);
}

static BullaState
ask_finished (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaPartFacts *part = question->request->part;

  if (part == NULL)
    return bulla_observation_waive (observation, NO_PART);
  if (question->request->destination == BULLA_DESTINATION_PREFETCH)
    return bulla_observation_waive (observation, N_ ("it is not used yet"));
  observation->words = part->finished ? N_ ("complete") : N_ ("still being received");
  return bulla_state_from_boolean (part->finished);
}

static BullaState
ask_all (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaPartFacts *part = question->request->part;

  if (part == NULL)
    return bulla_observation_waive (observation, NO_PART);
  if (question->request->destination == BULLA_DESTINATION_PREFETCH)
    return bulla_observation_waive (observation, N_ ("it is not used yet"));
  observation->text = part->missing;
  observation->words = N_ ("none is missing");
  return bulla_state_from_boolean (part->missing == NULL);
}

#define PREFETCH(id, reason, anchor, required, concerns, ask)                                      \
  {                                                                                                \
    id, BULLA_REASON_##reason, BULLA_REASON_NONE, anchor, required, concerns, ask                  \
  }

static const BullaRule rules[] = {
    PREFETCH ("prefetch.quota", PREFETCH_FULL, "CR prefetched_signed_exchange_cache",
              N_ ("fewer prefetches than a page may keep"), "C18", ask_quota),
    PREFETCH ("prefetch.storable", PREFETCH_NO_STORE, "RFC 9111 5.2.2.5; SUB: lifetime",
              N_ ("no no-store from the deliverer"), "C18", ask_storable),
    PREFETCH ("prefetch.vary", PREFETCH_VARY, "CR prefetched_signed_exchange_cache",
              N_ ("no Vary header, or only accept-encoding"), "C14 C16", ask_vary),
    PREFETCH ("prefetch.usable", PREFETCH_STALE, "SUB: lifetime; CR kPrefetchReuseMins",
              N_ ("freshness by the deliverer’s Cache-Control"), "C10", ask_usable),
    PREFETCH ("request.newest", REQUEST_LIVE_COPY, "LOAD 2.4: Date",
              N_ ("a Date later than that of the live copy"), "C10 C31", ask_newest),
    PREFETCH ("alternate.url", ALTERNATE_URL, "SUB: the signed URL", N_ ("the preloaded URL"),
              "C28", ask_part_url),
    PREFETCH ("alternate.header-integrity", ALTERNATE_HEADER_INTEGRITY, "LOAD 3: page load; SUB",
              N_ ("the headers that the page allows"), "C28", ask_integrity),
    PREFETCH ("alternate.deliverer", ALTERNATE_DELIVERER, "CR prefetched_signed_exchange_cache",
              N_ ("the page’s deliverer"), "C18", ask_deliverer),
    PREFETCH ("alternate.finished", ALTERNATE_UNFINISHED, "SUB: not finished at use",
              N_ ("a complete part before the page is shown"), "C18 C28", ask_finished),
    PREFETCH ("alternate.all", ALTERNATE_MISSING, "LOAD 3: canLoadAlternateSxg",
              N_ ("every part that the page allows, or none"), "C18 C28", ask_all),
};

const BullaRuleTable bulla_rules_prefetch = {.rules = rules, .n_rules = G_N_ELEMENTS (rules)};
