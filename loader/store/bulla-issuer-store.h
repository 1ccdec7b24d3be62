/* bulla-issuer-store.h - reads the table of shipped and imported issuers, and imports further ones
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-issuers.h"

G_BEGIN_DECLS

typedef struct {
  BullaIssuers *issuers; /* owned; all issuers; an imported one replaces one of the same name */
  char *damaged;         /* owned; NULL if none was damaged; new path of a damaged user file */
} BullaIssuerStore;

/* Result of an import. */
typedef struct {
  const char *format; /* static; "ccadb" or "lines" */
  guint added, already_there;
  guint total; /* imported entries now in the store */
} BullaIssuerImport;

BullaIssuerStore *bulla_issuer_store_open (const char *folder, GError **error);
void bulla_issuer_store_free (BullaIssuerStore *self);
gboolean bulla_issuer_store_import (BullaIssuerStore *self, const char *folder, GBytes *file,
                                    const char *source, gboolean replace, BullaIssuerImport *result,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaIssuerStore, bulla_issuer_store_free)

G_END_DECLS
