/* bulla-ledger-panel.h - shows who was contacted for a page, and what each of them learnt
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-ledger.h"
#include "bulla-panel.h"

G_BEGIN_DECLS

#define BULLA_TYPE_LEDGER_PANEL (bulla_ledger_panel_get_type ())
G_DECLARE_FINAL_TYPE (BullaLedgerPanel, bulla_ledger_panel, BULLA, LEDGER_PANEL, BullaPanel)

void bulla_ledger_panel_follow (BullaLedgerPanel *self, BullaLedger *ledger, guint view);

G_END_DECLS
