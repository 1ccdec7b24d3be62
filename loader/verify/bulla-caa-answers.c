/* bulla-caa-answers.c - caches recent CAA answers from DNS for all threads
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * If several threads verify packages of one publisher, one of them queries DNS and the others
 * wait. */
#include "bulla-caa-answers.h"

#define KEPT_MAX 4096
#define KEPT_FOR (300 * G_TIME_SPAN_SECOND)   /* lifetime of a usable answer, in µs */
#define RETRY_AFTER (30 * G_TIME_SPAN_SECOND) /* lifetime of a bogus or missing answer, in µs */

typedef struct {
  BullaCaaClimb *climb; /* owned */
  gint64 until;         /* monotonic time in µs at which the entry expires */
} Kept;

struct _BullaCaaAnswers {
  GMutex mutex;
  GCond ended;       /* signalled when a look-up in @begun ends */
  GHashTable *kept;  /* owned; key -> Kept */
  GHashTable *begun; /* owned; keys that a thread is looking up */
};

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  bulla_caa_climb_unref (kept->climb);
  g_free (kept);
}

BullaCaaAnswers *
bulla_caa_answers_new (void)
{
  BullaCaaAnswers *self = g_atomic_rc_box_new0 (BullaCaaAnswers);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->ended);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free);
  self->begun = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

BullaCaaAnswers *
bulla_caa_answers_ref (BullaCaaAnswers *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
answers_clear (gpointer data)
{
  BullaCaaAnswers *self = data;

  g_hash_table_unref (self->kept);
  g_hash_table_unref (self->begun);
  g_cond_clear (&self->ended);
  g_mutex_clear (&self->mutex);
}

void
bulla_caa_answers_unref (BullaCaaAnswers *self)
{
  g_atomic_rc_box_release_full (self, answers_clear);
}

/* To be called with the mutex locked. */
static BullaCaaClimb *
find_kept (BullaCaaAnswers *self, const char *key, gint64 now)
{
  Kept *kept = g_hash_table_lookup (self->kept, key);

  if (kept == NULL)
    return NULL;
  if (now < kept->until)
    return bulla_caa_climb_ref (kept->climb);
  g_hash_table_remove (self->kept, key);
  return NULL;
}

/**
 * bulla_caa_answers_find: (skip)
 * @self: answers
 * @key: what DNS is asked, and at what time
 * @now: monotonic time, in µs
 *
 * Returns: (transfer full) (nullable): what DNS said of it a short time ago, if it was asked
 */
BullaCaaClimb *
bulla_caa_answers_find (BullaCaaAnswers *self, const char *key, gint64 now)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return find_kept (self, key, now);
}

/**
 * bulla_caa_answers_find_or_begin: (skip)
 * @self: answers
 * @key: the queried name and the time at which signatures are judged
 * @now: monotonic time, in µs
 * @until: monotonic time in µs at which to stop waiting for another thread that looks up the same
 *   key
 *
 * Returns: (transfer full) (nullable): the climb that ended in the last 5 minutes, or in the last
 *   30 seconds if an answer was bogus or missing; if it is %NULL, the caller must query DNS, and
 *   call bulla_caa_answers_end() in any case
 */
BullaCaaClimb *
bulla_caa_answers_find_or_begin (BullaCaaAnswers *self, const char *key, gint64 now, gint64 until)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  while (g_hash_table_contains (self->begun, key)
         && g_cond_wait_until (&self->ended, &self->mutex, until))
    ;
  BullaCaaClimb *climb = find_kept (self, key, now);
  if (climb == NULL)
    g_hash_table_add (self->begun, g_strdup (key));
  return climb;
}

/**
 * bulla_caa_answers_end: (skip)
 * @self: answers
 * @key: as in bulla_caa_answers_find_or_begin()
 * @climb: (nullable): the result; %NULL if the look-up was cancelled
 * @now: monotonic time, in µs
 * @time: Unix time in s that @now stands for
 *
 * The result is kept until its signatures end, if that comes first. A signature that had ended
 * before @time was not needed.
 */
void
bulla_caa_answers_end (BullaCaaAnswers *self, const char *key, BullaCaaClimb *climb, gint64 now,
                       gint64 time)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove (self->begun, key);
  g_cond_broadcast (&self->ended);
  if (climb == NULL)
    return;
  gboolean believed = bulla_caa_climb_get_dnssec (climb) > BULLA_DNSSEC_NO_ANSWER;
  Kept *kept = g_new0 (Kept, 1);
  if (g_hash_table_size (self->kept) >= KEPT_MAX)
    g_hash_table_remove_all (self->kept);
  kept->climb = bulla_caa_climb_ref (climb);
  kept->until = now + (believed ? KEPT_FOR : RETRY_AFTER);
  gint64 end = bulla_caa_climb_get_valid_until (climb);
  if (end >= time && end - time < KEPT_FOR / G_TIME_SPAN_SECOND)
    kept->until = MIN (kept->until, now + (end - time) * G_TIME_SPAN_SECOND);
  g_hash_table_replace (self->kept, g_strdup (key), kept);
}
