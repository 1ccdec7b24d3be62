/* bulla-caa-judge.c - judges whether CAA records permit a certificate and exchanges signed with it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * RFC 8659 tells authorities whether they may issue a certificate. Section 1 forbids relying
 * parties to validate certificates with CAA records; docs/caa.md says why Bulla examines them,
 * and what a judgement does not mean. */
#include "bulla-caa-judge.h"

#include "bulla-caa-property.h"

#define CLIMB "RFC 8659 3"
#define FORM "RFC 8659 4.1"
#define ISSUE "RFC 8659 4.2"
#define WILDCARD "RFC 8659 4.3"
#define CRITICAL "RFC 8659 4.5"
#define ACCOUNT "RFC 8657 3"
#define METHOD "RFC 8657 4"
#define EXCHANGES "SXG 4.2.1"

/* Properties that Bulla knows, so that their critical flag changes nothing: RFC 8659, RFC 9495,
 * and the registry of CAA properties. */
static const char *const KNOWN_TAGS[] = {
    "issue", "issuewild", "iodef", "issuemail", "contactemail", "contactphone",
};

/* Reasons why a single property does not permit exchanges, the one closest to a permission
 * first. */
static const BullaReason CLOSEST_FIRST[] = {
    BULLA_REASON_NONE,
    BULLA_REASON_CAA_DEPENDS,
    BULLA_REASON_CAA_PARAMETER_VALUE,
    BULLA_REASON_CAA_PARAMETER_MISSING,
    BULLA_REASON_CAA_UNSATISFIABLE,
    BULLA_REASON_CAA_OTHER_ISSUER,
    BULLA_REASON_CAA_MALFORMED,
    BULLA_REASON_CAA_EMPTY_ISSUER,
};

/* the judgement on one property, or on the best of several */
typedef struct {
  BullaCaaState issue;
  BullaReason reason; /* why exchanges are not permitted; BULLA_REASON_NONE if they are */
  const char *rule;
} Finding;

static guint
get_distance (BullaReason reason)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (CLOSEST_FIRST) && CLOSEST_FIRST[i] != reason)
    i++;
  return i;
}

static gboolean
is_tag (const BullaCaaRecord *record, const char *tag)
{
  return g_ascii_strcasecmp (record->tag, tag) == 0;
}

static gboolean
has_tag (const GPtrArray *records, const char *tag)
{
  for (guint i = 0; i < records->len; i++)
    if (is_tag (g_ptr_array_index (records, i), tag))
      return TRUE;
  return FALSE;
}

/* Says whether a property that Bulla does not know is critical (RFC 8659 section 4.5). */
static gboolean
has_unknown_critical (const GPtrArray *records)
{
  for (guint i = 0; i < records->len; i++) {
    const BullaCaaRecord *record = g_ptr_array_index (records, i);
    gboolean known = FALSE;
    for (size_t j = 0; j < G_N_ELEMENTS (KNOWN_TAGS); j++)
      known |= is_tag (record, KNOWN_TAGS[j]);
    if (!known && (record->flags & BULLA_CAA_FLAG_CRITICAL) != 0)
      return TRUE;
  }
  return FALSE;
}

/* @issuers: CAA domains of the issuer; NULL if any CA may issue */
static gboolean
is_one_of (const char *issuer, const char *const *issuers)
{
  if (issuers == NULL)
    return TRUE;
  for (size_t i = 0; issuers[i] != NULL; i++)
    if (g_ascii_strcasecmp (issuer, issuers[i]) == 0)
      return TRUE;
  return FALSE;
}

/* Judges the parameters of a property that names the issuer. */
static Finding
judge_parameters (const BullaCaaProperty *property)
{
  BullaCaaRestriction worst = MAX (property->account, property->method);
  const char *restricted_by = property->account == worst ? ACCOUNT : METHOD;
  BullaCaaState issue = worst == BULLA_CAA_UNRESTRICTED ? BULLA_CAA_PERMITTED : BULLA_CAA_NOT_KNOWN;

  if (worst == BULLA_CAA_UNSATISFIABLE)
    return (Finding){BULLA_CAA_FORBIDDEN, BULLA_REASON_CAA_UNSATISFIABLE, restricted_by};
  if (property->exchanges == BULLA_CAA_PARAMETER_MISSING)
    return (Finding){issue, BULLA_REASON_CAA_PARAMETER_MISSING, EXCHANGES};
  if (property->exchanges == BULLA_CAA_PARAMETER_OTHER)
    return (Finding){issue, BULLA_REASON_CAA_PARAMETER_VALUE, EXCHANGES};
  if (worst == BULLA_CAA_RESTRICTED)
    return (Finding){issue, BULLA_REASON_CAA_DEPENDS, restricted_by};
  return (Finding){issue, BULLA_REASON_NONE, ISSUE};
}

