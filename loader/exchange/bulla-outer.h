/* bulla-outer.h - outer response: the HTTP response that carried a package, or a local file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

G_BEGIN_DECLS

typedef void (*BullaHeaderFunc) (const char *name, const char *value, gpointer user_data);

#define BULLA_TYPE_OUTER (bulla_outer_get_type ())
typedef struct _BullaOuter BullaOuter;

BULLA_API GType bulla_outer_get_type (void);
BULLA_API BullaOuter *bulla_outer_new (const char *url);
BULLA_API BullaOuter *bulla_outer_new_for_file (const char *url);
BULLA_API BullaOuter *bulla_outer_ref (BullaOuter *self);
BULLA_API void bulla_outer_unref (BullaOuter *self);
BULLA_API void bulla_outer_set_header (BullaOuter *self, const char *name, const char *value);
BULLA_API const char *bulla_outer_get_header (BullaOuter *self, const char *name);
BULLA_API void bulla_outer_foreach_header (BullaOuter *self, BullaHeaderFunc func,
                                           gpointer user_data);
BULLA_API const char *bulla_outer_get_url (BullaOuter *self);
BULLA_API void bulla_outer_set_status (BullaOuter *self, guint status);
BULLA_API void bulla_outer_set_redirected (BullaOuter *self, gboolean redirected);
BULLA_API gboolean bulla_outer_is_exchange (BullaOuter *self);
BULLA_API gboolean bulla_outer_is_bundle (BullaOuter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaOuter, bulla_outer_unref)

G_END_DECLS
