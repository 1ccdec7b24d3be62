/* bulla-contact-recorder.h - records in the ledger the network contacts of one request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http-message.h"
#include "bulla-ledger-internal.h"

G_BEGIN_DECLS

typedef struct _BullaContactRecorder BullaContactRecorder;

BullaContactRecorder *bulla_contact_recorder_new (BullaLedger *ledger, const BullaCause *cause,
                                                  GUri *uri, guint16 port, gboolean looks_up);
void bulla_contact_recorder_free (BullaContactRecorder *self);
void bulla_contact_recorder_event (BullaContactRecorder *self, GSocketClientEvent event,
                                   GIOStream *stream);
void bulla_contact_recorder_fail (BullaContactRecorder *self, const GError *error);
BullaContact *bulla_contact_recorder_begin_request (BullaContactRecorder *self,
                                                    BullaContactKind kind, const char *method,
                                                    SoupMessageHeaders *headers);

void bulla_contact_recorder_resolve (BullaContactRecorder *self);
void bulla_contact_recorder_try (BullaContactRecorder *self, const char *address);
void bulla_contact_recorder_set_signs_for (BullaContactRecorder *self, const char *host);
void bulla_contact_recorder_connected (BullaContactRecorder *self, const char *address,
                                       gboolean tls);
guint64 bulla_contact_recorder_get_connection (BullaContactRecorder *self);
void bulla_contact_recorder_answer (BullaContactRecorder *self, guint status, const char *date);
void bulla_contact_recorder_finish (BullaContactRecorder *self, gint64 sent, gint64 received);

BullaContact *bulla_contact_recorder_get_request (BullaHttpMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaContactRecorder, bulla_contact_recorder_free)

G_END_DECLS
