/* bulla-gateway-internal.h - the data of the gateway itself, for its rooms
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

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
  GHashTable *sessions;                         /* owned; id -> BullaGatewaySession */
  gint64 next_prefetch;      /* when the next prefetch may start: g_get_monotonic_time() */
  GHashTable *allow_private; /* owned; a set of hosts */
  GHashTable *private_hosts; /* owned; a set: private hosts that the user navigated to */
  GHashTable *public_hosts;  /* owned; a set: hosts that had a public address once */
};

G_END_DECLS
