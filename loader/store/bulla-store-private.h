/* bulla-store-private.h - transactions and statements, for the files that read and write the
 * database
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sqlite3.h>
#include <sys/types.h>

#include "bulla-store.h"

G_BEGIN_DECLS

struct _BullaStore {
  GObject parent_instance;
  char *folder; /* owned */
  char *path;   /* owned; of the database */
  BullaStoreFlags flags;
  GMutex mutex;           /* locked during a transaction, which belongs to the connection */
  sqlite3 *db;            /* owned; NULL after a failure to reopen it */
  GHashTable *statements; /* owned; SQL -> statement of @db, which is used again */
  dev_t device;           /* device of the file that @db has open */
  ino_t inode;            /* inode of the file that @db has open */
  gboolean damage;        /* damage was found in the running transaction */
  char *notice;           /* owned; nullable */
};

typedef sqlite3_stmt BullaStatement;

/* Transactions: each successful begin needs an end. */
gboolean bulla_store_begin (BullaStore *self, gboolean write, GError **error);
gboolean bulla_store_end (BullaStore *self, gboolean done, GError **error);
gboolean bulla_store_checkpoint (BullaStore *self, GError **error);

/* Statements within a transaction. */
BullaStatement *bulla_store_prepare (BullaStore *self, const char *sql, GError **error);
gboolean bulla_store_step (BullaStore *self, BullaStatement *statement, gboolean *row,
                           GError **error);
gboolean bulla_store_run (BullaStore *self, BullaStatement *statement, GError **error);
void bulla_statement_bind_text (BullaStatement *self, int parameter, const char *text);
void bulla_statement_bind_time (BullaStatement *self, int parameter, gint64 seconds);
char *bulla_statement_dup_text (BullaStatement *self, int column);
gint64 bulla_statement_get_time (BullaStatement *self, int column);

/* The database file. */
#define BULLA_STORE_N_MIGRATIONS 3
sqlite3 *bulla_store_file_open (const char *path, BullaStoreFlags flags, GError **error);
gboolean bulla_store_file_create (const char *folder, const char *path, GError **error);
gboolean bulla_store_file_set_aside (const char *folder, const char *path, dev_t device,
                                     ino_t inode, char **name, GError **error);
gboolean bulla_store_file_migrate (sqlite3 *db, int version, GError **error);
void bulla_store_set_error (GError **error, sqlite3 *db, const char *path, int code);
gboolean bulla_store_is_damage (int code);

G_END_DECLS
