/* bulla-exchange-log.c - appends entries to the local transparency log, and reads them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-canonical-json.h"
#include "bulla-exchange-log-private.h"
#include "bulla-json.h"
#include "bulla-store-private.h"

#define DEPTH_MAX 16

static void
set_text (JsonObject *object, const char *member, const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  if (valid != NULL)
    json_object_set_string_member (object, member, valid);
  else
    json_object_set_null_member (object, member);
}

/* Returns: (transfer full): the entry, without its hash */
static JsonObject *
make_object (const BullaExchangeLogEntry *entry, gint64 n, const char *previous)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "n", n);
  json_object_set_int_member (object, "time", entry->time);
  set_text (object, "url", entry->url);
  set_text (object, "distributor", entry->distributor);
  json_object_set_int_member (object, "date", entry->date);
  json_object_set_int_member (object, "expires", entry->expires);
  set_text (object, "certificate_sha256", entry->certificate_sha256);
  set_text (object, "header_integrity", entry->header_integrity);
  set_text (object, "body_digest", entry->body_digest);
  set_text (object, "profile", entry->profile);
  set_text (object, "previous", previous);
  return object;
}

/* Returns: (transfer full) (nullable): the canonical JSON; NULL if it cannot be written */
static char *
serialise (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, object);
  return bulla_canonical_json_serialise (node);
}

/* @n: (out): number of the last entry; 0 if there is none; @hash: (out) (transfer full): its
 * hash */
static gboolean
read_head (BullaStore *store, gint64 *n, char **hash, GError **error)
{
  BullaStatement *statement =
      bulla_store_prepare (store, "SELECT n, hash FROM log ORDER BY n DESC LIMIT 1", error);
  gboolean row = FALSE;

  *n = 0;
  *hash = NULL;
  if (statement == NULL || !bulla_store_step (store, statement, &row, error))
    return FALSE;
  *n = row ? sqlite3_column_int64 (statement, 0) : 0;
  *hash = row ? bulla_statement_dup_text (statement, 1) : g_strdup (BULLA_EXCHANGE_LOG_START);
  return TRUE;
}

static gboolean
insert (BullaStore *store, gint64 n, gint64 time, const char *text, const char *hash,
        GError **error)
{
  BullaStatement *statement = bulla_store_prepare (
      store, "INSERT INTO log (n, time, entry, hash) VALUES (?1, ?2, ?3, ?4)", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, n);
  sqlite3_bind_int64 (statement, 2, time);
  bulla_statement_bind_text (statement, 3, text);
  bulla_statement_bind_text (statement, 4, hash);
  return bulla_store_run (store, statement, error);
}

static gboolean
append (BullaStore *store, const BullaExchangeLogEntry *entry, GError **error)
{
  g_autofree char *previous = NULL;
  gint64 n = 0;

  if (!read_head (store, &n, &previous, error))
    return FALSE;
  g_autoptr (JsonObject) object = make_object (entry, n + 1, previous);
  g_autofree char *text = serialise (object);
  g_autofree char *hash = bulla_exchange_log_hash (object);
  return insert (store, n + 1, entry->time, text, hash, error);
}

/**
 * bulla_exchange_log_append: (skip)
 * @store: a store
 * @entry: an accepted exchange
 * @error: a %BULLA_STORE_ERROR
 *
 * Returns: whether the entry is stored on disk
 */
gboolean
bulla_exchange_log_append (BullaStore *store, const BullaExchangeLogEntry *entry, GError **error)
{
  if (!bulla_store_begin (store, TRUE, error))
    return FALSE;
  gboolean done = append (store, entry, error);
  return bulla_store_end (store, done, error);
}

/* Returns: (transfer full): the entry with its hash; text that is not a JSON object stays
 * unchanged, so that the check reports it */
