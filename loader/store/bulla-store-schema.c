/* bulla-store-schema.c - creates and migrates the database file, and renames a damaged one
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulla-store-folder.h"
#include "bulla-store-private.h"

#define UNFINISHED ".new-" /* behind the name of a database that is not complete */
#define BUSY_TIMEOUT_MS 5000
#define TEXT_MAX (1 << 20) /* most bytes of one value */

/* Each entry migrates a database from the version of its index to the next. Released entries never
 * change; new ones are appended. */
static const char *const MIGRATIONS[BULLA_STORE_N_MIGRATIONS] = {
    /* Version 1: the newest version seen of each URL, and all versions seen. Times are Unix
     * seconds. */
    "CREATE TABLE history ("
    " url TEXT PRIMARY KEY, origin TEXT NOT NULL,"
    " newest INTEGER NOT NULL, source TEXT NOT NULL, seen INTEGER NOT NULL,"
    " distributor TEXT, signature_date INTEGER, header_integrity TEXT,"
    " refused INTEGER NOT NULL DEFAULT 0, last_refused INTEGER"
    ") STRICT;"
    "CREATE INDEX history_origin ON history (origin);"
    "CREATE TABLE history_version ("
    " url TEXT NOT NULL REFERENCES history (url) ON DELETE CASCADE,"
    " identity TEXT NOT NULL, date INTEGER NOT NULL,"
    " PRIMARY KEY (url, identity)"
    ") STRICT, WITHOUT ROWID;",
    /* Version 2: the local transparency log; each entry is JSON without its hash. */
    "CREATE TABLE log ("
    " n INTEGER PRIMARY KEY, time INTEGER NOT NULL, entry TEXT NOT NULL, hash TEXT NOT NULL"
    ") STRICT;",
    /* Version 3: versions that are known to be vulnerable; digests are hexadecimal. */
    "CREATE TABLE vulnerable ("
    " id TEXT PRIMARY KEY, kind TEXT NOT NULL, sha256 TEXT NOT NULL, url TEXT, why TEXT,"
    " source TEXT, imported INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX vulnerable_sha256 ON vulnerable (sha256);",
};

G_DEFINE_QUARK (bulla - store - error - quark, bulla_store_error)

gboolean
bulla_store_is_damage (int code)
{
  int primary = code & 0xff;

  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || primary == SQLITE_FORMAT;
}

static gboolean
is_number_of_full (int number)
{
  return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

/* Whether a file cannot grow because of the disk, a quota, or the process's limit. */
static gboolean
is_full (sqlite3 *db, int code)
{
  sqlite3_file *log = NULL;
  int number = 0, number_of_log = 0;

  if ((code & 0xff) == SQLITE_FULL)
    return TRUE;
  if (db == NULL || (code & 0xff) != SQLITE_IOERR)
    return FALSE;
  sqlite3_file_control (db, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
  sqlite3_file_control (db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log != NULL && log->pMethods != NULL)
    log->pMethods->xFileControl (log, SQLITE_FCNTL_LAST_ERRNO, &number_of_log);
  return is_number_of_full (number) || is_number_of_full (number_of_log);
}

/**
 * bulla_store_set_error: (skip)
 * @error: where the error goes
 * @db: (nullable): the connection that failed
 * @path: path of the database
 * @code: the extended result code of SQLite
 */
void
bulla_store_set_error (GError **error, sqlite3 *db, const char *path, int code)
{
  int primary = code & 0xff;

  if (bulla_store_is_damage (code))
    g_set_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_DAMAGED, "%s is damaged: %s", path,
                 sqlite3_errstr (primary));
  else if (is_full (db, code))
    g_set_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_FULL,
                 "%s: the disk is full; nothing new was remembered", path);
  else if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
    g_set_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_BUSY,
                 "%s: another process has locked it for more than %d s", path,
                 BUSY_TIMEOUT_MS / 1000);
  else
    g_set_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_FAILED, "%s: %s", path,
                 db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (primary));
}

