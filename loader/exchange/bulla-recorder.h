/* bulla-recorder.h - writes accepted exchanges into the store, in a thread of its own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-load.h"
#include "bulla-store.h"

G_BEGIN_DECLS

/* Called in the writing thread. @message: why an exchange was not recorded */
typedef void (*BullaRecorderFunc) (const char *message, gpointer user_data);

typedef struct _BullaRecorder BullaRecorder;

BullaRecorder *bulla_recorder_new (BullaStore *store, BullaRecorderFunc failed, gpointer user_data);
void bulla_recorder_free (BullaRecorder *self);
void bulla_recorder_note_load (BullaRecorder *self, BullaLoad *load, gint64 now);
void bulla_recorder_note_refused (BullaRecorder *self, BullaLoad *load, gint64 now);
void bulla_recorder_note_live (BullaRecorder *self, const char *url, gint64 date,
                               const char *validator, gint64 now);
gboolean bulla_store_remember_load (BullaStore *store, BullaLoad *load, gint64 now, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaRecorder, bulla_recorder_free)

G_END_DECLS
