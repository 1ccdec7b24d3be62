/* bulla-ocsp-writer.h - builds and signs OCSP responses from a plan
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-mutation.h"
#include "bulla-write-private.h"

G_BEGIN_DECLS

/* The contents of a response (RFC 6960 section 4.2). */
typedef struct {
  int response_status;            /* OCSP_RESPONSE_STATUS_… */
  X509 *subject;                  /* owned; certificate that the response is about */
  X509 *issuer;                   /* owned; named in the CertID */
  const EVP_MD *id_hash;          /* hash algorithm of the CertID */
  int status;                     /* V_OCSP_CERTSTATUS_… */
  int64_t revoked_at;             /* Unix time in s */
  int64_t this_update;            /* Unix time in s */
  int64_t next_update;            /* Unix time in s; G_MAXINT64 omits it */
  int64_t produced_at;            /* Unix time in s */
  X509 *responder;                /* owned; certificate of the signer */
  EVP_PKEY *responder_key;        /* owned */
  gboolean by_key;                /* the responder is identified by its key instead of its name */
  gboolean delegated;             /* the response contains the responder's certificate */
  GPtrArray *single_extensions;   /* owned; of X509_EXTENSION */
  GPtrArray *response_extensions; /* owned; of X509_EXTENSION */
} BullaOcspPlan;

void bulla_ocsp_plan_init (BullaOcspPlan *self, X509 *subject, X509 *issuer);
void bulla_ocsp_plan_set_subject (BullaOcspPlan *self, X509 *subject);
void bulla_ocsp_plan_set_issuer (BullaOcspPlan *self, X509 *issuer);
void bulla_ocsp_plan_set_responder (BullaOcspPlan *self, X509 *responder, EVP_PKEY *key,
                                    gboolean delegated);
void bulla_ocsp_plan_clear (BullaOcspPlan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaOcspPlan, bulla_ocsp_plan_clear)

GBytes *bulla_write_ocsp (const BullaOcspPlan *plan, GError **error);

G_END_DECLS
