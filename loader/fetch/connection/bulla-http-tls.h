/* bulla-http-tls.h - verifies a server's certificate with a GTlsDatabase during curl's handshake
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BullaHttpTls BullaHttpTls;

GSocketConnectable *bulla_http_tls_new_identity (const char *host, guint16 port);
BullaHttpTls *bulla_http_tls_new (GTlsDatabase *database, const char *host, guint16 port);
BullaHttpTls *bulla_http_tls_ref (BullaHttpTls *self);
void bulla_http_tls_unref (BullaHttpTls *self);
void bulla_http_tls_set_up (BullaHttpTls *self, gpointer ssl_ctx, guint64 *n_records);
gboolean bulla_http_tls_offer (gpointer ssl_ctx, gboolean both);
gboolean bulla_http_tls_has_pending (gpointer ssl);
GError *bulla_http_tls_new_signer_error (const char *host);
const char *bulla_http_tls_get_signs_for (BullaHttpTls *self);
GError *bulla_http_tls_dup_error (BullaHttpTls *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaHttpTls, bulla_http_tls_unref)

G_END_DECLS
