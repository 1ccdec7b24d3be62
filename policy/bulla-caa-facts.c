/* bulla-caa-facts.c - combines the CAA judgements for all names of a certificate into one verdict
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-caa-judge.h"
#include "bulla-caa-records.h"
#include "bulla-facts.h"

#define RECORDS_SHOWN 4 /* most records shown for one name */

static const char *
get_dnssec_text (BullaDnssec dnssec)
{
  switch (dnssec) {
  case BULLA_DNSSEC_BOGUS:
    return "the answer contradicts DNSSEC";
  case BULLA_DNSSEC_NO_ANSWER:
    return "DNS gives no answer";
  case BULLA_DNSSEC_INSECURE:
    return "the zone is not signed";
  case BULLA_DNSSEC_SECURE:
  default:
    return "secure";
  }
}

/* Returns the first answer with the weakest DNSSEC state of the climb. */
static const BullaCaaAnswer *
find_weakest (const BullaCaaClimb *climb)
{
  BullaDnssec dnssec = bulla_caa_climb_get_dnssec (climb);

  for (guint i = 0; i < climb->answers->len; i++) {
    const BullaCaaAnswer *answer = g_ptr_array_index (climb->answers, i);
    if (answer->dnssec == dnssec)
      return answer;
  }
  return NULL;
}

static char *
dup_dnssec_text (const BullaCaaClimb *climb)
{
  const BullaCaaAnswer *answer = find_weakest (climb);
  const char *text = get_dnssec_text (bulla_caa_climb_get_dnssec (climb));

  if (answer == NULL)
    return g_strdup_printf ("%s: %s", climb->host, text);
  if (answer->detail == NULL)
    return g_strdup_printf ("%s: %s", answer->name, text);
  /* most details begin with the name */
  gsize length = strlen (answer->name);
  gboolean named = g_str_has_prefix (answer->detail, answer->name)
                   && g_str_has_prefix (answer->detail + length, ": ");
  return g_strdup_printf ("%s: %s (%s)", answer->name, text,
                          answer->detail + (named ? length + 2 : 0));
}

/* Returns: whether the text about the climb's DNSSEC state begins with the host itself */
static gboolean
names_host (const BullaCaaClimb *climb)
{
  const BullaCaaAnswer *answer = find_weakest (climb);

  return answer == NULL || strcmp (answer->name, climb->host) == 0;
}

static void
append_records (GString *text, const BullaCaaAnswer *found)
{
  g_string_append_printf (text, "%s has", found->name);
  for (guint i = 0; i < MIN (found->records->len, RECORDS_SHOWN); i++) {
    const BullaCaaRecord *record = g_ptr_array_index (found->records, i);
    g_autofree char *value = bulla_caa_value_dup_text (record->value);
    g_string_append_printf (text, "%s %u %s \"%s\"", i > 0 ? "," : "", record->flags, record->tag,
                            value);
  }
  if (found->records->len > RECORDS_SHOWN)
    g_string_append_printf (text, ", and %u more", found->records->len - RECORDS_SHOWN);
  if (found->unreadable > 0)
    g_string_append (text, " a record that cannot be read");
}

