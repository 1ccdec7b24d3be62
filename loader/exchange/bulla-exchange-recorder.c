/* bulla-exchange-recorder.c - writes accepted exchanges into the store, in a thread of its own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-exchange-recorder.h"

#include <string.h>

#include "bulla-exchange-log.h"
#include "bulla-history.h"
#include "bulla-load-internal.h"
#include "bulla-url.h"

#define LIVE_AHEAD_MAX 300 /* seconds; if a server is further ahead, our clock dates it */
#define WAITING_MAX 8192   /* live versions that wait to be written; more are left out */

/* The data of one load that are recorded, copied for the writing thread. */
typedef struct {
  GStringChunk *strings; /* owned; keeps the strings that the other members borrow */
  char *waiting;         /* owned; nullable; of a live version: its entry in the set of those */
  BullaSighting sighting;
  gboolean refused;            /* the version is older than one seen before; only that is counted */
  gboolean logged;             /* @entry is appended to the log */
  BullaExchangeLogEntry entry; /* log entry of the exchange */
} Memo;

static void
memo_free (Memo *self)
{
  g_string_chunk_free (self->strings);
  g_free (self->waiting);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Memo, memo_free)

static const char *
intern (Memo *self, const char *text)
{
  return text != NULL ? g_string_chunk_insert (self->strings, text) : NULL;
}

static Memo *
memo_new (const char *url, BullaSeenSource source, gint64 date, gint64 now)
{
  Memo *self = g_new0 (Memo, 1);

  self->strings = g_string_chunk_new (512);
  self->sighting =
      (BullaSighting){.url = intern (self, url), .source = source, .date = date, .seen = now};
  return self;
}

/* Returns: (nullable): the host of the distributor; NULL for a local file */
static const char *
find_distributor (Memo *self, BullaLoad *load)
{
  const char *text = bulla_outer_get_url (bulla_load_get_outer (load));
  g_auto (BullaUrl) url = {0};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  if (text == NULL
      || !bulla_url_read (&url, text, strcspn (text, "#"), BULLA_URL_WHATWG, &reason, &detail))
    return NULL;
  return intern (self, url.host);
}

static const char *
find_body_digest (Memo *self, BullaLoad *load)
{
  g_autofree char *text = bulla_facts_dup_body_digest (bulla_load_get_facts (load));

  return intern (self, text);
}

static void
fill_entry (Memo *self, BullaLoad *load)
{
  g_autofree char *certificate = bulla_load_dup_certificate_sha256 (load);

  self->logged = TRUE;
  self->entry = (BullaExchangeLogEntry){
      .time = self->sighting.seen,
      .url = self->sighting.url,
      .distributor = self->sighting.distributor,
      .date = self->sighting.date,
      .expires = bulla_load_get_expires (load),
      .certificate_sha256 = intern (self, certificate),
      .header_integrity = self->sighting.header_integrity,
      .body_digest = find_body_digest (self, load),
      .profile = intern (self, bulla_verdict_get_profile_name (bulla_load_get_verdict (load))),
  };
}

/* Returns: whether a signature speaks for the load: it is an exchange, or a response of a bundle
 * that a signed subset covers */
static gboolean
is_signed (BullaLoad *load)
{
  return bulla_load_peek_bundle (load) == NULL
         || bulla_load_get_facts (load)->response.vouched == BULLA_YES;
}

/* Returns: (transfer full) (nullable): what to record; NULL unless the load is a signed version
 * that was accepted, or refused because it is older */
static Memo *
memo_new_for_load (BullaLoad *load, gint64 now)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);

  if (verdict == NULL || !is_signed (load))
    return NULL;
  gboolean refused = bulla_verdict_get_reason (verdict) == BULLA_REASON_HISTORY_OLDER;
  if (!refused && bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SUBSTITUTE)
    return NULL;
  Memo *self =
      memo_new (bulla_load_get_url (load), BULLA_SEEN_EXCHANGE, bulla_load_get_date (load), now);
  self->refused = refused;
  self->sighting.distributor = find_distributor (self, load);
  self->sighting.header_integrity = intern (self, bulla_load_get_header_integrity (load));
  if (!refused && bulla_load_peek_bundle (load) == NULL)
    fill_entry (self, load);
  return self;
}

static gboolean
memo_write (const Memo *self, BullaStore *store, GError **error)
{
  if (self->refused)
    return bulla_history_note_refused (store, self->sighting.url, self->sighting.seen, error);
  return bulla_history_note (store, &self->sighting, error)
         && (!self->logged || bulla_exchange_log_append (store, &self->entry, error));
}

/**
 * bulla_store_remember_load: (skip)
 * @store: a store
 * @load: an exchange, or a response of a bundle; one that was not accepted is left out, but one
 *   that was refused because it is older is counted
 * @now: Unix seconds
 * @error: a %BULLA_STORE_ERROR
 *
 * Returns when the entry is on the disk.
 */
gboolean
bulla_store_remember_load (BullaStore *store, BullaLoad *load, gint64 now, GError **error)
{
  g_autoptr (Memo) memo = memo_new_for_load (load, now);

  return memo == NULL || memo_write (memo, store, error);
}

/* --- the writing thread, because a commit waits for the disk */

