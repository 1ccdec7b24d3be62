/* bulla-ocsp.h - reads a stapled OCSP response about a leaf certificate
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-facts.h"
#include "bulla-openssl.h"
#include "bulla-path.h"

G_BEGIN_DECLS

typedef struct {
  BullaOcspFlags flags;
  const char *detail; /* static; NULL if nothing is wrong; the first error */
  gint64 this_update, next_update, produced_at, revoked_at;
  int revocation_reason; /* RFC 5280 5.3.1; -1: none is given */
  gboolean delegated;    /* signed by a responder that the issuer authorised */
  gboolean signer_known; /* the issuer, or that one */
  BullaWindow window;
  GBytes *scts; /* owned; NULL if absent; SCT list in the single extensions */
} BullaOcsp;

void bulla_ocsp_read (BullaOcsp *self, BullaSpan der, X509 *leaf, X509 *issuer, gint64 now);
void bulla_ocsp_clear (BullaOcsp *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaOcsp, bulla_ocsp_clear)

G_END_DECLS
