/* bulla-caa.c - CAA records, and the climb: their look-ups from a host up through its parent names
 * (RFC 8659)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-caa.h"

#include <string.h>

/**
 * bulla_caa_record_new: (skip)
 * @flags: its flags
 * @tag: the tag of its property
 * @value: (array length=length) (nullable): its value
 * @length: bytes of @value
 *
 * Returns: (transfer full): a record
 */
BullaCaaRecord *
bulla_caa_record_new (guint8 flags, const char *tag, const guint8 *value, gsize length)
{
  BullaCaaRecord *self = g_new0 (BullaCaaRecord, 1);

  self->flags = flags;
  self->tag = g_strdup (tag);
  self->value = g_bytes_new (value, length);
  return self;
}

/**
 * bulla_caa_record_read: (skip)
 * @rdata: (array length=length): the data of a CAA record from an untrusted DNS message
 * @length: bytes of @rdata
 *
 * RFC 8659 section 4.1: one byte of flags, one byte with the length of the tag, the tag (at least
 * one ASCII letter or digit), and the value.
 *
 * Returns: (transfer full) (nullable): the record; %NULL if @rdata has another form
 */
BullaCaaRecord *
bulla_caa_record_read (const guint8 *rdata, gsize length)
{
  char tag[BULLA_CAA_TAG_MAX + 1] = {0};

  if (length < 2 || rdata[1] == 0 || rdata[1] > length - 2)
    return NULL;
  gsize size = rdata[1];
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isalnum (rdata[2 + i]))
      return NULL;
  memcpy (tag, rdata + 2, size);
  return bulla_caa_record_new (rdata[0], tag, rdata + 2 + size, length - 2 - size);
}

void
bulla_caa_record_free (BullaCaaRecord *self)
{
  g_free (self->tag);
  g_bytes_unref (self->value);
  g_free (self);
}

/**
 * bulla_caa_answer_new: (skip)
 * @name: the queried name, in lower-case A-labels without a final dot
 * @dnssec: the state of the answer
 * @rcode: response code (RFC 1035 section 4.1.1); -1 without a response
 *
 * Returns: (transfer full): an answer without records
 */
BullaCaaAnswer *
bulla_caa_answer_new (const char *name, BullaDnssec dnssec, int rcode)
{
  BullaCaaAnswer *self = g_new0 (BullaCaaAnswer, 1);

  self->name = g_strdup (name);
  self->dnssec = dnssec;
  self->rcode = rcode;
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_caa_record_free);
  return self;
}

void
bulla_caa_answer_free (BullaCaaAnswer *self)
{
  g_free (self->name);
  g_free (self->alias);
  g_free (self->detail);
  g_ptr_array_unref (self->records);
  g_free (self);
}

/**
 * bulla_caa_climb_new: (skip)
 * @host: a DNS name in lower-case A-labels, without a final dot and without "*."
 * @wildcard: whether the look-up is for "*." and @host
 *
 * Returns: (transfer full): a climb in which no name was looked up yet
 */
BullaCaaClimb *
bulla_caa_climb_new (const char *host, gboolean wildcard)
{
  BullaCaaClimb *self = g_atomic_rc_box_new0 (BullaCaaClimb);

  self->host = g_strdup (host);
  self->wildcard = wildcard;
  self->answers = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_caa_answer_free);
  return self;
}

BullaCaaClimb *
bulla_caa_climb_ref (BullaCaaClimb *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
climb_clear (gpointer data)
{
  BullaCaaClimb *self = data;

  g_free (self->host);
  g_ptr_array_unref (self->answers);
}

/**
 * bulla_caa_climb_unref: (skip)
 * @self: a climb; after its end it is immutable, and any thread may release it
 */
void
bulla_caa_climb_unref (BullaCaaClimb *self)
{
  g_atomic_rc_box_release_full (self, climb_clear);
}

static const BullaCaaAnswer *
get_last (const BullaCaaClimb *self)
{
  return self->answers->len > 0 ? g_ptr_array_index (self->answers, self->answers->len - 1) : NULL;
}

/* Says whether an answer ends the climb: it has records, or may hide some. */
static gboolean
answer_ends_climb (const BullaCaaAnswer *answer)
{
  return answer->dnssec <= BULLA_DNSSEC_NO_ANSWER || answer->records->len > 0
         || answer->unreadable > 0;
}

/**
 * bulla_caa_climb_get_next: (skip)
 * @self: a climb
 *
 * RFC 8659 section 3: first the host, then each parent up to the top-level domain. After an alias,
 * the parent of the queried name comes next, not that of its target. The first answer with records
 * ends the climb, and so does a bogus or missing one, because it may hide records.
 *
 * Returns: (nullable): the name to look up next, owned by @self; %NULL if the climb has ended
 */
const char *
bulla_caa_climb_get_next (const BullaCaaClimb *self)
{
  const BullaCaaAnswer *last = get_last (self);
  const char *name = self->host;

  if (last == NULL)
    return name;
  if (answer_ends_climb (last))
    return NULL;
  for (guint i = 0; i < self->answers->len && name != NULL; i++) {
    const char *dot = strchr (name, '.');
    name = dot != NULL ? dot + 1 : NULL;
  }
  return name;
}

/**
 * bulla_caa_climb_take: (skip)
 * @self: a climb that has not ended
 * @answer: (transfer full): the answer for the name that bulla_caa_climb_get_next() returned
 */
void
bulla_caa_climb_take (BullaCaaClimb *self, BullaCaaAnswer *answer)
{
  g_return_if_fail (g_strcmp0 (bulla_caa_climb_get_next (self), answer->name) == 0);

  g_ptr_array_add (self->answers, answer);
}

/**
 * bulla_caa_climb_get_dnssec: (skip)
 * @self: a climb
 *
 * Returns: the weakest state among the names looked up; %BULLA_DNSSEC_NO_ANSWER if there are none
 */
BullaDnssec
bulla_caa_climb_get_dnssec (const BullaCaaClimb *self)
{
  BullaDnssec weakest = BULLA_DNSSEC_SECURE;

  for (guint i = 0; i < self->answers->len; i++) {
    const BullaCaaAnswer *answer = g_ptr_array_index (self->answers, i);
    weakest = MIN (weakest, answer->dnssec);
  }
  return self->answers->len > 0 ? weakest : BULLA_DNSSEC_NO_ANSWER;
}

/**
 * bulla_caa_climb_get_valid_until: (skip)
 * @self: a climb
 *
 * Returns: the last second in which the signatures of all its answers are valid, as Unix time; 0 if
 *   none is signed
 */
gint64
bulla_caa_climb_get_valid_until (const BullaCaaClimb *self)
{
  gint64 first = 0;

  for (guint i = 0; i < self->answers->len; i++) {
    const BullaCaaAnswer *answer = g_ptr_array_index (self->answers, i);
    if (answer->valid_until != 0 && (first == 0 || answer->valid_until < first))
      first = answer->valid_until;
  }
  return first;
}

/**
 * bulla_caa_climb_get_found: (skip)
 * @self: a climb that is over
 *
 * Returns: (nullable): the answer whose records decide; %NULL if no name has records, or a bogus or
 *   missing answer ended the climb
 */
const BullaCaaAnswer *
bulla_caa_climb_get_found (const BullaCaaClimb *self)
{
  const BullaCaaAnswer *last = get_last (self);

  if (last == NULL || last->dnssec <= BULLA_DNSSEC_NO_ANSWER)
    return NULL;
  return last->records->len > 0 || last->unreadable > 0 ? last : NULL;
}
