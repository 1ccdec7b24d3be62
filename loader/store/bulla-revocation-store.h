/* bulla-revocation-store.h - the local revocation list, kept in a file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-revocations.h"
#include "bulla-files.h"

G_BEGIN_DECLS

#define BULLA_REVOCATION_STORE_NAME "revocations.tsv"

BullaRevocations *bulla_revocation_store_load (BullaFiles *store, GError **error);
BullaRevocations *bulla_revocation_store_load_whole (BullaFiles *store, GError **error);
gboolean bulla_revocation_store_save (BullaFiles *store, const BullaRevocations *revocations,
                                      GError **error);

G_END_DECLS
