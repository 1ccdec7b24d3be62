/* bulla-on-demand-sqlite.c - functions of SQLite that load it when they are called
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-on-demand.h"

#include <sqlite3.h>

static BullaOnDemand library = {.soname = SONAME_SQLITE3};

BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_bind_int64,
                        (sqlite3_stmt * self, int index, sqlite3_int64 value), (self, index, value))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_bind_null, (sqlite3_stmt * self, int index),
                        (self, index))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_bind_text,
                        (sqlite3_stmt * self, int index, const char *text, int size,
                         void (*release) (void *)),
                        (self, index, text, size, release))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_busy_timeout, (sqlite3 * self, int ms), (self, ms))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_changes, (sqlite3 * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_close, (sqlite3 * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_close_v2, (sqlite3 * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_column_int, (sqlite3_stmt * self, int column),
                        (self, column))
BULLA_DEFINE_ON_DEMAND (library, sqlite3_int64, sqlite3_column_int64,
                        (sqlite3_stmt * self, int column), (self, column))
BULLA_DEFINE_ON_DEMAND (library, const unsigned char *, sqlite3_column_text,
                        (sqlite3_stmt * self, int column), (self, column))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_column_type, (sqlite3_stmt * self, int column),
                        (self, column))
BULLA_DEFINE_ON_DEMAND (library, sqlite3_filename, sqlite3_db_filename,
                        (sqlite3 * self, const char *name), (self, name))
BULLA_DEFINE_ON_DEMAND (library, const char *, sqlite3_errmsg, (sqlite3 * self), (self))
BULLA_DEFINE_ON_DEMAND (library, const char *, sqlite3_errstr, (int code), (code))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_exec,
                        (sqlite3 * self, const char *sql,
                         int (*callback) (void *, int, char **, char **), void *data,
                         char **message),
                        (self, sql, callback, data, message))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_extended_errcode, (sqlite3 * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_extended_result_codes, (sqlite3 * self, int on),
                        (self, on))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_file_control,
                        (sqlite3 * self, const char *name, int operation, void *data),
                        (self, name, operation, data))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_finalize, (sqlite3_stmt * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_get_autocommit, (sqlite3 * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_limit, (sqlite3 * self, int id, int value),
                        (self, id, value))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_open, (const char *path, sqlite3 **opened),
                        (path, opened))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_open_v2,
                        (const char *path, sqlite3 **opened, int flags, const char *vfs),
                        (path, opened, flags, vfs))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_clear_bindings, (sqlite3_stmt * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_prepare_v2,
                        (sqlite3 * self, const char *sql, int size, sqlite3_stmt **statement,
                         const char **rest),
                        (self, sql, size, statement, rest))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_prepare_v3,
                        (sqlite3 * self, const char *sql, int size, unsigned int flags,
                         sqlite3_stmt **statement, const char **rest),
                        (self, sql, size, flags, statement, rest))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_reset, (sqlite3_stmt * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, sqlite3_step, (sqlite3_stmt * self), (self))

/* The options that the store sets are all switches: an int, and where to store the state. */
int
sqlite3_db_config (sqlite3 *self, int option, ...)
{
  va_list arguments;

  va_start (arguments, option);
  int on = va_arg (arguments, int);
  int *state = va_arg (arguments, int *);
  va_end (arguments);
  return BULLA_FIND_ON_DEMAND (library, sqlite3_db_config) (self, option, on, state);
}
