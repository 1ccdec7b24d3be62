/* bulla-cli-gunzip.h - decompresses a gzip file member by member, as far as it is good
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BullaCliGunzip BullaCliGunzip;

BullaCliGunzip *bulla_cli_gunzip_new (GBytes *bytes);
void bulla_cli_gunzip_free (BullaCliGunzip *self);
gssize bulla_cli_gunzip_read (BullaCliGunzip *self, guint8 *into, gsize size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliGunzip, bulla_cli_gunzip_free)

G_END_DECLS
