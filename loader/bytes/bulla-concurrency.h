/* bulla-concurrency.h - limits concurrent operations; further ones wait for their turn
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-spool.h"

G_BEGIN_DECLS

typedef struct {
  guint all;        /* concurrent turns of all owners */
  guint each;       /* concurrent turns of one owner */
  guint waiting;    /* queued turns of one owner */
  guint turn_in_ms; /* time limit of one turn */
} BullaConcurrencyLimits;

typedef struct _BullaConcurrency BullaConcurrency;

/* The right to proceed; its holder frees it. */
typedef struct _BullaTurn BullaTurn;

typedef void (*BullaTurnFunc) (BullaTurn *turn, gpointer user_data);

BullaConcurrency *bulla_concurrency_new (const BullaConcurrencyLimits *limits);
void bulla_concurrency_unref (BullaConcurrency *self);
gboolean bulla_concurrency_ask (BullaConcurrency *self, gconstpointer owner,
                                GCancellable *cancellable, BullaTurnFunc func, gpointer user_data);
BullaTurn *bulla_concurrency_try (BullaConcurrency *self, gconstpointer owner,
                                  GCancellable *cancellable);

const GError *bulla_turn_get_error (BullaTurn *self);
void bulla_turn_follow (BullaTurn *self, BullaSpool *spool);
void bulla_turn_end_for (BullaSpool *spool);
void bulla_turn_free (BullaTurn *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaTurn, bulla_turn_free)

G_END_DECLS
