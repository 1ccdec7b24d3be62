/* bulla-party-private.h - how a party is put together
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-party.h"

G_BEGIN_DECLS

#define BULLA_PHASES (BULLA_PHASE_AFTER + 1)

struct _BullaParty {
  GObject parent_instance;
  BullaPartyRole role;
  char *host;                        /* owned; "" of the resolver */
  char *publisher;                   /* owned; nullable; whose page is shown */
  gboolean delivered;                /* a package answered for that page */
  gboolean clicked;                  /* there was a click at all */
  GPtrArray *contacts[BULLA_PHASES]; /* owned; of BullaContact, owned */
};

BullaParty *bulla_party_new (BullaPartyRole role, const char *host);
void bulla_party_add (BullaParty *self, BullaPhase phase, BullaContact *contact);
gboolean bulla_party_was_told (BullaParty *self, BullaPhase phase);

G_END_DECLS