static Finding
judge_property (GBytes *value, const char *const *issuers)
{
  g_auto (BullaCaaProperty) property = {0};

  if (!bulla_caa_property_read (&property, value))
    return (Finding){BULLA_CAA_FORBIDDEN, BULLA_REASON_CAA_MALFORMED, ISSUE};
  if (property.issuer == NULL)
    return (Finding){BULLA_CAA_FORBIDDEN, BULLA_REASON_CAA_EMPTY_ISSUER, ISSUE};
  if (!is_one_of (property.issuer, issuers))
    return (Finding){BULLA_CAA_FORBIDDEN, BULLA_REASON_CAA_OTHER_ISSUER, ISSUE};
  return judge_parameters (&property);
}

/* orders findings from the one that permits most to the one that permits least */
static int
get_strictness (BullaCaaState state)
{
  return state == BULLA_CAA_PERMITTED ? 0 : state == BULLA_CAA_NOT_KNOWN ? 1 : 2;
}

/* Authorisations add up (RFC 8659 section 4.2): one property that authorises is enough. */
static Finding
judge_properties (const GPtrArray *records, const char *tag, const char *const *issuers)
{
  Finding best = {BULLA_CAA_FORBIDDEN, BULLA_REASON_CAA_EMPTY_ISSUER, ISSUE};

  for (guint i = 0; i < records->len; i++) {
    const BullaCaaRecord *record = g_ptr_array_index (records, i);
    if (!is_tag (record, tag))
      continue;
    Finding finding = judge_property (record->value, issuers);
    if (get_strictness (finding.issue) < get_strictness (best.issue))
      best.issue = finding.issue;
    if (get_distance (finding.reason) < get_distance (best.reason)) {
      best.reason = finding.reason;
      best.rule = finding.rule;
    }
  }
  return best;
}

/* @found: the answer whose records decide
 *
 * A malformed record may be a critical one, or name other issuers. As this cannot be decided, it
 * permits nothing, whatever the other records say. */
static Finding
judge_set (const BullaCaaAnswer *found, gboolean wildcard, const char *const *issuers)
{
  const GPtrArray *records = found->records;
  /* for wildcard names issuewild replaces issue; for other names it is ignored (section 4.3) */
  gboolean replaced = wildcard && has_tag (records, "issuewild");
  const char *tag = replaced ? "issuewild" : "issue";

  if (found->unreadable > 0)
    return (Finding){BULLA_CAA_FORBIDDEN, BULLA_REASON_CAA_MALFORMED, FORM};
  if (has_unknown_critical (records))
    return (Finding){BULLA_CAA_FORBIDDEN, BULLA_REASON_CAA_CRITICAL, CRITICAL};
  if (!has_tag (records, tag))
    return (Finding){BULLA_CAA_PERMITTED, BULLA_REASON_CAA_NO_PROPERTY,
                     has_tag (records, "issuewild") ? WILDCARD : CLIMB};
  Finding finding = judge_properties (records, tag, issuers);
  if (wildcard && finding.reason != BULLA_REASON_CAA_DEPENDS
      && finding.reason != BULLA_REASON_CAA_UNSATISFIABLE)
    finding.rule = WILDCARD;
  return finding;
}

