/* bulla-private-address.h - recognises private addresses, and opens connections that avoid them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-given-addresses.h"

G_BEGIN_DECLS

#define BULLA_TYPE_FILTERED_ADDRESS (bulla_filtered_address_get_type ())
G_DECLARE_FINAL_TYPE (BullaFilteredAddress, bulla_filtered_address, BULLA, FILTERED_ADDRESS,
                      GNetworkAddress)

GSocketConnectable *bulla_filtered_address_new (const char *host, guint16 port, const char *scheme,
                                                BullaGivenAddresses *resolve,
                                                gboolean allow_private);
gboolean bulla_address_is_private (GInetAddress *address);
gboolean bulla_host_needs_lookup (const char *host, guint16 port, BullaGivenAddresses *resolve);
gboolean bulla_host_is_private (const char *host);
gboolean bulla_server_is_public (const char *from);
char *bulla_url_dup_private_host (const char *url);
char *bulla_server_dup_own_host (const char *from, const char *address);

G_END_DECLS
