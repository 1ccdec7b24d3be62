/* bulla-cli-live-page.h - the gateway's own page: what it decided, and who was contacted
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway.h"
#include "bulla-ledger.h"

G_BEGIN_DECLS

typedef struct _BullaCliLivePage BullaCliLivePage;

BullaCliLivePage *bulla_cli_live_page_new (BullaGateway *gateway, BullaLedger *ledger,
                                           const char *token);
void bulla_cli_live_page_free (BullaCliLivePage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliLivePage, bulla_cli_live_page_free)

G_END_DECLS
