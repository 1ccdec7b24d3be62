/* bulla-peer.h - a host and port to connect to: by which addresses, and by which never
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-resolve.h"

G_BEGIN_DECLS

#define BULLA_TYPE_PEER (bulla_peer_get_type ())
G_DECLARE_FINAL_TYPE (BullaPeer, bulla_peer, BULLA, PEER, GNetworkAddress)

GSocketConnectable *bulla_peer_new (const char *host, guint16 port, const char *scheme,
                                    BullaResolve *resolve, gboolean allow_private);
gboolean bulla_address_is_private (GInetAddress *address);
gboolean bulla_peer_looks_up (const char *host, guint16 port, BullaResolve *resolve);
gboolean bulla_host_is_private (const char *host);
gboolean bulla_peer_is_public (const char *from);
char *bulla_peer_dup_private_host (const char *url);
char *bulla_peer_dup_own_host (const char *from, const char *address);

G_END_DECLS
