/* bulla-context.h - settings and network objects that a loader shares with the packages it opened
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-caa-finder.h"
#include "bulla-fetched-chains.h"
#include "bulla-files-trust.h"
#include "bulla-fetcher.h"
#include "bulla-ledger.h"
#include "bulla-profile.h"
#include "bulla-store.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

typedef struct {
  BullaProfile *profile;      /* owned */
  BullaTrust *trust;          /* owned */
  gint64 time;                /* Unix time in s; -1 for the current time */
  BullaLedger *ledger;        /* owned; records each network contact */
  BullaFetcher *fetcher;      /* owned */
  BullaFetchedChains *chains; /* owned */
  GHashTable *given_chains;   /* owned; GBytes, SHA-256 of a leaf -> GBytes, its chain */
  gint64 deadline;            /* g_get_monotonic_time() at which network waits end; 0 for none */
  guint question_ms;          /* time of each question about a package; 0: as the profile says */
  gboolean offline;           /* nothing is fetched from the network */
  BullaCaaFinder *caa;        /* owned; NULL if DNS is not asked for CAA records */
  BullaStore *store;          /* owned; NULL if nothing is remembered */
  BullaTrustFiles *files;     /* owned; NULL if @trust is not compared with the kept files */
} BullaContext;

/* Takes over the task. */
typedef void (*BullaContextTaskFunc) (GTask *task);

BullaContext *bulla_context_new (BullaProfile *profile, BullaTrust *trust);
BullaContext *bulla_context_ref (BullaContext *self);
void bulla_context_unref (BullaContext *self);
gint64 bulla_context_get_time (const BullaContext *self);
void bulla_context_update_trust (BullaContext *self);
gboolean bulla_context_has_current_trust (BullaContext *self);
void bulla_context_update_trust_async (BullaContext *self, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
gboolean bulla_context_update_trust_finish (GAsyncResult *result, GError **error);
void bulla_context_run_with_current_trust (BullaContext *self, GTask *task,
                                           BullaContextTaskFunc run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaContext, bulla_context_unref)

G_END_DECLS
