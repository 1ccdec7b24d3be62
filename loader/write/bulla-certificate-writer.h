/* bulla-certificate-writer.h - builds and signs X.509 certificates from a plan
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-mutation.h"
#include "bulla-write-private.h"

G_BEGIN_DECLS

#define BULLA_OID_CAN_SIGN_HTTP_EXCHANGES "1.3.6.1.4.1.11129.2.1.22"
#define BULLA_OID_SCT_LIST "1.3.6.1.4.1.11129.2.4.2"
#define BULLA_OID_OCSP_SCT_LIST "1.3.6.1.4.1.11129.2.4.5"

typedef struct {
  char *common_name;     /* owned */
  EVP_PKEY *key;         /* owned; the subject's key */
  X509 *issuer;          /* owned; NULL if the certificate is self-signed */
  EVP_PKEY *issuer_key;  /* owned; signs the certificate */
  int64_t not_before;    /* Unix time in s; start of the validity */
  int64_t not_after;     /* Unix time in s; last second of the validity */
  GPtrArray *extensions; /* owned; of X509_EXTENSION, in order; key identifiers are added */
} BullaCertificatePlan;

typedef enum {
  BULLA_CERTIFICATE_CA,
  BULLA_CERTIFICATE_SERVER,
  BULLA_CERTIFICATE_RESPONDER,
} BullaCertificateKind;

void bulla_certificate_plan_init (BullaCertificatePlan *self, BullaCertificateKind kind,
                                  const char *common_name);
void bulla_certificate_plan_clear (BullaCertificatePlan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCertificatePlan, bulla_certificate_plan_clear)
void bulla_certificate_plan_set_issuer (BullaCertificatePlan *self, X509 *issuer, EVP_PKEY *key);
/* @oid: dotted numbers; @value: the content of extnValue */
void bulla_certificate_plan_add (BullaCertificatePlan *self, const char *oid, gboolean critical,
                                 const void *value, size_t size);
/* Removes all extensions with that OID. */
void bulla_certificate_plan_remove (BullaCertificatePlan *self, const char *oid);
void bulla_certificate_plan_set_hosts (BullaCertificatePlan *self, const char *const *hosts);
void bulla_certificate_plan_set_usage (BullaCertificatePlan *self, const char *purposes);

X509 *bulla_write_certificate (const BullaCertificatePlan *plan, GError **error);
gboolean bulla_write_certificate_seal (X509 *certificate, EVP_PKEY *issuer_key, GError **error);
gboolean bulla_write_certificate_add_scts (X509 *certificate, GBytes *list, GError **error);
GBytes *bulla_write_certificate_tbs (X509 *certificate);
X509_EXTENSION *bulla_write_extension (const char *oid, gboolean critical, const void *value,
                                       size_t size);
GBytes *bulla_write_octet_string (GBytes *content);

G_END_DECLS
