/* bulla-cli-delivery.h - a package that is read once, for several judges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-fetcher.h"
#include "bulla-loader.h"
#include "bulla-outer.h"

G_BEGIN_DECLS

typedef struct _BullaCliDelivery BullaCliDelivery;

gboolean bulla_cli_delivery_is_needed (const char *name);
BullaCliDelivery *bulla_cli_delivery_new (BullaLoader *loader, const char *name, GError **error);
BullaCliDelivery *bulla_cli_delivery_request (BullaLoader *loader, const char *url, GError **error);
GInputStream *bulla_cli_delivery_open_answer (const BullaCliDelivery *self, const char **guess);
void bulla_cli_delivery_free (BullaCliDelivery *self);
GInputStream *bulla_cli_delivery_open (const BullaCliDelivery *self);
BullaOuter *bulla_cli_delivery_dup_outer (const BullaCliDelivery *self);
BullaPackageKind bulla_cli_delivery_get_kind (const BullaCliDelivery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliDelivery, bulla_cli_delivery_free)

G_END_DECLS
