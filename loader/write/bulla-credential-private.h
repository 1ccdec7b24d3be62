/* bulla-credential-private.h - functions of a credential for the writers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-credential.h"
#include "bulla-write-private.h"

G_BEGIN_DECLS

/* @certificates: (element-type X509): the leaf first; @key: the leaf's private key; both are
 * copied */
BullaCredential *bulla_credential_new (GPtrArray *certificates, EVP_PKEY *key);
/* Sets the transmitted bytes of the leaf, which OpenSSL may be unable to parse in a faulty
 * package. */
void bulla_credential_set_leaf_der (BullaCredential *self, GBytes *der);
GBytes *bulla_credential_dup_leaf_sha256 (BullaCredential *self, GError **error);
X509 *bulla_credential_get_leaf (BullaCredential *self);
X509 *bulla_credential_get_issuer (BullaCredential *self);
GPtrArray *bulla_credential_get_certificates (BullaCredential *self);
EVP_PKEY *bulla_credential_get_key (BullaCredential *self);
GBytes *bulla_credential_sign (BullaCredential *self, GBytes *message, GError **error);

GPtrArray *bulla_write_parse_certificates (const char *pem, GError **error);
EVP_PKEY *bulla_write_parse_key (const char *pem, const char *passphrase, GError **error);
void bulla_write_blame_encryption (const char *passphrase, GError **error);
int bulla_write_give_passphrase (char *buffer, int size, int writing, void *data);
char *bulla_write_format_certificate (X509 *certificate);
char *bulla_write_format_key (EVP_PKEY *key);
GBytes *bulla_write_certificate_der (X509 *certificate);

G_END_DECLS
