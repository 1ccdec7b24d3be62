/* bulla-issuer-store.h - the table of issuers: what came with Bulla, and what the user imported
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-issuers.h"

G_BEGIN_DECLS

typedef struct {
  BullaIssuers *issuers; /* owned; all of them; an imported one replaces one of the same name */
  char *damaged;         /* owned; nullable: where a damaged file of the user lies now */
} BullaIssuerStore;

/* what an import did */
typedef struct {
  const char *format; /* static; "ccadb" or "lines" */
  guint added, already_there;
  guint total; /* imported entries in the store now */
} BullaIssuerImport;

BullaIssuerStore *bulla_issuer_store_open (const char *folder, GError **error);
void bulla_issuer_store_free (BullaIssuerStore *self);
gboolean bulla_issuer_store_import (BullaIssuerStore *self, const char *folder, GBytes *file,
                                    const char *source, gboolean replace, BullaIssuerImport *result,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaIssuerStore, bulla_issuer_store_free)

G_END_DECLS
