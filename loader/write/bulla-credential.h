/* bulla-credential.h - certificate with its issuers and its private key, in PEM
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

G_BEGIN_DECLS

#define BULLA_TYPE_CREDENTIAL (bulla_credential_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaCredential, bulla_credential, BULLA, CREDENTIAL, GObject)

BULLA_API
BullaCredential *bulla_credential_new_from_pem (const char *certificates, const char *private_key,
                                                GError **error);
BULLA_API
BullaCredential *bulla_credential_new_from_encrypted_pem (const char *certificates,
                                                          const char *private_key,
                                                          const char *passphrase, GError **error);
BULLA_API
char *bulla_credential_dup_certificates_pem (BullaCredential *self);
BULLA_API
char *bulla_credential_dup_private_key_pem (BullaCredential *self);
BULLA_API
GBytes *bulla_credential_dup_leaf (BullaCredential *self);

G_END_DECLS
