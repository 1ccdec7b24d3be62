/* bulla-context.h - by what packages are judged: one profile, one trust, one clock
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-profile.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

typedef struct {
  BullaProfile *profile; /* owned */
  BullaTrust *trust;     /* owned */
  gint64 time;           /* Unix seconds; -1: the current time */
} BullaContext;

BullaContext *bulla_context_new (BullaProfile *profile, BullaTrust *trust);
BullaContext *bulla_context_ref (BullaContext *self);
void bulla_context_unref (BullaContext *self);
gint64 bulla_context_get_time (const BullaContext *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaContext, bulla_context_unref)

G_END_DECLS
