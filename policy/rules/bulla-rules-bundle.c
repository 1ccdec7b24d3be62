/* bulla-rules-bundle.c - can the bundle be read, up to its responses?
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

#include <string.h>

#define NOT_READ "the bundle was not read so far"

/* how far the reading has come by then; 0: such a fault may lie anywhere */
static guint
stage_of (const BullaBundleFacts *bundle, BullaReason reason)
{
  if (reason == BULLA_REASON_BUNDLE_MAGIC)
    return 1;
  if (reason == BULLA_REASON_BUNDLE_VERSION)
    return 2;
  if (reason >= BULLA_REASON_BUNDLE_SECTION_LENGTHS && reason <= BULLA_REASON_BUNDLE_SECTION_RANGE)
    return 3;
  /* b1 has it in front of the sections */
  if (reason == BULLA_REASON_BUNDLE_PRIMARY)
    return g_strcmp0 (bundle->version, "b1") == 0 ? 3 : 4;
  if (reason == BULLA_REASON_BUNDLE_CRITICAL || reason == BULLA_REASON_BUNDLE_MANIFEST)
    return 4;
  if (reason >= BULLA_REASON_INDEX_URL && reason <= BULLA_REASON_SUBSET_URL)
    return 4;
  return 0;
}

/* was what the rule is about read before the fault was met? */
static gboolean
is_before_fault (const BullaBundleFacts *bundle, BullaReason reason)
{
  guint fault = stage_of (bundle, bundle->head.reason);
  if (fault == 0)
    fault = bundle->version != NULL ? 3 : 1;
  guint stage = stage_of (bundle, reason);
  return stage > 0 && stage < fault;
}

static void
observe (const BullaBundleFacts *bundle, BullaReason reason, BullaAnswer *answer)
{
  switch ((int)reason) {
  case BULLA_REASON_BUNDLE_VERSION:
    answer->text = bundle->version;
    answer->range = bundle->version_range;
    break;
  case BULLA_REASON_BUNDLE_CRITICAL:
    answer->text = bundle->unknown_sections != NULL ? bundle->unknown_sections : "all are known";
    break;
  case BULLA_REASON_BUNDLE_PRIMARY:
    answer->text = bundle->primary_url != NULL ? bundle->primary_url : "none";
    answer->range = bundle->primary_range;
    break;
  case BULLA_REASON_BUNDLE_MANIFEST:
    /* B1 has it in the bundle, and no reader asks for that */
    answer->text = bundle->manifest_url == NULL         ? "none"
                   : bundle->manifest_found == BULLA_NO ? "one that is not in the bundle"
                                                        : bundle->manifest_url;
    break;
  case BULLA_REASON_INDEX_ENTRY:
    answer->number = bundle->n_resources;
    answer->unit = BULLA_UNIT_COUNT;
    break;
  case BULLA_REASON_INDEX_RANGE:
    answer->text = bundle->index_text;
    break;
  case BULLA_REASON_SUBSET_AUTHORITY:
    answer->number = bundle->n_authorities;
    answer->unit = BULLA_UNIT_COUNT;
    break;
  default:
    break;
  }
}

static BullaState
ask_head (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaBundleFacts *bundle = &question->facts->bundle;
  /* the end is looked at when the rest was read */
  if (rule->reason == BULLA_REASON_BUNDLE_TRUNCATED
      && bundle->length.reason == BULLA_REASON_BUNDLE_TRUNCATED)
    return bulla_rule_ask_part (&bundle->length, rule, answer);
  BullaState state = bulla_rule_ask_part (&bundle->head, rule, answer);
  if (state == BULLA_STATE_UNASKED && bundle->head.read == BULLA_NO
      && is_before_fault (bundle, rule->reason)) {
    *answer = (BullaAnswer){0};
    state = BULLA_STATE_HELD;
  }
  if (state == BULLA_STATE_HELD)
    observe (bundle, rule->reason, answer);
  return state;
}

static BullaState
ask_subset (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaBundleFacts *bundle = &question->facts->bundle;
  if (bundle->head.read == BULLA_YES && bundle->n_authorities == 0 && bundle->n_subsets == 0)
    return bulla_answer_waive (answer, "there are no signatures");
  return ask_head (question, rule, answer);
}

