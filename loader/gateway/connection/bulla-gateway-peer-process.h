/* bulla-gateway-peer-process.h - finds out which process of this machine is at a connection's end
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean bulla_gateway_peer_descends_from (GSocket *socket, GPid ancestor, GPid *owner);

G_END_DECLS
