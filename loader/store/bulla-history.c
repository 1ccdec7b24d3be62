/* bulla-history.c - stores the newest version seen of each URL, so that older ones are noticed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-history.h"

#include <string.h>

#include "bulla-error.h"
#include "bulla-store-private.h"
#include "bulla-url-key.h"
#include "bulla-url.h"

#define COLUMNS                                                                                    \
  "url, newest, source, seen, distributor, signature_date, header_integrity,"                      \
  " (SELECT count (*) FROM history_version AS v WHERE v.url = h.url), refused, last_refused"

static const char *const SOURCES[] = {
    [BULLA_SEEN_EXCHANGE] = "exchange",
    [BULLA_SEEN_LIVE] = "live",
};

const char *
bulla_seen_source_get_nick (BullaSeenSource source)
{
  g_return_val_if_fail ((size_t)source < G_N_ELEMENTS (SOURCES), NULL);
  return SOURCES[source];
}

void
bulla_history_entry_free (BullaHistoryEntry *self)
{
  g_free (self->url);
  g_free (self->distributor);
  g_free (self->header_integrity);
  g_free (self);
}

/* Returns one spelling for all equivalent URLs, without the fragment. */
static char *
dup_url (const char *text)
{
  g_auto (BullaUrl) url = {0};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;
  gboolean parsed =
      bulla_url_read (&url, text, strcspn (text, "#"), BULLA_URL_WHATWG, &reason, &detail);

  return bulla_url_dup_key (parsed ? url.url : text);
}

/* Identifies a version, so that it is counted once. A live response without a validator is
 * identified by its date. */
static char *
dup_identity (const BullaSighting *sighting)
{
  const char *nick = bulla_seen_source_get_nick (sighting->source);

  if (sighting->source == BULLA_SEEN_EXCHANGE)
    return g_strdup_printf ("%s %" G_GINT64_FORMAT " %s", nick, sighting->date,
                            sighting->header_integrity);
  return sighting->validator != NULL
             ? g_strdup_printf ("%s %s", nick, sighting->validator)
             : g_strdup_printf ("%s %" G_GINT64_FORMAT, nick, sighting->date);
}

/* Updates the newest version: an older version changes nothing; the same one updates only when it
 * was seen. */
static gboolean
note_newest (BullaStore *store, const BullaSighting *sighting, GError **error)
{
  static const char sql[] =
      "INSERT INTO history (url, origin, newest, source, seen, distributor, signature_date,"
      " header_integrity) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
      " ON CONFLICT (url) DO UPDATE SET newest = excluded.newest, source = excluded.source,"
      " seen = excluded.seen, distributor = excluded.distributor,"
      " signature_date = excluded.signature_date, header_integrity = excluded.header_integrity"
      " WHERE excluded.newest > newest OR (excluded.newest = newest AND excluded.source = source)";
  BullaStatement *statement = bulla_store_prepare (store, sql, error);
  gboolean exchange = sighting->source == BULLA_SEEN_EXCHANGE;
  g_autofree char *origin = bulla_url_dup_origin (sighting->url);

  if (statement == NULL)
    return FALSE;
  bulla_statement_bind_text (statement, 1, sighting->url);
  bulla_statement_bind_text (statement, 2, origin);
  sqlite3_bind_int64 (statement, 3, sighting->date);
  bulla_statement_bind_text (statement, 4, bulla_seen_source_get_nick (sighting->source));
  sqlite3_bind_int64 (statement, 5, sighting->seen);
  bulla_statement_bind_text (statement, 6, sighting->distributor);
  bulla_statement_bind_time (statement, 7, exchange ? sighting->date : -1);
  bulla_statement_bind_text (statement, 8, sighting->header_integrity);
  return bulla_store_run (store, statement, error);
}

