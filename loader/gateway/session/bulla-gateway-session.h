/* bulla-gateway-session.h - network sessions of the gateway's clients, with their secret tokens
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-announcements.h"
#include "bulla-concurrency.h"
#include "bulla-gateway-internal.h"

G_BEGIN_DECLS

/* One network session of a client. */
typedef struct _BullaGatewaySession {
  gatomicrefcount count;
  char *id;                       /* owned; hash of its token */
  BullaGatewayDelegate *delegate; /* owned; nullable */
  BullaGatewayFlags flags;
  char *package;                     /* owned; NULL unless the session is for one package; its ID */
  char *package_view;                /* owned; NULL if @package is; view that shows the package */
  GCancellable *cancellable;         /* owned; cancelled when the session is removed */
  GHashTable *views;                 /* owned; token -> BullaGatewayView */
  BullaAnnouncements *announcements; /* owned */
  GHashTable *awaiting; /* owned; tag -> borrowed request that waits for its announcement */
  GHashTable *network_permission; /* owned; see bulla-gateway-network-permission.c */
  GQueue connections;             /* of BullaGatewayConnection, the most recently used last */
  guint n_streams;                /* open streams of its HTTP/2 connections */
  BullaConcurrency *prefetching;  /* owned; limits concurrent prefetches of each view */
} BullaGatewaySession;

BullaGatewaySession *bulla_gateway_session_ref (BullaGatewaySession *session);
void bulla_gateway_session_unref (BullaGatewaySession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewaySession, bulla_gateway_session_unref)
BullaGatewaySession *bulla_gateway_session_find (BullaGateway *self, const char *token);
char *bulla_gateway_make_token (void);
BullaGatewaySession *bulla_gateway_session_authenticate (BullaGateway *self,
                                                         const char *authorization);

G_END_DECLS
