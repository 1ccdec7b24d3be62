/* vector-store.h - what a recipe's reader remembers from before
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-store.h"
#include "vector.h"

G_BEGIN_DECLS

/* Returns: (transfer full) (nullable): a store in the folder, filled as [store] says */
BullaStore *vector_store_new (Vector *vector, const char *folder, GError **error);
/* Removes the files of the store. @store: (transfer full) */
void vector_store_free (BullaStore *store);

G_END_DECLS
