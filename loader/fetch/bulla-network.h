/* bulla-network.h - the only way out: trusted servers, given addresses, pooled connections
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "bulla-resolve.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

#define BULLA_NETWORK_SESSIONS_MAX 128 /* hosts with pooled connections */

/**
 * BullaNetworkFlags:
 * @BULLA_NETWORK_PRIVATE: addresses of this machine and its network may be connected to
 * @BULLA_NETWORK_PATIENT: a silent connection is not given up: somebody else waits, or stops
 */
typedef enum {
  BULLA_NETWORK_DEFAULT = 0,
  BULLA_NETWORK_PRIVATE = 1 << 0,
  BULLA_NETWORK_PATIENT = 1 << 1,
} BullaNetworkFlags;

#define BULLA_TYPE_NETWORK (bulla_network_get_type ())
G_DECLARE_FINAL_TYPE (BullaNetwork, bulla_network, BULLA, NETWORK, GObject)

BullaNetwork *bulla_network_new (BullaTrust *trust);
BullaResolve *bulla_network_get_resolve (BullaNetwork *self);
SoupSession *bulla_network_dup_session (BullaNetwork *self, GUri *uri, BullaNetworkFlags flags,
                                        GError **error);
void bulla_network_connect_async (BullaNetwork *self, GUri *uri, BullaNetworkFlags flags,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
GIOStream *bulla_network_connect_finish (BullaNetwork *self, GAsyncResult *result, GError **error);
GError *bulla_network_explain (GUri *uri, SoupMessage *message, const GError *error);
char *bulla_network_dup_address (SoupMessage *message);

G_END_DECLS
