/* bulla-issuer-certificate.h - reads from a certificate its issuer and its host names
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <openssl/x509.h>

#include "bulla-issuers.h"

G_BEGIN_DECLS

#define BULLA_ISSUER_CERTIFICATE_SIZE_MAX (1 << 20) /* largest file, in bytes */

typedef struct {
  BullaIssuerNames names; /* names that identify the authority */
  char **hosts;           /* owned; the dNSNames of a leaf, any text; empty for an authority */
} BullaIssuerCertificate;

void bulla_issuer_names_read (BullaIssuerNames *self, X509 *leaf, X509 *issuer);
BullaIssuerCertificate *bulla_issuer_certificate_read (GBytes *bytes, GError **error);
void bulla_issuer_certificate_free (BullaIssuerCertificate *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaIssuerCertificate, bulla_issuer_certificate_free)

G_END_DECLS
