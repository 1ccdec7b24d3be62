/* bulla-sxg-signature.h - parses each member of the Signature value of an exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-facts.h"
#include "bulla-structured-field.h"

G_BEGIN_DECLS

#define BULLA_SHA256_SIZE 32

/* Values that verification needs besides the facts. */
typedef struct {
  GBytes *sig;         /* owned */
  GBytes *cert_sha256; /* owned */
  gboolean is_data;    /* cert-url is a data: URL */
} BullaSxgSignature;

void bulla_sxg_signature_read (BullaSxgSignature *self, const BullaSfMember *member,
                               BullaFacts *facts);
void bulla_sxg_signature_clear (BullaSxgSignature *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaSxgSignature, bulla_sxg_signature_clear)

G_END_DECLS
