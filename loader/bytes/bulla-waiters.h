/* bulla-waiters.h - several tasks that wait for the end of one operation
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BullaWaiters BullaWaiters;

BullaWaiters *bulla_waiters_new (void);
void bulla_waiters_free (BullaWaiters *self);
GCancellable *bulla_waiters_get_cancellable (BullaWaiters *self);
void bulla_waiters_add (BullaWaiters *self, GTask *task);
void bulla_waiters_end (BullaWaiters *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaWaiters, bulla_waiters_free)

G_END_DECLS