static gboolean
set_errno (GError **error, const char *path, int code)
{
  BullaStoreError kind =
      is_number_of_full (code) ? BULLA_STORE_ERROR_FULL : BULLA_STORE_ERROR_FAILED;

  g_set_error (error, BULLA_STORE_ERROR, kind, "%s: %s", path, g_strerror (code));
  return FALSE;
}

/* Returns: SQLITE_OK, and the first row of @sql is in @statement; otherwise why there is none.
 * @statement: (out) (nullable): for sqlite3_finalize() in any case */
static int
find_row (sqlite3 *db, const char *sql, sqlite3_stmt **statement)
{
  int code = sqlite3_prepare_v2 (db, sql, -1, statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step (*statement);
  return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int
get_number (sqlite3 *db, const char *sql, int *number)
{
  sqlite3_stmt *statement = NULL;
  int code = find_row (db, sql, &statement);

  if (code == SQLITE_OK)
    *number = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return code;
}

/* Called outside of a transaction. With a write-ahead log and full synchronisation, a commit that
 * returned is on the disk: it survives the end of the process or the machine. */
static int
set_up (sqlite3 *db)
{
  sqlite3_extended_result_codes (db, 1);
  sqlite3_busy_timeout (db, BUSY_TIMEOUT_MS);
  sqlite3_limit (db, SQLITE_LIMIT_LENGTH, TEXT_MAX);
  sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  /* Overwrites deleted data, so that it cannot be recovered from the file. */
  return sqlite3_exec (db,
                       "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                       "PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON;",
                       NULL, NULL, NULL);
}

/**
 * bulla_store_file_migrate: (skip)
 * @db: a connection outside of a transaction
 * @version: the version to reach; tests create older databases with it
 * @error: a %BULLA_STORE_ERROR
 *
 * All steps are one transaction: if the process is killed, the database has either its old or its
 * new version.
 */
gboolean
bulla_store_file_migrate (sqlite3 *db, int version, GError **error)
{
  int from = 0;
  int code = sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

  if (code == SQLITE_OK)
    code = get_number (db, "PRAGMA user_version", &from); /* another process may have migrated */
  for (int i = from; code == SQLITE_OK && i < version; i++) {
    g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %d", i + 1);
    code = sqlite3_exec (db, MIGRATIONS[i], NULL, NULL, NULL);
    if (code == SQLITE_OK)
      code = sqlite3_exec (db, mark, NULL, NULL, NULL);
  }
  if (code == SQLITE_OK)
    code = sqlite3_exec (db, "COMMIT", NULL, NULL, NULL);
  if (code == SQLITE_OK)
    return TRUE;
  bulla_store_set_error (error, db, sqlite3_db_filename (db, "main"),
                         sqlite3_extended_errcode (db));
  if (!sqlite3_get_autocommit (db))
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL); /* reports the first error */
  return FALSE;
}

static gboolean
check_version (sqlite3 *db, const char *path, int version, GError **error)
{
  if (version == 0) { /* no database is published without its tables */
    bulla_store_set_error (error, NULL, path, SQLITE_CORRUPT);
    return FALSE;
  }
  if (version > BULLA_STORE_N_MIGRATIONS) {
    g_set_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_NEWER,
                 "%s was written by a newer version of Bulla (format %d, this one knows %d)", path,
                 version, BULLA_STORE_N_MIGRATIONS);
    return FALSE;
  }
  return version == BULLA_STORE_N_MIGRATIONS
         || bulla_store_file_migrate (db, BULLA_STORE_N_MIGRATIONS, error);
}

