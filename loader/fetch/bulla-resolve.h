/* bulla-resolve.h - stores addresses that the user gave for hosts, like curl's --resolve
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_RESOLVE_MAX 256        /* most mappings */
#define BULLA_RESOLVE_ADDRESS_MAX 16 /* most addresses in one mapping */

typedef struct _BullaResolve BullaResolve;

BullaResolve *bulla_resolve_new (void);
BullaResolve *bulla_resolve_ref (BullaResolve *self);
void bulla_resolve_unref (BullaResolve *self);
gboolean bulla_resolve_add (BullaResolve *self, const char *host_port_address, GError **error);
GPtrArray *bulla_resolve_lookup (BullaResolve *self, const char *host, guint16 port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaResolve, bulla_resolve_unref)

G_END_DECLS
