/* bulla-write-private.h - bytes, hashes and signatures for the files of loader/write
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_OCTET_STRING, ASN1_OCTET_STRING_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_TIME, ASN1_TIME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD, EVP_MD_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_BASICRESP, OCSP_BASICRESP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_RESPONSE, OCSP_RESPONSE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_EXTENSION, X509_EXTENSION_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_NAME, X509_NAME_free)

#define BULLA_WRITE_SHA256 32

gboolean bulla_write_fail_crypto (GError **error, const char *what);
gboolean bulla_write_check (gboolean held, GError **error, const char *what);
void bulla_write_be (GByteArray *out, uint64_t value, unsigned width);
void bulla_write_bytes (GByteArray *out, GBytes *bytes);
gboolean bulla_write_sha256 (const void *data, size_t size, uint8_t digest[BULLA_WRITE_SHA256],
                             GError **error);
GBytes *bulla_write_signature (EVP_PKEY *key, const char *hash, GBytes *message, GError **error);
EVP_MD_CTX *bulla_write_prepare_signature (EVP_PKEY *key, const char *hash);
GBytes *bulla_write_prepared_signature (EVP_MD_CTX *context, EVP_PKEY *key, GBytes *message,
                                        GError **error);
EVP_PKEY *bulla_write_new_key (GError **error);

G_END_DECLS
