/* bulla-certificate-names.h - compares and lists the host names of a certificate
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

gboolean bulla_certificate_names_match (X509 *leaf, const char *host);
char *bulla_certificate_names_to_text (X509 *leaf);
GStrv bulla_certificate_names_dup_hosts (X509 *leaf, guint max);
GPtrArray *bulla_certificate_names_list_reach (X509 *leaf);

G_END_DECLS
