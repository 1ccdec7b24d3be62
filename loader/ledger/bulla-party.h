/* bulla-party.h - one party of a view: its role, its contacts, and the data that they disclosed to
 * it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-contact.h"

G_BEGIN_DECLS

/**
 * BullaPartyRole:
 * @BULLA_PARTY_PUBLISHER: the publisher of the shown page
 * @BULLA_PARTY_AGGREGATOR: delivered the package that contains the page of another publisher
 * @BULLA_PARTY_LINKER: the site of the page whose link led to the shown page
 * @BULLA_PARTY_CERTIFICATES: served the certificate chain of a package
 * @BULLA_PARTY_OTHER: any other party
 * @BULLA_PARTY_RESOLVER: the DNS resolver of this system; it has no host
 */
typedef enum {
  BULLA_PARTY_PUBLISHER,
  BULLA_PARTY_AGGREGATOR,
  BULLA_PARTY_LINKER,
  BULLA_PARTY_CERTIFICATES,
  BULLA_PARTY_OTHER,
  BULLA_PARTY_RESOLVER,
} BullaPartyRole;

/**
 * BullaPhase:
 * @BULLA_PHASE_EARLIER: before the page on which the click was made
 * @BULLA_PHASE_BEFORE: on that page, before the click
 * @BULLA_PHASE_AFTER: from the click on
 */
typedef enum {
  BULLA_PHASE_EARLIER,
  BULLA_PHASE_BEFORE,
  BULLA_PHASE_AFTER,
} BullaPhase;

/**
 * BullaPartyCount:
 * @connections: attempted connections, whether or not they succeeded
 * @requests: requests sent to the party, including WebSockets
 * @answered: requests for URLs of the party that a package or a cache answered
 * @withheld: requests to the party that were not sent
 * @lookups: DNS queries
 * @bytes_sent: bytes of HTTP sent
 * @bytes_received: bytes of HTTP received
 */
typedef struct {
  guint connections;
  guint requests;
  guint answered;
  guint withheld;
  guint lookups;
  guint64 bytes_sent;
  guint64 bytes_received;
} BullaPartyCount;

#define BULLA_TYPE_PARTY (bulla_party_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaParty, bulla_party, BULLA, PARTY, GObject)

BULLA_API const char *bulla_party_role_get_nick (BullaPartyRole role);

BULLA_API BullaPartyRole bulla_party_get_role (BullaParty *self);
BULLA_API const char *bulla_party_get_host (BullaParty *self);
BULLA_API void bulla_party_count (BullaParty *self, BullaPhase phase, BullaPartyCount *count);
BULLA_API GListModel *bulla_party_list_contacts (BullaParty *self, BullaPhase phase);
BULLA_API char **bulla_party_dup_cookies (BullaParty *self);
BULLA_API guint bulla_party_get_n_cookies_left_out (BullaParty *self);

BULLA_API const char *bulla_party_get_title (BullaParty *self);
BULLA_API char *bulla_party_dup_knows (BullaParty *self);
BULLA_API char *bulla_party_dup_does_not_know (BullaParty *self);
BULLA_API char *bulla_party_describe_count (BullaParty *self, BullaPhase phase);

G_END_DECLS