static BullaState
ask_primary_found (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaBundleFacts *bundle = &question->facts->bundle;
  if (bundle->head.read != BULLA_YES)
    return bulla_answer_unasked (answer, NOT_READ);
  if (bundle->primary_url == NULL)
    return bulla_answer_waive (answer, "there is no primary URL");
  if (bundle->primary_found == BULLA_UNKNOWN)
    return bulla_answer_unasked (answer, NOT_READ);
  answer->text = bundle->primary_url;
  answer->range = bundle->primary_range;
  return bulla_answer_is (bundle->primary_found == BULLA_YES);
}

/* of a stream it is asked when its end has come */
static BullaState
ask_length (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaBundleFacts *bundle = &question->facts->bundle;
  BullaState state = bulla_rule_ask_part (&bundle->length, rule, answer);
  if (state == BULLA_STATE_HELD) {
    answer->number = (gint64)MIN (bundle->total_length, G_MAXINT64);
    answer->unit = BULLA_UNIT_BYTES;
  }
  return state;
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
     "B2#top-level; B1", "everything in front of the responses", "C19", ask_head},
    BUNDLE ("magic", MAGIC, "B2#top-level; B1", "U+1F310 U+1F4E6"),
    BUNDLE ("version", VERSION, "B2#top-level; B1", "b1 in an array of six, or b2 in one of five"),
    BUNDLE ("well-formed", MALFORMED, "B2#top-level; RFC 8949 3", "CBOR items, each whole"),
    BUNDLE ("canonical", NOT_CANONICAL, "B2#top-level; RFC 8949 4.2.1",
            "shortest lengths, definite lengths, keys sorted and unique"),
    BUNDLE ("types", TYPE, "B2#sections; B1", "the types of the CDDL"),
    BUNDLE ("no-trailing-bytes", TRAILING_BYTES, "B2#top-level", "nothing after an item"),
    BUNDLE ("size", TOO_LARGE, "our caps", "no more than we hold in memory"),
    BUNDLE ("section-lengths", SECTION_LENGTHS, "B2#top-level",
            "pairs of name and length, in less than 8192 bytes"),
    BUNDLE ("section-count", SECTION_COUNT, "B2#sections", "as many sections as lengths"),
    BUNDLE ("sections-once", SECTION_DUPLICATE, "B1: load a bundle's metadata", "no section twice"),
    BUNDLE ("section-order", SECTION_ORDER, "B2#sections", "responses last"),
    BUNDLE ("needed-sections", SECTION_MISSING, "B2#sections", "index and responses"),
    BUNDLE ("section-size", SECTION_TOO_LONG, "CRB: metadata section", "at most 1 MiB each"),
    BUNDLE ("section-ranges", SECTION_RANGE, "B1: load a bundle's metadata",
            "sections as long as stated, inside the bundle"),
    BUNDLE ("critical", CRITICAL, "B2#critical-section", "no critical section that is not known"),
    BUNDLE ("primary-url", PRIMARY, "PRIM; B1",
            "an absolute URL, or a relative one of b2, without fragment or credentials"),
    HEAD ("bundle.has-primary", BUNDLE, PRIMARY_MISSING, "PRIM", "a URL of the index",
          ask_primary_found),
    BUNDLE ("manifest-url", MANIFEST, "B1: manifest section",
            "a URL without fragment or credentials"),
    HEAD ("bundle.length", BUNDLE, LENGTH, "B2#from-end", "the number of its bytes", ask_length),

    INDEX ("urls", URL, "B2#index-section; B1",
           "URLs that every parser reads alike, without fragment or credentials"),
    INDEX ("absolute-urls", URL_RELATIVE, "B2#semantics-naming; B1", "a base for what is relative"),
    INDEX ("entries", ENTRY, "B2#index-section; B1", "offset and length, as the version has them"),
    INDEX ("variants", VARIANTS, "B1: index section", "a location for every combination"),
    INDEX ("locations", RANGE, "B1: load a response", "inside the responses"),

    SUBSET ("well-formed", MALFORMED, "CBOR items, each whole"),
    SUBSET ("canonical", NOT_CANONICAL,
            "shortest lengths, definite lengths, keys sorted and unique"),
    SUBSET ("types", TYPE, "the types of the CDDL"),
    SUBSET ("authority", AUTHORITY, "an authority that is there"),
    SUBSET ("urls", URL, "https URLs without fragment"),
};

const BullaRuleTable bulla_rules_bundle = {rules, G_N_ELEMENTS (rules), FALSE};