static int
get_text (sqlite3 *db, const char *sql, char **text)
{
  sqlite3_stmt *statement = NULL;
  int code = find_row (db, sql, &statement);

  if (code == SQLITE_OK)
    *text = g_strdup ((const char *)sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  return code;
}

/* Returns: (nullable): the definitions of all tables; NULL if they cannot be read */
static char *
dup_schema (sqlite3 *db)
{
  char *schema = NULL;

  get_text (db,
            "SELECT group_concat (name || ' ' || coalesce (sql, ''), char (10)) FROM"
            " (SELECT name, sql FROM sqlite_schema ORDER BY name)",
            &schema);
  return schema;
}

/* Compares the tables with those of a new database; a changed name is damage, too. */
static gboolean
has_schema (sqlite3 *db)
{
  sqlite3 *fresh = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *found = dup_schema (db);

  if (sqlite3_open (":memory:", &fresh) == SQLITE_OK
      && bulla_store_file_migrate (fresh, BULLA_STORE_N_MIGRATIONS, NULL))
    expected = dup_schema (fresh);
  sqlite3_close (fresh);
  return expected != NULL && g_strcmp0 (expected, found) == 0;
}

static gboolean
check_whole (sqlite3 *db, const char *path, GError **error)
{
  g_autofree char *answer = NULL;
  int code = get_text (db, "PRAGMA integrity_check (1)", &answer);

  if (code == SQLITE_OK && !(g_strcmp0 (answer, "ok") == 0 && has_schema (db)))
    code = SQLITE_CORRUPT;
  if (code != SQLITE_OK)
    bulla_store_set_error (error, db, path, code);
  return code == SQLITE_OK;
}

/* Says whether nobody can change the database while it is read: the file system is read-only, and
 * nothing waits in a write-ahead log. */
static gboolean
is_immutable (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  struct statvfs system;

  return statvfs (path, &system) == 0 && (system.f_flag & ST_RDONLY) != 0
         && !g_file_test (wal, G_FILE_TEST_EXISTS);
}

/* SQLite needs a file beside a database with a write-ahead log even to read it, unless the database
 * is said to be immutable. */
static int
connect_file (const char *path, sqlite3 **db)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *escaped = g_uri_escape_string (absolute, "/", FALSE);
  g_autofree char *uri = g_strdup_printf ("file://%s?immutable=1", escaped);

  if (is_immutable (path))
    return sqlite3_open_v2 (uri, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_FULLMUTEX,
                            NULL);
  return sqlite3_open_v2 (path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL);
}

/**
 * bulla_store_file_open: (skip)
 * @path: an existing database; on a read-only file system it can be read, but not changed
 * @flags: whether to check the whole database for damage
 * @error: a %BULLA_STORE_ERROR
 *
 * Returns: (transfer full) (nullable): a connection to the migrated database
 */
sqlite3 *
bulla_store_file_open (const char *path, BullaStoreFlags flags, GError **error)
{
  sqlite3 *db = NULL;
  int version = 0;
  int code = connect_file (path, &db);

  if (code == SQLITE_OK)
    code = set_up (db);
  if (code == SQLITE_OK)
    code = get_number (db, "PRAGMA user_version", &version);
  if (code == SQLITE_ERROR) /* such simple statements fail only in a file of another format */
    code = SQLITE_CORRUPT;
  if (code != SQLITE_OK)
    bulla_store_set_error (error, db, path, code);
  else if (check_version (db, path, version, error)
           && ((flags & BULLA_STORE_CHECK) == 0 || check_whole (db, path, error)))
    return db;
  sqlite3_close_v2 (db);
  return NULL;
}

/* --- files, which are created and renamed under a lock of their folder */

/* Returns: a file descriptor that holds the lock until it is closed; -1 with @error set */
static int
lock_folder (const char *folder, GError **error)
{
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  int result = fd;

  while (fd >= 0 && (result = flock (fd, LOCK_EX)) < 0 && errno == EINTR)
    ;
  if (result >= 0)
    return fd;
  int code = errno;
  if (fd >= 0)
    close (fd);
  set_errno (error, folder, code);
  return -1;
}

/* Removes SQLite's own files beside @path. A leftover write-ahead log would be read into the next
 * database of that name. */
static void
remove_sidecars (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (path, "-shm", NULL);

  g_unlink (wal);
  g_unlink (shm);
}

