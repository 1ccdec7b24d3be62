/* bulla-connector.h - opens network connections: checks servers and addresses, pools connections
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-contact-recorder.h"
#include "bulla-given-addresses.h"
#include "bulla-http-message.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

#define BULLA_CONNECTOR_CLIENTS_MAX 32 /* most pooled clients: two for each main context */

/**
 * BullaConnectorFlags:
 * @BULLA_CONNECTOR_PRIVATE: addresses of this machine and its network are permitted
 * @BULLA_CONNECTOR_PATIENT: no time limit for a silent connection: the caller has its own, or none
 */
typedef enum {
  BULLA_CONNECTOR_DEFAULT = 0,
  BULLA_CONNECTOR_PRIVATE = 1 << 0,
  BULLA_CONNECTOR_PATIENT = 1 << 1,
} BullaConnectorFlags;

#define BULLA_TYPE_CONNECTOR (bulla_connector_get_type ())
G_DECLARE_FINAL_TYPE (BullaConnector, bulla_connector, BULLA, CONNECTOR, GObject)

BullaConnector *bulla_connector_new (BullaTrust *trust, BullaLedger *ledger);
BullaLedger *bulla_connector_get_ledger (BullaConnector *self);
BullaGivenAddresses *bulla_connector_get_resolve (BullaConnector *self);
void bulla_connector_set_deadline (BullaConnector *self, gint64 deadline);
void bulla_connector_set_offline (BullaConnector *self, gboolean offline);
GPtrArray *bulla_connector_lookup (BullaConnector *self, GUri *uri);
void bulla_connector_send_async (BullaConnector *self, BullaHttpMessage *message,
                                 const BullaCause *cause, BullaConnectorFlags flags,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
GInputStream *bulla_connector_send_finish (BullaConnector *self, GAsyncResult *result,
                                           GError **error);
void bulla_connector_connect_async (BullaConnector *self, GUri *uri, const BullaCause *cause,
                                    BullaConnectorFlags flags, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
GIOStream *bulla_connector_connect_finish (BullaConnector *self, GAsyncResult *result,
                                           BullaContactRecorder **recorder, GError **error);
void bulla_connector_drop_idle (BullaConnector *self);
GError *bulla_connector_explain (GUri *uri, const GError *error);

G_END_DECLS