struct _BullaExchangeRecorder {
  BullaStore *store; /* owned */
  BullaExchangeRecorderFunc failed;
  gpointer user_data;  /* passed to @failed */
  GThreadPool *pool;   /* owned; has one thread, so that entries are written in order */
  GMutex mutex;        /* locks @waiting */
  GHashTable *waiting; /* owned; set of char *: live versions that are still to be written */
  char *last;          /* owned; NULL before a failure; the last reported message */
};

/* Reports repeated failures of one cause, such as a full disk, only once. */
static void
report_failure (BullaExchangeRecorder *self, const GError *error)
{
  if (error != NULL && g_strcmp0 (self->last, error->message) != 0)
    self->failed (error->message, self->user_data);
  g_free (self->last);
  self->last = error != NULL ? g_strdup (error->message) : NULL;
}

static void
write_memo (gpointer data, gpointer user_data)
{
  g_autoptr (Memo) memo = data;
  g_autoptr (GError) error = NULL;
  BullaExchangeRecorder *self = user_data;

  if (memo->waiting != NULL) {
    g_mutex_lock (&self->mutex);
    g_hash_table_remove (self->waiting, memo->waiting);
    g_mutex_unlock (&self->mutex);
  }
  memo_write (memo, self->store, &error);
  report_failure (self, error);
}

/* A page may request one URL, or many, faster than a disk writes.
 *
 * Returns: whether the version is still to be written: it does not wait already, nor do too many */
static gboolean
begin_waiting (BullaExchangeRecorder *self, Memo *memo)
{
  const BullaSighting *seen = &memo->sighting;
  gboolean added = FALSE;

  memo->waiting =
      g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s", seen->date, seen->seen,
                       seen->url, seen->validator != NULL ? seen->validator : "");
  g_mutex_lock (&self->mutex);
  if (g_hash_table_size (self->waiting) < WAITING_MAX
      && !g_hash_table_contains (self->waiting, memo->waiting))
    added = g_hash_table_add (self->waiting, g_strdup (memo->waiting));
  g_mutex_unlock (&self->mutex);
  return added;
}

/**
 * bulla_exchange_recorder_new: (skip)
 * @store: a store
 * @failed: called in the writing thread if something could not be written
 * @user_data: for @failed
 */
BullaExchangeRecorder *
bulla_exchange_recorder_new (BullaStore *store, BullaExchangeRecorderFunc failed,
                             gpointer user_data)
{
  BullaExchangeRecorder *self = g_new0 (BullaExchangeRecorder, 1);

  self->store = g_object_ref (store);
  self->failed = failed;
  self->user_data = user_data;
  g_mutex_init (&self->mutex);
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pool = g_thread_pool_new (write_memo, self, 1, FALSE, NULL);
  return self;
}

/* Waits until everything is written. */
void
bulla_exchange_recorder_free (BullaExchangeRecorder *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_hash_table_unref (self->waiting);
  g_mutex_clear (&self->mutex);
  g_object_unref (self->store);
  g_free (self->last);
  g_free (self);
}

/**
 * bulla_exchange_recorder_note_load: (skip)
 * @self: a recorder
 * @load: as of bulla_store_remember_load(); one that was noted before is left out
 * @now: Unix seconds
 */
void
bulla_exchange_recorder_note_load (BullaExchangeRecorder *self, BullaLoad *load, gint64 now)
{
  static const char noted[] = "bulla-recorder-noted";
  Memo *memo =
      g_object_get_data (G_OBJECT (load), noted) == NULL ? memo_new_for_load (load, now) : NULL;

  if (memo == NULL)
    return;
  g_object_set_data (G_OBJECT (load), noted, load);
  g_thread_pool_push (self->pool, memo, NULL);
}

/**
 * bulla_exchange_recorder_note_refused: (skip)
 * @self: a recorder
 * @load: (nullable): what did not answer a request; it is counted if it was refused because it is
 *   older than a version seen before, and left out for any other reason
 * @now: Unix seconds
 */
void
bulla_exchange_recorder_note_refused (BullaExchangeRecorder *self, BullaLoad *load, gint64 now)
{
  BullaVerdict *verdict = load != NULL ? bulla_load_get_verdict (load) : NULL;

  if (verdict != NULL && bulla_verdict_get_reason (verdict) == BULLA_REASON_HISTORY_OLDER)
    bulla_exchange_recorder_note_load (self, load, now);
}

/**
 * bulla_exchange_recorder_note_live: (skip)
 * @self: a recorder
 * @url: URL of a page that its own server sent
 * @date: Unix seconds: the Date of the response
 * @validator: (nullable): its ETag or Last-Modified
 * @now: Unix seconds
 *
 * URLs with a query are not recorded, because a query can contain secrets, such as those of a link
 * in an e-mail. Nor are versions that come while thousands of others wait for the disk.
 */
void
bulla_exchange_recorder_note_live (BullaExchangeRecorder *self, const char *url, gint64 date,
                                   const char *validator, gint64 now)
{
  if (strchr (url, '?') != NULL)
    return;
  g_autoptr (Memo) memo =
      memo_new (url, BULLA_SEEN_LIVE, date > now + LIVE_AHEAD_MAX ? now : date, now);
  memo->sighting.validator = intern (memo, validator);
  if (begin_waiting (self, memo))
    g_thread_pool_push (self->pool, g_steal_pointer (&memo), NULL);
}
