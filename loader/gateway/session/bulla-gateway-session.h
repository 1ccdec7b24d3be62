/* bulla-gateway-session.h - the network sessions of the gateway's clients, and their secrets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-announcements.h"
#include "bulla-gateway-internal.h"
#include "bulla-turns.h"

G_BEGIN_DECLS

/* a network session of the client's */
typedef struct _BullaGatewaySession {
  gatomicrefcount count;
  char *id;                       /* owned; a hash of its token */
  BullaGatewayDelegate *delegate; /* owned; nullable */
  BullaGatewayFlags flags;
  char *package;                     /* owned; nullable; the package whose session it is */
  char *package_view;                /* owned; nullable; the view that shows the package */
  GCancellable *cancellable;         /* owned; cancelled when it is removed */
  GHashTable *views;                 /* owned; token -> BullaGatewayView */
  BullaAnnouncements *announcements; /* owned */
  GHashTable *awaiting;              /* owned; tag -> the request that carries it, borrowed */
  GHashTable *network_permission;    /* owned; see bulla-gateway-network-permission.c */
  GQueue connections;                /* of BullaGatewayConnection, the one used last at the end */
  guint n_handshakes;                /* that are under way, each in a thread */
  GQueue handshakes;                 /* owned BullaGatewayConnection; whose turn has not come */
  /* set by whoever puts something into @handshakes */
  void (*clear_handshakes) (struct _BullaGatewaySession *session);
  BullaTurns *prefetching; /* owned; who prefetches now, of each view */
} BullaGatewaySession;

BullaGatewaySession *bulla_gateway_session_ref (BullaGatewaySession *session);
void bulla_gateway_session_unref (BullaGatewaySession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewaySession, bulla_gateway_session_unref)
BullaGatewaySession *bulla_gateway_session_find (BullaGateway *self, const char *token);
char *bulla_gateway_make_token (void);
BullaGatewaySession *bulla_gateway_session_authenticate (BullaGateway *self,
                                                         const char *authorization);

G_END_DECLS
