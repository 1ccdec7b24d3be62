/* bulla-exchange-recorder.h - writes accepted exchanges into the store, in a thread of its own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-load.h"
#include "bulla-store.h"

G_BEGIN_DECLS

/* Called in the writing thread. @message: why an exchange was not recorded */
typedef void (*BullaExchangeRecorderFunc) (const char *message, gpointer user_data);

typedef struct _BullaExchangeRecorder BullaExchangeRecorder;

BullaExchangeRecorder *bulla_exchange_recorder_new (BullaStore *store,
                                                    BullaExchangeRecorderFunc failed,
                                                    gpointer user_data);
void bulla_exchange_recorder_free (BullaExchangeRecorder *self);
void bulla_exchange_recorder_note_load (BullaExchangeRecorder *self, BullaLoad *load, gint64 now);
void bulla_exchange_recorder_note_refused (BullaExchangeRecorder *self, BullaLoad *load,
                                           gint64 now);
void bulla_exchange_recorder_note_live (BullaExchangeRecorder *self, const char *url, gint64 date,
                                        const char *validator, gint64 now);
gboolean bulla_store_remember_load (BullaStore *store, BullaLoad *load, gint64 now, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaExchangeRecorder, bulla_exchange_recorder_free)

G_END_DECLS
