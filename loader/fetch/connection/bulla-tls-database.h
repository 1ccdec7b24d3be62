/* bulla-tls-database.h - verifies servers with trusted roots from several files and the system
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-trust.h"

G_BEGIN_DECLS

#define BULLA_TYPE_TLS_DATABASE (bulla_tls_database_get_type ())
G_DECLARE_FINAL_TYPE (BullaTlsDatabase, bulla_tls_database, BULLA, TLS_DATABASE, GTlsDatabase)

GTlsDatabase *bulla_tls_database_new (BullaTrust *trust, GError **error);
gboolean bulla_tls_certificate_can_sign (GTlsCertificate *certificate);
char *bulla_tls_database_note_key (GTlsDatabase *database, GBytes *certificate, const char *host);
GBytes *bulla_tls_certificate_dup_der (GTlsCertificate *certificate);
char *bulla_tls_describe_flags (GTlsCertificateFlags flags);

G_END_DECLS
