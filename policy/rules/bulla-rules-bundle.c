/* bulla-rules-bundle.c - rules on the parts of a bundle before its responses
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

#include <string.h>

#define NOT_READ N_ ("reading stopped before this point")

/* The progress of reading a bundle. */
typedef enum {
  STAGE_ANYWHERE, /* the fault may be anywhere in the bundle */
  STAGE_MAGIC,
  STAGE_VERSION,
  STAGE_SECTION_LENGTHS,
  STAGE_SECTIONS,
} Stage;

/* The stage at which a fault is met; b1 has its primary URL before the sections. */
static const Stage stages[BULLA_N_REASONS] = {
    [BULLA_REASON_BUNDLE_MAGIC] = STAGE_MAGIC,
    [BULLA_REASON_BUNDLE_VERSION] = STAGE_VERSION,
    [BULLA_REASON_BUNDLE_SECTION_LENGTHS] = STAGE_SECTION_LENGTHS,
    [BULLA_REASON_BUNDLE_SECTION_COUNT] = STAGE_SECTION_LENGTHS,
    [BULLA_REASON_BUNDLE_SECTION_DUPLICATE] = STAGE_SECTION_LENGTHS,
    [BULLA_REASON_BUNDLE_SECTION_ORDER] = STAGE_SECTION_LENGTHS,
    [BULLA_REASON_BUNDLE_SECTION_MISSING] = STAGE_SECTION_LENGTHS,
    [BULLA_REASON_BUNDLE_SECTION_TOO_LONG] = STAGE_SECTION_LENGTHS,
    [BULLA_REASON_BUNDLE_SECTION_RANGE] = STAGE_SECTION_LENGTHS,
    [BULLA_REASON_BUNDLE_PRIMARY] = STAGE_SECTIONS,
    [BULLA_REASON_BUNDLE_CRITICAL] = STAGE_SECTIONS,
    [BULLA_REASON_BUNDLE_MANIFEST] = STAGE_SECTIONS,
    [BULLA_REASON_INDEX_URL] = STAGE_SECTIONS,
    [BULLA_REASON_INDEX_URL_RELATIVE] = STAGE_SECTIONS,
    [BULLA_REASON_INDEX_ENTRY] = STAGE_SECTIONS,
    [BULLA_REASON_INDEX_VARIANTS] = STAGE_SECTIONS,
    [BULLA_REASON_INDEX_RANGE] = STAGE_SECTIONS,
    [BULLA_REASON_SUBSET_MALFORMED] = STAGE_SECTIONS,
    [BULLA_REASON_SUBSET_NOT_CANONICAL] = STAGE_SECTIONS,
    [BULLA_REASON_SUBSET_TYPE] = STAGE_SECTIONS,
    [BULLA_REASON_SUBSET_AUTHORITY] = STAGE_SECTIONS,
    [BULLA_REASON_SUBSET_URL] = STAGE_SECTIONS,
};

static Stage
stage_of (const BullaBundleFacts *bundle, BullaReason reason)
{
  if (reason == BULLA_REASON_BUNDLE_PRIMARY && g_strcmp0 (bundle->version, "b1") == 0)
    return STAGE_SECTION_LENGTHS;
  return stages[reason];
}

/* Says whether the subject of the rule was read before the fault was met. */
static gboolean
is_before_fault (const BullaBundleFacts *bundle, BullaReason reason)
{
  Stage fault = stage_of (bundle, bundle->head.reason);

  if (fault == STAGE_ANYWHERE)
    fault = bundle->version != NULL ? STAGE_SECTION_LENGTHS : STAGE_MAGIC;
  Stage stage = stage_of (bundle, reason);
  return stage != STAGE_ANYWHERE && stage < fault;
}

static void
observe_version (const BullaBundleFacts *bundle, BullaObservation *observation)
{
  observation->text = bundle->version;
  observation->range = bundle->version_range;
}

static void
observe_critical (const BullaBundleFacts *bundle, BullaObservation *observation)
{
  observation->text = bundle->unknown_sections;
  observation->words = N_ ("all are known");
}

static void
observe_primary (const BullaBundleFacts *bundle, BullaObservation *observation)
{
  observation->text = bundle->primary_url;
  observation->words = N_ ("none");
  observation->range = bundle->primary_range;
}

/* b1 states the URL in the bundle, but no specification requires readers to check it */
static void
observe_manifest (const BullaBundleFacts *bundle, BullaObservation *observation)
{
  if (bundle->manifest_found != BULLA_NO)
    observation->text = bundle->manifest_url;
  observation->words =
      bundle->manifest_url == NULL ? N_ ("none") : N_ ("a manifest that is not in the bundle");
}

