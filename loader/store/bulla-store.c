/* bulla-store.c - connects all threads to the database, and sets a damaged file aside
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <sys/stat.h>

#include "bulla-store-private.h"

#define DATABASE "bulla.db"

G_DEFINE_FINAL_TYPE (BullaStore, bulla_store, G_TYPE_OBJECT)

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static void
disconnect (BullaStore *self)
{
  g_hash_table_remove_all (self->statements);
  g_clear_pointer (&self->db, sqlite3_close_v2);
}

static void
bulla_store_finalize (GObject *object)
{
  BullaStore *self = BULLA_STORE (object);

  disconnect (self);
  g_hash_table_unref (self->statements);
  g_mutex_clear (&self->mutex);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->notice);
  G_OBJECT_CLASS (bulla_store_parent_class)->finalize (object);
}

static void
bulla_store_class_init (BullaStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_store_finalize;
}

static void
bulla_store_init (BullaStore *self)
{
  g_mutex_init (&self->mutex);
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
}

/**
 * bulla_store_dup_folder:
 * @named: (nullable) (type filename): a folder that the user chose
 *
 * Returns: (transfer full) (type filename): @named; otherwise the folder in the environment
 *   variable `BULLA_STORE`; otherwise `bulla` in the user's data folder
 */
char *
bulla_store_dup_folder (const char *named)
{
  const char *folder = named != NULL ? named : g_getenv ("BULLA_STORE");

  return folder != NULL && *folder != '\0'
             ? g_strdup (folder)
             : g_build_filename (g_get_user_data_dir (), "bulla", NULL);
}

/* Identifies the file that a connection would open. Returns: FALSE with @error set if it does not
 * exist, or if nobody can say */
static gboolean
identify (BullaStore *self, GError **error)
{
  struct stat now;

  if (stat (self->path, &now) != 0) {
    int code = errno;
    if (code == ENOENT || code == ENOTDIR)
      g_set_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_ABSENT, "%s does not exist",
                   self->path);
    else
      g_set_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_UNREADABLE, "%s: %s", self->path,
                   g_strerror (code));
    return FALSE;
  }
  self->device = now.st_dev;
  self->inode = now.st_ino;
  return TRUE;
}

/* A database that exists and cannot be opened has entries that nobody sees. */
static void
mark_unreadable (GError *error)
{
  if (g_error_matches (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_FAILED))
    error->code = BULLA_STORE_ERROR_UNREADABLE;
}

static gboolean
connect_once (BullaStore *self, GError **error)
{
  if ((self->flags & BULLA_STORE_CREATE) != 0
      && !bulla_store_file_create (self->folder, self->path, error))
    return FALSE;
  if (!identify (self, error))
    return FALSE;
  g_autoptr (GError) failure = NULL;
  self->db = bulla_store_file_open (self->path, self->flags, &failure);
  if (self->db != NULL)
    return TRUE;
  mark_unreadable (failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Closes the damaged database and renames it. @error: (inout): the damage; on return it names the
 * renamed file */
static gboolean
set_aside (BullaStore *self, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GError) refused = NULL;

  disconnect (self);
  self->damage = FALSE;
  if (!bulla_store_file_set_aside (self->folder, self->path, self->device, self->inode, &name,
                                   &refused)) {
    g_prefix_error (error, "%s; it could not be renamed: ", refused->message);
    return FALSE;
  }
  g_clear_error (error);
  if (name != NULL)
    g_set_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_DAMAGED,
                 "%s is damaged and was renamed to %s", self->path, name);
  else
    g_set_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_DAMAGED,
                 "%s was damaged and was renamed by another process", self->path);
  return TRUE;
}

/* Sets a damaged database aside. A store that may create files then makes a new one, and records a
 * notice. */
static gboolean
open_database (BullaStore *self, GError **error)
{
  g_autoptr (GError) first = NULL;

  if (connect_once (self, &first))
    return TRUE;
  gboolean damaged = g_error_matches (first, BULLA_STORE_ERROR, BULLA_STORE_ERROR_DAMAGED);
  if (!damaged || !set_aside (self, &first) || (self->flags & BULLA_STORE_CREATE) == 0) {
    g_propagate_error (error, g_steal_pointer (&first));
    return FALSE;
  }
  g_free (self->notice);
  self->notice = g_strdup (first->message);
  return connect_once (self, error);
}

