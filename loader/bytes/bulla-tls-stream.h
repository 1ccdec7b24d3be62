/* bulla-tls-stream.h - the server's side of a TLS connection, as a GIOStream over a socket
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_TYPE_TLS_STREAM bulla_tls_stream_get_type ()
G_DECLARE_FINAL_TYPE (BullaTlsStream, bulla_tls_stream, BULLA, TLS_STREAM, GIOStream)

/**
 * BullaTlsContext:
 *
 * What the connections of one server share: an SSL_CTX of OpenSSL.
 */
typedef struct ssl_ctx_st BullaTlsContext;
struct evp_pkey_st; /* the EVP_PKEY of OpenSSL */

BullaTlsContext *bulla_tls_context_new (struct evp_pkey_st *key);
void bulla_tls_context_free (BullaTlsContext *self);

BullaTlsStream *bulla_tls_stream_new (GSocket *socket, BullaTlsContext *context,
                                      GTlsCertificate *certificate, GError **error);
void bulla_tls_stream_offer_http2 (BullaTlsStream *self);
const char *bulla_tls_stream_get_protocol (BullaTlsStream *self);
gboolean bulla_tls_stream_handshake (BullaTlsStream *self, GError **error);
void bulla_tls_stream_cork (BullaTlsStream *self);
gboolean bulla_tls_stream_uncork (BullaTlsStream *self, GError **error);

G_END_DECLS