static gboolean
note_version (BullaStore *store, const BullaSighting *sighting, GError **error)
{
  static const char sql[] = "INSERT INTO history_version (url, identity, date) VALUES (?1, ?2, ?3)"
                            " ON CONFLICT DO UPDATE SET date = max (date, excluded.date)";
  BullaStatement *statement = bulla_store_prepare (store, sql, error);
  g_autofree char *identity = dup_identity (sighting);

  if (statement == NULL)
    return FALSE;
  bulla_statement_bind_text (statement, 1, sighting->url);
  bulla_statement_bind_text (statement, 2, identity);
  sqlite3_bind_int64 (statement, 3, sighting->date);
  return bulla_store_run (store, statement, error);
}

/**
 * bulla_history_note: (skip)
 * @store: a store
 * @sighting: a version that was accepted; its URL is absolute and has an origin
 * @error: a %BULLA_STORE_ERROR
 *
 * Returns: whether the version is stored on disk
 */
gboolean
bulla_history_note (BullaStore *store, const BullaSighting *sighting, GError **error)
{
  BullaSighting own = *sighting;
  g_autofree char *url = dup_url (sighting->url);

  own.url = url;
  if (!bulla_store_begin (store, TRUE, error))
    return FALSE;
  gboolean done = note_newest (store, &own, error) && note_version (store, &own, error);
  return bulla_store_end (store, done, error);
}

static gboolean
count_refused (BullaStore *store, const char *url, gint64 time, GError **error)
{
  static const char sql[] =
      "UPDATE history SET refused = refused + 1, last_refused = ?2 WHERE url = ?1";
  BullaStatement *statement = bulla_store_prepare (store, sql, error);

  if (statement == NULL)
    return FALSE;
  bulla_statement_bind_text (statement, 1, url);
  sqlite3_bind_int64 (statement, 2, time);
  return bulla_store_run (store, statement, error);
}

/**
 * bulla_history_note_refused: (skip)
 * @store: a store
 * @url: URL of an exchange that was refused because a newer version was seen before
 * @time: Unix seconds
 * @error: a %BULLA_STORE_ERROR
 */
gboolean
bulla_history_note_refused (BullaStore *store, const char *url, gint64 time, GError **error)
{
  g_autofree char *key = dup_url (url);

  if (!bulla_store_begin (store, TRUE, error))
    return FALSE;
  gboolean done = count_refused (store, key, time, error);
  return bulla_store_end (store, done, error);
}

static BullaHistoryEntry *
read_entry (BullaStatement *row)
{
  BullaHistoryEntry *entry = g_new0 (BullaHistoryEntry, 1);
  g_autofree char *source = bulla_statement_dup_text (row, 2);

  entry->url = bulla_statement_dup_text (row, 0);
  entry->newest = sqlite3_column_int64 (row, 1);
  entry->source =
      g_strcmp0 (source, SOURCES[BULLA_SEEN_LIVE]) == 0 ? BULLA_SEEN_LIVE : BULLA_SEEN_EXCHANGE;
  entry->seen = sqlite3_column_int64 (row, 3);
  entry->distributor = bulla_statement_dup_text (row, 4);
  entry->signature_date = bulla_statement_get_time (row, 5);
  entry->header_integrity = bulla_statement_dup_text (row, 6);
  entry->versions = (guint64)sqlite3_column_int64 (row, 7);
  entry->refused = (guint64)sqlite3_column_int64 (row, 8);
  entry->last_refused = bulla_statement_get_time (row, 9);
  return entry;
}

/* Returns: whether it is an origin; a URL has a path, and an origin has none */
static gboolean
is_origin (const char *place)
{
  const char *host = strstr (place, "://");

  return host != NULL && strchr (host + 3, '/') == NULL;
}

static const char *
condition_of (const char *place)
{
  if (place == NULL)
    return "";
  return is_origin (place) ? "WHERE origin = ?1" : "WHERE url = ?1";
}

