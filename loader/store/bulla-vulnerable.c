/* bulla-vulnerable.c - stores the list of vulnerable versions, and finds a version in it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-vulnerable.h"

#include <string.h>

#include "bulla-store-private.h"
#include "bulla-url-key.h"
#include "bulla-url.h"

#define COLUMNS "id, kind, sha256, url, why, source, imported"

static gboolean
add_entry (BullaStore *store, const BullaVulnerable *entry, const char *source, gint64 now,
           guint *added, GError **error)
{
  BullaStatement *statement =
      bulla_store_prepare (store,
                           "INSERT INTO vulnerable (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
                           " ?7) ON CONFLICT (id) DO NOTHING",
                           error);

  if (statement == NULL)
    return FALSE;
  bulla_statement_bind_text (statement, 1, entry->id);
  bulla_statement_bind_text (statement, 2, bulla_vulnerable_kind_get_nick (entry->kind));
  bulla_statement_bind_text (statement, 3, entry->sha256);
  bulla_statement_bind_text (statement, 4, entry->url);
  bulla_statement_bind_text (statement, 5, entry->why);
  bulla_statement_bind_text (statement, 6, source);
  sqlite3_bind_int64 (statement, 7, now);
  if (!bulla_store_run (store, statement, error))
    return FALSE;
  *added += (guint)sqlite3_changes (store->db);
  return TRUE;
}

static gboolean
count_entries (BullaStore *store, guint *total, GError **error)
{
  BullaStatement *statement =
      bulla_store_prepare (store, "SELECT count (*) FROM vulnerable", error);
  gboolean row = FALSE;

  if (statement == NULL || !bulla_store_step (store, statement, &row, error))
    return FALSE;
  *total = row ? (guint)sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}

/**
 * bulla_vulnerable_import: (skip)
 * @store: a store
 * @entries: (element-type BullaVulnerable): from bulla_vulnerable_parse()
 * @source: (nullable): the name of the file that they are from
 * @now: Unix seconds
 * @added: (out): how many of them were not on the list before
 * @total: (out): how many entries the list has now
 * @error: a %BULLA_STORE_ERROR; nothing is imported then
 */
gboolean
bulla_vulnerable_import (BullaStore *store, GPtrArray *entries, const char *source, gint64 now,
                         guint *added, guint *total, GError **error)
{
  gboolean done = TRUE;

  *added = *total = 0;
  if (!bulla_store_begin (store, TRUE, error))
    return FALSE;
  for (guint i = 0; done && i < entries->len; i++)
    done = add_entry (store, entries->pdata[i], source, now, added, error);
  done = done && count_entries (store, total, error);
  return bulla_store_end (store, done, error);
}

static BullaVulnerable *
read_entry (BullaStatement *row)
{
  BullaVulnerable *entry = g_new0 (BullaVulnerable, 1);
  g_autofree char *kind = bulla_statement_dup_text (row, 1);

  entry->id = bulla_statement_dup_text (row, 0);
  entry->kind = g_strcmp0 (kind, bulla_vulnerable_kind_get_nick (BULLA_VULNERABLE_BODY)) == 0
                    ? BULLA_VULNERABLE_BODY
                    : BULLA_VULNERABLE_HEADERS;
  entry->sha256 = bulla_statement_dup_text (row, 2);
  entry->url = bulla_statement_dup_text (row, 3);
  entry->why = bulla_statement_dup_text (row, 4);
  entry->source = bulla_statement_dup_text (row, 5);
  entry->imported = sqlite3_column_int64 (row, 6);
  return entry;
}

static gboolean
read_entries (BullaStore *store, GPtrArray *entries, GError **error)
{
  BullaStatement *statement = bulla_store_prepare (
      store, "SELECT " COLUMNS " FROM vulnerable ORDER BY url, sha256, id", error);
  gboolean row = TRUE;

  while (statement != NULL && row) {
    if (!bulla_store_step (store, statement, &row, error))
      return FALSE;
    if (row)
      g_ptr_array_add (entries, read_entry (statement));
  }
  return statement != NULL;
}

