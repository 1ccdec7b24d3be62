/* bulla-watch.h - writes into the ledger what one request does on the network
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http-message.h"
#include "bulla-ledger-private.h"

G_BEGIN_DECLS

typedef struct _BullaWatch BullaWatch;

BullaWatch *bulla_watch_new (BullaLedger *ledger, const BullaCause *cause, GUri *uri, guint16 port,
                             gboolean looks_up);
void bulla_watch_free (BullaWatch *self);
void bulla_watch_event (BullaWatch *self, GSocketClientEvent event, GIOStream *stream);
void bulla_watch_fail (BullaWatch *self, const GError *error);
BullaContact *bulla_watch_begin_request (BullaWatch *self, BullaContactKind kind,
                                         const char *method, SoupMessageHeaders *headers);

void bulla_watch_resolve (BullaWatch *self);
void bulla_watch_try (BullaWatch *self, const char *address);
void bulla_watch_connected (BullaWatch *self, const char *address, gboolean tls);
guint64 bulla_watch_get_connection (BullaWatch *self);
void bulla_watch_answer (BullaWatch *self, guint status);
void bulla_watch_finish (BullaWatch *self, gint64 sent, gint64 received);

BullaContact *bulla_watch_get_request (BullaHttpMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaWatch, bulla_watch_free)

G_END_DECLS