static void
observe_entries (const BullaBundleFacts *bundle, BullaObservation *observation)
{
  observation->number = bundle->n_resources;
  observation->unit = BULLA_UNIT_COUNT;
}

static void
observe_index (const BullaBundleFacts *bundle, BullaObservation *observation)
{
  observation->text = bundle->index_text;
}

static void
observe_authorities (const BullaBundleFacts *bundle, BullaObservation *observation)
{
  observation->number = bundle->n_authorities;
  observation->unit = BULLA_UNIT_COUNT;
}

/* Functions that state the observation if the rule of a reason passes; NULL if there is none. */
static void (*const observers[BULLA_N_REASONS]) (const BullaBundleFacts *, BullaObservation *) = {
    [BULLA_REASON_BUNDLE_VERSION] = observe_version,
    [BULLA_REASON_BUNDLE_CRITICAL] = observe_critical,
    [BULLA_REASON_BUNDLE_PRIMARY] = observe_primary,
    [BULLA_REASON_BUNDLE_MANIFEST] = observe_manifest,
    [BULLA_REASON_INDEX_ENTRY] = observe_entries,
    [BULLA_REASON_INDEX_RANGE] = observe_index,
    [BULLA_REASON_SUBSET_AUTHORITY] = observe_authorities,
};

static BullaState
ask_head (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaBundleFacts *bundle = &question->facts->bundle;

  /* some truncation is found only when the trailing length is read */
  if (rule->reason == BULLA_REASON_BUNDLE_TRUNCATED
      && bundle->length.reason == BULLA_REASON_BUNDLE_TRUNCATED)
    return bulla_rule_ask_part (&bundle->length, rule, observation);
  BullaState state = bulla_rule_ask_part (&bundle->head, rule, observation);
  if (state == BULLA_STATE_UNASKED && bundle->head.read == BULLA_NO
      && is_before_fault (bundle, rule->reason)) {
    *observation = (BullaObservation){0};
    state = BULLA_STATE_HELD;
  }
  if (state == BULLA_STATE_HELD && observers[rule->reason] != NULL)
    observers[rule->reason](bundle, observation);
  return state;
}

static BullaState
ask_subset (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaBundleFacts *bundle = &question->facts->bundle;

  if (bundle->head.read == BULLA_YES && bundle->n_authorities == 0 && bundle->n_subsets == 0)
    return bulla_observation_waive (observation, N_ ("there are no signatures"));
  return ask_head (question, rule, observation);
}

