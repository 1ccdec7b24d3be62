/* bulla-ocsp-writer.h - OCSP responses from a plan
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-mutation.h"
#include "bulla-write-private.h"

G_BEGIN_DECLS

/* RFC 6960 section 4.2 */
typedef struct {
  int response_status;            /* OCSP_RESPONSE_STATUS_… */
  X509 *subject;                  /* owned; whom the response is about */
  X509 *issuer;                   /* owned; in the CertID */
  const EVP_MD *id_hash;          /* of the CertID */
  int status;                     /* V_OCSP_CERTSTATUS_… */
  int64_t revoked_at;             /* Unix seconds */
  int64_t this_update;            /* Unix seconds */
  int64_t next_update;            /* Unix seconds; G_MAXINT64: not said */
  int64_t produced_at;            /* Unix seconds */
  X509 *responder;                /* owned; its key signs */
  EVP_PKEY *responder_key;        /* owned */
  gboolean by_key;                /* the responder is named by its key, not by its name */
  gboolean delegated;             /* the responder's certificate is enclosed */
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