static gboolean
read_entries (BullaStore *store, const char *place, GPtrArray *entries, GError **error)
{
  g_autofree char *sql = g_strconcat ("SELECT " COLUMNS " FROM history AS h ", condition_of (place),
                                      " ORDER BY url", NULL);
  BullaStatement *statement = bulla_store_prepare (store, sql, error);
  gboolean row = TRUE;

  if (statement == NULL)
    return FALSE;
  if (place != NULL)
    bulla_statement_bind_text (statement, 1, place);
  while (row) {
    if (!bulla_store_step (store, statement, &row, error))
      return FALSE;
    if (row)
      g_ptr_array_add (entries, read_entry (statement));
  }
  return TRUE;
}

/**
 * bulla_history_list: (skip)
 * @store: a store
 * @place: (nullable): from bulla_history_dup_place(); %NULL for all
 * @error: a %BULLA_STORE_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type BullaHistoryEntry): the entries, sorted by URL;
 *   may be empty
 */
GPtrArray *
bulla_history_list (BullaStore *store, const char *place, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_history_entry_free);

  if (!bulla_store_begin (store, FALSE, error))
    return NULL;
  gboolean done = read_entries (store, place, entries, error);
  return bulla_store_end (store, done, error) ? g_steal_pointer (&entries) : NULL;
}

/**
 * bulla_history_find: (skip)
 * @store: a store
 * @url: a URL
 * @entry: (out) (transfer full) (nullable): the recorded versions of @url; %NULL if it was never
 *   seen
 * @error: a %BULLA_STORE_ERROR
 */
gboolean
bulla_history_find (BullaStore *store, const char *url, BullaHistoryEntry **entry, GError **error)
{
  g_autofree char *key = dup_url (url);
  g_autoptr (GPtrArray) entries = bulla_history_list (store, key, error);

  *entry = entries != NULL && entries->len > 0 ? g_ptr_array_steal_index (entries, 0) : NULL;
  return entries != NULL;
}

static gboolean
delete_entries (BullaStore *store, const char *place, guint *n, GError **error)
{
  g_autofree char *sql = g_strconcat ("DELETE FROM history ", condition_of (place), NULL);
  BullaStatement *statement = bulla_store_prepare (store, sql, error);

  if (statement == NULL)
    return FALSE;
  if (place != NULL)
    bulla_statement_bind_text (statement, 1, place);
  if (!bulla_store_run (store, statement, error))
    return FALSE;
  *n = (guint)sqlite3_changes (store->db);
  return TRUE;
}

/**
 * bulla_history_forget: (skip)
 * @store: a store
 * @place: (nullable): from bulla_history_dup_place(); %NULL for all
 * @n_forgotten: (out): number of removed URLs
 * @error: a %BULLA_STORE_ERROR
 *
 * Overwrites their bytes in the database.
 */
gboolean
bulla_history_forget (BullaStore *store, const char *place, guint *n_forgotten, GError **error)
{
  *n_forgotten = 0;
  if (!bulla_store_begin (store, TRUE, error))
    return FALSE;
  gboolean done = delete_entries (store, place, n_forgotten, error);
  return bulla_store_end (store, done, error) && bulla_store_checkpoint (store, error);
}

/**
 * bulla_history_dup_place: (skip)
 * @text: a URL, or an origin: a URL without a path
 * @error: a %BULLA_ERROR if it is neither
 *
 * Returns: (transfer full) (nullable): the stored form of @text
 */
char *
bulla_history_dup_place (const char *text, GError **error)
{
  g_auto (BullaUrl) url = {0};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  if (!bulla_url_read (&url, text, strcspn (text, "#"), BULLA_URL_WHATWG, &reason, &detail)) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "“%s” is not a URL or an origin: %s",
                 text, detail);
    return NULL;
  }
  gsize path = strcspn (strstr (text, "://") + 3, "/?#");
  return strstr (text, "://")[3 + path] == '\0' ? g_strdup (url.origin)
                                                : bulla_url_dup_key (url.url);
}
