/* bulla-cli-sign-file.h - reads a web bundle that will be signed, and its integrity block, if it
 * has one
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-integrity-block.h"
#include "write/bulla-signing-key.h"

G_BEGIN_DECLS

typedef struct {
  char *path;                 /* owned; path with links resolved */
  char *name;                 /* owned; argument of the command */
  guint mode;                 /* permissions of the file */
  GBytes *bytes;              /* owned; bytes of the mapped file */
  gsize start;                /* offset of the bundle, behind the block */
  BullaFacts *facts;          /* owned; the facts about @block */
  BullaIntegrityBlock *block; /* owned; NULL if missing or unreadable */
} BullaCliSignFile;

BullaCliSignFile *bulla_cli_sign_file_new (const char *path, GError **error);
void bulla_cli_sign_file_free (BullaCliSignFile *self);
GInputStream *bulla_cli_sign_file_open_bundle (const BullaCliSignFile *self, GError **error);
const char *bulla_cli_sign_file_get_web_bundle_id (const BullaCliSignFile *self);
char *bulla_cli_sign_file_dup_signer (const BullaCliSignFile *self, guint signature);

/* keys named on the command line */
BullaSigningKey *bulla_cli_read_key (const char *path, gboolean must_sign, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliSignFile, bulla_cli_sign_file_free)

G_END_DECLS
