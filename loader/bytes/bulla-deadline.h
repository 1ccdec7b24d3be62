/* bulla-deadline.h - cancels an operation after a time, or when the caller cancels it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BullaDeadline BullaDeadline;

BullaDeadline *bulla_deadline_new (GCancellable *caller, guint milliseconds);
void bulla_deadline_free (BullaDeadline *self);
GCancellable *bulla_deadline_get_cancellable (BullaDeadline *self);
gboolean bulla_deadline_is_over (BullaDeadline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaDeadline, bulla_deadline_free)

G_END_DECLS