static BullaState
ask_primary_found (const BullaQuestion *question, const BullaRule *rule,
                   BullaObservation *observation)
{
  const BullaBundleFacts *bundle = &question->facts->bundle;

  if (bundle->head.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  if (bundle->primary_url == NULL)
    return bulla_observation_waive (observation, N_ ("there is no primary URL"));
  if (bundle->primary_found == BULLA_UNKNOWN)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  observation->text = bundle->primary_url;
  observation->range = bundle->primary_range;
  return bulla_state_from_boolean (bundle->primary_found == BULLA_YES);
}

/* The end of a stream is checked only after it has arrived. */
static BullaState
ask_length (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaBundleFacts *bundle = &question->facts->bundle;
  BullaState state = bulla_rule_ask_part (&bundle->length, rule, observation);

  if (state == BULLA_STATE_HELD) {
    observation->number = (gint64)MIN (bundle->total_length, G_MAXINT64);
    observation->unit = BULLA_UNIT_BYTES;
  }
  return state;
}

/* An isolated app has the URLs of its own ID; a bundle that is signed only as a whole may have any
 * others, unless the profile takes signed bundles for isolated apps alone. */
static BullaState
ask_app_urls (const BullaQuestion *question, const BullaRule *rule, BullaObservation *observation)
{
  const BullaBundleFacts *bundle = &question->facts->bundle;
  gboolean own = question->settings->app_urls == BULLA_APP_URLS_OWN;

  if (bundle->head.read != BULLA_YES)
    return bulla_observation_leave_unasked (observation, NOT_READ);
  if (question->facts->integrity.present != BULLA_YES)
    return bulla_observation_waive (observation, N_ ("the bundle is not signed as a whole"));
  if (question->facts->integrity.web_bundle_id == NULL)
    return bulla_observation_leave_unasked (observation, N_ ("the app has no ID"));
  observation->text = own ? bundle->app_odd_url : bundle->app_foreign_url;
  if (own && observation->text == NULL && bundle->primary_url != NULL) {
    observation->text = bundle->primary_url;
    observation->required = N_ ("no primary URL in an isolated app");
  }
  return bulla_state_from_boolean (observation->text == NULL);
}

#define HEAD(id, prefix, reason, anchor, required, ask)                                            \
  {                                                                                                \
    id, BULLA_REASON_##prefix##_##reason, BULLA_REASON_NONE, anchor, required, "C19", ask          \
  }
#define BUNDLE(id, reason, anchor, required)                                                       \
  HEAD ("bundle." id, BUNDLE, reason, anchor, required, ask_head)
#define INDEX(id, reason, anchor, required)                                                        \
  HEAD ("index." id, INDEX, reason, anchor, required, ask_head)
#define SUBSET(id, reason, required)                                                               \
  HEAD ("subset." id, SUBSET, reason, "SIGX", required, ask_subset)

static const BullaRule rules[] = {
    {"bundle.complete", BULLA_REASON_BUNDLE_TRUNCATED, BULLA_REASON_BUNDLE_TRUNCATED,
     "B2#top-level; B1", N_ ("everything before the responses"), "C19", ask_head},
    BUNDLE ("magic", MAGIC, "B2#top-level; B1", "U+1F310 U+1F4E6"),
    BUNDLE ("version", VERSION, "B2#top-level; B1",
            N_ ("b1 in an array of six elements, or b2 in one of five")),
    BUNDLE ("well-formed", MALFORMED, "B2#top-level; RFC 8949 3", N_ ("complete CBOR items")),
    BUNDLE ("canonical", NOT_CANONICAL, "B2#top-level; RFC 8949 4.2.1",
            N_ ("shortest lengths, definite lengths, keys sorted and unique")),
    BUNDLE ("types", TYPE, "B2#sections; B1", N_ ("the types of the CDDL")),
    BUNDLE ("no-trailing-bytes", TRAILING_BYTES, "B2#top-level", N_ ("nothing after an item")),
    BUNDLE ("size", TOO_LARGE, "our caps", N_ ("no more than Bulla holds in memory")),
    BUNDLE ("section-lengths", SECTION_LENGTHS, "B2#top-level",
            N_ ("pairs of name and length, in fewer than 8192 bytes")),
    BUNDLE ("section-count", SECTION_COUNT, "B2#sections", N_ ("as many sections as lengths")),
    BUNDLE ("sections-once", SECTION_DUPLICATE, "B1: load a bundle's metadata",
            N_ ("no duplicate sections")),
    BUNDLE ("section-order", SECTION_ORDER, "B2#sections", N_ ("responses as the last section")),
    BUNDLE ("needed-sections", SECTION_MISSING, "B2#sections", N_ ("index and responses")),
    BUNDLE ("section-size", SECTION_TOO_LONG, "CRB: metadata section",
            N_ ("no more bytes in a section than the profile allows")),
    BUNDLE ("section-ranges", SECTION_RANGE, "B1: load a bundle's metadata",
            N_ ("sections as long as stated, inside the bundle")),
    BUNDLE ("critical", CRITICAL, "B2#critical-section", N_ ("only known critical sections")),
    BUNDLE ("primary-url", PRIMARY, "PRIM; B1",
            N_ ("an absolute URL, or a relative one in b2, without fragment or credentials")),
    HEAD ("index.app-urls", INDEX, APP_URL, "IWA: scheme",
          N_ ("URLs of the app’s own ID, without a query"), ask_app_urls),
    HEAD ("bundle.has-primary", BUNDLE, PRIMARY_MISSING, "PRIM", N_ ("a URL in the index"),
          ask_primary_found),
    BUNDLE ("manifest-url", MANIFEST, "B1: manifest section",
            N_ ("a URL without fragment or credentials")),
    HEAD ("bundle.length", BUNDLE, LENGTH, "B2#from-end", N_ ("the bundle’s length in bytes"),
          ask_length),

    INDEX ("urls", URL, "B2#index-section; B1",
           N_ ("URLs that all parsers read the same way, without fragment or credentials")),
    INDEX ("absolute-urls", URL_RELATIVE, "B2#semantics-naming; B1",
           N_ ("a base URL for relative URLs")),
    INDEX ("entries", ENTRY, "B2#index-section; B1",
           N_ ("offset and length in the format of the version")),
    INDEX ("variants", VARIANTS, "B1: index section",
           N_ ("a location for every combination of variants")),
    INDEX ("locations", RANGE, "B1: load a response",
           N_ ("a location inside the responses section")),

    SUBSET ("well-formed", MALFORMED, N_ ("complete CBOR items")),
    SUBSET ("canonical", NOT_CANONICAL,
            N_ ("shortest lengths, definite lengths, keys sorted and unique")),
    SUBSET ("types", TYPE, N_ ("the types of the CDDL")),
    SUBSET ("authority", AUTHORITY, N_ ("an authority that the bundle contains")),
    SUBSET ("urls", URL, N_ ("https URLs without a fragment")),
};

const BullaRuleTable bulla_rules_bundle = {
    .rules = rules, .n_rules = G_N_ELEMENTS (rules), .about_form = TRUE};
