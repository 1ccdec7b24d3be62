/* bulla-ledger-shares.h - counts how much of a ledger each view has
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-contact-internal.h"

G_BEGIN_DECLS

typedef struct _BullaLedgerShares BullaLedgerShares;

BullaLedgerShares *bulla_ledger_shares_new (void);
void bulla_ledger_shares_free (BullaLedgerShares *self);
void bulla_ledger_shares_add (BullaLedgerShares *self, const BullaContact *contact);
void bulla_ledger_shares_resize (BullaLedgerShares *self, const BullaContact *contact,
                                 gsize before);
void bulla_ledger_shares_drop (BullaLedgerShares *self, const BullaContact *contact);
guint bulla_ledger_shares_find_largest (BullaLedgerShares *self, gboolean by_bytes, guint own);
guint bulla_ledger_shares_get_last_dropped (BullaLedgerShares *self, guint view);

G_END_DECLS
