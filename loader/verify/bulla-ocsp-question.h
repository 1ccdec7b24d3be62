/* bulla-ocsp-question.h - a certificate whose revocation status is asked for
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-profile.h"
#include "bulla-reason.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

typedef struct {
  BullaTrust *trust; /* owned */
  gpointer chain;    /* owned; BullaCertChain, the leaf first */
  char *subject;     /* owned; distinguished names */
  char *issuer;      /* owned */
  char *serial;      /* owned; lower-case hex */
  char *responder;   /* owned; nullable; URL of the OCSP responder in the certificate */
  GBytes *request;   /* owned; nullable: the issuer is unknown; an OCSPRequest in DER */
  GBytes *staple;    /* owned; nullable; the OCSPResponse in the chain */
} BullaOcspQuestion;

typedef struct {
  const char *status;            /* static; nullable; `good`, `revoked` or `unknown` */
  const char *signer;            /* static; nullable; `issuer` or `delegated` */
  const char *revocation_reason; /* static; nullable; as RFC 5280 5.3.1 calls it */
  gint64 revoked_at, this_update, next_update, produced_at; /* Unix seconds; -1: not said */
  gboolean current; /* thisUpdate is not in the future, and nextUpdate is not past */
  gboolean signature_valid;
  gboolean has_times;
  BullaReason reason; /* NONE: it is good */
} BullaOcspAnswer;

BullaOcspQuestion *bulla_ocsp_question_new (GBytes *chain_or_pem, BullaTrust *trust, gint64 now,
                                            GError **error);
void bulla_ocsp_question_free (BullaOcspQuestion *self);
gboolean bulla_ocsp_question_judge (BullaOcspQuestion *self, GBytes *response,
                                    BullaProfile *profile, gint64 now, BullaOcspAnswer *answer,
                                    GError **error);
char *bulla_ocsp_question_dup_pem (BullaOcspQuestion *self);
GBytes *bulla_ocsp_question_dup_scts (BullaOcspQuestion *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaOcspQuestion, bulla_ocsp_question_free)

G_END_DECLS
