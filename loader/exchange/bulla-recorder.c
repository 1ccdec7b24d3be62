/* bulla-recorder.c - writes accepted exchanges into the store, in a thread of its own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-recorder.h"

#include <string.h>

#include "bulla-history.h"
#include "bulla-load-internal.h"
#include "bulla-log.h"
#include "bulla-origin.h"

#define LIVE_AHEAD_MAX 300 /* seconds; if a server is further ahead, our clock dates it */

/* The data of one load that are recorded, copied for the writing thread. */
typedef struct {
  GStringChunk *strings; /* owned; keeps the strings that the other members borrow */
  BullaSighting sighting;
  BullaLogEntry entry; /* log entry of the exchange */
} Memo;

static void
memo_free (Memo *self)
{
  g_string_chunk_free (self->strings);
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

  if (text == NULL || !bulla_url_parse (&url, text, strcspn (text, "#"), &reason, &detail))
    return NULL;
  return intern (self, url.host);
}

/* Returns: (nullable): the digest of the whole body, in the format of `Digest` */
static const char *
find_body_digest (Memo *self, BullaLoad *load)
{
  const BullaFacts *facts = bulla_load_get_facts (load);

  if (facts->digest != BULLA_DIGEST_FOUND)
    return NULL;
  g_autofree char *base64 = g_base64_encode (facts->proof, sizeof facts->proof);
  g_autofree char *text = g_strconcat ("mi-sha256-03=", base64, NULL);
  return intern (self, text);
}

/* Returns: (transfer full) (nullable): the data to record; NULL unless the load is an accepted
 * exchange */
static Memo *
memo_new_for_load (BullaLoad *load, gint64 now)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);

  if (bulla_load_peek_bundle (load) != NULL || verdict == NULL
      || bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SUBSTITUTE)
    return NULL;
  Memo *self =
      memo_new (bulla_load_get_url (load), BULLA_SEEN_EXCHANGE, bulla_load_get_date (load), now);
  g_autofree char *certificate = bulla_load_dup_certificate_sha256 (load);
  self->sighting.distributor = find_distributor (self, load);
  self->sighting.header_integrity = intern (self, bulla_load_get_header_integrity (load));
  self->entry = (BullaLogEntry){
      .time = now,
      .url = self->sighting.url,
      .distributor = self->sighting.distributor,
      .date = self->sighting.date,
      .expires = bulla_load_get_expires (load),
      .certificate_sha256 = intern (self, certificate),
      .header_integrity = self->sighting.header_integrity,
      .body_digest = find_body_digest (self, load),
      .profile = intern (self, bulla_verdict_get_profile_name (verdict)),
  };
  return self;
}

static gboolean
memo_write (const Memo *self, BullaStore *store, GError **error)
{
  gboolean exchange = self->sighting.source == BULLA_SEEN_EXCHANGE;

  return bulla_history_note (store, &self->sighting, error)
         && (!exchange || bulla_log_append (store, &self->entry, error));
}

/**
 * bulla_store_remember_load: (skip)
 * @store: a store
 * @load: an exchange; ignored if it was not accepted
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

struct _BullaRecorder {
  BullaStore *store; /* owned */
  BullaRecorderFunc failed;
  gpointer user_data; /* passed to @failed */
  GThreadPool *pool;  /* owned; has one thread, so that entries are written in order */
  char *last;         /* owned; NULL before a failure; the last reported message */
};

/* Reports repeated failures of one cause, such as a full disk, only once. */
static void
tell (BullaRecorder *self, const GError *error)
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
  BullaRecorder *self = user_data;

  memo_write (memo, self->store, &error);
  tell (self, error);
}

/**
 * bulla_recorder_new: (skip)
 * @store: a store
 * @failed: called in the writing thread if something could not be written
 * @user_data: for @failed
 */
BullaRecorder *
bulla_recorder_new (BullaStore *store, BullaRecorderFunc failed, gpointer user_data)
{
  BullaRecorder *self = g_new0 (BullaRecorder, 1);

  self->store = g_object_ref (store);
  self->failed = failed;
  self->user_data = user_data;
  self->pool = g_thread_pool_new (write_memo, self, 1, FALSE, NULL);
  return self;
}

/* Waits until everything is written. */
void
bulla_recorder_free (BullaRecorder *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_object_unref (self->store);
  g_free (self->last);
  g_free (self);
}

/**
 * bulla_recorder_note_load: (skip)
 * @self: a recorder
 * @load: an exchange; ignored if it was not accepted, or was noted before
 * @now: Unix seconds
 */
void
bulla_recorder_note_load (BullaRecorder *self, BullaLoad *load, gint64 now)
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
 * bulla_recorder_note_live: (skip)
 * @self: a recorder
 * @url: URL of a page that its own server sent
 * @date: Unix seconds: the Date of the response
 * @validator: (nullable): its ETag or Last-Modified
 * @now: Unix seconds
 *
 * URLs with a query are not recorded, because a query can contain secrets, such as those of a link
 * in an e-mail.
 */
void
bulla_recorder_note_live (BullaRecorder *self, const char *url, gint64 date, const char *validator,
                          gint64 now)
{
  if (strchr (url, '?') != NULL)
    return;
  Memo *memo = memo_new (url, BULLA_SEEN_LIVE, date > now + LIVE_AHEAD_MAX ? now : date, now);
  memo->sighting.validator = intern (memo, validator);
  g_thread_pool_push (self->pool, memo, NULL);
}
