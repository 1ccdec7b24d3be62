/* bulla-gateway-internal.h - struct of the gateway, shared by its folders
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-client.h"
#include "bulla-connector.h"
#include "bulla-gateway.h"
#include "bulla-reporter.h"

G_BEGIN_DECLS

struct _BullaGateway {
  GObject parent_instance;
  BullaLoader *loader;                          /* owned */
  BullaConnector *connector;                    /* borrowed from the loader */
  BullaReporter *reporter;                      /* owned */
  struct _BullaGatewayCertificate *certificate; /* owned */
  struct _BullaGatewayListener *listener;       /* owned */
  GInetSocketAddress *address;                  /* owned; nullable */
  BullaClient *client;                          /* owned; provides the Accept of parts of pages */
  char *process_session;     /* owned; NULL unless a process needs no password; its session's id */
  GPid process;              /* that process; its descendants need no password either */
  GPid process_network;      /* the descendant that connected last; 0 before */
  GHashTable *sessions;      /* owned; session id -> BullaGatewaySession */
  gint64 next_prefetch;      /* g_get_monotonic_time() at which the next prefetch may start */
  GHashTable *allow_private; /* owned; set of hosts that may be private */
  GHashTable *private_hosts; /* owned; set of private hosts that the user navigated to */
  GHashTable *public_hosts;  /* owned; set of hosts that once had a public address */
};

void bulla_gateway_set_client (BullaGateway *self, BullaClient *client);
void bulla_gateway_set_process (BullaGateway *self, const char *token, GPid process);
char *bulla_gateway_dup_leaf_hash (BullaGateway *self);
void bulla_gateway_set_view_client (BullaGateway *self, const char *token, const char *view,
                                    BullaClient *client);

G_END_DECLS
