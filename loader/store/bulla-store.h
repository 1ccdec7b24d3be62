/* bulla-store.h - SQLite database that keeps data between runs of the program
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-macros.h"

G_BEGIN_DECLS

#define BULLA_STORE_ERROR (bulla_store_error_quark ())
BULLA_API GQuark bulla_store_error_quark (void);

/**
 * BullaStoreError:
 * @BULLA_STORE_ERROR_FAILED: the database could not be used, for instance for lack of permission
 * @BULLA_STORE_ERROR_ABSENT: the database does not exist, and was not to be created
 * @BULLA_STORE_ERROR_FULL: the disk, or the quota, is full; what was remembered before is kept
 * @BULLA_STORE_ERROR_BUSY: another process kept the database locked for too long
 * @BULLA_STORE_ERROR_DAMAGED: the database was damaged; the message says what it was renamed to
 * @BULLA_STORE_ERROR_NEWER: a newer version of Bulla wrote the database; it stays as it is
 * @BULLA_STORE_ERROR_UNREADABLE: there is a database, or may be one, and it cannot be read
 */
typedef enum {
  BULLA_STORE_ERROR_FAILED,
  BULLA_STORE_ERROR_ABSENT,
  BULLA_STORE_ERROR_FULL,
  BULLA_STORE_ERROR_BUSY,
  BULLA_STORE_ERROR_DAMAGED,
  BULLA_STORE_ERROR_NEWER,
  BULLA_STORE_ERROR_UNREADABLE,
} BullaStoreError;

/**
 * BullaStoreFlags:
 * @BULLA_STORE_DEFAULT: open a database that exists
 * @BULLA_STORE_CREATE: create the folder and the database if they do not exist, and start a new
 *   database after a damaged one was renamed
 * @BULLA_STORE_CHECK: read the whole database once and look for damage
 */
typedef enum {
  BULLA_STORE_DEFAULT = 0,
  BULLA_STORE_CREATE = 1 << 0,
  BULLA_STORE_CHECK = 1 << 1,
} BullaStoreFlags;

#define BULLA_TYPE_STORE (bulla_store_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaStore, bulla_store, BULLA, STORE, GObject)

BULLA_API char *bulla_store_dup_folder (const char *named);
BULLA_API BullaStore *bulla_store_open (const char *folder, BullaStoreFlags flags, GError **error);
BULLA_API gboolean bulla_store_error_hides_entries (const GError *error);
BULLA_API const char *bulla_store_get_path (BullaStore *self);
BULLA_API const char *bulla_store_get_notice (BullaStore *self);

G_END_DECLS
