/* bulla-ledger.h - records every network contact: its time, host, cause, and the data it disclosed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-contact.h"

G_BEGIN_DECLS

/* Beyond either limit, the oldest contacts are dropped. */
#define BULLA_LEDGER_MAX 10000            /* most contacts */
#define BULLA_LEDGER_BYTES_MAX (64 << 20) /* approximate bytes of all contacts */

#define BULLA_TYPE_LEDGER (bulla_ledger_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaLedger, bulla_ledger, BULLA, LEDGER, GObject)

BULLA_API BullaLedger *bulla_ledger_new (void);
BULLA_API guint64 bulla_ledger_get_n_dropped (BullaLedger *self);
BULLA_API guint bulla_ledger_get_last_dropped (BullaLedger *self, guint view);
BULLA_API guint bulla_ledger_get_last_id (BullaLedger *self);
BULLA_API BullaContact *bulla_ledger_find_click (BullaLedger *self, guint view);
BULLA_API guint bulla_ledger_number_view (BullaLedger *self, const char *token);
BULLA_API void bulla_ledger_join_view (BullaLedger *self, const char *token, guint number);
BULLA_API void bulla_ledger_forget_view (BullaLedger *self, const char *token);
BULLA_API void bulla_ledger_close (BullaLedger *self);

BULLA_API char *bulla_contact_to_line (BullaContact *self);
BULLA_API void bulla_ledger_follow (BullaLedger *self, GOutputStream *out);
BULLA_API gboolean bulla_ledger_follow_file (BullaLedger *self, const char *name, gboolean waits,
                                             GError **error);
BULLA_API gboolean bulla_ledger_save (BullaLedger *self, guint view, GOutputStream *out,
                                      GCancellable *cancellable, GError **error);
BULLA_API gboolean bulla_ledger_load (BullaLedger *self, GInputStream *in,
                                      GCancellable *cancellable, GError **error);
BULLA_API char *bulla_ledger_to_har (BullaLedger *self, guint view);

G_END_DECLS
