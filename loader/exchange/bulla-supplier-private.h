/* bulla-supplier-private.h - what the bulla-supplier*.c files share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-supplier.h"

G_BEGIN_DECLS

/* defined in bulla-supplier-deadline.c */
GCancellable *bulla_supplier_begin_deadline (BullaSupplier *self, guint milliseconds,
                                             GCancellable *cancellable);
void bulla_supplier_end_deadline (BullaSupplier *self, GError **error);

/* defined in bulla-supplier-validity.c */
GCancellable *bulla_supplier_prepare_validity (BullaSupplier *self, BullaFetchOptions *options,
                                               GCancellable *cancellable);
void bulla_supplier_give_validity (BullaSupplier *self, const BullaFetchResult *result,
                                   const GError *error);

/* defined in bulla-supplier-caa.c */
void bulla_supplier_ask_dns (BullaSupplier *self, const BullaWant *want, gint64 wait,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
void bulla_supplier_give_climb (BullaWanter *wanter, BullaCaaClimb *climb);

G_END_DECLS