static char *
make_line (const char *text, const char *hash)
{
  g_autoptr (JsonNode) node = bulla_json_parse (text, strlen (text), DEPTH_MAX, NULL);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return g_strdup (text);
  JsonObject *read = json_node_get_object (node);
  g_autoptr (GList) names = json_object_get_members (read);
  g_autoptr (JsonObject) object = json_object_new ();
  for (GList *link = names; link != NULL; link = link->next)
    json_object_set_member (object, link->data,
                            json_node_copy (json_object_get_member (read, link->data)));
  set_text (object, "hash", hash);
  char *line = serialise (object);
  return line != NULL ? line : g_strdup (text);
}

static gboolean
read_entries (BullaStore *store, gint64 since, BullaExchangeLogFunc func, gpointer user_data,
              GError **error)
{
  BullaStatement *statement =
      bulla_store_prepare (store, "SELECT entry, hash FROM log WHERE time >= ?1 ORDER BY n", error);
  gboolean row = TRUE;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, since);
  while (row) {
    if (!bulla_store_step (store, statement, &row, error))
      return FALSE;
    if (!row)
      break;
    g_autofree char *text = bulla_statement_dup_text (statement, 0);
    g_autofree char *hash = bulla_statement_dup_text (statement, 1);
    g_autofree char *line = make_line (text, hash);
    if (!func (line, user_data, error))
      return FALSE;
  }
  return TRUE;
}

/**
 * bulla_exchange_log_foreach: (skip)
 * @store: a store
 * @since: Unix seconds; earlier entries are skipped
 * @func: (scope call): called for each entry, the oldest first; must not use @store
 * @user_data: for @func
 * @error: a %BULLA_STORE_ERROR, or the error set by @func
 */
gboolean
bulla_exchange_log_foreach (BullaStore *store, gint64 since, BullaExchangeLogFunc func,
                            gpointer user_data, GError **error)
{
  if (!bulla_store_begin (store, FALSE, error))
    return FALSE;
  gboolean done = read_entries (store, since, func, user_data, error);
  return bulla_store_end (store, done, error);
}

/* Returns: (transfer full): the member as it is in the text of an entry that has it */
static char *
dup_member (const char *name, const char *value)
{
  g_autoptr (JsonObject) object = json_object_new ();

  set_text (object, name, value);
  g_autofree char *text = serialise (object);
  return g_strndup (text + 1, strlen (text) - 2);
}

static gboolean
find_first (BullaStore *store, const char *url, const char *header_integrity, gint64 *n,
            gint64 *time, GError **error)
{
  BullaStatement *statement =
      bulla_store_prepare (store,
                           "SELECT n, time FROM log WHERE instr (entry, ?1) > 0"
                           " AND instr (entry, ?2) > 0 ORDER BY n LIMIT 1",
                           error);
  g_autofree char *version = dup_member ("header_integrity", header_integrity);
  g_autofree char *place = dup_member ("url", url);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  bulla_statement_bind_text (statement, 1, version);
  bulla_statement_bind_text (statement, 2, place);
  if (!bulla_store_step (store, statement, &row, error))
    return FALSE;
  *n = row ? sqlite3_column_int64 (statement, 0) : 0;
  *time = row ? sqlite3_column_int64 (statement, 1) : -1;
  return TRUE;
}

/**
 * bulla_exchange_log_find: (skip)
 * @store: a store
 * @url: URL of an exchange
 * @header_integrity: `sha256-…` of its signed headers
 * @n: (out): number of the first entry for this version; 0 if it was never accepted
 * @time: (out): Unix time in s of that entry; -1 without one
 * @error: a %BULLA_STORE_ERROR
 *
 * Reads the whole log in the worst case, so it is for explanations and not for verdicts.
 */
gboolean
bulla_exchange_log_find (BullaStore *store, const char *url, const char *header_integrity,
                         gint64 *n, gint64 *time, GError **error)
{
  *n = 0;
  *time = -1;
  if (!bulla_store_begin (store, FALSE, error))
    return FALSE;
  gboolean done = find_first (store, url, header_integrity, n, time, error);
  return bulla_store_end (store, done, error);
}