/* Returns: (transfer full): a description of the CAA records that decided about the host */
static char *
dup_text (const BullaCaaFacts *caa, const BullaCaaClimb *climb, BullaReason reason)
{
  if (reason == BULLA_REASON_CAA_ISSUER_UNKNOWN)
    return g_strdup_printf ("the CAA domain of %s is not known",
                            caa->issuer != NULL ? caa->issuer : "the issuer");

  const BullaCaaAnswer *found = bulla_caa_climb_get_found (climb);
  gboolean unusable = bulla_caa_climb_get_dnssec (climb) <= BULLA_DNSSEC_NO_ANSWER;
  gboolean named =
      found != NULL ? strcmp (found->name, climb->host) == 0 : unusable && names_host (climb);
  g_autoptr (GString) text = g_string_new (climb->wildcard ? "*." : NULL);

  if (climb->wildcard || !named)
    g_string_append_printf (text, "%s: ", climb->host);
  if (found != NULL) {
    append_records (text, found);
  } else if (unusable) {
    g_autofree char *why = dup_dnssec_text (climb);
    g_string_append (text, why);
  } else {
    g_string_append (text, "no CAA records");
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
take_dnssec (BullaFacts *self, const BullaCaaClimb *climb)
{
  BullaCaaFacts *caa = &self->caa;
  BullaDnssec dnssec = bulla_caa_climb_get_dnssec (climb);

  if (dnssec >= caa->dnssec)
    return;
  g_autofree char *text = dup_dnssec_text (climb);
  caa->dnssec = dnssec;
  caa->dnssec_detail = bulla_facts_intern (self, text);
}

/* A forbidden name outweighs an unknown one; among equals the first one counts. */
static void
take_judgement (BullaFacts *self, const BullaCaaClimb *climb)
{
  BullaCaaFacts *caa = &self->caa;
  BullaCaaJudgement judgement;

  bulla_facts_judge_caa (self, climb, &judgement);
  if (judgement.exchanges == BULLA_CAA_PERMITTED || caa->exchanges == BULLA_CAA_FORBIDDEN
      || caa->exchanges == judgement.exchanges)
    return;
  g_autofree char *text = dup_text (caa, climb, judgement.reason);
  caa->exchanges = judgement.exchanges;
  caa->reason = judgement.reason;
  caa->detail = bulla_facts_intern (self, text);
}

/**
 * bulla_facts_judge_caa: (skip)
 * @self: facts
 * @climb: the CAA lookups for one host, from @self
 * @judgement: (out caller-allocates): what the CAA records say about the certificate's issuer
 */
void
bulla_facts_judge_caa (const BullaFacts *self, const BullaCaaClimb *climb,
                       BullaCaaJudgement *judgement)
{
  static const char *const unknown[] = {NULL}; /* an empty list; NULL would permit any CA */

  const char *const *issuers = (const char *const *)self->caa.issuers;

  bulla_caa_judge (judgement, climb, issuers != NULL ? issuers : unknown);
}

/**
 * bulla_facts_conclude_caa: (skip)
 * @self: facts about a known certificate, and the CAA lookups for its names
 *
 * RFC 8659 and IMPL 4.2.1: all names must be permitted. The state of a name that was not looked up
 * is unknown.
 */
void
bulla_facts_conclude_caa (BullaFacts *self)
{
  BullaCaaFacts *caa = &self->caa;
  guint n_hosts = caa->hosts != NULL ? g_strv_length (caa->hosts) : 0;
  guint n_asked = caa->climbs != NULL ? caa->climbs->len : 0;

  caa->exchanges = BULLA_CAA_PERMITTED;
  caa->reason = BULLA_REASON_NONE;
  caa->detail = NULL;
  caa->dnssec = BULLA_DNSSEC_SECURE;
  for (guint i = 0; i < n_asked; i++) {
    take_judgement (self, g_ptr_array_index (caa->climbs, i));
    take_dnssec (self, g_ptr_array_index (caa->climbs, i));
  }
  if (n_asked == n_hosts && n_hosts > 0)
    return;
  caa->dnssec = MIN (caa->dnssec, BULLA_DNSSEC_NO_ANSWER);
  if (caa->exchanges == BULLA_CAA_FORBIDDEN)
    return;
  caa->exchanges = BULLA_CAA_NOT_KNOWN;
  caa->reason = caa->unasked != BULLA_REASON_NONE ? caa->unasked : BULLA_REASON_CAA_NO_ANSWER;
  caa->detail = NULL;
}

/**
 * bulla_facts_find_next_caa_host: (skip)
 * @self: facts about a known certificate
 *
 * Returns: (nullable): the next of its names to look up, which lies in @self; %NULL if all were
 *   looked up, if DNS could not be asked, or if the certificate has more names than are looked up
 */
const char *
bulla_facts_find_next_caa_host (const BullaFacts *self)
{
  const BullaCaaFacts *caa = &self->caa;
  guint n = caa->climbs != NULL ? caa->climbs->len : 0;

  if (caa->hosts == NULL || caa->unasked != BULLA_REASON_NONE || n >= BULLA_CAA_HOSTS_MAX)
    return NULL;
  return caa->hosts[n];
}

/**
 * bulla_facts_take_caa: (skip)
 * @self: facts about a known certificate
 * @climb: (nullable): what DNS says of the name from bulla_facts_find_next_caa_host(); %NULL if DNS
 *   was not asked
 * @reason: without @climb: why
 * @now: Unix time in s
 *
 * After the last name, the names are combined into one verdict.
 */
void
bulla_facts_take_caa (BullaFacts *self, BullaCaaClimb *climb, BullaReason reason, gint64 now)
{
  BullaCaaFacts *caa = &self->caa;

  if (caa->climbs == NULL)
    caa->climbs = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_caa_climb_unref);
  if (caa->climbs->len == 0)
    caa->since = now;
  if (climb != NULL) {
    g_ptr_array_add (caa->climbs, bulla_caa_climb_ref (climb));
    caa->ended = 0;
  } else {
    caa->unasked = reason;
  }
  if (bulla_facts_find_next_caa_host (self) == NULL)
    bulla_facts_conclude_caa (self);
}

/**
 * bulla_facts_share_caa: (skip)
 * @self: facts about a certificate
 * @from: facts about the same certificate, with CAA lookups
 *
 * Takes over the lookups, and what follows from them.
 */
void
bulla_facts_share_caa (BullaFacts *self, const BullaFacts *from)
{
  for (guint i = 0; from->caa.climbs != NULL && i < from->caa.climbs->len; i++)
    bulla_facts_take_caa (self, g_ptr_array_index (from->caa.climbs, i), BULLA_REASON_NONE,
                          from->caa.since);
  if (from->caa.unasked != BULLA_REASON_NONE)
    bulla_facts_take_caa (self, NULL, from->caa.unasked, from->caa.since);
}

/* Returns: the last second in which the answers could be relied on, as Unix time; 0 if they still
 * can be. A signature that had ended before the answers were taken was not needed. */
static gint64
find_end (const BullaCaaFacts *caa, gint64 now)
{
  gint64 end = 0;

  for (guint i = 0; caa->climbs != NULL && i < caa->climbs->len; i++) {
    const BullaCaaClimb *climb = g_ptr_array_index (caa->climbs, i);
    gint64 until = bulla_caa_climb_get_valid_until (climb);
    if (bulla_caa_climb_get_dnssec (climb) > BULLA_DNSSEC_NO_ANSWER && until > 0
        && until >= caa->since && until < now && (end == 0 || until < end))
      end = until;
  }
  return end;
}

/**
 * bulla_facts_drop_ended_caa: (skip)
 * @self: facts about a known certificate
 * @now: Unix time in s
 *
 * RFC 4035 section 5.3.3: an answer must not be used after its signatures have expired. Drops the
 * answers for all names if those of one have expired since they were taken; DNS can then be asked
 * again, from the first name.
 *
 * Returns: whether answers were dropped
 */
gboolean
bulla_facts_drop_ended_caa (BullaFacts *self, gint64 now)
{
  BullaCaaFacts *caa = &self->caa;
  gint64 ended = find_end (caa, now);

  if (ended == 0)
    return FALSE;
  caa->ended = ended;
  g_ptr_array_set_size (caa->climbs, 0);
  caa->unasked = BULLA_REASON_NONE;
  caa->exchanges = BULLA_CAA_NOT_KNOWN;
  caa->reason = BULLA_REASON_NONE;
  caa->dnssec = BULLA_DNSSEC_NO_ANSWER;
  caa->detail = caa->dnssec_detail = NULL;
  return TRUE;
}
