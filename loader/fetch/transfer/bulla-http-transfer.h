/* bulla-http-transfer.h - transfers one request and its response with curl
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http-client.h"
#include "bulla-http-message.h"
#include "bulla-http-tls.h"

G_BEGIN_DECLS

#define BULLA_HTTP_AHEAD_MAX 131072 /* unread bytes of a body at which receiving pauses */

/**
 * BullaHttpTransferOptions:
 * @given: (nullable): the addresses that the user gave for the host; #GInetAddress
 * @allow_private: whether addresses of this machine and its network are permitted, apart from
 *   @given
 * @timeout: time limit in seconds for a connection on which no byte is sent or received; 0 for none
 * @deadline: g_get_monotonic_time() at which the transfer ends, complete or not; 0 for none
 * @tls: (nullable): verifies the server's certificate, for https
 */
typedef struct {
  GPtrArray *given;
  gboolean allow_private;
  guint timeout;
  gint64 deadline;
  BullaHttpTls *tls;
} BullaHttpTransferOptions;

void bulla_http_transfer_start (BullaHttpClient *client, BullaHttpMessage *message,
                                const BullaHttpTransferOptions *options, GTask *task);

/* Functions for the client. */
extern const BullaHttpTransferFuncs bulla_http_transfer_funcs;

/* Functions for the body. */
void bulla_http_transfer_unref (BullaHttpTransfer *self);
BullaHttpTransfer *bulla_http_transfer_ref (BullaHttpTransfer *self);
gboolean bulla_http_transfer_is_readable (BullaHttpTransfer *self);
gssize bulla_http_transfer_read (BullaHttpTransfer *self, guint8 *buffer, gsize size,
                                 GError **error);
void bulla_http_transfer_abandon (BullaHttpTransfer *self);

G_END_DECLS
