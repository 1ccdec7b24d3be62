/* bulla-refresh.h - asks at a validity URL, and verifies the new signatures that come
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-load-internal.h"
#include "bulla-wanter.h"

G_BEGIN_DECLS

#define BULLA_TYPE_REFRESH (bulla_refresh_get_type ())
G_DECLARE_FINAL_TYPE (BullaRefresh, bulla_refresh, BULLA, REFRESH, GObject)

/* What the exchange with a new signature is judged by. */
typedef struct {
  BullaProfile *profile; /* owned */
  BullaTrust *trust;     /* owned */
  BullaOuter *outer;     /* owned */
  GBytes *by_hand;       /* owned; NULL unless the user gave a chain */
  gint64 now;            /* Unix seconds */
  gboolean asks_dns, asks_store;
} BullaRefreshContext;

/* Returns: (transfer full): a load that was given a head, and does not ask its publisher */
typedef BullaLoad *(*BullaRefreshFunc) (const BullaRefreshContext *context, GBytes *head);

BullaRefresh *bulla_refresh_new (BullaLoad *load, const char *url, gboolean blocking,
                                 BullaRefreshFunc begin);
BullaRefresh *bulla_refresh_new_for_subset (BullaOuter *outer, const char *url, gboolean blocking);
gboolean bulla_refresh_is_done (BullaRefresh *self);
void bulla_refresh_abandon (BullaRefresh *self);
BullaLoad *bulla_refresh_get_fresh (BullaRefresh *self);
GBytes *bulla_refresh_dup_head (BullaRefresh *self);
void bulla_refresh_fill_facts (BullaRefresh *self, BullaFacts *facts, gint64 decided);

G_END_DECLS