/* A bogus or missing answer may hide records, so its records are not evaluated. */
static Finding
judge_climb (const BullaCaaClimb *climb, const char *const *issuers)
{
  const BullaCaaAnswer *found = bulla_caa_climb_get_found (climb);
  BullaDnssec dnssec = bulla_caa_climb_get_dnssec (climb);

  if (climb->answers->len == 0)
    return (Finding){BULLA_CAA_NOT_KNOWN, BULLA_REASON_CAA_OFFLINE, CLIMB};
  if (dnssec == BULLA_DNSSEC_BOGUS)
    return (Finding){BULLA_CAA_NOT_KNOWN, BULLA_REASON_CAA_BOGUS, CLIMB};
  if (dnssec == BULLA_DNSSEC_NO_ANSWER || bulla_caa_climb_get_next (climb) != NULL)
    return (Finding){BULLA_CAA_NOT_KNOWN, BULLA_REASON_CAA_NO_ANSWER, CLIMB};
  if (issuers != NULL && issuers[0] == NULL)
    return (Finding){BULLA_CAA_NOT_KNOWN, BULLA_REASON_CAA_ISSUER_UNKNOWN, ISSUE};
  if (found == NULL)
    return (Finding){BULLA_CAA_PERMITTED, BULLA_REASON_CAA_NO_PROPERTY, EXCHANGES};
  return judge_set (found, climb->wildcard, issuers);
}

/* Returns the state of exchanges that follows from @reason. */
static BullaCaaState
get_state (BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_NONE:
    return BULLA_CAA_PERMITTED;
  case BULLA_REASON_CAA_DEPENDS:
  case BULLA_REASON_CAA_OFFLINE:
  case BULLA_REASON_CAA_BOGUS:
  case BULLA_REASON_CAA_NO_ANSWER:
  case BULLA_REASON_CAA_ISSUER_UNKNOWN:
    return BULLA_CAA_NOT_KNOWN;
  default:
    return BULLA_CAA_FORBIDDEN;
  }
}

/**
 * bulla_caa_judge: (skip)
 * @self: (out caller-allocates): the judgement; it borrows from @climb
 * @climb: the answers for one host. A climb without answers was never started; an unfinished
 *   one lacks an answer
 * @issuers: (array zero-terminated=1) (nullable): the domains by which CAA records name the issuer;
 *   empty if the issuer is not known; %NULL to judge whether any CA is permitted
 *
 * A certificate may sign exchanges if a property authorises its issuer and also has
 * cansignhttpexchanges=yes (signed exchanges, section 4.2.1). Without any record, issuance is
 * unrestricted, but exchanges are forbidden.
 */
void
bulla_caa_judge (BullaCaaJudgement *self, const BullaCaaClimb *climb, const char *const *issuers)
{
  const BullaCaaAnswer *found = bulla_caa_climb_get_found (climb);
  Finding finding = judge_climb (climb, issuers);

  *self = (BullaCaaJudgement){
      .issue = finding.issue,
      .exchanges = get_state (finding.reason),
      .rule = finding.rule,
      .reason = finding.reason,
      .found_at = found != NULL ? found->name : NULL,
      .dnssec = bulla_caa_climb_get_dnssec (climb),
  };
}

/**
 * bulla_caa_judge_dnssec: (skip)
 * @climb: the answers for one host
 *
 * Returns: why DNSSEC does not authenticate all answers; %BULLA_REASON_NONE if it does
 */
BullaReason
bulla_caa_judge_dnssec (const BullaCaaClimb *climb)
{
  if (climb->answers->len == 0)
    return BULLA_REASON_CAA_OFFLINE;
  switch (bulla_caa_climb_get_dnssec (climb)) {
  case BULLA_DNSSEC_BOGUS:
    return BULLA_REASON_CAA_BOGUS;
  case BULLA_DNSSEC_NO_ANSWER:
    return BULLA_REASON_CAA_NO_ANSWER;
  case BULLA_DNSSEC_INSECURE:
    return BULLA_REASON_CAA_INSECURE;
  default:
    return bulla_caa_climb_get_next (climb) != NULL ? BULLA_REASON_CAA_NO_ANSWER
                                                    : BULLA_REASON_NONE;
  }
}

const char *
bulla_caa_state_get_nick (BullaCaaState state)
{
  static const char *const nicks[] = {"not-known", "permitted", "forbidden"};

  g_return_val_if_fail (state < G_N_ELEMENTS (nicks), NULL);
  return nicks[state];
}

const char *
bulla_dnssec_get_nick (BullaDnssec state)
{
  static const char *const nicks[] = {"bogus", "no-answer", "insecure", "secure"};

  g_return_val_if_fail (state < G_N_ELEMENTS (nicks), NULL);
  return nicks[state];
}
