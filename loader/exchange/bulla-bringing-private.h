/* bulla-bringing-private.h - what the bulla-bringing*.c files share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bringing.h"

G_BEGIN_DECLS

/* defined in bulla-bringing-validity.c */
GCancellable *bulla_bringing_prepare_validity (BullaBringing *self, BullaFetchOptions *options,
                                               GCancellable *cancellable);
void bulla_bringing_end_deadline (BullaBringing *self, GError **error);
void bulla_bringing_give_validity (BullaBringing *self, const BullaFetchResult *result,
                                   const GError *error);

G_END_DECLS
