/* bulla-party-private.h - struct of a party, filled by the exposure report
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-party.h"

G_BEGIN_DECLS

#define BULLA_PHASES (BULLA_PHASE_AFTER + 1)

struct _BullaParty {
  GObject parent_instance;
  BullaPartyRole role;
  char *host;                        /* owned; "" for the resolver */
  char *publisher;                   /* owned; NULL if unknown; host whose page is shown */
  gboolean delivered;                /* the page came from a package */
  gboolean clicked;                  /* there was a click */
  gboolean incomplete;               /* the ledger dropped contacts that may have been with it */
  GPtrArray *contacts[BULLA_PHASES]; /* owned; of BullaContact, owned */
};

BullaParty *bulla_party_new (BullaPartyRole role, const char *host);
void bulla_party_add (BullaParty *self, BullaPhase phase, BullaContact *contact);
gboolean bulla_party_was_told (BullaParty *self, BullaPhase phase);

G_END_DECLS
