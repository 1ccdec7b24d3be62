/* bulla-supplier.h - supplies a wanter with package bytes, chains, DNS records and validity data
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-context.h"
#include "bulla-deadline.h"
#include "bulla-wanter.h"

G_BEGIN_DECLS

#define BULLA_SUPPLY_SIZE 8192 /* bytes of a package that one read asks for */

/* Serves one wanter. The buffer is large, and never cleared. */
typedef struct {
  BullaContext *context;   /* borrowed */
  BullaWanter *wanter;     /* owned */
  GInputStream *input;     /* owned; NULL if no package bytes are wanted */
  gsize start, end;        /* bounds of the unused part of the buffer */
  gint64 dns_end;          /* monotonic time in µs of the DNS time limit; 0 before it starts */
  BullaDeadline *deadline; /* owned; NULL unless something is fetched that has a time of its own */
  guint deadline_ms;       /* that time */
  gint64 started, began;   /* when that fetch began: Unix seconds, and monotonic time in µs */
  guint8 buffer[BULLA_SUPPLY_SIZE];
} BullaSupplier;

void bulla_supplier_init (BullaSupplier *self, BullaContext *context, BullaWanter *wanter,
                          GInputStream *input);
void bulla_supplier_clear (BullaSupplier *self);
void bulla_supplier_free (gpointer data);
gboolean bulla_supplier_give_known_climb (BullaContext *context, BullaWanter *wanter,
                                          const BullaWant *want);
void bulla_supplier_run (BullaSupplier *self, GCancellable *cancellable);
void bulla_supplier_run_async (BullaSupplier *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean bulla_supplier_run_finish (BullaSupplier *self, GAsyncResult *result, GError **error);

G_END_DECLS