/* Creates an empty database with all tables at @temporary, which is an empty file. */
static gboolean
fill (const char *temporary, GError **error)
{
  sqlite3 *db = NULL;
  int code = sqlite3_open_v2 (temporary, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL);
  gboolean done = FALSE;

  if (code == SQLITE_OK)
    code = set_up (db);
  if (code == SQLITE_OK)
    code = sqlite3_exec (db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
  if (code == SQLITE_OK)
    done = bulla_store_file_migrate (db, BULLA_STORE_N_MIGRATIONS, error);
  else
    bulla_store_set_error (error, db, temporary, code);
  code = sqlite3_close (db); /* moves the write-ahead log into the file */
  if (done && code != SQLITE_OK) {
    bulla_store_set_error (error, NULL, temporary, code);
    return FALSE;
  }
  return done;
}

static gboolean
sync_folder (int lock, const char *folder, GError **error)
{
  return fsync (lock) == 0 || set_errno (error, folder, errno);
}

/* Removes databases that a process began and was killed before it could name them. The folder is
 * locked, so nobody else makes one now. */
static void
remove_unfinished (const char *folder, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *start = g_strconcat (name, UNFINISHED, NULL);
  GDir *entries = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (entries != NULL && (entry = g_dir_read_name (entries)) != NULL) {
    g_autofree char *whole = g_build_filename (folder, entry, NULL);
    if (g_str_has_prefix (entry, start))
      g_unlink (whole);
  }
  g_clear_pointer (&entries, g_dir_close);
}

/**
 * bulla_store_file_create: (skip)
 * @folder: the folder; created with mode 0700 if missing
 * @path: path of the database, in @folder
 * @error: a %BULLA_STORE_ERROR
 *
 * The database gets its name only when it is complete. An existing database is kept.
 */
gboolean
bulla_store_file_create (const char *folder, const char *path, GError **error)
{
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return set_errno (error, folder, errno);
  int lock = lock_folder (folder, error);
  if (lock < 0)
    return FALSE;
  gboolean done = g_file_test (path, G_FILE_TEST_EXISTS);
  if (!done) {
    remove_unfinished (folder, path);
    g_autofree char *temporary = g_strconcat (path, UNFINISHED "XXXXXX", NULL);
    int file = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) {
      set_errno (error, temporary, errno);
    } else {
      close (file);
      remove_sidecars (path);
      done = fill (temporary, error)
             && (g_rename (temporary, path) == 0 || set_errno (error, path, errno))
             && sync_folder (lock, folder, error);
      g_unlink (temporary);
      remove_sidecars (temporary);
    }
  }
  close (lock);
  return done;
}

static gboolean
rename_both (const char *path, const char *name, GError **error)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *wal_name = g_strconcat (name, "-wal", NULL);

  /* The log is renamed first: if left behind, it would be read into the next database. */
  if (g_rename (wal, wal_name) != 0 && errno != ENOENT)
    return set_errno (error, wal, errno);
  if (g_rename (path, name) != 0)
    return set_errno (error, path, errno);
  remove_sidecars (path);
  return TRUE;
}

/**
 * bulla_store_file_set_aside: (skip)
 * @folder: the folder of the database
 * @path: path of the damaged database; this process has no connection to it
 * @device: device number of the damaged file
 * @inode: inode number of the damaged file
 * @name: (out) (transfer full) (nullable): the new name; %NULL if another process has renamed it
 *   already
 * @error: a %BULLA_STORE_ERROR
 */
gboolean
bulla_store_file_set_aside (const char *folder, const char *path, dev_t device, ino_t inode,
                            char **name, GError **error)
{
  struct stat now;
  int lock = lock_folder (folder, error);
  gboolean done = TRUE;

  *name = NULL;
  if (lock < 0)
    return FALSE;
  if (stat (path, &now) == 0 && now.st_dev == device && now.st_ino == inode) {
    *name = bulla_store_folder_dup_damaged_name (path);
    done = rename_both (path, *name, error) && sync_folder (lock, folder, error);
  }
  if (!done)
    g_clear_pointer (name, g_free);
  close (lock);
  return done;
}