/**
 * bulla_vulnerable_list: (skip)
 * @store: a store
 * @error: a %BULLA_STORE_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type BullaVulnerable): the entries in the order of
 *   their URLs; those for any URL come first
 */
GPtrArray *
bulla_vulnerable_list (BullaStore *store, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_vulnerable_free);

  if (!bulla_store_begin (store, FALSE, error))
    return NULL;
  gboolean done = read_entries (store, entries, error);
  return bulla_store_end (store, done, error) ? g_steal_pointer (&entries) : NULL;
}

static gboolean
delete_entry (BullaStore *store, const char *id, gboolean *removed, GError **error)
{
  BullaStatement *statement =
      bulla_store_prepare (store, "DELETE FROM vulnerable WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  bulla_statement_bind_text (statement, 1, id);
  if (!bulla_store_run (store, statement, error))
    return FALSE;
  *removed = sqlite3_changes (store->db) > 0;
  return TRUE;
}

/**
 * bulla_vulnerable_remove: (skip)
 * @store: a store
 * @id: id of an entry
 * @removed: (out): whether there was one
 * @error: a %BULLA_STORE_ERROR
 */
gboolean
bulla_vulnerable_remove (BullaStore *store, const char *id, gboolean *removed, GError **error)
{
  *removed = FALSE;
  if (!bulla_store_begin (store, TRUE, error))
    return FALSE;
  gboolean done = delete_entry (store, id, removed, error);
  return bulla_store_end (store, done, error);
}

/* --- the entry for a version */

static char *
describe (const BullaVulnerable *entry)
{
  return entry->why != NULL
             ? g_strdup_printf ("%s %s (entry %s): %s",
                                bulla_vulnerable_kind_get_nick (entry->kind), entry->sha256,
                                entry->id, entry->why)
             : g_strdup_printf ("%s %s (entry %s)", bulla_vulnerable_kind_get_nick (entry->kind),
                                entry->sha256, entry->id);
}

static char *
dup_digest (BullaVulnerableKind kind, const char *text)
{
  return text != NULL ? bulla_vulnerable_dup_digest (kind, text) : NULL;
}

static gboolean
find_entry (BullaStore *store, const BullaVersion *version, char **entry, GError **error)
{
  static const char sql[] = "SELECT " COLUMNS " FROM vulnerable"
                            " WHERE ((kind = ?1 AND sha256 = ?2) OR (kind = ?3 AND sha256 = ?4))"
                            " AND (url IS NULL OR url = ?5) ORDER BY url IS NULL, id LIMIT 1";
  BullaStatement *statement = bulla_store_prepare (store, sql, error);
  g_autofree char *headers = dup_digest (BULLA_VULNERABLE_HEADERS, version->header_integrity);
  g_autofree char *body = dup_digest (BULLA_VULNERABLE_BODY, version->body_digest);
  g_autofree char *url = bulla_url_dup_key (version->url);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  bulla_statement_bind_text (statement, 1,
                             bulla_vulnerable_kind_get_nick (BULLA_VULNERABLE_HEADERS));
  bulla_statement_bind_text (statement, 2, headers);
  bulla_statement_bind_text (statement, 3, bulla_vulnerable_kind_get_nick (BULLA_VULNERABLE_BODY));
  bulla_statement_bind_text (statement, 4, body);
  bulla_statement_bind_text (statement, 5, url);
  if (!bulla_store_step (store, statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  g_autoptr (BullaVulnerable) found = read_entry (statement);
  *entry = describe (found);
  return TRUE;
}

/**
 * bulla_vulnerable_find: (skip)
 * @store: a store
 * @version: a version of a URL
 * @entry: (out) (transfer full) (nullable): the entry of the list that names it, in words; one for
 *   its URL comes before one for any URL; %NULL if it is not on the list
 * @error: a %BULLA_STORE_ERROR
 */
gboolean
bulla_vulnerable_find (BullaStore *store, const BullaVersion *version, char **entry, GError **error)
{
  *entry = NULL;
  if (!bulla_store_begin (store, FALSE, error))
    return FALSE;
  gboolean done = find_entry (store, version, entry, error);
  return bulla_store_end (store, done, error);
}
