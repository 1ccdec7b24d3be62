/* bulla-facts.c - stores the facts learnt about a package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-facts.h"

#include <string.h>

static const BullaOcspFacts no_ocsp = {
    .next_update = -1, .revoked_at = -1, .responder_end = G_MAXINT64};

BullaFacts *
bulla_facts_new (void)
{
  BullaFacts *self = g_atomic_rc_box_new0 (BullaFacts);

  self->strings = g_string_chunk_new (1024);
  self->ocsp = no_ocsp;
  self->validity = (BullaValidityFacts)BULLA_VALIDITY_FACTS_NONE;
  self->history.newest = -1;
  return self;
}

BullaFacts *
bulla_facts_ref (BullaFacts *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
forget_certificate (BullaFacts *self)
{
  g_clear_pointer (&self->cert.reach, g_ptr_array_unref);
  self->cert = (BullaCertFacts){0};
}

static void
forget_caa (BullaFacts *self)
{
  g_strfreev (self->caa.hosts);
  g_strfreev (self->caa.issuers);
  g_clear_pointer (&self->caa.climbs, g_ptr_array_unref);
  self->caa = (BullaCaaFacts){0};
}

static void
facts_clear (gpointer data)
{
  BullaFacts *self = data;

  g_string_chunk_free (self->strings);
  g_free (self->header_text);
  g_free (self->header);
  forget_certificate (self);
  forget_caa (self);
  g_clear_pointer (&self->within, bulla_facts_unref);
  g_clear_pointer (&self->former, bulla_facts_unref);
}

void
bulla_facts_unref (BullaFacts *self)
{
  g_atomic_rc_box_release_full (self, facts_clear);
}

/**
 * bulla_facts_intern: (skip)
 * @self: facts
 * @text: (nullable): a string
 *
 * Returns: (nullable): a copy that lives as long as the facts
 */
const char *
bulla_facts_intern (BullaFacts *self, const char *text)
{
  return text != NULL ? g_string_chunk_insert (self->strings, text) : NULL;
}

/**
 * bulla_facts_intern_anew: (skip)
 * @self: facts
 * @before: (nullable): what bulla_facts_intern() returned before, or this function
 * @text: (nullable): a string
 *
 * Like bulla_facts_intern(), for a fact that is learnt again and again: without a change nothing is
 * copied.
 *
 * Returns: (nullable): @before if it is equal, else a copy
 */
const char *
bulla_facts_intern_anew (BullaFacts *self, const char *before, const char *text)
{
  return g_strcmp0 (before, text) == 0 ? before : bulla_facts_intern (self, text);
}

/**
 * bulla_facts_forget_signature: (skip)
 * @self: facts
 *
 * Clears the facts about the current member of the Signature list, before the next one is read.
 */
void
bulla_facts_forget_signature (BullaFacts *self)
{
  self->signature = (BullaSignatureFacts){0};
}

/**
 * bulla_facts_forget_staples: (skip)
 * @self: facts
 *
 * Clears the facts about the OCSP response and the timestamps of a chain.
 */
void
bulla_facts_forget_staples (BullaFacts *self)
{
  self->ocsp = no_ocsp;
  self->sct = (BullaSctFacts){0};
}

/**
 * bulla_facts_forget_chain: (skip)
 * @self: facts
 *
 * Clears the facts about a certificate chain, before another one is read.
 */
void
bulla_facts_forget_chain (BullaFacts *self)
{
  self->chain = (BullaPart){0};
  self->chain_by_hand = BULLA_UNKNOWN;
  forget_certificate (self);
  bulla_facts_forget_staples (self);
  forget_caa (self);
  self->signature.key = BULLA_KEY_UNKNOWN;
  self->signature.key_name = NULL;
  self->signature.hash_matches = self->signature.valid = BULLA_UNKNOWN;
}