/**
 * bulla_store_open:
 * @folder: (type filename): the folder of the database
 * @flags: whether it is created, and checked
 * @error: a %BULLA_STORE_ERROR
 *
 * Renames a damaged database to `bulla.db.damaged-TIME` (UTC). With %BULLA_STORE_CREATE a new
 * database replaces it, and bulla_store_get_notice() reports it; otherwise this is an error.
 * Threads may share a store.
 *
 * Returns: (transfer full) (nullable): the store
 */
BullaStore *
bulla_store_open (const char *folder, BullaStoreFlags flags, GError **error)
{
  g_autoptr (BullaStore) self = g_object_new (BULLA_TYPE_STORE, NULL);

  self->folder = g_strdup (folder);
  self->path = g_build_filename (folder, DATABASE, NULL);
  self->flags = flags;
  return open_database (self, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * bulla_store_error_hides_entries:
 * @error: an error of bulla_store_open()
 *
 * Returns: whether there are, or may be, entries that cannot be read: of versions that are
 *   vulnerable, or newer than a package. Whoever judges packages without them would accept what
 *   the user has refused
 */
gboolean
bulla_store_error_hides_entries (const GError *error)
{
  return g_error_matches (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_UNREADABLE)
         || g_error_matches (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_NEWER)
         || g_error_matches (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_BUSY);
}

/**
 * bulla_store_get_path:
 * @self: a store
 *
 * Returns: (type filename): the file of its database
 */
const char *
bulla_store_get_path (BullaStore *self)
{
  return self->path;
}

/**
 * bulla_store_get_notice:
 * @self: a store that was just opened
 *
 * Returns: (nullable): the message that a damaged database was renamed, for the user
 */
const char *
bulla_store_get_notice (BullaStore *self)
{
  return self->notice;
}

/* --- transactions */

/* Another process may have renamed the file as damaged, or the user may have removed it. Data
 * written to it would be lost. */
static gboolean
ensure_connected (BullaStore *self, GError **error)
{
  struct stat now;

  if (self->db != NULL && stat (self->path, &now) == 0 && now.st_dev == self->device
      && now.st_ino == self->inode)
    return TRUE;
  disconnect (self);
  return open_database (self, error);
}

static gboolean
execute (BullaStore *self, const char *sql, GError **error)
{
  int code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  if (code == SQLITE_OK)
    return TRUE;
  self->damage = self->damage || bulla_store_is_damage (code);
  bulla_store_set_error (error, self->db, self->path, code);
  return FALSE;
}

/* Ends reading, because the rest of the rows would keep the transaction open, and forgets the
 * parameters. */
static void
reset_statements (BullaStore *self)
{
  GHashTableIter statements;
  gpointer statement;

  g_hash_table_iter_init (&statements, self->statements);
  while (g_hash_table_iter_next (&statements, NULL, &statement)) {
    sqlite3_reset (statement);
    sqlite3_clear_bindings (statement);
  }
}

/* Restores a usable connection without a transaction after a failure. @error: (inout): the
 * failure */
static void
give_up (BullaStore *self, GError **error)
{
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL); /* reports the first error */
  if (self->damage)
    set_aside (self, error);
}

/**
 * bulla_store_begin: (skip)
 * @self: a store
 * @write: whether data will be changed
 * @error: a %BULLA_STORE_ERROR
 *
 * Waits for other threads, and for a limited time for other processes.
 *
 * Returns: whether a transaction has begun; end it with bulla_store_end()
 */
gboolean
bulla_store_begin (BullaStore *self, gboolean write, GError **error)
{
  g_autoptr (GError) failure = NULL;

  g_mutex_lock (&self->mutex);
  if (!ensure_connected (self, &failure)) {
    g_propagate_error (error, g_steal_pointer (&failure));
    g_mutex_unlock (&self->mutex);
    return FALSE;
  }
  if (execute (self, write ? "BEGIN IMMEDIATE" : "BEGIN", &failure))
    return TRUE;
  give_up (self, &failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  g_mutex_unlock (&self->mutex);
  return FALSE;
}

/**
 * bulla_store_end: (skip)
 * @self: a store in a transaction
 * @done: %FALSE rolls the transaction back after the failure in @error
 * @error: (inout): a %BULLA_STORE_ERROR
 *
 * Returns: whether all changes are stored on disk
 */
gboolean
bulla_store_end (BullaStore *self, gboolean done, GError **error)
{
  GError *failure = !done && error != NULL ? g_steal_pointer (error) : NULL;

  reset_statements (self);
  done = done && execute (self, "COMMIT", &failure);
  if (!done)
    give_up (self, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  g_mutex_unlock (&self->mutex);
  return done;
}

/**
 * bulla_store_checkpoint: (skip)
 * @self: a store outside of a transaction
 * @error: a %BULLA_STORE_ERROR
 *
 * Moves the write-ahead log into the database, so that it contains no deleted data. While other
 * processes read the database, this happens when the last of them closes it.
 */
gboolean
bulla_store_checkpoint (BullaStore *self, GError **error)
{
  g_mutex_lock (&self->mutex);
  gboolean done = self->db == NULL || execute (self, "PRAGMA wal_checkpoint (TRUNCATE)", error);
  g_mutex_unlock (&self->mutex);
  return done;
}

/* --- statements */

/**
 * bulla_store_prepare: (skip)
 * @self: a store in a transaction
 * @sql: one statement, whose text is one of a few: it is kept as long as the connection
 * @error: a %BULLA_STORE_ERROR
 *
 * Returns: (transfer none) (nullable): the statement, until it is prepared again or the transaction
 *   ends; its parameters have to be bound
 */
BullaStatement *
bulla_store_prepare (BullaStore *self, const char *sql, GError **error)
{
  BullaStatement *statement = g_hash_table_lookup (self->statements, sql);

  if (statement != NULL) {
    sqlite3_reset (statement);
    return statement;
  }
  int code = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (code == SQLITE_OK) {
    g_hash_table_insert (self->statements, g_strdup (sql), statement);
    return statement;
  }
  self->damage = self->damage || bulla_store_is_damage (code);
  bulla_store_set_error (error, self->db, self->path, code);
  return NULL;
}

/**
 * bulla_store_step: (skip)
 * @self: a store in a transaction
 * @statement: a statement with its parameters bound
 * @row: (out): whether there is a row; after %FALSE there are no more
 * @error: a %BULLA_STORE_ERROR
 */
gboolean
bulla_store_step (BullaStore *self, BullaStatement *statement, gboolean *row, GError **error)
{
  int code = sqlite3_step (statement);

  *row = code == SQLITE_ROW;
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return TRUE;
  self->damage = self->damage || bulla_store_is_damage (code);
  bulla_store_set_error (error, self->db, self->path, code);
  return FALSE;
}

/* Runs a statement that returns no rows. */
gboolean
bulla_store_run (BullaStore *self, BullaStatement *statement, GError **error)
{
  gboolean row;

  return bulla_store_step (self, statement, &row, error);
}

/* @text: (nullable): copied */
void
bulla_statement_bind_text (BullaStatement *self, int parameter, const char *text)
{
  sqlite3_bind_text (self, parameter, text, -1, SQLITE_TRANSIENT); /* NULL binds NULL */
}

/* @seconds: Unix time; a negative one is stored as NULL */
void
bulla_statement_bind_time (BullaStatement *self, int parameter, gint64 seconds)
{
  if (seconds >= 0)
    sqlite3_bind_int64 (self, parameter, seconds);
  else
    sqlite3_bind_null (self, parameter);
}

/* Returns: (transfer full) (nullable): the text of the column; NULL if the column is NULL */
char *
bulla_statement_dup_text (BullaStatement *self, int column)
{
  return g_strdup ((const char *)sqlite3_column_text (self, column));
}

/* Returns: Unix time in s; -1 if the column is NULL */
gint64
bulla_statement_get_time (BullaStatement *self, int column)
{
  return sqlite3_column_type (self, column) == SQLITE_NULL ? -1
                                                           : sqlite3_column_int64 (self, column);
}
