/* bulla-parties.h - who took part in what a view shows, and what each of them knows
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-ledger.h"
#include "bulla-party.h"

G_BEGIN_DECLS

#define BULLA_TYPE_PARTIES (bulla_parties_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaParties, bulla_parties, BULLA, PARTIES, GObject)

BULLA_API BullaParties *bulla_parties_new (BullaLedger *ledger, guint view);
BULLA_API guint bulla_parties_get_view (BullaParties *self);
BULLA_API BullaContact *bulla_parties_get_click (BullaParties *self);
BULLA_API const char *bulla_parties_get_page (BullaParties *self);
BULLA_API gboolean bulla_parties_place (BullaParties *self, BullaContact *contact,
                                        BullaMoment *moment);

G_END_DECLS