#define SWAP(field)                                                                                \
  do {                                                                                             \
    __typeof__ (self->field) kept = self->field;                                                   \
    self->field = other->field;                                                                    \
    other->field = kept;                                                                           \
  } while (0)

/**
 * bulla_facts_adopt_signature: (skip)
 * @self: facts about an exchange
 * @other: facts about the same exchange with another signature
 *
 * Exchanges what both know of the signature and of its chain. @self keeps @other, whose strings it
 * borrows from then on, and which still has those that earlier verdicts borrowed.
 */
void
bulla_facts_adopt_signature (BullaFacts *self, BullaFacts *other)
{
  g_return_if_fail (self->former == NULL && other->former == NULL);
  SWAP (signature);
  SWAP (chain);
  SWAP (chain_by_hand);
  SWAP (cert);
  SWAP (ocsp);
  SWAP (sct);
  SWAP (caa);
  SWAP (history);
  self->former = bulla_facts_ref (other);
}

void
bulla_part_set_ok (BullaPart *self)
{
  *self = (BullaPart){.read = BULLA_YES};
}

/**
 * bulla_facts_take_fault: (skip)
 * @self: facts
 * @part: the part of @self that is faulty
 * @error: (transfer full): a %BULLA_FAULT
 */
void
bulla_facts_take_fault (BullaFacts *self, BullaPart *part, GError *error)
{
  *part = (BullaPart){.read = BULLA_NO, .reason = error->code};
  bulla_fault_get_range (error, &part->range);
  part->detail = bulla_facts_intern (self, error->message);
  g_error_free (error);
}

/**
 * bulla_facts_skip: (skip)
 * @self: facts
 * @part: a part of @self that is not read
 * @why: the reason, for the trace
 */
void
bulla_facts_skip (BullaFacts *self, BullaPart *part, const char *why)
{
  *part = (BullaPart){.detail = bulla_facts_intern (self, why)};
}

static char *
dup_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  if (time == NULL) /* beyond the year 9999 */
    return g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

/**
 * bulla_facts_take_newest: (skip)
 * @self: facts about a signature that was read
 * @newest: Unix seconds: the date of the newest version seen of the URL; -1 if none was seen
 * @live: whether that version came from the publisher's own server
 *
 * Compares the date of the signature. The same date is the same version, or one as new.
 */
void
bulla_facts_take_newest (BullaFacts *self, gint64 newest, gboolean live)
{
  BullaHistoryFacts *history = &self->history;
  const char *before = history->older;

  history->known = BULLA_YES;
  history->newest = newest;
  history->live = live;
  history->older = NULL;
  if (newest < 0 || self->signature.date >= newest)
    return;
  g_autofree char *date = dup_time (self->signature.date);
  g_autofree char *seen = dup_time (newest);
  g_autofree char *text = g_strdup_printf ("signed %s; seen before: %s of %s", date,
                                           live ? "the live page" : "an exchange", seen);
  history->older = bulla_facts_intern_anew (self, before, text);
}

/**
 * bulla_facts_dup_body_digest: (skip)
 * @self: facts
 *
 * Returns: (transfer full) (nullable): the digest of the whole body, in the format of `Digest`;
 *   %NULL if the headers have none
 */
char *
bulla_facts_dup_body_digest (const BullaFacts *self)
{
  if (self->digest != BULLA_DIGEST_FOUND)
    return NULL;
  g_autofree char *base64 = g_base64_encode (self->proof, sizeof self->proof);
  return g_strconcat ("mi-sha256-03=", base64, NULL);
}

/**
 * bulla_facts_find_header: (skip)
 * @self: facts
 * @name: name of the header, in lower case
 *
 * Returns: (nullable): the signed header of that name
 */
const BullaHeader *
bulla_facts_find_header (const BullaFacts *self, const char *name)
{
  for (guint i = 0; i < self->n_headers; i++)
    if (strcmp (self->header[i].name, name) == 0)
      return &self->header[i];
  return NULL;
}
