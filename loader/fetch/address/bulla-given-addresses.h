/* bulla-given-addresses.h - stores addresses that the user gave for hosts, like curl's --resolve
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_RESOLVE_MAX 256        /* most mappings */
#define BULLA_RESOLVE_ADDRESS_MAX 16 /* most addresses in one mapping */

typedef struct _BullaGivenAddresses BullaGivenAddresses;

BullaGivenAddresses *bulla_given_addresses_new (void);
BullaGivenAddresses *bulla_given_addresses_ref (BullaGivenAddresses *self);
void bulla_given_addresses_unref (BullaGivenAddresses *self);
gboolean bulla_given_addresses_add (BullaGivenAddresses *self, const char *host_port_address,
                                    GError **error);
GPtrArray *bulla_given_addresses_lookup (BullaGivenAddresses *self, const char *host, guint16 port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGivenAddresses, bulla_given_addresses_unref)

G_END_DECLS
